//! A provider's price file as text: the same prices are the same bytes.

use std::fmt::Write;

use cost::book::{Bracket, Entry, Model, Provider, Tier, Window};
use cost::meter::Meter;

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
    text
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
    field(text, "source", &quoted(&model.source));
    field(text, "checked", &model.checked.to_string());
    field(text, "basis", &quoted(&model.basis));
    let mut prices: Vec<_> = model.prices.iter().collect();
    prices.sort_by_key(|entry| (entry.tier, entry.from, entry.window, limit(entry)));
    prices.into_iter().for_each(|entry| price(text, entry));
}

/// A list of texts, left out when empty, one a line when long.
pub fn list(text: &mut String, key: &str, values: &[String]) {
    let quoted: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    let line = format!("[{}]", quoted.join(", "));
    match values {
        [] => {}
        [_] => field(text, key, &line),
        _ if key.len() + line.len() <= 96 => field(text, key, &line),
        _ => field(text, key, &format!("[\n    {},\n]", quoted.join(",\n    "))),
    }
}

/// One `key = value` line.
pub fn field(text: &mut String, key: &str, value: &str) {
    writeln!(text, "{key} = {value}").expect("text takes any line");
}

/// A text in quotes, as TOML has it.
pub fn quoted(value: &str) -> String {
    toml::Value::from(value).to_string()
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
    for meter in Meter::ALL {
        if let Some(rate) = entry.rates.get(meter) {
            field(text, meter.name(), &quoted(&rate.per_million()));
        }
    }
}

fn limit(entry: &Entry) -> Option<u64> {
    entry.bracket.map(Bracket::limit_tokens)
}
