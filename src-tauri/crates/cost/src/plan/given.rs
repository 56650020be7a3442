//! What is filled in where nothing is written: names of steps, and what is billed of failures.

use std::collections::BTreeMap;

use serde::ser::{Serialize, Serializer};

use super::failure::Failure;
use super::number::{Of, Provenance, Share};
use super::step::Step;

/// Names unnamed steps by their kind, `route` and then `route.2`, and fills in what is billed of
/// well-known failures.
pub fn fill_in(step: &mut Step) {
    let mut given = Given::default();
    each(step, &mut |step| {
        let stem = step.stem().to_owned();
        if let Some(name) = step.name_mut()
            && name.is_empty()
        {
            *name = given.next(&stem);
            given.take(stem);
        }
        each_failure(step, &mut |kind, failure| {
            let Some((input, output)) = billed(kind) else { return };
            failure.billed_input.get_or_insert(input);
            failure.billed_output.get_or_insert(output);
        });
    });
}

/// A step as it is written: without what is filled in again when it is read.
pub fn write<S: Serializer>(step: &Step, serializer: S) -> Result<S::Ok, S::Error> {
    let mut step = step.clone();
    leave_out(&mut step);
    step.serialize(serializer)
}

fn leave_out(step: &mut Step) {
    let mut given = Given::default();
    each(step, &mut |step| {
        let stem = step.stem().to_owned();
        if let Some(name) = step.name_mut()
            && (name.is_empty() || *name == given.next(&stem))
        {
            name.clear();
            given.take(stem);
        }
        each_failure(step, &mut |kind, failure| {
            let Some((input, output)) = billed(kind) else { return };
            let said = |of: &Of<Share>| (of.text.clone(), of.provenance.clone());
            for (billed, ours) in
                [(&mut failure.billed_input, input), (&mut failure.billed_output, output)]
            {
                if billed.as_ref().is_some_and(|billed| said(billed) == said(&ours)) {
                    *billed = None;
                }
            }
        });
    });
}

/// How many steps were named by each stem.
#[derive(Default)]
struct Given(BTreeMap<String, u32>);

impl Given {
    fn next(&self, stem: &str) -> String {
        match self.0.get(stem) {
            None => stem.to_owned(),
            Some(count) => format!("{stem}.{}", count + 1),
        }
    }

    fn take(&mut self, stem: String) {
        *self.0.entry(stem).or_default() += 1;
    }
}

/// Every step in reading order.
fn each(step: &mut Step, visit: &mut dyn FnMut(&mut Step)) {
    visit(step);
    step.children_mut().into_iter().for_each(|child| each(child, visit));
}

fn each_failure(step: &mut Step, visit: &mut dyn FnMut(&str, &mut Failure)) {
    if let Step::Retry(retry) = step {
        retry.fails.iter_mut().for_each(|(kind, failure)| visit(kind, failure));
        retry.outage.iter_mut().for_each(|failure| visit(Failure::OUTAGE, failure));
    }
}

/// What is billed of a failed attempt of a well-known kind: of its input, of its output.
fn billed(kind: &str) -> Option<(Of<Share>, Of<Share>)> {
    let (input, output) = Failure::billed_by_default(kind)?;
    let source = || Provenance {
        source: Some(format!("{} `{kind}`", Failure::BILLED_SOURCE)),
        ..Provenance::default()
    };
    Some((Of::sourced(input, source()), Of::sourced(output, source())))
}
