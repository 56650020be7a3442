//! A checked plan into its ledger: workings evaluated over the months, each line settled once.

use crate::check::Checked;
use crate::ledger::{Ledger, LedgerLine, RateSource};
use crate::money::{Money, Quantity, Rate, settle};
use crate::walk::walk;
use crate::workings::{LineRate, Values, Workings};

/// What a plan comes to.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// The rows behind every figure.
    pub workings: Workings,
    /// Their values.
    pub values: Values,
    /// The lines.
    pub ledger: Ledger,
}

/// Works a checked plan out. It cannot fail.
pub fn estimate(checked: &Checked) -> Estimate {
    let (workings, values) = walk(checked);
    let ledger = settle_lines(&workings, &values);
    Estimate { workings, values, ledger }
}

fn settle_lines(workings: &Workings, values: &Values) -> Ledger {
    let mut lines = vec![];
    for month in 0..workings.months {
        for line in &workings.lines {
            let volume = line.volume.map_or(1.0, |volume| values.at(volume, month));
            let units = volume * line.quantity.map_or(1.0, |quantity| values.at(quantity, month));
            let mut push = |part: f64, rate: Rate, source: RateSource| {
                let quantity = Quantity::from_workings(units * part);
                if quantity == Quantity::ZERO {
                    return;
                }
                lines.push(LedgerLine {
                    month,
                    feature: line.feature.clone(),
                    step: line.step.clone(),
                    item: line.item.clone(),
                    driver: line.driver,
                    quantity,
                    rate,
                    amount: settle(quantity, rate),
                    source,
                    certainty: line.certainty,
                });
            };
            match &line.rate {
                LineRate::Typed(input) => {
                    let typed = workings.inputs[input.0].value;
                    let rate =
                        Rate::parse(&typed.to_string()).expect("a typed amount is a decimal");
                    push(1.0, rate, RateSource::Typed(*input));
                }
                LineRate::Prices(prices) => {
                    for (price, share) in prices {
                        let part = share.map_or(1.0, |share| values.at(share, month));
                        push(part, workings.prices[price.0].rate, RateSource::Price(*price));
                    }
                }
            }
        }
    }
    let months = (0..workings.months).map(|month| workings.first_day(month)).collect();
    Ledger { months, lines }
}

impl Estimate {
    /// The cost of one feature over all months.
    pub fn feature_total(&self, feature: &str) -> Money {
        self.ledger.sum(|line| line.feature == feature)
    }
}
