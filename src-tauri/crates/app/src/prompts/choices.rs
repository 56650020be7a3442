//! The models as a person chooses among them: the makers' own before resellers', the newest first.

use std::cmp::Reverse;

use cost::book::MAKERS;

use super::listed::is_makers_own;
use crate::error::Error;
use crate::prices::{Filter, Listed, list};
use crate::shelf::writes;

/// The models whose names have all of some words, the likeliest choice first.
pub fn choices(filter: Filter) -> Result<Vec<Listed>, Error> {
    let mut models = list(filter)?;
    models.sort_by_cached_key(|Listed { provider, model, .. }| {
        let maker = MAKERS.iter().position(|maker| maker == provider);
        let maker = maker.filter(|_| is_makers_own(provider, model)).unwrap_or(MAKERS.len());
        (
            maker,
            !writes(model),
            Reverse(version(model).map(|(first, rest)| (first, rest.join(".")))),
            model.len(),
            model.clone(),
        )
    });
    Ok(models)
}

/// The numbers of a version: 4 and 5 of `claude-opus-4-5`, 5 and 4 of `gpt-5.4-mini`, 4 of `o4-mini`.
///
/// Those after the first are decimals, so that 4.20 comes before 4.7. A date or a size is none:
/// `-20251101`, `70b`.
fn version(id: &str) -> Option<(u32, Vec<&str>)> {
    let words = id.rsplit('/').next().unwrap_or(id).split(['-', '_', '.', ':', '@']);
    let mut numbers = words.map(number).skip_while(Option::is_none).map_while(|number| number);
    let first = numbers.next()?.parse().ok()?;
    Some((first, numbers.collect()))
}

fn number(word: &str) -> Option<&str> {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let (digits, after) = digits.split_at(end);
    let is_size = after.starts_with(['b', 'B', 'k', 'x']);
    ((1..=2).contains(&digits.len()) && !is_size).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(word: &str) -> Vec<String> {
        let filter = Filter { words: vec![word.into()], ..Filter::default() };
        let models = choices(filter).expect("the book inside the program");
        models.iter().map(|it| format!("{}/{}", it.provider, it.model)).take(3).collect()
    }

    #[test]
    fn the_newest_of_its_maker_comes_first() {
        assert_eq!(first("opus")[0], "anthropic/claude-opus-5-5");
        assert_eq!(
            first("sonnet-5"),
            [
                "anthropic/claude-sonnet-5-5",
                "anthropic/claude-sonnet-5",
                "google/claude-sonnet-5-5"
            ]
        );
        assert_eq!(first("grok")[0], "x-ai/grok-4.7");
    }

    #[test]
    fn resellers_come_last() {
        let all = choices(Filter::default()).expect("the book inside the program");
        let own = |it: &Listed| is_makers_own(&it.provider, &it.model);
        assert!(all.is_sorted_by_key(|it| !own(it)));
        assert!(all.iter().any(|it| it.provider == "google" && !own(it)));
    }

    #[test]
    fn a_version_is_neither_a_date_nor_a_size() {
        let check = |id: &str, expected: Option<(u32, Vec<&str>)>| {
            assert_eq!(version(id), expected, "{id}");
        };
        check("claude-opus-4-5-20251101", Some((4, vec!["5"])));
        check("gpt-5.4-mini", Some((5, vec!["4"])));
        check("gpt-4o", Some((4, vec![])));
        check("o4-mini", Some((4, vec![])));
        check("meta/llama-3.3-70b-instruct", Some((3, vec!["3"])));
        check("mistral-large-latest", None);
        check("mistral-large-2411", None);
        assert!(version("grok-4.7") > version("grok-4.20"));
    }
}
