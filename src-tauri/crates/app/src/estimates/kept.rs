//! Calls that begin alike and are kept for different times: what one keeps is not counted for the other.

use cost::kept::{KeptApart, KeptFor, kept_apart};

use super::worked::Worked;

/// Whose time it is that a plan does not type.
const OWN: &str = "the model's own time";

/// A note for each beginning that calls of one model send and keep for different times.
pub fn notes(worked: &Worked) -> Vec<String> {
    kept_apart(&worked.checked_plan()).iter().map(note).collect()
}

fn note(apart: &KeptApart) -> String {
    let KeptApart { model, part, times } = apart;
    let kept = times.iter().map(|kept| format!("{} for {}", all_of(&kept.calls), time(kept)));
    let counts = match times.len() {
        2 => "neither is counted to find what the other sent",
        _ => "only calls with the same time are counted to find what one another sent",
    };
    format!(
        "{model} keeps the beginning `{part}` of {}: {counts}. Write the same `ttl` in their `cache` where \
         they share it.",
        kept.collect::<Vec<_>>().join(", of ")
    )
}

/// `a, b and c`
fn all_of(calls: &[String]) -> String {
    match calls {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        calls => calls.concat(),
    }
}

fn time(kept: &KeptFor) -> String {
    match (&kept.typed, kept.seconds) {
        (Some(typed), _) => typed.clone(),
        (None, hours) if hours % 3600.0 == 0.0 => format!("{} h, {OWN}", hours / 3600.0),
        (None, minutes) if minutes % 60.0 == 0.0 => format!("{} min, {OWN}", minutes / 60.0),
        (None, seconds) => format!("{seconds} s, {OWN}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::estimates::work;
    use crate::plans::Request;

    /// The notes on calls of two features or three, by what they say of their caches, beside one that begins otherwise.
    #[track_caller]
    fn check(caches: &[&str], expected: &[&str]) {
        let call = |name: &str, input: &str, cache: &str| {
            format!(
                "{{ name: {name}, unit: unit, volume: {{ units: 2400/day }}, step: {{ call: {{ name: ask, \
                 model: anthropic/claude-sonnet-4-5, input: [{input}], output: 100, cache: {cache} }} }} }}"
            )
        };
        let features = caches.iter().zip(["sales", "support", "search"]);
        let features = features.map(|(cache, name)| call(name, "system, question", cache));
        let text = format!(
            "{{ forebill: 1, name: Kept, starts: 2027-01, months: 2, prices: {{ as_of: 2026-11-22 }}, \
             prompts: {{ system: {{ tokens: 3000, role: system }}, other: {{ tokens: 3000, role: system }}, \
             question: {{ tokens: 100 }} }}, features: [ {}, {} ] }}",
            features.collect::<Vec<_>>().join(", "),
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
        check(&["{ ttl: 5 min }", "{ ttl: 5 min }"], &[]);
        check(&["{}", "{ ttl: 300 s }"], &[]);
        check(&["{ ttl: 5 min, alive: 90% }", "{ ttl: 1 h }"], &[]);
        check(
            &["{ ttl: 1 h }", "{ ttl: 5 min }"],
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of support.ask for 5 min, of \
                 sales.ask for 1 h: neither is counted to find what the other sent. Write the same \
                 `ttl` in their `cache` where they share it.",
            ],
        );
        check(
            &["{ ttl: 1 h }", "{}"],
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of support.ask for 5 min, the \
                 model's own time, of sales.ask for 1 h: neither is counted to find what the other \
                 sent. Write the same `ttl` in their `cache` where they share it.",
            ],
        );
        check(
            &["{ ttl: 300 s }", "{ ttl: 300.5 s }"],
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of sales.ask for 300 s, of \
                 support.ask for 300.5 s: neither is counted to find what the other sent. Write the same \
                 `ttl` in their `cache` where they share it.",
            ],
        );
        check(
            &["{ ttl: 1 h }", "{}", "{ ttl: 60 min }"],
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of support.ask for 5 min, the \
                 model's own time, of sales.ask and search.ask for 1 h: neither is counted to find what the \
                 other sent. Write the same `ttl` in their `cache` where they share it.",
            ],
        );
        check(
            &["{ ttl: 1 h }", "{}", "{ ttl: 30 min }"],
            &[
                "anthropic/claude-sonnet-4-5 keeps the beginning `system` of support.ask for 5 min, the \
                 model's own time, of search.ask for 30 min, of sales.ask for 1 h: only calls with the \
                 same time are counted to find what one another sent. Write the same `ttl` in their `cache` \
                 where they share it.",
            ],
        );
    }
}
