//! Texts with variables, as `{{question}}`: what is given is filled in, what is not is named.

use std::collections::BTreeMap;
use std::ops::Range;

/// Texts by the names of the variables that they stand for.
pub type Given = BTreeMap<String, String>;

/// A text, and where its variables stand.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Template {
    /// The text with its variables filled in; nothing stands where one was not given.
    pub text: String,
    /// In the order of the text.
    pub variables: Vec<Variable>,
}

/// One place of a variable.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Variable {
    /// `question`
    pub name: String,
    /// Where it stands in the text; empty where it was not given.
    pub at: Range<usize>,
    /// Whether its text was given.
    pub is_given: bool,
}

impl Template {
    /// Reads a text and fills in what is given.
    pub fn read(text: &str, given: &Given) -> Self {
        let mut read = Template::default();
        let mut rest = text;
        while let Some(open) = rest.find("{{") {
            let Some((name, len)) = variable(&rest[open..]) else {
                let next = open + rest[open..].bytes().take_while(|byte| *byte == b'{').count();
                read.text.push_str(&rest[..next]);
                rest = &rest[next..];
                continue;
            };
            read.text.push_str(&rest[..open]);
            let start = read.text.len();
            read.text.push_str(given.get(name).map_or("", String::as_str));
            read.variables.push(Variable {
                name: name.to_owned(),
                at: start..read.text.len(),
                is_given: given.contains_key(name),
            });
            rest = &rest[open + len..];
        }
        read.text.push_str(rest);
        read
    }

    /// A text without variables.
    pub fn plain(text: impl Into<String>) -> Self {
        Template { text: text.into(), variables: vec![] }
    }

    /// The text up to the first variable, or all of it.
    pub fn beginning(&self) -> &str {
        &self.text[..self.variables.first().map_or(self.text.len(), |first| first.at.start)]
    }
}

/// The name of the variable that a text begins with, and how long it is written.
fn variable(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix("{{")?;
    let close = inner.find("}}")?;
    let name = inner[..close].trim_matches(' ');
    let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|char| char.is_alphanumeric() || "_-.".contains(char))
        && !inner[close..].starts_with("}}}");
    is_name.then_some((name, close + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, given: &[(&str, &str)], expected: &str, variables: &[&str]) {
        let given = given.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
        let read = Template::read(text, &given);
        let places = read
            .variables
            .iter()
            .map(|variable| format!("{}={}", variable.name, &read.text[variable.at.clone()]));
        assert_eq!(
            (read.text.as_str(), places.collect::<Vec<_>>()),
            (expected, { variables.iter().map(|it| (*it).to_owned()).collect() })
        );
    }

    #[test]
    fn what_is_given_is_filled_in_and_the_rest_is_named() {
        let question = ("question", "Where is it?");
        check("Answer {{question}} now.", &[], "Answer  now.", &["question="]);
        check(
            "Answer {{ question }} now.",
            &[question],
            "Answer Where is it? now.",
            &["question=Where is it?"],
        );
        check("{{a.b}}{{c-d}}", &[("c-d", "x")], "x", &["a.b=", "c-d=x"]);
    }

    #[test]
    fn braces_that_name_nothing_are_text() {
        for text in ["{{", "{{}}", "{{ 1 + 2 }}", "{{#if a}}", "{{{a}}}", "{\"a\": {}}", "{{a"] {
            check(text, &[], text, &[]);
        }
    }

    #[test]
    fn the_beginning_ends_at_the_first_variable() {
        let read = Template::read("Be kind.\n{{question}}\nThanks.", &Given::new());
        assert_eq!(read.beginning(), "Be kind.\n");
        assert_eq!(Template::plain("Be kind.").beginning(), "Be kind.");
    }
}
