//! The values of a record by their paths, whatever nests them.

use serde_json::Value;

use super::fields::known;

/// Whether some field of a record says how much was used of something.
pub fn has_amounts(record: &Value) -> bool {
    let mut fields = Vec::new();
    flatten("", record, &mut fields);
    fields.iter().any(|(path, _)| known(path).is_some_and(|(_, says)| says.is_amount()))
}

/// Every value that is not an object, with its path.
pub fn flatten<'v>(path: &str, value: &'v Value, fields: &mut Vec<(String, &'v Value)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| flatten(&below(key), value, fields))
        }
        _ if path.is_empty() => {}
        Value::Array(values) if !values.is_empty() && values.iter().all(is_of_modality) => {
            let parts = values
                .iter()
                .filter_map(|part| Some((part["modality"].as_str()?, &part["tokenCount"])));
            fields.extend(parts.map(|(modality, count)| (below(modality), count)));
        }
        Value::Array(values) if !values.is_empty() && values.iter().all(is_of_time) => {
            let parts = values
                .iter()
                .filter_map(|part| Some((part["ttl"].as_str()?, &part["inputTokens"])));
            fields.extend(parts.map(|(time, count)| (below(time), count)));
        }
        _ => fields.push((path.to_owned(), value)),
    }
}

/// Whether it is Bedrock's way to say how much was cached for so long: `{"ttl": "1h", "inputTokens": 12}`.
fn is_of_time(part: &Value) -> bool {
    part["ttl"].is_string() && part["inputTokens"].is_number()
}

/// Whether it is Gemini's way to say how much of a kind: `{"modality": "TEXT", "tokenCount": 12}`.
fn is_of_modality(part: &Value) -> bool {
    part["modality"].is_string() && part["tokenCount"].is_number()
}
