//! Calls whose prompts begin alike and that are kept for different times: what one keeps is not counted for the other.

use crate::check::Checked;
use crate::plan::{Call, InputRef, Step};
use crate::walk::{Writer, begins, is_same, kept_for, shared_parts};
use crate::workings::Workings;

/// A beginning that calls of one model send, each time of theirs for itself.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptApart {
    /// The model, as `provider/id`.
    pub model: String,
    /// The part that all of them send first.
    pub part: String,
    /// For how long it is kept, the shortest time first: two of them at least.
    pub times: Vec<KeptFor>,
}

/// Calls that keep a beginning as long: these find what one another sent.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFor {
    /// So many seconds.
    pub seconds: f64,
    /// As the first of them types it; nothing for the model's own time.
    pub typed: Option<String>,
    /// Their addresses, in reading order.
    pub calls: Vec<String>,
}

/// Every beginning that is kept for several times, in the order of the calls that send it first. A call counts where its
/// provider keeps prompts for a known time, and the plan does not say how likely others keep them alive.
pub fn kept_apart(checked: &Checked) -> Vec<KeptApart> {
    let plan = checked.plan;
    let starts = plan.first_day().expect("a checked plan starts in a month");
    let months = usize::try_from(plan.months).expect("months are few");
    let mut w = Writer::new(checked, Workings::with_room(starts, months, 0));
    let mut found: Vec<(_, &InputRef, KeptApart)> = vec![];
    for standing in plan.steps() {
        let (Step::Call(call), Some(address)) = (standing.step, standing.address) else {
            continue;
        };
        let Some((begins, seconds)) = begins(checked, call).zip(time(&mut w, call)) else {
            continue;
        };
        let (first, _) = shared_parts(plan, call).swap_remove(0);
        let known = found
            .iter()
            .position(|(known, sent, _)| *known == begins && is_same(&mut w, sent, first));
        let at = known.unwrap_or_else(|| {
            let (model, part) = (checked.models.get(&call.model).name.clone(), first.part.clone());
            found.push((begins, first, KeptApart { model, part, times: vec![] }));
            found.len() - 1
        });
        let times = &mut found[at].2.times;
        match times.iter_mut().find(|time| time.seconds == seconds) {
            Some(time) => time.calls.push(address),
            None => {
                let ttl = call.cache.as_ref().and_then(|cache| cache.ttl.as_ref());
                let typed = ttl.map(|ttl| ttl.text.clone());
                times.push(KeptFor { seconds, typed, calls: vec![address] });
            }
        }
    }
    let apart = found.into_iter().map(|(_, _, apart)| apart);
    let mut apart: Vec<KeptApart> = apart.filter(|apart| apart.times.len() > 1).collect();
    for KeptApart { times, .. } in &mut apart {
        times.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    }
    apart
}

/// For how many seconds what a call sends is kept, where others' calls decide whether it still is.
fn time(w: &mut Writer, call: &Call) -> Option<f64> {
    let cache = call.cache.as_ref()?;
    if cache.alive.is_some() { None } else { kept_for(w, call) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::plan::{Measures, Plan};
    use crate::sample::book;

    /// What is kept apart of calls, each with what it sends and says of its cache.
    #[track_caller]
    fn shows(calls: &[(&str, &str)], expected: &[&str]) {
        let calls = calls.iter().zip('a'..).map(|((input, cache), name)| {
            format!(
                "{{ call: {{ name: {name}, model: acme/cached, input: [{input}], output: 9, cache: {cache} }} }}"
            )
        });
        let text = format!(
            "{{ forebill: 1, name: T, starts: 2027-01, months: 2, prompts: {{ system: {{ tokens: 2000, role: system }}, \
             tools: {{ tokens: 1500, role: tools }}, user: {{ tokens: 90 }} }}, features: [ {{ name: f, unit: unit, \
             volume: {{ units: 900/day }}, step: {{ chain: [ {} ] }} }} ] }}",
            calls.collect::<Vec<_>>().join(", ")
        );
        let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let (plan, measures, book) = (plan.addressed(), Measures::default(), book());
        let books = [&book];
        let checked = check(&plan, &measures, &books).expect("a plan without problems");
        let found = kept_apart(&checked).into_iter().map(|KeptApart { model, part, times }| {
            let times = times.iter().map(|KeptFor { seconds, typed, calls }| {
                format!("{seconds} s {} {calls:?}", typed.as_deref().unwrap_or("own"))
            });
            format!("{model} {part}: {}", times.collect::<Vec<_>>().join(", "))
        });
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_begins_alike_is_kept_apart_where_its_times_differ() {
        let user = "system, user";
        shows(&[(user, "{}"), (user, "{ ttl: 5 min }"), (user, "{ ttl: 300 s }")], &[]);
        shows(
            &[(user, "{ ttl: 1 h }"), (user, "{}"), (user, "{ ttl: 60 min }")],
            &[r#"acme/cached system: 300 s own ["f.b"], 3600 s 1 h ["f.a", "f.c"]"#],
        );
        // Half a second is another time.
        shows(
            &[(user, "{ ttl: 300.5 s }"), (user, "{ ttl: 2 h }"), (user, "{ ttl: 300 s }")],
            &[
                r#"acme/cached system: 300 s 300 s ["f.c"], 300.5 s 300.5 s ["f.a"], 7200 s 2 h ["f.b"]"#,
            ],
        );
    }

    #[test]
    fn what_begins_otherwise_or_is_said_to_be_kept_is_not_kept_apart() {
        let hour = "{ ttl: 1 h }";
        shows(&[("system, user", "{}"), ("tools, user", hour)], &[]);
        shows(&[("system, user", "{}"), ("system x2, user", hour)], &[]);
        shows(&[("system, user", "{}"), ("user, system", hour)], &[]);
        shows(&[("system, user", "{}"), ("system, user", "{ ttl: 1 h, alive: 90% }")], &[]);
        // What comes after the first part may differ.
        shows(
            &[("system, tools, user", "{}"), ("system, user", hour)],
            &[r#"acme/cached system: 300 s own ["f.a"], 3600 s 1 h ["f.b"]"#],
        );
    }
}
