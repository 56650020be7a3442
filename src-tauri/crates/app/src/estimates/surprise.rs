//! The surprise: from what one would have said to what a unit and a month really cost, in words.

use std::collections::BTreeMap;

use cost::book::Tier;
use cost::check::Checked;
use cost::money::Money;
use cost::plan::Call;
use cost::surprise::{Cause, Step, Surprise, surprise};
use cost::workings::{Driver, FeatureRows};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::worked::{Worked, month_name};
use crate::error::Error;
use crate::foot::{decimal, foot, foot_under, unit_decimals};

/// So many calls are named.
const NAMED: usize = 4;

/// Below so many dollars a month is shown with cents.
const SMALL: f64 = 1000.0;

/// From naive to real, in one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Surprised {
    /// The month, as `2027-12`.
    pub month: String,
    /// The currency of every amount.
    pub currency: String,
    /// The plan's features, in its order.
    pub features: Vec<SurprisedFeature>,
    /// What the month costs beside the features, as exact decimals.
    pub beside: Vec<Beside>,
    /// Everything in the month, as an exact decimal.
    pub total: String,
}

/// From naive to real, for one unit of a feature and for its month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct SurprisedFeature {
    /// Its name.
    pub name: String,
    /// Its name as people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// Units in the month.
    pub units: String,
    /// What one would have said of one unit; nothing where no call is made.
    pub naive: Option<Amount>,
    /// What explains that; nothing where it is no figure of the workings.
    pub naive_why: Option<String>,
    /// The call that was tried, by its address: of several answers the dearest.
    pub tried: Option<String>,
    /// Whether no call is marked as the answer, and the dearest of all stands for it.
    pub tried_is_assumed: bool,
    /// The tier that it was tried in, where the book does not sell it in the standard one.
    pub tried_tier: Option<Tier>,
    /// What makes the difference: what adds first, then what takes off, each the largest first.
    pub steps: Vec<SurpriseStep>,
    /// What one unit and all of them really cost: what was said and every step, added up.
    pub real: Amount,
    /// How many times what was said; nothing where nothing was, or where it costs nothing.
    pub times: Option<String>,
    /// Decimals of what is shown of a unit.
    pub decimals: u32,
    /// Decimals of what is shown of a month.
    pub month_decimals: u32,
}

/// What one cause adds, or takes off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct SurpriseStep {
    /// The cause.
    pub cause: Cause,
    /// The same as people read it.
    pub label: String,
    /// What happens, in a sentence.
    pub says: String,
    /// How much of it, or where.
    pub note: String,
    /// What it comes to.
    pub amount: Amount,
    /// The calls that it comes from, by their addresses, the dearest first; costs by their names.
    pub from: Vec<String>,
    /// The numbers that it rests on, by their addresses.
    pub numbers: Vec<String>,
    /// What explains it further; nothing where it is no figure of the workings.
    pub why: Option<String>,
}

/// Dollars of one unit and of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "SurpriseAmount")]
#[schemars(rename = "SurpriseAmount")]
pub struct Amount {
    /// Of one unit; nothing in a month without units.
    pub unit: Option<String>,
    /// The same as it is shown, so that what is shown adds up.
    pub unit_shown: Option<String>,
    /// Of all units in the month.
    pub month: String,
    /// The same as it is shown.
    pub month_shown: String,
}

/// What a month costs beside its features.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "SurpriseBeside")]
#[schemars(rename = "SurpriseBeside")]
pub struct Beside {
    /// The cause.
    pub cause: Cause,
    /// The same as people read it.
    pub label: String,
    /// Dollars in the month, as an exact decimal.
    pub month: String,
}

impl Worked {
    /// From naive to real in a month such as `2027-12`; in the last one when none is said.
    pub fn surprise(&self, month: Option<&str>) -> Result<Surprised, Error> {
        let last = self.estimate.workings.months - 1;
        Ok(self.surprise_in(month.map_or(Ok(last), |month| self.month(month))?))
    }

    /// The same in a month counted from 0.
    pub fn surprise_in(&self, month: usize) -> Surprised {
        let month = month.min(self.estimate.workings.months - 1);
        // What contracts name is looked up for their terms alone, which are worked out already.
        let checked = Checked { named: BTreeMap::new(), ..self.checked_plan() };
        let found = surprise(&checked, &self.estimate);
        let features = found.iter().zip(&self.estimate.workings.features);
        let ledger = &self.estimate.ledger;
        let beside = |driver: Driver| {
            ledger
                .sum(|line| line.month == month && line.feature.is_empty() && line.driver == driver)
        };
        let beside = [(Cause::OtherCosts, Driver::OtherCosts), (Cause::Contract, Driver::Contract)]
            .map(|(cause, driver)| (cause, beside(driver)));
        let beside = beside.into_iter().filter(|(_, amount)| *amount != Money::default());
        Surprised {
            month: month_name(ledger.months[month]),
            currency: self.opened.plan.currency.clone(),
            features: features.map(|(found, rows)| self.surprised(found, rows, month)).collect(),
            beside: beside
                .map(|(cause, amount)| Beside {
                    cause,
                    label: cause.label().to_owned(),
                    month: amount.to_string(),
                })
                .collect(),
            total: ledger.month(month).to_string(),
        }
    }

    fn surprised(&self, found: &Surprise, rows: &FeatureRows, month: usize) -> SurprisedFeature {
        let values = &self.estimate.values;
        let units = values.at(rows.volume, month);
        let steps = found.in_month(month);
        let naive = found.naive.unwrap_or_default();
        let each: Vec<f64> = steps.iter().map(|step| step.units[month]).collect();
        let all: Vec<f64> = steps.iter().map(|step| step.months[month]).collect();
        let (unit_cost, real) = (found.unit_costs[month], values.at(rows.month, month));
        let costs = (0..self.estimate.workings.months)
            .filter_map(|month| self.estimate.month_unit_cost(rows, month));
        let decimals = unit_decimals(costs);
        let month_decimals = if real.abs() < SMALL { 2 } else { 0 };
        // What was said and what it costs are rounded for themselves; what lies between adds up to them.
        let footed = |parts: &[f64], from: f64, to: f64, decimals: u32| {
            let rounded = |amount: f64| foot(&[amount], decimals)[0];
            (rounded(from), foot_under(parts, rounded(to) - rounded(from), decimals), rounded(to))
        };
        let (naive_shown, shown, real_shown) = footed(&each, naive, unit_cost, decimals);
        let (naive_all, shown_all, real_all) = footed(&all, naive * units, real, month_decimals);
        let amount = |unit: f64, month: f64, shown: i64, shown_all: i64| Amount {
            unit: (units > 0.0).then(|| unit.to_string()),
            unit_shown: (units > 0.0).then(|| decimal(shown, decimals)),
            month: month.to_string(),
            month_shown: decimal(shown_all, month_decimals),
        };
        let at = |index: usize| amount(each[index], all[index], shown[index], shown_all[index]);
        let step = |(index, step): (usize, &&Step)| SurpriseStep {
            cause: step.cause,
            label: step.cause.label().to_owned(),
            says: says(step, month),
            note: self.note(step, &rows.unit, month),
            amount: at(index),
            from: step.from.clone(),
            numbers: step.numbers.clone(),
            why: self.why_of(step, &rows.name),
        };
        let times = found.naive.filter(|naive| *naive > 0.0 && units > 0.0);
        SurprisedFeature {
            name: rows.name.clone(),
            label: rows.label.clone(),
            unit: rows.unit.clone(),
            units: units.to_string(),
            naive: found.naive.map(|_| amount(naive, naive * units, naive_shown, naive_all)),
            naive_why: rows
                .naive_unit_cost
                .filter(|row| found.naive == Some(values.at(*row, 0)))
                .map(|row| self.estimate.workings.row(row).address.clone()),
            tried: found.tried.clone(),
            tried_is_assumed: found.is_assumed,
            tried_tier: Some(found.tier).filter(|tier| *tier != Tier::Standard),
            steps: steps.iter().enumerate().map(step).collect(),
            real: amount(unit_cost, real, real_shown, real_all),
            times: times.map(|naive| (unit_cost / naive).to_string()),
            decimals,
            month_decimals,
        }
    }

    /// The figure that tells most of a cause: a driver's, a number, the dearest of its calls.
    fn why_of(&self, step: &Step, feature: &str) -> Option<String> {
        let of = |driver: Driver| format!("{feature}.{}.unit-cost", driver.name());
        let addresses = match step.cause {
            Cause::Turns => step.numbers.clone(),
            Cause::Helpers | Cause::Routing | Cause::Service => {
                step.from.iter().map(|call| format!("{call}.unit-cost")).collect()
            }
            Cause::Retrieved => vec![of(Driver::Retrieved), of(Driver::Tools)],
            Cause::Reasoning => vec![of(Driver::Reasoning)],
            Cause::History => vec![of(Driver::History)],
            Cause::PromptGrowth => vec![of(Driver::PromptGrowth)],
            Cause::FailedAttempts => vec![of(Driver::FailedAttempts)],
            Cause::Escalation => vec![of(Driver::Escalation)],
            Cause::Agents => vec![of(Driver::Agents)],
            Cause::OtherCosts => vec![of(Driver::OtherCosts)],
            Cause::Contract => vec![of(Driver::Contract)],
            Cause::SinceLaunch | Cause::Caches => vec![],
        };
        addresses.into_iter().find(|address| self.why(address, None).is_ok())
    }

    /// How much of it, or where.
    fn note(&self, step: &Step, unit: &str, month: usize) -> String {
        let tokens = |what: &str| {
            let tokens = step.tokens.get(month).copied().unwrap_or_default();
            format!("{} {what} per {unit}", report::grouped(tokens, 0))
        };
        match step.cause {
            Cause::Turns => {
                let typed = step.numbers.iter().map(|address| self.typed(address));
                typed.collect::<Vec<_>>().join(", ")
            }
            Cause::Retrieved | Cause::History | Cause::PromptGrowth => tokens("tokens"),
            Cause::Reasoning => tokens("hidden tokens"),
            Cause::Helpers
            | Cause::FailedAttempts
            | Cause::Routing
            | Cause::Escalation
            | Cause::Service
            | Cause::Agents => self.named(&step.from),
            Cause::OtherCosts => listed(&step.from),
            Cause::Contract => {
                let contracts = self.estimate.workings.contracts.iter();
                listed(&contracts.map(|contract| contract.label.clone()).collect::<Vec<_>>())
            }
            Cause::SinceLaunch | Cause::Caches => String::new(),
        }
    }

    /// `turns 2..8`, of the number at an address.
    fn typed(&self, address: &str) -> String {
        let numbers = self.opened.plan.numbers();
        let number = numbers.iter().find(|number| number.address == address);
        let name = address.rsplit('.').next().unwrap_or(address);
        number.map_or_else(String::new, |number| format!("{name} {}", number.text))
    }

    /// Calls as people write their names.
    fn named(&self, calls: &[String]) -> String {
        let label = |address: &String| {
            let label = self.call(address).and_then(|call| call.label.clone());
            label.unwrap_or_else(|| last_of(address).to_owned())
        };
        listed(&calls.iter().map(label).collect::<Vec<_>>())
    }

    /// The call at an address, or one of its name in an agent.
    fn call(&self, address: &str) -> Option<&Call> {
        let plan = &self.opened.plan;
        let trees = plan.features.iter().map(|feature| &feature.step);
        let mut trees = trees.chain(plan.agents.values().map(|agent| &agent.step));
        trees.find_map(|tree| tree.calls().into_iter().find(|call| call.name == last_of(address)))
    }

    /// The tier of a call where it is not the standard one.
    pub(super) fn tier(&self, address: &str) -> Option<Tier> {
        self.call(address).map(|call| call.tier).filter(|tier| *tier != Tier::Standard)
    }
}

fn last_of(address: &str) -> &str {
    address.rsplit('.').next().unwrap_or(address)
}

/// What a cause does, in a sentence.
fn says(step: &Step, month: usize) -> String {
    let takes_off = step.units[month] < 0.0;
    let sentence = match step.cause {
        Cause::Turns => match step.times.get(month) {
            Some(times) => return format!("It is asked {times:.1} times, not once"),
            None => "It is asked more than once",
        },
        Cause::Helpers => "Helpers that nobody sees",
        Cause::Retrieved => "Looked-up text and tools ride along",
        Cause::Reasoning => "The model thinks before it answers",
        Cause::History => "What was said is sent again",
        Cause::PromptGrowth => "The prompt has grown since launch",
        Cause::SinceLaunch => "The answer's own price and length are not those of launch",
        // Where all attempts fail, what would have followed is not paid for.
        Cause::FailedAttempts if takes_off => "What fails for good ends early",
        Cause::FailedAttempts => "Some attempts fail and are made again",
        Cause::Routing if takes_off => "Cheaper models answer a part of it",
        Cause::Routing => "Other models answer as well",
        Cause::Escalation => "What a cheaper answer did not settle is asked again",
        Cause::Service if takes_off => "Batch or flex spares a part of the standard price",
        Cause::Service => "Faster service costs more than the standard price",
        Cause::Agents => "Agents work beside the first one",
        Cause::Caches if takes_off => "Caches spare a part of it",
        Cause::Caches => "Caches cost more than they spare",
        Cause::OtherCosts => "People and services beside the calls",
        Cause::Contract if takes_off => "Contracts take off list prices",
        Cause::Contract => "Contracts add to list prices",
    };
    sentence.to_owned()
}

/// `rewrite, guard and 3 more`
fn listed(names: &[String]) -> String {
    let (named, others) = names.split_at(names.len().min(NAMED));
    match (named, others.len()) {
        ([], _) => String::new(),
        ([only], 0) => only.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (named, more) => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::estimates::work;
    use crate::plans::Request;

    const PLAN: &str = "forebill: 1
name: Desk
starts: 2027-01
months: 2
prices: { as_of: 2026-11-22 }
prompts:
  system: { tokens: 1000, role: system, grows: 5%/month }
  question: { tokens: 100 }
  article: { tokens: 800, role: retrieved }
features:
  - name: ask
    unit: question
    volume: { units: 10000/month }
    step:
      conversation:
        turns: 2..6
        turn:
          - call: { name: guard, label: Guardrail, model: openai/gpt-5-nano, input: [question], output: 10 }
          - retry:
              attempts: 2
              fails: { timeout: 2% }
              step:
                call: { name: reply, answer: true, model: openai/gpt-4o, input: [system, article, history, question], output: 400 }
other_costs:
  - { name: review, share: 1%, of: ask, cost: $2 }
  - { name: hosting, cost: $10 }
contracts:
  - { name: openai, provider: openai, discounts: [{ off: 10% }] }
";

    fn worked() -> Worked {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, PLAN).expect("the folder can be written to");
        work(&Request { plan, ..Request::default() }).expect("the plan is free of problems")
    }

    #[test]
    fn every_cause_is_told_in_words_and_can_be_asked_why() {
        let told = worked().surprise(None).expect("the plan has months");
        assert_eq!(told.month, "2027-02");
        let lines = told.features[0].steps.iter().map(|step| {
            let why = step.why.as_deref().unwrap_or("-");
            format!("{}: {} ({}) {why}", step.label, step.says, step.note)
        });
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @"
        Turns: It is asked 3.8 times, not once (turns 2..6) ask.conversation.turns
        Other costs: People and services beside the calls (review) ask.other-costs.unit-cost
        Retrieved and tools: Looked-up text and tools ride along (3,035 tokens per question) ask.retrieved.unit-cost
        History: What was said is sent again (3,388 tokens per question) ask.history.unit-cost
        Failed attempts: Some attempts fail and are made again (reply) ask.failed-attempts.unit-cost
        Prompt growth: The prompt has grown since launch (190 tokens per question) ask.prompt-growth.unit-cost
        Helpers: Helpers that nobody sees (Guardrail) ask.guard.unit-cost
        Contract: Contracts take off list prices (openai) ask.contract.unit-cost
        ");
    }

    #[test]
    fn what_belongs_to_no_feature_stands_beside_them() {
        let told = worked().surprise(Some("2027-01")).expect("a month of the plan");
        let beside: Vec<_> = told.beside.iter().map(|it| (it.cause, &*it.month)).collect();
        assert_eq!(beside, [(Cause::OtherCosts, "10")]);
        assert!(worked().surprise(Some("2026-12")).is_err());
    }
}
