//! Rows of formulas with address, unit and driver, and the leaves under them.

use std::ops::Deref;
use std::sync::Arc;

use jiff::civil::Date;

use super::decided::Decided;
use super::expr::{Expr, InputId, Node, RowId, SeriesId, TableId};
use super::feature::{FeatureRows, Totals};
use super::line::{Agreement, Line};
use super::overflow::Overflow;
use super::peak::Peak;
use super::said::{Index, Place, Said};
use crate::book::{Bracket, Days, Tier, Window};
use crate::meter::Meter;
use crate::money::Rate;
use crate::plan::{Certainty, Provenance};

/// Everything a plan works out to, as rows of formulas. A row reads only rows before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Workings {
    /// The first day of the first month.
    pub starts: Date,
    /// How many months.
    pub months: usize,
    /// Typed numbers, in the order in which formulas came to need them.
    pub inputs: Vec<Arc<Input>>,
    /// The same in the plan's reading order, settings last.
    pub reading_order: Vec<InputId>,
    /// Price entries in use.
    pub prices: Vec<Price>,
    /// What is given for each month: the calendar's part in prices by weekday.
    pub series: Vec<Series>,
    /// Tables of counts, and of measured values.
    pub tables: Vec<Table>,
    /// Formulas; shared by all workings that differ in their inputs' values alone.
    pub rows: Arc<Vec<Row>>,
    /// Rows that become lines of the ledger.
    pub lines: Vec<Line>,
    /// What was agreed with sellers.
    pub contracts: Vec<Agreement>,
    /// What the busiest hours take of rate limits.
    pub peaks: Vec<Peak>,
    /// What each feature comes to.
    pub features: Vec<FeatureRows>,
    /// The month's total over all features, and the total over all months.
    pub totals: Option<Totals>,
    /// Calls whose prompts pass what their models take.
    pub overflows: Vec<Overflow>,
    /// What decided which rows there are.
    pub decided: Arc<Decided>,
    index: Arc<Index>,
    /// Of the months, and the day after the last.
    first_days: Vec<Date>,
}

/// A typed number.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// `support.easy.output.low`
    pub address: String,
    /// The whole number it is an end of: `support.easy.output`.
    pub number: String,
    /// Its value, as formulas read it: 0.7 for 70 %.
    pub value: f64,
    /// What one of it is: `tokens`, `share`, `USD`.
    pub unit: String,
    /// The whole number as typed.
    pub text: String,
    /// Who says so.
    pub provenance: Provenance,
    /// Doubt about the number's mean.
    pub doubt: Option<f64>,
    /// How sure a counted length is, on every model that reads it.
    pub certainty: Certainty,
    /// What it is for.
    pub purpose: Purpose,
}

impl Input {
    /// How sure its tokens are, in words: `exact`, or `assumed, counted for o200k`. Nothing where it is no length.
    pub fn sure(&self) -> Option<String> {
        let is_length = match self.purpose {
            Purpose::Measured => true,
            Purpose::Typed => self.unit == "tokens",
            Purpose::Setting => false,
        };
        let certainty = self.certainty.in_words(self.provenance.counted.as_ref());
        is_length.then_some(certainty)
    }
}

/// What an input is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Typed in the plan.
    Typed,
    /// The length of a text.
    Measured,
    /// A constant of the method, kept out of simulation.
    Setting,
}

/// One price of one meter, for a stretch of days and a part of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// `price.openai/gpt-5.input`, with `.2` and so on for later stretches.
    pub address: String,
    /// `openai/gpt-5`
    pub model: String,
    /// The model that answers in its place on these days, and is paid for, where another does.
    pub answers: Option<String>,
    /// What it is for.
    pub meter: Meter,
    /// The processing tier.
    pub tier: Tier,
    /// The prompt length from which it holds.
    pub bracket: Option<Bracket>,
    /// The hours in which it holds.
    pub window: Option<Window>,
    /// The days of the week on which it holds.
    pub days: Option<Days>,
    /// The exact rate.
    pub rate: Rate,
    /// The first day, inclusive.
    pub from: Option<Date>,
    /// The day on which it ends, exclusive.
    pub to: Option<Date>,
    /// The part of a day in which it holds; with months of its own, the part of the first one.
    pub day_share: f64,
    /// The part of each month in which it holds, where that is the calendar's.
    pub months: Option<SeriesId>,
    /// The page it was read from.
    pub source: String,
    /// The day of the last check.
    pub checked: Date,
    /// Where the check comes from.
    pub basis: String,
}

impl Price {
    /// The model that is paid for.
    pub fn paid(&self) -> &str {
        self.answers.as_deref().unwrap_or(&self.model)
    }

    /// Its model in words, with the one that answers.
    pub fn sold_as(&self) -> String {
        match &self.answers {
            None => self.model.clone(),
            Some(answers) => format!("{answers}, which answers for {}", self.model),
        }
    }
}

/// One value for each month, as somebody else worked it out.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// `price.deepseek/deepseek-chat.input.months`
    pub address: String,
    /// What it says, in words.
    pub label: String,
    /// What one of it is.
    pub unit: String,
    /// By month.
    pub values: Vec<f64>,
}

/// Rows k = 1, 2, … of a count, or of a number's measured values.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The count's address.
    pub address: String,
    /// How many rows are printed: more than are used, so that an edit has room.
    pub rows: usize,
}

/// One formula, or one for each month or k.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it says: shared by all workings that have it.
    pub said: Arc<Said>,
    /// One value, one a month, one for each k, or both.
    pub shape: Shape,
    /// The formula.
    pub expr: Expr,
}

impl Deref for Row {
    type Target = Said;
    fn deref(&self) -> &Said {
        &self.said
    }
}

/// How many values a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One.
    Scalar,
    /// One a month.
    Month,
    /// One for each k.
    Table(TableId),
    /// One for each k and month.
    TableMonth(TableId),
}

impl Workings {
    /// Nothing yet.
    pub fn new(starts: Date, months: usize) -> Self {
        Self::with_room(starts, months, 0)
    }

    /// Nothing yet, with room for so many rows.
    pub fn with_room(starts: Date, months: usize, room: usize) -> Self {
        Self {
            starts,
            months,
            inputs: vec![],
            reading_order: vec![],
            prices: vec![],
            series: vec![],
            tables: vec![],
            rows: Arc::new(Vec::with_capacity(room)),
            lines: vec![],
            contracts: vec![],
            peaks: vec![],
            features: vec![],
            totals: None,
            overflows: vec![],
            decided: Arc::default(),
            index: Arc::new(Index::with_room(room)),
            first_days: (0..=months).map(|month| first_day(starts, month)).collect(),
        }
    }

    /// Adds a row; its shape follows from what it reads. Lines and months are monthly always.
    ///
    /// # Panics
    /// When the address is taken, or a row of one table reads another's: the walk does neither.
    pub fn push(&mut self, place: Place, group: &str, address: String, row: NewRow) -> RowId {
        let NewRow { label, unit, key, expr } = row;
        let shape = match (place, self.shape(&expr)) {
            (Place::Line | Place::Month, Shape::Scalar) => Shape::Month,
            (_, shape) => shape,
        };
        let group = group.to_owned();
        let said = Arc::new(Said { address, group, label, unit, place, key });
        let id = self.push_row(Row { said: Arc::clone(&said), shape, expr });
        id.unwrap_or_else(|| panic!("a row's address is its own: {}", said.address))
    }

    /// Adds a row of other workings, as it reads here. `None` where its address is taken.
    pub fn push_row(&mut self, row: Row) -> Option<RowId> {
        let id = RowId(self.rows.len());
        if !Arc::make_mut(&mut self.index).add(&row.said, id) {
            return None;
        }
        Arc::make_mut(&mut self.rows).push(row);
        Some(id)
    }

    /// Adds a table with its first row, the index k.
    ///
    /// # Panics
    /// When the address is taken.
    pub fn push_table(&mut self, group: &str, address: &str, rows: usize) -> (TableId, RowId) {
        let table = TableId(self.tables.len());
        self.tables.push(Table { address: address.to_owned(), rows });
        let (label, unit) = ("k".to_owned(), "count".to_owned());
        let expr = Expr::from(Node::Index);
        let row = NewRow { label, unit, key: None, expr };
        let index = self.push(Place::Unit, group, format!("{address}.k"), row);
        Arc::make_mut(&mut self.rows)[index.0].shape = Shape::Table(table);
        (table, index)
    }

    /// Takes back the rows from this one on, and the tables from that one on.
    pub fn forget_from(&mut self, row: usize, table: usize) {
        let index = Arc::make_mut(&mut self.index);
        let rows = Arc::make_mut(&mut self.rows);
        rows.drain(row..).for_each(|row| index.forget(&row.said));
        self.tables.truncate(table);
    }

    /// A row by its id.
    pub fn row(&self, id: RowId) -> &Row {
        &self.rows[id.0]
    }

    /// A row by its address.
    pub fn find(&self, address: &str) -> Option<RowId> {
        self.index.find(address)
    }

    /// The rows of a key, in their order.
    pub fn keyed(&self, key: &str) -> &[RowId] {
        self.index.keyed(key)
    }

    /// The first day of a month, counted from 0; one past the last is allowed.
    pub fn first_day(&self, month: usize) -> Date {
        self.first_days.get(month).copied().unwrap_or_else(|| first_day(self.starts, month))
    }

    /// The one of twelve inputs, from January on, that is of a month counted from 0.
    pub fn of_year(&self, january: InputId, month: usize) -> InputId {
        let months = usize::try_from(self.first_day(month).month()).expect("months count from 1");
        InputId(january.0 + months - 1)
    }

    /// The union of what an expression reads; sums take the table away, totals the months.
    fn shape(&self, expr: &Expr) -> Shape {
        let (mut table, mut monthly) = (None, false);
        let is_monthly = |row: &RowId| match self.rows[row.0].shape {
            Shape::Month | Shape::TableMonth(_) => true,
            Shape::Scalar | Shape::Table(_) => false,
        };
        expr.visit(&mut |node| match node {
            Node::Row(row) | Node::Before(row) => {
                monthly |= is_monthly(row);
                if let Shape::Table(read) | Shape::TableMonth(read) = self.rows[row.0].shape {
                    join(&mut table, read);
                }
            }
            Node::Sum(row) => monthly |= is_monthly(row),
            Node::Dot(left, right) | Node::Beyond { of: left, add: right, .. } => {
                monthly |= is_monthly(left) || is_monthly(right);
            }
            Node::Listed(listed, _) => join(&mut table, *listed),
            Node::MonthNumber
            | Node::FirstDay
            | Node::NextFirstDay
            | Node::Given(_)
            | Node::OfYear(_)
            | Node::SoFar(_)
            | Node::Gather(_) => monthly = true,
            Node::Whole(_)
            | Node::Input(_)
            | Node::Net(_)
            | Node::From(_)
            | Node::To(_)
            | Node::DayShare(_)
            | Node::Limit(_)
            | Node::Index
            | Node::Binary(..)
            | Node::Apply(..)
            | Node::If { .. }
            | Node::InMonth(..)
            | Node::Total(_) => {}
        });
        match (table, monthly) {
            (None, false) => Shape::Scalar,
            (None, true) => Shape::Month,
            (Some(table), false) => Shape::Table(table),
            (Some(table), true) => Shape::TableMonth(table),
        }
    }
}

fn first_day(starts: Date, month: usize) -> Date {
    starts + jiff::Span::new().months(i64::try_from(month).expect("months are few"))
}

fn join(table: &mut Option<TableId>, id: TableId) {
    assert!(table.is_none_or(|other| other == id), "a row reads one table");
    *table = Some(id);
}

/// A row to be added.
pub struct NewRow {
    /// What it says, in words.
    pub label: String,
    /// What one of it is.
    pub unit: String,
    /// Lines only.
    pub key: Option<String>,
    /// The formula.
    pub expr: Expr,
}
