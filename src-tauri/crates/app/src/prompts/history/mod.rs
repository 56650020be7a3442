//! A prompt's tokens by month, from the git history of its file: its growth, and the edits behind it.

mod fit;
mod git;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cost::book::Match;
use cost::units::{self, Kind};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use self::fit::{Fit, jumps};
use self::git::{Commit, Repository, Version};
use super::certainty::Certainty;
use super::count::{Count, Text, count_requests};
use super::requests::{Note, Reading, read};
use super::told::Pairs;
use crate::calibrations::Learned;
use crate::error::{Code, Error};
use crate::estimates::month_name;
use crate::projects;

/// The history of a prompt's file.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct History {
    /// A folder of the repository; the file's own folder when left out.
    pub repo: Option<PathBuf>,
    /// The file, as it is called today, seen from that folder.
    pub path: PathBuf,
    /// The model to count as, as the book names it.
    pub model: Option<String>,
    /// The vocabulary to count in where no model is named; `o200k_base` when left out.
    pub vocabulary: Option<String>,
    /// How versions are read.
    pub reading: Reading,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// The open project whose plan says what vendors billed, where it is for one.
    pub project: Option<u64>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// A prompt's tokens by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PromptHistory {
    /// The file, from the top of its repository.
    pub path: String,
    /// The model, as `provider/id`; nothing where a vocabulary was asked for.
    pub model: Option<String>,
    /// How the model's name was recognised.
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// The vocabulary, or the family whose tokens are estimated.
    pub vocabulary: String,
    /// What its vendor's counts taught; nothing where none was told.
    pub learned: Option<Learned>,
    /// How sure the counts are.
    pub certainty: Certainty,
    /// The commit up to which it was read.
    pub head: String,
    /// The day of that commit.
    pub as_of: String,
    /// Every month from the first commit to the last of the branch.
    pub months: Vec<MonthLength>,
    /// Every commit that changed the file, the oldest first.
    pub commits: Vec<PromptCommit>,
    /// How it grows; nothing where there are not two months with a length.
    pub growth: Option<Growth>,
    /// What could not be counted, or not as one might think.
    pub notes: Vec<Note>,
}

/// The length of a prompt at the end of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct MonthLength {
    /// `2026-11`
    pub month: String,
    /// Its tokens; nothing where there was no text of it.
    pub tokens: Option<u64>,
    /// The change against the month before, in tokens.
    pub change: Option<i64>,
    /// The same in percent.
    pub change_percent: Option<String>,
    /// How many commits changed it.
    pub commits: usize,
}

/// A commit that changed a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PromptCommit {
    /// Its hash.
    pub hash: String,
    /// Its day, in UTC.
    pub day: String,
    /// The first line of its message.
    pub subject: String,
    /// What it did.
    pub kind: Done,
    /// What the file was called before, where it was moved or copied.
    pub from: Option<String>,
    /// Its tokens before; nothing where there was no text of it yet.
    pub before: Option<u64>,
    /// Its tokens after; nothing where it is gone or no text.
    pub tokens: Option<u64>,
    /// The fewest tokens of an estimate.
    pub low: Option<u64>,
    /// The most tokens of an estimate.
    pub high: Option<u64>,
    /// The change in tokens.
    pub change: Option<i64>,
    /// The same in percent.
    pub change_percent: Option<String>,
    /// Whether it is a jump: it changes the length by 10 % or more, or by 5 % or more and by three
    /// robust deviations of what commits here change.
    pub jump: bool,
}

/// What a commit did to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "CommitKind")]
pub enum Done {
    /// It is there for the first time, or again.
    Added,
    /// Its text is another.
    Changed,
    /// It has another name, and perhaps another text.
    Moved,
    /// It is gone.
    Removed,
}

/// How a prompt grows: a line through the logarithms of its lengths at the ends of months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Growth {
    /// A month's growth, in percent.
    pub percent: String,
    /// One in ten is less; nothing where two months are all there is.
    pub low_percent: Option<String>,
    /// One in ten is more.
    pub high_percent: Option<String>,
    /// The standard error of the line's slope, in percent points.
    pub error_percent: Option<String>,
    /// The part of the logarithms' variance that the line explains, from 0 to 1.
    pub explained: String,
    /// How many months have a length.
    pub months: usize,
    /// As a number of a plan; nothing where a plan cannot grow like that.
    pub value: Option<String>,
    /// Who says so, for the plan.
    pub source: String,
    /// What stands behind it, for the plan.
    pub evidence: String,
}

/// What is counted in when nobody says.
const USUAL: &str = "o200k_base";

/// Reads the history of a prompt's file.
pub fn history(asked: History) -> Result<PromptHistory, Error> {
    let read = history_of(asked, &|_, _| true)?;
    Ok(read.expect("it is wanted to the end"))
}

/// The same; `go_on` is told how many versions of how many are counted, and answers whether the rest
/// is wanted. Nothing is answered where it is not.
pub fn history_of(
    mut asked: History,
    go_on: &dyn Fn(u64, u64) -> bool,
) -> Result<Option<PromptHistory>, Error> {
    if let Some(project) = asked.project {
        asked.told.extend(projects::calibration(project)?);
    }
    let (folder, path) = match &asked.repo {
        Some(folder) => (folder.clone(), asked.path.clone()),
        None => beside(&asked.path)?,
    };
    let repository = Repository::at(&folder)?;
    let commits = repository.commits(&path)?;
    let counter = Counter::of(&asked);
    let all = commits.len() as u64;
    let mut lengths: BTreeMap<String, Length> = BTreeMap::new();
    let mut is_wanted = true;
    repository.versions(&commits, |hash, version| {
        lengths.insert(hash.to_owned(), counter.length(version)?);
        is_wanted = go_on(lengths.len() as u64, all);
        Ok(is_wanted)
    })?;
    if !is_wanted {
        return Ok(None);
    }
    let way = way(&counter, &lengths)?;
    let mut notes = notes(&repository, &commits, &lengths);
    let rows = rows(&commits, &lengths);
    let months = months(&commits, &rows, repository.head.1);
    let path = commits.last().map(|commit| commit.path.clone()).unwrap_or_default();
    let growth = growth(&path, &commits, &months, &way);
    notes.extend(doubts(growth.as_ref()));
    Ok(Some(PromptHistory {
        path,
        model: way.model,
        matched: way.matched,
        vocabulary: way.vocabulary,
        learned: way.learned,
        certainty: way.certainty,
        head: repository.head.0,
        as_of: repository.head.1.to_string(),
        months,
        commits: rows,
        growth,
        notes,
    }))
}

/// A file's folder, and its name there.
fn beside(path: &Path) -> Result<(PathBuf, PathBuf), Error> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (whole.parent(), whole.file_name()) {
        (Some(folder), Some(name)) => Ok((folder.to_owned(), PathBuf::from(name))),
        _ => Err(Error::new(Code::BadArguments, "No file is named.", "Name a prompt.")),
    }
}

/// The length of a version, or why it has none.
type Length = Result<Count, &'static str>;

/// Counts versions in one way.
struct Counter {
    asked: Text,
}

impl Counter {
    fn of(asked: &History) -> Self {
        let vocabulary = asked.vocabulary.clone().unwrap_or_else(|| USUAL.to_owned());
        Self {
            asked: Text {
                models: asked.model.iter().cloned().collect(),
                vocabularies: if asked.model.is_none() { vec![vocabulary] } else { vec![] },
                reading: asked.reading.clone(),
                told: asked.told.clone(),
                book: asked.book.clone(),
                ..Text::default()
            },
        }
    }

    /// A text counted as its shape has it; a request that is none any more, as a text.
    fn count(&self, text: &str) -> Result<Count, Error> {
        let plain = || {
            let format = Some("text".to_owned());
            read(text, &Reading { format, ..self.asked.reading.clone() })
        };
        let requests = match read(text, &self.asked.reading) {
            Err(error) if error.code == Code::UnreadableFile => plain()?,
            read => read?,
        };
        Ok(count_requests(&self.asked, &requests)?.counts.remove(0))
    }

    fn length(&self, version: Version) -> Result<Length, Error> {
        let bytes = match version {
            Version::Bytes(bytes) => bytes,
            Version::TooLong => return Ok(Err("has more than 10 MB")),
            Version::Missing => return Ok(Err("is not in this clone")),
        };
        let Ok(text) = prompt::text(&bytes) else {
            return Ok(Err("is no text in UTF-8"));
        };
        match text.starts_with("version https://git-lfs.github.com/spec/") {
            true => Ok(Err("lies in Git LFS")),
            false => self.count(text).map(Ok),
        }
    }
}

/// The way in which versions were counted, as sure as the least sure of them.
fn way(counter: &Counter, lengths: &BTreeMap<String, Length>) -> Result<Count, Error> {
    let mut counted = lengths.values().flatten();
    let certainty = counted.clone().map(|count| count.certainty).reduce(Certainty::and);
    let certainty = certainty.unwrap_or(Certainty::Exact);
    Ok(match counted.next_back() {
        Some(count) => Count { certainty, ..count.clone() },
        None => counter.count("")?,
    })
}

/// What every commit did.
fn rows(commits: &[Commit], lengths: &BTreeMap<String, Length>) -> Vec<PromptCommit> {
    let mut before: Option<u64> = None;
    let mut is_there = false;
    let mut edits: Vec<(usize, (u64, u64))> = vec![];
    let mut rows: Vec<PromptCommit> = vec![];
    for commit in commits {
        let length = commit.blob.as_ref().and_then(|blob| lengths.get(&blob.hash));
        let count = length.and_then(|length| length.as_ref().ok());
        let tokens = count.map(|count| count.tokens);
        if let (Some(before), Some(after)) = (before, tokens) {
            edits.push((rows.len(), (before, after)));
        }
        let kind = match (&commit.blob, &commit.from) {
            (None, _) => Done::Removed,
            (Some(_), Some(_)) => Done::Moved,
            (Some(_), None) if is_there => Done::Changed,
            (Some(_), None) => Done::Added,
        };
        rows.push(PromptCommit {
            hash: commit.hash.clone(),
            day: commit.day.to_string(),
            subject: commit.subject.clone(),
            kind,
            from: commit.from.clone(),
            before,
            tokens,
            low: count.and_then(|count| count.low),
            high: count.and_then(|count| count.high),
            change: change(before, tokens),
            change_percent: percent_of(before, tokens),
            jump: false,
        });
        is_there = commit.blob.is_some();
        before = tokens.or(before);
    }
    let pairs: Vec<(u64, u64)> = edits.iter().map(|(_, edit)| *edit).collect();
    for ((row, _), is_jump) in edits.iter().zip(jumps(&pairs)) {
        rows[*row].jump = is_jump;
    }
    rows
}

fn change(before: Option<u64>, after: Option<u64>) -> Option<i64> {
    let (before, after) = (i64::try_from(before?).ok()?, i64::try_from(after?).ok()?);
    Some(after - before)
}

fn percent_of(before: Option<u64>, after: Option<u64>) -> Option<String> {
    let (before, after) = (before.filter(|before| *before > 0)? as f64, after? as f64);
    Some(percent(after / before - 1.0, 1))
}

/// A share in percent, with so many decimals and never `-0`.
fn percent(share: f64, places: usize) -> String {
    let text = format!("{:.places$}", share * 100.0);
    match text.strip_prefix('-') {
        Some(size) if size.bytes().all(|digit| b"0.".contains(&digit)) => size.to_owned(),
        _ => text,
    }
}

/// The length at the end of every month, up to the day of the last commit of the branch.
fn months(commits: &[Commit], rows: &[PromptCommit], head: Date) -> Vec<MonthLength> {
    let Some(first) = commits.first().map(|commit| commit.day.first_of_month()) else {
        return vec![];
    };
    let last = commits.iter().map(|commit| commit.day).fold(head, Date::max);
    let (mut months, mut next, mut standing) = (vec![], 0, None);
    let mut month = first;
    while month <= last {
        let (from, before) = (next, standing);
        // What was committed with a clock that ran behind came after what stands before it.
        while next < commits.len() && commits[next].day.first_of_month() <= month {
            standing = match commits[next].blob {
                Some(_) => rows[next].tokens.or(standing),
                None => None,
            };
            next += 1;
        }
        months.push(MonthLength {
            month: month_name(month),
            tokens: standing,
            change: change(before, standing),
            change_percent: percent_of(before, standing),
            commits: next - from,
        });
        let Ok(following) = month.checked_add(jiff::Span::new().months(1)) else { break };
        month = following;
    }
    months
}

fn growth(path: &str, commits: &[Commit], months: &[MonthLength], way: &Count) -> Option<Growth> {
    let lengths: Vec<(u32, u64)> = (0..)
        .zip(months)
        .filter_map(|(at, month)| Some((at, month.tokens.filter(|tokens| *tokens > 0)?)))
        .collect();
    let fit = Fit::of(&lengths)?;
    let band = fit.band();
    let places = match band {
        Some((low, high)) if high - low < 0.002 => 2,
        Some(_) | None => 1,
    };
    let shown = |share: f64| percent(share, places);
    let value = match band {
        Some((low, high)) if shown(low) != shown(high) => {
            format!("{}..{}%/month", shown(low), shown(high))
        }
        Some(_) | None => format!("{}%/month", shown(fit.growth())),
    };
    let (first, last) = (months.first()?, months.last()?);
    let ends = [commits.first()?, commits.last()?]
        .map(|commit| &commit.hash[..SHORT.min(commit.hash.len())]);
    Some(Growth {
        percent: percent(fit.growth(), 2),
        low_percent: band.map(|(low, _)| percent(low, 2)),
        high_percent: band.map(|(_, high)| percent(high, 2)),
        error_percent: fit.error.map(|error| percent(error * fit.slope.exp(), 2)),
        explained: format!("{:.3}", fit.explained),
        months: lengths.len(),
        value: units::read(&value, Kind::Growth).is_ok().then_some(value),
        source: format!(
            "git history of {path}, {} to {}, {} {}",
            first.month,
            last.month,
            if way.certainty == Certainty::Estimated { "estimated for" } else { "counted in" },
            way.vocabulary,
        ),
        evidence: format!("{path} @ {}..{}", ends[0], ends[1]),
    })
}

/// So many letters of a hash tell commits apart.
const SHORT: usize = 12;

fn notes(
    repository: &Repository,
    commits: &[Commit],
    lengths: &BTreeMap<String, Length>,
) -> Vec<Note> {
    let mut notes = vec![];
    if repository.is_shallow {
        notes.push(Note {
            place: None,
            message: "The clone is shallow: what was before its first commit is not in it.".into(),
            hint: "Fetch its whole history, then count again.".into(),
        });
    }
    for commit in commits {
        let Some(blob) = &commit.blob else { continue };
        let why = match lengths.get(&blob.hash) {
            _ if !blob.is_file => "is a link, and no file",
            Some(Err(why)) => why,
            Some(Ok(_)) | None => continue,
        };
        let hash = &commit.hash[..SHORT.min(commit.hash.len())];
        notes.push(Note {
            place: Some(hash.to_owned()),
            message: format!("The version of {} {why}: it is left out.", commit.day),
            hint: "The length before it stands until the next.".into(),
        });
    }
    notes
}

/// What to know before a growth is believed.
fn doubts(growth: Option<&Growth>) -> Vec<Note> {
    let note = |message: &str, hint: &str| Note {
        place: None,
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    match growth {
        None => vec![note(
            "There are not two months with a length: nothing can be said of growth.",
            "Look again when the prompt is older.",
        )],
        Some(growth) if growth.error_percent.is_none() => vec![note(
            "Two months make a line and say nothing of its doubt.",
            "Write the growth with a doubt of your own.",
        )],
        Some(growth) if growth.value.is_none() => vec![note(
            "It grew more than ten times a month: no plan can go on like that.",
            "Look at the months since it was finished.",
        )],
        Some(_) => vec![],
    }
}
