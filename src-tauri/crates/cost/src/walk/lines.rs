//! What a call is billed: a row of its quantity and a line for each driver, meter and price level.

use std::sync::Arc;

use super::bracket::Prompts;
use super::cache::Classes;
use super::levels::{self, Level};
use super::moments::Moments;
use super::rate::{self, RateRows, suffix};
use super::usage::Usage;
use super::writer::{self, Writer, key, one, say, under, volume_address, zero};
use crate::meter::Meter;
use crate::plan::{Call, Certainty, Feature};
use crate::workings::{Charged, Driver, Expr, Item, Line, Node, Place, RowId};

/// Whose lines they are.
pub struct Unit<'u> {
    /// The feature.
    pub feature: &'u Feature,
    /// The address of the step.
    pub step: &'u str,
    /// What the addresses of its rows begin with.
    pub group: &'u str,
}

/// What writes a call's lines.
pub struct LineWriter<'a, 'p> {
    /// Where they are written.
    pub w: &'a mut Writer<'p>,
    /// Whose they are.
    pub unit: Unit<'a>,
    /// The call.
    pub call: &'a Call,
    /// Its price levels.
    pub levels: Vec<Level>,
    /// How its input splits into what is new and what is cached.
    pub classes: Classes,
}

impl LineWriter<'_, '_> {
    /// How many calls count.
    pub fn calls(&mut self, calls: &Expr) -> Expr {
        // One call is a number and needs no row.
        if calls.is(1) {
            return calls.clone();
        }
        let label = say("calls that count", format!("calls per {}", self.unit.feature.unit));
        self.w.row(Place::Unit, self.unit.group, "calls", label, calls.clone())
    }

    /// Calls that are billed, where some fail.
    pub fn billed(&mut self, calls: Expr) -> Expr {
        let unit = format!("calls per {}", self.unit.feature.unit);
        let label =
            say("calls that are billed, failed ones by the billed part of their prompt", unit);
        self.w.row(Place::Unit, self.unit.group, "billed-calls", label, calls)
    }

    /// Tokens that are sent.
    pub fn input(&mut self, driver: Driver, side: &str, tokens: Expr, sure: Certainty) {
        let meters = self.classes.good();
        self.lines(driver, side, tokens, &meters, sure);
    }

    /// Tokens that are written.
    pub fn output(&mut self, driver: Driver, side: &str, tokens: Expr) {
        let meters = [(Meter::Output, "", one())];
        self.lines(driver, side, tokens, &meters, Certainty::Assumed);
    }

    /// Everything of good calls that has one cause, whatever it would be otherwise.
    pub fn taken_over(
        &mut self,
        driver: Driver,
        (input, sure): &(Expr, Certainty),
        output: &[(Driver, Expr)],
        calls: &Expr,
        part: &Expr,
    ) {
        self.input(driver, "input", part * input, *sure);
        self.fees(driver, part * calls);
        let written = output.iter().fold(zero(), |sum, (_, tokens)| sum + tokens);
        self.output(driver, "output", part * written);
    }

    /// What failed attempts are billed.
    pub fn failed(&mut self, input: Expr, output: Expr, calls: Expr, sure: Certainty) {
        let driver = Driver::FailedAttempts;
        let meters = self.classes.failed();
        self.lines(driver, "input", input, &meters, sure);
        self.output(driver, "output", output);
        self.fees(driver, calls);
    }

    /// A fee for each call, where the model has one.
    pub fn fees(&mut self, driver: Driver, calls: Expr) {
        if !rate::has_fee(self.w, self.call) || calls.is(0) {
            return;
        }
        let field = format!("{}.requests", driver.name());
        let unit = format!("calls per {}", self.unit.feature.unit);
        let calls = if calls.is(1) {
            calls
        } else {
            let (times, label) = (under(&field, "times"), say("calls with a fee", unit.clone()));
            self.w.row(Place::Unit, self.unit.group, &times, label, calls)
        };
        let label = format!("{}, fee for each call", driver.label());
        // One call is one call.
        let billed = Billed { field, label, unit, row: "times", all: calls };
        self.at_levels(driver, Meter::Request, &billed, Certainty::Exact);
    }

    /// The tokens of a driver, and a line for each class and price level.
    fn lines(
        &mut self,
        driver: Driver,
        side: &str,
        tokens: Expr,
        meters: &[(Meter, &'static str, Expr)],
        certainty: Certainty,
    ) {
        if tokens.is(0) {
            return;
        }
        let field = match side {
            "" => driver.name().to_owned(),
            side => format!("{}.{side}", driver.name()),
        };
        let label = match side {
            "" => driver.label().to_owned(),
            side => format!("{}, {side}", driver.label()),
        };
        let unit = ["tokens per ", &self.unit.feature.unit].concat();
        let address = under(&field, "tokens");
        let say_all = say(label.clone(), unit.clone());
        let all = self.w.row(Place::Unit, self.unit.group, &address, say_all, tokens);
        for (meter, class, share) in meters {
            let mut billed = Billed {
                field: field.clone(),
                label: label.clone(),
                unit: unit.clone(),
                row: "tokens",
                all: all.clone(),
            };
            if !share.is(1) {
                if !class.is_empty() {
                    billed.field = under(&field, class);
                    billed.label = format!("{label}, {class}");
                } else {
                    billed.field = under(&field, "new");
                    billed.label = format!("{label}, new");
                }
                let address = under(&billed.field, "tokens");
                let say = say(billed.label.clone(), unit.clone());
                billed.all = self.w.row(Place::Unit, self.unit.group, &address, say, &all * share);
            }
            self.at_levels(driver, *meter, &billed, certainty);
        }
    }

    /// A line for each price level.
    fn at_levels(&mut self, driver: Driver, meter: Meter, billed: &Billed, certainty: Certainty) {
        let Billed { field, label, unit, row, all } = billed;
        for index in 0..self.levels.len() {
            let level = &self.levels[index];
            let (part, rates) = level.of(meter);
            let rates = rates.clone();
            let (field, label) = match level.bracket {
                None => (field.clone(), label.clone()),
                Some(bracket) => {
                    let name = suffix(bracket);
                    (under(field, &name), format!("{label}, prompts {}", name.replace('-', " ")))
                }
            };
            let quantity = if part.is(1) {
                all.clone()
            } else {
                let say = say(label.clone(), unit.clone());
                let address = format!("{field}.part.{row}");
                self.w.row(Place::Unit, self.unit.group, &address, say, all * part)
            };
            let row = quantity.row();
            let line = NewLine { field, label, quantity, row, rates, certainty, sent: true };
            let model = self.w.checked.models.get(&self.call.model).name.clone();
            write(self.w, &self.unit, driver, Item::Model { model, meter }, line);
        }
    }

    /// What is paid for the parts that the answer does not need.
    pub fn unused(&mut self, usage: &Usage, calls: &Expr) -> Option<Expr> {
        let parts = usage.sent.iter().filter_map(|sent| {
            let unused = sent.unused.as_ref()?;
            Some((&sent.launch + &sent.gained) * unused)
        });
        let tokens = parts.reduce(|sum, tokens| sum + tokens)?;
        let meters = self.classes.good();
        let rate = self.levels.iter().fold(zero(), |sum, level| {
            let rate = meters.iter().fold(zero(), |sum, (meter, _, share)| {
                let rates = level.rate(*meter).expect("a call that sends has a rate");
                sum + share * &rates.rate
            });
            sum + &level.part.input * rate
        });
        let label =
            say("paid for what no answer needs", format!("USD per {}", self.unit.feature.unit));
        Some(self.w.row(Place::Unit, self.unit.group, "unused", label, calls * tokens * rate))
    }

    /// The call once, as it was at launch: no history, nothing looked up, no thinking, no cache.
    pub fn naive(&mut self, usage: &Usage) -> Expr {
        let base = usage.sent.iter().filter(|sent| sent.driver == Driver::BasePrompt);
        let size = base.fold(Moments::zero(), |sum, sent| sum.plus(&sent.launch_size));
        let tokens = size.expected();
        let group = under(self.unit.group, "naive");
        let prompts = Prompts { size, turns: None, tokens: tokens.clone(), calls: one() };
        let parts = levels::parts(self.w, &group, &prompts, &self.levels);
        let rate = |rows: Option<&RateRows>| rows.map_or_else(zero, |rows| rows.first_day.clone());
        let cost = self.levels.iter().zip(parts).fold(zero(), |sum, (level, part)| {
            sum + &part.calls * rate(level.rate(Meter::Request))
                + &tokens * part.input * rate(level.rate(Meter::Input))
                + &usage.written.output * part.calls * rate(level.rate(Meter::Output))
        });
        let say = say("the answer once, at launch", format!("USD per {}", self.unit.feature.unit));
        self.w.row(Place::Unit, self.unit.group, "naive", say, cost)
    }
}

/// Writes an amount for one unit: `quantity` of something, also known as `row`, at its rates. Answers the amount.
pub fn write(w: &mut Writer, unit: &Unit, driver: Driver, item: Item, line: NewLine) -> RowId {
    let NewLine { field, label, quantity, row, rates, certainty, sent } = line;
    let key = key(&unit.feature.name, driver);
    let say = say(label, ["USD per ", &unit.feature.unit].concat()).keyed(key);
    let address = under(unit.group, &field);
    let volume = w.workings.find(&volume_address(&unit.feature.name));
    if let (Some(unpriced), Some(volume)) = (&rates.unpriced, volume) {
        let label = format!("{address}: units on days without a price");
        let units = &quantity * Expr::from(Node::Row(volume)) * unpriced;
        let said = writer::say(label, "units");
        w.row(Place::Check, unit.group, &under(&field, "unpriced"), said, units);
    }
    let expr = quantity * &rates.rate;
    let amount = w.row_id(Place::Line, unit.group, address, say, expr);
    w.workings.lines.push(Line {
        amount,
        quantity: row,
        volume,
        charged: Arc::new(Charged {
            feature: unit.feature.name.clone(),
            step: unit.step.to_owned(),
            item,
            driver,
            certainty,
            sent,
        }),
        rate: rates.line,
    });
    amount
}

/// What one driver is billed for, for one unit of work.
struct Billed {
    field: String,
    label: String,
    unit: String,
    /// What rows that count it are called.
    row: &'static str,
    all: Expr,
}

/// A line to be written.
pub struct NewLine {
    /// The end of its address.
    pub field: String,
    /// What it says.
    pub label: String,
    /// How much of it, for one unit.
    pub quantity: Expr,
    /// The row that says so, where one does.
    pub row: Option<RowId>,
    /// What it costs.
    pub rates: RateRows,
    /// How sure the quantity is.
    pub certainty: Certainty,
    /// Whether calls send it.
    pub sent: bool,
}
