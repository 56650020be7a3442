//! Where things stand in a document: path to line and column, by a second, marked pass over the text.

use std::borrow::Cow;
use std::collections::HashMap;

use cost::plan::DEEPEST;
use granit_parser::{ErrorKind, Event, Marker, Parser, ScanError};

/// A line and a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
}

/// The places of a document's nodes: a value's own, and for a map or a list its key's.
#[derive(Clone, Debug, Default)]
pub struct Places(HashMap<Vec<String>, Node>);

#[derive(Clone, Copy, Debug)]
struct Node {
    place: Place,
    /// Neither a map nor a list.
    plain: bool,
}

/// Why a text has no places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It stops being YAML.
    Malformed {
        /// The place at which it is noticed.
        place: Place,
        /// What the parser says.
        why: String,
    },
    /// More than [`DEEPEST`] maps and lists stand inside each other.
    TooDeep {
        /// The first that is too deep.
        place: Place,
    },
}

impl Places {
    /// Reads the places of the first document in a text.
    pub fn of(text: &str) -> Result<Self, Broken> {
        let mut pass = Pass::default();
        for next in Parser::new_from_str(text) {
            let (event, span) = next.map_err(|error| broken(&error))?;
            if matches!(event, Event::DocumentEnd) {
                break;
            }
            pass.take(&event, place(&span.start));
            if pass.open.len() + pass.inside_key > DEEPEST {
                return Err(Broken::TooDeep { place: place(&span.start) });
            }
        }
        Ok(Self(pass.nodes))
    }

    /// The place of a path, or of the nearest thing around it that is written down.
    pub fn find(&self, path: &[String]) -> Option<Place> {
        (0..=path.len()).rev().find_map(|length| self.0.get(&path[..length])).map(|node| node.place)
    }

    /// What was written last before a place, or as a plain value just there.
    pub fn last_before(&self, place: Place) -> Option<(&[String], Place)> {
        let before = |node: &Node| node.place < place || (node.plain && node.place == place);
        let nodes = self.0.iter().filter(|(_, node)| before(node));
        // A list and its first item may begin at one place.
        let last = nodes.max_by_key(|(path, node)| (node.place, path.len()));
        last.map(|(path, node)| (path.as_slice(), node.place))
    }

    /// The place of a number, whether it is written plainly or as a map with its source.
    pub fn find_number(&self, path: &[String]) -> Option<Place> {
        let mut value = path.to_vec();
        value.push("value".to_owned());
        self.0.get(&value).map(|node| node.place).or_else(|| self.find(path))
    }
}

/// What is open around the event at hand.
enum Open {
    List { next: usize },
    Map { key: Key },
}

enum Key {
    Awaited,
    Read { name: String, place: Place },
}

#[derive(Default)]
struct Pass {
    nodes: HashMap<Vec<String>, Node>,
    open: Vec<Open>,
    /// How deep inside a key that is itself a map or a list: such keys have no name.
    inside_key: usize,
}

impl Pass {
    fn take(&mut self, event: &Event, place: Place) {
        if self.inside_key > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.inside_key += 1,
                Event::SequenceEnd | Event::MappingEnd => self.inside_key -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Scalar(text, ..) => self.leaf(Some(text), place),
            Event::Alias(_) => self.leaf(None, place),
            Event::SequenceStart(..) => self.container(Open::List { next: 0 }, place),
            Event::MappingStart(..) => self.container(Open::Map { key: Key::Awaited }, place),
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                self.next();
            }
            _ => {}
        }
    }

    fn leaf(&mut self, text: Option<&Cow<'_, str>>, place: Place) {
        if let Some(Open::Map { key: key @ Key::Awaited }) = self.open.last_mut() {
            *key = Key::Read { name: text.map(ToString::to_string).unwrap_or_default(), place };
        } else {
            self.nodes.insert(self.path(), Node { place, plain: true });
            self.next();
        }
    }

    fn container(&mut self, opened: Open, place: Place) {
        let place = match self.open.last_mut() {
            Some(Open::Map { key: key @ Key::Awaited }) => {
                *key = Key::Read { name: String::new(), place };
                self.inside_key = 1;
                return;
            }
            Some(Open::Map { key: Key::Read { place, .. } }) => *place,
            Some(Open::List { .. }) | None => place,
        };
        self.nodes.insert(self.path(), Node { place, plain: false });
        self.open.push(opened);
    }

    /// After a value: the next key or index.
    fn next(&mut self) {
        match self.open.last_mut() {
            Some(Open::List { next }) => *next += 1,
            Some(Open::Map { key }) => *key = Key::Awaited,
            None => {}
        }
    }

    fn path(&self) -> Vec<String> {
        let step = |open: &Open| match open {
            Open::List { next } => next.to_string(),
            Open::Map { key: Key::Read { name, .. } } => name.clone(),
            Open::Map { key: Key::Awaited } => String::new(),
        };
        self.open.iter().map(step).collect()
    }
}

fn broken(error: &ScanError) -> Broken {
    let place = place(error.marker());
    match error.kind() {
        // Brackets are looked into ahead of the events, and the parser has a limit of its own.
        ErrorKind::RecursionLimitExceeded => Broken::TooDeep { place },
        _ => Broken::Malformed { place, why: error.info() },
    }
}

fn place(mark: &Marker) -> Place {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Place { line: number(mark.line()), column: number(mark.col() + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NESTED: &str = "\
name: ±20% # a comment: with a colon
'quoted key': [a, {b: c}]
block:
  - x: 1
    list: [10, [20, 30], { deep: { er: 40 } }]
  -
    y: &here two
  - *here
? [odd, {key: 1}]
: value
flow: { ±: 1, é: { two: [3, 4] }, last: five }
text: |
  lines
  of it
number: { value: 2..6, source: logs }
";

    /// The line and the text that a path leads to.
    fn check(path: &str, line: u32, expected: &str) {
        let steps: Vec<String> = path.split('/').map(str::to_owned).collect();
        let places = Places::of(NESTED).expect("it is YAML");
        let place = places.find(&steps).expect("it has a root");
        let written = NESTED.lines().nth(place.line as usize - 1).expect("a line of the text");
        let rest: String = written.chars().skip(place.column as usize - 1).collect();
        assert_eq!(place.line, line, "{path} is at {place:?}");
        assert!(rest.starts_with(expected), "{path} leads to `{rest}`");
    }

    #[test]
    fn every_nesting_is_found_to_the_column() {
        check("name", 1, "±20% #");
        check("quoted key/0", 2, "a, ");
        check("quoted key/1", 2, "{b: c}");
        check("quoted key/1/b", 2, "c}]");
        check("block/0/x", 4, "1");
        check("block/0/list/0", 5, "10,");
        check("block/0/list/1", 5, "[20");
        check("block/0/list/1/1", 5, "30]");
        check("block/0/list/2/deep/er", 5, "40 }");
        check("block/1/y", 7, "two");
        check("block/2", 8, "*here");
        check("flow/±", 11, "1,");
        check("flow/é/two/1", 11, "4]");
        check("flow/last", 11, "five");
        check("text", 13, "lines");
        check("number/source", 15, "logs");
    }

    #[test]
    fn a_map_or_a_list_is_found_by_its_key() {
        check("block", 3, "block:");
        check("block/0", 4, "x: 1");
        check("block/0/list", 5, "list:");
        check("flow/é", 11, "é:");
    }

    #[test]
    fn what_is_not_written_is_found_by_what_is_around_it() {
        check("flow/é/three", 11, "é:");
        check("block/7/x", 3, "block:");
        check("nowhere", 1, "name");
    }

    #[test]
    fn a_number_with_its_source_is_found_by_its_value() {
        let places = Places::of(NESTED).expect("it is YAML");
        let place = places.find_number(&["number".to_owned()]).expect("it is there");
        assert_eq!(place, Place { line: 15, column: 18 });
    }
}
