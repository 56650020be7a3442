//! Which counting a model's name asks for.

use crate::family::{Counting, Family};
use crate::tokenizer::Vocabulary;

/// How a provider's model counts its tokens.
///
/// `provider` may be empty when only the model's name is known. Prefixes of a reseller, names of
/// fine-tuned models and marks behind a colon are seen through: `openai/gpt-5:batch`,
/// `regional.anthropic.claude-3-haiku-20240307-v1:0`, `ft:gpt-4o-mini:org`.
pub fn counting(provider: &str, model: &str) -> Counting {
    let provider = provider.to_ascii_lowercase();
    let model = model.to_ascii_lowercase();
    let (maker, name) = maker_and_name(&provider, &model);
    RULES
        .iter()
        .find(|rule| {
            is_of_family(name, rule.family)
                && rule.maker.is_none_or(|of| maker.is_none_or(|is| is == of))
        })
        .map(|rule| rule.vocabulary)
        .or_else(|| open_family(name))
        .map_or_else(|| unlisted(maker, name), Counting::Exact)
}

/// Models of one name and their variants: `gpt-4` holds for `gpt-4-32k`, not for `gpt-4o`.
struct Rule {
    family: &'static str,
    vocabulary: Vocabulary,
    /// The names of the oldest models are words that others use too.
    maker: Option<&'static str>,
}

const fn rule(family: &'static str, vocabulary: Vocabulary) -> Rule {
    Rule { family, vocabulary, maker: None }
}

const fn openai(family: &'static str, vocabulary: Vocabulary) -> Rule {
    Rule { family, vocabulary, maker: Some("openai") }
}

/// The first that fits holds. Source: `tiktoken/model.py` of tiktoken 0.14.0; GPT-6 is not in it
/// and is taken to keep the vocabulary that OpenAI has used since GPT-4o.
const RULES: &[Rule] = {
    use Vocabulary::{Cl100kBase, O200kBase, O200kHarmony, P50kBase, R50kBase};
    &[
        rule("gpt-oss", O200kHarmony),
        rule("gpt-6", O200kBase),
        rule("gpt-5", O200kBase),
        rule("gpt-4.5", O200kBase),
        rule("gpt-4.1", O200kBase),
        rule("gpt-4o", O200kBase),
        rule("chatgpt-4o", O200kBase),
        openai("o1", O200kBase),
        openai("o3", O200kBase),
        openai("o4", O200kBase),
        openai("codex-mini", O200kBase),
        rule("gpt-4", Cl100kBase),
        rule("gpt-3.5", Cl100kBase),
        rule("gpt-35-turbo", Cl100kBase),
        rule("text-embedding-3", Cl100kBase),
        rule("text-embedding-ada-002", Cl100kBase),
        openai("davinci-002", Cl100kBase),
        openai("babbage-002", Cl100kBase),
        openai("text-davinci-003", P50kBase),
        openai("text-davinci-002", P50kBase),
        openai("text-davinci-edit", P50kBase),
        openai("code-davinci", P50kBase),
        openai("code-cushman", P50kBase),
        openai("davinci-codex", P50kBase),
        openai("cushman-codex", P50kBase),
        openai("text-davinci-001", R50kBase),
        openai("text-curie-001", R50kBase),
        openai("text-babbage-001", R50kBase),
        openai("text-ada-001", R50kBase),
        openai("text-similarity", R50kBase),
        openai("text-search", R50kBase),
        openai("code-search", R50kBase),
        openai("davinci", R50kBase),
        openai("curie", R50kBase),
        openai("babbage", R50kBase),
        openai("ada", R50kBase),
        rule("gpt-2", R50kBase),
        rule("gpt2", R50kBase),
    ]
};

/// The vocabulary of a model whose maker published it; nothing for what its makers host alone, and
/// for later generations, which are only guessed to keep it.
fn open_family(name: &str) -> Option<Vocabulary> {
    let is_any = |families: &[&str]| families.iter().any(|family| is_of_family(name, family));
    let hosted = ["-max", "-plus", "-turbo", "-flash", "-prime"];
    let is_hosted = hosted.iter().any(|mark| name.contains(mark));
    if is_any(&["llama-3", "llama3", "llama-guard-3", "deepseek-r1-distill-llama"])
        || ["llama-v3p", "llama3p"].iter().any(|family| name.starts_with(family))
    {
        Some(Vocabulary::Llama3)
    } else if is_any(&["qwen3.5", "qwen3.6", "qwen-3.5", "qwen-3.6", "qwen3p5", "qwen3p6"]) {
        (!is_hosted).then_some(Vocabulary::Qwen35)
    } else if ["qwen3.", "qwen-3."].iter().any(|later| name.starts_with(later)) {
        None
    } else if is_any(&["qwen3", "qwen-3", "qwen2", "qwen-2", "qwen2p5", "qwq"])
        || is_any(&["deepseek-r1-distill-qwen"])
    {
        (!is_hosted).then_some(Vocabulary::Qwen3)
    } else if is_any(&["deepseek-r1-0528-qwen3"]) {
        None // a Qwen with a vocabulary that was not looked at
    } else if is_any(&["deepseek-v3", "deepseek-v4", "deepseek-r1"])
        || is_any(&["deepseek-chat", "deepseek-reasoner"])
    {
        Some(Vocabulary::DeepSeekV3)
    } else if is_any(&["mistral-nemo", "open-mistral-nemo", "pixtral-12b", "magistral-small"])
        || is_any(&[
            "mistral-small-24b",
            "mistral-small-3.1",
            "mistral-small-3.2",
            "devstral-small",
        ])
    {
        Some(Vocabulary::Tekken)
    } else if is_any(&["gemma-3"]) || is_gemini_of_gemma(name) {
        Some(Vocabulary::Gemma3)
    } else {
        None
    }
}

/// Whether it is a Gemini that counts in the vocabulary of Gemma 3.
fn is_gemini_of_gemma(name: &str) -> bool {
    match gemini_version(name) {
        Some((2, 0 | 5)) => true,
        Some((3, 0)) => ["pro", "flash"].iter().any(|size| name.split('-').any(|it| it == *size)),
        _ => false,
    }
}

/// The family of a model without a public vocabulary of ours.
fn unlisted(maker: Option<&str>, name: &str) -> Counting {
    let is_any = |families: &[&str]| families.iter().any(|family| is_of_family(name, family));
    Counting::Estimated(if name.starts_with("claude") {
        if is_older_claude(name) { Family::ClaudeOlder } else { Family::ClaudeNewer }
    } else if is_any(&["gemma-4"]) || matches!(gemini_version(name), Some((3, 1 | 5))) {
        Family::Gemma4
    } else if name.starts_with("gemini") || name.starts_with("gemma") {
        Family::Gemini
    } else if is_any(&["nova"]) {
        Family::Nova
    } else if maker == Some("openai") {
        Family::OpenAi
    } else {
        Family::Other
    })
}

/// Claude up to 4.6; a name without numbers is the latest model.
fn is_older_claude(name: &str) -> bool {
    claude_version(name).map_or_else(|| name.contains("instant"), |version| version < (4, 7))
}

/// The first two numbers in the name of a Claude model.
pub(crate) fn claude_version(name: &str) -> Option<(u32, u32)> {
    // Bedrock puts the number of its own build behind that of the model.
    let built = name.strip_suffix("-v1").or(name.strip_suffix("-v2"));
    let stem = built.filter(|stem| stem.contains(|char: char| char.is_ascii_digit()));
    let mut numbers = stem
        .unwrap_or(name)
        .split(|char: char| !char.is_ascii_digit())
        .filter(|digits| (1..=2).contains(&digits.len())) // longer ones are dates
        .filter_map(|digits| digits.parse::<u32>().ok());
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

/// The version in the name of a Gemini that writes: `gemini-1.5-pro`, and `gemini-pro-1.5` as
/// resellers have it. The numbers of its siblings, as `gemini-omni-1.1`, are their own.
pub(crate) fn gemini_version(name: &str) -> Option<(u32, u32)> {
    let rest = name.strip_prefix("gemini-")?;
    if ["pro", "pro-vision"].contains(&rest) {
        return Some((1, 0));
    }
    let sizes = ["flash-lite-", "flash-", "pro-", "ultra-", "live-"];
    let rest = sizes.iter().find_map(|size| rest.strip_prefix(size)).unwrap_or(rest);
    let version = rest.split(|next: char| !next.is_ascii_alphanumeric() && next != '.').next()?;
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    let number = |digits: &str| digits.parse().ok().filter(|_| digits.len() <= 2);
    Some((number(major)?, number(minor)?))
}

/// The maker, where provider or name tell it, and the model's name without what resellers add.
pub(crate) fn maker_and_name<'a>(provider: &'a str, model: &'a str) -> (Option<&'a str>, &'a str) {
    let mut maker = match provider {
        "" | "openrouter" | "github-copilot" | "azure" => None,
        named => Some(named),
    };
    let mut name = model;
    if let Some((path, last)) = name.rsplit_once('/') {
        let owner = path.rsplit_once('/').map_or(path, |(_, owner)| owner);
        maker = Some(owner.trim_start_matches('~'));
        name = last;
    }
    for known in ["openai", "anthropic", "amazon", "meta", "mistral", "qwen", "google", "deepseek"]
    {
        // Bedrock's names: `anthropic.claude-…`, `global.openai.gpt-…`.
        if let Some((region, last)) = name.split_once(known)
            && (region.is_empty() || region.ends_with('.'))
            && let Some(last) = last.strip_prefix('.')
        {
            maker = Some(known);
            name = last;
        }
    }
    for mark in ["databricks-", "ft:"] {
        name = name.strip_prefix(mark).unwrap_or(name);
    }
    name = name.split_once(':').map_or(name, |(name, _)| name);
    (maker, name)
}

pub(crate) fn is_of_family(name: &str, family: &str) -> bool {
    name.strip_prefix(family)
        .is_some_and(|variant| !variant.starts_with(|next: char| next.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(provider: &str, model: &str, expected: &str) {
        assert_eq!(counting(provider, model).short_name(), expected, "{provider} {model}");
    }

    #[test]
    fn the_models_of_openai_have_their_vocabularies() {
        check("openai", "gpt-6.1-sol", "o200k");
        check("openai", "gpt-5-nano", "o200k");
        check("openai", "gpt-4.1", "o200k");
        check("openai", "gpt-4o-mini", "o200k");
        check("openai", "chatgpt-4o-latest", "o200k");
        check("openai", "o3-deep-research", "o200k");
        check("openai", "gpt-4", "cl100k");
        check("openai", "gpt-4-turbo", "cl100k");
        check("azure", "gpt-35-turbo", "cl100k");
        check("openai", "text-embedding-3-small", "cl100k");
        check("openai", "davinci-002", "cl100k");
        check("openai", "text-davinci-003", "p50k");
        check("openai", "davinci", "r50k");
        check("groq", "openai/gpt-oss-safeguard-20b", "harmony");
    }

    #[test]
    fn what_resellers_add_is_seen_through() {
        check("openrouter", "openai/gpt-5.4-mini:batch", "o200k");
        check("openrouter", "o1-mini", "o200k");
        check("aws", "regional.openai.gpt-5.6-luna", "o200k");
        check("aws", "openai.gpt-oss-20b-1:0", "harmony");
        check("cloudflare", "@cf/openai/gpt-oss-120b", "harmony");
        check("databricks", "databricks-gpt-oss-120b", "harmony");
        check("openai", "ft:gpt-3.5-turbo:acme:desk:id", "cl100k");
        check("", "GPT-4o", "o200k");
    }

    #[test]
    fn a_look_alike_is_not_taken_for_the_model() {
        check("acme", "o3", "other");
        check("acme", "ada", "other");
        check("openai", "gpt-40", "openai-other");
        check("azure", "phi-4", "other");
        check("eleuther", "gpt-j-6b", "other");
        check("", "gpt-5x", "other");
    }

    #[test]
    fn claude_changed_its_tokens_with_4_7() {
        check("anthropic", "claude-v1", "claude-older");
        check("anthropic", "claude-instant", "claude-older");
        check("anthropic", "claude-3-5-sonnet", "claude-older");
        check("", "claude-sonnet-3.5", "claude-older");
        check("", "claude-4.8-opus", "claude-newer");
        check("google", "claude-4-opus", "claude-older");
        check("aws", "regional.anthropic.claude-sonnet-4-20250514-v1:0", "claude-older");
        check("anthropic", "claude-opus-4-6", "claude-older");
        check("openrouter", "anthropic/claude-opus-4.7-fast", "claude-newer");
        check("aws", "global.anthropic.claude-sonnet-5-v1:0", "claude-newer");
        check("anthropic", "claude-haiku-5-5", "claude-newer");
        check("openrouter", "~anthropic/claude-opus-latest", "claude-newer");
    }

    #[test]
    fn open_families_have_their_vocabularies() {
        check("aws", "meta.llama3-1-70b-instruct-v1:0", "llama3");
        check("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", "llama3");
        check("groq", "llama-3.3-70b-versatile", "llama3");
        check("", "llama-4-scout", "other");
        check("openrouter", "qwen/qwen-2.5-72b-instruct:free", "qwen3");
        check("aws", "qwen.qwen3-32b-v1:0", "qwen3");
        check("", "Qwen3.6-27B", "qwen3-5");
        check("", "qwen3.8-27b", "other");
        check("", "qwen3-max", "other");
        check("deepseek", "deepseek-v4-pro", "deepseek-v3");
        check("", "deepseek-r1-distill-llama-70b", "llama3");
        check("", "deepseek-r1-distill-qwen-32b", "qwen3");
        check("", "deepseek-r1-0528", "deepseek-v3");
        check("", "deepseek-coder", "other");
        check("openrouter", "mistralai/mistral-nemo", "tekken");
        check("", "mistral-7b-instruct", "other");
        check("aws", "google.gemma-3-27b-it", "gemma3");
        check("google", "gemini-2.5-flash-lite", "gemma3");
        check("google", "gemini-3-pro-preview", "gemma3");
    }

    #[test]
    fn the_rest_is_estimated() {
        check("google", "gemini-3.1-pro-preview", "gemma4");
        check("google", "gemini-4-argon", "gemini");
        check("google", "gemini-1.5-pro", "gemini");
        check("openrouter", "google/gemini-pro-1.5", "gemini");
        check("", "gemini-flash-2.5", "gemma3");
        check("", "gemini-pro-3.1", "gemma4");
        check("aws", "global.amazon.nova-2-lite-v1:0", "nova");
        check("openai", "gpt-realtime", "openai-other");
        check("openrouter", "~openai/gpt-latest", "openai-other");
        check("mistral", "mistral-large", "other");
        check("", "", "other");
    }
}
