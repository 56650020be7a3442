//! Models of a feed on their way into a book: named once, checked, and written once to see that they can be.

use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet};

use cost::book::{CacheRule, Entry, Metering, Model, Models, Multiplier, Provider, Terms};
use cost::meter::Meter;
use cost::money::Rate;
use cost::problem::Problem;
use serde_json::Value;

use super::answer::{Feed, Kept, Unread, problem};
use super::names;
use crate::book;

/// What was read so far.
#[derive(Default)]
pub struct Gather {
    providers: BTreeMap<String, Provider>,
    /// By provider, every name in small letters with the place of its model.
    names: BTreeMap<String, BTreeMap<String, usize>>,
    problems: Vec<Problem>,
    said: BTreeSet<String>,
    unread: BTreeMap<String, Vec<Kept>>,
    /// By provider and rule, its models.
    terms: BTreeMap<(String, String), (Term, Vec<String>)>,
    /// Prices of 0 that were left out, and the models that have them.
    zeros: BTreeMap<Meter, BTreeSet<String>>,
    /// Whether a price of 0 is meant.
    zeros_hold: bool,
}

/// What a model is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Whether it was not there before, with the same prices.
    pub is_new: bool,
}

/// A term that holds for some models.
#[derive(Clone, Debug)]
pub enum Term {
    /// A factor for a way of being served.
    Multiplier(Multiplier),
    /// How a meter is billed.
    Metering(Metering),
    /// How beginnings are kept.
    Cache(CacheRule),
}

impl Gather {
    /// For a book of the user's own, where a price of 0 is meant.
    pub fn of_our_own() -> Self {
        Self { zeros_hold: true, ..Self::default() }
    }

    /// The provider of an id; nothing, and a problem, where no price file can be called so.
    pub fn provider(&mut self, id: &str, name: Option<&str>) -> Option<&mut Provider> {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let is_id = id.starts_with(|first: char| first.is_ascii_alphanumeric())
            && id.chars().all(is_letter)
            && id.len() <= 64;
        if !is_id {
            let message = format!("No provider can be called `{id}`.");
            self.once(&message, "Its models are left out: an id is of letters, digits, - _ and .");
            return None;
        }
        let fresh = || Provider {
            id: id.into(),
            name: name
                .or(names::name(id))
                .filter(|name| !name.trim().is_empty())
                .unwrap_or(id)
                .into(),
            aliases: names::aliases(id).iter().map(|alias| (*alias).into()).collect(),
            ..Provider::default()
        };
        Some(self.providers.entry(id.into()).or_insert_with(fresh))
    }

    /// Adds a model of a provider, whom the feed calls by a word of its own. What it is called here, where it is kept.
    pub fn model(&mut self, provider: &str, word: &str, mut model: Model) -> Option<Named> {
        self.provider(provider, None)?;
        model.id = model.id.trim().to_owned();
        let path = [provider, &model.id.clone()];
        if model.id.is_empty() {
            self.problem(&path, "A model has no name.", "It is left out.");
            return None;
        }
        if !self.zeros_hold {
            self.without_zeros(&path, &mut model);
        }
        self.without_clashes(&path, &mut model);
        let names = self.names.entry(provider.into()).or_default();
        let models = &mut self.providers.get_mut(provider).expect("just made").models;
        let lower = model.id.to_lowercase();
        let taken_by = names.get(&lower).copied();
        // A model's own name goes before what another one is called besides.
        let is_alias = |place: &usize| models[*place].id.to_lowercase() != lower;
        if let Some(place) = taken_by.filter(is_alias) {
            let known = &mut models[place];
            known.aliases.retain(|alias| alias.to_lowercase() != lower);
        } else if let Some(place) = taken_by {
            let known = &models[place];
            if known.prices == model.prices {
                return Some(Named { id: known.id.clone(), is_new: false });
            }
            let other = format!("{word}/{}", model.id);
            let taken = names.contains_key(&other.to_lowercase());
            let (message, hint) = (
                format!("The feed has other prices for it as well, under `{word}`."),
                match taken {
                    true => "They are left out: that name is taken, too.".to_owned(),
                    false => format!("They are listed as `{other}`."),
                },
            );
            self.problems.push(problem(&path, message, hint));
            if taken {
                return None;
            }
            model.id = other;
        }
        let place = models.len();
        names.insert(model.id.to_lowercase(), place);
        let own = model.id.clone();
        // A name means one model: the first that was listed with it.
        model.aliases.retain(|alias| match names.entry(alias.to_lowercase()) {
            _ if alias.trim().is_empty() || *alias == own => false,
            MapEntry::Vacant(free) => *free.insert(place) == place,
            MapEntry::Occupied(known) => *known.get() == place,
        });
        models.push(model);
        Some(Named { id: own, is_new: true })
    }

    /// Whether a model is what a name means.
    pub fn is_called(&self, provider: &str, id: &str, name: &str) -> bool {
        let names = self.names.get(provider);
        let place = |name: &str| names.and_then(|names| names.get(&name.to_lowercase()));
        place(id).is_some() && place(id) == place(name)
    }

    /// Adds a name that nobody has to a model.
    pub fn alias(&mut self, provider: &str, id: &str, alias: &str) {
        let names = self.names.entry(provider.into()).or_default();
        let place = names.get(&id.to_lowercase()).copied();
        if let (Some(place), MapEntry::Vacant(free)) = (place, names.entry(alias.to_lowercase())) {
            free.insert(place);
            let models = &mut self.providers.get_mut(provider).expect("it has a name").models;
            models[place].aliases.push(alias.into());
        }
    }

    /// Whether a model of a provider answers to a name.
    pub fn has(&self, provider: &str, name: &str) -> bool {
        self.names.get(provider).is_some_and(|names| names.contains_key(&name.to_lowercase()))
    }

    /// Adds a term of a model; the same term of several is one.
    pub fn term(&mut self, provider: &str, model: &str, term: Term) {
        let key = (provider.to_owned(), format!("{term:?}"));
        let models = &mut self.terms.entry(key).or_insert((term, vec![])).1;
        models.push(model.to_owned());
    }

    /// What a provider says beyond its prices.
    pub fn terms(&mut self, provider: &str) -> Option<&mut Terms> {
        Some(&mut self.provider(provider, None)?.terms)
    }

    /// Says something about a part of the feed.
    pub fn problem(&mut self, path: &[&str], message: impl Into<String>, hint: impl Into<String>) {
        let problem = problem(path, message, hint);
        if self.problems.last() != Some(&problem) {
            self.problems.push(problem);
        }
    }

    /// Says something about the whole feed, once.
    pub fn once(&mut self, message: &str, hint: &str) {
        if self.said.insert(message.to_owned()) {
            self.problems.push(problem(&["feed"], message, hint));
        }
    }

    /// Keeps what has no place in a book.
    pub fn unread(&mut self, key: &str, model: &str, value: &Value) {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.keep(key, model, value);
    }

    /// The same for a text.
    pub fn keep(&mut self, key: &str, model: &str, value: String) {
        let kept = self.unread.entry(key.into()).or_default();
        kept.push(Kept { model: model.into(), value });
    }

    /// Leaves out prices of 0: in a feed they say `free` and `not known` alike.
    fn without_zeros(&mut self, path: &[&str], model: &mut Model) {
        let zero = Rate::default();
        let had_prices = !model.prices.is_empty();
        let mut left_out = BTreeSet::new();
        for entry in &mut model.prices {
            left_out.extend(
                entry.rates.iter().filter(|(_, rate)| **rate == zero).map(|(meter, _)| *meter),
            );
            entry.rates.retain(|_, rate| *rate != zero);
        }
        model.prices.retain(|entry| !entry.rates.is_empty());
        if had_prices && model.prices.is_empty() {
            let message = "All its prices are 0: free, or not known?";
            self.problem(path, message, "It is listed without a price: confirm what it costs.");
            return;
        }
        let name = path.join("/");
        for meter in left_out {
            self.zeros.entry(meter).or_default().insert(name.clone());
        }
    }

    /// Leaves out what a price file cannot say: spans without a day, two prices for one call.
    fn without_clashes(&mut self, path: &[&str], model: &mut Model) {
        let is_empty =
            |entry: &Entry| entry.from.zip(entry.to).is_some_and(|(from, to)| to <= from);
        let before = model.prices.len();
        model.prices.retain(|entry| !is_empty(entry));
        if model.prices.len() < before {
            let count = before - model.prices.len();
            self.problem(
                path,
                format!("{count} of its prices end on the day on which they begin."),
                "They are left out: a book has prices of days.",
            );
        }
        while let Some((first, second)) = book::check::overlap(&model.prices) {
            let dropped = model.prices.remove(second);
            if model.prices[first].rates != dropped.rates {
                self.problem(
                    path,
                    format!("It has two prices for one call: {}.", said(&dropped)),
                    "The one that is listed first is kept.",
                );
            }
        }
    }

    /// Everything, as a book can have it.
    pub fn finish(mut self) -> Feed {
        for (meter, models) in std::mem::take(&mut self.zeros) {
            let count = models.len();
            let few: Vec<_> = models.iter().take(3).map(String::as_str).collect();
            let (models, more) = (
                if count == 1 { "model" } else { "models" },
                if count > few.len() { ", …" } else { "" },
            );
            let message =
                format!("`{}` is 0 for {count} {models}: {}{more}.", meter.name(), few.join(", "));
            self.once(&message, "It is left out: set it yourself where it really is free.");
        }
        for ((provider, _), (term, mut ids)) in std::mem::take(&mut self.terms) {
            let Some(terms) = self.terms(&provider) else { continue };
            ids.sort();
            ids.dedup();
            let models = Models::These(ids);
            match term {
                Term::Multiplier(rule) => terms.multipliers.push(Multiplier { models, ..rule }),
                Term::Metering(rule) => terms.metering.push(Metering { models, ..rule }),
                Term::Cache(rule) => terms.caches.push(CacheRule { models, ..rule }),
            }
        }
        let mut problems = self.problems;
        let providers = self.providers.into_values();
        let providers = providers.filter_map(|provider| whole(provider, &mut problems)).collect();
        let unread = self.unread.into_iter().map(|(key, kept)| Unread { key, kept }).collect();
        Feed { providers, problems, unread }
    }
}

/// A provider of whom everything can be written and reads back the same; what cannot is a problem.
pub fn whole(mut provider: Provider, problems: &mut Vec<Problem>) -> Option<Provider> {
    book::sort(&mut provider);
    let joined = provider.join_dated();
    problems.extend(dated_names(&provider.id, &joined));
    problems.extend(provider.models.iter().filter_map(|model| too_cheap(&provider.id, model)));
    if again(&provider).is_ok() {
        return some(provider);
    }
    let bare = Provider { models: vec![], terms: Terms::default(), ..provider.clone() };
    if let Err(why) = again(&bare) {
        problems.push(problem(&[&provider.id], why, "The provider is left out."));
        return None;
    }
    provider.models.retain(|model| {
        let alone = Provider { models: vec![model.clone()], ..bare.clone() };
        let written = again(&alone);
        if let Err(why) = &written {
            problems.push(problem(&[&provider.id, &model.id], why, "The model is left out."));
        }
        written.is_ok()
    });
    let terms = Provider { terms: provider.terms.clone(), ..bare.clone() };
    if let Err(why) = again(&terms) {
        let hint = "What the provider says beyond its prices is left out.";
        problems.push(problem(&[&provider.id], why, hint));
        provider.terms = Terms::default();
    }
    if let Err(why) = again(&provider) {
        problems.push(problem(&[&provider.id], why, "The provider is left out."));
        return None;
    }
    some(provider)
}

/// Dated ids that became other names, said once for a provider.
fn dated_names(provider: &str, ids: &[String]) -> Option<Problem> {
    const FEW: usize = 3;
    let shown = ids.iter().take(FEW).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let message = match ids.len() {
        0 => return None,
        1 => format!("{shown} costs what the model without the day does."),
        2..=FEW => format!("{shown} cost what the models without the day do."),
        more => format!("{shown} and {} more cost what the models without the day do.", more - FEW),
    };
    let hint = "Each is another name: a price of yours holds for both.";
    Some(problem(&[provider], message, hint))
}

/// A price for a million tokens that looks like one for a single token.
fn too_cheap(provider: &str, model: &Model) -> Option<Problem> {
    let least = Rate::parse_per_million("0.0001").expect("a decimal");
    let rates = model.prices.iter().flat_map(|entry| &entry.rates);
    let (meter, rate) = rates
        .into_iter()
        .find(|(meter, rate)| meter.is_tokens() && **rate > Rate::default() && **rate < least)?;
    let message = format!(
        "Its `{}` is {} for a million: that looks like the price of one.",
        meter.name(),
        rate.per_million()
    );
    let hint = "Write it for a million, or as `each`, and import the file again.";
    Some(problem(&[provider, &model.id], message, hint))
}

fn some(provider: Provider) -> Option<Provider> {
    (!provider.models.is_empty()).then_some(provider)
}

/// Writes a price file and reads it.
fn again(provider: &Provider) -> Result<(), String> {
    let read = book::read(&book::write(provider)).map_err(|error| error.message)?;
    match read == *provider {
        true => Ok(()),
        false => Err("A price file cannot say all of it.".into()),
    }
}

/// An entry in a few words.
pub fn said(entry: &Entry) -> String {
    let rate = |(meter, rate): (&Meter, &Rate)| format!("{} {}", meter.name(), rate.per_million());
    let rates: Vec<_> = entry.rates.iter().map(rate).collect();
    let from = entry.from.map(|day| format!(" from {day}")).unwrap_or_default();
    format!("{} {}{from}", entry.tier.name(), rates.join(", "))
}
