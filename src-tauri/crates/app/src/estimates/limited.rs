//! Rate limits that less counts toward than it seems: none of the plan's calls, batches alone, or calls by another name.

use std::collections::BTreeSet;

use cost::book::Tier;
use cost::check::Sold;
use cost::plan::Call;

use super::worked::Worked;

impl Worked {
    /// What rate limits leave out; the notes have it as well.
    pub fn uncounted(&self) -> Vec<String> {
        let plan = &self.opened.plan;
        let made = plan.features.iter().flat_map(|feature| plan.made(&feature.step));
        let calls: Vec<&Call> = made.map(|made| made.call).collect();
        plan.rate_limits.keys().flat_map(|model| self.left_out(model, &calls)).collect()
    }

    /// What the limits of a model leave out.
    fn left_out(&self, model: &str, calls: &[&Call]) -> Vec<String> {
        let limited = &self.named[model];
        let sold = |call: &Call| self.models.get(&call.model);
        let own: Vec<_> = calls.iter().filter(|call| sold(call).name == *limited).collect();
        let mut at_once = calls.iter().filter(|call| call.tier != Tier::Batch);
        let names: BTreeSet<&str> = at_once.clone().map(|call| call.model.as_str()).collect();
        let by_another = |name: &&str| self.answered_by(limited, self.models.get(name));
        let other_names: Vec<&str> = names.iter().copied().filter(by_another).collect();
        let mut notes: Vec<String> = other_names
            .iter()
            .map(|name| {
                format!(
                    "rate_limits: `{model}` answers calls on `{name}` within the plan, and these count \
                     toward limits of `{name}` alone. Write limits of `{name}` as well."
                )
            })
            .collect();
        if at_once.any(|call| sold(call).name == *limited) {
            return notes;
        }
        if !own.is_empty() {
            notes.push(format!(
                "rate_limits: calls on `{model}` are all in batch, which has limits of its own, so \
                 nothing counts toward those of `{model}`. Take them out, or the batch."
            ));
        } else if other_names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let write = match names.as_slice() {
                [] => "Take its limits out.".to_owned(),
                names => format!("Write the name that calls have: {}.", names.join(", ")),
            };
            notes.push(format!(
                "rate_limits: the plan never calls `{model}`, so nothing counts toward its limits. \
                 {write}"
            ));
        }
        notes
    }

    /// Whether a model answers in the place of another on some day of the plan.
    fn answered_by(&self, model: &str, other: &Sold) -> bool {
        let workings = &self.estimate.workings;
        let (start, end) = (workings.first_day(0), workings.first_day(workings.months));
        let mut others = other.answering.iter().filter(|(span, id)| {
            let meets =
                span.from.is_none_or(|from| from < end) && span.to.is_none_or(|to| start < to);
            meets && format!("{}/{id}", other.provider) == model
        });
        other.name != model && others.next().is_some()
    }
}
