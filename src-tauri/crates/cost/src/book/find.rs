//! From a name that people and logs write to the one model that it means. Nothing is guessed.
#![deny(clippy::float_arithmetic)]

use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::model::{Model, Provider};

/// Providers that make the models they sell: a bare name means theirs, in this order.
pub const MAKERS: &[&str] = &[
    "openai",
    "anthropic",
    "google",
    "x-ai",
    "mistral",
    "deepseek",
    "cohere",
    "meta",
    "moonshotai",
    "zai",
    "minimax",
    "voyageai",
    "perplexity",
];

/// A model, and how its name was recognised.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Who sells it.
    pub provider: &'a Provider,
    /// What was asked for.
    pub model: &'a Model,
    /// How the name was recognised.
    pub matched: Match,
}

/// How a name was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    /// It is the model's id.
    Exact,
    /// It is a listed name, or differs by letter case, a provider's prefix or a date at its end.
    Alias,
    /// It names a model in whose place another one answers by then.
    Rerouted,
}

impl<'a> Found<'a> {
    /// The model that answers to the name on a day: another one where its seller says so.
    pub fn on(self, day: Date) -> Result<Self, UnknownModel> {
        let mut found = self;
        let reroutes = &self.provider.terms.reroutes;
        // A name may lead to one that leads on; each is followed once.
        for _ in reroutes {
            let Some(reroute) = self.provider.terms.reroute(&found.model.id, day) else { break };
            let other = self.provider.models.iter().find(|model| model.id == reroute.to);
            let model = other.ok_or_else(|| UnknownModel::NoReroute {
                name: full_name(self.provider, found.model),
                to: reroute.to.clone(),
            })?;
            found = Self { model, matched: Match::Rerouted, ..self };
        }
        Ok(found)
    }
}

impl Match {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Alias => "alias",
            Self::Rerouted => "rerouted",
        }
    }
}

/// A name that means no model, or more than one. As a text: what is wrong, and what may be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownModel {
    /// No provider has this name.
    NoProvider {
        /// The name as it was written.
        provider: String,
        /// Names that look like it.
        suggestions: Vec<String>,
    },
    /// The provider, or every provider, has no such model.
    NoModel {
        /// The name as it was written, with its provider where one was given.
        name: String,
        /// Names that look like it.
        suggestions: Vec<String>,
    },
    /// Several providers sell a model of this name, and none of them makes it.
    Ambiguous {
        /// The name as it was written.
        name: String,
        /// The models it could mean, as `provider/id`.
        sellers: Vec<String>,
    },
    /// Another model answers to the name, and the book does not have it.
    NoReroute {
        /// The name, as `provider/id`.
        name: String,
        /// The model that answers.
        to: String,
    },
}

impl UnknownModel {
    /// What is wrong with the name.
    pub fn message(&self) -> String {
        match self {
            Self::NoProvider { provider, .. } => {
                format!("The book has no provider called `{provider}`.")
            }
            Self::NoModel { name, .. } => format!("The book has no model called `{name}`."),
            Self::Ambiguous { name, .. } => format!("Several providers sell `{name}`."),
            Self::NoReroute { name, to } => {
                format!("`{name}` is answered and billed as `{to}`, which the book does not have.")
            }
        }
    }

    /// Names that may be meant, as a sentence.
    pub fn suggestion(&self) -> Option<String> {
        match self {
            Self::NoProvider { suggestions, .. } | Self::NoModel { suggestions, .. } => {
                let any = !suggestions.is_empty();
                any.then(|| format!("Did you mean {}?", suggestions.join(", ")))
            }
            Self::Ambiguous { sellers, .. } => {
                Some(format!("Write one of {}.", sellers.join(", ")))
            }
            Self::NoReroute { .. } => None,
        }
    }
}

impl fmt::Display for UnknownModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        self.suggestion().map_or(Ok(()), |suggestion| write!(f, " {suggestion}"))
    }
}

/// Finds the one model that a name means: within `provider`, or by `provider/id`, or as the maker's own.
pub fn find<'a>(
    providers: &[&'a Provider],
    provider: Option<&str>,
    name: &str,
) -> Result<Found<'a>, UnknownModel> {
    if let Some(wanted) = provider {
        let seller = known_seller(providers, wanted)?;
        return seller.find(name).ok_or_else(|| no_model(&[seller], &format!("{wanted}/{name}")));
    }
    let prefixed = name
        .split_once('/')
        .and_then(|(prefix, id)| seller(providers, prefix).and_then(|seller| seller.find(id)));
    match prefixed {
        Some(found) => Ok(found),
        None => find_bare(providers, name),
    }
}

/// The provider of that id or alias, whatever its letter case, `_` or `-`.
pub fn seller<'a>(providers: &[&'a Provider], name: &str) -> Option<&'a Provider> {
    let wanted = plain(name);
    let is_it = |provider: &&&Provider| {
        plain(&provider.id) == wanted || provider.aliases.iter().any(|alias| plain(alias) == wanted)
    };
    providers.iter().find(is_it).copied()
}

/// The same, or which names look like it.
pub fn known_seller<'a>(
    providers: &[&'a Provider],
    name: &str,
) -> Result<&'a Provider, UnknownModel> {
    seller(providers, name).ok_or_else(|| UnknownModel::NoProvider {
        provider: name.into(),
        suggestions: alike(name, providers.iter().map(|provider| provider.id.clone())),
    })
}

impl Provider {
    /// The model that a name means within this provider.
    pub fn find(&self, name: &str) -> Option<Found<'_>> {
        let found = |model, matched| Found { provider: self, model, matched };
        if let Some(model) = self.models.iter().find(|model| model.id == name) {
            return Some(found(model, Match::Exact));
        }
        let own_prefix = |(prefix, id): (&'_ str, _)| seller(&[self], prefix).map(|_| id);
        let without_prefix = name.split_once('/').and_then(own_prefix);
        let names = [Some(name), without_prefix];
        let listed = names.into_iter().flatten().find_map(|name| self.listed(name));
        let dated =
            || names.into_iter().flatten().find_map(|name| self.listed(without_date(name)?));
        listed.or_else(dated).map(|model| found(model, Match::Alias))
    }

    fn listed(&self, name: &str) -> Option<&Model> {
        let is_it = |text: &String| text.eq_ignore_ascii_case(name);
        self.models.iter().find(|model| is_it(&model.id) || model.aliases.iter().any(is_it))
    }
}

fn find_bare<'a>(providers: &[&'a Provider], name: &str) -> Result<Found<'a>, UnknownModel> {
    let sold: Vec<_> = providers.iter().filter_map(|provider| provider.find(name)).collect();
    let place = |found: &Found| MAKERS.iter().position(|maker| *maker == found.provider.id);
    let made = sold.iter().filter_map(|found| Some((found, place(found)?)));
    let first = made.min_by_key(|(found, place)| (found.matched != Match::Exact, *place));
    match (first, sold.as_slice()) {
        (Some((found, _)), _) | (None, [found]) => Ok(*found),
        (None, []) => Err(no_model(providers, name)),
        (None, _) => Err(UnknownModel::Ambiguous {
            name: name.into(),
            sellers: sold.iter().map(|found| full_name(found.provider, found.model)).collect(),
        }),
    }
}

/// The name without a date of a release at its end: `-2026-09-22`, `-20260922` or `@20260922`.
pub(super) fn without_date(name: &str) -> Option<&str> {
    let cut = |length: usize, marks: &[char]| {
        let (stem, end) = name.split_at_checked(name.len().checked_sub(length)?)?;
        let date = end.strip_prefix(marks)?;
        (!stem.is_empty() && is_date(date)).then_some(stem)
    };
    cut(11, &['-']).or_else(|| cut(9, &['-', '@']))
}

/// Whether a text is a day of the years of this trade, as `2026-09-22` or `20260922`.
fn is_date(text: &str) -> bool {
    let digits: String = match text.split('-').collect::<Vec<_>>()[..] {
        [all] => all.into(),
        [year, month, day] if month.len() == 2 && day.len() == 2 => format!("{year}{month}{day}"),
        _ => return false,
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let number = |range: std::ops::Range<usize>| digits[range].parse::<i16>().ok();
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else {
        return false;
    };
    let part = |value: i16| i8::try_from(value).unwrap_or(i8::MAX);
    (2018..2100).contains(&year) && Date::new(year, part(month), part(day)).is_ok()
}

fn no_model(providers: &[&Provider], name: &str) -> UnknownModel {
    let known = providers
        .iter()
        .flat_map(|provider| provider.models.iter().map(|model| full_name(provider, model)));
    UnknownModel::NoModel { name: name.into(), suggestions: alike(name, known) }
}

fn full_name(provider: &Provider, model: &Model) -> String {
    format!("{}/{}", provider.id, model.id)
}

/// Up to three names that look like one: those that begin with it first, the most alike before others, then makers.
fn alike(name: &str, known: impl Iterator<Item = String>) -> Vec<String> {
    let wanted = name.to_lowercase();
    let likeness = |known: &str| {
        let known = known.to_lowercase();
        let bare = known.split_once('/').map_or(known.as_str(), |(_, id)| id);
        strsim::jaro_winkler(&wanted, &known).max(strsim::jaro_winkler(&wanted, bare))
    };
    // The provider that was written first, then the makers.
    let rank = |known: &str| {
        let provider = known.split_once('/').map_or("", |(provider, _)| provider);
        let written = wanted.split_once('/').is_some_and(|(written, _)| written == provider);
        (written, MAKERS.contains(&provider))
    };
    let begins = |known: &str| {
        let known = known.to_lowercase();
        let bare = known.split_once('/').map_or(known.as_str(), |(_, id)| id);
        known.starts_with(&wanted) || bare.starts_with(&wanted)
    };
    let mut scored: Vec<_> = known
        .map(|known| (likeness(&known), rank(&known), known))
        .filter(|(likeness, ..)| *likeness >= 0.85)
        .collect();
    scored.sort_by(|a, b| {
        let by_provider = b.1.0.cmp(&a.1.0);
        let by_beginning = by_provider.then_with(|| begins(&b.2).cmp(&begins(&a.2)));
        let by_likeness = by_beginning.then_with(|| b.0.total_cmp(&a.0));
        by_likeness.then_with(|| (b.1.1, &a.2).cmp(&(a.1.1, &b.2)))
    });
    scored.into_iter().take(3).map(|(.., known)| known).collect()
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', ' ', '.'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(id: &str, aliases: &[&str], models: &[(&str, &[&str])]) -> Provider {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let model = |&(id, aliases): &(&str, &[&str])| Model {
            id: id.into(),
            aliases: texts(aliases),
            ..Model::default()
        };
        Provider {
            id: id.into(),
            name: id.into(),
            aliases: texts(aliases),
            models: models.iter().map(model).collect(),
            ..Provider::default()
        }
    }

    #[track_caller]
    fn check(provider_name: Option<&str>, name: &str, expected: &str) {
        let book = [
            provider("anthropic", &[], &[("claude-opus-4-1", &["claude-opus-4.1"])]),
            provider("aws", &["bedrock"], &[("claude-opus-4-1", &[]), ("gpt-oss-120b", &[])]),
            provider("groq", &[], &[("openai/gpt-oss-120b", &["gpt-oss-120b"]), ("whisper", &[])]),
            provider("openai", &[], &[("gpt-5", &[]), ("gpt-4o-2024-05-13", &[]), ("gpt-4o", &[])]),
        ];
        let book: Vec<_> = book.iter().collect();
        let found = match find(&book, provider_name, name) {
            Ok(found) => {
                format!("{:?} {}", found.matched, full_name(found.provider, found.model))
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn an_id_is_exact_with_or_without_its_provider() {
        check(Some("openai"), "gpt-5", "Exact openai/gpt-5");
        check(None, "openai/gpt-5", "Exact openai/gpt-5");
        check(None, "gpt-5", "Exact openai/gpt-5");
        check(Some("groq"), "openai/gpt-oss-120b", "Exact groq/openai/gpt-oss-120b");
        check(None, "openai/gpt-oss-120b", "Exact groq/openai/gpt-oss-120b");
    }

    #[test]
    fn case_prefix_date_and_listed_names_are_aliases() {
        check(Some("OpenAI"), "GPT-5", "Alias openai/gpt-5");
        check(Some("openai"), "openai/gpt-5", "Alias openai/gpt-5");
        check(Some("openai"), "gpt-5-2025-08-07", "Alias openai/gpt-5");
        check(Some("anthropic"), "claude-opus-4.1-20250805", "Alias anthropic/claude-opus-4-1");
        check(None, "anthropic/claude-opus-4-1@20250805", "Alias anthropic/claude-opus-4-1");
        check(Some("bedrock"), "claude-opus-4-1", "Exact aws/claude-opus-4-1");
        check(Some("openai"), "gpt-4o-2024-05-13", "Exact openai/gpt-4o-2024-05-13");
    }

    #[test]
    fn a_bare_name_means_the_makers_own() {
        check(None, "claude-opus-4-1", "Exact anthropic/claude-opus-4-1");
        check(None, "whisper", "Exact groq/whisper");
        check(
            None,
            "gpt-oss-120b",
            "Several providers sell `gpt-oss-120b`. Write one of aws/gpt-oss-120b, groq/openai/gpt-oss-120b.",
        );
    }

    #[test]
    fn a_name_that_another_answers_is_followed_to_its_end_or_refused() {
        let mut seller = provider("acme", &[], &[("one", &[]), ("two", &[]), ("three", &[])]);
        let mut reroute = |model: &str, to: &str, from: Date| {
            let span = crate::book::Span { from: Some(from), to: None };
            let (model, to, origin) = (model.into(), to.into(), Default::default());
            seller.terms.reroutes.push(crate::book::Reroute { model, span, to, origin });
        };
        let days = [1, 2, 3].map(|month| jiff::civil::date(2027, month, 1));
        reroute("one", "two", days[0]);
        reroute("two", "three", days[1]);
        reroute("three", "four", days[2]);
        let on = |day: Date| {
            let found = seller.find("one").expect("a model").on(day);
            found.map(|found| found.model.id.clone()).map_err(|error| error.to_string())
        };
        assert_eq!(on(jiff::civil::date(2026, 12, 31)), Ok("one".into()));
        assert_eq!(on(days[0]), Ok("two".into()));
        assert_eq!(on(days[1]), Ok("three".into()));
        let refused =
            "`acme/three` is answered and billed as `four`, which the book does not have.";
        assert_eq!(on(days[2]), Err(refused.into()));
    }

    #[test]
    fn names_that_begin_with_what_was_typed_are_suggested_first() {
        let ids = ["gemini-1.5-pro", "gemini-2.5-pro", "gemini-3.1-pro-preview", "gemini-pro"];
        let google = provider("google", &[], &ids.map(|id| (id, &[][..])));
        for typed in ["google/gemini-3.1-pro", "gemini-3.1-pro", "Google/Gemini-3.1-Pro"] {
            let unknown = find(&[&google], None, typed).expect_err("there is none").to_string();
            let first = "Did you mean google/gemini-3.1-pro-preview, google/gemini-";
            assert!(unknown.contains(first), "{unknown}");
        }
    }

    #[test]
    fn nothing_else_is_guessed() {
        let unknown = "The book has no model called `anthropic/claude-opus-4-10`. \
                       Did you mean anthropic/claude-opus-4-1?";
        check(Some("anthropic"), "claude-opus-4-10", unknown);
        check(
            Some("openai"),
            "gpt-5-2025-13-40",
            "The book has no model called `openai/gpt-5-2025-13-40`. \
             Did you mean openai/gpt-4o-2024-05-13, openai/gpt-5, openai/gpt-4o?",
        );
        check(Some("openai"), "zebra", "The book has no model called `openai/zebra`.");
        check(
            Some("openal"),
            "gpt-5",
            "The book has no provider called `openal`. Did you mean openai?",
        );
    }
}
