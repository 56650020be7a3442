//! The shortest beginning that vendors cache.

use crate::model::gemini_version;
use crate::rules::{Model, Rules};

/// The fewest tokens of a beginning that a vendor caches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Least {
    /// How many.
    pub tokens: u64,
    /// Where that stands.
    pub source: &'static str,
}

const ANTHROPIC: &str = "the fewest that Anthropic caches (prompt caching page, read 2026-11)";
const BEDROCK: &str = "the fewest that Bedrock caches (its prompt caching page, read 2026-11)";
const OPENAI: &str = "the fewest that OpenAI caches (prompt caching page, read 2026-11)";
const GOOGLE: &str =
    "the fewest that Google caches without being asked (context caching page, read 2026-11)";

/// The shortest beginning that is cached on a provider's model; nothing where no page names one.
pub fn shortest_cached(provider: &str, model: &str) -> Option<Least> {
    let is_bedrock = ["aws", "bedrock"].contains(&provider.to_ascii_lowercase().as_str());
    let model = Model::of(provider, model);
    let is = |line: &str| model.name.contains(line);
    let least = |tokens, source| Some(Least { tokens, source });
    match model.rules {
        Rules::Claude(5, 0 | 5) if is("opus") => least(512, ANTHROPIC),
        Rules::Claude(5, 5) if is("haiku") => least(512, ANTHROPIC),
        Rules::Claude(5..=9, _) if is("fable") => least(512, ANTHROPIC),
        Rules::Claude(4, _) | Rules::Claude(5, 0) if is("sonnet") => least(1024, ANTHROPIC),
        Rules::Claude(4, 8) if is("opus") => least(1024, ANTHROPIC),
        Rules::Claude(4, 7) if is("opus") && is_bedrock => least(4096, BEDROCK),
        Rules::Claude(4, 7) if is("opus") => least(2048, ANTHROPIC),
        Rules::Claude(4, 5 | 6) if is("opus") => least(4096, ANTHROPIC),
        Rules::Claude(4, 5) if is("haiku") => least(4096, ANTHROPIC),
        Rules::Cookbook | Rules::OpenAi if model.is_any(CACHED_BY_OPENAI) => least(1024, OPENAI),
        Rules::Gemini(_) => match gemini_version(&model.name)? {
            (2, 5) => least(2048, GOOGLE),
            (3, 1) if is("pro") => least(4096, GOOGLE),
            (3, _) if is("flash") && !is("lite") => least(4096, GOOGLE),
            _ => None,
        },
        Rules::Claude(..) | Rules::Cookbook | Rules::OpenAi | Rules::Other | Rules::Texts => None,
    }
}

/// Earlier models have no price for what is cached.
const CACHED_BY_OPENAI: &[&str] = &["gpt-4o", "gpt-4.1", "gpt-5", "gpt-6", "o1", "o3", "o4-mini"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_the_least_of_its_vendors_page() {
        let check = |provider, model, expected| {
            let least = shortest_cached(provider, model).map(|least| least.tokens);
            assert_eq!(least, expected, "{provider} {model}");
        };
        check("anthropic", "claude-opus-5-5", Some(512));
        check("anthropic", "claude-haiku-5-5", Some(512));
        check("anthropic", "claude-fable-5-1", Some(512));
        check("anthropic", "claude-sonnet-5", Some(1024));
        check("anthropic", "claude-sonnet-4-6", Some(1024));
        check("anthropic", "claude-opus-4-8", Some(1024));
        check("anthropic", "claude-opus-4-7", Some(2048));
        check("aws", "anthropic.claude-opus-4-7-v1", Some(4096));
        check("anthropic", "claude-opus-4-6", Some(4096));
        check("anthropic", "claude-haiku-4-5", Some(4096));
        check("openrouter", "anthropic/claude-haiku-4.5", Some(4096));
        check("openai", "gpt-5.4-mini", Some(1024));
        check("openai", "gpt-4o", Some(1024));
        check("google", "gemini-2.5-pro", Some(2048));
        check("google", "gemini-3.1-pro-preview", Some(4096));
        check("google", "gemini-3.5-flash", Some(4096));
        // No page names these.
        check("anthropic", "claude-sonnet-5-5", None);
        check("anthropic", "claude-opus-4-1", None);
        check("anthropic", "claude-3-5-haiku-latest", None);
        check("openai", "gpt-4-turbo", None);
        check("google", "gemini-2.0-flash", None);
        check("mistral", "mistral-large", None);
    }
}
