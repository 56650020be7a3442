//! Calls that pay for writing a prompt into a provider's cache of which nobody reads more than what all sessions share.

use std::collections::BTreeSet;

use crate::check::Checked;
use crate::meter::Meter;
use crate::plan::{Call, Plan, Prefix, Step};

/// A call whose prompts are kept whole, and met once.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenUnread {
    /// Its address.
    pub call: String,
    /// The last part that all sessions share; nothing where none is.
    pub shared: Option<String>,
}

/// Every such call, in reading order: nothing repeats around it, or tries it again, and to write costs more than to send.
pub fn written_unread(checked: &Checked) -> Vec<WrittenUnread> {
    let mut found = Found { checked, agents: vec![], calls: BTreeSet::new(), unread: vec![] };
    for feature in &checked.plan.features {
        found.step(&feature.step, &feature.name);
    }
    found.unread
}

struct Found<'c> {
    checked: &'c Checked<'c>,
    /// Those around the step.
    agents: Vec<&'c str>,
    calls: BTreeSet<String>,
    unread: Vec<WrittenUnread>,
}

impl<'c> Found<'c> {
    fn step(&mut self, step: &'c Step, prefix: &str) {
        match step {
            Step::Call(call) => self.call(call, prefix),
            Step::Agent(used) => {
                let plan: &'c Plan = self.checked.plan;
                let Some(agent) = plan.agents.get(&used.agent) else { return };
                if !self.agents.contains(&used.agent.as_str()) {
                    self.agents.push(&used.agent);
                    self.step(&agent.step, &format!("{prefix}.{}", used.name));
                    self.agents.pop();
                }
            }
            // The next time reads what this one wrote.
            Step::Conversation(_)
            | Step::Loop(_)
            | Step::Until(_)
            | Step::FanOut(_)
            | Step::Retry(_)
            | Step::Tool(_) => {}
            Step::Chain(_) | Step::Route(_) | Step::Cascade(_) | Step::ResponseCache(_) => {
                for (_, child) in step.children() {
                    self.step(child, prefix);
                }
            }
        }
    }

    fn call(&mut self, call: &'c Call, prefix: &str) {
        let plan = self.checked.plan;
        let Some(cache) = call.cache.as_ref().filter(|cache| cache.held.is_none()) else { return };
        let model = &self.checked.models.get(&call.model).model;
        let writes = [Meter::CacheWrite, Meter::CacheWrite1h]
            .iter()
            .any(|meter| model.entries_of(call.tier, *meter).next().is_some());
        let shared = plan.beginning(call);
        let address = format!("{prefix}.{}", call.name);
        let is_whole = cache.prefix == Prefix::Whole && shared.len() < call.input.len();
        if writes && is_whole && self.calls.insert(address.clone()) {
            let shared = shared.last().map(|input| input.part.clone());
            self.unread.push(WrittenUnread { call: address, shared });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::plan::Measures;
    use crate::sample::{book, plan};

    #[track_caller]
    fn shows(step: &str, expected: &[(&str, Option<&str>)]) {
        let prompts = "{ system: { tokens: 2000, role: system }, user: { tokens: 90 }, page: { tokens: 300, role: retrieved } }";
        let plan = plan(1, prompts, step);
        let (measures, book) = (Measures::default(), book());
        let books = [&book];
        let checked = check(&plan, &measures, &books).expect("a plan without problems");
        let found = written_unread(&checked);
        let found: Vec<_> =
            found.iter().map(|it| (it.call.as_str(), it.shared.as_deref())).collect();
        assert_eq!(found, expected);
    }

    fn call(name: &str, input: &str, cache: &str) -> String {
        format!(
            "{{ call: {{ name: {name}, model: acme/cached, input: [{input}], output: 9, answer: true, cache: {cache} }} }}"
        )
    }

    #[test]
    fn what_is_sent_once_is_written_for_nobody() {
        let chain = format!(
            "{{ chain: [ {}, {}, {}, {} ] }}",
            call("a", "system, user", "{ in_time: 0% }"),
            call("b", "system, user", "{ in_time: 0%, prefix: shared }"),
            call("c", "system", "{ in_time: 0% }"),
            call("d", "page, user", "{ alive: 0%, in_time: 0% }"),
        );
        shows(&chain, &[("f.a", Some("system")), ("f.d", None)]);
    }

    #[test]
    fn what_repeats_is_read_again() {
        let once = call("a", "system, user", "{ in_time: 50% }");
        shows(&format!("{{ conversation: {{ turns: 2, turn: [ {once} ] }} }}"), &[]);
        shows(
            &format!("{{ retry: {{ attempts: 2, fails: {{ invalid: 5% }}, step: {once} }} }}"),
            &[],
        );
        shows(&once.replace("acme/cached", "acme/blocks"), &[]);
    }
}
