//! The files of a folder: counted one by one and together, priced as what is sent.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use prompt::Content;

use super::certainty::Certainty;
use super::count::{Count, Counts, FileCounts, Text, count_requests, rounded};
use super::price::{Prices, Prompt, price_requests};
use super::requests::{self, Note, PartTokens};
use crate::error::{Code, Error};
use crate::files::{named, read, text, unread};

/// Counts every text of a folder and of those in it, as `asked` says; hidden files are left alone.
pub fn count_folder(folder: &Path, asked: &Text) -> Result<Counts, Error> {
    let mut files: Vec<FileCounts> = vec![];
    let mut known = BTreeSet::new();
    let notes = each_text(folder, |file, text| {
        let read = requests::read(text, &asked.reading)?;
        known.extend(requests::variables(&read.prompts));
        let Counts { format, requests, counts, notes, .. } = count_requests(asked, &read)?;
        files.push(FileCounts { file: file.to_owned(), format, requests, counts });
        let placed = notes.into_iter().map(|note| {
            let place = within(file, note.place.as_deref().unwrap_or_default());
            Note { place: Some(place), ..note }
        });
        Ok(placed.collect())
    })?;
    requests::has_variables(&asked.reading, &known)?;
    let requests = files.iter().map(|file| file.requests).sum();
    Ok(Counts { format: FORMAT.into(), requests, counts: together(&files), notes, files })
}

/// Prices the requests of all texts of a folder and of those in it, as `asked` says; hidden files
/// are left alone, and so are empty ones.
pub fn price_folder(folder: &Path, asked: Prompt) -> Result<Prices, Error> {
    let mut prompts: Vec<prompt::Prompt> = vec![];
    let mut notes = each_text(folder, |file, text| {
        if text.trim().is_empty() {
            return Ok(vec![Note {
                place: Some(file.to_owned()),
                message: "It is empty, and left out.".into(),
                hint: "Put a prompt into it, or remove it.".into(),
            }]);
        }
        let read = requests::read(text, &asked.reading)?.prompts;
        prompts.extend(read.into_iter().map(|prompt| in_file(prompt, file)));
        Ok(vec![])
    })?;
    requests::has_variables(&asked.reading, &requests::variables(&prompts))?;
    let prices = price_requests(asked, FORMAT, &prompts)?;
    notes.extend(prices.notes);
    Ok(Prices { notes, ..prices })
}

/// What the files of a folder are written in: each in its own.
const FORMAT: &str = "folder";

/// A request whose places say in which file they are.
fn in_file(mut prompt: prompt::Prompt, file: &str) -> prompt::Prompt {
    for gap in &mut prompt.gaps {
        gap.place = within(file, &gap.place);
    }
    for content in prompt.messages.iter_mut().flat_map(|message| &mut message.contents) {
        if let Content::Image(image) = content {
            image.place = within(file, &image.place);
        }
    }
    prompt
}

fn within(file: &str, place: &str) -> String {
    if place.is_empty() { file.to_owned() } else { format!("{file}: {place}") }
}

/// Works with every text below a folder, told by its path there, and gathers what is to be said.
fn each_text(
    folder: &Path,
    mut work: impl FnMut(&str, &str) -> Result<Vec<Note>, Error>,
) -> Result<Vec<Note>, Error> {
    let (mut texts, mut notes) = (0, vec![]);
    for path in paths(folder)? {
        let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let bytes = read(&path)?;
        match text(&path, &bytes) {
            Ok(text) => {
                notes.extend(work(&file, text).map_err(|error| error.in_file(&path))?);
                texts += 1;
            }
            Err(_) => notes.push(Note {
                place: Some(file),
                message: "It is no text in UTF-8, and left out.".into(),
                hint: "Save it as UTF-8, if it is a prompt.".into(),
            }),
        }
    }
    if texts > 0 {
        return Ok(notes);
    }
    let message = format!("There are no texts in `{}`.", folder.display());
    Err(Error::new(Code::MissingFile, message, "Name a folder with prompts in it.")
        .at(named(folder)))
}

/// The files below a folder, by name.
pub(super) fn paths(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unread = |cause: std::io::Error| unread(folder, &cause);
    let mut paths = vec![];
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        // A link is not followed into a folder: it may lead back here.
        let kind = entry.file_type().map_err(unread)?;
        if kind.is_dir() {
            paths.extend(self::paths(&entry.path())?);
        } else if entry.path().is_file() {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// The counts of all files, each way once.
fn together(files: &[FileCounts]) -> Vec<Count> {
    let mut sums: Vec<(u64, Count)> = vec![];
    for file in files {
        for count in &file.counts {
            let same = |(_, sum): &&mut (u64, Count)| {
                (&sum.model, &sum.vocabulary) == (&count.model, &count.vocabulary)
            };
            match sums.iter_mut().find(same) {
                Some((requests, sum)) => {
                    *requests += file.requests;
                    add(sum, count);
                }
                None => sums.push((file.requests, count.clone())),
            }
        }
    }
    let means = sums.into_iter().map(|(requests, sum)| Count {
        mean: (requests > 1).then(|| rounded(sum.tokens, requests)),
        ..sum
    });
    means.collect()
}

fn add(sum: &mut Count, more: &Count) {
    let bounds =
        |count: &Count| (count.low.unwrap_or(count.tokens), count.high.unwrap_or(count.tokens));
    let certainty = sum.certainty.and(more.certainty);
    if sum.low.is_some() || more.low.is_some() {
        let ((low, high), (more_low, more_high)) = (bounds(sum), bounds(more));
        (sum.low, sum.high) = (Some(low + more_low), Some(high + more_high));
    }
    // How many more there are is not known.
    sum.high = sum.high.filter(|_| certainty == Certainty::Estimated);
    sum.certainty = certainty;
    for what in &more.without {
        if !sum.without.contains(what) {
            sum.without.push(what.clone());
        }
    }
    sum.tokens += more.tokens;
    sum.cacheable += more.cacheable;
    sum.caching.plus(&more.caching);
    for part in &more.parts {
        match sum.parts.iter_mut().find(|one| one.part == part.part) {
            Some(one) => {
                *one = PartTokens {
                    tokens: one.tokens + part.tokens,
                    certainty: one.certainty.and(part.certainty),
                    low: one.low + part.low,
                    high: one.high + part.high,
                    ..one.clone()
                };
            }
            None => sum.parts.push(part.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_its_files_and_their_sum() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("made");
            fs::write(path, text).expect("written");
        };
        write("a.md", b"Where is my refund?");
        write("chats/b.json", br#"[{"role": "user", "content": "Where is my refund?"}]"#);
        write(".hidden", b"not counted");
        write("picture.png", b"\x89PNG");
        let models = vec!["openai/gpt-4o".to_owned()];
        let counts = count_folder(folder.path(), &Text { models, ..Text::default() });
        let counts = counts.expect("the folder has texts");
        let tokens = |counts: &[Count]| counts.iter().map(|count| count.tokens).collect::<Vec<_>>();
        let files: Vec<_> = counts
            .files
            .iter()
            .map(|file| (file.file.replace('\\', "/"), file.format.as_str(), tokens(&file.counts)))
            .collect();
        assert_eq!(
            files,
            [
                ("a.md".to_owned(), "text", vec![5]),
                ("chats/b.json".to_owned(), "openai-chat", vec![12])
            ]
        );
        assert_eq!((counts.requests, tokens(&counts.counts)), (2, vec![17]));
        assert_eq!(counts.counts[0].mean, Some(9));
        assert_eq!(counts.notes.len(), 1);
        assert_eq!(counts.notes[0].place.as_deref(), Some("picture.png"));
        let nothing = tempfile::tempdir().expect("a folder");
        let error = count_folder(nothing.path(), &Text::default()).expect_err("it is empty");
        assert_eq!(error.code, Code::MissingFile);
    }
}
