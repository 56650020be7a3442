//! The files of a folder, counted one by one and together.

use std::fs;
use std::path::{Path, PathBuf};

use super::count::{Count, Counts, FileCounts, Text, count, rounded};
use super::requests::{Note, PartTokens};
use crate::error::{Code, Error};
use crate::files::{named, read, text, unread};

/// Counts every text of a folder and of those in it, as `asked` says; hidden files are left alone.
pub fn count_folder(folder: &Path, asked: &Text) -> Result<Counts, Error> {
    let (mut files, mut notes): (Vec<FileCounts>, Vec<Note>) = (vec![], vec![]);
    for path in paths(folder)? {
        let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let bytes = read(&path)?;
        let Ok(text) = text(&path, &bytes) else {
            notes.push(Note {
                place: Some(file),
                message: "It is no text in UTF-8, and left out.".into(),
                hint: "Save it as UTF-8, if it is a prompt.".into(),
            });
            continue;
        };
        let counted = count(Text { text: text.to_owned(), ..asked.clone() })
            .map_err(|error| error.in_file(&path))?;
        let Counts { format, requests, counts, notes: more, .. } = counted;
        notes.extend(more.into_iter().map(|note| {
            let place = note.place.map_or(file.clone(), |place| format!("{file}: {place}"));
            Note { place: Some(place), ..note }
        }));
        files.push(FileCounts { file, format, requests, counts });
    }
    if files.is_empty() {
        let message = format!("There are no texts in `{}`.", folder.display());
        return Err(Error::new(Code::MissingFile, message, "Name a folder with prompts in it.")
            .at(named(folder)));
    }
    let requests = files.iter().map(|file| file.requests).sum();
    Ok(Counts { format: "folder".into(), requests, counts: together(&files), notes, files })
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
    if sum.low.is_some() || more.low.is_some() {
        let ((low, high), (more_low, more_high)) = (bounds(sum), bounds(more));
        (sum.low, sum.high) = (Some(low + more_low), Some(high + more_high));
    }
    sum.certainty = sum.certainty.and(more.certainty);
    sum.tokens += more.tokens;
    sum.cacheable += more.cacheable;
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
