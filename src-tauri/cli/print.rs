//! Tables, numbers and JSON for people and programs; the only place that writes to the terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use app::estimates::SenderOf;
use app::prompts::Note;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::args::Common;

/// Writes to standard output: data.
pub fn out(text: &str) -> io::Result<()> {
    io::stdout().lock().write_all(text.as_bytes())
}

/// Writes a line to standard error: talk.
pub fn say(line: &str) {
    // Nobody is there to be told that talking failed.
    writeln!(io::stderr().lock(), "{line}").ok();
}

/// What is not counted is talk: it stands beside the figures, never in them.
pub fn say_notes(notes: &[Note], common: &Common) {
    for Note { place, message, hint } in notes.iter().filter(|_| !common.json) {
        let place = place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        say(&format!("note: {place}{message} {hint}"));
    }
}

/// How far a long work is, on one line of a terminal that is gone when it ends; nothing where nobody looks.
pub struct Progress {
    what: &'static str,
    told: Option<Mutex<Instant>>,
}

impl Progress {
    /// Nothing done yet.
    pub fn new(what: &'static str) -> Self {
        let looked_at = io::stderr().is_terminal();
        Self { what, told: looked_at.then(|| Mutex::new(Instant::now())) }
    }

    /// So much of so much is done.
    pub fn step(&self, done: u64, of: u64) {
        const PAUSE: Duration = Duration::from_millis(100);
        let Some(told) = &self.told else { return };
        let Ok(mut told) = told.try_lock() else { return };
        if told.elapsed() >= PAUSE {
            *told = Instant::now();
            let percent = u128::from(done) * 100 / u128::from(of.max(1));
            write!(io::stderr().lock(), "\r{} {percent} %", self.what).ok();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told.is_some() {
            // Back to the line's beginning, and the line cleared.
            write!(io::stderr().lock(), "\r\x1b[K").ok();
        }
    }
}

/// Writes a verb's answer: as JSON where that was asked for, else as `table` has it.
pub fn answer<Failure: From<io::Error>>(
    verb: &'static str,
    common: &Common,
    answer: &impl Serialize,
    table: impl FnOnce() -> String,
) -> Result<(), Failure> {
    match common.json {
        true => out(&app::answer(verb, answer))?,
        false => out(&table())?,
    }
    Ok(())
}

/// On which side of a column its cells stand.
#[derive(Clone, Copy)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table with aligned columns, as wide as its cells are on a terminal.
pub struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns: `<` before the name of one with words, `>` of one with numbers.
    pub fn new(columns: &[&str]) -> Self {
        let side = |name: &&str| if name.starts_with('>') { Side::Right } else { Side::Left };
        let name = |name: &&str| name.trim_start_matches(['<', '>']).to_owned();
        Self {
            sides: columns.iter().map(side).collect(),
            rows: vec![columns.iter().map(name).collect()],
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines of the table; no blanks at their ends.
    pub fn text(&self) -> String {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max()
        };
        let widths: Vec<usize> =
            (0..self.sides.len()).map(|column| width(column).unwrap_or(0)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&self.sides).zip(&widths);
            let padded: Vec<String> = cells
                .map(|((cell, side), width)| {
                    let blanks = " ".repeat(width - cell.width());
                    match side {
                        Side::Left => format!("{cell}{blanks}"),
                        Side::Right => format!("{blanks}{cell}"),
                    }
                })
                .collect();
            text.push_str(padded.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

/// A decimal as people read it: grouped by thousands, rounded from all its digits, half to even, and
/// never 0 when it is not.
pub fn decimal(value: &str, places: usize) -> String {
    let (sign, size) = value.strip_prefix('-').map_or(("", value), |size| ("−", size));
    let (units, fraction) = size.split_once('.').unwrap_or((size, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    if units.is_empty() || !is_number(units) || !is_number(fraction) {
        return value.to_owned();
    }
    let rounded = rounded(units, fraction, places);
    let is_nothing = |text: &str| text.bytes().all(|digit| b"0.".contains(&digit));
    match (is_nothing(&rounded), is_nothing(size)) {
        (true, false) => format!("<{sign}{}1", &rounded[..rounded.len() - 1]),
        (true, true) => rounded,
        (false, _) => format!("{sign}{}", grouped(&rounded)),
    }
}

/// So many a minute: two digits behind the point where they are few.
pub fn rate(value: &str) -> String {
    let is_few = value.parse::<f64>().is_ok_and(|value| value.fract() != 0.0 && value < 100.0);
    decimal(value, if is_few { 2 } else { 0 })
}

/// Steps with their parts of what is sent.
pub fn senders(senders: &[SenderOf]) -> String {
    let told = senders.iter().map(|sender| {
        let share = sender.share.parse::<f64>().map_or(0.0, |share| 100.0 * share);
        format!("{} {share:.0} %", sender.step)
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A decimal with so many digits behind its point, half to even.
fn rounded(units: &str, fraction: &str, places: usize) -> String {
    let (kept, cut) = fraction.split_at(fraction.len().min(places));
    let mut digits: Vec<u8> = units.bytes().chain(kept.bytes()).collect();
    let is_odd = digits.last().is_some_and(|digit| digit % 2 == 1);
    let is_up = match cut.trim_end_matches('0') {
        "5" => is_odd,
        cut => cut >= "5",
    };
    if is_up {
        let nines = digits.iter().rev().take_while(|digit| **digit == b'9').count();
        let kept = digits.len() - nines;
        let (front, back) = digits.split_at_mut(kept);
        back.fill(b'0');
        match front.last_mut() {
            Some(digit) => *digit += 1,
            None => digits.insert(0, b'1'),
        }
    }
    digits.resize(digits.len() + places - kept.len(), b'0');
    if places > 0 {
        digits.insert(digits.len() - places, b'.');
    }
    digits.into_iter().map(char::from).collect()
}

/// An amount of dollars, rounded to so many decimals: `$1,234`, `$0.0412`, `<$0.0001`.
pub fn dollars(value: &str, places: usize) -> String {
    let text = decimal(value, places);
    let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    format!("{}${}", &text[..digits], &text[digits..])
}

/// A decimal with all its digits, grouped by thousands.
pub fn exact(value: &str) -> String {
    match value.strip_prefix('-') {
        Some(size) => format!("−{}", grouped(size)),
        None => grouped(value),
    }
}

/// A price in dollars: all its digits, and cents at least.
pub fn with_cents(value: &str) -> String {
    let (whole, cents) = value.split_once('.').unwrap_or((value, ""));
    format!("${}.{cents:0<2}", exact(whole))
}

/// A text of so many letters at most; `…` stands for the rest.
pub fn short(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        None => text.to_owned(),
        Some((end, _)) => {
            let kept = text[..end].rsplit_once(' ').map_or(&text[..end], |(kept, _)| kept);
            format!("{} …", kept.trim_end_matches([',', ';', ':']))
        }
    }
}

/// A whole number grouped by thousands.
pub fn whole(value: u64) -> String {
    grouped(&value.to_string())
}

/// `1 guess`, `2 guesses`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", whole(count as u64), if count == 1 { one } else { many })
}

fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_never_nothing_when_they_are_something() {
        let check = |value: &str, places, expected: &str| {
            assert_eq!(dollars(value, places), expected, "{value}");
        };
        check("1234567.5", 0, "$1,234,568");
        check("1234.5", 0, "$1,234");
        check("0.04123", 4, "$0.0412");
        check("0", 4, "$0.0000");
        check("0.00001", 4, "<$0.0001");
        check("0.2", 0, "<$1");
        check("-12345.6", 0, "−$12,346");
        check("999.99996", 4, "$1,000.0000");
        check("0.5", 0, "<$1");
        check("9.5", 0, "$10");
        assert_eq!(whole(4495), "4,495");
        assert_eq!(short("counted: by hand, twice", 16), "counted: by …");
        assert_eq!(short("counted", 7), "counted");
        assert_eq!(exact("10000.005"), "10,000.005");
        assert_eq!(
            ["2.5", "10000", "0.003625"].map(with_cents),
            ["$2.50", "$10,000.00", "$0.003625"]
        );
        assert_eq!(counted(1, "guess", "guesses"), "1 guess");
    }

    #[test]
    fn money_is_rounded_from_all_its_digits_half_to_even() {
        let check = |value: &str, places, expected: &str| {
            assert_eq!(dollars(value, places), expected, "{value}");
        };
        // The nearest float of the first is a little less.
        check("0.0030275", 6, "$0.003028");
        check("0.0030265", 6, "$0.003026");
        check("0.00302650000000000001", 6, "$0.003027");
        check("-0.0030275", 6, "−$0.003028");
        check("1.005", 2, "$1.00");
        check("1.015", 2, "$1.02");
        check("123456789012345678.985", 2, "$123,456,789,012,345,678.98");
        check("not a number", 2, "$not a number");
    }

    #[test]
    fn columns_line_up_whatever_their_letters() {
        let mut table = Table::new(&["<model", ">tokens"]);
        table.row(["größe".into(), "5".into()]);
        table.row(["退款".into(), "≈ 1,200".into()]);
        assert_eq!(table.text(), "model   tokens\ngröße        5\n退款   ≈ 1,200\n");
    }
}
