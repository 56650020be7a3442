//! Which formats of price books are read, and which of them a file is.

use serde_json::{Map, Value};

/// A format of price books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// genai-prices v2, JSON.
    Genai,
    /// LiteLLM's `model_prices_and_context_window.json`.
    LiteLlm,
    /// models.dev's `api.json`.
    ModelsDev,
    /// A snapshot of model-prices, JSON.
    ModelPrices,
    /// metergraph's catalogue, YAML.
    Metergraph,
    /// Azure retail meters, JSON.
    Azure,
    /// One of our own price files.
    OursToml,
    /// Our own table, CSV.
    OursCsv,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::Genai,
        Self::LiteLlm,
        Self::ModelsDev,
        Self::ModelPrices,
        Self::Metergraph,
        Self::Azure,
        Self::OursToml,
        Self::OursCsv,
    ];

    /// Its id in JSON and on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Genai => "genai",
            Self::LiteLlm => "litellm",
            Self::ModelsDev => "models-dev",
            Self::ModelPrices => "model-prices",
            Self::Metergraph => "metergraph",
            Self::Azure => "azure",
            Self::OursToml => "toml",
            Self::OursCsv => "csv",
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Genai => "genai-prices v2",
            Self::LiteLlm => "LiteLLM",
            Self::ModelsDev => "models.dev",
            Self::ModelPrices => "model-prices",
            Self::Metergraph => "metergraph",
            Self::Azure => "Azure retail meters",
            Self::OursToml => "Forebill TOML",
            Self::OursCsv => "Forebill CSV",
        }
    }

    /// The format of a file, by what is in it.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        look(bytes).ok()
    }
}

/// The format of a file, or what it is instead.
pub fn look(bytes: &[u8]) -> Result<Format, String> {
    let text = text(bytes)?;
    if text.trim().is_empty() {
        return Err("an empty file".into());
    }
    if text.trim_start().starts_with(['{', '[']) {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => return json(&value),
            // A price file may begin with `[[model]]`.
            Err(error) => return ours(text).ok_or_else(|| format!("broken JSON ({error})")),
        }
    }
    ours(text).or_else(|| yaml(text)).ok_or_else(|| {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        format!("a text that begins with `{}`", short(first.trim()))
    })
}

/// Whether a file is a workbook of Excel: a packed folder with one in it, or one of the old form.
pub fn is_workbook(bytes: &[u8]) -> bool {
    let has = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    (bytes.starts_with(b"PK\x03\x04") && has(b"xl/workbook"))
        || bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// A table without the line in which Excel says what stands between the cells, and how many lines that is.
pub fn without_mark(text: &str) -> (&str, u32) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let first = first.trim().trim_matches('"');
    let is_mark = first.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="));
    if is_mark { (rest, 1) } else { (text, 0) }
}

/// A file as text, without the mark that some programs put before it.
pub fn text(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("no text in UTF-8 from byte {} on", error.valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The first letters of a text.
pub fn short(text: &str) -> String {
    const LETTERS: usize = 60;
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    text.chars().take(LETTERS).chain(['…']).collect()
}

fn json(value: &Value) -> Result<Format, String> {
    match value {
        Value::Array(list) => {
            let is_genai = |each: &Value| each["id"].is_string() && each["models"].is_array();
            if list.first().is_some_and(is_genai) {
                return Ok(Format::Genai);
            }
            Err(format!("a JSON list of {}", list.len()))
        }
        Value::Object(map) => object(map).ok_or_else(|| {
            let keys: Vec<_> = map.keys().take(4).map(|key| short(key)).collect();
            let more = if map.len() > keys.len() { ", …" } else { "" };
            format!("a JSON object with the keys {}{more}", keys.join(", "))
        }),
        _ => Err("a JSON value that is no object".into()),
    }
}

fn object(map: &Map<String, Value>) -> Option<Format> {
    let has = |key: &str| map.contains_key(key);
    if has("prices") && (has("models_dev") || has("schedules") || has("schema")) {
        return Some(Format::ModelPrices);
    }
    let items = map.get("items").or(map.get("Items")).and_then(Value::as_array);
    if items.is_some_and(|items| items.iter().any(|item| item["meterName"].is_string())) {
        return Some(Format::Azure);
    }
    let some = |map: &Map<String, Value>, is: &dyn Fn(&Value) -> bool| map.values().any(is);
    let has_models = |value: &Value| value["models"].is_object();
    let providers = map.get("providers").and_then(Value::as_object).unwrap_or(map);
    if some(providers, &has_models) {
        return Some(Format::ModelsDev);
    }
    let is_litellm = |value: &Value| {
        value["litellm_provider"].is_string() || value.get("input_cost_per_token").is_some()
    };
    some(map, &is_litellm).then_some(Format::LiteLlm)
}

/// What stands between the cells of a table, where a text is one.
pub fn separator(text: &str) -> Option<char> {
    let (text, _) = without_mark(text);
    let heading = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let names = |mark: char| -> Vec<&str> {
        heading.split(mark).map(|name| name.trim().trim_matches('"').trim()).collect()
    };
    let is_ours = |mark: &char| {
        let own = names(*mark);
        let has = |name: &&str| own.iter().any(|own| own.eq_ignore_ascii_case(name));
        ["provider", "model", "meter"].iter().all(has)
    };
    [',', ';', '\t'].into_iter().find(is_ours)
}

fn ours(text: &str) -> Option<Format> {
    if separator(text).is_some() {
        return Some(Format::OursCsv);
    }
    let mut lines = text.lines().map(str::trim);
    let is_ours = |line: &str| {
        let provider = line.strip_prefix("provider").map(str::trim_start);
        line == "[[model]]" || provider.is_some_and(|rest| rest.starts_with('='))
    };
    lines.any(is_ours).then_some(Format::OursToml)
}

fn yaml(text: &str) -> Option<Format> {
    let has_models = text.lines().any(|line| line.trim_end() == "models:");
    (has_models && text.contains("canonical_id:")).then_some(Format::Metergraph)
}
