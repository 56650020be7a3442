//! Our own formats: a price file, and a table with one price a line.

mod row;

use std::collections::BTreeMap;

use cost::book::{Entry, Model, Origin};
use jiff::civil::Date;

use super::answer::{Feed, Refused};
use super::format::{Format, text};
use super::gather::{Gather, whole};
use super::values::checked;
use crate::book;
use row::{COLUMNS, Row};

/// Reads a price file of one provider.
pub fn toml(bytes: &[u8], _: Option<Date>, _: Date) -> Result<Feed, Refused> {
    let broken = |why: String| Refused::Broken { format: Format::OursToml, why };
    let text = text(bytes).map_err(|seen| broken(format!("it is {seen}")))?;
    let provider = book::read(text).map_err(|error| broken(trimmed(&error.to_string())))?;
    let mut problems = vec![];
    let named = Gather::of_our_own().provider(&provider.id, None).is_some();
    if !named {
        return Err(broken(format!("no provider can be called `{}`", provider.id)));
    }
    let providers = whole(provider, &mut problems).into_iter().collect();
    Ok(Feed { providers, problems, unread: vec![] })
}

/// Reads a table: a heading with the names of its columns, and a price a line.
pub fn csv(bytes: &[u8], told: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let broken = |why: String| Refused::Broken { format: Format::OursCsv, why };
    let text = text(bytes).map_err(|seen| broken(format!("it is {seen}")))?;
    let mut reader = ::csv::ReaderBuilder::new()
        .trim(::csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|error| broken(error.to_string()))?;
    let heading: Vec<String> = heading.iter().map(str::to_lowercase).collect();
    let mut gather = Gather::of_our_own();
    let mut models: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
    let mut order = vec![];
    for (place, record) in reader.records().enumerate() {
        let line = format!("line {}", place + 2);
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                gather.problem(
                    &["feed", &line],
                    trimmed(&error.to_string()) + ".",
                    "It is left out.",
                );
                continue;
            }
        };
        let cells: BTreeMap<&str, &str> =
            heading.iter().map(String::as_str).zip(record.iter()).collect();
        if cells.values().all(|cell| cell.is_empty()) {
            continue;
        }
        let named = |column: &str| cells.get(column).copied().unwrap_or_default();
        let is_unread =
            |(column, cell): &(&&str, &&str)| !COLUMNS.contains(column) && !cell.is_empty();
        for (column, cell) in cells.iter().filter(is_unread) {
            let model = format!("{}/{}", named("provider"), named("model"));
            gather.keep(column, &model, (*cell).to_owned());
        }
        let otherwise =
            named("checked").is_empty().then(|| checked(told, None, today, &mut gather));
        match Row::read(&cells, otherwise) {
            Ok(row) => {
                let model = (row.provider, row.model);
                if !models.contains_key(&model) {
                    order.push(model.clone());
                }
                join(models.entry(model).or_default(), row.entry);
            }
            Err(why) => {
                let path = [named("provider"), named("model"), &line];
                gather.problem(&path, why, "The line is left out.");
            }
        }
    }
    for model in order {
        let prices = models.remove(&model).expect("listed once");
        let (provider, id) = model;
        gather.model(&provider, &provider, of(id, prices));
    }
    Ok(gather.finish())
}

/// A model with its prices: what the first of them says is who says them all.
fn of(id: String, mut prices: Vec<Entry>) -> Model {
    let origin: Option<Origin> = prices.first().and_then(|entry| entry.origin.as_deref().cloned());
    let origin = origin.expect("a row has one");
    for entry in &mut prices {
        entry.origin = entry.origin.take().filter(|own| **own != origin);
    }
    Model { id, origin, prices, ..Model::default() }
}

/// Puts a price beside those that hold at the same time.
fn join(entries: &mut Vec<Entry>, entry: Entry) {
    let same = |known: &&mut Entry| {
        let rates = entry.rates.clone();
        let fresh = !entry.rates.keys().any(|meter| known.rates.contains_key(meter));
        fresh && Entry { rates, ..(**known).clone() } == entry
    };
    match entries.iter_mut().find(same) {
        Some(known) => known.rates.extend(entry.rates),
        None => entries.push(entry),
    }
}

/// Without the stop at its end.
fn trimmed(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
