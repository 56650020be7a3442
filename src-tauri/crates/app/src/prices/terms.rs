//! What a seller says about a model's prices beyond the prices, in plain words and numbers, each with its source.

use cost::book::{
    CacheRule, Metering, Multiplier, MultiplierOn, Provider, Reroute, Retirement, Tier,
};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::entry::Provenance;

/// What a seller says about a model's prices beyond the prices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceTerms")]
pub struct TermsOf {
    /// Factors for calls that are served in a special way.
    pub multipliers: Vec<FactorOf>,
    /// Free quantities, least quantities, steps.
    pub metering: Vec<MeteringOf>,
    /// How it keeps the beginnings of prompts.
    pub cache: Option<CacheOf>,
    /// The model that answers in its place.
    pub reroute: Option<RerouteOf>,
    /// When it ends.
    pub retirement: Option<RetirementOf>,
}

/// A factor on prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceFactor")]
pub struct FactorOf {
    /// What is special: `inference_geo`.
    pub when: String,
    /// Which values of it.
    pub is: Vec<String>,
    /// The factor, as a decimal.
    pub factor: String,
    /// Whether fees are multiplied, too.
    pub fees_too: bool,
    /// Tiers that are not offered together with it.
    pub excludes: Vec<Tier>,
    /// The first day, where it has one.
    pub from: Option<String>,
    /// Who says so.
    pub provenance: Provenance,
}

/// How a meter is billed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceMetering")]
pub struct MeteringOf {
    /// What is billed so.
    pub meter: Meter,
    /// What quantities are of.
    pub unit: String,
    /// A use is billed as at least so much.
    pub minimum: Option<String>,
    /// A use is rounded up to whole steps of so much.
    pub increment: Option<String>,
    /// So much is free for an account.
    pub free: Option<String>,
    /// What `free` comes back with: `day`, `month`, `once`.
    pub per: String,
    /// Who says so.
    pub provenance: Provenance,
}

/// How the beginnings of prompts are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceCache")]
pub struct CacheOf {
    /// Who decides what is kept: `implicit`, `explicit`, `named`.
    pub mode: String,
    /// A shorter beginning is not kept.
    pub minimum_tokens: u64,
    /// What is read is whole blocks of so many tokens.
    pub granularity_tokens: u64,
    /// How long it is kept; the first is what a request gets that asks for nothing.
    pub ttl_seconds: Vec<u64>,
    /// Whether reading begins that time anew.
    pub refreshes: bool,
    /// How many places of a request can be marked.
    pub breakpoints: Option<u64>,
    /// US dollars for a million tokens kept for an hour, as a decimal; nothing where keeping is free.
    pub storage_per_million: Option<String>,
    /// Who says so.
    pub provenance: Provenance,
}

/// The model that answers in another's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceReroute")]
pub struct RerouteOf {
    /// The id of the model that answers.
    pub to: String,
    /// The first day, where it has one.
    pub from: Option<String>,
    /// The first day without it.
    pub until: Option<String>,
    /// Who says so.
    pub provenance: Provenance,
}

/// The end of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceRetirement")]
pub struct RetirementOf {
    /// The first day on which it does not answer.
    pub on: String,
    /// The model that its seller names instead.
    pub successor: Option<String>,
    /// Who says so.
    pub provenance: Provenance,
}

impl TermsOf {
    /// What a seller says about one of its models on a day; a reroute or an end that is announced, too.
    pub fn new(provider: &Provider, model: &str, day: Date) -> Self {
        let terms = &provider.terms;
        let holds = |rule: &&Multiplier| rule.models.has(model) && rule.span.has(day);
        let metering = Meter::ALL.iter().filter_map(|meter| terms.metering(model, day, *meter));
        let coming =
            |rule: &&Reroute| rule.model == model && rule.span.to.is_none_or(|to| day < to);
        Self {
            multipliers: deciding(terms.multipliers.iter().filter(holds)),
            metering: metering.map(MeteringOf::new).collect(),
            cache: terms.cache(model, day).map(CacheOf::new),
            reroute: terms.reroutes.iter().rev().find(coming).map(RerouteOf::new),
            retirement: terms.retirement(model).map(RetirementOf::new),
        }
    }
}

/// The factors that decide: for one value the last statement does.
fn deciding<'a>(rules: impl DoubleEndedIterator<Item = &'a Multiplier>) -> Vec<FactorOf> {
    let mut said: Vec<(&str, String)> = vec![];
    let mut factors = vec![];
    for rule in rules.rev() {
        let mut values = rule.values.clone();
        values.retain(|value| {
            let one = (rule.key.as_str(), value.to_ascii_lowercase());
            let is_new = !said.contains(&one);
            said.push(one);
            is_new
        });
        if !values.is_empty() {
            factors.push(FactorOf::new(rule, values));
        }
    }
    factors.reverse();
    factors
}

impl FactorOf {
    fn new(rule: &Multiplier, values: Vec<String>) -> Self {
        Self {
            when: rule.key.clone(),
            is: values,
            factor: rule.factor.to_string(),
            fees_too: rule.on == MultiplierOn::All,
            excludes: rule.excludes.clone(),
            from: rule.span.from.map(|day| day.to_string()),
            provenance: Provenance::new(&rule.origin),
        }
    }
}

impl MeteringOf {
    fn new(rule: &Metering) -> Self {
        let text = |quantity: Option<cost::money::Quantity>| quantity.map(|it| it.to_string());
        Self {
            meter: rule.meter,
            unit: rule.meter.unit().into(),
            minimum: text(rule.minimum),
            increment: text(rule.increment),
            free: text(rule.free),
            per: rule.per.name().into(),
            provenance: Provenance::new(&rule.origin),
        }
    }
}

impl CacheOf {
    fn new(rule: &CacheRule) -> Self {
        Self {
            mode: rule.mode.name().into(),
            minimum_tokens: rule.minimum_tokens,
            granularity_tokens: rule.granularity_tokens,
            ttl_seconds: rule.ttl_seconds.clone(),
            refreshes: rule.refreshes,
            breakpoints: rule.breakpoints,
            storage_per_million: rule.storage.map(Rate::per_million),
            provenance: Provenance::new(&rule.origin),
        }
    }
}

impl RerouteOf {
    /// As its seller says it.
    pub fn new(rule: &Reroute) -> Self {
        Self {
            to: rule.to.clone(),
            from: rule.span.from.map(|day| day.to_string()),
            until: rule.span.to.map(|day| day.to_string()),
            provenance: Provenance::new(&rule.origin),
        }
    }
}

impl RetirementOf {
    /// As its seller says it.
    pub fn new(end: &Retirement) -> Self {
        Self {
            on: end.on.to_string(),
            successor: end.successor.clone(),
            provenance: Provenance::new(&end.origin),
        }
    }
}
