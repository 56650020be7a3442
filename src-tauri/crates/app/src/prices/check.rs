//! What is doubtful in a book of prices: nobody says it, gaps, overlaps, promises that ended, other books that disagree.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cost::book::{Condition, Entry, Model, Provider, Span};
use cost::price::OLD_AFTER_DAYS;
use cost::problem::Problem;
use intake::book::Lack;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conditions::words;
use super::diff::pairs;
use super::gaps::gaps;
use super::moment::{date, today};
use super::subject::Subject;
use super::wanted::Wanted;
use crate::books::Library;
use crate::error::Error;
use crate::files;
use crate::shelf::{Shelf, malformed};

/// What to check.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(rename = "PriceCheck")]
pub struct Check {
    /// Books: ids of own ones, folders of price files, files, `default`. None of them: the active book.
    pub books: Vec<String>,
    /// The day for which it is judged, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// Only what this seller sells, by its id.
    pub provider: Option<String>,
    /// Only this model, as `provider/id` or by its id alone.
    pub model: Option<String>,
    /// A folder of price files instead of the active book.
    pub book: Option<PathBuf>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CheckedPrices")]
pub struct Checked {
    /// The day for which it was judged.
    pub at: String,
    /// How many models were looked at.
    pub models: u64,
    /// How many prices.
    pub entries: u64,
    /// How many findings are errors; the others are worth knowing.
    pub errors: u64,
    /// The errors first, by seller and model.
    pub findings: Vec<Finding>,
}

/// One thing that is doubtful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceFinding")]
pub struct Finding {
    /// What kind of thing.
    pub what: Doubt,
    /// Whether a book must not have it.
    pub error: bool,
    /// Which book it was found in.
    pub book: String,
    /// Which model, as `provider/id`.
    pub model: String,
    /// What it is, with its figures.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// What can be doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "PriceDoubt")]
pub enum Doubt {
    /// Nobody says where it was read.
    NoSource,
    /// Nobody says when it was looked at.
    NoDate,
    /// Two prices hold for the same calls.
    Overlap,
    /// A line of a table is no price.
    Line,
    /// Between two prices there are days without one.
    Gap,
    /// What its seller promised has ended.
    PastPromise,
    /// Another book has another price.
    Disagrees,
    /// Nobody has looked for long.
    Old,
    /// What was left out or changed when it was read.
    Reading,
}

impl Doubt {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSource => "no_source",
            Self::NoDate => "no_date",
            Self::Overlap => "overlap",
            Self::Line => "line",
            Self::Gap => "gap",
            Self::PastPromise => "past_promise",
            Self::Disagrees => "disagrees",
            Self::Old => "old",
            Self::Reading => "reading",
        }
    }

    /// Whether a book must not have it.
    const fn is_error(self) -> bool {
        match self {
            Self::NoSource | Self::NoDate | Self::Overlap | Self::Line | Self::Gap => true,
            Self::PastPromise | Self::Disagrees | Self::Old | Self::Reading => false,
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::NoSource => "Add `source`: the page that it was read from.",
            Self::NoDate => "Add `checked`: the day on which somebody looked.",
            Self::Overlap => "End the earlier one with `to`.",
            Self::Line => "Mend the line: it would be left out.",
            Self::Gap => "Add an entry for these days, or move the dates together.",
            Self::PastPromise => "Look at its source, and add the price that holds now.",
            Self::Disagrees => "Look at both sources; a book of your own goes before the others.",
            Self::Old => "Look at its source, and set `checked`.",
            Self::Reading => "Look at the file.",
        }
    }
}

/// Looks through books.
pub fn check(asked: Check) -> Result<Checked, Error> {
    let day = asked.at.as_deref().map(date).transpose()?.unwrap_or_else(today);
    let mut checked =
        Checked { at: day.to_string(), models: 0, entries: 0, errors: 0, findings: vec![] };
    let wanted = Wanted { provider: asked.provider, model: asked.model };
    if asked.books.is_empty() {
        checked.active(asked.book.as_deref(), &wanted, day)?;
    }
    for word in &asked.books {
        checked.named(word, &wanted, day)?;
    }
    let order = |found: &Finding| (!found.error, found.model.clone(), found.what);
    checked.findings.sort_by_cached_key(order);
    checked.errors = checked.findings.iter().filter(|found| found.error).count() as u64;
    Ok(checked)
}

impl Checked {
    /// Looks through the book that prices are taken from, and at what the user's own books say otherwise than the
    /// program's.
    fn active(&mut self, book: Option<&Path>, wanted: &Wanted, day: Date) -> Result<(), Error> {
        let shelf = Shelf::of(book)?;
        let [looked, _] = wanted.of([shelf.providers(), vec![]])?;
        self.look("active", &refs(&looked), day);
        let Some(library) = Library::find().filter(|_| book.is_none()) else { return Ok(()) };
        let program = Shelf::program();
        for edition in library.editions(&library.active()?)? {
            let name = &edition.about.name;
            let sides = [edition.providers.iter().collect(), program.providers()];
            // That the active book has the model does not say that this one has it.
            let Ok([here, there]) = wanted.of(sides) else { continue };
            self.compare(name, &refs(&here), "the program's own book", &refs(&there), day);
        }
        Ok(())
    }

    /// Looks through a book that somebody named, and at what it says otherwise than the active one.
    fn named(&mut self, word: &str, wanted: &Wanted, day: Date) -> Result<(), Error> {
        let path = Path::new(word);
        let is_unsound = path.is_file() && self.survey(path, day)?;
        let subject = match Subject::named(word) {
            // What keeps it from being a book is told already.
            Err(_) if is_unsound => return Ok(()),
            subject => subject?,
        };
        for problem in &subject.problems {
            let (what, model, message) = match line_of(problem) {
                // The survey of a file tells its lines; of a book that is kept, its import did.
                Some(_) if path.is_file() => continue,
                Some((line, above)) => {
                    (Doubt::Line, above.join("/"), format!("{line}: {}", problem.message))
                }
                None => (Doubt::Reading, problem.path.join("/"), problem.message.clone()),
            };
            self.findings.push(Finding {
                hint: problem.hint.clone(),
                ..Finding::new(what, &subject.name, model, message)
            });
        }
        let is_active = match &subject.id {
            Some(id) => Library::find().is_some_and(|own| own.active().is_ok_and(|it| it.has(id))),
            None => false,
        };
        let (other, whose) = match is_active {
            true => (Shelf::program(), "the program's own book"),
            false => (Shelf::of(None)?, "the active book"),
        };
        let [own, _] = wanted.of([subject.providers(), vec![]])?;
        self.look(&subject.name, &refs(&own), day);
        self.compare(&subject.name, &refs(&own), whose, &other.providers(), day);
        Ok(())
    }

    /// What keeps a price file or a table of ours from being a book. Says whether there was something.
    fn survey(&mut self, path: &Path, day: Date) -> Result<bool, Error> {
        let bytes = files::read(path)?;
        let is_toml = path.extension().is_some_and(|ending| ending == "toml");
        let found = if is_toml {
            let found = intake::book::survey(files::text(path, &bytes)?);
            found.map_err(|error| malformed(path, &error))?
        } else if intake::feed::Format::of(&bytes) == Some(intake::feed::Format::OursCsv) {
            // What cannot be read at all is told when it is opened.
            intake::feed::survey(&bytes, day).unwrap_or_default()
        } else {
            vec![]
        };
        let some = !found.is_empty();
        let book = path.display().to_string();
        for unsound in found {
            let what = match unsound.what {
                Lack::Source => Doubt::NoSource,
                Lack::Date => Doubt::NoDate,
                Lack::Overlap => Doubt::Overlap,
                Lack::Line => Doubt::Line,
            };
            let message = format!("line {}: {}", unsound.line, unsound.message);
            self.add(what, &book, unsound.model, message);
        }
        Ok(some)
    }

    fn look(&mut self, book: &str, providers: &[&Provider], day: Date) {
        for provider in providers {
            for model in &provider.models {
                self.models += 1;
                self.entries += model.prices.len() as u64;
                let name = format!("{}/{}", provider.id, model.id);
                for (what, message) in doubts(model, day) {
                    self.add(what, book, name.clone(), message);
                }
            }
        }
    }

    /// What one book says otherwise than another of today and later.
    fn compare(
        &mut self,
        book: &str,
        here: &[&Provider],
        whose: &str,
        there: &[&Provider],
        day: Date,
    ) {
        for provider in here {
            let Some(theirs) = there.iter().find(|it| it.id == provider.id) else { continue };
            for model in &provider.models {
                let Some(other) = theirs.same_model(model, provider) else { continue };
                let said: Vec<String> = pairs(model, other, day)
                    .into_iter()
                    .filter(|pair| pair.span.to.is_none_or(|to| day < to) && pair.old != pair.new)
                    .filter_map(|pair| {
                        let entry = words(&pair.condition, pair.span);
                        let (here, there) = (pair.old?.per_million(), pair.new?.per_million());
                        let meter = pair.meter.name();
                        Some(format!("{meter} ({entry}) ${here} here, ${there} there"))
                    })
                    .collect();
                if !said.is_empty() {
                    let message = format!("{whose} disagrees: {}", few(&said));
                    self.add(
                        Doubt::Disagrees,
                        book,
                        format!("{}/{}", provider.id, model.id),
                        message,
                    );
                }
            }
        }
    }

    fn add(&mut self, what: Doubt, book: &str, model: String, message: String) {
        self.findings.push(Finding::new(what, book, model, message));
    }
}

impl Finding {
    fn new(what: Doubt, book: &str, model: String, message: String) -> Self {
        Self {
            what,
            error: what.is_error(),
            book: book.to_owned(),
            model,
            message,
            hint: what.hint().into(),
        }
    }
}

fn refs<'b>(providers: &'b [Cow<Provider>]) -> Vec<&'b Provider> {
    providers.iter().map(Cow::as_ref).collect()
}

/// The line of a table that a problem of reading is about, and what stands there. It was left out.
fn line_of(problem: &Problem) -> Option<(&str, &[String])> {
    let (line, above) = problem.path.split_last()?;
    line.starts_with("line ").then_some((line, above))
}

/// How many lines of a table were left out of a book.
pub fn lines_left_out(problems: &[Problem]) -> u64 {
    let lines: BTreeSet<&str> =
        problems.iter().filter_map(|problem| Some(line_of(problem)?.0)).collect();
    lines.len() as u64
}

/// What is doubtful about one model's prices, by themselves.
fn doubts(model: &Model, day: Date) -> Vec<(Doubt, String)> {
    let mut found = vec![];
    let said = |entry: &Entry| words(&Condition::of(entry), span_of(entry));
    let of = |is: &dyn Fn(&Entry) -> bool| -> Vec<String> {
        model.prices.iter().filter(|entry| is(entry)).map(said).collect()
    };
    let unsourced = of(&|entry| model.origin_of(entry).source.trim().is_empty());
    if !unsourced.is_empty() {
        found
            .push((Doubt::NoSource, format!("nobody says where it was read: {}", few(&unsourced))));
    }
    // A day before there were such models is none.
    let undated = of(&|entry| model.origin_of(entry).checked.year() < FIRST_YEAR);
    if !undated.is_empty() {
        found
            .push((Doubt::NoDate, format!("nobody says when it was looked at: {}", few(&undated))));
    }
    if let Some((first, second)) = intake::book::overlap(&model.prices) {
        let (first, second) = (said(&model.prices[first]), said(&model.prices[second]));
        found.push((
            Doubt::Overlap,
            format!("two prices hold for the same calls: {first}; {second}"),
        ));
    }
    let gaps = gaps(model);
    if !gaps.is_empty() {
        found.push((Doubt::Gap, format!("no price: {}", few(&gaps))));
    }
    let promises: BTreeSet<Date> = holding(model, day)
        .filter_map(|entry| entry.guaranteed_to)
        .filter(|to| *to < day)
        .collect();
    if let Some(to) = promises.first() {
        found.push((Doubt::PastPromise, format!("its price was promised until {to} at least")));
    }
    let oldest = holding(model, day).map(|entry| model.origin_of(entry).checked).min();
    let oldest = oldest.filter(|checked| checked.year() >= FIRST_YEAR);
    if let Some(checked) = oldest
        && let Ok(age) = checked.until(day)
        && age.get_days() > OLD_AFTER_DAYS
    {
        let message = format!("last checked on {checked}, {} days before {day}", age.get_days());
        found.push((Doubt::Old, message));
    }
    found
}

const FIRST_YEAR: i16 = 2018;

/// The entries that price something on a day, or are announced for later.
fn holding(model: &Model, day: Date) -> impl Iterator<Item = &Entry> {
    model.prices.iter().filter(move |entry| entry.to.is_none_or(|to| day < to))
}

fn span_of(entry: &Entry) -> Span {
    Span { from: entry.from, to: entry.to }
}

/// A few of several, and how many more.
fn few(all: &[String]) -> String {
    const FEW: usize = 3;
    let shown = all.iter().take(FEW).cloned().collect::<Vec<_>>().join("; ");
    match all.len().saturating_sub(FEW) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A book with one model of these prices, written on our day by its page.
    fn book(prices: &str) -> Provider {
        let text = format!(
            "provider = \"acme\"\nname = \"Acme\"\n[[model]]\nid = \"large\"\nsource = \"https://acme.example\"\n\
             checked = 2026-11-09\nbasis = \"documented\"\n{prices}"
        );
        intake::book::read(&text).expect("a price file")
    }

    const PLAIN: &str = "[[model.price]]\ninput = \"2\"\n";

    #[track_caller]
    fn check(book: &Provider, expected: &[(&str, &str)]) {
        let found = doubts(&book.models[0], date(2026, 11, 23));
        let found: Vec<_> = found.iter().map(|(what, said)| (what.name(), said.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_kind_of_doubt_is_found_and_nothing_else() {
        check(&book(PLAIN), &[]);
        let gap = "[[model.price]]\nto = 2026-03-01\ninput = \"2\"\n\
                   [[model.price]]\nfrom = 2026-04-01\ninput = \"2\"\n";
        check(&book(gap), &[("gap", "no price: standard, 2026-03-01 to 2026-04-01")]);
        check(&book(&gap.replace("2026-04-01", "2026-03-01")), &[]);
        let both = "input = \"2\"\noutput = \"8\"\n";
        let one = format!(
            "[[model.price]]\nto = 2026-03-01\n{both}[[model.price]]\nfrom = 2026-03-01\nto = 2026-06-01\n\
             input = \"2\"\n[[model.price]]\nfrom = 2026-06-01\n{both}"
        );
        check(&book(&one), &[("gap", "no price: standard output, 2026-03-01 to 2026-06-01")]);
        // A price that comes or goes for good is no gap.
        check(
            &book(&one.replace(
                "2026-06-01\ninput = \"2\"\noutput = \"8\"\n",
                "2026-06-01\ninput = \"2\"\n",
            )),
            &[],
        );
        let promised = "[[model.price]]\nguaranteed_to = 2026-11-21\ninput = \"2\"\n";
        let said = "its price was promised until 2026-11-21 at least";
        check(&book(promised), &[("past_promise", said)]);
        check(&book(&promised.replace("-21", "-23")), &[]);

        let mut undated = book(PLAIN);
        undated.models[0].origin.checked = Date::default();
        check(&undated, &[("no_date", "nobody says when it was looked at: standard")]);
        let mut unsourced = book(PLAIN);
        unsourced.models[0].origin.source = " ".into();
        check(&unsourced, &[("no_source", "nobody says where it was read: standard")]);
        let mut old = book(PLAIN);
        old.models[0].origin.checked = date(2026, 7, 1);
        check(&old, &[("old", "last checked on 2026-07-01, 145 days before 2026-11-23")]);
        old.models[0].origin.checked = date(2026, 7, 26);
        check(&old, &[]);
        let mut twice = book(PLAIN);
        let again = twice.models[0].prices[0].clone();
        twice.models[0].prices.push(Entry { from: Some(date(2026, 3, 1)), ..again });
        let said = "two prices hold for the same calls: standard; standard, from 2026-03-01";
        check(&twice, &[("overlap", said)]);
    }

    #[test]
    fn what_ended_is_neither_old_nor_past_its_promise() {
        let ended = "[[model.price]]\nto = 2026-03-01\nguaranteed_to = 2026-02-01\ninput = \"2\"\n\
                     source = \"https://acme.example\"\nchecked = 2025-11-09\nbasis = \"documented\"\n\
                     [[model.price]]\nfrom = 2026-03-01\ninput = \"1\"\n";
        check(&book(ended), &[]);
    }

    #[test]
    fn a_gap_that_another_layer_fills_is_none() {
        let gap = "[[model.price]]\nto = 2026-03-01\ninput = \"2\"\n\
                   [[model.price]]\nfrom = 2026-04-01\ninput = \"2\"\n";
        let mut laid = book(gap);
        let fills = "[[model.price]]\nfrom = 2026-02-15\nto = 2026-05-01\ninput = \"3\"\n";
        laid.lay_over(&book(fills), cost::book::Layer::User);
        check(&laid, &[]);
    }

    #[test]
    fn two_books_disagree_with_both_figures() {
        let mut checked =
            Checked { at: String::new(), models: 0, entries: 0, errors: 0, findings: vec![] };
        let (here, there) =
            (book(PLAIN), book("[[model.price]]\ninput = \"1.5\"\noutput = \"9\"\n"));
        checked.compare("mine", &[&here], "the active book", &[&there], date(2026, 11, 23));
        let said: Vec<_> = checked.findings.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(said, ["the active book disagrees: input (standard) $2 here, $1.5 there"]);
        assert!(!checked.findings[0].error);
    }
}
