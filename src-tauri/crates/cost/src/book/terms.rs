//! What a seller says about prices beyond the prices: surcharges, caches, free quantities, names that bill another model.
#![deny(clippy::float_arithmetic)]

use jiff::civil::Date;

use super::entry::Tier;
use super::origin::Origin;
use crate::meter::Meter;
use crate::money::{Factor, Quantity, Rate};

/// Which models of a provider a term holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Models {
    /// All of them.
    #[default]
    All,
    /// Those of these ids.
    These(Vec<String>),
}

/// A span of days; a side that is left open has no end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Option<Date>,
    /// The first day without it.
    pub to: Option<Date>,
}

/// A factor on prices for calls that were served in a special way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiplier {
    /// For which models.
    pub models: Models,
    /// When it holds.
    pub span: Span,
    /// What was special: `inference_geo`.
    pub key: String,
    /// Which values of it: `us`.
    pub values: Vec<String>,
    /// What a price is multiplied by.
    pub factor: Factor,
    /// Which prices.
    pub on: MultiplierOn,
    /// Tiers that are not offered together with it.
    pub excludes: Vec<Tier>,
    /// Who says so.
    pub origin: Origin,
}

/// Which prices a multiplier multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiplierOn {
    /// Those of tokens, and no fees.
    #[default]
    Tokens,
    /// Every price.
    All,
}

/// How so much of a meter is billed: rounded up to steps, at least so much, so much of it free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metering {
    /// For which models.
    pub models: Models,
    /// When it holds.
    pub span: Span,
    /// What is billed so.
    pub meter: Meter,
    /// A use is billed as at least so much.
    pub minimum: Option<Quantity>,
    /// A use is rounded up to whole steps of so much.
    pub increment: Option<Quantity>,
    /// So much is free, for an account and a period.
    pub free: Option<Quantity>,
    /// What `free` comes back with.
    pub per: Period,
    /// Who says so.
    pub origin: Origin,
}

/// What an allowance comes back with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// Every day.
    Day,
    /// Every calendar month.
    #[default]
    Month,
    /// Once.
    Once,
}

/// How a provider keeps the beginnings of prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheRule {
    /// For which models.
    pub models: Models,
    /// When it holds.
    pub span: Span,
    /// Who decides what is kept.
    pub mode: CacheMode,
    /// A shorter beginning is not kept, in tokens.
    pub minimum_tokens: u64,
    /// What is read is whole blocks of so many tokens; 1 where every token counts.
    pub granularity_tokens: u64,
    /// How long it is kept, in seconds; the first is what a request gets that asks for nothing.
    pub ttl_seconds: Vec<u64>,
    /// Whether reading begins that time anew.
    pub refreshes: bool,
    /// How many places of a request can be marked.
    pub breakpoints: Option<u64>,
    /// The price of a million tokens kept for an hour; nothing where keeping is free.
    pub storage: Option<Rate>,
    /// Who says so.
    pub origin: Origin,
}

/// Who decides what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheMode {
    /// The provider, for every request.
    Implicit,
    /// The request, by marks in it.
    Explicit,
    /// A copy made beforehand, which requests name.
    Named,
}

/// From a day on a name bills another model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reroute {
    /// The model that is named.
    pub model: String,
    /// When it is billed as the other.
    pub span: Span,
    /// The id of the model that answers, of the same provider.
    pub to: String,
    /// Who says so.
    pub origin: Origin,
}

/// The last day of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// The model.
    pub model: String,
    /// The first day on which it does not answer.
    pub on: Date,
    /// The id of the model that its provider names instead.
    pub successor: Option<String>,
    /// Who says so.
    pub origin: Origin,
}

/// Everything that a seller says about prices beyond the prices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// In the order in which they are multiplied.
    pub multipliers: Vec<Multiplier>,
    /// How meters are billed.
    pub metering: Vec<Metering>,
    /// Its caches.
    pub caches: Vec<CacheRule>,
    /// Names that bill another model.
    pub reroutes: Vec<Reroute>,
    /// Models that end.
    pub retirements: Vec<Retirement>,
}

impl Models {
    /// Whether a model is one of them.
    pub fn has(&self, id: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(ids) => ids.iter().any(|known| known == id),
        }
    }
}

impl Span {
    /// Whether a day lies in it.
    pub fn has(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

impl Multiplier {
    /// Whether it is for this model, on this day, for a call served in this way.
    pub fn holds(&self, model: &str, day: Date, key: &str, value: &str) -> bool {
        self.key == key
            && self.values.iter().any(|known| known.eq_ignore_ascii_case(value))
            && self.models.has(model)
            && self.span.has(day)
    }

    /// Whether it multiplies the price of a meter.
    pub fn is_on(&self, meter: Meter) -> bool {
        match self.on {
            MultiplierOn::Tokens => meter.is_tokens(),
            MultiplierOn::All => true,
        }
    }
}

impl Metering {
    /// What is billed for one use of so much.
    pub fn billed(&self, used: Quantity) -> Quantity {
        let stepped = self.increment.map_or(used, |step| match self.meter.is_hours() {
            true => used.up_to_steps_of_hours(step),
            false => used.up_to_steps_of(step),
        });
        self.minimum.map_or(stepped, |minimum| stepped.max(minimum))
    }
}

impl CacheMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Implicit, Self::Explicit, Self::Named];

    /// Its name in price files and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Explicit => "explicit",
            Self::Named => "named",
        }
    }
}

impl Period {
    /// Every period.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Once];

    /// Its name in price files and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Once => "once",
        }
    }
}

impl Terms {
    /// Whether a seller says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The cache of a model on a day: the last rule that holds.
    pub fn cache(&self, model: &str, day: Date) -> Option<&CacheRule> {
        self.caches.iter().rev().find(|rule| rule.models.has(model) && rule.span.has(day))
    }

    /// The copies of beginnings that are made beforehand for a model, on a day: the last rule that holds.
    pub fn named_cache(&self, model: &str, day: Date) -> Option<&CacheRule> {
        let is_named = |rule: &&CacheRule| {
            rule.mode == CacheMode::Named && rule.models.has(model) && rule.span.has(day)
        };
        self.caches.iter().rev().find(is_named)
    }

    /// How a meter of a model is billed on a day: the last rule that holds.
    pub fn metering(&self, model: &str, day: Date, meter: Meter) -> Option<&Metering> {
        let holds =
            |rule: &&Metering| rule.meter == meter && rule.models.has(model) && rule.span.has(day);
        self.metering.iter().rev().find(holds)
    }

    /// The model that a name bills on a day, where that is another.
    pub fn reroute(&self, model: &str, day: Date) -> Option<&Reroute> {
        self.reroutes.iter().rev().find(|rule| rule.model == model && rule.span.has(day))
    }

    /// When a model ends.
    pub fn retirement(&self, model: &str) -> Option<&Retirement> {
        self.retirements.iter().rev().find(|end| end.model == model)
    }

    /// What is said of these models.
    #[must_use]
    pub fn about(&self, ids: &[&str]) -> Self {
        let narrowed = |models: &Models| match models {
            Models::All => Some(Models::All),
            Models::These(known) => {
                let kept: Vec<_> =
                    known.iter().filter(|id| ids.contains(&id.as_str())).cloned().collect();
                (!kept.is_empty()).then_some(Models::These(kept))
            }
        };
        let is_one = |id: &String| ids.contains(&id.as_str());
        Self {
            multipliers: self
                .multipliers
                .iter()
                .filter_map(|rule| {
                    Some(Multiplier { models: narrowed(&rule.models)?, ..rule.clone() })
                })
                .collect(),
            metering: self
                .metering
                .iter()
                .filter_map(|rule| {
                    Some(Metering { models: narrowed(&rule.models)?, ..rule.clone() })
                })
                .collect(),
            caches: self
                .caches
                .iter()
                .filter_map(|rule| {
                    Some(CacheRule { models: narrowed(&rule.models)?, ..rule.clone() })
                })
                .collect(),
            reroutes: self.reroutes.iter().filter(|rule| is_one(&rule.model)).cloned().collect(),
            retirements: self
                .retirements
                .iter()
                .filter(|end| is_one(&end.model))
                .cloned()
                .collect(),
        }
    }

    /// What another statement says as well. Later statements go before earlier ones.
    pub fn extend(&mut self, other: &Self) {
        extend(&mut self.multipliers, &other.multipliers);
        extend(&mut self.metering, &other.metering);
        extend(&mut self.caches, &other.caches);
        extend(&mut self.reroutes, &other.reroutes);
        extend(&mut self.retirements, &other.retirements);
    }
}

/// What is said twice is not kept twice: the later place decides.
fn extend<T: Clone + PartialEq>(known: &mut Vec<T>, other: &[T]) {
    known.retain(|rule| !other.contains(rule));
    known.extend_from_slice(other);
}
