//! What rows are worked out over and none of them says: months, days, k, and what the price book says.

use jiff::civil::{Date, date};

use super::expr::{InputId, Node, PriceId};
use super::row::Workings;

/// What does not depend on rows.
pub struct Axis {
    /// 1, 2 …
    pub months: Vec<f64>,
    /// Months of the calendar, from January on.
    pub of_year: Vec<usize>,
    /// The first days of the months, and the day after the last.
    pub days: Vec<f64>,
    /// 1, 2 …
    pub index: Vec<f64>,
    /// Prices of single units.
    pub rates: Vec<f64>,
}

impl Axis {
    /// That of workings.
    pub fn of(workings: &Workings) -> Self {
        let lanes = workings.months;
        let longest = workings.tables.iter().map(|table| table.rows).max().unwrap_or(1);
        Self {
            months: (0..lanes).map(|month| month as f64 + 1.0).collect(),
            of_year: (0..lanes).map(|month| workings.of_year(InputId(0), month).0).collect(),
            days: (0..=lanes).map(|month| serial(workings.first_day(month))).collect(),
            index: (0..longest).map(|k| k as f64 + 1.0).collect(),
            rates: workings.prices.iter().map(|price| price.rate.to_f64()).collect(),
        }
    }

    /// A number that the price book says, or a whole one.
    pub fn constant(&self, workings: &Workings, node: &Node) -> f64 {
        let price = |id: &PriceId| &workings.prices[id.0];
        match node {
            Node::Whole(value) => f64::from(*value),
            Node::Net(id) => self.rates[id.0],
            Node::From(id) => {
                serial(price(id).from.expect("only a dated price is asked for its date"))
            }
            Node::To(id) => serial(price(id).to.expect("only a dated price is asked for its date")),
            Node::DayShare(id) => price(id).day_share,
            Node::Limit(id) => {
                let bracket = price(id).bracket.expect("only a bracket is asked for its limit");
                bracket.limit_tokens() as f64
            }
            Node::Input(_)
            | Node::Listed(..)
            | Node::OfYear(_)
            | Node::Given(_)
            | Node::MonthNumber
            | Node::FirstDay
            | Node::NextFirstDay
            | Node::Index
            | Node::Row(_)
            | Node::Binary(..)
            | Node::Apply(..)
            | Node::If { .. }
            | Node::Sum(_)
            | Node::Dot(..)
            | Node::Beyond { .. }
            | Node::InMonth(..)
            | Node::Total(_)
            | Node::SoFar(_)
            | Node::Before(_)
            | Node::Gather(_) => unreachable!("it is no constant"),
        }
    }
}

/// A date as spreadsheets count it: days since 30 December 1899.
pub fn serial(day: Date) -> f64 {
    let days = (day - date(1899, 12, 30)).get_days();
    f64::from(days)
}
