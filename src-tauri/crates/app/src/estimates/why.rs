//! Why a figure is what it is: its formula and what it reads, or the lines that it is the sum of.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use cost::money::Money;
use cost::workings::{Driver, Figure, Item, Line, Origin, addresses, explain, number, varies};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::worked::{Worked, month_name};
use crate::error::{At, Code, Error};
use crate::suggest::nearest;

/// What explains the costs that belong to no feature.
pub const NO_FEATURE: &str = "no-feature";

/// After the address of what is a sum of lines: what it comes to for one unit.
const FOR_ONE: &str = ".unit-cost";

/// After the address of a line, which is for one unit: what it comes to in a month.
const IN_MONTH: &str = ".month";

/// A figure explained.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct Why {
    /// The month that it is explained for; nothing for what is the same in all, or over all months.
    pub month: Option<String>,
    /// The figure.
    pub figure: Operand,
    /// Its formula in addresses; nothing when it was typed, counted or read from the book.
    pub formula: Option<String>,
    /// Its formula in numbers.
    pub numbers: Option<String>,
    /// What the formula reads.
    pub operands: Vec<Operand>,
    /// Its cell in the exported workbook: `Projection!Q18`; nothing where that has none.
    pub workbook: Option<String>,
}

/// A figure that a formula reads.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct Operand {
    /// Its address.
    pub address: String,
    /// What it says, in words.
    pub label: String,
    /// What one of it is.
    pub unit: String,
    /// Its value; nothing for a table, which has one for each k, and for what one unit costs where there are none.
    pub value: Option<String>,
    /// The month that it is of, such as `2027-12`, where that is not the one explained.
    pub month: Option<String>,
    /// Of a line and of a number of tokens, how sure that is: `exact`, `estimated ±12 %`,
    /// `assumed`, `assumed, counted for o200k`.
    pub certainty: Option<String>,
    /// Where it comes from.
    pub source: Source,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[ts(rename = "FigureSource")]
pub enum Source {
    /// A formula.
    Formula,
    /// A number of the plan.
    Input {
        /// As typed.
        text: String,
        /// Who says so; nobody when it is a guess.
        source: Option<String>,
    },
    /// A price entry.
    Price {
        /// The page that it was read from.
        page: String,
        /// The day on which it was last checked.
        checked: String,
        /// The first day; since always, as far as the book knows, when nothing is said.
        from: Option<String>,
        /// The first day without it.
        to: Option<String>,
    },
    /// The calendar.
    Calendar,
}

impl Worked {
    /// Why the figure at an address is what it is, in a month such as `2027-12`; in the first one
    /// when none is said, but sums are over all months then.
    pub fn why(&self, address: &str, month: Option<&str>) -> Result<Why, Error> {
        let chosen = month.map(|month| self.month(month)).transpose()?;
        let of_lines = self
            .sum_of_lines(address, chosen)
            .or_else(|| self.for_one(address, chosen.unwrap_or(0)))
            .or_else(|| self.line_by_month(address, chosen));
        if let Some(why) = of_lines {
            return Ok(why);
        }
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        let month = chosen.unwrap_or(0);
        // A range is explained by the mean that formulas read.
        let names = [address.to_owned(), format!("{address}.mean")];
        let explained = names.iter().find_map(|name| explain(workings, values, name, month));
        let explained = explained.ok_or_else(|| self.no_figure(address))?;
        let shown = |formula: String| (!formula.is_empty()).then_some(formula);
        let by_month = varies(workings, &explained.figure.address);
        Ok(Why {
            month: by_month.then(|| month_name(workings.first_day(month))),
            figure: self.operand(&explained.figure),
            formula: shown(explained.formula),
            numbers: shown(explained.numbers),
            operands: explained.operands.iter().map(|figure| self.operand(figure)).collect(),
            workbook: report::cell_of(workings, &explained.figure.address, Some(month)),
        })
    }

    /// What is a sum of lines in money, the largest first: everything, a feature, a step, a driver.
    fn sum_of_lines(&self, address: &str, month: Option<usize>) -> Option<Why> {
        let workings = &self.estimate.workings;
        let (label, picked) = self.picked(address)?;
        let mut seen = BTreeSet::new();
        let mut parts: Vec<(Money, Operand)> = vec![];
        for line in picked {
            if !seen.insert((&line.step, line.driver.name(), item(&line.item))) {
                continue;
            }
            let amount = self.settled(line, month);
            parts.push((amount, sum(self.money_address(line), line_label(line), amount)));
        }
        parts.sort_by_key(|(amount, _)| Reverse(*amount));
        let total = parts.iter().map(|(amount, _)| *amount).sum();
        let over = if month.is_none() { ", all months" } else { "" };
        Some(Why {
            month: month.map(|month| month_name(workings.first_day(month))),
            figure: sum(address.to_owned(), format!("{label}{over}"), total),
            formula: Some("sum of its lines".to_owned()),
            numbers: None,
            operands: parts.into_iter().map(|(_, operand)| operand).collect(),
            workbook: report::cell_of(workings, address, month),
        })
    }

    /// What lines come to for one unit of their feature, in a month counted from 0.
    fn for_one(&self, address: &str, month: usize) -> Option<Why> {
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        if workings.find(address).is_some() {
            return None;
        }
        let (label, picked) = self.picked(address.strip_suffix(FOR_ONE)?)?;
        let of_one = |name: &str| picked.iter().all(|line| line.feature == name);
        let feature = workings.features.iter().find(|feature| of_one(&feature.name))?;
        let value: f64 = picked.iter().map(|line| values.at(line.amount, month)).sum();
        let mut lines = picked;
        lines.sort_by(|a, b| values.at(b.amount, month).total_cmp(&values.at(a.amount, month)));
        let operands = lines.iter().map(|line| Operand {
            label: line_label(line),
            ..self.row_operand(&workings.row(line.amount).address, month)
        });
        let (formula, numbers) = self.added(&lines, month);
        Some(Why {
            month: Some(month_name(workings.first_day(month))),
            figure: Operand {
                address: address.to_owned(),
                label: format!("{label}, for one {}", feature.unit),
                unit: format!("USD per {}", feature.unit),
                value: Some(value.to_string()),
                month: None,
                certainty: None,
                source: Source::Formula,
            },
            formula: Some(formula),
            numbers: Some(numbers),
            operands: operands.collect(),
            workbook: None,
        })
    }

    /// What a line comes to in a month: so many units, each at what it is for one. Over all months: month by month.
    fn line_by_month(&self, address: &str, month: Option<usize>) -> Option<Why> {
        let workings = &self.estimate.workings;
        let mut lines = workings.lines.iter();
        let line = lines.find(|line| self.money_address(line) == address)?;
        let (formula, numbers, operands) = match (month, line.volume) {
            // What comes once a month is a row of its own.
            (Some(_), None) => return None,
            (Some(month), Some(volume)) => {
                // At each level of prices a line has a row.
                let alike = |other: &&Line| is_alike(line, other);
                let rows: Vec<&Line> = workings.lines.iter().filter(alike).collect();
                let (formula, numbers) = self.added(&rows, month);
                let volume = self.row_operand(&workings.row(volume).address, month);
                let units = volume.value.as_deref().and_then(|units| units.parse().ok());
                let brackets = |sum: String| if rows.len() > 1 { format!("({sum})") } else { sum };
                let formula = format!("{} × {}", volume.address, brackets(formula));
                let numbers =
                    format!("{} × {}", number(units.unwrap_or_default()), brackets(numbers));
                let row =
                    |line: &&Line| self.row_operand(&workings.row(line.amount).address, month);
                let operands = std::iter::once(volume).chain(rows.iter().map(row)).collect();
                (formula, Some(numbers), operands)
            }
            (None, _) => {
                let of_month = |month: usize| {
                    let name = month_name(workings.first_day(month));
                    let amount = self.settled(line, Some(month));
                    Operand {
                        month: Some(name.clone()),
                        ..sum(address.to_owned(), format!("in {name}"), amount)
                    }
                };
                let months = (0..workings.months).map(of_month).collect();
                ("sum of its months".to_owned(), None, months)
            }
        };
        let over = if month.is_none() { ", all months" } else { "" };
        Some(Why {
            month: month.map(|month| month_name(workings.first_day(month))),
            figure: sum(
                address.to_owned(),
                format!("{}{over}", line_label(line)),
                self.settled(line, month),
            ),
            formula: Some(formula),
            numbers,
            operands,
            workbook: None,
        })
    }

    /// What was settled of a line, at every level of prices; over all months, or in one.
    fn settled(&self, line: &Line, month: Option<usize>) -> Money {
        self.estimate.ledger.sum(|charge| {
            (charge.step == line.step && charge.feature == line.feature)
                && (charge.driver == line.driver && charge.item == line.item)
                && month.is_none_or(|month| charge.month == month)
        })
    }

    /// Where the money of a line is explained; its row says what it is for one unit.
    fn money_address(&self, line: &Line) -> String {
        let row = &self.estimate.workings.row(line.amount).address;
        match line.volume {
            Some(_) => format!("{row}{IN_MONTH}"),
            None => row.clone(),
        }
    }

    /// The rows of lines added up: in addresses, and in numbers.
    fn added(&self, lines: &[&Line], month: usize) -> (String, String) {
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        let addresses = lines.iter().map(|line| workings.row(line.amount).address.as_str());
        let numbers = lines.iter().map(|line| number(values.at(line.amount, month)));
        let join = |parts: Vec<String>| parts.join(" + ");
        (join(addresses.map(str::to_owned).collect()), join(numbers.collect()))
    }

    fn row_operand(&self, address: &str, month: usize) -> Operand {
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        let row = explain(workings, values, address, month).expect("the address of a row");
        self.operand(&row.figure)
    }

    /// The lines that an address stands for, and what they are called together.
    fn picked(&self, address: &str) -> Option<(String, Vec<&Line>)> {
        let workings = &self.estimate.workings;
        let lines = |wanted: &dyn Fn(&Line) -> bool| {
            workings.lines.iter().filter(|line| wanted(line)).collect::<Vec<_>>()
        };
        if address == "total" {
            return Some(("everything".to_owned(), lines(&|_| true)));
        }
        let feature = address.strip_suffix(".total").unwrap_or(address);
        if let Some(feature) = workings.features.iter().find(|known| known.name == feature) {
            return Some((feature.label.clone(), lines(&|line| line.feature == feature.name)));
        }
        let step = lines(&|line| line.step == address);
        if !step.is_empty() {
            return Some(("all of it".to_owned(), step));
        }
        if address == NO_FEATURE {
            return Some((
                "costs of no feature".to_owned(),
                lines(&|line| line.feature.is_empty()),
            ));
        }
        if workings.find(address).is_some() {
            return None;
        }
        let (feature, name) = match address.split_once('.') {
            Some((feature, name)) => (Some(feature), name),
            None => (None, address),
        };
        let named =
            |driver: &Driver| driver.name() == name || driver.label().eq_ignore_ascii_case(name);
        let of = match Driver::ALL.into_iter().find(named) {
            Some(driver) => (
                driver.label().to_owned(),
                lines(&|line| {
                    line.driver == driver && feature.is_none_or(|feature| line.feature == feature)
                }),
            ),
            None => (address.to_owned(), lines(&|line| payee(&line.item) == address)),
        };
        (!of.1.is_empty()).then_some(of)
    }

    /// A month of the plan, counted from 0.
    pub(super) fn month(&self, typed: &str) -> Result<usize, Error> {
        let months: Vec<String> =
            self.estimate.ledger.months.iter().map(|day| month_name(*day)).collect();
        months.iter().position(|month| month == typed).ok_or_else(|| {
            let (first, last) = (months.first(), months.last());
            let name = |month: Option<&String>| month.map_or("", String::as_str).to_owned();
            Error::new(
                Code::NotFound,
                format!("The plan has no month `{typed}`."),
                format!("Its months are {} to {}.", name(first), name(last)),
            )
        })
    }

    fn operand(&self, figure: &Figure) -> Operand {
        let workings = &self.estimate.workings;
        let source = match figure.origin {
            Origin::Computed => Source::Formula,
            Origin::Calendar => Source::Calendar,
            Origin::Input(id) => {
                let input = &workings.inputs[id.0];
                let source = input.provenance.source.clone();
                Source::Input { text: input.text.clone(), source }
            }
            Origin::Price(id) => {
                let price = &workings.prices[id.0];
                Source::Price {
                    page: price.source.clone(),
                    checked: price.checked.to_string(),
                    from: price.from.map(|day| day.to_string()),
                    to: price.to.map(|day| day.to_string()),
                }
            }
        };
        Operand {
            address: figure.address.clone(),
            label: figure.label.clone(),
            unit: figure.unit.clone(),
            value: figure.value.map(|value| value.to_string()),
            month: None,
            certainty: self.certainty(figure),
            source,
        }
    }

    /// How sure the tokens of a figure are; nothing where it is neither a line nor a length.
    fn certainty(&self, figure: &Figure) -> Option<String> {
        let workings = &self.estimate.workings;
        match figure.origin {
            Origin::Computed => {
                let row = workings.find(&figure.address)?;
                let line = workings.lines.iter().find(|line| line.amount == row);
                line.map(|line| line.certainty.to_string()).or_else(|| self.length(&figure.address))
            }
            Origin::Input(id) => workings.inputs[id.0].sure(),
            Origin::Calendar | Origin::Price(_) => None,
        }
    }

    /// How sure the mean of a length is that was counted.
    fn length(&self, address: &str) -> Option<String> {
        let number = address.strip_suffix(".mean")?;
        let inputs = self.estimate.workings.inputs.iter();
        let mut of_it = inputs.filter(|it| it.number == number && it.provenance.counted.is_some());
        of_it.find_map(|input| input.sure())
    }

    fn no_figure(&self, address: &str) -> Error {
        let workings = &self.estimate.workings;
        let steps = workings.lines.iter().map(|line| line.step.as_str());
        let known: Vec<&str> = addresses(workings).chain(steps).chain(["total"]).collect();
        Error::new(
            Code::NotFound,
            format!("The plan has no figure at `{address}`."),
            format!(
                "{}A step, a cause (`reasoning`) and `total` can be asked for, the unit-cost of a \
                 step and of a feature, and a feature's month; inputs have addresses of their own.",
                suggestions(address, &known)
            ),
        )
        .at(At { address: Some(address.to_owned()), ..At::default() })
    }
}

/// Addresses that go on from the one typed, else the nearest, else those that begin as it does.
fn suggestions(typed: &str, known: &[&str]) -> String {
    let below = |start: &str| {
        let inside = format!("{start}.");
        let mut found: Vec<&str> =
            known.iter().copied().filter(|name| name.starts_with(&inside)).collect();
        found.sort_unstable_by_key(|name| (name.matches('.').count(), name.len(), *name));
        found.dedup();
        found.truncate(3);
        found
    };
    let mut found = below(typed);
    if found.is_empty() {
        found = nearest(typed, known.iter().copied()).into_iter().collect();
    }
    let mut start = typed;
    while let (true, Some((shorter, _))) = (found.is_empty(), start.rsplit_once('.')) {
        found = below(shorter);
        start = shorter;
    }
    match found.split_last() {
        None => String::new(),
        Some((last, [])) => format!("Did you mean `{last}`? "),
        Some((last, others)) => format!("Did you mean `{}` or `{last}`? ", others.join("`, `")),
    }
}

/// A sum of charges.
fn sum(address: String, label: String, amount: Money) -> Operand {
    let (unit, value) = ("USD".to_owned(), Some(amount.to_string()));
    Operand { address, label, unit, value, month: None, certainty: None, source: Source::Formula }
}

/// What a line is for, and what it pays.
fn line_label(line: &Line) -> String {
    format!("{}: {}", line.driver.label(), item(&line.item))
}

/// Whether two lines are one, at different levels of prices.
fn is_alike(one: &Line, other: &Line) -> bool {
    (&one.step, &one.feature, one.driver, &one.item)
        == (&other.step, &other.feature, other.driver, &other.item)
}

/// Who is paid: a model, or what another cost is called.
fn payee(item: &Item) -> &str {
    match item {
        Item::Model { model, .. } => model,
        Item::Other(name) => name,
    }
}

/// What a line pays for, as people read it.
fn item(item: &Item) -> String {
    match item {
        Item::Model { model, meter } => format!("{} of {model}", meter.name()),
        Item::Other(name) => name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_alike_is_offered_first() {
        let known = ["desk.each", "desk.hard.output", "desk.hard.input", "desk.hard.input.tokens"];
        let check = |typed: &str, expected: &str| {
            assert_eq!(suggestions(typed, &known), expected, "{typed}");
        };
        check(
            "desk.hard",
            "Did you mean `desk.hard.input`, `desk.hard.output` or `desk.hard.input.tokens`? ",
        );
        check("desk.eahc", "Did you mean `desk.each`? ");
        check(
            "desk.hard.an-input-of-no-model",
            "Did you mean `desk.hard.input`, `desk.hard.output` or `desk.hard.input.tokens`? ",
        );
        check("nothing", "");
    }
}
