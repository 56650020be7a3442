//! Features that are as they were before an edit: their rows are written again under the ids that they have now.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::call::Figures;
use super::writer::{Mark, Writer, under};
use crate::check::Checked;
use crate::plan::{CALENDAR, Feature, Plan};
use crate::workings::{
    Decided, Expr, InputId, Line, LineRate, Node, Price, PriceId, Quick, Row, RowId, SeriesId,
    Shape, TableId, Values, Workings,
};

/// What was written for a feature.
#[derive(Clone, Debug)]
pub struct Section {
    /// The name of the first feature whose users come alike.
    arrivals: String,
    /// What had been written before it, and with it.
    stands: Range<Mark>,
    /// What its calls add to its figures.
    pub figures: Figures,
    /// What of the typed values its rows rest on.
    pub decided: Decided,
    /// Whether its rows depend on other features.
    leans_on_others: bool,
}

impl Section {
    /// What was written from a mark on; what decided it is taken from the workings.
    pub fn since(w: &mut Writer, from: Mark, figures: Figures) -> Self {
        let leans_on_others = std::mem::take(&mut w.leans_on_others);
        let decided = std::mem::take(&mut w.workings.decided);
        Self {
            arrivals: w.arrivals.1.clone(),
            stands: from..w.mark(),
            figures,
            decided: Arc::unwrap_or_clone(decided),
            leans_on_others,
        }
    }
}

/// A plan that was worked out before.
#[derive(Clone, Copy)]
pub struct Before<'b> {
    /// The plan.
    pub checked: &'b Checked<'b>,
    /// Its rows.
    pub workings: &'b Workings,
    /// Their values.
    pub values: &'b Values,
    /// What was written for each of its features.
    pub sections: &'b [Section],
}

/// What stands as it did before, and where it stood.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Rows, and the first of them as it was.
    pub rows: (Range<usize>, usize),
    /// Lines, and the first of them as it was.
    pub lines: (Range<usize>, usize),
}

/// What was written before an edit, and where it stands now.
pub struct Again<'b> {
    before: Before<'b>,
    /// What the addresses of features begin with that are not as they were.
    edited: Vec<String>,
    /// The plan as it is now.
    plan: &'b Plan,
    /// The addresses of its numbers.
    numbers: OnceCell<HashSet<String>>,
    /// By what each was before; nothing where that is not known yet.
    rows: Vec<Option<Expr>>,
    tables: Vec<Option<TableId>>,
    inputs: Vec<Option<Expr>>,
    prices: Vec<Option<PriceId>>,
    series: Vec<Option<SeriesId>>,
    /// Whether all that is written so far stands where it stood; not known before the first feature.
    unmoved: Option<bool>,
    /// Parts of formulas that several share, by where they were.
    shared: HashMap<*const Node, Expr, Quick>,
    /// What was written again.
    pub kept: Vec<Kept>,
}

impl<'b> Again<'b> {
    /// Nothing yet. `None` where the plans differ in what every feature reads.
    pub fn new(before: Before<'b>, checked: &'b Checked) -> Option<Self> {
        let (was, now) = (before.checked, checked);
        let is_alike = was.models == now.models
            && was.measures == now.measures
            && (&was.plan.starts, was.plan.months) == (&now.plan.starts, now.plan.months)
            && was.plan.prompts == now.plan.prompts
            && was.plan.agents == now.plan.agents;
        let Workings { rows, tables, inputs, prices, series, .. } = before.workings;
        let stands = |feature: &Feature| now.plan.features.contains(feature);
        let edited = was.plan.features.iter().filter(|feature| !stands(feature));
        let edited = edited.map(|feature| format!("{}.", feature.name)).collect();
        is_alike.then(|| Self {
            before,
            edited,
            plan: now.plan,
            numbers: OnceCell::new(),
            rows: vec![None; rows.len()],
            tables: vec![None; tables.len()],
            inputs: vec![None; inputs.len()],
            prices: vec![None; prices.len()],
            series: vec![None; series.len()],
            unmoved: None,
            shared: HashMap::default(),
            kept: vec![],
        })
    }

    /// Writes what a walk over the feature would. `None` where that may be something else, and nothing is written.
    pub fn write(&mut self, w: &mut Writer, feature: &Feature) -> Option<Section> {
        let unmoved = self.unmoved.unwrap_or_else(|| self.begins_alike(w));
        self.unmoved = Some(false);
        let features = &self.before.checked.plan.features;
        let nth = features.iter().position(|was| was.name == feature.name)?;
        let (was, section) = (&features[nth], &self.before.sections[nth]);
        if was != feature
            || section.arrivals != w.arrivals.1
            || section.leans_on_others
            || self.is_chosen_by_nothing(section)
        {
            return None;
        }
        let from = w.mark();
        let stands = unmoved && section.stands.start == from;
        self.unmoved = Some(stands);
        let written = match stands {
            true => Some(self.same_section(w, section)),
            false => self.section(w, section),
        };
        match &written {
            Some(written) => {
                let Range { start: was, .. } = section.stands;
                let Range { start, end } = written.stands;
                self.kept.push(Kept {
                    rows: (start.rows..end.rows, was.rows),
                    lines: (start.lines..end.lines, was.lines),
                });
            }
            None => {
                w.rewind(from);
                let Range { start, end } = section.stands;
                self.rows[start.rows..end.rows].fill(None);
                self.tables[start.tables..end.tables].fill(None);
                self.inputs[start.inputs..end.inputs].fill(None);
                self.prices[start.prices..end.prices].fill(None);
                self.series[start.series..end.series].fill(None);
                self.shared.clear();
            }
        }
        written
    }

    /// Whether a number chose between rows that is no more.
    fn is_chosen_by_nothing(&self, section: &Section) -> bool {
        self.edited.iter().any(|edited| {
            let addresses = section.decided.by.range(edited.clone()..);
            let mut addresses = addresses.take_while(|address| address.starts_with(edited));
            addresses.any(|address| !self.numbers().contains(address))
        })
    }

    fn numbers(&self) -> &HashSet<String> {
        let numbers = || self.plan.numbers().into_iter().map(|number| number.address).collect();
        self.numbers.get_or_init(numbers)
    }

    /// Whether what is written before the first feature is what was.
    fn begins_alike(&self, w: &Writer) -> bool {
        let (was, now) = (self.before.workings, &w.workings);
        was.rows.starts_with(&now.rows)
            && was.tables.starts_with(&now.tables)
            && was.inputs.starts_with(&now.inputs)
            && was.prices.starts_with(&now.prices)
            && was.series.starts_with(&now.series)
    }

    /// A feature that stands where it stood, after others that do.
    fn same_section(&self, w: &mut Writer, section: &Section) -> Section {
        let (was, Range { start, end }) = (self.before.workings, &section.stands);
        for input in &was.inputs[start.inputs..end.inputs] {
            w.input(Arc::clone(input));
        }
        for (id, price) in was.prices.iter().enumerate().take(end.prices).skip(start.prices) {
            w.prices.insert(price.address.clone(), PriceId(id));
            w.workings.prices.push(price.clone());
        }
        let now = &mut w.workings;
        now.series.extend_from_slice(&was.series[start.series..end.series]);
        now.tables.extend_from_slice(&was.tables[start.tables..end.tables]);
        for row in &was.rows[start.rows..end.rows] {
            now.push_row(row.clone()).expect("its address was free before");
        }
        now.lines.extend_from_slice(&was.lines[start.lines..end.lines]);
        now.overflows.extend_from_slice(&was.overflows[start.overflows..end.overflows]);
        section.clone()
    }

    /// A feature whose formulas read what may stand elsewhere now.
    fn section(&mut self, w: &mut Writer, section: &Section) -> Option<Section> {
        let (from, before) = (w.mark(), self.before.workings);
        let Range { start, end } = section.stands;
        for id in start.inputs..end.inputs {
            let input = &before.inputs[id];
            if w.known(&input.address).is_some() {
                return None;
            }
            self.inputs[id] = Some(w.input(Arc::clone(input)));
        }
        for id in start.series..end.series {
            self.series[id] = Some(SeriesId(w.workings.series.len()));
            w.workings.series.push(before.series[id].clone());
        }
        for id in start.prices..end.prices {
            let price = before.prices[id].clone();
            if w.prices.contains_key(&price.address) {
                return None;
            }
            let months = match price.months {
                Some(months) => Some(self.series[months.0]?),
                None => None,
            };
            let now = PriceId(w.workings.prices.len());
            w.prices.insert(price.address.clone(), now);
            w.workings.prices.push(Price { months, ..price });
            self.prices[id] = Some(now);
        }
        for id in start.tables..end.tables {
            self.tables[id] = Some(TableId(w.workings.tables.len()));
            w.workings.tables.push(before.tables[id].clone());
        }
        for id in start.rows..end.rows {
            let row = before.row(RowId(id));
            let (shape, expr) = (self.shape(w, row.shape)?, self.expr(w, &row.expr)?);
            let row = Row { said: Arc::clone(&row.said), shape, expr };
            self.rows[id] = Some(Expr::from(Node::Row(w.workings.push_row(row)?)));
        }
        let lines = before.lines[start.lines..end.lines].iter();
        let lines: Option<Vec<Line>> = lines.map(|line| self.line(w, line)).collect();
        let figures = section.figures.read_as(|expr| self.expr(w, expr))?;
        let while_zero = section.decided.while_zero.iter();
        let while_zero = while_zero.map(|row| self.row(w, *row)).collect::<Option<_>>()?;
        w.workings.lines.extend(lines?);
        let overflows = &before.overflows[start.overflows..end.overflows];
        w.workings.overflows.extend_from_slice(overflows);
        Some(Section {
            arrivals: section.arrivals.clone(),
            stands: from..w.mark(),
            figures,
            decided: Decided { while_zero, ..section.decided.clone() },
            leans_on_others: false,
        })
    }

    fn line(&mut self, w: &Writer, line: &Line) -> Option<Line> {
        let rate = match &line.rate {
            LineRate::Prices(prices) => LineRate::Prices(
                prices
                    .iter()
                    .map(|(price, share)| Some((self.price(w, *price)?, self.of(w, *share)?)))
                    .collect::<Option<_>>()?,
            ),
            LineRate::Typed(input) => LineRate::Typed(self.input(w, *input)?),
            LineRate::Agreed(_) => return None,
        };
        Some(Line {
            amount: self.row(w, line.amount)?,
            quantity: self.of(w, line.quantity)?,
            volume: self.of(w, line.volume)?,
            charged: Arc::clone(&line.charged),
            rate,
        })
    }

    /// A row, where there is one.
    fn of(&mut self, w: &Writer, row: Option<RowId>) -> Option<Option<RowId>> {
        match row {
            Some(row) => self.row(w, row).map(Some),
            None => Some(None),
        }
    }

    /// The row that says the same now, over what is the same.
    fn row(&mut self, w: &Writer, id: RowId) -> Option<RowId> {
        self.row_read(w, id)?.row()
    }

    /// The same as a formula.
    fn row_read(&mut self, w: &Writer, id: RowId) -> Option<Expr> {
        if let Some(known) = &self.rows[id.0] {
            return Some(known.clone());
        }
        let row = self.before.workings.row(id);
        let now = w.workings.find(&row.address)?;
        let (shape, expr) = (self.shape(w, row.shape)?, self.expr(w, &row.expr)?);
        let is_same = *w.workings.row(now) == Row { said: Arc::clone(&row.said), shape, expr };
        self.rows[id.0] = is_same.then(|| Expr::from(Node::Row(now)));
        self.rows[id.0].clone()
    }

    fn shape(&mut self, w: &Writer, shape: Shape) -> Option<Shape> {
        Some(match shape {
            Shape::Scalar | Shape::Month => shape,
            Shape::Table(table) => Shape::Table(self.table(w, table)?),
            Shape::TableMonth(table) => Shape::TableMonth(self.table(w, table)?),
        })
    }

    fn table(&mut self, w: &Writer, id: TableId) -> Option<TableId> {
        if let Some(known) = self.tables[id.0] {
            return Some(known);
        }
        let table = &self.before.workings.tables[id.0];
        let index = w.workings.find(&under(&table.address, "k"))?;
        let now = match w.workings.row(index).shape {
            Shape::Table(now) => Some(now),
            Shape::Scalar | Shape::Month | Shape::TableMonth(_) => None,
        };
        self.tables[id.0] = now.filter(|now| w.workings.tables[now.0] == *table);
        self.tables[id.0]
    }

    fn input(&mut self, w: &Writer, id: InputId) -> Option<InputId> {
        self.input_read(w, id)?.input()
    }

    /// The same as a formula.
    fn input_read(&mut self, w: &Writer, id: InputId) -> Option<Expr> {
        if let Some(known) = &self.inputs[id.0] {
            return Some(known.clone());
        }
        let input = &self.before.workings.inputs[id.0];
        let now = w.known(&input.address)?;
        let is_same = now.input().is_some_and(|now| w.workings.inputs[now.0] == *input);
        self.inputs[id.0] = is_same.then_some(now);
        self.inputs[id.0].clone()
    }

    /// Inputs that stand side by side.
    fn inputs(&mut self, w: &Writer, first: InputId, count: usize) -> Option<InputId> {
        let now = self.input(w, first)?;
        let mut others = 1..count;
        let stand =
            others.all(|nth| self.input(w, InputId(first.0 + nth)) == Some(InputId(now.0 + nth)));
        stand.then_some(now)
    }

    fn price(&mut self, w: &Writer, id: PriceId) -> Option<PriceId> {
        if let Some(known) = self.prices[id.0] {
            return Some(known);
        }
        let price = self.before.workings.prices[id.0].clone();
        let months = match price.months {
            Some(months) => Some(self.series(w, months)?),
            None => None,
        };
        let now = *w.prices.get(&price.address)?;
        let is_same = w.workings.prices[now.0] == Price { months, ..price };
        self.prices[id.0] = is_same.then_some(now);
        self.prices[id.0]
    }

    fn series(&mut self, w: &Writer, id: SeriesId) -> Option<SeriesId> {
        if let Some(known) = self.series[id.0] {
            return Some(known);
        }
        let series = &self.before.workings.series[id.0];
        self.series[id.0] = w.workings.series.iter().position(|it| it == series).map(SeriesId);
        self.series[id.0]
    }

    /// The same formula, as it reads now.
    fn expr(&mut self, w: &Writer, expr: &Expr) -> Option<Expr> {
        if !expr.is_shared() {
            return self.written(w, expr);
        }
        if let Some(known) = self.shared.get(&std::ptr::from_ref(expr.node())) {
            return Some(known.clone());
        }
        let now = self.written(w, expr)?;
        self.shared.insert(expr.node(), now.clone());
        Some(now)
    }

    fn written(&mut self, w: &Writer, expr: &Expr) -> Option<Expr> {
        let node = match expr.node() {
            Node::Whole(_)
            | Node::MonthNumber
            | Node::FirstDay
            | Node::NextFirstDay
            | Node::Index => return Some(expr.clone()),
            Node::Input(input) => return self.input_read(w, *input),
            Node::Row(row) => return self.row_read(w, *row),
            Node::Listed(table, first) => {
                let rows = self.before.workings.tables[table.0].rows;
                Node::Listed(self.table(w, *table)?, self.inputs(w, *first, rows)?)
            }
            Node::OfYear(january) => Node::OfYear(self.inputs(w, *january, CALENDAR.len())?),
            Node::Net(price) => Node::Net(self.price(w, *price)?),
            Node::From(price) => Node::From(self.price(w, *price)?),
            Node::To(price) => Node::To(self.price(w, *price)?),
            Node::DayShare(price) => Node::DayShare(self.price(w, *price)?),
            Node::Limit(price) => Node::Limit(self.price(w, *price)?),
            Node::Given(series) => Node::Given(self.series(w, *series)?),
            Node::Binary(operation, left, right) => {
                Node::Binary(*operation, self.expr(w, left)?, self.expr(w, right)?)
            }
            Node::Apply(function, operand) => Node::Apply(*function, self.expr(w, operand)?),
            Node::If { left, right, then, otherwise } => Node::If {
                left: self.expr(w, left)?,
                right: self.expr(w, right)?,
                then: self.expr(w, then)?,
                otherwise: self.expr(w, otherwise)?,
            },
            Node::Sum(row) => Node::Sum(self.row(w, *row)?),
            Node::Dot(left, right) => Node::Dot(self.row(w, *left)?, self.row(w, *right)?),
            Node::Beyond { of, add, limit, inclusive } => Node::Beyond {
                of: self.row(w, *of)?,
                add: self.row(w, *add)?,
                limit: self.expr(w, limit)?,
                inclusive: *inclusive,
            },
            Node::InMonth(row, month) => Node::InMonth(self.row(w, *row)?, self.expr(w, month)?),
            Node::Total(row) => Node::Total(self.row(w, *row)?),
            Node::SoFar(row) => Node::SoFar(self.row(w, *row)?),
            Node::Before(row) => Node::Before(self.row(w, *row)?),
            // What others write is gathered as well.
            Node::Gather(_) => return None,
        };
        Some(Expr::from(node))
    }
}
