//! Where every row of the workings stands: its sheet, its row, its columns.

use std::collections::BTreeSet;

use cost::workings::{
    Driver, InputId, Node, Place, PriceId, Purpose, RowId, SeriesId, Shape, Workings,
};

use super::grid::{
    BODY, FIRST_CHECK, FIRST_INPUT, FIRST_MONTH, FIRST_PRICE, HEADER, SHARE_TOLERANCE, Sheet,
};
use super::names::words_of;
use crate::figures::driver_terms;

/// Where a row's values stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// One cell, in the column of constants.
    Scalar(Sheet, u32),
    /// A cell for each month.
    Month(Sheet, u32),
    /// A column of Tables, from a row down.
    Table {
        /// The row of k = 1.
        first: u32,
        /// How many.
        rows: u32,
        /// The column.
        column: u16,
    },
    /// A block of Turns: k downwards, months across.
    TableMonth {
        /// The row of k = 1.
        first: u32,
        /// How many.
        rows: u32,
        /// The row of k = 1 in the table that it belongs to.
        table: u32,
    },
}

/// What stands in a row of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The head of a group.
    Heading(String),
    /// A row of the workings.
    Row(RowId),
}

/// The rows of the Projection that add up what the workings hold feature by feature.
#[derive(Clone, Debug, Default)]
pub struct Feet {
    /// All features by driver: its row, and what is added.
    pub drivers: Vec<(Driver, u32, Vec<RowId>)>,
    /// Their sum.
    pub all: u32,
    /// What was spent before the month.
    pub opening: u32,
    /// What the month adds.
    pub added: u32,
    /// What was spent by its end.
    pub closing: u32,
    /// Drivers less months.
    pub difference: u32,
}

/// One feature's cost against what one would have said.
#[derive(Clone, Debug)]
pub struct Ratio {
    /// Which feature.
    pub feature: usize,
    /// Where it has other costs: the row of its model calls for one unit, then their ratio; and those costs by month.
    pub model: Option<(u32, RowId)>,
    /// The row of the ratio of all its costs.
    pub all: u32,
}

/// The tables on the Summary.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// The cost of the dearest month.
    pub peak: u32,
    /// Which month it is.
    pub peak_month: u32,
    /// How many inputs nobody has a source for.
    pub guesses: u32,
    /// Where there are other costs: the row of model calls, then theirs.
    pub split: Option<u32>,
    /// The features whose cost is set against what one would have said.
    pub ratios: Vec<Ratio>,
    /// The chart's upper edge.
    pub chart: u32,
    /// The head of the table by driver.
    pub drivers: u32,
    /// The head of the table by quarter.
    pub quarters: u32,
    /// How many quarters there are.
    pub quarter_count: u32,
    /// The first line about the workbook itself.
    pub about: u32,
}

/// Where everything stands.
pub struct Layout {
    /// How many months there are.
    pub months: usize,
    spots: Vec<Spot>,
    /// The figures on the Summary.
    pub summary: Vec<(u32, Entry)>,
    /// What follows them there.
    pub sums: Sums,
    /// The UnitCost sheet.
    pub unit_cost: Vec<(u32, Entry)>,
    /// The Projection sheet.
    pub projection: Vec<(u32, Entry)>,
    /// The first row of each table.
    pub tables: Vec<u32>,
    /// The rows of checks that are one number.
    pub checks: Vec<(u32, RowId)>,
    /// The first of the checks that every workbook has.
    pub fixed_checks: u32,
    /// The lines on UnitCost, from the first to the last.
    pub lines: Option<(u32, u32)>,
    /// The sums at the foot of the Projection.
    pub feet: Feet,
    /// Month rows with their total in the column of constants.
    pub totalled: BTreeSet<RowId>,
    /// The heads of blocks on Inputs.
    pub input_blocks: Vec<(u32, &'static str)>,
    inputs: Vec<u32>,
    series: u32,
}

impl Layout {
    /// Gives every row its place.
    pub fn new(workings: &Workings) -> Self {
        let mut layout = Self {
            months: workings.months,
            spots: vec![Spot::Scalar(Sheet::Checks, 0); workings.rows.len()],
            summary: vec![],
            sums: Sums::default(),
            unit_cost: vec![],
            projection: vec![],
            tables: vec![],
            checks: vec![],
            fixed_checks: FIRST_CHECK,
            lines: None,
            feet: Feet::default(),
            totalled: totalled(workings),
            input_blocks: vec![],
            inputs: vec![],
            series: FIRST_PRICE + count(workings.prices.len().max(1)) + 3,
        };
        layout.place_tables(workings);
        layout.place_turns(workings);
        layout.place_unit_cost(workings);
        layout.place_projection(workings);
        layout.place_summary(workings);
        layout.place_checks(workings);
        layout.place_inputs(workings);
        layout
    }

    /// Where a row stands.
    pub fn spot(&self, row: RowId) -> Spot {
        self.spots[row.0]
    }

    /// The column of a month, counted from 0.
    ///
    /// # Panics
    /// Above 16,000 months.
    pub fn month_column(&self, month: usize) -> u16 {
        FIRST_MONTH + u16::try_from(month).expect("a plan has some hundred months at most")
    }

    /// The column of the last month.
    pub fn last_column(&self) -> u16 {
        self.month_column(self.months.max(1) - 1)
    }

    /// The row of what is given for each month, below the prices.
    pub fn series_row(&self, id: SeriesId) -> u32 {
        self.series + count(id.0)
    }

    /// The row of a price on the PriceBook.
    pub fn price_row(&self, id: PriceId) -> u32 {
        FIRST_PRICE + count(id.0)
    }

    /// The row of an input on Inputs.
    pub fn input_row(&self, id: InputId) -> u32 {
        self.inputs[id.0]
    }

    /// Whether a sheet has anything to show.
    pub fn shows(&self, sheet: Sheet) -> bool {
        match sheet {
            Sheet::Tables => !self.tables.is_empty(),
            Sheet::Turns => self.spots.iter().any(|spot| matches!(spot, Spot::TableMonth { .. })),
            Sheet::Summary
            | Sheet::Inputs
            | Sheet::PriceBook
            | Sheet::UnitCost
            | Sheet::Projection
            | Sheet::Checks => true,
        }
    }

    fn place_tables(&mut self, workings: &Workings) {
        // A block: its name, addresses, labels, units, then k = 1, 2, …
        const HEADS: u32 = 4;
        let mut next = HEADER + 1;
        for (id, table) in workings.tables.iter().enumerate() {
            let first = next + HEADS;
            self.tables.push(first);
            let rows = count(table.rows);
            let mine = |row: &Shape| matches!(row, Shape::Table(of) if of.0 == id);
            let columns = workings.rows.iter().enumerate().filter(|(_, row)| mine(&row.shape));
            for (column, (row, _)) in columns.enumerate() {
                let column = u16::try_from(column).expect("a table has a few columns");
                self.spots[row] = Spot::Table { first, rows, column };
            }
            next = first + rows + 1;
        }
    }

    fn place_turns(&mut self, workings: &Workings) {
        let mut next = BODY;
        for (id, row) in workings.rows.iter().enumerate() {
            let Shape::TableMonth(table) = row.shape else { continue };
            let rows = count(workings.tables[table.0].rows);
            self.spots[id] =
                Spot::TableMonth { first: next + 1, rows, table: self.tables[table.0] };
            next += rows + 2;
        }
    }

    fn place_unit_cost(&mut self, workings: &Workings) {
        let mut next = BODY;
        let prices = grouped(workings, |place, shape| place == Place::Rate && is_flat(shape));
        let units = grouped(workings, |place, shape| place == Place::Unit && is_flat(shape));
        let checks =
            grouped(workings, |place, shape| place == Place::Check && shape == Shape::Month);
        for (group, rows) in prices.into_iter().chain(units) {
            let heading = words_of(&group, workings);
            next = self.place_group(Sheet::UnitCost, next, heading, rows, workings);
        }
        let checks: Vec<RowId> = checks.into_iter().flat_map(|(_, rows)| rows).collect();
        if !checks.is_empty() {
            next = self.place_group(
                Sheet::UnitCost,
                next,
                "Checks, by month".into(),
                checks,
                workings,
            );
        }
        let lines: Vec<RowId> = rows_where(workings, |place, _| place == Place::Line).collect();
        if let Some(last) = lines.len().checked_sub(1) {
            let heading = "The cost of one unit of work, line by line".to_owned();
            self.place_group(Sheet::UnitCost, next, heading, lines, workings);
            self.lines = Some((next + 1, next + 1 + count(last)));
        }
    }

    fn place_projection(&mut self, workings: &Workings) {
        let mut next = BODY;
        let volumes = grouped(workings, |place, shape| place == Place::Volume && is_flat(shape));
        let months = grouped(workings, |place, shape| place == Place::Month && is_flat(shape));
        let volumes = volumes.into_iter().map(|(group, rows)| (group, rows, "volume"));
        let months = months.into_iter().map(|(group, rows)| (group, rows, "cost"));
        for (group, rows, what) in volumes.chain(months) {
            let mut heading = heading(workings, &group);
            if workings.features.iter().any(|feature| feature.name == group) {
                heading = format!("{heading}: {what}");
            }
            next = self.place_group(Sheet::Projection, next, heading, rows, workings);
        }
        // Two headings: by driver, and the balance.
        let drivers = driver_terms(workings);
        let first = next + 1;
        let all = first + count(drivers.len());
        let numbered = drivers.into_iter().zip(first..);
        self.feet = Feet {
            drivers: numbered.map(|((driver, terms), row)| (driver, row, terms)).collect(),
            all,
            difference: all + 1,
            opening: all + 4,
            added: all + 5,
            closing: all + 6,
        };
    }

    fn place_summary(&mut self, workings: &Workings) {
        /// Rows that the chart covers.
        const CHART: u32 = 18;
        let mut next = HEADER + 1;
        let total = workings.totals.map(|totals| workings.row(totals.total).group.clone());
        let mut figures = grouped(workings, |place, _| place == Place::Figure);
        // Everything first, then feature by feature.
        figures.sort_by_key(|(group, _)| Some(group) != total.as_ref());
        for (group, rows) in figures {
            let whole = Some(&group) == total.as_ref();
            let feature = workings.features.iter().position(|feature| feature.name == group);
            let heading = heading(workings, &group);
            next = self.place_group(Sheet::Summary, next, heading, rows, workings) - 1;
            if whole {
                let others =
                    |(driver, ..): &(Driver, u32, Vec<RowId>)| *driver == Driver::OtherCosts;
                if self.feet.drivers.iter().any(others) {
                    self.sums.split = Some(next);
                    next += 2;
                }
                (self.sums.peak, self.sums.peak_month, self.sums.guesses) =
                    (next, next + 1, next + 2);
                next += 3;
            }
            let naive = |feature: &usize| workings.features[*feature].naive_unit_cost.is_some();
            if let Some(feature) = feature.filter(naive) {
                let drivers = &workings.features[feature].drivers;
                let other = drivers.iter().find(|(driver, _)| *driver == Driver::OtherCosts);
                let model = other.map(|(_, row)| (next, *row));
                let all = next + if model.is_some() { 2 } else { 0 };
                self.sums.ratios.push(Ratio { feature, model, all });
                next = all + 1;
            }
            next += 1;
        }
        self.sums.chart = next;
        self.sums.drivers = next + CHART;
        self.sums.quarters = self.sums.drivers + 3 + count(self.feet.drivers.len());
        self.sums.quarter_count = count(self.months.div_ceil(3));
        self.sums.about = self.sums.quarters + self.sums.quarter_count + 3;
    }

    fn place_inputs(&mut self, workings: &Workings) {
        self.inputs = vec![0; workings.inputs.len()];
        let mut next = FIRST_INPUT;
        for (purpose, heading) in [
            (Purpose::Typed, "The plan"),
            (Purpose::Measured, "Lengths of texts"),
            (Purpose::Setting, "Constants of the method"),
        ] {
            let of_purpose = |id: &&InputId| workings.inputs[id.0].purpose == purpose;
            let ids: Vec<&InputId> = workings.reading_order.iter().filter(of_purpose).collect();
            if ids.is_empty() {
                continue;
            }
            self.input_blocks.push((next - 1, heading));
            for id in ids {
                self.inputs[id.0] = next;
                next += 1;
            }
            next += 2;
        }
    }

    fn place_group(
        &mut self,
        sheet: Sheet,
        first: u32,
        heading: String,
        rows: Vec<RowId>,
        workings: &Workings,
    ) -> u32 {
        let mut next = first;
        let entries = match sheet {
            Sheet::Summary => &mut self.summary,
            Sheet::UnitCost => &mut self.unit_cost,
            _ => &mut self.projection,
        };
        entries.push((next, Entry::Heading(heading)));
        for id in rows {
            next += 1;
            entries.push((next, Entry::Row(id)));
            self.spots[id.0] = match workings.row(id).shape {
                Shape::Scalar => Spot::Scalar(sheet, next),
                _ => Spot::Month(sheet, next),
            };
        }
        next + 2
    }

    fn place_checks(&mut self, workings: &Workings) {
        let mut next = FIRST_CHECK;
        for id in rows_where(workings, |place, _| place == Place::Check) {
            self.checks.push((next, id));
            if workings.row(id).shape == Shape::Scalar {
                self.spots[id.0] = Spot::Scalar(Sheet::Checks, next);
            }
            next += 1;
        }
        self.fixed_checks = next;
    }

    /// The last row in use on a sheet of rows.
    pub fn last_row(&self, sheet: Sheet, workings: &Workings) -> u32 {
        let entries = |entries: &[(u32, Entry)]| entries.last().map_or(BODY, |(row, _)| *row);
        match sheet {
            Sheet::UnitCost => entries(&self.unit_cost),
            Sheet::Projection => self.feet.closing,
            Sheet::Inputs => self.inputs.iter().copied().max().unwrap_or(SHARE_TOLERANCE),
            Sheet::PriceBook => FIRST_PRICE + count(workings.prices.len().max(1)) - 1,
            Sheet::Tables | Sheet::Turns => {
                let ends = self.spots.iter().map(|spot| match (sheet, spot) {
                    (Sheet::Tables, Spot::Table { first, rows, .. })
                    | (Sheet::Turns, Spot::TableMonth { first, rows, .. }) => first + rows - 1,
                    _ => BODY,
                });
                ends.max().unwrap_or(BODY)
            }
            Sheet::Summary => self.sums.about,
            Sheet::Checks => self.fixed_checks,
        }
    }
}

/// A count of rows.
///
/// # Panics
/// Above four thousand million.
pub fn count(rows: usize) -> u32 {
    u32::try_from(rows).expect("a plan has some thousand rows at most")
}

/// One value, or one a month.
fn is_flat(shape: Shape) -> bool {
    match shape {
        Shape::Scalar | Shape::Month => true,
        Shape::Table(_) | Shape::TableMonth(_) => false,
    }
}

fn rows_where(
    workings: &Workings,
    wanted: impl Fn(Place, Shape) -> bool,
) -> impl Iterator<Item = RowId> {
    let rows = workings.rows.iter().enumerate();
    rows.filter(move |(_, row)| wanted(row.place, row.shape)).map(|(id, _)| RowId(id))
}

/// What stands over a group: a feature's own label, or the group in words.
fn heading(workings: &Workings, group: &str) -> String {
    if workings.totals.is_some_and(|totals| workings.row(totals.total).group == group) {
        return "All features".to_owned();
    }
    let feature = workings.features.iter().find(|feature| feature.name == group);
    feature.map_or_else(|| words_of(group, workings), |feature| feature.label.clone())
}

/// Rows by their group; groups in the order in which they first appear.
fn grouped(
    workings: &Workings,
    wanted: impl Fn(Place, Shape) -> bool,
) -> Vec<(String, Vec<RowId>)> {
    let mut groups: Vec<(String, Vec<RowId>)> = vec![];
    for id in rows_where(workings, wanted) {
        let group = &workings.row(id).group;
        match groups.iter_mut().find(|(name, _)| name == group) {
            Some((_, rows)) => rows.push(id),
            None => groups.push((group.clone(), vec![id])),
        }
    }
    groups
}

/// Month rows that are added up: by the workings, or for the reader.
fn totalled(workings: &Workings) -> BTreeSet<RowId> {
    let mut rows = BTreeSet::new();
    for row in workings.rows.iter() {
        row.expr.visit(&mut |node| {
            if let Node::Total(of) = node {
                rows.insert(*of);
            }
        });
    }
    rows.extend(workings.features.iter().flat_map(|feature| {
        let drivers = feature.drivers.iter().map(|(_, row)| *row);
        drivers.chain([feature.month, feature.volume])
    }));
    rows.extend(workings.totals.map(|totals| totals.month));
    rows.retain(|row| workings.row(*row).shape == Shape::Month);
    rows
}
