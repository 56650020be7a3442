//! The documents of a corpus: files of a folder and lines of JSON Lines, handed out a few at a time.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use prompt::{Format, Prompt};
use serde_json::Value;

use super::folder::paths;
use super::requests::{Reading, read};
use crate::error::{Code, Error};
use crate::files::{named, unread};

/// A longer document is a mistake, and would have to be held in memory.
const MOST_BYTES: u64 = 256 << 20;

/// So many bytes of lines are handed out at a time.
const HANDFUL: usize = 256 << 10;

/// Where a document stands: its file by number, and its line, 0 for a file that is one document.
pub(super) type Place = (usize, u64);

/// Documents not yet handed out.
pub(super) struct Documents {
    root: PathBuf,
    files: Vec<PathBuf>,
    next: usize,
    lines: Option<Lines>,
}

struct Lines {
    file: usize,
    line: u64,
    reader: BufReader<File>,
}

/// One document as it was found.
pub(super) struct Found {
    pub place: Place,
    /// How far its file brings the work.
    pub size: u64,
    pub held: Held,
}

/// What there is of a document.
pub(super) enum Held {
    /// A file that is one document, still to be read.
    File(PathBuf),
    /// A line of JSON.
    Line(Vec<u8>),
    /// Longer than any document.
    TooLong,
}

/// A document that was read.
pub(super) enum Document {
    Text(String),
    Requests(Format, Vec<Prompt>),
    /// Left out: why, and what to do.
    Unread(String, &'static str),
}

impl Documents {
    /// The documents of a folder and of those in it, or of one file.
    pub fn of(root: &Path) -> Result<Self, Error> {
        let is_folder = fs::metadata(root).map_err(|cause| unread(root, &cause))?.is_dir();
        let files = if is_folder { paths(root)? } else { vec![root.to_owned()] };
        if files.is_empty() {
            return Err(nothing(root));
        }
        Ok(Self { root: root.to_owned(), files, next: 0, lines: None })
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |found| found.len());
        self.files.iter().map(size).sum()
    }

    /// Where a document stands, in words.
    pub fn named(&self, (file, line): Place) -> String {
        let path = &self.files[file];
        let path = path.strip_prefix(&self.root).ok().filter(|inside| *inside != Path::new(""));
        let name = path.unwrap_or(&self.files[file]).display();
        if line == 0 { name.to_string() } else { format!("{name}:{line}") }
    }

    /// The next documents; none when all were handed out.
    pub fn handful(&mut self) -> Result<Vec<Found>, Error> {
        loop {
            if let Some(lines) = &mut self.lines {
                let found =
                    lines.handful().map_err(|cause| unread(&self.files[lines.file], &cause))?;
                if !found.is_empty() {
                    return Ok(found);
                }
                self.lines = None;
            }
            let Some(path) = self.files.get(self.next) else { return Ok(vec![]) };
            let file = self.next;
            self.next += 1;
            let opened = File::open(path).map_err(|cause| unread(path, &cause))?;
            if is_lines(path) {
                self.lines = Some(Lines { file, line: 0, reader: BufReader::new(opened) });
                continue;
            }
            let size = opened.metadata().map_err(|cause| unread(path, &cause))?.len();
            let held = if size > MOST_BYTES { Held::TooLong } else { Held::File(path.clone()) };
            return Ok(vec![Found { place: (file, 0), size, held }]);
        }
    }
}

impl Lines {
    /// The next lines that hold something; none at the end of the file.
    fn handful(&mut self) -> std::io::Result<Vec<Found>> {
        let (mut found, mut bytes) = (vec![], 0);
        while bytes < HANDFUL {
            let mut line = vec![];
            let mut size = (&mut self.reader).take(MOST_BYTES).read_until(b'\n', &mut line)? as u64;
            if size == 0 {
                break;
            }
            self.line += 1;
            let place = (self.file, self.line);
            if size == MOST_BYTES && line.last() != Some(&b'\n') {
                size += self.reader.skip_until(b'\n')? as u64;
                found.push(Found { place, size, held: Held::TooLong });
                break;
            }
            bytes += line.len();
            if !line.trim_ascii().is_empty() {
                found.push(Found { place, size, held: Held::Line(line) });
            }
        }
        Ok(found)
    }
}

impl Held {
    /// Reads what is there.
    pub fn read(self) -> Result<Document, Error> {
        Ok(match self {
            Self::File(path) => {
                let bytes = fs::read(&path).map_err(|cause| unread(&path, &cause))?;
                match prompt::text(&bytes) {
                    Ok("") => Document::Unread("It is empty.".into(), "Nothing needs to be done."),
                    Ok(text) => of_file(&path, text),
                    Err(_) => Document::Unread(
                        "It is no text in UTF-8.".into(),
                        "Save it as UTF-8, if it is a document.",
                    ),
                }
            }
            Self::Line(line) => of_line(&line),
            Self::TooLong => Document::Unread(
                format!("It has more than {} MB.", MOST_BYTES / 1_000_000),
                "Split it into the documents that are sent to a model.",
            ),
        })
    }
}

/// A file: a request, where it is written as one, an object with a text where it says that it is JSON,
/// or else a text as it stands.
fn of_file(path: &Path, text: &str) -> Document {
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if !is_json && !text.trim_start().starts_with(['{', '[']) {
        return Document::Text(text.to_owned());
    }
    let value: Option<Value> = is_json.then(|| serde_json::from_str(text).ok()).flatten();
    if let Some(text) = value.as_ref().and_then(text_of) {
        return Document::Text(text.to_owned());
    }
    match read(text, &Reading::default()) {
        Ok(read) if read.format != Format::Text => Document::Requests(read.format, read.prompts),
        Ok(_) => Document::Text(text.to_owned()),
        Err(error) => Document::Unread(error.message, "Mend it, if it is a request."),
    }
}

/// A line of JSON: a text, an object with one, or a request.
fn of_line(line: &[u8]) -> Document {
    const HINT: &str = r#"Write each line as "…", {"text": "…"}, {"content": "…"} or a request."#;
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return Document::Unread(format!("It is no JSON: {error}."), HINT),
    };
    if let Some(text) = text_of(&value) {
        return Document::Text(text.to_owned());
    }
    let line = String::from_utf8_lossy(line);
    match read(line.trim(), &Reading::default()) {
        Ok(read) if read.format != Format::Text => Document::Requests(read.format, read.prompts),
        Ok(_) => Document::Unread("It has neither a text nor a request.".into(), HINT),
        Err(error) => Document::Unread(error.message, HINT),
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(fields) => {
            ["text", "content"].iter().find_map(|key| fields.get(*key)?.as_str())
        }
        _ => None,
    }
}

fn is_lines(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    ending == "jsonl" || ending == "ndjson"
}

/// A corpus without a document.
pub(super) fn nothing(root: &Path) -> Error {
    let message = format!("There are no documents in `{}`.", root.display());
    let hint = "Name a folder of texts, or a file of JSON Lines that ends in .jsonl.";
    Error::new(Code::MissingFile, message, hint).at(named(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_text_or_a_request() {
        let check = |line: &str, expected: &str| {
            let read = match of_line(line.as_bytes()) {
                Document::Text(text) => text,
                Document::Requests(_, prompts) => format!("{} requests", prompts.len()),
                Document::Unread(why, _) => why,
            };
            assert_eq!(read, expected, "{line}");
        };
        check(r#""Where is my refund?""#, "Where is my refund?");
        check(r#"{"id": 7, "text": "Where?"}"#, "Where?");
        check(r#"{"role": "user", "content": "When?"}"#, "When?");
        check(r#"{"messages": [{"role": "user", "content": "Why?"}]}"#, "1 requests");
        check(r#"{"id": 7}"#, "It has neither a text nor a request.");
        check("7", "It has neither a text nor a request.");
        check("{", "It is no JSON: EOF while parsing an object at line 1 column 1.");
    }

    #[test]
    fn a_file_is_read_as_a_line_is_and_else_as_it_stands() {
        let check = |name: &str, text: &str, expected: &str| {
            let read = match of_file(Path::new(name), text) {
                Document::Text(text) => text,
                Document::Requests(format, prompts) => format!("{} {format}", prompts.len()),
                Document::Unread(why, _) => why,
            };
            assert_eq!(read, expected, "{name}: {text}");
        };
        let request = r#"{"messages": [{"role": "user", "content": "Why?"}]}"#;
        check("a.json", request, "1 openai-chat");
        check("a.md", request, "1 openai-chat");
        check("a.txt", &format!("{request}\n{request}\n"), "2 openai-chat");
        check("a.JSON", r#"{"id": 7, "text": "Where?"}"#, "Where?");
        check("a.json", r#"{"id": 7}"#, r#"{"id": 7}"#);
        check("a.json", r#"{"id": "#, r#"{"id": "#);
        check("a.md", r#""Where?""#, r#""Where?""#);
        check("a.md", "{{name}} asks", "{{name}} asks");
    }

    #[test]
    fn documents_are_handed_out_once_each_with_their_places() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("more")).expect("made");
        for (name, text) in
            [("a.md", "one"), ("more/b.JSONL", "\"two\"\n\n  \n\"three\""), ("c.txt", "")]
        {
            fs::write(folder.path().join(name), text).expect("written");
        }
        let mut documents = Documents::of(folder.path()).expect("there are some");
        assert_eq!(documents.bytes(), 20);
        let mut seen = vec![];
        loop {
            let found = documents.handful().expect("they can be read");
            if found.is_empty() {
                break;
            }
            for Found { place, held, .. } in found {
                let read = match held.read().expect("it can be read") {
                    Document::Text(text) => text,
                    Document::Requests(..) => unreachable!("there is none"),
                    Document::Unread(why, _) => why,
                };
                seen.push(format!("{} {read}", documents.named(place).replace('\\', "/")));
            }
        }
        let all = ["a.md one", "c.txt It is empty.", "more/b.JSONL:1 two", "more/b.JSONL:4 three"];
        assert_eq!(seen, all);
    }
}
