//! Budgets: a plan held against its own limits, with the step and the cause behind each breach.

pub use cost::budget::Verdict;
use cost::budget::{Judged, behind, behind_tokens, judge};
use cost::ledger::LedgerLine;
use cost::money::Money;
use cost::plan::{Budget, Feature, Limit, Meaning, Percentile, Side};
use cost::play::{LastCall, Script, UNITS, play};
use cost::workings::{Driver, Peak};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::Error;
use crate::estimates::{self, PlanOf, SenderOf, Worked, month_name, work};
use crate::plans::Request;
use crate::projects;

/// A plan held against its limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CheckedBudgets")]
pub struct Checked {
    /// Which plan, as it stands.
    pub plan: PlanOf,
    /// The currency of every amount.
    pub currency: String,
    /// How many units were played for limits of tokens, in each month that was.
    pub draws: u32,
    /// The seed that they were played with.
    pub seed: u64,
    /// How many limits are passed.
    pub over: usize,
    /// How many could not be judged.
    pub unjudged: usize,
    /// Every limit, those that are passed first.
    pub limits: Vec<Held>,
}

/// One limit, held against what it limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "HeldLimit")]
pub struct Held {
    /// Where it stands: `support.budget.month`, `support.budget.tokens.hard.input`, `budget.month`,
    /// `rate-limits.openai/gpt-5.itpm`.
    pub address: String,
    /// Its feature; nothing for the whole plan.
    pub feature: Option<String>,
    /// Which limit of that it is: `month`, `unit_cost`, a call and its side: `hard.input`; of the plan, what a model is sent
    /// a minute: `openai/gpt-5.itpm`.
    pub limit: String,
    /// As it is typed.
    pub text: String,
    /// What it is counted in: `USD`, `tokens`, `tokens a minute`, `requests a minute`.
    pub unit: String,
    /// The most that it may be, as an exact decimal.
    pub most: String,
    /// The percentile that is held against it: 95 for tokens; nothing for the mean.
    pub percentile: Option<u8>,
    /// How it stands.
    pub verdict: Verdict,
    /// The first month that passes it, as `2027-05`.
    pub first: Option<String>,
    /// The month that comes furthest.
    pub worst: Option<String>,
    /// What that month comes to.
    pub comes_to: Option<String>,
    /// How much of it is above the limit.
    pub excess: Option<String>,
    /// In that month, the step that most of it is paid for.
    pub step: Option<String>,
    /// Why most of that step is paid for.
    pub driver: Option<Driver>,
    /// The same as people read it.
    pub driver_label: Option<String>,
    /// The part of that month that step and cause together come to, from 0 to 1; nothing for tokens.
    pub share: Option<String>,
    /// Of a rate limit, the steps that send most in the busiest hour of that month.
    pub senders: Vec<SenderOf>,
    /// Why nothing can be said.
    pub why: Option<String>,
}

/// Which open project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "BudgetsOf")]
pub struct Of {
    /// The number under which it is open.
    pub project: u64,
}

/// Holds a plan against its limits.
pub fn check(request: &Request) -> Result<(Worked, Checked), Vec<Error>> {
    let worked = work(request)?;
    let checked = held(&worked);
    Ok((worked, checked))
}

/// The same for an open project, as it was last worked out.
pub fn project(of: Of) -> Result<Checked, Error> {
    Ok(held(&*projects::worked(of.project)?))
}

fn held(worked: &Worked) -> Checked {
    let plan = &worked.opened.plan;
    let pinned = plan.budget.clone().unwrap_or_default();
    let (draws, seed) =
        (pinned.draws.unwrap_or(UNITS), pinned.seed.unwrap_or(estimates::Played::SEED));
    let mut limits = vec![];
    if let Some(limit) = &pinned.month {
        limits.push(of_month(worked, None, limit));
    }
    limits.extend(worked.estimate.workings.peaks.iter().map(|peak| of_rate(worked, peak)));
    for feature in &plan.features {
        let Some(Budget { tokens, unit_cost, month }) = &feature.budget else { continue };
        limits.extend(month.as_ref().map(|limit| of_month(worked, Some(feature), limit)));
        limits.extend(unit_cost.as_ref().map(|limit| of_unit(worked, feature, limit)));
        if !tokens.is_empty() {
            let played = Played::of(worked, feature, draws, seed);
            limits.extend(tokens.iter().map(|(key, limit)| played.held(worked, key, limit)));
        }
    }
    // What is passed comes first, all else as the plan has it.
    limits.sort_by_key(|held| held.verdict);
    let count = |verdict| limits.iter().filter(|held| held.verdict == verdict).count();
    Checked {
        plan: worked.plan_of(),
        currency: plan.currency.clone(),
        draws,
        seed,
        over: count(Verdict::Over),
        unjudged: count(Verdict::Unjudged),
        limits,
    }
}

/// A limit that nothing is held against yet.
fn bare<M: Meaning>(feature: Option<&Feature>, limit: &str, of: &Limit<M>, unit: &str) -> Held {
    let within = if unit == "tokens" { "tokens." } else { "" };
    let feature = feature.map(|feature| feature.name.clone());
    let before = feature.as_ref().map(|name| format!("{name}.")).unwrap_or_default();
    let most = of.decimal().expect("a checked limit is one number");
    let unheld =
        Held::of(format!("{before}budget.{within}{limit}"), limit, &of.text, (&most, unit));
    Held { feature, ..unheld }
}

impl Held {
    /// A limit of the plan that nothing is held against yet: so much of a unit.
    fn of(address: String, limit: &str, text: &str, (most, unit): (&str, &str)) -> Self {
        Self {
            address,
            feature: None,
            limit: limit.to_owned(),
            text: text.to_owned(),
            unit: unit.to_owned(),
            most: most.to_owned(),
            percentile: None,
            verdict: Verdict::Unjudged,
            first: None,
            worst: None,
            comes_to: None,
            excess: None,
            step: None,
            driver: None,
            driver_label: None,
            share: None,
            senders: vec![],
            why: None,
        }
    }

    /// With how it stands.
    fn judged<T: Copy + ToString>(self, worked: &Worked, judged: &Judged<T>) -> Self {
        let month = |month: usize| month_name(worked.estimate.ledger.months[month]);
        Self {
            verdict: judged.verdict,
            first: judged.first.map(month),
            worst: judged.worst.map(|(worst, _)| month(worst)),
            comes_to: judged.worst.map(|(_, of)| of.to_string()),
            excess: judged.excess.map(|excess| excess.to_string()),
            ..self
        }
    }

    /// With the step and the cause that most of the worst month is paid for.
    fn behind(self, worked: &Worked, worst: Option<usize>) -> Self {
        let Some(worst) = worst else { return self };
        let ledger = &worked.estimate.ledger;
        let feature = self.feature.clone();
        let wanted = |line: &LedgerLine| {
            let is_of = feature.as_ref().is_none_or(|feature| line.feature == *feature);
            line.month == worst && is_of
        };
        let Some(found) = behind(ledger, wanted) else { return self };
        let all = ledger.sum(wanted).to_f64();
        let share = (all > 0.0).then(|| format!("{:.3}", found.amount.to_f64() / all));
        Self { step: Some(found.step), share, ..self.caused(Some(found.driver)) }
    }

    fn caused(self, driver: Option<Driver>) -> Self {
        Self { driver, driver_label: driver.map(|driver| driver.label().to_owned()), ..self }
    }
}

/// What every month costs, of a feature or of all of the plan.
fn of_month<M: Meaning>(worked: &Worked, feature: Option<&Feature>, limit: &Limit<M>) -> Held {
    let held = bare(feature, "month", limit, "USD");
    if let Some(Percentile::P(percent)) = limit.at {
        return Held {
            percentile: Some(percent),
            why: Some(format!(
                "P{percent} of a month needs a simulation, which this version does not have. Without \
                 `at P{percent}` the expected cost of every month is held against it."
            )),
            ..held
        };
    }
    let ledger = &worked.estimate.ledger;
    let is_of = |line: &LedgerLine| feature.is_none_or(|feature| line.feature == feature.name);
    let months = 0..ledger.months.len();
    let sum = |month| ledger.sum(|line| line.month == month && is_of(line));
    against(worked, held, &months.map(|month| Some(sum(month))).collect::<Vec<_>>())
}

/// What a minute of the busiest hour of every month has of what a model is limited to.
fn of_rate(worked: &Worked, peak: &Peak) -> Held {
    let limit = &worked.estimate.workings.inputs[peak.limit.0];
    let key = format!("{}.{}", peak.model, peak.limited.name());
    let most = worked.rate_limit(peak);
    let of = (&*most.to_string(), peak.limited.unit());
    let held = Held::of(peak.address.clone(), &key, &limit.text, of);
    let months: Vec<_> = worked.a_minute(peak).into_iter().map(Some).collect();
    let judged = judge(most, &months);
    let senders = judged.worst.map_or_else(Vec::new, |(worst, _)| worked.senders(peak, worst));
    Held { senders, ..held.judged(worked, &judged) }
}

/// What a unit costs in the mean of every month.
fn of_unit<M: Meaning>(worked: &Worked, feature: &Feature, limit: &Limit<M>) -> Held {
    let estimate = &worked.estimate;
    let rows = estimate.workings.features.iter().find(|rows| rows.name == feature.name);
    let rows = rows.expect("every feature has its rows");
    let cost = |month| {
        let cost = estimate.month_unit_cost(rows, month)?;
        Some(Money::parse(&format!("{cost:.18}")).expect("a figure is a decimal"))
    };
    let months: Vec<_> = (0..estimate.ledger.months.len()).map(cost).collect();
    against(worked, bare(Some(feature), "unit_cost", limit, "USD"), &months)
}

fn against(worked: &Worked, held: Held, months: &[Option<Money>]) -> Held {
    let most = Money::parse(&held.most).expect("a limit is a decimal");
    let judged = judge(most, months);
    held.judged(worked, &judged).behind(worked, judged.worst.map(|(worst, _)| worst))
}

/// The last calls of a feature's units, played in its first and its last month, since prompts that
/// grow or shrink are longest at one end; in every month where a number follows a driver.
struct Played<'w> {
    feature: &'w Feature,
    /// By month; nothing where there are no units.
    months: Vec<Option<Vec<LastCall>>>,
    /// Why they could not be played.
    why: Option<String>,
}

impl<'w> Played<'w> {
    fn of(worked: &'w Worked, feature: &'w Feature, draws: u32, seed: u64) -> Self {
        let estimate = &worked.estimate;
        let mut played =
            Self { feature, months: vec![None; estimate.ledger.months.len()], why: None };
        let rows = estimate.workings.features.iter().find(|rows| rows.name == feature.name);
        let rows = rows.expect("every feature has its rows");
        let has_units = |month: &usize| estimate.values.at(rows.volume, *month) > 0.0;
        let months: Vec<usize> = (0..played.months.len()).filter(has_units).collect();
        let opened = &worked.opened;
        let numbers = opened.plan.numbers();
        let follows = numbers.iter().any(|number| number.over_time.follows.is_some());
        let ends = || months.iter().take(1).chain(months.iter().skip(1).last());
        // What follows a driver may be largest in any month.
        let asked: Vec<&usize> = if follows { months.iter().collect() } else { ends().collect() };
        for month in asked.into_iter().copied() {
            let model = |name: &str| Some(&worked.models.get(name).model);
            let nth = u32::try_from(month + 1).expect("a plan has few months");
            let around = worked.around(feature, month);
            match Script::among(&opened.plan, feature, nth, &opened.measures, model, &around) {
                Ok(script) => played.months[month] = Some(play(&script, seed, draws).last),
                Err(error) => played.why = Some(error.to_string()),
            }
        }
        played
    }

    fn held<M: Meaning>(&self, worked: &Worked, key: &str, limit: &Limit<M>) -> Held {
        let held = Held { percentile: Some(95), ..bare(Some(self.feature), key, limit, "tokens") };
        if let Some(why) = &self.why {
            return Held { why: Some(why.clone()), ..held };
        }
        let (call, side) = Side::of(key).expect("a checked limit names a call and a side");
        let size = |last: &Vec<LastCall>| {
            let last = last.iter().find(|last| last.name == call && last.units > 0)?;
            let tokens = match side {
                Side::Input => last.input_p95,
                Side::Output => last.output_p95,
            };
            // Part of a token is one.
            Some(tokens.ceil() as u64)
        };
        let months: Vec<_> = self.months.iter().map(|last| size(last.as_ref()?)).collect();
        let most = held.most.parse::<f64>().unwrap_or_default().floor() as u64;
        let judged = judge(most, &months);
        let held = held.judged(worked, &judged);
        let step = format!("{}.{call}", self.feature.name);
        let cause = |(month, _)| behind_tokens(&worked.estimate.ledger, &step, side, month);
        Held { step: Some(step.clone()), ..held.caused(judged.worst.and_then(cause)) }
    }
}
