//! Vocabularies that the user brings as files: each read when it is first counted in, then kept.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use prompt::{Counting, Family, NotVocabulary, Own, OwnVocabulary, Vocabulary};

use crate::error::{Code, Error};
use crate::files;
use crate::suggest::did_you_mean;

/// How a vocabulary counts, by its name or by its file's: `o200k_base`, `acme/tokenizer.json`,
/// `acme.tiktoken:cl100k_base`. Files are looked for in `folder`.
pub fn counting(name: &str, folder: &Path) -> Result<Counting, Error> {
    match name.parse::<Vocabulary>() {
        Ok(vocabulary) => Ok(Counting::Exact(vocabulary)),
        Err(_) if is_file(name) => own(name, folder).map(Counting::Own),
        Err(_) => Err(unknown(name)),
    }
}

/// Whether a vocabulary is given as a file.
pub fn is_file(name: &str) -> bool {
    name.ends_with(".json") || name.contains(TIKTOKEN)
}

const TIKTOKEN: &str = ".tiktoken";

/// A name that no vocabulary has.
fn unknown(name: &str) -> Error {
    let known: Vec<&str> = Vocabulary::ALL.iter().map(|vocabulary| vocabulary.name()).collect();
    Error::new(
        Code::NotFound,
        format!("No vocabulary is called `{name}`."),
        did_you_mean(name, &known, "They are"),
    )
}

/// A state of a file, and how it was asked for. A file that changes is another vocabulary.
#[derive(Eq, Hash, PartialEq)]
struct Asked {
    path: PathBuf,
    changed: Option<SystemTime>,
    bytes: u64,
    name: String,
}

fn own(name: &str, folder: &Path) -> Result<Own, Error> {
    static KEPT: LazyLock<Mutex<HashMap<Asked, Own>>> = LazyLock::new(Mutex::default);
    let (path, cut_as) = parts(name, folder)?;
    let about = fs::metadata(&path).map_err(|cause| missing(&path, &cause))?;
    let asked = Asked {
        path: std::path::absolute(&path).unwrap_or_else(|_| path.clone()),
        changed: about.modified().ok(),
        bytes: about.len(),
        name: name.to_owned(),
    };
    // Whoever else asks for it waits rather than reads it too.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(own) = kept.get(&asked) {
        return Ok(*own);
    }
    let file = files::read(&path)?;
    let read = match cut_as {
        None => OwnVocabulary::hugging_face(&file),
        Some(vocabulary) => OwnVocabulary::tiktoken(&file, vocabulary),
    };
    let vocabulary = read.map_err(|why| unread(&path, &why))?;
    let own = Own::keep(name, &short_name(name), vocabulary);
    kept.insert(asked, own);
    Ok(own)
}

/// The file of a name, and the vocabulary that it is cut as where it does not say so itself.
fn parts(name: &str, folder: &Path) -> Result<(PathBuf, Option<Vocabulary>), Error> {
    if name.ends_with(".json") {
        return Ok((folder.join(name), None));
    }
    let (file, cut_as) = name.rsplit_once(TIKTOKEN).expect("it is a file of one kind or other");
    let path = file.to_owned() + TIKTOKEN;
    match cut_as.strip_prefix(':').and_then(|name| name.parse().ok()) {
        Some(cut_as) => Ok((folder.join(path), Some(cut_as))),
        None => Err(Error::new(
            Code::BadArguments,
            format!(
                "`{name}` does not say how a text is cut: a .tiktoken file holds tokens alone."
            ),
            format!("Name a vocabulary that cuts alike, as `{path}:cl100k_base`."),
        )),
    }
}

/// `acme/tokenizer.json` is `acme-tokenizer` in an address, which no other vocabulary is called.
fn short_name(name: &str) -> String {
    let name = name.strip_suffix(".json").unwrap_or(name);
    let dashed = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_ascii_lowercase();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    let short = words.join("-");
    let is_taken = short.is_empty()
        || short.parse::<Vocabulary>().is_ok()
        || Family::ALL.iter().any(|family| family.short_name() == short);
    if is_taken { format!("own-{short}") } else { short }
}

fn missing(path: &Path, cause: &std::io::Error) -> Error {
    let error = files::unread(path, cause);
    match error.code {
        Code::MissingFile => Error { hint: TAKE.to_owned(), ..error },
        _ => error,
    }
}

fn unread(path: &Path, why: &NotVocabulary) -> Error {
    let message = format!("`{}` is no vocabulary. {why}", path.display());
    Error::new(Code::UnreadableFile, message, TAKE).at(files::named(path))
}

const TAKE: &str = "Put the tokenizer.json or the .tiktoken file there that comes with the model.";

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: &str = r#"{
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]},
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}
    }"#;

    #[test]
    fn a_file_is_read_once_and_again_when_it_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |text: &str| {
            fs::write(folder.path().join("letters.json"), text).expect("written");
        };
        let counting = || counting("letters.json", folder.path()).expect("it is one");
        write(LETTERS);
        let (first, again) = (counting(), counting());
        assert_eq!(first, again);
        assert_eq!((first.name(), first.short_name()), ("letters.json", "letters"));
        assert_eq!(prompt::count_as("abab", first).tokens, 2);
        write(&LETTERS.replace(r#", "ab": 2"#, "").replace(r#"["a", "b"]"#, ""));
        assert_ne!(counting(), first);
        assert_eq!(prompt::count_as("abab", counting()).tokens, 4);
        assert_eq!(prompt::count_as("abab", first).tokens, 2);
    }

    #[test]
    fn a_public_name_stays_that_of_the_public_vocabulary() {
        let nowhere = Path::new("nowhere");
        assert_eq!(
            counting("cl100k_base", nowhere).expect("it is public"),
            Counting::Exact(Vocabulary::Cl100kBase)
        );
        assert_eq!(short_name("acme/tokenizer.json"), "acme-tokenizer");
        assert_eq!(short_name("Acme 2.tiktoken:cl100k_base"), "acme-2-tiktoken-cl100k-base");
        assert_eq!(short_name("o200k.json"), "own-o200k");
        assert_eq!(short_name("other.json"), "own-other");
    }

    #[test]
    fn what_is_no_vocabulary_is_refused_with_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("notes.json"), "{}").expect("written");
        let refused = |name: &str| {
            let error = counting(name, folder.path()).expect_err("refused");
            let here = folder.path().display().to_string();
            (error.code, error.message.replace(&here, "DIR").replace('\\', "/"), error.hint)
        };
        let (code, message, hint) = refused("acme/tokenizer.json");
        assert_eq!(code, Code::MissingFile);
        assert_eq!(message, "There is no file `DIR/acme/tokenizer.json`.");
        assert!(hint.contains("comes with the model"), "{hint}");
        let (code, message, _) = refused("notes.json");
        assert_eq!(code, Code::UnreadableFile);
        assert!(message.starts_with("`DIR/notes.json` is no vocabulary. "), "{message}");
        let (_, message, hint) = refused("acme.tiktoken");
        assert!(message.starts_with("`acme.tiktoken` does not say how"), "{message}");
        assert_eq!(hint, "Name a vocabulary that cuts alike, as `acme.tiktoken:cl100k_base`.");
        assert_eq!(refused("o200k_bass").1, "No vocabulary is called `o200k_bass`.");
    }
}
