//! Why a figure is what it is: its formula in words and in numbers, and what it reads.

use cost::workings::{Figure, Origin, addresses, explain};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::answer::month_name;
use super::worked::Worked;
use crate::error::{At, Code, Error};
use crate::suggest::nearest;

/// A figure explained.
#[derive(Clone, Debug, PartialEq, Serialize, TS, JsonSchema)]
pub struct Why {
    /// The month that it is explained for.
    pub month: String,
    /// The figure.
    pub figure: Operand,
    /// Its formula in addresses; nothing when it was typed, counted or read from the book.
    pub formula: Option<String>,
    /// Its formula in numbers.
    pub numbers: Option<String>,
    /// What the formula reads.
    pub operands: Vec<Operand>,
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
    /// Its value; nothing for a table, which has one for each k.
    pub value: Option<String>,
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
    /// Why the figure at an address is what it is, in the plan's first month.
    pub fn why(&self, address: &str) -> Result<Why, Error> {
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        // A range is explained by the mean that formulas read.
        let names = [address.to_owned(), format!("{address}.mean")];
        let explained = names.iter().find_map(|name| explain(workings, values, name, 0));
        let explained = explained.ok_or_else(|| self.no_figure(address))?;
        let shown = |formula: String| (!formula.is_empty()).then_some(formula);
        Ok(Why {
            month: month_name(workings.first_day(0)),
            figure: self.operand(&explained.figure),
            formula: shown(explained.formula),
            numbers: shown(explained.numbers),
            operands: explained.operands.iter().map(|figure| self.operand(figure)).collect(),
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
            source,
        }
    }

    fn no_figure(&self, address: &str) -> Error {
        let near = nearest(address, addresses(&self.estimate.workings));
        let guess = near.map(|name| format!("Did you mean `{name}`? ")).unwrap_or_default();
        Error::new(
            Code::NotFound,
            format!("The plan has no figure at `{address}`."),
            format!(
                "{guess}Features have total, unit-cost and month; \
                 `forebill inputs {}` lists what was typed.",
                self.opened.file.display()
            ),
        )
        .at(At { address: Some(address.to_owned()), ..At::default() })
    }
}
