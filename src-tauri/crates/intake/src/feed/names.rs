//! What a seller is called here, and what others call it.

/// Providers of others that are one of ours: our id, our name for it, the word of its own sellers first, others after.
///
/// Where a feed lists a model twice for one of ours, the first word's has the name.
const KNOWN: &[(&str, &str, &[&str])] = &[
    ("anthropic", "Anthropic", &["anthropic"]),
    (
        "aws",
        "AWS Bedrock",
        &["bedrock", "bedrock_converse", "amazon-bedrock", "bedrock_mantle", "amazon_nova"],
    ),
    ("azure", "Microsoft Azure", &["azure", "azure_ai", "azure_text", "azure-cognitive-services"]),
    ("cloudflare", "Cloudflare Workers AI", &["cloudflare", "cloudflare-workers-ai"]),
    ("cohere", "Cohere", &["cohere", "cohere_chat"]),
    ("deepseek", "Deepseek", &["deepseek"]),
    ("fireworks", "Fireworks", &["fireworks", "fireworks_ai", "fireworks-ai"]),
    ("github-copilot", "GitHub Copilot", &["github-copilot", "github_copilot"]),
    ("google", "Google", &["google", "gemini", "vertex_ai", "google-vertex", "vertex"]),
    ("groq", "Groq", &["groq"]),
    ("meta", "Meta", &["meta", "meta_llama"]),
    ("minimax", "MiniMax", &["minimax"]),
    ("mistral", "Mistral", &["mistral", "codestral", "text-completion-codestral"]),
    ("moonshotai", "MoonshotAi", &["moonshotai", "moonshot"]),
    ("novita", "Novita", &["novita", "novita-ai"]),
    ("openai", "OpenAI", &["openai", "text-completion-openai"]),
    ("openrouter", "OpenRouter", &["openrouter"]),
    ("perplexity", "Perplexity", &["perplexity"]),
    ("together", "Together AI", &["together", "together_ai", "togetherai"]),
    ("vercel", "Vercel AI Gateway", &["vercel", "vercel_ai_gateway"]),
    ("voyageai", "Voyage AI", &["voyageai", "voyage"]),
    ("x-ai", "X AI", &["x-ai", "xai"]),
    ("zai", "Z.AI", &["zai"]),
];

/// Our id for a provider of others; its own where it is none of ours.
pub fn ours(word: &str) -> &str {
    let family = FAMILIES.iter().find(|(start, _)| word.starts_with(start));
    let known = KNOWN.iter().find(|(_, _, words)| words.contains(&word));
    known.map(|(id, _, _)| *id).or(family.map(|(_, id)| *id)).unwrap_or(word)
}

/// The same for what somebody writes in a table: in any letters, also by its name or a name that others have for it.
pub fn meant(word: &str) -> String {
    let lower = word.to_lowercase();
    let known = ours(&lower);
    let is_other = |(_, names): &&(&str, &[&str])| names.contains(&lower.as_str());
    let is_named = |(_, name, _): &&(&str, &str, _)| name.eq_ignore_ascii_case(word);
    let other = OTHERS.iter().find(is_other).map(|(id, _)| *id);
    let named = || KNOWN.iter().find(is_named).map(|(id, _, _)| *id);
    match known == lower {
        true => other.or_else(named).unwrap_or(known).into(),
        false => known.into(),
    }
}

/// Words that go on: `vertex_ai-anthropic_models`.
const FAMILIES: &[(&str, &str)] = &[
    ("vertex_ai-", "google"),
    ("google-vertex-", "google"),
    ("bedrock_", "aws"),
    ("fireworks_ai-", "fireworks"),
];

/// How near a provider's word is to our own: its models go before those of the others.
pub fn rank(word: &str) -> usize {
    let place = |words: &[&str]| words.iter().position(|own| *own == word);
    KNOWN.iter().find_map(|(_, _, words)| place(words)).unwrap_or(usize::MAX)
}

/// The name of one of our providers; nothing where it is none of them.
pub fn name(id: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _, _)| *known == id).map(|(_, name, _)| *name)
}

/// Provider names of OpenTelemetry's `gen_ai.provider.name` and of common proxies.
pub fn aliases(id: &str) -> &'static [&'static str] {
    OTHERS.iter().find(|(known, _)| *known == id).map_or(&[], |(_, names)| *names)
}

const OTHERS: &[(&str, &[&str])] = &[
    ("aws", &["aws.bedrock"]),
    ("azure", &["azure.ai.inference", "azure.ai.openai", "azure_openai"]),
    ("fireworks", &["fireworks_ai"]),
    ("google", &["gcp.gemini", "gcp.gen_ai", "gcp.vertex_ai", "vertex_ai"]),
    ("meta", &["meta_llama"]),
    ("mistral", &["mistral_ai", "mistralai"]),
    ("moonshotai", &["moonshot"]),
    ("voyageai", &["voyage"]),
    ("x-ai", &["xai"]),
    ("zai", &["z-ai"]),
];
