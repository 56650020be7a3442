//! The texts of a plan: read from beside it, hashed with it, and counted for the models that are sent them.

use std::collections::BTreeMap;
use std::path::Path;

use cost::plan::{Certainty, Measure, Measures, Plan};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::files;

/// The text of each part that is one, by its name.
pub type Texts = BTreeMap<String, String>;

/// Reads the texts of a plan. A file that cannot be read is an error with the part's name.
pub fn read(plan: &Plan, folder: &Path) -> Result<Texts, Vec<(String, Error)>> {
    let mut texts = Texts::new();
    let mut errors = vec![];
    for (name, part) in &plan.prompts {
        let text = match (&part.file, &part.text) {
            (Some(file), _) => files::read_text(&folder.join(file)),
            (None, Some(text)) => Ok(text.clone()),
            (None, None) => continue,
        };
        match text {
            Ok(text) => {
                texts.insert(name.clone(), text);
            }
            Err(error) => errors.push((name.clone(), error)),
        }
    }
    if errors.is_empty() { Ok(texts) } else { Err(errors) }
}

/// Counts every text for every model whose calls send it.
pub fn count(plan: &Plan, texts: &Texts) -> Measures {
    let mut measures = Measures::default();
    let mut counted: BTreeMap<(&str, &str), Measure> = BTreeMap::new();
    let calls = plan.features.iter().flat_map(|feature| feature.step.calls());
    for (call, input) in calls.flat_map(|call| call.input.iter().map(move |input| (call, input))) {
        let Some((part, text)) = texts.get_key_value(&input.part) else { continue };
        let (provider, model) = call.model.split_once('/').unwrap_or(("", &call.model));
        let counting = prompt::counting(provider, model);
        let measure = counted
            .entry((part.as_str(), counting.short_name()))
            .or_insert_with(|| measure(text, counting));
        measures.insert(part, &call.model, measure.clone());
    }
    measures
}

/// The SHA-256 of a plan's text and of its prompts' texts, in hexadecimal.
pub fn hash(plan: &str, texts: &Texts) -> String {
    let mut hasher = Sha256::new();
    // Lengths keep a text from passing for the end of one and the start of the next.
    let mut add = |text: &str| {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    };
    add(plan);
    for (name, text) in texts {
        add(name);
        add(text);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn measure(text: &str, counting: prompt::Counting) -> Measure {
    let counted = prompt::count_as(text, counting);
    let certainty = match counted.plus_minus_percent() {
        None => Certainty::Exact,
        Some(percent) => Certainty::Estimated(percent as f64 / 100.0),
    };
    let vocabulary = counting.short_name().to_owned();
    Measure { vocabulary, tokens: counted.tokens as f64, certainty }
}
