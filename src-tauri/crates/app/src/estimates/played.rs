//! What one unit costs when many are played: the half of them, one in twenty, one in a hundred cost more.

use cost::plan::Feature;
use cost::play::{Around, Script, play};
use cost::workings::{FeatureRows, RowId};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::worked::{Worked, month_name};
use crate::error::Error;
use crate::foot::unit_decimals;

/// How units of work differ in what they cost, in one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PlayedUnits")]
pub struct Played {
    /// The month, as `2027-12`.
    pub month: String,
    /// The currency of every amount.
    pub currency: String,
    /// How many units of each feature were played.
    pub draws: u32,
    /// The seed that they were played with: the same one gives the same figures.
    pub seed: u64,
    /// Whether some call holds its beginning in an explicit cache: what that costs belongs to no unit that is played.
    pub without_held: bool,
    /// The plan's features, in its order.
    pub features: Vec<PlayedFeature>,
}

/// How the units of one feature differ. What contracts change, what comes by month or once and
/// what is held in explicit caches is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PlayedFeature")]
pub struct PlayedFeature {
    /// Its name.
    pub name: String,
    /// Its name as people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// What one unit costs; nothing where its calls could not be played.
    pub cost: Option<PlayedCost>,
    /// Decimals of what is shown of a unit.
    pub decimals: u32,
    /// Why nothing can be said.
    pub why: Option<String>,
}

/// What one unit costs at list prices, as decimals: its calls and tools, and the other costs that come with units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PlayedCost")]
pub struct PlayedCost {
    /// The mean.
    pub mean: String,
    /// One unit in two costs more.
    pub p50: String,
    /// One unit in twenty costs more.
    pub p95: String,
    /// One unit in a hundred costs more.
    pub p99: String,
}

impl Played {
    /// The seed of who names none.
    pub const SEED: u64 = 1;
}

impl Worked {
    /// Plays so many units of every feature in a month such as `2027-12`; in the last one when none is said.
    pub fn play(&self, month: Option<&str>, draws: u32, seed: u64) -> Result<Played, Error> {
        let last = self.estimate.workings.months - 1;
        let month = month.map_or(Ok(last), |month| self.month(month))?;
        let features = self.estimate.workings.features.iter().enumerate();
        Ok(Played {
            month: month_name(self.estimate.ledger.months[month]),
            currency: self.opened.plan.currency.clone(),
            draws,
            seed,
            without_held: self.opened.plan.calls().iter().any(|call| call.held().is_some()),
            features: features
                .map(|(index, rows)| self.played(index, rows, month, draws, seed))
                .collect(),
        })
    }

    /// The same of one feature, in a month counted from 0; nothing of one that there is not.
    pub fn play_one(
        &self,
        feature: &str,
        month: usize,
        draws: u32,
        seed: u64,
    ) -> Option<PlayedFeature> {
        let month = month.min(self.estimate.workings.months - 1);
        let mut features = self.estimate.workings.features.iter().enumerate();
        let (index, rows) = features.find(|(_, rows)| rows.name == feature)?;
        Some(self.played(index, rows, month, draws, seed))
    }

    fn played(
        &self,
        index: usize,
        rows: &FeatureRows,
        month: usize,
        draws: u32,
        seed: u64,
    ) -> PlayedFeature {
        let (opened, estimate) = (&self.opened, &self.estimate);
        let model = |name: &str| Some(&self.models.get(name).model);
        let nth = u32::try_from(month + 1).expect("a plan has few months");
        let feature = &opened.plan.features[index];
        let around = self.around(feature, month);
        let script = Script::among(&opened.plan, feature, nth, &opened.measures, model, &around);
        let costs =
            (0..estimate.workings.months).filter_map(|it| estimate.month_unit_cost(rows, it));
        let has_units = estimate.values.at(rows.volume, month) > 0.0;
        let (cost, why) = match script {
            _ if !has_units => (None, Some(format!("There is no {} in that month.", rows.unit))),
            Err(error) => (None, Some(error.to_string())),
            Ok(script) => {
                let played = play(&script, seed, draws);
                let of = played.cost_percentiles;
                let cost = PlayedCost {
                    mean: played.cost.mean.to_string(),
                    p50: of.p50.to_string(),
                    p95: of.p95.to_string(),
                    p99: of.p99.to_string(),
                };
                (Some(cost), None)
            }
        };
        PlayedFeature {
            name: rows.name.clone(),
            label: rows.label.clone(),
            unit: rows.unit.clone(),
            cost,
            decimals: unit_decimals(costs),
            why,
        }
    }

    /// What a feature's units meet beside prices in a month counted from 0: how providers keep what its calls send, and
    /// what the workings say of the plan's traffic.
    pub fn around(&self, feature: &Feature, month: usize) -> Around {
        let (workings, values) = (&self.estimate.workings, &self.estimate.values);
        let mut around = Around::default();
        let day = workings.first_day(month);
        for (name, sold) in self.models.iter() {
            let rule = sold.terms.cache(&sold.model.id, day).cloned();
            around.rules.extend(rule.map(|rule| (name.to_owned(), rule)));
            let held = sold.named_cache(day);
            let least = held.map(|rule| (name.to_owned(), rule.minimum_tokens));
            around.least_held.extend(least);
        }
        let of_feature = format!("{}.", feature.name);
        for (index, row) in workings.rows.iter().enumerate() {
            let Some(own) = row.address.strip_prefix(&of_feature) else { continue };
            let value = || values.at(RowId(index), month);
            if let Some((call, from)) = alive_from(own) {
                around.alive.entry(without_way(call)).or_default().push((from, value()));
            } else if let Some(cache) = own.strip_suffix(".hits") {
                around.hits.insert(without_way(cache), value());
            }
        }
        for stretches in around.alive.values_mut() {
            stretches.sort_by_key(|(from, _)| *from);
            stretches.dedup_by_key(|(from, _)| *from);
        }
        around
    }
}

/// Whose beginning a row says to be kept alive, and from how many of its parts on.
fn alive_from(row: &str) -> Option<(&str, usize)> {
    let (call, stretch) = row.rsplit_once(".cache.alive")?;
    let from = match stretch {
        "" => Some(0),
        _ => stretch.strip_prefix("-beyond-")?.parse().ok(),
    };
    Some((call, from?))
}

/// A call's name, whichever of a conversation's ways it is on.
fn without_way(group: &str) -> String {
    let names = group.split('.').filter(|name| {
        let nth = name.strip_prefix("way-");
        nth.is_none_or(|nth| !nth.bytes().all(|digit| digit.is_ascii_digit()))
    });
    names.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, expected: Option<(&str, usize)>) {
        assert_eq!(alive_from(row), expected, "{row}");
    }

    #[test]
    fn rows_say_from_how_many_parts_on_a_beginning_is_kept() {
        check("easy.cache.alive", Some(("easy", 0)));
        check("scout.look.cache.alive-beyond-2", Some(("scout.look", 2)));
        check("easy.cache.alive-in-hours", None);
        check("easy.cache.alive-in-hours-beyond-1", None);
        check("easy.cache.arrivals", None);
    }
}
