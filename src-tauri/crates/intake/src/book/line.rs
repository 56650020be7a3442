//! One line of a price file, written.

use std::fmt::Write;

use cost::book::Origin;

/// A list of texts, left out when empty, one a line when long.
pub fn list(text: &mut String, key: &str, values: &[String]) {
    let quoted: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    let line = format!("[{}]", quoted.join(", "));
    match values {
        [] => {}
        [_] => field(text, key, &line),
        _ if key.len() + line.len() <= 96 => field(text, key, &line),
        _ => field(text, key, &format!("[\n    {},\n]", quoted.join(",\n    "))),
    }
}

/// One `key = value` line.
pub fn field(text: &mut String, key: &str, value: &str) {
    writeln!(text, "{key} = {value}").expect("text takes any line");
}

/// A text in quotes, as TOML has it.
pub fn quoted(value: &str) -> String {
    toml::Value::from(value).to_string()
}

/// Who says something.
pub fn origin(text: &mut String, origin: &Origin) {
    field(text, "source", &quoted(&origin.source));
    field(text, "checked", &origin.checked.to_string());
    field(text, "basis", &quoted(&origin.basis));
}
