//! The bill month by month: stacked by driver, feature or model, with the cost of one unit.

use std::collections::BTreeMap;

use cost::money::Money;
use cost::workings::{Driver, FeatureRows, Item, PerRows};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::behind::decimals;
use super::events::{PriceEvent, events};
use crate::estimates::{NO_FEATURE, UnknownCost, Worked, month_name};
use crate::foot::{Footed, decimal, foot_table, round_table};

/// So many bands a picture can tell apart; what is smaller is shown together.
const MOST_BANDS: usize = 8;

/// Dollars below which a whole is shown with cents.
const SMALL: f64 = 1000.0;

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
    /// So many decimals are shown: none, but cents where the whole is small.
    pub decimals: u32,
    /// What is stacked, from the axis up.
    pub bands: Vec<Band>,
    /// Every month's total as shown: where it is footed, the sum of what is shown above it.
    pub totals: Vec<String>,
    /// The same as exact decimals.
    pub exact: Vec<String>,
    /// Everything over all months, as shown.
    pub total: String,
    /// The same as an exact decimal.
    pub total_exact: String,
    /// Whether what is shown adds up; where equal amounts would look different, each is rounded alone.
    pub footed: bool,
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
    /// Month by month, rounded; where it is footed, so that months and layers add up.
    pub shown: Vec<String>,
    /// The same as exact decimals.
    pub exact: Vec<String>,
    /// Over all months, as shown.
    pub total: String,
    /// The same as an exact decimal.
    pub total_exact: String,
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
    /// Decimals of its cost: four, and more where that is small.
    pub decimals: u32,
    /// Month by month; nothing in months without units.
    pub costs: Vec<Option<String>>,
    /// What `why` explains of them.
    pub why: String,
    /// Over all months; nothing where there are no units.
    pub whole: Option<String>,
    /// What `why` explains of that.
    pub whole_why: String,
    /// Units, month by month.
    pub units: Vec<String>,
    /// What `why` explains of them.
    pub units_why: String,
    /// Units over all months.
    pub all_units: String,
    /// What `why` explains of those.
    pub all_units_why: String,
    /// The cost of one call, one user, one accepted outcome, where these are known.
    pub per: Vec<MonthsPer>,
    /// Of what else one would ask the cost, and what the plan does not say for it.
    pub unknown: Vec<UnknownCost>,
}

/// What a feature costs for one of something, month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct MonthsPer {
    /// Of what: `user-month`.
    pub per: String,
    /// The same as people read it.
    pub label: String,
    /// Month by month; nothing where there is none.
    pub costs: Vec<Option<String>>,
    /// What `why` explains of them.
    pub why: String,
    /// Over all months.
    pub whole: Option<String>,
    /// What `why` explains of that.
    pub whole_why: String,
}

/// The months of a plan that was worked out.
pub fn projection(worked: &Worked, by: Stack) -> Projection {
    let workings = &worked.estimate.workings;
    let ledger = &worked.estimate.ledger;
    let months = workings.months;
    let layers = layers(worked, by);
    let places = if ledger.total().to_f64() < SMALL { 2 } else { 0 };
    let parts: Vec<Vec<f64>> = layers.iter().map(|layer| dollars(&layer.months)).collect();
    let months_exact: Vec<Money> = (0..months).map(|month| ledger.month(month)).collect();
    let footed = foot_table(&parts, places);
    let is_footed = are_equals_alike(&layers, &months_exact, &footed);
    let footed = if is_footed { footed } else { round_table(&parts, places) };
    let shown = |steps: &i64| decimal(*steps, places);
    let bands = layers.iter().enumerate().map(|(index, layer)| Band {
        key: layer.key.clone(),
        label: layer.label.clone(),
        why: layer.why.clone(),
        shown: footed.cells[index].iter().map(shown).collect(),
        exact: layer.months.iter().map(ToString::to_string).collect(),
        total: shown(&footed.rows[index]),
        total_exact: layer.months.iter().copied().sum::<Money>().to_string(),
    });
    Projection {
        currency: worked.opened.plan.currency.clone(),
        decimals: places,
        months: (0..months).map(|month| month_name(workings.first_day(month))).collect(),
        bands: bands.collect(),
        totals: footed.columns.iter().map(shown).collect(),
        exact: months_exact.iter().map(ToString::to_string).collect(),
        total: shown(&footed.total),
        total_exact: ledger.total().to_string(),
        footed: is_footed,
        unit_costs: unit_costs(worked),
        events: events(worked),
    }
}

/// Whether amounts that are equal in a row, or among the months' totals, are shown as the same.
fn are_equals_alike(layers: &[Layer], months: &[Money], footed: &Footed) -> bool {
    let is_alike = |exact: &[Money], shown: &[i64]| {
        let mut seen = BTreeMap::new();
        exact.iter().zip(shown).all(|(exact, shown)| seen.entry(exact).or_insert(shown) == &shown)
    };
    layers.iter().zip(&footed.cells).all(|(layer, shown)| is_alike(&layer.months, shown))
        && is_alike(months, &footed.columns)
}

fn dollars(amounts: &[Money]) -> Vec<f64> {
    amounts.iter().map(|amount| amount.to_f64()).collect()
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
        let month = |month: usize| -> Money {
            let lines = ledger.of_month(month).iter().filter(|line| wanted(line));
            lines.map(|line| line.amount).sum()
        };
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
                let (key, label) = (NO_FEATURE.to_owned(), "Costs of no feature".to_owned());
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
            // The maker is said only where two sell a model of one name.
            let short = |model: &str| model.rsplit('/').next().unwrap_or(model).to_owned();
            let is_alone = |model: &str| {
                names.iter().filter(|other| short(other) == short(model)).count() == 1
            };
            let mut layers: Vec<Layer> = names
                .iter()
                .map(|model| {
                    let label = if is_alone(model) { short(model) } else { model.clone() };
                    layer(model.clone(), label, model.clone(), &|line| name(&line.item) == *model)
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

fn months_per(worked: &Worked, feature: &FeatureRows, per: &PerRows) -> MonthsPer {
    let workings = &worked.estimate.workings;
    let month = |month| Some(worked.estimate.month_cost_per(per, month)?.to_string());
    MonthsPer {
        per: per.per.name().to_owned(),
        label: per.per.one(&feature.unit),
        costs: (0..workings.months).map(month).collect(),
        why: workings.row(per.month_cost).address.clone(),
        whole: worked.estimate.cost_per(per).map(|cost| cost.to_string()),
        whole_why: workings.row(per.cost).address.clone(),
    }
}

fn unit_costs(worked: &Worked) -> Vec<UnitCosts> {
    let workings = &worked.estimate.workings;
    let by_month = |row| -> Vec<String> {
        (0..workings.months)
            .map(|month| worked.estimate.values.at(row, month).to_string())
            .collect()
    };
    let feature = |rows: &FeatureRows| UnitCosts {
        feature: rows.name.clone(),
        label: rows.label.clone(),
        unit: rows.unit.clone(),
        decimals: decimals(worked, rows),
        costs: (0..workings.months)
            .map(|month| Some(worked.estimate.month_unit_cost(rows, month)?.to_string()))
            .collect(),
        why: workings.row(rows.month_unit_cost).address.clone(),
        whole: worked.estimate.unit_cost(rows).map(|cost| cost.to_string()),
        whole_why: workings.row(rows.unit_cost).address.clone(),
        units: by_month(rows.volume),
        units_why: workings.row(rows.volume).address.clone(),
        all_units: worked.estimate.values.at(rows.units, 0).to_string(),
        all_units_why: workings.row(rows.units).address.clone(),
        per: rows.per.iter().map(|per| months_per(worked, rows, per)).collect(),
        unknown: UnknownCost::of(rows),
    };
    workings.features.iter().map(feature).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::estimates::{Source, work};
    use crate::plans::Request;

    /// Two models, a cost of a feature and one of none, and a price that changes on a day of its own.
    const PLAN: &str = "
forebill: 1
name: Months
starts: 2027-01
months: 3
prompts:
  question: { tokens: 40k }
features:
  - name: ask
    label: Asking
    unit: question
    volume: { units: 1.5k/month, grows: 10%/month }
    step:
      chain:
        - call: { name: sort, model: openai/gpt-4o-mini, input: [question], output: 20 }
        - call: { name: reply, answer: true, model: openai/gpt-4o, input: [question], output: 400 }
other_costs:
  - { name: review, share: 1%, of: ask, cost: $2 }
  - { name: hosting, cost: $10 }
";

    fn worked() -> Worked {
        worked_of(PLAN)
    }

    fn worked_of(text: &str) -> Worked {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        work(&Request { plan, ..Request::default() }).expect("the plan is free of problems")
    }

    #[test]
    fn every_band_is_what_why_explains() {
        let worked = worked();
        for by in [Stack::Driver, Stack::Feature, Stack::Model] {
            let projection = projection(&worked, by);
            for band in &projection.bands {
                let why = band.why.as_deref().expect("there are few bands");
                for (month, exact) in projection.months.iter().zip(&band.exact) {
                    let explained = worked.why(why, Some(month)).expect("it is a figure");
                    assert_eq!(explained.figure.value.as_ref(), Some(exact), "{why} {month}");
                }
                let whole = worked.why(why, None).expect("it is a figure");
                assert_eq!(whole.figure.value.as_ref(), Some(&band.total_exact), "{why}");
            }
        }
    }

    #[test]
    fn every_unit_cost_is_what_why_explains() {
        let worked = worked();
        for unit in projection(&worked, Stack::Driver).unit_costs {
            let check = |why: &str, month: Option<&str>, expected: Option<&String>| {
                let explained = worked.why(why, month).expect("it is a figure");
                assert_eq!(explained.figure.value.as_ref(), expected, "{why}");
            };
            check(&unit.why, Some("2027-02"), unit.costs[1].as_ref());
            check(&unit.units_why, Some("2027-02"), Some(&unit.units[1]));
            check(&unit.whole_why, None, unit.whole.as_ref());
            check(&unit.all_units_why, None, Some(&unit.all_units));
        }
    }

    #[test]
    fn what_an_explanation_reads_is_the_same_when_it_is_asked_itself() {
        let worked = worked();
        let mut asked = vec![];
        let mut open: Vec<(String, Option<String>)> = vec![];
        for by in [Stack::Driver, Stack::Feature, Stack::Model] {
            for band in projection(&worked, by).bands {
                open.extend(band.why.clone().map(|why| (why, Some("2027-02".to_owned()))));
                open.extend(band.why.map(|why| (why, None)));
            }
        }
        open.push(("ask.reply.unit-cost".to_owned(), Some("2027-02".to_owned())));
        while let Some((address, month)) = open.pop() {
            let why = worked.why(&address, month.as_deref()).expect("it was offered");
            for read in why.operands.iter().filter(|read| read.source == Source::Formula) {
                let month = read.month.clone().or_else(|| month.clone());
                let again = worked.why(&read.address, month.as_deref()).expect("it is offered");
                assert_eq!(again.figure.value, read.value, "{address}: {}", read.address);
                if !asked.contains(&(read.address.clone(), month.clone())) {
                    asked.push((read.address.clone(), month.clone()));
                    open.push((read.address.clone(), month));
                }
            }
        }
        let month = Some("2027-02".to_owned());
        for way in ["ask.reply.output.month", "ask.reply.output", "ask.volume", "hosting"] {
            let is_there = |(address, of): &(String, Option<String>)| {
                *of == month && (address == way || address.contains(&format!(".{way}.")))
            };
            assert!(asked.iter().any(is_there), "{way} of {asked:?}");
        }
    }

    #[test]
    fn money_is_units_times_what_one_costs() {
        let worked = worked();
        let why = worked.why("ask.reply.output.month", Some("2027-02")).expect("it is a line");
        assert_eq!(why.formula.as_deref(), Some("ask.volume × ask.reply.output"));
        let number = |at: usize| -> f64 {
            why.operands[at].value.as_deref().and_then(|it| it.parse().ok()).expect("a number")
        };
        let (units, each) = (number(0), number(1));
        assert_eq!(why.operands[1].unit, "USD per question");
        let month: f64 = why.figure.value.and_then(|it| it.parse().ok()).expect("an amount");
        assert!((units * each / month - 1.0).abs() < 1e-9, "{units} × {each} = {month}");
    }

    #[test]
    fn a_model_is_called_as_briefly_as_it_can_be() {
        let bands = projection(&worked(), Stack::Model).bands;
        let labels: Vec<&str> = bands.iter().map(|band| band.label.as_str()).collect();
        assert_eq!(labels, ["gpt-4o", "review", "hosting", "gpt-4o-mini"]);
        assert_eq!(bands[0].key, "openai/gpt-4o");
    }

    #[test]
    fn what_a_unit_costs_before_there_are_any_is_not_0() {
        let late =
            PLAN.replace("    unit: question\n", "    unit: question\n    starts: month 2\n");
        let unit = projection(&worked_of(&late), Stack::Driver).unit_costs.remove(0);
        assert_eq!((unit.costs[0].as_ref(), unit.units[0].as_str()), (None, "0"));
        assert!(unit.costs[1].is_some() && unit.whole.is_some(), "{unit:?}");
    }

    #[test]
    fn what_is_shown_adds_up() {
        let worked = worked();
        for by in [Stack::Driver, Stack::Feature, Stack::Model] {
            let Projection { bands, totals, total, decimals, .. } = projection(&worked, by);
            let whole: f64 = worked.estimate.ledger.total().to_f64();
            assert_eq!(total, format!("{whole:.2}"), "{by:?}");
            let cents = |text: &String| -> i64 {
                text.replace('.', "").parse().expect("a decimal with its decimals")
            };
            assert_eq!(decimals, 2);
            for (month, shown) in totals.iter().enumerate() {
                let sum: i64 = bands.iter().map(|band| cents(&band.shown[month])).sum();
                assert_eq!(sum, cents(shown), "{by:?} {month}");
            }
            assert_eq!(totals.iter().map(cents).sum::<i64>(), cents(&total), "{by:?}");
            for band in &bands {
                let sum: i64 = band.shown.iter().map(cents).sum();
                assert_eq!(sum, cents(&band.total), "{by:?} {}", band.key);
            }
        }
    }

    #[test]
    fn months_that_cost_the_same_look_the_same() {
        let steady =
            PLAN.replace(", grows: 10%/month", "").replace("cost: $10 }", "cost: $10.004 }");
        let months = projection(&worked_of(&steady), Stack::Driver);
        let all_alike = |texts: &[String]| texts.iter().all(|text| *text == texts[0]);
        assert!(all_alike(&months.exact) && all_alike(&months.totals), "{months:#?}");
        for band in &months.bands {
            assert!(all_alike(&band.exact) && all_alike(&band.shown), "{band:#?}");
        }
        assert!(!months.footed);
    }
}
