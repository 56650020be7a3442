//! `prices`: the book looked into, and accepted for a plan.

use std::path::Path;

use app::pins::{Pins, Saved};
use app::prices::{
    self, FactorOf, Filter, Layer, List, Listed, Meter, Provenance, Query, Shown, TermsOf,
};
use app::shelf::Shelf;
use app::{pins, plans};

use crate::args::{Common, Plan, Prices};
use crate::books;
use crate::failure::Failure;
use crate::print::{self, Table, counted, whole, with_cents};

/// Looks into the book, or has one made.
pub fn prices(args: &Prices, common: &Common) -> Result<(), Failure> {
    let book = common.book.clone();
    match args {
        Prices::List { words, at } => {
            let filter = Filter { words: words.clone(), at: at.clone(), book };
            let list = List { models: prices::list(filter)? };
            print::answer("prices list", common, &list, || list_table(&list.models))
        }
        Prices::Show { model, at } => {
            let shown = prices::show(Query { model: model.clone(), at: at.clone(), book })?;
            print::answer("prices show", common, &shown, || show_table(&shown))
        }
        Prices::Import { file, out: Some(out), replace, checked } => {
            books::write_out(file, out, *replace, checked.as_deref(), common)
        }
        Prices::Import { file, out: None, replace: _, checked } => {
            books::import(file, checked.as_deref(), common)
        }
        Prices::Books { id: None } => books::list(common),
        Prices::Books { id: Some(id) } => books::show(id, common),
        Prices::Activate { id } => books::activate(id, common),
        Prices::SetAside { id } => books::set_aside(id, common),
        Prices::Remove { id } => books::remove(id, common),
        Prices::Diff { old, new, only } => books::diff(old, new.as_deref(), only, common),
        Prices::Check { books, at, only } => books::check(books, at.as_deref(), only, common),
        Prices::Pin { plan } => pin(plan, common),
    }
}

/// Keeps the prices of a plan beside it, and tells what there is to know about them.
pub fn keep(pins: &Pins, plan: &Plan, common: &Common) {
    let (is_trial, plan) = (!plan.changes.is_empty(), plan.plan.display());
    if let Some(book) = &common.book {
        print::say(&format!(
            "Prices are those of {}; the plan's pinned prices are set aside for this run.",
            book.display()
        ));
    }
    if pins.moved > 0 {
        print::say(&format!(
            "{} changed in the book since the plan's prices were pinned. \
             To accept: forebill prices pin {plan}",
            counted(pins.moved, "price or term has", "prices and terms have")
        ));
    }
    // What is only tried leaves nothing behind.
    if is_trial {
        if !pins.unpinned.is_empty() {
            print::say(&format!(
                "The plan has pinned no prices of {}: the book's are taken for this run.",
                pins.unpinned.join(", ")
            ));
        }
        return;
    }
    match pins.save() {
        Ok(Saved::Unchanged) => {}
        Ok(Saved::Written(file)) => {
            print::say(&format!("Prices are pinned in {}.", file.display()))
        }
        Err(error) => print::say(&format!("The prices are not pinned: {}", error.message)),
    }
}

fn pin(plan: &Path, common: &Common) -> Result<(), Failure> {
    let shelf = Shelf::of(common.book.as_deref())?;
    let opened = plans::open(plan, &shelf)?;
    let pinned = pins::pin(&opened, &shelf)?;
    print::answer("prices pin", common, &pinned, || {
        let moved = match pinned.moved {
            Some(moved) => format!("{} changed", counted(moved, "entry", "entries")),
            None => "not compared with what was pinned before: that cannot be read".to_owned(),
        };
        let models = counted(pinned.models.len(), "model", "models");
        format!("{models} pinned in {}, {moved}\n", pinned.file)
    })
}

fn list_table(models: &[Listed]) -> String {
    let mut table = Table::new(&["<model", ">input", ">output", ">context", "<other prices"]);
    let mut notes = vec![];
    for model in models {
        let rate = |meter: &str| {
            let of = model.rates.iter().find(|rate| rate.meter.name() == meter);
            of.map_or(String::new(), |rate| with_cents(&rate.per_million))
        };
        let others: Vec<&str> = model
            .rates
            .iter()
            .map(|rate| rate.meter.name())
            .filter(|name| !["input", "output"].contains(name))
            .collect();
        table.row([
            format!("{}/{}", model.provider, model.model),
            rate("input"),
            rate("output"),
            model.context_tokens.map_or(String::new(), whole),
            others.join(", "),
        ]);
        let name = format!("{}/{}", model.provider, model.model);
        if let Some(reroute) = &model.rerouted {
            notes.push(format!("{name}: rerouted to {}{}\n", reroute.to, since(&reroute.from)));
        }
        if let Some(end) = &model.retired {
            notes.push(format!("{name}: retired since {}\n", end.on));
        }
    }
    table.text()
        + &notes.concat()
        + &format!("\n{}, prices per million units\n", counted(models.len(), "model", "models"))
}

fn show_table(shown: &Shown) -> String {
    let mut text = format!("{}/{}\n", shown.provider, shown.model);
    if let (Some(named), Some(reroute)) = (&shown.named, &shown.rerouted) {
        let to = &shown.model;
        let says = by(&reroute.provenance);
        text = format!(
            "{}/{named}\nrerouted to {to}{}{says}\n\n{text}",
            shown.provider,
            since(&reroute.from)
        );
    }
    if !shown.aliases.is_empty() {
        text += &format!("also called {}\n", shown.aliases.join(", "));
    }
    if let Some(tokens) = shown.context_tokens {
        text += &format!("takes {} tokens\n", whole(tokens));
    }
    text += &match &shown.capabilities {
        None => "whether it takes tools, images and the like is not known\n".to_owned(),
        Some(none) if none.is_empty() => "takes text alone: no tools, no images\n".to_owned(),
        Some(some) => {
            let names: Vec<_> = some.iter().map(|one| one.name()).collect();
            format!("can do {}\n", names.join(", "))
        }
    };
    text += &format!("\npaid on {}\n", shown.at);
    if shown.pays.is_empty() {
        text += "nothing: the book has no price for this day\n";
    } else {
        text += &paid_table(shown);
    }
    text += &said_by(shown);
    if !shown.announced.is_empty() {
        let mut table = Table::new(&["<announced", "<for", "<billed", ">price", ">until then"]);
        for coming in &shown.announced {
            let price = |price: &Option<String>| {
                price.as_deref().map_or("none".into(), |price| told(coming.meter, price))
            };
            let was =
                coming.was.as_deref().map(|was| with_cents(&prices::told(coming.meter, was).0));
            table.row([
                format!("from {}", coming.from),
                coming.condition.clone(),
                coming.meter.name().to_owned(),
                price(&coming.per_million),
                was.unwrap_or_else(|| "none".into()),
            ]);
        }
        text += &format!("\n{}", table.text());
    }
    let terms = terms(&shown.terms, &shown.at);
    if !terms.is_empty() {
        text += &format!("\n{}\n", terms.join("\n"));
    }
    text + &comparison(shown)
}

/// A price for what it is usually told for: `$10.00 per 1,000 searches`.
pub fn told(meter: Meter, per_million: &str) -> String {
    let (price, words) = prices::told(meter, per_million);
    format!("{} per {words}", with_cents(&price))
}

/// `since 2026-12-01`, after what it is about; nothing where that is not known.
fn since(from: &Option<String>) -> String {
    from.as_ref().map(|from| format!(" since {from}")).unwrap_or_default()
}

fn paid_table(shown: &Shown) -> String {
    let mut table = Table::new(&["<for", "<billed", ">price", "<since", "<says"]);
    let sources = sources(shown);
    let mut last = "";
    for paid in &shown.pays {
        let condition = if paid.condition == last { "" } else { &paid.condition };
        last = &paid.condition;
        let number = sources.iter().position(|known| *known == (&paid.provenance, paid.layer));
        table.row([
            condition.to_owned(),
            paid.meter.name().to_owned(),
            told(paid.meter, &paid.per_million),
            match (&paid.since, paid.first_recorded) {
                (None, _) => "always, as far as known".into(),
                (Some(since), true) => format!("known since {since}"),
                (Some(since), false) => since.clone(),
            },
            number.map(|number| format!("[{}]", number + 1)).unwrap_or_default(),
        ]);
    }
    table.text()
}

/// Who says what is paid, each once.
fn sources(shown: &Shown) -> Vec<(&Provenance, Layer)> {
    let mut known = vec![];
    for paid in &shown.pays {
        if !known.contains(&(&paid.provenance, paid.layer)) {
            known.push((&paid.provenance, paid.layer));
        }
    }
    known
}

fn said_by(shown: &Shown) -> String {
    let mut text = String::new();
    for (index, (says, layer)) in sources(shown).into_iter().enumerate() {
        let Provenance { source, checked, basis } = says;
        let number = index + 1;
        text += &format!("[{number}] {source}, checked {checked}, {basis} ({})\n", layer.name());
        let of = shown.pays.iter().filter(|paid| (&paid.provenance, paid.layer) == (says, layer));
        let mut notes: Vec<String> = vec![];
        for paid in of {
            let promised =
                paid.guaranteed_to.as_ref().map(|to| format!("promised until {to} at least"));
            for note in promised.into_iter().chain(paid.note.clone()) {
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        text.extend(notes.iter().map(|note| format!("    {note}\n")));
    }
    text
}

fn terms(terms: &TermsOf, at: &str) -> Vec<String> {
    let mut lines = vec![];
    for FactorOf { when, is, factor, fees_too, excludes, provenance, .. } in &terms.multipliers {
        let fees = if *fees_too { ", fees too" } else { "" };
        let tiers: Vec<_> = excludes.iter().map(|tier| tier.name()).collect();
        let not = if tiers.is_empty() {
            String::new()
        } else {
            format!(", not with {}", tiers.join(", "))
        };
        let times = match factor.as_str() {
            "1" => "no surcharge".to_owned(),
            factor => format!("times {factor}{fees}"),
        };
        lines.push(format!("{when} {}: {times}{not}{}", is.join(", "), by(provenance)));
    }
    for rule in &terms.metering {
        let mut parts = vec![];
        parts.extend(rule.minimum.as_ref().map(|it| format!("at least {it} a use")));
        parts.extend(rule.increment.as_ref().map(|it| format!("in steps of {it}")));
        parts.extend(rule.free.as_ref().map(|it| {
            let each =
                if rule.per == "once" { "once".to_owned() } else { format!("each {}", rule.per) };
            format!("{it} free for an account {each}")
        }));
        lines.push(format!("{}: {}{}", rule.meter.name(), parts.join(", "), by(&rule.provenance)));
    }
    if let Some(cache) = &terms.cache {
        let mut parts =
            vec![format!("beginnings of {} tokens and more", whole(cache.minimum_tokens))];
        if cache.granularity_tokens > 1 {
            parts.push(format!("in blocks of {}", whole(cache.granularity_tokens)));
        }
        if !cache.ttl_seconds.is_empty() {
            let times: Vec<_> = cache.ttl_seconds.iter().map(|seconds| time(*seconds)).collect();
            parts.push(format!("kept for {}", times.join(" or ")));
        }
        if cache.refreshes {
            parts.push("reading begins that anew".into());
        }
        parts.extend(cache.breakpoints.map(|most| format!("{most} marks")));
        parts.extend(
            cache
                .storage_per_million
                .as_ref()
                .map(|price| format!("{} for a million tokens an hour", with_cents(price))),
        );
        lines.push(format!("cache, {}: {}{}", cache.mode, parts.join(", "), by(&cache.provenance)));
    }
    if let Some(reroute) = &terms.reroute {
        let from = reroute.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        lines.push(format!(
            "answered and billed as {}{from}{}",
            reroute.to,
            by(&reroute.provenance)
        ));
    }
    if let Some(end) = &terms.retirement {
        let next = end.successor.as_ref().map(|next| format!(", then {next}")).unwrap_or_default();
        let ends = if end.on.as_str() <= at { "retired since" } else { "ends on" };
        lines.push(format!("{ends} {}{next}{}", end.on, by(&end.provenance)));
    }
    lines
}

fn by(says: &Provenance) -> String {
    format!(" ({}, checked {})", says.source, says.checked)
}

fn time(seconds: u64) -> String {
    match seconds {
        hours if hours % 3600 == 0 => counted((hours / 3600) as usize, "hour", "hours"),
        minutes if minutes % 60 == 0 => counted((minutes / 60) as usize, "minute", "minutes"),
        seconds => counted(seconds as usize, "second", "seconds"),
    }
}

/// The same model elsewhere, prices that differ first.
fn comparison(shown: &Shown) -> String {
    const MOST: usize = 12;
    if shown.compares.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["<elsewhere", ">input", ">output", "<"]);
    let mut rows: Vec<_> = shown.compares.iter().collect();
    rows.sort_by_key(|row| (row.book.is_none(), !row.differs));
    for row in rows.iter().take(MOST) {
        let rate = |meter: &str| {
            let of = row.rates.iter().find(|rate| rate.meter.name() == meter);
            of.map_or(String::new(), |rate| with_cents(&rate.per_million))
        };
        let book = row.book.as_ref().map(|book| format!(" in {book}")).unwrap_or_default();
        let says = match (row.rates.is_empty(), row.differs) {
            (true, _) => "no price on this day",
            (false, true) => "differs",
            (false, false) => "the same",
        };
        let name = format!("{}/{}{book}", row.provider, row.model);
        table.row([name, rate("input"), rate("output"), says.to_owned()]);
    }
    let more = rows.len().saturating_sub(MOST);
    let rest = if more > 0 { format!("and {more} more\n") } else { String::new() };
    format!("\n{}{rest}", table.text())
}
