//! `prices import` and what follows it: books of one's own listed, activated, compared and checked.

use std::path::Path;

use app::prices::{
    self, AllBooks, Book, BookId, Books, Check, Checked, Conflict, Diff, Feed, Meter, PairOfBooks,
    PriceFile, Proposal, Unread, UnreadValue,
};

use crate::args::{Common, OnlyModels};
use crate::failure::Failure;
use crate::print::{self, Table, counted, whole, with_cents};

/// So many rows are shown of what may be thousands.
const MOST: usize = 40;

/// So much of an id tells books apart for people.
const ID_DIGITS: usize = 12;

/// Makes price files of a feed, in a folder for `--book`.
pub fn write_out(
    file: &Path,
    out: &Path,
    replace: bool,
    checked: Option<&str>,
    common: &Common,
) -> Result<(), Failure> {
    let checked = checked.map(str::to_owned);
    let feed = Feed { file: file.to_owned(), out: out.to_owned(), checked, replace };
    let imported = prices::import(feed)?;
    for file in &imported.replaced {
        print::say(&format!("note: {} is replaced.", file.display()));
    }
    for problem in &imported.problems {
        print::say(&format!("note: {problem}"));
    }
    print::answer("prices import --out", common, &imported, || {
        format!(
            "{} of {} written to {}{}\n",
            counted(imported.entries as usize, "price entry", "price entries"),
            counted(imported.models as usize, "model", "models"),
            out.display(),
            left_out(imported.left_out)
        )
    })
}

/// Keeps a file of prices as a book of one's own.
pub fn import(file: &Path, checked: Option<&str>, common: &Common) -> Result<(), Failure> {
    let file = PriceFile { file: file.to_owned(), checked: checked.map(str::to_owned) };
    let proposal = prices::propose(file)?;
    if !common.json {
        for problem in proposal.problems.iter().take(MOST) {
            print::say(&format!("note: {problem}"));
        }
        let more = rest(proposal.problems.len());
        if !more.is_empty() {
            print::say(more.trim_start());
        }
    }
    print::answer::<Failure>("prices import", common, &proposal, || proposal_text(&proposal))?;
    let id = short(&proposal.id);
    print::say(&match proposal.active {
        true => "It is active: its prices hold.".to_owned(),
        false => format!("No price has changed yet. To take these: forebill prices activate {id}"),
    });
    Ok(())
}

/// Lists one's own books.
pub fn list(common: &Common) -> Result<(), Failure> {
    answer("prices books", prices::books(AllBooks {})?, common)
}

/// Shows one of one's own books: what was left out of it, and what was not read.
pub fn show(id: &str, common: &Common) -> Result<(), Failure> {
    let books = prices::book(BookId { id: id.to_owned() })?;
    print::answer("prices books", common, &books, || {
        let told: Vec<String> = books.books.iter().map(book_text).collect();
        books_table(&books) + &told.concat()
    })
}

/// Has a book hold. Says which prices of other books it goes before.
pub fn activate(id: &str, common: &Common) -> Result<(), Failure> {
    let books = prices::activate(BookId { id: id.to_owned() })?;
    if !books.over.is_empty() {
        print::say(&format!("note: {}", taken_over(&books.over)));
    }
    answer("prices activate", books, common)
}

/// How many prices of other books give way, the first of them, and how they would go first.
fn taken_over(over: &[Conflict]) -> String {
    const FEW: usize = 3;
    let one = |it: &Conflict| {
        let (there, here) = (bare(it.meter, Some(&it.there)), bare(it.meter, Some(&it.here)));
        format!("{} {} ({}) {there} → {here}", it.model, metered(it.meter), it.entry)
    };
    let first: Vec<String> = over.iter().take(FEW).map(one).collect();
    let more = match over.len().saturating_sub(FEW) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let mut others: Vec<&str> = over.iter().map(|it| it.book.as_str()).collect();
    others.dedup();
    format!(
        "It goes before {} of your other books ({}): {}{more}. To have those first, activate their book after this one; \
         what a plan's contract says goes before every book.",
        counted(over.len(), "price", "prices"),
        others.join(", "),
        first.join("; ")
    )
}

/// Has a book hold no longer.
pub fn set_aside(id: &str, common: &Common) -> Result<(), Failure> {
    answer("prices set-aside", prices::set_aside(BookId { id: id.to_owned() })?, common)
}

/// Removes a book.
pub fn remove(id: &str, common: &Common) -> Result<(), Failure> {
    answer("prices remove", prices::remove(BookId { id: id.to_owned() })?, common)
}

/// Says what one book has otherwise than another.
pub fn diff(
    old: &str,
    new: Option<&str>,
    only: &OnlyModels,
    common: &Common,
) -> Result<(), Failure> {
    let OnlyModels { provider, model } = only.clone();
    let pair = PairOfBooks { old: old.to_owned(), new: new.map(str::to_owned), provider, model };
    let compared = prices::compare(pair)?;
    print::answer("prices diff", common, &compared, || {
        diff_text(&compared.diff, &compared.old, &compared.new).trim_start().to_owned()
    })
}

/// Looks for what is doubtful. Errors are a no; what is only worth knowing is not.
pub fn check(
    books: &[String],
    at: Option<&str>,
    only: &OnlyModels,
    common: &Common,
) -> Result<(), Failure> {
    let (book, OnlyModels { provider, model }) = (common.book.clone(), only.clone());
    let (books, at) = (books.to_vec(), at.map(str::to_owned));
    let asked = Check { books, at, provider, model, book };
    let checked = prices::check(asked)?;
    print::answer::<Failure>("prices check", common, &checked, || checked_text(&checked))?;
    if checked.errors > 0 { Err(Failure::No) } else { Ok(()) }
}

fn answer(verb: &'static str, books: Books, common: &Common) -> Result<(), Failure> {
    for error in books.books.iter().filter_map(|book| book.damaged.as_ref()) {
        print::say(&format!("note: {} {}", error.message, error.hint));
    }
    print::answer(verb, common, &books, || books_table(&books))
}

fn books_table(books: &Books) -> String {
    if books.books.is_empty() {
        return "No books of your own: the program's own prices hold.\n".to_owned();
    }
    let columns = ["<id", "<name", "<read as", "<imported", ">models", ">prices", "<holds"];
    let mut table = Table::new(&columns);
    for book in &books.books {
        let holds = match (&book.damaged, book.place) {
            (Some(_), _) => "damaged".to_owned(),
            (None, None) => "no".to_owned(),
            (None, Some(1)) => "yes, before all others".to_owned(),
            (None, Some(_)) => "yes".to_owned(),
        };
        let number = |number: u64| match book.damaged {
            Some(_) => String::new(),
            None => whole(number),
        };
        table.row([
            short(&book.id).to_owned(),
            book.name.clone(),
            book.format.clone(),
            book.imported.get(..10).unwrap_or_default().to_owned(),
            number(book.models),
            number(book.entries),
            holds,
        ]);
    }
    table.text()
}

fn book_text(book: &Book) -> String {
    let mut text = String::new();
    if let Some(error) = &book.damaged {
        return format!("\n{} {}\n", error.message, error.hint);
    }
    if !book.problems.is_empty() {
        text += &format!("\nleft out, changed or worth knowing in {}\n", book.file);
        text.extend(book.problems.iter().map(|problem| format!("  {problem}\n")));
    }
    if !book.unread.is_empty() {
        text += &format!("\nnot read in {}\n{}", book.file, unread_text(&book.unread));
    }
    text
}

/// Keys that were not read, with what the first models have there.
fn unread_text(unread: &[Unread]) -> String {
    let mut table = Table::new(&["<key", ">models", "<such as"]);
    for it in unread {
        let such = |example: &UnreadValue| format!("{} {}", example.model, example.value);
        let first = it.examples.first().map(such).unwrap_or_default();
        table.row([it.key.clone(), whole(it.models), first]);
    }
    table.text()
}

fn proposal_text(proposal: &Proposal) -> String {
    let known = if proposal.known { "was kept before" } else { "kept" };
    let mut text = format!(
        "{} of {} in {}, {known} as {}{}\n",
        counted(proposal.entries as usize, "price", "prices"),
        counted(proposal.models as usize, "model", "models"),
        proposal.name,
        short(&proposal.id),
        left_out(proposal.left_out)
    );
    if !proposal.unread.is_empty() {
        let shown = &proposal.unread[..proposal.unread.len().min(MOST)];
        text += &format!("\nnot read\n{}{}\n", unread_text(shown), rest(proposal.unread.len()));
    }
    text + &diff_text(&proposal.diff, "now", "then")
}

/// How many lines of a table were left out, where some were.
fn left_out(lines: u64) -> String {
    match lines {
        0 => String::new(),
        lines => format!("; {} left out", counted(lines as usize, "line", "lines")),
    }
}

fn diff_text(diff: &Diff, old: &str, new: &str) -> String {
    let mut text = String::new();
    for (what, models) in [("added", &diff.added), ("removed", &diff.removed)] {
        if !models.is_empty() {
            let shown: Vec<_> = models.iter().take(MOST).cloned().collect();
            let models_of = counted(models.len(), "model", "models");
            text += &format!("{what}: {models_of}: {}{}\n", shown.join(", "), rest(models.len()));
        }
    }
    if !diff.changed.is_empty() {
        let (old, new) = (format!(">{old}"), format!(">{new}"));
        let mut table = Table::new(&["<changed", "<for", "<billed", &old, &new]);
        for it in diff.changed.iter().take(MOST) {
            let price = |price: &Option<String>| bare(it.meter, price.as_deref());
            let meter = metered(it.meter);
            table.row([it.model.clone(), it.entry.clone(), meter, price(&it.old), price(&it.new)]);
        }
        text += &format!("\n{}{}\n", table.text(), rest(diff.changed.len()).trim_start());
    }
    if !diff.conflicts.is_empty() {
        let mut table = Table::new(&["<conflict", "<for", "<billed", ">here", ">there", "<in"]);
        for it in diff.conflicts.iter().take(MOST) {
            let meter = metered(it.meter);
            let (here, there) = (bare(it.meter, Some(&it.here)), bare(it.meter, Some(&it.there)));
            table.row([it.model.clone(), it.entry.clone(), meter, here, there, it.book.clone()]);
        }
        text += &format!("{}{}\n", table.text(), rest(diff.conflicts.len()).trim_start());
    }
    let changed = counted(diff.changed.len(), "price changes", "prices change");
    text + &format!("{changed}, {} the same\n", counted(diff.unchanged as usize, "is", "are"))
}

/// A price for what it is usually told for, without saying for what.
fn bare(meter: Meter, per_million: Option<&str>) -> String {
    per_million.map_or("none".into(), |price| with_cents(&prices::told(meter, price).0))
}

/// What is billed; where that is no million of tokens, by how much of it: `web_search, per 1,000 searches`.
fn metered(meter: Meter) -> String {
    match meter.is_tokens() {
        true => meter.name().to_owned(),
        false => format!("{}, per {}", meter.name(), prices::told(meter, "0").1),
    }
}

/// How many rows are not shown.
fn rest(rows: usize) -> String {
    match rows.saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" … and {} more; --json has all", whole(more as u64)),
    }
}

fn checked_text(checked: &Checked) -> String {
    let mut table = Table::new(&["<", "<found", "<model", "<what"]);
    let notes = |shown: &usize| *shown < MOST;
    let mut shown = 0;
    for it in &checked.findings {
        if !it.error {
            if !notes(&shown) {
                continue;
            }
            shown += 1;
        }
        let kind = if it.error { "error" } else { "note" };
        let what = it.what.name().replace('_', " ");
        table.row([kind.to_owned(), what, it.model.clone(), it.message.clone()]);
    }
    let all_notes = checked.findings.len() - checked.errors as usize;
    let mut text = String::new();
    if !checked.findings.is_empty() {
        text = table.text();
        if all_notes > shown {
            text += &format!(
                "… and {}; --json has all\n",
                counted(all_notes - shown, "more note", "more notes")
            );
        }
        text.push('\n');
    }
    text + &format!(
        "{} and {} in {} of {}, for {}\n",
        counted(checked.errors as usize, "error", "errors"),
        counted(all_notes, "note", "notes"),
        counted(checked.entries as usize, "price", "prices"),
        counted(checked.models as usize, "model", "models"),
        checked.at
    )
}

fn short(id: &str) -> &str {
    id.get(..ID_DIGITS).unwrap_or(id)
}
