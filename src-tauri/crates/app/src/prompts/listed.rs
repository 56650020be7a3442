//! Which models are listed where nobody names one.

use cost::book::{MAKERS, Provider};

use crate::error::{Code, Error};
use crate::shelf::Shelf;
use crate::suggest::did_you_mean;

/// The sellers of these names, or all.
pub(super) fn sellers<'s>(shelf: &'s Shelf, names: &[String]) -> Result<Vec<&'s Provider>, Error> {
    let all = shelf.providers();
    for name in names {
        if !all.iter().any(|provider| is_called(provider, name)) {
            let known: Vec<&str> = all.iter().map(|provider| provider.id.as_str()).collect();
            return Err(Error::new(
                Code::NotFound,
                format!("The book has no provider `{name}`."),
                did_you_mean(name, &known, "It has"),
            ));
        }
    }
    let is_asked = |provider: &&Provider| {
        names.is_empty() || names.iter().any(|name| is_called(provider, name))
    };
    Ok(all.into_iter().filter(is_asked).collect())
}

fn is_called(provider: &Provider, name: &str) -> bool {
    let mut names = std::iter::once(&provider.id).chain(&provider.aliases);
    names.any(|known| known.eq_ignore_ascii_case(name))
}

/// Families of models, and who makes them: some makers sell those of others too.
const FAMILIES: &[(&str, &str)] = &[
    ("claude", "anthropic"),
    ("deepseek", "deepseek"),
    ("glm", "zai"),
    ("zai-glm", "zai"),
    ("kimi", "moonshotai"),
    ("llama", "meta"),
    ("nemotron", "nvidia"),
];

/// Whether a model is sold by who makes it.
pub(super) fn is_makers_own(provider: &str, id: &str) -> bool {
    let name = id.rsplit('/').next().unwrap_or(id).to_lowercase();
    let family = FAMILIES.iter().find(|(family, _)| name.starts_with(family));
    MAKERS.contains(&provider) && family.is_none_or(|(_, maker)| *maker == provider)
}

/// A model's name without `-latest` or the number of its version at the end.
pub(super) fn without_version(name: &str) -> &str {
    let is_version = |end: &str| {
        end == "latest" || (end.len() >= 4 && end.bytes().all(|digit| digit.is_ascii_digit()))
    };
    match name.rsplit_once('-') {
        Some((stem, end)) if is_version(end) => stem,
        _ => name,
    }
}
