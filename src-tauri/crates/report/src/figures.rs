//! What a report says: the workings and their values, and which plan, prices and day they belong to.

use cost::estimate::Estimate;
use cost::ledger::Ledger;
use cost::workings::{Driver, RowId, Values, Workings};
use jiff::civil::Date;

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The plan's name as people write it.
    pub name: String,
    /// The currency of every figure.
    pub currency: String,
    /// The hash of the plan.
    pub plan_hash: String,
    /// Inputs that were set to something else than the plan says, as `address=value`.
    pub set: Vec<String>,
    /// What to know before the figures are trusted.
    pub notes: Vec<String>,
    /// The edition of the price book.
    pub book: String,
    /// The day on which the report is made.
    pub exported: Date,
}

/// Everything that reports are made from.
#[derive(Clone, Debug)]
pub struct Figures<'e> {
    /// Which plan, prices and day.
    pub about: About,
    /// The plan as rows of formulas.
    pub workings: &'e Workings,
    /// The value of every row.
    pub values: &'e Values,
    /// Every charge, settled.
    pub ledger: &'e Ledger,
}

impl<'e> Figures<'e> {
    /// What an estimate says.
    pub fn new(about: About, estimate: &'e Estimate) -> Self {
        let Estimate { workings, values, ledger, .. } = estimate;
        Self { about, workings, values, ledger }
    }

    /// For each driver that occurs, its cost by month over all features, from the axis up.
    pub fn drivers(&self) -> Vec<(Driver, Vec<f64>)> {
        let terms = driver_terms(self.workings).into_iter();
        terms.map(|(driver, rows)| (driver, self.sum_by_month(&rows))).collect()
    }

    /// The days on which the prices in use were last checked, in words.
    pub fn checked(&self) -> String {
        let days = || self.workings.prices.iter().map(|price| price.checked);
        match (days().min(), days().max()) {
            (Some(oldest), Some(newest)) if oldest == newest => format!("checked {oldest}"),
            (Some(oldest), Some(newest)) => format!("checked {oldest} to {newest}"),
            _ => "none in use".to_owned(),
        }
    }

    /// The cost of everything by month.
    pub fn months(&self) -> Vec<f64> {
        let rows: Vec<RowId> = self.workings.totals.iter().map(|totals| totals.month).collect();
        self.sum_by_month(&rows)
    }

    /// The sum of rows in each month.
    pub fn sum_by_month(&self, rows: &[RowId]) -> Vec<f64> {
        let sum = |month| rows.iter().fold(0.0, |sum, &row| sum + self.values.at(row, month));
        (0..self.workings.months).map(sum).collect()
    }
}

/// For each driver that occurs, the monthly amounts that it is the sum of.
pub fn driver_terms(workings: &Workings) -> Vec<(Driver, Vec<RowId>)> {
    let terms = |driver: Driver| -> Vec<RowId> {
        let features = workings.features.iter().flat_map(|feature| &feature.drivers);
        let of_features = features.filter(|(of, _)| *of == driver).map(|(_, row)| *row);
        // What comes once a month and belongs to no feature is its own amount.
        let of_none = workings.lines.iter().filter(|line| line.feature.is_empty());
        let of_none = of_none.filter(|line| line.driver == driver).map(|line| line.amount);
        of_features.chain(of_none).collect()
    };
    let all = Driver::ALL.into_iter().map(|driver| (driver, terms(driver)));
    all.filter(|(_, terms)| !terms.is_empty()).collect()
}
