//! The texts of a plan: read from beside it, hashed with it, and counted for the models that are sent them.

use std::collections::BTreeMap;

use cost::plan::{Certainty, Measure, Measures, Plan};

use crate::error::Error;
use crate::hash;

/// The text of each part that is one, by its name.
pub type Texts = BTreeMap<String, String>;

/// Reads the texts of a plan, those `beside` it by the names of their files.
/// A file that cannot be read is an error with the part's name.
pub fn read(
    plan: &Plan,
    beside: &dyn Fn(&str) -> Result<String, Error>,
) -> Result<Texts, Vec<(String, Error)>> {
    let mut texts = Texts::new();
    let mut errors = vec![];
    for (name, part) in &plan.prompts {
        let text = match (&part.file, &part.text) {
            (Some(file), _) => beside(file),
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

/// The hash of a plan with its texts.
pub fn hash(plan: &str, texts: &Texts) -> String {
    let named = texts.iter().flat_map(|(name, text)| [name.as_str(), text]);
    hash::of(std::iter::once(plan).chain(named))
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
