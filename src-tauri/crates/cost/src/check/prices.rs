//! Whether a call's model is known, offered, and priced in every month.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::finding::Findings;
use crate::book::{Entry, Match, Model, Provider, UnknownModel, find};
use crate::meter::Meter;
use crate::plan::Call;

/// The models of a plan, by the names it uses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models(BTreeMap<String, Sold>);

/// A model of the plan, as the book has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sold {
    /// `provider/id`
    pub name: String,
    /// The provider's id.
    pub provider: String,
    /// The model with its prices.
    pub model: Model,
    /// How the plan's name was recognised.
    pub matched: Match,
}

impl Models {
    /// A model by the name that the plan uses.
    ///
    /// # Panics
    /// When the plan names no such model: ask only for names of a checked plan.
    pub fn get(&self, name: &str) -> &Sold {
        self.0.get(name).expect("a checked plan's models are in the book")
    }

    /// Every model, by the name that the plan uses.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Sold)> {
        self.0.iter().map(|(name, sold)| (name.as_str(), sold))
    }

    /// Looks a call's model up, and notes what is wrong with it.
    pub(super) fn check(
        &mut self,
        found: &mut Findings,
        book: &[&Provider],
        call: &Call,
        months: &[Date],
    ) {
        if !self.0.contains_key(&call.model) {
            match find(book, None, &call.model) {
                Ok(hit) => {
                    let sold = Sold {
                        name: format!("{}/{}", hit.provider.id, hit.model.id),
                        provider: hit.provider.id.clone(),
                        model: hit.model.clone(),
                        matched: hit.matched,
                    };
                    self.0.insert(call.model.clone(), sold);
                }
                Err(unknown) => {
                    let (message, hint) = unknown_model(&unknown);
                    found.say("model", message, hint);
                    return;
                }
            }
        }
        priced(found, self.get(&call.model), call, months);
    }
}

/// What is wrong with a model's name, and what to write.
pub fn unknown_model(unknown: &UnknownModel) -> (String, String) {
    let meant = |suggestions: &[String]| match suggestions {
        [] => "See `forebill prices list`.".to_owned(),
        some => format!("Did you mean {}?", some.join(", ")),
    };
    match unknown {
        UnknownModel::NoProvider { provider, suggestions } => {
            (format!("The book has no provider called `{provider}`."), meant(suggestions))
        }
        UnknownModel::NoModel { name, suggestions } => {
            (format!("The book has no model called `{name}`."), meant(suggestions))
        }
        UnknownModel::Ambiguous { name, sellers } => (
            format!("Several providers sell `{name}`."),
            format!("Write one of {}.", sellers.join(", ")),
        ),
    }
}

/// Every day of the plan needs a price for what the call sends and writes.
fn priced(found: &mut Findings, sold: &Sold, call: &Call, months: &[Date]) {
    let (Some(&start), Some(&end)) = (months.first(), months.last()) else { return };
    let changes = sold.model.prices.iter().flat_map(|entry| [entry.from, entry.to]).flatten();
    let days = std::iter::once(start).chain(changes.filter(|day| (start..end).contains(day)));
    let mut meters: Vec<Meter> = vec![];
    meters.extend((!call.input.is_empty()).then_some(Meter::Input));
    meters.extend((call.output.is_some() || call.reasoning.is_some()).then_some(Meter::Output));
    // A fee for each call holds for the tier as a whole: on some days only is not a price.
    let fee = |entry: &Entry| entry.rates.contains_key(&Meter::Request);
    meters.extend(sold.model.prices.iter().any(fee).then_some(Meter::Request));
    for day in days {
        if let Err(missing) = sold.model.entry_at(day.into(), call.tier, 0) {
            let message = missing.to_string();
            let field = match message.contains(call.tier.name()) && call.tier != Default::default()
            {
                true => "tier",
                false => "model",
            };
            return found.say(
                field,
                message,
                "Choose another tier or model, or move the plan's start.",
            );
        }
        for entry in sold.model.entries_on(day, call.tier) {
            for meter in &meters {
                if !entry.rates.contains_key(meter) {
                    let message = format!("`{}` has no price for {}.", sold.name, meter.name());
                    return found.say("model", message, hint_for(*meter));
                }
            }
        }
        let writes = sold
            .model
            .entries_on(day, call.tier)
            .any(|entry| entry.rates.get(&Meter::Output).is_some_and(|rate| rate.to_f64() != 0.0));
        if writes && call.output.is_none() {
            let message = format!("`{}` writes, and `output` is missing.", call.name);
            return found.say("", message, "Say how many tokens it writes: `output: 120..300`.");
        }
    }
}

fn hint_for(meter: Meter) -> String {
    if meter == Meter::Output {
        return "An embedding model writes nothing: leave `output` out.".to_owned();
    }
    format!("Choose a model with a price for {}.", meter.name())
}
