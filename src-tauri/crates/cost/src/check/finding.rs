//! Where problems are gathered.

use crate::plan::Number;
use crate::problem::{Lacks, Problem};

/// Problems, and the place in the document where the reader stands.
#[derive(Default)]
pub struct Findings {
    /// What was found.
    pub problems: Vec<Problem>,
    path: Vec<String>,
}

impl Findings {
    /// Goes down by so many steps of the path, and back.
    pub fn within<T>(&mut self, path: &[&str], inside: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.path.len();
        self.path.extend(path.iter().map(|&step| step.to_owned()));
        let value = inside(self);
        self.path.truncate(before);
        value
    }

    /// Notes a problem, here or at a field below.
    pub fn say(&mut self, field: &str, message: impl Into<String>, hint: impl Into<String>) {
        let mut path = self.path.clone();
        path.extend((!field.is_empty()).then(|| field.to_owned()));
        let (message, hint) = (message.into(), hint.into());
        let lacks = Lacks::Nothing;
        self.problems.push(Problem { path, address: None, message, hint, lacks });
    }

    /// Notes a problem at a field for which the book lacks something.
    pub fn lacks(&mut self, field: &str, message: String, hint: &str, lacks: Lacks) {
        self.say(field, message, hint);
        self.problems.last_mut().expect("it was just noted").lacks = lacks;
    }

    /// Notes a problem at a number.
    pub fn at(&mut self, number: &Number, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem {
            path: number.path.to_vec(),
            address: Some(number.address.clone()),
            message: message.into(),
            hint: hint.into(),
            lacks: Lacks::Nothing,
        });
    }
}

/// A name as addresses need it: small letters, digits and dashes, a letter first.
pub fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// A name made of what was typed, as addresses need it: `Hard answer` is `hard-answer`. Nothing where none is left.
pub fn fitted(typed: &str) -> Option<String> {
    let dashed = typed.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_ascii_lowercase();
    let words: Vec<&str> = dashed.split('-').filter(|word| !word.is_empty()).collect();
    Some(words.join("-")).filter(|name| is_name(name))
}

/// What to write instead of a name that is none.
pub const NAME_HINT: &str =
    "Write small letters, digits and dashes, a letter first; a `label` may be any text.";
