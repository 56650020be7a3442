//! What keeps a price file from being a book, all of it at once: prices without a source or a day, two for one call.

use cost::book::Entry;
use toml::de::DeTable;

use super::check;
use super::fields::{BadBook, Fields, Seller, syntax};
use super::read::{calendars, price};
use super::terms;

/// What a price lacks, or has twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nobody says it.
    Source,
    /// Nobody says when it was looked at.
    Date,
    /// Another price of the model holds for the same calls.
    Overlap,
    /// It cannot be read, and is left out.
    Line,
}

/// Something in a price file that a book must not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsound {
    /// What is wrong.
    pub what: Lack,
    /// The model's id, or the table's name where it is about more than one.
    pub model: String,
    /// Counted from 1.
    pub line: u32,
    /// What is wrong, in words.
    pub message: String,
}

impl Unsound {
    /// Something that is told by its kind alone.
    pub fn new(what: Lack, model: &str, line: u32) -> Self {
        let message = match what {
            Lack::Source => "nobody says where it was read",
            Lack::Date => "nobody says when it was looked at",
            Lack::Overlap => "another price holds for the same calls",
            Lack::Line => "it cannot be read",
        };
        Self { what, model: model.into(), line, message: message.into() }
    }
}

/// Everything of this kind that is wrong in a price file. What is wrong otherwise is an error.
pub fn survey(text: &str) -> Result<Vec<Unsound>, BadBook> {
    let document = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let file = Fields { text, table: document.get_ref(), span: 0..0, model: None };
    let calendars = calendars(&file, &Seller::File)?;
    let mut found = vec![];
    for model in file.tables("model")? {
        let id = model.needed_text("id")?;
        found.extend(unsaid(&model, id));
        let mut prices: Vec<Entry> = vec![];
        for row in model.tables("price")? {
            let own = ["source", "checked", "basis"].iter().any(|key| row.table.contains_key(*key));
            let lacks = if own { unsaid(&row, id) } else { vec![] };
            if lacks.is_empty() {
                prices.push(price(&row, &calendars)?);
                if check::overlaps_last(&prices) {
                    found.push(Unsound::new(Lack::Overlap, id, line(&row)));
                }
            }
            found.extend(lacks);
        }
    }
    for table in terms::TABLES {
        for rule in file.tables(table)? {
            found.extend(unsaid(&rule, &format!("[[{table}]]")));
        }
    }
    Ok(found)
}

fn unsaid(fields: &Fields, model: &str) -> Vec<Unsound> {
    let source = fields.text("source").ok().flatten().map(|_| ());
    let date = fields.date("checked").ok().flatten().map(|_| ());
    let lacks = [(Lack::Source, source), (Lack::Date, date)];
    let missing = lacks.into_iter().filter(|(_, there)| there.is_none());
    missing.map(|(what, _)| Unsound::new(what, model, line(fields))).collect()
}

fn line(fields: &Fields) -> u32 {
    fields.bad(fields.span.clone(), "").line.unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_told_at_once_with_its_line() {
        let text = r#"provider = "acme"
[[model]]
id = "large"
checked = 2026-11-09
basis = "documented"
[[model.price]]
input = "1"
[[model.price]]
from = 2026-03-01
input = "2"
[[model.price]]
tier = "batch"
source = "https://acme.example"
basis = "documented"
input = "2"
[[reroute]]
model = "old"
answers = "large"
basis = "documented"
"#;
        let found = survey(text).expect("it is TOML");
        let found: Vec<_> = found.iter().map(|it| (it.what, it.model.as_str(), it.line)).collect();
        let expected = [
            (Lack::Source, "large", 2),
            (Lack::Overlap, "large", 8),
            (Lack::Date, "large", 11),
            (Lack::Source, "[[reroute]]", 16),
            (Lack::Date, "[[reroute]]", 16),
        ];
        assert_eq!(found, expected);
        assert!(survey("provider = ").is_err());
    }
}
