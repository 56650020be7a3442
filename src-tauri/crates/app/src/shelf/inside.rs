//! The price files inside the program.

/// What the converted book lacks or has wrong, for the providers of whom there is something.
macro_rules! curated {
    ($($id:literal)*) => {
        /// What the converted book lacks or has wrong, by provider.
        pub const CURATED: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../../../../prices/curated/", $id, ".toml")))),*];
    };
}

/// The name and the text of each price file inside the program.
macro_rules! embedded {
    ($($id:literal)*) => {
        /// The price files, by provider.
        pub const EMBEDDED: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../../../../prices/", $id, ".toml")))),*];
    };
}

embedded! {
    "anthropic" "arcee" "avian" "aws" "azure" "baseten" "cerebras" "cloudflare" "cohere"
    "cursor" "databricks" "deepseek" "doubleword" "elevenlabs" "fireworks" "github-copilot"
    "google" "groq" "huggingface_cerebras" "huggingface_fireworks-ai" "huggingface_groq"
    "huggingface_hyperbolic" "huggingface_nebius" "huggingface_novita" "huggingface_nscale"
    "huggingface_ovhcloud" "huggingface_publicai" "huggingface_sambanova" "huggingface_together"
    "meta" "minimax" "mistral" "modal" "moonshotai" "novita" "openai" "openai-decisions"
    "openrouter" "ovhcloud" "perplexity" "pinecone" "quicksilverpro" "together" "turbopuffer"
    "typesafe" "voyageai" "x-ai" "zai" "zhipuai"
}

curated! {
    "anthropic" "aws" "azure" "cohere" "deepseek" "github-copilot" "google" "groq" "mistral"
    "openai" "pinecone" "turbopuffer" "voyageai" "x-ai"
}

/// What tiers cost before the converted book knows them.
pub const TIERS: &[(&str, &str)] = &[
    ("anthropic", include_str!("../../../../prices/curated/tiers/anthropic.toml")),
    ("google", include_str!("../../../../prices/curated/tiers/google.toml")),
    ("openai", include_str!("../../../../prices/curated/tiers/openai.toml")),
    ("x-ai", include_str!("../../../../prices/curated/tiers/x-ai.toml")),
];
