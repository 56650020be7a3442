//! Whether what is said to move inputs together can be meant.

use std::collections::BTreeMap;

use super::finding::{Findings, NAME_HINT, is_name};
use crate::plan::Plan;

/// Shared causes.
pub fn causes(found: &mut Findings, plan: &Plan) {
    if plan.causes.is_empty() {
        return;
    }
    let numbers = plan.numbers();
    let known = |address: &str| {
        let mut others = numbers.iter().filter(|number| number.path[0] != "causes");
        others.any(|number| number.address == address)
    };
    let mut moved: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, cause) in &plan.causes {
        found.within(&["causes", name], |found| {
            if !is_name(name) {
                found.say("", format!("`{name}` cannot be the name of a cause."), NAME_HINT);
            }
            if cause.len() < 2 {
                let message = format!("`{name}` is shared by nothing.");
                found.say("", message, "Name two inputs or more: `{ support.users: 60% }`.");
            }
            for (address, part) in cause {
                if !known(address) {
                    let message = format!("There is no input at `{address}`.");
                    found.at(
                        part,
                        message,
                        "Write the address of an input, such as `support.users`.",
                    );
                } else if let Some(other) = moved.insert(address, name) {
                    let message = format!("`{address}` is moved by `{other}` as well.");
                    found.at(part, message, "An input has one cause: keep the stronger one.");
                }
                if part.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed()) {
                    found.at(part, "The part that a cause explains is one share.", "Write 60%.");
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::{Measures, Plan};
    use crate::sample::book;

    /// What is wrong with causes of a plan.
    fn problems(causes: &str) -> Vec<String> {
        let text = format!(
            "{{ forebill: 1, name: T, starts: 2027-01, months: 2, prompts: {{ user: {{ tokens: 10..40 }} }}, features: [ \
             {{ name: f, unit: unit, volume: {{ users: 10k, each: 2/month }}, step: {{ call: {{ name: a, \
             model: acme/small, input: [user], output: 9 }} }} }} ], causes: {causes} }}"
        );
        let plan = serde_saphyr::from_str::<Plan>(&text).unwrap_or_else(|error| panic!("{error}"));
        let (plan, measures) = (plan.addressed(), Measures::default());
        let found = crate::check::check(&plan, &measures, &[&book()]);
        found
            .err()
            .into_iter()
            .flatten()
            .map(|it| format!("{}: {}", it.path.join("/"), it.message))
            .collect()
    }

    #[test]
    fn a_cause_moves_inputs_of_the_plan_and_each_of_them_alone() {
        assert_eq!(problems("{ hype: { f.users: 60%, f.each: 40% } }"), Vec::<String>::new());
        assert_eq!(
            problems("{ hype: { f.users: 60%, f.ech: 40% } }"),
            ["causes/hype/f.ech: There is no input at `f.ech`."]
        );
        assert_eq!(
            problems(
                "{ hype: { f.users: 60%, f.each: 40% }, season: { f.a.output: 10%, f.users: 9% } }"
            ),
            ["causes/season/f.users: `f.users` is moved by `hype` as well."]
        );
        assert_eq!(
            problems("{ hype: { f.users: 60% } }"),
            ["causes/hype: `hype` is shared by nothing."]
        );
        assert_eq!(problems("{ Hype: { f.users: 120%, f.each: 1% } }").len(), 2);
    }
}
