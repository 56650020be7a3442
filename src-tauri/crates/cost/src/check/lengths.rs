//! Whether texts were counted for whoever reads them, and prompts fit their models.

use std::collections::BTreeSet;

use super::finding::Findings;
use super::prices::Models;
use crate::plan::{Call, HISTORY, Measures, Plan, Step};

/// Texts must be counted, and a prompt must fit its model.
pub fn lengths(
    found: &mut Findings,
    plan: &Plan,
    measures: &Measures,
    call: &Call,
    models: &Models,
) {
    let mut size = Rough::default();
    for input in call.input.iter().filter(|input| input.part != HISTORY) {
        let Some(part) = plan.prompts.get(&input.part) else { return };
        let copies = match &input.copies {
            Some(copies) if copies.read.is_err() => return,
            Some(copies) => (copies.mean(), copies.variance()),
            None => (1.0, 0.0),
        };
        let each = match (&part.tokens, measures.get(&input.part, &call.model)) {
            (Some(typed), _) if typed.read.is_err() => return,
            (Some(typed), _) => (typed.mean(), typed.variance()),
            (None, Some(measure)) => (measure.tokens, 0.0),
            (None, None) if part.is_text() => {
                let message = format!("`{}` was not counted for `{}`.", input.part, call.model);
                return found.say("input", message, "Name a file that can be read.");
            }
            // A part without any length is told where it stands.
            (None, None) => return,
        };
        let (n, each, spread) = (copies.0, each.0, each.1);
        size.add(n * each, n * spread + copies.1 * each * each);
    }
    let Some((_, sold)) = models.iter().find(|(name, _)| *name == call.model) else { return };
    let mut written = Rough::default();
    let numbers = [&call.output, &call.reasoning].into_iter().flatten();
    for number in numbers.filter(|number| number.read.is_ok()) {
        written.add(number.mean(), number.variance());
    }
    let most = call.max_tokens.as_ref().filter(|most| most.read.is_ok()).map(|most| most.mean());
    match most.filter(|most| *most < written.median()) {
        Some(most) => size.add(most, 0.0),
        None => size.join(&written),
    }
    // Prompts of which only some are longer are a warning of the estimate.
    if let Some(limit) = sold.model.context_tokens
        && size.median() > limit as f64
    {
        let message = format!(
            "Half of what `{}` sends and writes is more than {:.0} tokens; `{}` takes {limit}.",
            call.name,
            size.median(),
            sold.name
        );
        found.say("input", message, "Send less, or choose a model with a longer context.");
    }
}

/// A sum of amounts: what never varies, and the mean and variance of the rest.
#[derive(Default)]
struct Rough {
    fixed: f64,
    mean: f64,
    variance: f64,
}

impl Rough {
    fn add(&mut self, mean: f64, variance: f64) {
        match variance > 0.0 {
            true => (self.mean, self.variance) = (self.mean + mean, self.variance + variance),
            false => self.fixed += mean,
        }
    }

    fn join(&mut self, other: &Self) {
        self.fixed += other.fixed;
        self.mean += other.mean;
        self.variance += other.variance;
    }

    /// Of a lognormal above what never varies.
    fn median(&self) -> f64 {
        match self.mean > 0.0 {
            true => {
                let squared = self.variance / (self.mean * self.mean);
                self.fixed + self.mean / libm::sqrt(1.0 + squared)
            }
            false => self.fixed,
        }
    }
}

/// What answers leave in the history is counted for every model that reads it.
pub fn kept(found: &mut Findings, plan: &Plan, measures: &Measures, step: &Step) {
    let calls: Vec<&Call> = plan.behind(step).into_iter().flat_map(Step::calls).collect();
    let texts = calls.iter().filter(|call| call.answer).flat_map(|call| &call.input);
    let texts: BTreeSet<&str> = texts
        .filter(|input| {
            plan.prompts.get(&input.part).is_some_and(|part| part.is_text() && part.is_kept())
        })
        .map(|input| input.part.as_str())
        .collect();
    let reads = |call: &&&Call| call.input.iter().any(|input| input.part == HISTORY);
    for reader in calls.iter().filter(reads) {
        for text in texts.iter().filter(|text| measures.get(text, &reader.model).is_none()) {
            let message =
                format!("`{text}` was not counted for `{}`, which reads it again.", reader.model);
            found.say("step", message, "Name a file that can be read.");
        }
    }
}
