//! The fields of a contract's terms that are no numbers: where each stands, what it can be.

use super::done::NotEdited;
use super::fields::{TermField, TermKind};
use crate::book::Tier;
use crate::meter::Meter;
use crate::plan::{
    Commitment, Contract, Credit, Discount, DrawnBy, Free, Negotiated, Steps, Stretch,
};

/// What of its calls a plan is billed for.
pub const BILLED: [Meter; 3] = [Meter::Input, Meter::Output, Meter::Request];

/// Where a field of a term stands.
pub enum Place<'c> {
    Model(&'c mut String),
    AnyModel(&'c mut Option<String>),
    Meter(&'c mut Meter),
    AnyMeter(&'c mut Option<Meter>),
    Tier(&'c mut Tier),
    AnyTier(&'c mut Option<Tier>),
    Text(&'c mut String),
    Month(&'c mut Option<String>),
    Every(&'c mut Stretch),
    DrawnBy(&'c mut DrawnBy),
    Whole(&'c mut Option<bool>),
}

/// The place of a field; nothing where such a term has none.
pub fn place(
    contract: &mut Contract,
    kind: TermKind,
    index: usize,
    field: TermField,
) -> Option<Place<'_>> {
    use TermField as F;
    let month = |place| Some(Place::Month(place));
    match kind {
        TermKind::Price => {
            let Negotiated { model, meter, tier, from, to, .. } = contract.prices.get_mut(index)?;
            match field {
                F::Model => Some(Place::Model(model)),
                F::Meter => Some(Place::Meter(meter)),
                F::Tier => Some(Place::Tier(tier)),
                F::From => month(from),
                F::To => month(to),
                F::Every | F::DrawnBy | F::Whole | F::Name => None,
            }
        }
        TermKind::Discount => {
            let Discount { model, meter, tier, from, to, .. } =
                contract.discounts.get_mut(index)?;
            match field {
                F::Model => Some(Place::AnyModel(model)),
                F::Meter => Some(Place::AnyMeter(meter)),
                F::Tier => Some(Place::AnyTier(tier)),
                F::From => month(from),
                F::To => month(to),
                F::Every | F::DrawnBy | F::Whole | F::Name => None,
            }
        }
        TermKind::Free => {
            let Free { meter, model, from, to, .. } = contract.free.get_mut(index)?;
            match field {
                F::Model => Some(Place::AnyModel(model)),
                F::Meter => Some(Place::Meter(meter)),
                F::From => month(from),
                F::To => month(to),
                F::Tier | F::Every | F::DrawnBy | F::Whole | F::Name => None,
            }
        }
        TermKind::Steps => {
            let Steps { meter, whole, from, to, .. } = contract.steps.get_mut(index)?;
            match field {
                F::Meter => Some(Place::AnyMeter(meter)),
                F::Whole => Some(Place::Whole(whole)),
                F::From => month(from),
                F::To => month(to),
                F::Model | F::Tier | F::Every | F::DrawnBy | F::Name => None,
            }
        }
        TermKind::Fee => {
            let fee = contract.fees.get_mut(index)?;
            (field == F::Name).then_some(Place::Text(&mut fee.name))
        }
        TermKind::Commitment => {
            let Commitment { every, drawn_by, from, to, .. } =
                contract.commitments.get_mut(index)?;
            match field {
                F::Every => Some(Place::Every(every)),
                F::DrawnBy => Some(Place::DrawnBy(drawn_by)),
                F::From => month(from),
                F::To => month(to),
                F::Model | F::Meter | F::Tier | F::Whole | F::Name => None,
            }
        }
        TermKind::Credit => {
            let Credit { from, to, .. } = contract.credits.get_mut(index)?;
            match field {
                F::From => month(from),
                F::To => month(to),
                F::Model | F::Meter | F::Tier | F::Every | F::DrawnBy | F::Whole | F::Name => None,
            }
        }
    }
}

const STRETCHES: [(&str, Stretch); 4] = [
    ("month", Stretch::Month),
    ("quarter", Stretch::Quarter),
    ("year", Stretch::Year),
    ("term", Stretch::Term),
];
const DRAWN_BY: [(&str, DrawnBy); 2] = [("agreed", DrawnBy::Agreed), ("list", DrawnBy::List)];
const WHOLE: [(&str, Option<bool>); 2] = [("false", Some(false)), ("true", Some(true))];

impl Place<'_> {
    /// What stands there, as it is written.
    pub fn value(&self) -> String {
        match self {
            Self::Model(text) | Self::Text(text) => (*text).clone(),
            Self::AnyModel(text) | Self::Month(text) => (**text).clone().unwrap_or_default(),
            Self::Meter(meter) => meter.name().to_owned(),
            Self::AnyMeter(meter) => meter.map_or("", Meter::name).to_owned(),
            Self::Tier(tier) => tier.name().to_owned(),
            Self::AnyTier(tier) => tier.map_or("", Tier::name).to_owned(),
            Self::Every(every) => word(&STRETCHES, every),
            Self::DrawnBy(by) => word(&DRAWN_BY, by),
            Self::Whole(whole) => word(&WHOLE, &Some(whole.unwrap_or(false))),
        }
    }

    /// What can be chosen here; the value that stands here is among it.
    pub fn choices(&self, models: &[String]) -> Vec<String> {
        let none = || vec![String::new()];
        let meters = || BILLED.map(|meter| meter.name().to_owned());
        let tiers = || Tier::ALL.iter().map(|tier| tier.name().to_owned());
        let mut choices: Vec<String> = match self {
            Self::Text(_) | Self::Month(_) => return vec![],
            Self::Model(_) => models.to_vec(),
            Self::AnyModel(_) => [none(), models.to_vec()].concat(),
            Self::Meter(_) => meters().to_vec(),
            Self::AnyMeter(_) => none().into_iter().chain(meters()).collect(),
            Self::Tier(_) => tiers().collect(),
            Self::AnyTier(_) => none().into_iter().chain(tiers()).collect(),
            Self::Every(_) => STRETCHES.map(|(word, _)| word.to_owned()).to_vec(),
            Self::DrawnBy(_) => DRAWN_BY.map(|(word, _)| word.to_owned()).to_vec(),
            Self::Whole(_) => WHOLE.map(|(word, _)| word.to_owned()).to_vec(),
        };
        let value = self.value();
        if !choices.contains(&value) {
            choices.push(value);
        }
        choices
    }

    /// Writes another value there.
    pub fn write(&mut self, value: &str) -> Result<(), NotEdited> {
        let some = || Some(value.to_owned()).filter(|value| !value.is_empty());
        let unknown = |what: &str| {
            NotEdited::new(format!("`{value}` is no {what}."), "Choose one of those listed.")
        };
        let meter = || Meter::from_name(value).ok_or_else(|| unknown("meter"));
        let tier = || Tier::parse(value).ok_or_else(|| unknown("tier"));
        match self {
            Self::Model(text) | Self::Text(text) => value.clone_into(text),
            Self::AnyModel(text) | Self::Month(text) => **text = some(),
            Self::Meter(place) => **place = meter()?,
            Self::AnyMeter(place) => **place = some().map(|_| meter()).transpose()?,
            Self::Tier(place) => **place = tier()?,
            Self::AnyTier(place) => **place = some().map(|_| tier()).transpose()?,
            Self::Every(place) => {
                **place = of_word(&STRETCHES, value).ok_or_else(|| unknown("stretch of months"))?;
            }
            Self::DrawnBy(place) => {
                **place = of_word(&DRAWN_BY, value).ok_or_else(|| unknown("kind of spend"))?;
            }
            Self::Whole(place) => {
                **place = of_word(&WHOLE, value).ok_or_else(|| unknown("way to count steps"))?;
            }
        }
        Ok(())
    }
}

fn word<T: PartialEq>(words: &[(&str, T)], value: &T) -> String {
    let word = words.iter().find(|(_, known)| known == value);
    word.map_or("", |(word, _)| word).to_owned()
}

fn of_word<T: Copy>(words: &[(&str, T)], wanted: &str) -> Option<T> {
    words.iter().find(|(word, _)| *word == wanted).map(|(_, value)| *value)
}
