//! Whose written rules hold for a model's framing, tools and images.

use crate::model::{claude_version, gemini_version, is_of_family, maker_and_name};

/// A model, by its name without what resellers add.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) rules: Rules,
}

/// Whose rules a model is billed by, as far as they are written down.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Rules {
    /// The models for which OpenAI's cookbook gives the framing to the token.
    Cookbook,
    /// Later models of OpenAI.
    OpenAi,
    /// Claude, by version.
    Claude(u32, u32),
    /// Gemini, by its first number; 0 where its name does not tell which one it is.
    Gemini(u32),
    /// All others.
    Other,
    /// No model's: what a vocabulary makes of the texts alone.
    Texts,
}

impl Model {
    /// A provider's model. `provider` may be empty.
    pub(crate) fn of(provider: &str, model: &str) -> Self {
        let (provider, model) = (provider.to_ascii_lowercase(), model.to_ascii_lowercase());
        let (maker, name) = maker_and_name(&provider, &model);
        let is_any = |families: &[&str]| families.iter().any(|of| is_of_family(name, of));
        let starts = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        let is_openai = maker.is_none_or(|maker| maker == "openai");
        let rules = if is_any(&["gpt-4o", "gpt-4", "gpt-3.5", "gpt-35-turbo", "chatgpt-4o"])
            && !starts(&["gpt-4.", "gpt-4-turbo", "gpt-4-vision"])
        {
            Rules::Cookbook
        } else if starts(&["gpt-", "chatgpt-"]) && !starts(&["gpt-oss", "gpt-2", "gpt-j"])
            || is_openai && is_any(&["o1", "o3", "o4"])
        {
            Rules::OpenAi
        } else if name.starts_with("claude") {
            // A name without numbers is the latest.
            let (major, minor) = claude_version(name).unwrap_or((u32::MAX, 0));
            Rules::Claude(major, minor)
        } else if name.starts_with("gemini-") {
            let newest = if name.ends_with("-latest") { u32::MAX } else { 0 };
            Rules::Gemini(gemini_version(name).map_or(newest, |(major, _)| major))
        } else {
            Rules::Other
        };
        Model { name: name.to_owned(), rules }
    }

    /// No model: the texts alone.
    pub(crate) fn none() -> Self {
        Model { name: String::new(), rules: Rules::Texts }
    }

    /// Whether it is one of these, or a variant of one.
    pub(crate) fn is_any(&self, families: &[&str]) -> bool {
        families.iter().any(|family| is_of_family(&self.name, family))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_go_by_the_models_name() {
        let check = |provider, model, rules| {
            assert_eq!(Model::of(provider, model).rules, rules, "{provider} {model}");
        };
        check("openai", "gpt-4o-mini", Rules::Cookbook);
        check("openai", "gpt-4-0613", Rules::Cookbook);
        check("azure", "gpt-35-turbo", Rules::Cookbook);
        check("openai", "gpt-4.1", Rules::OpenAi);
        check("openai", "gpt-4-turbo", Rules::OpenAi);
        check("openrouter", "openai/gpt-5.4-mini:batch", Rules::OpenAi);
        check("openai", "o3", Rules::OpenAi);
        check("acme", "o3", Rules::Other);
        check("groq", "openai/gpt-oss-120b", Rules::Other);
        check("aws", "regional.anthropic.claude-sonnet-4-20250514-v1:0", Rules::Claude(4, 0));
        check("anthropic", "claude-3-5-haiku-latest", Rules::Claude(3, 5));
        check("anthropic", "claude-opus-4.7-fast", Rules::Claude(4, 7));
        check("google", "gemini-3.1-pro-preview", Rules::Gemini(3));
        check("google", "gemini-1.5-pro", Rules::Gemini(1));
        check("openrouter", "google/gemini-pro-1.5", Rules::Gemini(1));
        check("openrouter", "google/gemini-flash-1.5-8b", Rules::Gemini(1));
        check("google", "gemini-pro", Rules::Gemini(1));
        check("google", "gemini-flash-lite-latest", Rules::Gemini(u32::MAX));
        check("google", "gemini-omni-1.1-flash", Rules::Gemini(0));
        check("google", "gemini-nano-banana-2.1", Rules::Gemini(0));
        check("anthropic", "claude-sonnet-3.5", Rules::Claude(3, 5));
        check("anthropic", "claude-3.5-sonnet", Rules::Claude(3, 5));
        check("google", "gemma-3-27b-it", Rules::Other);
        check("mistral", "mistral-large", Rules::Other);
    }
}
