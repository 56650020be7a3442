//! Whether rate limits can be meant: one number above 0 each, of models that the book knows.

use std::collections::BTreeMap;

use super::contracts;
use super::finding::Findings;
use crate::book::Provider;
use crate::plan::{Limited, Number, Plan};
use crate::spread::Spread;
use crate::units::Typed;

/// The rate limits of a plan.
pub fn rate_limits(found: &mut Findings, plan: &Plan) {
    for (model, limits) in &plan.rate_limits {
        if limits.typed().next().is_none() {
            found.within(&["rate_limits", model], |found| {
                let fields = Limited::ALL.map(Limited::name).join(", ");
                let message = format!("Nothing of `{model}` is limited.");
                found.say("", message, format!("Write one of {fields}, or take it out."));
            });
        }
        for (limited, limit) in limits.typed() {
            self::limit(found, limited, limit);
        }
    }
}

fn limit(found: &mut Findings, limited: Limited, limit: &Number) {
    // Of a text that is no number something is said already.
    let Ok(Typed { spread, doubt, .. }) = &limit.read else { return };
    let hint = format!("Write the most {} that the provider allows: 50k.", limited.unit());
    match spread {
        Spread::Fixed(most) if doubt.is_none() && *most <= 0.0 => {
            found.at(limit, format!("`{}` lets no call through.", limit.text), hint);
        }
        Spread::Fixed(_) if doubt.is_none() => {}
        Spread::Fixed(_) | Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            found.at(limit, format!("`{}` is no limit: it is not one number.", limit.text), hint);
        }
    }
}

/// Adds the models that rate limits name, as the book knows them: `provider/id` by the name that is written.
pub fn named(
    found: &mut Findings,
    plan: &Plan,
    books: [&[&Provider]; 2],
    named: &mut BTreeMap<String, String>,
) {
    for name in plan.rate_limits.keys() {
        if named.contains_key(name) {
            continue;
        }
        let model =
            found.within(&["rate_limits"], |found| contracts::model(found, books, name, name));
        named.extend(model.map(|model| (name.clone(), model)));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::plan::{Measures, Plan};
    use crate::sample::book;

    /// What is said of a plan's rate limits.
    fn said(limits: &str) -> Vec<String> {
        let text = format!(
            "{{ forebill: 1, name: Desk, starts: 2027-01, months: 2, prompts: {{ question: {{ tokens: 40 }} }}, \
             rate_limits: {{ {limits} }}, features: [ {{ name: desk, unit: answer, volume: {{ units: 100/day }}, \
             step: {{ call: {{ name: easy, model: acme/small, input: [question], output: 10 }} }} }} ] }}"
        );
        let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let (plan, measures) = (plan.addressed(), Measures::default());
        let problems = check(&plan, &measures, &[&book()]).err().unwrap_or_default();
        let line = |it: &crate::problem::Problem| {
            format!("{}: {} {}", it.path.join(" "), it.message, it.hint)
        };
        problems.iter().map(line).collect()
    }

    #[test]
    fn rate_limits_are_one_number_above_zero_of_a_known_model() {
        let nothing: [&str; 0] = [];
        let sourced = "{ value: 2M, source: the seller's page }";
        // A model that no call is on may have limits: a call may come to it.
        assert_eq!(
            said(&format!(
                "acme/small: {{ rpm: 500, itpm: {sourced} }}, acme/large: {{ otpm: 8k }}"
            )),
            nothing
        );
        assert_eq!(
            said("acme/small: { rpm: 0, tpm: -5, itpm: 40k..50k, otpm: 8k \u{b1}10% }"),
            [
                "rate_limits acme/small tpm: `-5` is below 0. Write 0 or more.",
                "rate_limits acme/small rpm: `0` lets no call through. Write the most requests a minute that the provider allows: 50k.",
                "rate_limits acme/small itpm: `40k..50k` is no limit: it is not one number. Write the most tokens a minute that the provider allows: 50k.",
                "rate_limits acme/small otpm: `8k \u{b1}10%` is no limit: it is not one number. Write the most tokens a minute that the provider allows: 50k.",
            ]
        );
        assert_eq!(
            said("acme/smal: { rpm: 50 }, acme/large: {}"),
            [
                "rate_limits acme/large: Nothing of `acme/large` is limited. Write one of rpm, tpm, itpm, otpm, or take it out.",
                "rate_limits acme/smal: The book has no model called `acme/smal`. Did you mean acme/small, acme/search, acme/large?",
            ]
        );
    }
}
