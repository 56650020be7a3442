//! A provider's price file as text: the same prices are the same bytes.

use std::sync::Arc;

use cost::book::{Bracket, Calendar, Entry, Hosted, Layer, Model, Provider, Tier, Week, Window};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;

use super::hosted;
use super::line::{field, list, origin as write_origin, quoted};
use super::terms;

/// The price file of one provider.
pub fn write(provider: &Provider) -> String {
    let mut text = format!(
        "# What {} charges: US dollars for a million units. The README says how to add a price.\n\n",
        provider.name
    );
    field(&mut text, "provider", &quoted(&provider.id));
    field(&mut text, "name", &quoted(&provider.name));
    list(&mut text, "aliases", &provider.aliases);
    let mut models: Vec<_> = provider.models.iter().collect();
    models.sort_by(|a, b| a.id.cmp(&b.id));
    models.into_iter().for_each(|each| model(&mut text, None, each));
    terms::write(&mut text, None, &provider.terms);
    calendars(&mut text, None, provider);
    text
}

/// The calendars that prices of a provider name.
pub fn calendars(text: &mut String, seller: Option<&str>, provider: &Provider) {
    let entries = provider.models.iter().flat_map(|model| &model.prices);
    let mut known: Vec<&Arc<Calendar>> = vec![];
    for calendar in entries.filter_map(|entry| entry.days.as_ref()?.except.as_ref()) {
        if !known.iter().any(|other| other.id == calendar.id) {
            known.push(calendar);
        }
    }
    for calendar in known {
        text.push_str("\n[[calendar]]\n");
        if let Some(seller) = seller {
            field(text, "provider", &quoted(seller));
        }
        field(text, "id", &quoted(&calendar.id));
        field(text, "source", &quoted(&calendar.source));
        field(text, "known_to", &calendar.known_to.to_string());
        let days: Vec<_> = calendar.dates.iter().map(ToString::to_string).collect();
        let lines: Vec<_> = days.chunks(7).map(|line| line.join(", ")).collect();
        field(text, "dates", &format!("[\n    {},\n]", lines.join(",\n    ")));
    }
}

/// One `[[model]]` with its prices; `provider` names its seller where the file holds several.
pub fn model(text: &mut String, provider: Option<&str>, model: &Model) {
    text.push_str("\n[[model]]\n");
    if let Some(provider) = provider {
        field(text, "provider", &quoted(provider));
    }
    field(text, "id", &quoted(&model.id));
    if let Some(name) = &model.name {
        field(text, "name", &quoted(name));
    }
    list(text, "aliases", &model.aliases);
    if let Some(tokens) = model.context_tokens {
        field(text, "context_tokens", &tokens.to_string());
    }
    if let Some(vocabulary) = &model.vocabulary {
        field(text, "vocabulary", &quoted(vocabulary));
    }
    if let Some(capabilities) = &model.capabilities {
        let names: Vec<_> = capabilities.iter().map(|one| quoted(one.name())).collect();
        field(text, "capabilities", &format!("[{}]", names.join(", ")));
    }
    write_origin(text, &model.origin);
    let hosted = model.hosted.as_ref().and_then(Hosted::entry);
    if let Some(hosted) = &model.hosted {
        hosted::write(text, hosted);
    }
    let mut prices: Vec<_> =
        model.prices.iter().filter(|entry| hosted.as_ref() != Some(*entry)).collect();
    prices.sort_by_key(|entry| order(entry));
    prices.into_iter().for_each(|entry| price(text, entry));
}

/// Puts models and their prices in the order in which they are written.
pub fn sort(provider: &mut Provider) {
    provider.models.sort_by(|a, b| a.id.cmp(&b.id));
    for model in &mut provider.models {
        model.prices.sort_by_key(order);
    }
}

/// A window as `01:00-04:00`.
pub fn hours(window: Window) -> String {
    window.to_string()
}

fn price(text: &mut String, entry: &Entry) {
    text.push_str("\n[[model.price]]\n");
    if let Some(from) = entry.from {
        field(text, "from", &from.to_string());
    }
    if let Some(to) = entry.to {
        field(text, "to", &to.to_string());
    }
    if entry.tier != Tier::Standard {
        field(text, "tier", &quoted(entry.tier.name()));
    }
    match entry.bracket {
        Some(Bracket::Over(tokens)) => field(text, "over", &tokens.to_string()),
        Some(Bracket::AtLeast(tokens)) => field(text, "at_least", &tokens.to_string()),
        None => {}
    }
    if let Some(window) = entry.window {
        field(text, "window", &quoted(&hours(window)));
    }
    if let Some(days) = &entry.days {
        field(text, "days", &quoted(&days.week.to_string()));
        if let Some(calendar) = &days.except {
            field(text, "except", &quoted(&calendar.id));
        }
    }
    if let Some(to) = entry.guaranteed_to {
        field(text, "guaranteed_to", &to.to_string());
    }
    for meter in Meter::ALL {
        if let Some(rate) = entry.rates.get(meter) {
            field(text, meter.name(), &quoted(&price_of(*meter, *rate)));
        }
    }
    if entry.layer != Layer::Default {
        field(text, "layer", &quoted(entry.layer.name()));
    }
    if entry.place > 0 {
        field(text, "place", &entry.place.to_string());
    }
    if let Some(origin) = &entry.origin {
        write_origin(text, origin);
    }
    if let Some(note) = &entry.note {
        field(text, "note", &quoted(note));
    }
}

/// A price for a million of what is used by the million, and for one of anything else.
fn price_of(meter: Meter, rate: Rate) -> String {
    let by_the_million = matches!(
        meter.unit(),
        "token"
            | "trained token"
            | "token-hour"
            | "character"
            | "request"
            | "search"
            | "page"
            | "message"
    ) || matches!(meter, Meter::AudioHour | Meter::InputAudioHour);
    if by_the_million { rate.per_million() } else { format!("{rate} each") }
}

fn order(entry: &Entry) -> (Layer, Tier, Option<Date>, Option<Window>, Option<Week>, Option<u64>) {
    (entry.layer, entry.tier, entry.from, entry.window, week(entry), limit(entry))
}

fn week(entry: &Entry) -> Option<Week> {
    entry.days.as_ref().map(|days| days.week)
}

fn limit(entry: &Entry) -> Option<u64> {
    entry.bracket.map(Bracket::limit_tokens)
}
