//! `prices`: the book looked into, made from a feed, and accepted for a plan.

use std::path::Path;

use app::pins::{Pins, Saved};
use app::prices::{self, Filter, List, Listed, Query, RateOf, Row, Shown};
use app::shelf::Shelf;
use app::{pins, plans, plural};

use crate::args::{Common, Plan, Prices};
use crate::failure::Failure;
use crate::print::{self, Table, counted, whole, with_cents};

/// Looks into the book, or makes one.
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
        Prices::Import { file, out } => import(file, out, common),
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
            counted(pins.moved, "price entry has", "price entries have")
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

fn import(file: &Path, out: &Path, common: &Common) -> Result<(), Failure> {
    let feed = prices::Feed { file: file.to_owned(), out: out.to_owned(), checked: None };
    let imported = prices::import(feed)?;
    for problem in &imported.problems {
        print::say(&format!("note: {problem}"));
    }
    print::answer("prices import", common, &imported, || {
        format!(
            "{} of {} written to {}\n",
            counted(imported.entries as usize, "price entry", "price entries"),
            counted(imported.models as usize, "model", "models"),
            out.display()
        )
    })
}

fn pin(plan: &Path, common: &Common) -> Result<(), Failure> {
    let shelf = Shelf::of(common.book.as_deref())?;
    let opened = plans::open(plan, &shelf)?;
    let pinned = pins::pin(&opened, &shelf)?;
    print::answer("prices pin", common, &pinned, || {
        format!(
            "{} pinned in {}, {} changed\n",
            counted(pinned.models.len(), "model", "models"),
            pinned.file,
            counted(pinned.moved, "entry", "entries")
        )
    })
}

fn list_table(models: &[Listed]) -> String {
    let mut table = Table::new(&["<model", ">input", ">output", ">context", "<other prices"]);
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
    }
    table.text()
        + &format!("\n{}, prices per million units\n", counted(models.len(), "model", "models"))
}

fn show_table(shown: &Shown) -> String {
    let mut text = format!("{}/{}\n", shown.provider, shown.model);
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
    let (provenance, mut table) =
        (&shown.provenance, Table::new(&["<holds", "<for", "<billed", ">price"]));
    text += &format!("read from {}, checked {}\n\n", provenance.source, provenance.checked);
    for row in &shown.prices {
        let mut first = (dates(row), applies(row));
        for rate in &row.rates {
            let (dates, applies) = std::mem::take(&mut first);
            table.row([dates, applies, rate.meter.name().to_owned(), price(rate)]);
        }
    }
    text + &table.text()
}

fn dates(row: &Row) -> String {
    let entry = &row.entry;
    let mark = if row.holds { "" } else { " (not on this day)" };
    let dates = match (&entry.from, &entry.to) {
        (None, None) => "always, as far as known".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    };
    dates + mark
}

fn applies(row: &Row) -> String {
    let entry = &row.entry;
    let mut parts = vec![entry.tier.name().to_owned()];
    parts.extend(entry.over.map(|tokens| format!("prompts over {}", whole(tokens))));
    parts.extend(entry.at_least.map(|tokens| format!("prompts of {} and more", whole(tokens))));
    parts.extend(entry.window.as_ref().map(|window| format!("{window} UTC")));
    parts.join(", ")
}

fn price(rate: &RateOf) -> String {
    format!("{} per million {}", with_cents(&rate.per_million), plural(&rate.unit))
}
