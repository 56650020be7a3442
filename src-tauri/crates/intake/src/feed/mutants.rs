//! Books as nobody wrote them: each is refused or comes out whole, nothing panics and nothing hangs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::format::Format;
use super::reader;
use super::tests::{EXCERPTS, TODAY, file};
use crate::book;

#[test]
fn no_mutant_of_a_book_brings_its_importer_down() {
    mutants(2_000);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_no_mutant_of_a_book_brings_its_importer_down() {
    mutants(100_000);
}

/// So many mutants of a seed of each format, on two threads.
fn mutants(count: u64) {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                for (format, seed) in seeds().iter().skip(half).step_by(2) {
                    run(*format, seed, count);
                }
            });
        }
    });
}

fn run(format: Format, seed: &[u8], count: u64) {
    assert!(seed.len() <= 8192, "{} has {} bytes", format.name(), seed.len());
    let document: Option<Value> = match format {
        Format::Metergraph => serde_saphyr::from_slice(seed).ok(),
        _ => serde_json::from_slice(seed).ok(),
    };
    let (mut read, mut refused, mut longest) = (0, 0, Duration::ZERO);
    for number in 0..count {
        let bytes = mutant(seed, document.as_ref(), &mut Chance(number));
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| reader(format)(&bytes, None, TODAY)));
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        let result =
            result.unwrap_or_else(|_| panic!("{} mutant {number}: {}", format.name(), text()));
        longest = longest.max(start.elapsed());
        match result {
            Ok(feed) => {
                for provider in &feed.providers {
                    let again = book::read(&book::write(provider));
                    assert!(again.as_ref() == Ok(provider), "{}: {}", format.name(), text());
                }
                read += 1;
            }
            Err(error) => {
                assert!(error.to_string().starts_with("This is not a "), "{error}");
                refused += 1;
            }
        }
    }
    println!(
        "{}: {count} mutants, {read} read, {refused} refused, the longest in {longest:.0?}",
        format.name()
    );
    assert!(read > count / 20 && refused > 0, "{}: {read}, {refused}", format.name());
    assert!(longest < Duration::from_secs(5), "{}: {longest:?}", format.name());
}

fn seeds() -> Vec<(Format, Vec<u8>)> {
    let own = EXCERPTS.iter().map(|(format, name)| (*format, file(name)));
    let prices = |name: &str| file(&format!("../../src-tauri/prices/curated/{name}.toml"));
    own.chain([(Format::Genai, genai()), (Format::OursToml, prices("deepseek"))]).collect()
}

/// The excerpt's models, as many as fit.
fn genai() -> Vec<u8> {
    let mut document: Value =
        serde_json::from_slice(&file("genai-prices-excerpt.json")).expect("JSON");
    loop {
        let text = serde_json::to_vec(&document).expect("JSON");
        if text.len() <= 8192 {
            return text;
        }
        let providers = document.as_array_mut().expect("a list");
        let longest = providers.iter_mut().max_by_key(|provider| provider.to_string().len());
        let models = longest.and_then(|provider| provider["models"].as_array_mut());
        models.expect("a list").pop();
    }
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}

/// The same seed with a few bytes, lines or values otherwise; the same for the same number.
fn mutant(seed: &[u8], document: Option<&Value>, chance: &mut Chance) -> Vec<u8> {
    match (chance.below(4), document) {
        (0, _) => bytes(seed.to_vec(), chance),
        (1, _) | (_, None) => lines(seed, chance),
        (_, Some(document)) => {
            let mut document = document.clone();
            for _ in 0..=chance.below(4) {
                node(&mut document, chance);
            }
            serde_json::to_vec(&document).expect("JSON")
        }
    }
}

const LETTERS: &[u8] = b"0123456789.,-: e\"{}[]\n\0\xff#&*";

fn bytes(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = chance.below(bytes.len());
        match chance.below(5) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes[at] = LETTERS[chance.below(LETTERS.len())],
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, LETTERS[chance.below(LETTERS.len())]),
            _ => {
                let end = (at + chance.below(40)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, part);
            }
        }
    }
    if chance.below(10) == 0 {
        bytes.truncate(chance.below(bytes.len()));
    }
    bytes
}

/// Lines left out, said twice, changed with another, or with another cell or value.
fn lines(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    let text = String::from_utf8_lossy(seed);
    let mut lines: Vec<String> = text.lines().map(Into::into).collect();
    for _ in 0..=chance.below(3) {
        let (at, other) = (chance.below(lines.len()), chance.below(lines.len()));
        match chance.below(5) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(other, lines[at].clone()),
            2 => lines.swap(at, other),
            _ => {
                let marks = [",", " = ", ": "];
                let mark = marks[chance.below(3)];
                let mut cells: Vec<_> = lines[at].split(mark).map(str::to_owned).collect();
                let cell = chance.below(cells.len());
                cells[cell] = STRANGE[chance.below(STRANGE.len())].into();
                lines[at] = cells.join(mark);
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    lines.join("\n").into_bytes()
}

/// What a cell may hold that it should not.
const STRANGE: &[&str] = &[
    "",
    "0",
    "-1",
    "1e999",
    "99999999999999999999999999999999999999",
    "0.00000000000000000000001",
    "1000000000000",
    "\"\"",
    "\"../../etc\"",
    "2026-13-45",
    "9999-12-31",
    "-9999-01-01",
    "2026-11-20T25:00:00Z",
    "24:00-24:00",
    "fri-mon",
    "null",
    "&a *a",
    "\u{feff}",
    "ǅ\u{301}🦀",
];

/// One value of a document left out, moved, said twice, or otherwise.
fn node(document: &mut Value, chance: &mut Chance) {
    let other = strange(document, chance);
    let mut here = document;
    loop {
        let children = match &*here {
            Value::Array(list) => list.len(),
            Value::Object(map) => map.len(),
            _ => 0,
        };
        // The deeper, the more there is to change.
        if children == 0 || chance.below(8) == 0 {
            *here = other;
            return;
        }
        let at = chance.below(children);
        let is_here = chance.below(6) == 0;
        match here {
            Value::Array(list) if is_here => match chance.below(3) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                _ => list.swap(0, at),
            },
            Value::Object(map) if is_here => {
                let key = map.keys().nth(at).expect("it is there").clone();
                let value = map.remove(&key).expect("it is there");
                match chance.below(3) {
                    0 => {}
                    1 => drop(map.insert(format!("{key}_above_200k_tokens"), value)),
                    _ => drop(map.insert(STRANGE[chance.below(STRANGE.len())].into(), value)),
                }
            }
            Value::Array(list) => {
                here = &mut list[at];
                continue;
            }
            Value::Object(map) => {
                here = map.values_mut().nth(at).expect("it is there");
                continue;
            }
            _ => {}
        }
        return;
    }
}

/// A value that belongs somewhere else, or nowhere.
fn strange(document: &Value, chance: &mut Chance) -> Value {
    match chance.below(12) {
        0 => Value::Null,
        1 => json!(-1),
        2 => json!(0),
        3 => json!(1e300),
        4 => json!(1e-300),
        5 => json!(u64::MAX),
        6 => json!(i64::MIN),
        7 => json!(["16:00", "16:00"]),
        8 => json!({ "input": 1, "start": "2026-02-30", "size": 0 }),
        9 => {
            let mut here = document;
            for _ in 0..1 + chance.below(5) {
                let next = match here {
                    Value::Array(list) => list.get(chance.below(list.len())),
                    Value::Object(map) => map.values().nth(chance.below(map.len())),
                    _ => None,
                };
                here = next.unwrap_or(here);
            }
            here.clone()
        }
        _ => json!(STRANGE[chance.below(STRANGE.len())]),
    }
}
