//! Calls that begin alike and are kept for different times: what one keeps is not counted for the other.

use std::collections::BTreeMap;

use cost::plan::{Call, InputRef, Role, Step};

use super::worked::Worked;

/// The calls of each time for which a beginning is kept: by its seconds, how it is typed, and who keeps it.
type Times = BTreeMap<u64, (String, Vec<String>)>;

/// A note for each beginning that calls of one model send and keep for different times.
pub fn notes(worked: &Worked) -> Vec<String> {
    let plan = &worked.opened.plan;
    let mut kept: BTreeMap<(&str, &str, Option<&str>), Times> = BTreeMap::new();
    for standing in plan.steps() {
        let (Step::Call(call), Some(address)) = (standing.step, &standing.address) else {
            continue;
        };
        let first = call.input.iter().find(|input| input.is_part());
        let is_shared = |input: &&InputRef| {
            let part = plan.prompts.get(&input.part);
            part.is_some_and(|part| matches!(part.role(), Role::System | Role::Tools))
        };
        let known = first.filter(is_shared).zip(time(worked, call));
        let Some((first, (seconds, time))) = known else { continue };
        let model = worked.models.get(&call.model).name.as_str();
        let copies = first.copies.as_ref().map(|copies| copies.text.as_str());
        let times = kept.entry((model, &first.part, copies)).or_default();
        times.entry(seconds).or_insert((time, vec![])).1.push(address.clone());
    }
    let apart = kept.into_iter().filter(|(_, times)| times.len() > 1);
    apart
        .map(|((model, part, _), times)| {
            let times = times.values();
            let times = times.map(|(time, calls)| format!("{} for {time}", calls.join(" and ")));
            format!(
                "{model} keeps the beginning `{part}` of {}: neither is counted to find what the other \
                 sent. Write the same `ttl` in their `cache` where they share it.",
                times.collect::<Vec<_>>().join(", of ")
            )
        })
        .collect()
}

/// For how long; nothing for a call whose provider keeps nothing, or where the plan says how likely others keep it alive.
fn time(worked: &Worked, call: &Call) -> Option<(u64, String)> {
    let cache = call.cache.as_ref().filter(|cache| cache.alive.is_none())?;
    if let Some(ttl) = &cache.ttl {
        return Some((ttl.mean() as u64, ttl.text.clone()));
    }
    let sold = worked.models.get(&call.model);
    let rule = sold.terms.cache(&sold.model.id, worked.estimate.workings.first_day(0))?;
    let seconds = *rule.ttl_seconds.first()?;
    let in_words = match seconds {
        hours if hours % 3600 == 0 => format!("{} h", hours / 3600),
        minutes if minutes % 60 == 0 => format!("{} min", minutes / 60),
        seconds => format!("{seconds} s"),
    };
    Some((seconds, format!("{in_words}, the model's own time")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::estimates::work;
    use crate::plans::Request;

    #[track_caller]
    fn check(one: &str, other: &str, expected: &[&str]) {
        let call = |name: &str, input: &str, cache: &str| {
            format!(
                "{{ name: {name}, unit: unit, volume: {{ units: 2400/day }}, step: {{ call: {{ name: ask, \
                 model: anthropic/claude-sonnet-4-5, input: [{input}], output: 100, cache: {cache} }} }} }}"
            )
        };
        let text = format!(
            "{{ forebill: 1, name: Kept, starts: 2027-01, months: 2, prices: {{ as_of: 2026-11-22 }}, \
             prompts: {{ system: {{ tokens: 3000, role: system }}, other: {{ tokens: 3000, role: system }}, \
             question: {{ tokens: 100 }} }}, features: [ {}, {}, {} ] }}",
            call("sales", "system, question", one),
            call("support", "system, question", other),
            call("apart", "other, question", "{ ttl: 1 h }"),
        );
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        let worked = work(&Request { plan, ..Request::default() }).expect("it has no problems");
        assert_eq!(super::notes(&worked), expected);
        let all = worked.notes();
        assert!(expected.iter().all(|note| all.iter().any(|known| known == note)), "{all:?}");
    }

    #[test]
    fn beginnings_that_are_kept_for_different_times_are_named() {
        check("{ ttl: 5 min }", "{ ttl: 5 min }", &[]);
        check("{}", "{ ttl: 300 s }", &[]);
        check("{ ttl: 5 min, alive: 90% }", "{ ttl: 1 h }", &[]);
        check(
            "{ ttl: 1 h }",
            "{ ttl: 5 min }",
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of support.ask for 5 min, of \
                 sales.ask for 1 h: neither is counted to find what the other sent. Write the same \
                 `ttl` in their `cache` where they share it.",
            ],
        );
        check(
            "{ ttl: 1 h }",
            "{}",
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of support.ask for 5 min, the \
                 model's own time, of sales.ask for 1 h: neither is counted to find what the other \
                 sent. Write the same `ttl` in their `cache` where they share it.",
            ],
        );
    }
}
