//! `count --history`: a prompt's tokens by month, how it grows, and the commits behind its jumps.

use std::path::{Path, PathBuf};

use app::prompts::{self, Certainty, CommitKind, Growth, PromptCommit, PromptHistory};
use app::{Code, Error};

use crate::args::{Common, Count};
use crate::failure::Failure;
use crate::print::{self, Progress, Table, counted, whole};
use crate::prompts::{reading_of, told, way_of};

/// Counts the versions of a file in a repository.
pub fn history(args: &Count, repo: &Path, common: &Common) -> Result<(), Failure> {
    let ways = &args.ways;
    if ways.models.len() + ways.vocabularies.len() > 1 {
        let message = "A history is counted in one way.";
        return Err(Error::new(Code::BadArguments, message, "Name one model or vocabulary.").into());
    }
    let taught = told(ways.told.as_deref(), &args.file, &ways.models, common)?;
    let asked = prompts::History {
        repo: Some(repo.to_owned()),
        path: PathBuf::from(&args.file),
        model: ways.models.first().cloned(),
        vocabulary: ways.vocabularies.first().cloned(),
        reading: reading_of(&args.reading)?,
        told: taught.pairs,
        project: None,
        book: common.book.clone(),
    };
    let progress = Progress::new("Counting versions:");
    let read = prompts::history_of(asked, &|done, of| {
        progress.step(done, of);
        true
    });
    drop(progress);
    let history = read?.expect("it is wanted to the end");
    print::say_notes(&history.notes, common);
    print::answer("count", common, &history, || table(&history))
}

fn table(history: &PromptHistory) -> String {
    let about = if history.certainty == Certainty::Estimated { "≈ " } else { "" };
    let tokens = |tokens: Option<u64>| {
        tokens.map_or("–".to_owned(), |tokens| format!("{about}{}", whole(tokens)))
    };
    let mut months = Table::new(&["<month", ">tokens", ">change", ">", ">commits"]);
    for month in &history.months {
        months.row([
            month.month.clone(),
            tokens(month.tokens),
            month.change.map(signed).unwrap_or_default(),
            share(month.change_percent.as_deref()),
            whole(month.commits as u64),
        ]);
    }
    let mut edits =
        Table::new(&["<commit", "<day", ">before", ">after", ">change", ">", "<", "<subject"]);
    for commit in &history.commits {
        edits.row([
            commit.hash.chars().take(SHORT).collect(),
            commit.day.clone(),
            tokens(commit.before),
            tokens(commit.tokens),
            commit.change.map(signed).unwrap_or_default(),
            share(commit.change_percent.as_deref()),
            what(commit).to_owned(),
            commit.subject.clone(),
        ]);
    }
    let way = way_of(&history.vocabulary, history.learned.as_ref());
    let model = history.model.as_ref().map(|model| format!("{model}, ")).unwrap_or_default();
    format!(
        "{}, {model}counted in {way}\n\n{}\n{}\n\
         A jump changes the length by 10 %, or by 5 % and three robust deviations of what commits change.\n{}",
        history.path,
        months.text(),
        edits.text(),
        history.growth.as_ref().map(|it| growth(it, &history.as_of)).unwrap_or_default()
    )
}

/// So many letters of a hash tell commits apart.
const SHORT: usize = 12;

fn what(commit: &PromptCommit) -> &'static str {
    match (commit.jump, commit.kind) {
        (true, _) => "jump",
        (false, CommitKind::Added) => "added",
        (false, CommitKind::Moved) => "moved",
        (false, CommitKind::Removed) => "removed",
        (false, CommitKind::Changed) => "",
    }
}

/// How it grows, and the line for a plan.
fn growth(growth: &Growth, as_of: &str) -> String {
    let band = match (&growth.low_percent, &growth.high_percent) {
        (Some(low), Some(high)) => format!(", {} to {} (P10 to P90)", minus(low), minus(high)),
        _ => String::new(),
    };
    let explained = growth.explained.parse::<f64>().unwrap_or_default() * 100.0;
    let fit = format!(
        "\nGrowth: {} % a month{band}; a line through the logarithms of {} explains {explained:.0} %\n",
        minus(&growth.percent),
        counted(growth.months, "month", "months"),
    );
    let Some(value) = &growth.value else { return fit };
    // A double-quoted text of YAML is one of JSON.
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let [value, source, evidence] = [value, &growth.source, &growth.evidence].map(quoted);
    format!(
        "{fit}\nIn a plan, at the part:\n\
         grows: {{ value: {value}, source: {source}, as_of: {as_of}, evidence: {evidence} }}\n"
    )
}

fn signed(change: i64) -> String {
    match change {
        0 => "0".to_owned(),
        gain if gain > 0 => format!("+{}", whole(gain.unsigned_abs())),
        loss => format!("−{}", whole(loss.unsigned_abs())),
    }
}

fn share(percent: Option<&str>) -> String {
    percent.map(|percent| format!("{} %", minus(percent))).unwrap_or_default()
}

fn minus(percent: &str) -> String {
    percent.replace('-', "−")
}
