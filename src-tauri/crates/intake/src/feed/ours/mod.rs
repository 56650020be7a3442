//! Our own formats: a price file, and a table with one price a line.

mod row;

use std::collections::BTreeMap;
use std::sync::Arc;

use cost::book::{Entry, Model, Origin};
use jiff::civil::Date;

use super::answer::{Feed, Refused};
use super::format::{Format, separator, text};
use super::gather::{Gather, said, whole};
use super::values::checked;
use crate::book::{self, Lack, Unsound, overlap};
use row::{COLUMNS, Row, Wrong};

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
    Ok(table(bytes, told, today)?.0)
}

/// What keeps a table from being a book, line by line.
pub fn survey(bytes: &[u8], today: Date) -> Result<Vec<Unsound>, Refused> {
    Ok(table(bytes, None, today)?.1)
}

fn table(bytes: &[u8], told: Option<Date>, today: Date) -> Result<(Feed, Vec<Unsound>), Refused> {
    let broken = |why: String| Refused::Broken { format: Format::OursCsv, why };
    let text = text(bytes).map_err(|seen| broken(format!("it is {seen}")))?;
    let separator = separator(text).map_or(b',', |mark| mark as u8);
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(::csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|error| broken(error.to_string()))?;
    let heading: Vec<String> = heading.iter().map(str::to_lowercase).collect();
    let mut gather = Gather::of_our_own();
    let mut models: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
    let (mut order, mut unsound) = (vec![], vec![]);
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = line_of(text, error.position());
                let why = trimmed(&error.to_string()) + ".";
                let path = ["feed", &format!("line {line}")];
                gather.problem(&path, why.as_str(), LEFT_OUT);
                unsound.push(Unsound { message: why, ..Unsound::new(Lack::Line, "", line) });
                continue;
            }
        };
        let line = line_of(text, record.position());
        let cells: BTreeMap<&str, &str> =
            heading.iter().map(String::as_str).zip(record.iter()).collect();
        if cells.values().all(|cell| cell.is_empty()) {
            continue;
        }
        let named = |column: &str| cells.get(column).copied().unwrap_or_default();
        let (provider, id) = (named("provider"), named("model"));
        let name = format!("{provider}/{id}");
        let is_unread =
            |(column, cell): &(&&str, &&str)| !COLUMNS.contains(column) && !cell.is_empty();
        for (column, cell) in cells.iter().filter(is_unread) {
            gather.keep(column, &name, (*cell).to_owned());
        }
        let is_undated = named("checked").is_empty();
        let otherwise = is_undated.then(|| checked(told, None, today, &mut gather));
        let wrong = match Row::read(&cells, otherwise) {
            Ok(row) => {
                let model = (row.provider, row.model);
                if !models.contains_key(&model) {
                    order.push(model.clone());
                }
                if is_undated {
                    unsound.push(Unsound::new(Lack::Date, &name, line));
                }
                match join(models.entry(model).or_default(), row.entry) {
                    Ok(()) => continue,
                    Err(why) => Wrong { what: Lack::Overlap, why },
                }
            }
            Err(wrong) => wrong,
        };
        let hint = match wrong.what {
            Lack::Overlap => "The one that is listed first is kept.",
            Lack::Source | Lack::Date | Lack::Line => LEFT_OUT,
        };
        gather.problem(&[provider, id, &format!("line {line}")], wrong.why.as_str(), hint);
        unsound.push(Unsound { message: wrong.why, ..Unsound::new(wrong.what, &name, line) });
    }
    for model in order {
        let prices = models.remove(&model).expect("listed once");
        let (provider, id) = model;
        if !prices.is_empty() {
            gather.model(&provider, &provider, of(id, prices));
        }
    }
    Ok((gather.finish(), unsound))
}

const LEFT_OUT: &str = "The line is left out.";

/// The line of a record, which may have empty ones before it.
fn line_of(text: &str, position: Option<&::csv::Position>) -> u32 {
    let Some(position) = position else { return 0 };
    let here = usize::try_from(position.byte()).ok().and_then(|byte| text.as_bytes().get(byte..));
    let is_end = |byte: &&u8| b"\r\n".contains(byte);
    let empty = here.unwrap_or_default().iter().take_while(is_end).filter(|byte| **byte == b'\n');
    u32::try_from(position.line() + empty.count() as u64).unwrap_or(u32::MAX)
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

/// Puts a price beside those that hold for the same calls. Why not, where there is one already.
fn join(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), String> {
    let (&meter, &rate) = entry.rates.iter().next().expect("a row has one price");
    let condition = |entry: &Entry| Entry {
        rates: Default::default(),
        origin: None,
        guaranteed_to: None,
        note: None,
        ..entry.clone()
    };
    let same: Vec<usize> =
        (0..entries.len()).filter(|at| condition(&entries[*at]) == condition(&entry)).collect();
    if let Some(other) = same.iter().find_map(|at| entries[*at].rates.get(&meter)) {
        if *other == rate {
            return Ok(());
        }
        let (other, own) = (other.per_million(), rate.per_million());
        return Err(format!("It has `{}` already, at {other} and not at {own}.", meter.name()));
    }
    // A fee of another source stands by itself; prices of tokens are one entry, whoever says each.
    let joins =
        |known: &Entry| said_alike(known, &entry) || (meter.is_tokens() && !known.is_fees());
    match same.into_iter().find(|at| joins(&entries[*at])) {
        Some(at) => both(&mut entries[at], entry),
        None => {
            entries.push(entry);
            if let Some((first, _)) = overlap(entries) {
                let known = said(&entries[first]);
                let own = said(&entries.pop().expect("just pushed"));
                return Err(format!("It prices calls that another line prices: {own}, {known}."));
            }
        }
    }
    Ok(())
}

fn said_alike(a: &Entry, b: &Entry) -> bool {
    (&a.origin, &a.guaranteed_to, &a.note) == (&b.origin, &b.guaranteed_to, &b.note)
}

/// One entry of two: both sources and notes are kept, the earlier of their days.
fn both(known: &mut Entry, entry: Entry) {
    let texts = |a: &str, b: &str| match a.split("; ").any(|part| part == b) {
        true => a.to_owned(),
        false => format!("{a}; {b}"),
    };
    if let (Some(own), Some(other)) = (&known.origin, &entry.origin)
        && own != other
    {
        let basis = match other.is_inferred() {
            true => other.basis.clone(),
            false if own.is_inferred() => own.basis.clone(),
            false => texts(&own.basis, &other.basis),
        };
        known.origin = Some(Arc::new(Origin {
            source: texts(&own.source, &other.source),
            checked: own.checked.min(other.checked),
            basis,
        }));
    }
    known.note = match (known.note.take(), entry.note) {
        (Some(own), Some(other)) if own.contains(&other) => Some(own),
        (Some(own), Some(other)) => Some(format!("{own} {other}")),
        (own, other) => own.or(other),
    };
    let promised = [known.guaranteed_to, entry.guaranteed_to];
    known.guaranteed_to = promised.into_iter().flatten().min();
    known.rates.extend(entry.rates);
}

/// Without the stop at its end.
fn trimmed(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
