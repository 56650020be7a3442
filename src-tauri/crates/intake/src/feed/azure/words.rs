//! What a meter of Azure is of, from the words of its name; nothing where any word of it is not known.

use cost::book::{Bracket, Tier};
use cost::meter::Meter;

/// What one meter prices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Meant {
    /// The model, with the kind of its deployment before it: `data-zone/gpt-5.4`.
    pub model: String,
    /// The tier.
    pub tier: Tier,
    /// The prompts that are long enough for it.
    pub long: Option<Bracket>,
    /// What is billed.
    pub meter: Meter,
}

/// What a meter's name means within a product.
pub fn meant(product: &str, name: &str) -> Option<Meant> {
    let name = name.to_lowercase().replace("data zone", "dz");
    let mut scope = None;
    let (mut input, mut output, mut cached, mut written) = (false, false, false, false);
    let (mut tier, mut is_long, mut unit) = (Tier::Standard, false, None);
    let mut rest = vec![];
    for word in name.split([' ', '-']).filter(|word| !word.is_empty()) {
        match word {
            "gl" | "glb" | "glbl" | "global" => scope = Some(""),
            "dz" | "dzn" | "dzone" | "datazone" => scope = Some("data-zone/"),
            "rg" | "rgnl" | "regn" | "regnl" | "regional" => scope = Some("regional/"),
            "in" | "inp" | "inpt" | "input" => input = true,
            "opt" | "out" | "outp" | "outpt" | "output" => output = true,
            "cd" | "cached" | "cchd" | "ccchd" => cached = true,
            "wr" => written = true,
            "batch" => tier = Tier::Batch,
            "pp" => tier = Tier::Priority,
            "longco" | "l" => is_long = true,
            "std" | "shortco" | "1m" => {}
            "tokens" | "pages" | "search" => unit = Some(word),
            other => rest.push(other),
        }
    }
    let (model, over) = model(product, &rest)?;
    let meter = match (unit?, input, output, cached, written) {
        ("pages", false, false, false, false) => Meter::Page,
        ("search", false, false, false, false) => Meter::RerankSearch,
        ("tokens", true, false, false, false) => Meter::Input,
        ("tokens", false, true, false, false) => Meter::Output,
        ("tokens", _, false, true, false) => Meter::CacheRead,
        ("tokens", false, false, true, true) => Meter::CacheWrite,
        ("tokens", false, false, false, false) if model.contains("embed") => Meter::Input,
        _ => return None,
    };
    // The names say that a prompt is long, its seller elsewhere from where on.
    let long = if is_long { Some(over?) } else { None };
    Some(Meant { model: format!("{}{model}", scope?), tier, long, meter })
}

/// The model of the words that are left, and where its long prompts begin.
fn model(product: &str, words: &[&str]) -> Option<(String, Option<Bracket>)> {
    if product == "Azure OpenAI GPT5" {
        let words = words.strip_prefix(&["gpt"]).unwrap_or(words);
        let [version, kinds @ ..] = words else { return None };
        let is_version = *version == "5"
            || version.strip_prefix("5.").is_some_and(|minor| minor.parse::<u8>().is_ok());
        let known = ["mini", "nano", "pro", "chat", "codex", "max", "luna", "sol", "terra"];
        let is_known = is_version && kinds.iter().all(|kind| known.contains(kind));
        return is_known
            .then(|| (format!("gpt-{}", words.join("-")), Some(Bracket::Over(272_000))));
    }
    let words = words.join("-");
    let named = |table: &[(&str, &str)], words: &str| {
        table.iter().find(|(known, _)| *known == words).map(|(_, id)| (*id).to_owned())
    };
    match product {
        "Azure OpenAI"
        | "Azure OpenAI Reasoning"
        | "Azure OpenAI Embedding"
        | "Azure OpenAI PP FT GPT4s"
        | "Azure OpenAI OSS Models" => {
            let bare = words.strip_prefix("gpt-").unwrap_or(&words);
            named(OPENAI, bare).map(|id| (id, None))
        }
        "Azure Grok Models" => named(GROK, &words).map(|id| (id, Some(Bracket::AtLeast(200_000)))),
        "Azure Deepseek Models"
        | "Azure Kimi"
        | "Azure Llama Models"
        | "Azure Mistral Models"
        | "Cohere Models" => named(OTHERS, &words).map(|id| (id, None)),
        _ => None,
    }
}

const OPENAI: &[(&str, &str)] = &[
    ("4.1", "gpt-4.1"),
    ("4.1-mini", "gpt-4.1-mini"),
    ("4.1-nano", "gpt-4.1-nano"),
    ("4o-0513", "gpt-4o-2024-05-13"),
    ("4o-0806", "gpt-4o-2024-08-06"),
    ("4o-1120", "gpt-4o-2024-11-20"),
    ("4o-mini-0718", "gpt-4o-mini-2024-07-18"),
    ("o1-1217", "o1-2024-12-17"),
    ("o1-mini", "o1-mini"),
    ("o1-preview", "o1-preview"),
    ("o1-pro", "o1-pro"),
    ("o3-0416", "o3-2025-04-16"),
    ("o3-mini-0131", "o3-mini-2025-01-31"),
    ("o3-pro", "o3-pro"),
    ("o4-mini-0416", "o4-mini-2025-04-16"),
    ("codex-mini", "codex-mini"),
    ("oss-120b", "gpt-oss-120b"),
    ("text-embedding-3-large", "text-embedding-3-large"),
    ("text-embedding-3-small", "text-embedding-3-small"),
];

const GROK: &[(&str, &str)] = &[
    ("grok-3", "grok-3"),
    ("grok-3-mini", "grok-3-mini"),
    ("grok-4", "grok-4"),
    ("4.3", "grok-4.3"),
    ("code-fast-1", "grok-code-fast-1"),
];

const OTHERS: &[(&str, &str)] = &[
    ("mai-ds-r1", "MAI-DS-R1"),
    ("r1", "DeepSeek-R1"),
    ("v3", "DeepSeek-V3"),
    ("v3-0324", "DeepSeek-V3-0324"),
    ("v3.1", "DeepSeek-V3.1"),
    ("v3.2", "DeepSeek-V3.2"),
    ("v4-flash", "DeepSeek-V4-Flash"),
    ("v4-pro", "DeepSeek-V4-Pro"),
    ("k2-thinking", "Kimi-K2-Thinking"),
    ("k2.7-code", "Kimi-K2.7-Code"),
    ("llama-3.3-70b", "Llama-3.3-70B-Instruct"),
    ("llama-4-maverick-17b", "Llama-4-Maverick-17B-128E-Instruct-FP8"),
    ("large-3", "Mistral-Large-3"),
    ("doc-ai-2505", "mistral-document-ai-2505"),
    ("doc-ai-2512", "mistral-document-ai-2512"),
    ("command-a", "cohere-command-a"),
    ("embed-v4-txt", "embed-v-4-0"),
    ("rerank-v4-fast", "Cohere-rerank-v4.0-fast"),
    ("rerank-v4-pro", "Cohere-rerank-v4.0-pro"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(product: &str, name: &str, expected: &str) {
        let said = meant(product, name).map_or("none".into(), |meant| {
            let long = meant.long.map(|long| format!(" from {}", long.first_tokens()));
            let (tier, meter) = (meant.tier.name(), meant.meter.name());
            format!("{} {tier} {meter}{}", meant.model, long.unwrap_or_default())
        });
        assert_eq!(said, expected, "{name}");
    }

    #[test]
    fn a_name_is_read_word_by_word() {
        let gpt5 = "Azure OpenAI GPT5";
        check(gpt5, "5.4 opt Gl 1M Tokens", "gpt-5.4 standard output");
        check(
            gpt5,
            "GPT 5 Mini Batch Inpt cchd Dzone 1M Tokens",
            "data-zone/gpt-5-mini batch cache_read",
        );
        check(gpt5, "5 pp cd inp Gl 1M Tokens", "gpt-5 priority cache_read");
        check(
            gpt5,
            "5.6 sol LongCo Cd Wr Std DZ 1M Tokens",
            "data-zone/gpt-5.6-sol standard cache_write from 272001",
        );
        check(
            "Azure OpenAI",
            "gpt 4.1 mini Inp Data Zone Tokens",
            "data-zone/gpt-4.1-mini standard input",
        );
        check(
            "Azure OpenAI",
            "gpt 4o 1120 Outp regnl Tokens",
            "regional/gpt-4o-2024-11-20 standard output",
        );
        check("Azure Grok Models", "4.3 Inp Glbl L Tokens", "grok-4.3 standard input from 200000");
        check(
            "Azure Deepseek Models",
            "V4 Pro cached glbl Tokens",
            "DeepSeek-V4-Pro standard cache_read",
        );
        check(
            "Cohere Models",
            "Rerank v4 Pro DZ Search",
            "data-zone/Cohere-rerank-v4.0-pro standard rerank_search",
        );
    }

    #[test]
    fn a_word_that_is_not_known_makes_the_meter_unread() {
        let gpt5 = "Azure OpenAI GPT5";
        check(gpt5, "5.2 chat 0210 opt Gl 1M Tokens", "none");
        check(gpt5, "chat-latest 05052026 inp Gl 1M Tokens", "none");
        check("Azure OpenAI", "gpt-4.1-nano-ft mdl grdr inpt Tokens", "none");
        check("Azure OpenAI", "gpt-4o-rt-aud-1217 Outp glbl Tokens", "none");
        check("Azure Grok Models", "Provisioned Managed Global Unit", "none");
        check("Azure OpenAI", "gpt 4.1 Outp Tokens", "none");
    }
}
