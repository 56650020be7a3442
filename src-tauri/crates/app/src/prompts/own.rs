//! Counts in vocabularies that the user brings as files.

use std::path::Path;

use prompt::{Format, NotVocabulary, OwnVocabulary, Vocabulary};

use crate::error::{Code, Error};
use crate::files;

/// Whether a vocabulary is given as a file: `acme/tokenizer.json`, `acme.tiktoken:o200k_base`.
pub(super) fn is_file(name: &str) -> bool {
    name.ends_with(".json") || name.contains(".tiktoken")
}

/// A plain text's tokens in each of the files, with its name.
pub(super) fn counted(
    names: &[&String],
    text: &str,
    format: Format,
) -> Result<Vec<(String, u64)>, Error> {
    if !names.is_empty() && format != Format::Text {
        return Err(Error::new(
            Code::BadArguments,
            format!("A vocabulary from a file counts plain text, and this is {}.", format.name()),
            "Have it read as text, or name a vocabulary that the program has.",
        ));
    }
    names.iter().map(|name| Ok((name.to_string(), read(name)?.count(text)))).collect()
}

/// The vocabulary of a file.
pub(super) fn read(name: &str) -> Result<OwnVocabulary, Error> {
    if name.ends_with(".json") {
        let path = Path::new(name);
        return OwnVocabulary::hugging_face(&files::read(path)?).map_err(|why| unread(path, &why));
    }
    let (file, cut_as) = name.split_once(".tiktoken").expect("it is a file of one kind or other");
    let path = file.to_owned() + ".tiktoken";
    let cut_as = cut_as.strip_prefix(':').and_then(|name| name.parse::<Vocabulary>().ok());
    let cut_as = cut_as.ok_or_else(|| {
        Error::new(
            Code::BadArguments,
            format!(
                "`{name}` does not say how a text is cut: a .tiktoken file holds tokens alone."
            ),
            format!("Name a vocabulary that cuts alike, as `{path}:cl100k_base`."),
        )
    })?;
    let path = Path::new(&path);
    OwnVocabulary::tiktoken(&files::read(path)?, cut_as).map_err(|why| unread(path, &why))
}

fn unread(path: &Path, why: &NotVocabulary) -> Error {
    Error::new(
        Code::UnreadableFile,
        format!("`{}` is no vocabulary. {why}", path.display()),
        "Take the tokenizer.json or the .tiktoken file that comes with the model.",
    )
}
