//! Our own formats: a price file, and a table with one price a line.

mod row;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cost::book::{Bracket, Entry, Model, Origin, Provider, Tier, Week, Window};
use jiff::civil::Date;

use super::answer::{Feed, Refused};
use super::format::{Format, separator, text, without_mark};
use super::gather::{Gather, said, whole};
use super::values::{UNDATED, UNDATED_HINT};
use crate::book::check::overlapping;
use crate::book::{self, Lack, Unsound};
use row::{COLUMNS, Row, Wrong, yet_to_come};

/// Reads a price file of one provider.
pub fn toml(bytes: &[u8], _: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let broken = |why: String| Refused::Broken { format: Format::OursToml, why };
    let text = text(bytes).map_err(|seen| broken(format!("it is {seen}")))?;
    let provider = book::read(text).map_err(|error| broken(trimmed(&error.to_string())))?;
    let mut problems = vec![];
    let named = Gather::of_our_own().provider(&provider.id, None).is_some();
    if !named {
        return Err(broken(format!("no provider can be called `{}`", provider.id)));
    }
    if let Some((model, why)) = looked_ahead(&provider, today) {
        return Err(broken(format!("model `{model}`: {}", trimmed(&why))));
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
    let (text, above) = without_mark(text);
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(::csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|error| broken(error.to_string()))?;
    let heading: Vec<String> = heading.iter().map(str::to_lowercase).collect();
    let mut gather = Gather::of_our_own();
    let mut models: BTreeMap<(String, String), Prices> = BTreeMap::new();
    let (mut order, mut unsound) = (vec![], vec![]);
    let mut is_empty = true;
    for record in reader.records() {
        is_empty = false;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = above + line_of(text, error.position());
                let why = trimmed(&error.to_string()) + ".";
                let path = ["feed", &format!("line {line}")];
                gather.problem(&path, why.as_str(), LEFT_OUT);
                unsound.push(Unsound { message: why, ..Unsound::new(Lack::Line, "", line) });
                continue;
            }
        };
        let line = above + line_of(text, record.position());
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
        let wrong = match Row::read(&cells, told.unwrap_or(today), today) {
            Ok(row) => {
                if provider != row.provider {
                    gather.once(
                        &format!("`{provider}` is read as the provider `{}`.", row.provider),
                        "Its prices are of that one.",
                    );
                }
                if named("checked").is_empty() {
                    unsound.push(Unsound::new(Lack::Date, &name, line));
                    if told.is_none() {
                        gather.once(UNDATED, UNDATED_HINT);
                    }
                }
                // A model is one whatever its letters: it is called as its first line has it.
                let model = (row.provider, row.model.to_lowercase());
                let prices = models.entry(model.clone()).or_insert_with(|| {
                    order.push(model);
                    Prices { id: row.model, ..Prices::default() }
                });
                match prices.join(row.entry) {
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
    if is_empty {
        return Err(broken("there is no line under its heading".into()));
    }
    for model in order {
        let Prices { id, entries, .. } = models.remove(&model).expect("listed once");
        let (provider, _) = model;
        if !entries.is_empty() {
            gather.model(&provider, &provider, of(id, entries));
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

/// The first model of which somebody says to have looked on a day that is yet to come, and how.
fn looked_ahead(provider: &Provider, today: Date) -> Option<(&str, String)> {
    provider.models.iter().find_map(|model| {
        let entries = model.prices.iter().filter_map(|entry| entry.origin.as_deref());
        let mut all = std::iter::once(&model.origin).chain(entries);
        let why = all.find_map(|origin| yet_to_come(origin.checked, today))?;
        Some((model.id.as_str(), why))
    })
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

/// The prices of one model, line by line.
#[derive(Default)]
struct Prices {
    /// What the model is called.
    id: String,
    entries: Vec<Entry>,
    /// The places of those that hold for the same calls.
    alike: HashMap<Calls, Vec<usize>>,
}

/// For which calls a line is.
type Calls = (Option<Date>, Option<Date>, Tier, Option<Bracket>, Option<Window>, Option<Week>);

impl Prices {
    /// Puts a price beside those that hold for the same calls. Why not, where there is one already.
    fn join(&mut self, entry: Entry) -> Result<(), String> {
        let (&meter, &rate) = entry.rates.iter().next().expect("a row has one price");
        let week = entry.days.as_ref().map(|days| days.week);
        let calls = (entry.from, entry.to, entry.tier, entry.bracket, entry.window, week);
        let same = self.alike.entry(calls).or_default();
        let entries = &mut self.entries;
        if let Some(other) = same.iter().find_map(|at| entries[*at].rates.get(&meter)) {
            if *other == rate {
                return Ok(());
            }
            let (other, own) = (other.per_million(), rate.per_million());
            return Err(format!("It has `{}` already, at {other} and not at {own}.", meter.name()));
        }
        if let Some(known) = overlapping(entries, &entry) {
            let (own, known) = (said(&entry), said(known));
            return Err(format!("It prices calls that another line prices: {own}, {known}."));
        }
        // A fee of another source stands by itself; prices of tokens are one entry, whoever says each.
        let joins =
            |known: &Entry| said_alike(known, &entry) || (meter.is_tokens() && !known.is_fees());
        match same.iter().find(|at| joins(&entries[**at])) {
            Some(at) => both(&mut entries[*at], entry),
            None => {
                same.push(entries.len());
                entries.push(entry);
            }
        }
        Ok(())
    }
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
