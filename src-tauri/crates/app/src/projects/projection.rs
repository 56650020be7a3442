//! The bill month by month: stacked by driver, feature or model, with the cost of one unit.

use cost::money::Money;
use cost::workings::{Driver, Item};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::estimates::{Worked, month_name};
use crate::foot::{decimal, foot};

/// So many bands a picture can tell apart; what is smaller is shown together.
const MOST_BANDS: usize = 8;

/// What months are stacked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Stack {
    /// Why it is paid for.
    Driver,
    /// What users do.
    Feature,
    /// Which model is paid.
    Model,
}

/// The months of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Projection {
    /// The currency of every amount.
    pub currency: String,
    /// `2027-01`
    pub months: Vec<String>,
    /// What is stacked, from the axis up.
    pub bands: Vec<Band>,
    /// Every month's total in whole dollars, the sum of what is shown above it.
    pub totals: Vec<String>,
    /// The same as exact decimals.
    pub exact: Vec<String>,
    /// Everything over all months, in whole dollars.
    pub total: String,
    /// Each feature's cost of one unit, month by month.
    pub unit_costs: Vec<UnitCosts>,
    /// Where a price changes.
    pub events: Vec<PriceEvent>,
}

/// One layer of the stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Band {
    /// `base-prompt`, a feature's name, `openai/gpt-5`; `others` for the smallest together.
    pub key: String,
    /// As people read it.
    pub label: String,
    /// What `why` explains; nothing for the smallest together.
    pub why: Option<String>,
    /// Month by month in whole dollars, so that a month's layers add up.
    pub shown: Vec<String>,
    /// The same as exact decimals.
    pub exact: Vec<String>,
    /// Over all months, in whole dollars.
    pub total: String,
}

/// What one unit of a feature costs, month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct UnitCosts {
    /// The feature's name.
    pub feature: String,
    /// As people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// What `why` explains.
    pub why: String,
    /// Month by month.
    pub costs: Vec<String>,
    /// Units, month by month.
    pub units: Vec<String>,
}

/// A price that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PriceEvent {
    /// The month in which it changes, counted from 0.
    pub month: usize,
    /// The day, the model and the meter, in words.
    pub label: String,
}

/// The months of a plan that was worked out.
pub fn projection(worked: &Worked, by: Stack) -> Projection {
    let workings = &worked.estimate.workings;
    let ledger = &worked.estimate.ledger;
    let months = workings.months;
    let layers = layers(worked, by);
    // A month's layers are rounded together, so that what is read adds up.
    let footed: Vec<Vec<i64>> = (0..months)
        .map(|month| {
            let parts: Vec<f64> = layers.iter().map(|layer| layer.months[month].to_f64()).collect();
            foot(&parts, 0)
        })
        .collect();
    let bands = layers.iter().enumerate().map(|(index, layer)| Band {
        key: layer.key.clone(),
        label: layer.label.clone(),
        why: layer.why.clone(),
        shown: footed.iter().map(|month| decimal(month[index], 0)).collect(),
        exact: layer.months.iter().map(ToString::to_string).collect(),
        total: decimal(footed.iter().map(|month| month[index]).sum(), 0),
    });
    let total = |month: &Vec<i64>| month.iter().sum::<i64>();
    Projection {
        currency: worked.opened.plan.currency.clone(),
        months: (0..months).map(|month| month_name(workings.first_day(month))).collect(),
        bands: bands.collect(),
        totals: footed.iter().map(|month| decimal(total(month), 0)).collect(),
        exact: (0..months).map(|month| ledger.month(month).to_string()).collect(),
        total: decimal(footed.iter().map(total).sum(), 0),
        unit_costs: unit_costs(worked),
        events: events(worked),
    }
}

struct Layer {
    key: String,
    label: String,
    why: Option<String>,
    months: Vec<Money>,
}

fn layers(worked: &Worked, by: Stack) -> Vec<Layer> {
    let ledger = &worked.estimate.ledger;
    let workings = &worked.estimate.workings;
    let layer = |key: String,
                 label: String,
                 why: String,
                 wanted: &dyn Fn(&cost::ledger::LedgerLine) -> bool| {
        let month = |month: usize| ledger.sum(|line| line.month == month && wanted(line));
        Layer { key, label, why: Some(why), months: (0..workings.months).map(month).collect() }
    };
    match by {
        Stack::Driver => {
            let occurs = |driver: &Driver| workings.lines.iter().any(|line| line.driver == *driver);
            let drivers = Driver::ALL.into_iter().filter(occurs);
            drivers
                .map(|driver| {
                    let name = driver.name().to_owned();
                    layer(name.clone(), driver.label().to_owned(), name, &|line| {
                        line.driver == driver
                    })
                })
                .collect()
        }
        Stack::Feature => {
            let mut layers: Vec<Layer> = workings
                .features
                .iter()
                .map(|rows| {
                    let name = rows.name.clone();
                    layer(name.clone(), rows.label.clone(), name.clone(), &|line| {
                        line.feature == name
                    })
                })
                .collect();
            if workings.lines.iter().any(|line| line.feature.is_empty()) {
                let (key, label) = ("other-costs".to_owned(), "Costs of no feature".to_owned());
                layers.push(layer(key.clone(), label, key, &|line| line.feature.is_empty()));
            }
            fewest(layers)
        }
        Stack::Model => {
            let name = |item: &Item| match item {
                Item::Model { model, .. } => model.clone(),
                Item::Other(name) => name.clone(),
            };
            let mut names: Vec<String> =
                workings.lines.iter().map(|line| name(&line.item)).collect();
            names.sort();
            names.dedup();
            let mut layers: Vec<Layer> = names
                .into_iter()
                .map(|model| {
                    layer(model.clone(), model.clone(), model.clone(), &|line| {
                        name(&line.item) == model
                    })
                })
                .collect();
            let sum = |layer: &Layer| layer.months.iter().copied().sum::<Money>();
            layers.sort_by_key(|layer| std::cmp::Reverse(sum(layer)));
            fewest(layers)
        }
    }
}

/// No more layers than a picture can tell apart: the last are put together.
fn fewest(mut layers: Vec<Layer>) -> Vec<Layer> {
    if layers.len() <= MOST_BANDS {
        return layers;
    }
    let others = layers.split_off(MOST_BANDS - 1);
    let months = (0..others[0].months.len())
        .map(|month| others.iter().map(|layer| layer.months[month]).sum())
        .collect();
    let label = format!("{} others", others.len());
    layers.push(Layer { key: "others".to_owned(), label, why: None, months });
    layers
}

fn unit_costs(worked: &Worked) -> Vec<UnitCosts> {
    let workings = &worked.estimate.workings;
    let by_month = |row| -> Vec<String> {
        (0..workings.months)
            .map(|month| worked.estimate.values.at(row, month).to_string())
            .collect()
    };
    let feature = |rows: &cost::workings::FeatureRows| UnitCosts {
        feature: rows.name.clone(),
        label: rows.label.clone(),
        unit: rows.unit.clone(),
        why: format!("{}.month.unit-cost", rows.name),
        costs: by_month(rows.month_unit_cost),
        units: by_month(rows.volume),
    };
    workings.features.iter().map(feature).collect()
}

/// Prices in use that begin within the plan's months.
fn events(worked: &Worked) -> Vec<PriceEvent> {
    let workings = &worked.estimate.workings;
    let mut events: Vec<PriceEvent> = vec![];
    for price in &workings.prices {
        let Some(from) = price.from else { continue };
        let within = (0..workings.months).find(|&month| {
            workings.first_day(month) <= from && from < workings.first_day(month + 1)
        });
        // A price that holds from the first day on changes nothing.
        let Some(month) = within.filter(|_| from > workings.first_day(0)) else { continue };
        let label = format!("{from}: {} of {}", price.meter.name(), price.model);
        if !events.iter().any(|known| known.label == label) {
            events.push(PriceEvent { month, label });
        }
    }
    events
}
