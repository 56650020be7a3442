//! What every part of the walk writes with: inputs, settings, and rows that are written once.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::Date;

use super::beginning::{Senders, Sharer};
use super::measured::MeasuredRows;
use super::moments::Moments;
use super::seen::Seen;
pub use super::whole::{one, two, zero};
use crate::book::{Bracket, Tier};
use crate::check::Checked;
use crate::load::Load;
use crate::meter::Meter;
use crate::plan::{Certainty, Days, Feature, Measures, Number, Provenance, measure_address};
use crate::spread;
use crate::workings::{
    Driver, Early, Expr, Input, InputId, LineRate, NewRow, Node, Place, PriceId, Purpose, Quick,
    Read, RowId, Series, SeriesId, Workings, each_read, serial,
};

/// The workings being written, and what of them can be used again.
pub struct Writer<'p> {
    /// The plan, its models and its measures.
    pub checked: &'p Checked<'p>,
    /// When the users of the feature at hand come, and the name of the first feature of which that is true.
    pub arrivals: (Load, String),
    /// The days of the plan on which the call or tool at hand may run; every day where nothing is said.
    pub days: Option<Rc<Days>>,
    /// The address of the month in which the feature at hand begins, where one is typed.
    pub feature_starts: Option<String>,
    /// What has been written.
    pub workings: Workings,
    /// Rates of the models, for the arrivals at hand.
    pub rates: HashMap<String, Vec<(RateOf, RateRows)>, Quick>,
    /// Prices by address.
    pub prices: HashMap<String, PriceId, Quick>,
    /// Tables of measured values by the number's address.
    pub measured: HashMap<String, MeasuredRows, Quick>,
    /// Expected values of numbers in the first month, by address.
    pub means: HashMap<String, Expr, Quick>,
    /// Moments of numbers, by address.
    pub moments: HashMap<String, Moments, Quick>,
    /// What steps leave behind, by the address of their rows.
    pub left: HashMap<String, Moments, Quick>,
    /// The chances that shared beginnings are kept.
    pub alive: Vec<Alive<'p>>,
    /// Calls whose providers keep their prompts.
    pub senders: Rc<Senders<'p>>,
    /// The tree of the feature that is walked.
    pub tree: Option<Rc<Tree<'p>>>,
    /// Whether what is written depends on other features.
    pub leans_on_others: bool,
    inputs: HashMap<String, InputId, Quick>,
    settings: [Option<InputId>; Setting::COUNT],
    early: Early,
}

/// The chance that a shared beginning is kept.
#[derive(Clone)]
pub struct Alive<'p> {
    /// By whose arrivals it is weighed.
    pub whose: String,
    /// For how long it is kept.
    pub ttl: Expr,
    /// The calls that send it.
    pub sharers: Vec<Sharer<'p>>,
    /// The chance, as a row.
    pub alive: Expr,
}

/// A feature with the chances of its steps.
#[derive(Clone)]
pub struct Tree<'p> {
    /// The feature.
    pub feature: &'p Feature,
    /// When its users come, and the name of the first feature of which that is true.
    pub load: (Load, String),
    /// Its steps.
    pub seen: Rc<Seen<'p>>,
}

/// So much has been written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Rows.
    pub rows: usize,
    /// Tables.
    pub tables: usize,
    /// Inputs.
    pub inputs: usize,
    /// Prices.
    pub prices: usize,
    /// Series.
    pub series: usize,
    /// Lines.
    pub lines: usize,
    /// Overflows.
    pub overflows: usize,
}

/// A rate as a formula, and the entries behind it.
#[derive(Clone)]
pub struct RateRows {
    /// Dollars for one unit.
    pub rate: Expr,
    /// For the ledger: exact entries, each with its part of the month.
    pub line: LineRate,
    /// The rate on the plan's first day, or on the first one on which there is one.
    pub first_day: Expr,
    /// The part of each month's days that has no price, where some have none: nothing runs on these.
    pub unpriced: Option<Expr>,
}

/// Which rate of a model.
pub type RateOf = (Tier, Meter, Option<Bracket>, Option<Rc<Days>>);

/// The rows of a count's table.
#[derive(Clone, Copy)]
pub struct TableRows {
    /// k
    pub index: RowId,
    /// P(n ≥ k)
    pub at_least: RowId,
}

/// A constant of the method.
#[derive(Clone, Copy)]
pub enum Setting {
    /// 2·z₉₀: standard deviations between P10 and P90.
    TwoZ90,
    /// Where a count's table ends.
    Tail,
    /// The weight of the likely value in a three-point mean.
    LikelyWeight,
    /// How much further than its range a share's ends lie.
    ShareReach,
    /// The steepness of an S-curve.
    Steepness,
    /// Days in a week.
    WeekDays,
    /// Months in a year.
    YearMonths,
    /// Business days in a week.
    BusinessDays,
    /// Standard deviations within which every prompt is taken to lie.
    ReachDeviations,
    /// Standard deviations that nothing comes near.
    FarDeviations,
    /// Prices of tokens are for a million of them.
    Million,
    /// Seconds in a day.
    DaySeconds,
    /// Minutes in an hour.
    HourMinutes,
    /// Seconds in an hour.
    HourSeconds,
    /// Groups of requests that come about as often.
    Groups,
    /// Points that stand for a normal number, half a deviation apart.
    Points,
}

impl Setting {
    /// How many there are.
    const COUNT: usize = Self::Points as usize + 1;

    const fn describe(self) -> (&'static str, f64, &'static str, &'static str) {
        match self {
            Self::TwoZ90 => ("two-z90", spread::TWO_Z90, "deviations", "2·Φ⁻¹(0.9)"),
            Self::Tail => ("tail", spread::TAIL, "share", "where a count's table is cut"),
            Self::LikelyWeight => (
                "likely-weight",
                spread::LIKELY_WEIGHT,
                "weight",
                "PERT: (low + 4·likely + high) / 6",
            ),
            Self::ShareReach => (
                "share-reach",
                spread::SHARE_REACH,
                "widths",
                "puts P10 and P90 of a PERT at the range's ends",
            ),
            Self::Steepness => ("steepness", 8.0, "", "the S-curve's logistic"),
            Self::HourSeconds => ("hour-seconds", 3_600.0, "seconds", "the calendar"),
            Self::HourMinutes => ("hour-minutes", 60.0, "minutes", "the calendar"),
            Self::DaySeconds => ("day-seconds", 86_400.0, "seconds", "the calendar"),
            Self::Groups => {
                ("groups", 400.0, "groups", "requests by rank: to 0.01 % of what each one gives")
            }
            Self::Points => (
                "points",
                31.0,
                "points",
                "a normal number by sums over half deviations: exact to 1e-9",
            ),
            Self::WeekDays => ("week-days", 7.0, "days", "the calendar"),
            Self::YearMonths => ("year-months", 12.0, "months", "the calendar"),
            Self::BusinessDays => ("business-days", 5.0, "days", "Monday to Friday"),
            Self::ReachDeviations => {
                ("reach", 7.0, "deviations", "longer prompts are rarer than one in 10¹¹")
            }
            Self::Million => ("million", 1e6, "units", "prices are listed for a million"),
            Self::FarDeviations => ("far", 40.0, "deviations", "to a limit that nothing meets"),
        }
    }
}

impl<'p> Writer<'p> {
    /// Nothing written yet.
    pub fn new(checked: &'p Checked<'p>, workings: Workings) -> Self {
        Self {
            checked,
            arrivals: (Load::flat(), String::new()),
            days: None,
            feature_starts: None,
            workings,
            rates: HashMap::default(),
            prices: HashMap::default(),
            measured: HashMap::default(),
            means: HashMap::default(),
            moments: HashMap::default(),
            left: HashMap::default(),
            alive: vec![],
            senders: Rc::default(),
            tree: None,
            leans_on_others: false,
            inputs: HashMap::default(),
            settings: [None; Setting::COUNT],
            early: Early::default(),
        }
    }

    /// Whether a guard that was just written says that something is in reach, in any month.
    pub fn warns(&mut self, guard: &Expr) -> bool {
        let row = guard.row().expect("a guard is a row");
        let warns = self.early.all(&self.workings, row).iter().any(|flag| *flag != 0.0);
        // A guard that warns is taken back: the numbers behind it stay.
        let behind = warns.then(|| numbers_behind(&self.workings, row));
        let decided = Arc::make_mut(&mut self.workings.decided);
        match behind {
            Some(numbers) => decided.by.extend(numbers),
            None => decided.while_zero.push(row),
        }
        warns
    }

    /// The expected value of a number that chooses between rows.
    pub fn decide(&mut self, number: &Number) -> f64 {
        Arc::make_mut(&mut self.workings.decided).by.insert(number.address.clone());
        number.mean()
    }

    /// What a row that was just written comes to, month by month; k by k in a table. What is told or chosen by it rests on
    /// the numbers behind it.
    pub fn early(&mut self, of: &Expr) -> Vec<f64> {
        let row = of.row().expect("a row was just written");
        let numbers = numbers_behind(&self.workings, row);
        Arc::make_mut(&mut self.workings.decided).by.extend(numbers);
        self.early.all(&self.workings, row).to_vec()
    }

    /// Writes something, and takes it back: no rates, for those are kept to be used again.
    pub fn tried_out<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let (before, rates) = (self.mark(), std::mem::take(&mut self.rates));
        let tried = write(self);
        debug_assert!(self.rates.is_empty(), "a rate would be lost");
        self.rewind(before);
        self.rates = rates;
        tried
    }

    /// How much has been written by now.
    pub fn mark(&self) -> Mark {
        let Workings { rows, tables, inputs, prices, series, lines, overflows, .. } =
            &self.workings;
        Mark {
            rows: rows.len(),
            tables: tables.len(),
            inputs: inputs.len(),
            prices: prices.len(),
            series: series.len(),
            lines: lines.len(),
            overflows: overflows.len(),
        }
    }

    /// Takes back all that was written since.
    pub fn rewind(&mut self, mark: Mark) {
        self.early.forget_from(mark.rows);
        self.workings.forget_from(mark.rows, mark.tables);
        let decided = Arc::make_mut(&mut self.workings.decided);
        decided.while_zero.retain(|row| row.0 < mark.rows);
        self.measured.retain(|_, rows| rows.values.0 < mark.rows);
        for input in self.workings.inputs.drain(mark.inputs..) {
            self.inputs.remove(&input.address);
        }
        let is_left = |input: &InputId| input.0 < mark.inputs;
        self.settings.iter_mut().for_each(|input| *input = input.filter(is_left));
        for price in self.workings.prices.drain(mark.prices..) {
            self.prices.remove(&price.address);
        }
        self.workings.series.truncate(mark.series);
        self.rates.clear();
        self.means.clear();
        self.moments.clear();
        self.left.clear();
        self.alive.retain(|it| it.alive.row().is_none_or(|row| row.0 < mark.rows));
    }

    /// Writes a row.
    pub fn row(&mut self, place: Place, group: &str, field: &str, say: Say, expr: Expr) -> Expr {
        let address = if field.is_empty() { group.to_owned() } else { under(group, field) };
        Expr::from(Node::Row(self.row_id(place, group, address, say, expr)))
    }

    /// Writes a row under its whole address.
    pub fn row_id(
        &mut self,
        place: Place,
        group: &str,
        address: impl Into<String>,
        say: Say,
        expr: Expr,
    ) -> RowId {
        let Say { label, unit, key } = say;
        self.workings.push(place, group, address.into(), NewRow { label, unit, key, expr })
    }

    /// The row at an address, written by `write` when it is first asked for.
    pub fn once(&mut self, address: &str, write: impl FnOnce(&mut Self) -> Expr) -> Expr {
        match self.workings.find(address) {
            Some(row) => Expr::from(Node::Row(row)),
            None => write(self),
        }
    }

    /// The days of a month, counted from 0.
    pub fn days_of_month(&self, month: usize) -> impl Iterator<Item = Date> + use<> {
        let (first, next) = (self.workings.first_day(month), self.workings.first_day(month + 1));
        first.series(jiff::Span::new().days(1)).take_while(move |day| *day < next)
    }

    /// One value for each month, counted from 0.
    pub fn by_month(&self, value: impl Fn(&Self, usize) -> f64) -> Vec<f64> {
        (0..self.workings.months).map(|month| value(self, month)).collect()
    }

    /// A check that months are those for which the calendar was asked.
    pub fn check_start(&mut self) {
        self.once("calendar.start.check", |w| {
            let start = serial(w.workings.first_day(0));
            let start = w.given("settings.first-day", start, "day", "the plan's first day");
            let off = Expr::from(Node::FirstDay) - start;
            let off = Expr::if_at_most(&Expr::from(Node::MonthNumber), &one(), &off, &zero());
            let label = say("calendar: days from the start for which months were split", "days");
            w.row(Place::Check, "calendar", "start.check", label, off)
        });
    }

    /// A part of each month that the calendar gives, written when it is first asked for.
    pub fn series(&mut self, address: &str, label: &str, values: Vec<f64>) -> SeriesId {
        let known = self.workings.series.iter().position(|series| series.address == address);
        let id = known.unwrap_or(self.workings.series.len());
        if known.is_none() {
            let (address, label) = (address.to_owned(), label.to_owned());
            self.workings.series.push(Series { address, label, unit: "share".to_owned(), values });
        }
        SeriesId(id)
    }

    /// A setting.
    pub fn setting(&mut self, setting: Setting) -> Expr {
        if let Some(known) = self.settings[setting as usize] {
            return Expr::from(Node::Input(known));
        }
        let (name, value, unit, source) = setting.describe();
        let address = format!("settings.{name}");
        let input = Input {
            number: address.clone(),
            address,
            value,
            unit: unit.to_owned(),
            text: value.to_string(),
            provenance: Provenance { source: Some(source.to_owned()), ..Provenance::default() },
            doubt: None,
            certainty: Certainty::Exact,
            purpose: Purpose::Setting,
        };
        let written = self.input(input);
        self.settings[setting as usize] = written.input();
        written
    }

    /// A number that the price book says beside prices, with its source.
    pub fn given(&mut self, address: &str, value: f64, unit: &str, source: &str) -> Expr {
        let provenance = Provenance { source: Some(source.to_owned()), ..Provenance::default() };
        self.input(Input {
            number: address.to_owned(),
            address: address.to_owned(),
            value,
            unit: unit.to_owned(),
            text: value.to_string(),
            provenance,
            doubt: None,
            certainty: Certainty::Exact,
            purpose: Purpose::Setting,
        })
    }

    /// One scalar of a typed number: `field` is empty, or `low`, `likely`, `high`, `value-1`, `times-1` …
    pub fn typed(&mut self, number: &Number, field: &str, value: f64) -> Expr {
        let address = match field {
            "" => number.address.clone(),
            end => under(&number.address, end),
        };
        if let Some(known) = self.known(&address) {
            return known;
        }
        self.input(typed_input(self.checked.measures, number, field, value))
    }

    /// Every scalar of a typed number, whether a formula needs it or not.
    pub fn every_end(&mut self, number: &Number) {
        for (field, value) in number.ends().into_iter().filter(|(field, _)| field != "doubt") {
            self.typed(number, &field, value);
        }
    }

    /// The length of a text for a model.
    ///
    /// # Panics
    /// When it was not counted: a checked plan's texts are.
    pub fn measured(&mut self, part: &str, model: &str) -> Expr {
        let measures = self.checked.measures;
        let measure = measures.get(part, model).expect("a checked plan's texts are counted");
        let address = measure_address(part, &measure.vocabulary);
        if let Some(known) = self.known(&address) {
            return known;
        }
        let input = Input {
            number: address.clone(),
            address,
            value: measure.tokens,
            unit: "tokens".to_owned(),
            text: measure.tokens.to_string(),
            provenance: Provenance {
                source: Some(match (&measure.source, measure.certainty) {
                    (Some(source), _) => source.clone(),
                    (None, Certainty::Exact) => format!("counted in {}", measure.vocabulary),
                    (None, Certainty::Estimated(_)) => {
                        format!("estimated for {}", measure.vocabulary)
                    }
                    (None, Certainty::Assumed) => "typed".to_owned(),
                }),
                ..Provenance::default()
            },
            doubt: None,
            certainty: measure.certainty,
            purpose: Purpose::Measured,
        };
        self.input(input)
    }

    /// An input that was written before.
    pub fn known(&self, address: &str) -> Option<Expr> {
        self.inputs.get(address).map(|id| Expr::from(Node::Input(*id)))
    }

    /// An input, written when it is first asked for.
    pub fn input(&mut self, input: impl Into<Arc<Input>>) -> Expr {
        let input = input.into();
        let id = match self.inputs.get(&input.address) {
            Some(&id) => id,
            None => {
                let id = InputId(self.workings.inputs.len());
                self.inputs.insert(input.address.clone(), id);
                self.workings.inputs.push(input);
                id
            }
        };
        Expr::from(Node::Input(id))
    }
}

/// The address of what stands under another one.
pub fn under(group: &str, field: &str) -> String {
    [group, ".", field].concat()
}

/// A scalar of a typed number as an input.
pub fn typed_input(measures: &Measures, number: &Number, field: &str, value: f64) -> Input {
    let address = match field {
        "" => number.address.clone(),
        end => under(&number.address, end),
    };
    Input {
        address,
        number: number.address.clone(),
        value,
        unit: if field.starts_with("times-") { "times met".to_owned() } else { number.unit() },
        text: number.text.clone(),
        provenance: Provenance {
            source: number.source().map(str::to_owned),
            ..number.provenance.clone()
        },
        doubt: number.typed().doubt,
        certainty: measures.certainty_everywhere(number),
        purpose: Purpose::Typed,
    }
}

/// The numbers that a row comes from.
fn numbers_behind(workings: &Workings, row: RowId) -> BTreeSet<String> {
    let (mut numbers, mut seen) = (BTreeSet::new(), BTreeSet::from([row]));
    let mut left = vec![row];
    while let Some(row) = left.pop() {
        each_read(workings, &workings.row(row).expr, &mut |read| match read {
            Read::Row(row) => left.extend(seen.insert(row).then_some(row)),
            Read::Inputs(inputs) => {
                let inputs = workings.inputs[inputs].iter();
                numbers.extend(inputs.map(|input| input.number.clone()));
            }
        });
    }
    numbers
}

/// What lines of a feature and driver are gathered by.
pub fn key(feature: &str, driver: Driver) -> String {
    [feature, ": ", driver.name()].concat()
}

/// Where a feature's units by month stand.
pub fn volume_address(feature: &str) -> String {
    under(feature, "volume")
}

/// What a row says: label, unit and, for lines, the key.
pub struct Say {
    label: String,
    unit: String,
    key: Option<String>,
}

/// A row's label and unit.
pub fn say(label: impl Into<String>, unit: impl Into<String>) -> Say {
    Say { label: label.into(), unit: unit.into(), key: None }
}

impl Say {
    /// What `Gather` collects this line by.
    pub fn keyed(self, key: String) -> Self {
        Self { key: Some(key), ..self }
    }
}
