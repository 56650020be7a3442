//! The texts of a plan: read from beside it, hashed with it, and counted for the models that are sent them.

use std::collections::{BTreeMap, BTreeSet};

use cost::plan::{
    CONTEXT, Call, Certainty, Counted, HISTORY, Measure, Measures, Part, Plan, Reads, Step,
};
use prompt::Counting;

use crate::calibrations::CountedAs;
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

/// Lengths that are known already, by the text's hash and how it was counted.
#[derive(Clone, Debug, Default)]
pub struct Counts(BTreeMap<(String, Counting, String), Measure>);

/// Counts every text for every model that reads it, but for those whose length is known.
/// Lengths that are no longer asked for are forgotten. A model that cannot be counted for is an
/// error with the part that it reads first.
pub fn count(
    plan: &Plan,
    texts: &Texts,
    counted_as: &dyn Fn(&str) -> Result<CountedAs, Error>,
    known: &mut Counts,
) -> Result<Measures, Vec<(String, Error)>> {
    let mut measures = Measures::default();
    let mut counted = Counts::default();
    let mut hashes: BTreeMap<&str, String> = BTreeMap::new();
    let mut errors: Vec<(String, Error)> = vec![];
    for (part, model) in readers(plan) {
        if let Some(counted) = counted_before(plan, part) {
            // A model that cannot be counted for says nothing of a length that is there.
            if let Ok(way) = counted_as(model) {
                measures.insert_reads(part, model, reads(counted, &way));
            }
            continue;
        }
        let Some(text) = texts.get(part) else { continue };
        let way = match counted_as(model) {
            Ok(way) => way,
            Err(error) => {
                if !errors.iter().any(|(_, known)| *known == error) {
                    errors.push((part.to_owned(), error));
                }
                continue;
            }
        };
        let hash = hashes.entry(part).or_insert_with(|| hash::of([text.as_str()]));
        let key = (hash.clone(), way.counting, way.name.clone());
        let measure = counted
            .0
            .entry(key)
            .or_insert_with_key(|key| known.0.remove(key).unwrap_or_else(|| measure(text, way)));
        measures.insert(part, model, measure.clone());
    }
    *known = counted;
    if errors.is_empty() { Ok(measures) } else { Err(errors) }
}

/// What a part's length was counted for, where it was.
fn counted_before<'p>(plan: &'p Plan, part: &str) -> Option<&'p Counted> {
    plan.prompts.get(part)?.tokens.as_ref()?.provenance.counted.as_ref()
}

/// How a model counts, by whichever of a vocabulary's two names the plan has.
fn reads(counted: &Counted, way: &CountedAs) -> Reads {
    let is_exact = way.counting.family().is_none();
    let vocabulary = match way.counting.name() {
        known if is_exact && known == counted.vocabulary => known,
        _ => &way.name,
    };
    Reads { vocabulary: vocabulary.to_owned(), is_exact }
}

/// Each part with the models that read it: those that are sent it, and those that are sent the
/// history in which an answer's turn keeps it.
fn readers(plan: &Plan) -> BTreeSet<(&str, &str)> {
    let mut readers = BTreeSet::new();
    for (_, tree) in plan.trees() {
        let calls: Vec<&Call> = plan.behind(tree).into_iter().flat_map(Step::calls).collect();
        for call in &calls {
            let parts = call.input.iter().map(|input| input.part.as_str());
            readers.extend(parts.map(|part| (part, call.model.as_str())));
        }
        let answers = calls.iter().filter(|call| call.answer).flat_map(|call| &call.input);
        let kept = answers
            .map(|input| input.part.as_str())
            .filter(|part| plan.prompts.get(*part).is_some_and(Part::is_kept));
        let reminded: Vec<&str> = calls
            .iter()
            .filter(|call| call.input.iter().any(|input| input.part == HISTORY))
            .map(|call| call.model.as_str())
            .collect();
        for part in kept {
            readers.extend(reminded.iter().map(|model| (part, *model)));
        }
        // What a tool returns is read by all that read the context around it.
        let steps = plan.behind(tree).into_iter().flat_map(Step::all);
        let returned: Vec<&str> = steps
            .filter_map(
                |step| if let Step::Tool(tool) = step { tool.returns.as_deref() } else { None },
            )
            .collect();
        let around = calls.iter().filter(|call| call.input.iter().any(|it| it.part == CONTEXT));
        for call in around {
            readers.extend(returned.iter().map(|part| (*part, call.model.as_str())));
        }
    }
    readers
}

/// The hash of a plan with its texts.
pub fn hash(plan: &str, texts: &Texts) -> String {
    let named = texts.iter().flat_map(|(name, text)| [name.as_str(), text]);
    hash::of(std::iter::once(plan).chain(named))
}

fn measure(text: &str, way: CountedAs) -> Measure {
    let counted = prompt::count_as(text, way.counting);
    let certainty = match counted.plus_minus_percent() {
        None => Certainty::Exact,
        Some(percent) => Certainty::Estimated(percent as f64 / 100.0),
    };
    let CountedAs { name: vocabulary, source, .. } = way;
    Measure { vocabulary, tokens: counted.tokens as f64, certainty, source }
}
