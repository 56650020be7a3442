//! Whether limits can be meant: one number each, of calls that there are.

use super::finding::Findings;
use crate::plan::{Budget, Feature, Limit, Meaning, Percentile, Plan, PlanBudget, Side};

/// The limits of a feature.
pub fn feature(found: &mut Findings, plan: &Plan, feature: &Feature) {
    let Some(Budget { tokens, unit_cost, month }) = &feature.budget else { return };
    found.within(&["budget"], |found| {
        found.within(&["tokens"], |found| {
            for (key, limit) in tokens {
                call(found, plan, feature, key);
                self::limit(found, key, limit, false);
            }
        });
        if let Some(unit_cost) = unit_cost {
            limit(found, "unit_cost", unit_cost, false);
        }
        if let Some(month) = month {
            limit(found, "month", month, true);
        }
    });
}

/// The limits of the whole plan.
pub fn plan(found: &mut Findings, budget: &PlanBudget) {
    found.within(&["budget"], |found| {
        if let Some(month) = &budget.month {
            limit(found, "month", month, true);
        }
        if let Some(draws) = budget.draws.filter(|draws| !(100..=1_000_000).contains(draws)) {
            let message = format!("{draws} units say too little, or take too long.");
            found.say("draws", message, "Write 100 to 1000000; 20000 is usual.");
        }
    });
}

/// Whether a limit of tokens names a call of the feature, and what of it is limited.
fn call(found: &mut Findings, plan: &Plan, feature: &Feature, key: &str) {
    let names = plan.called(&feature.step);
    let is_known = Side::of(key).is_some_and(|(name, _)| names.iter().any(|known| known == name));
    if !is_known {
        let message = format!("`{key}` is no side of a call of `{}`.", feature.name);
        let hint = match names.first() {
            Some(name) => format!(
                "Write `{name}.input` or `{name}.output`; its calls are {}.",
                names.join(", ")
            ),
            None => "Take it out: the feature makes no calls.".to_owned(),
        };
        found.say(key, message, hint);
    }
}

fn limit<M: Meaning>(found: &mut Findings, field: &str, limit: &Limit<M>, may_be_at: bool) {
    match &limit.read {
        Err(unread) => found.say(field, unread.message.clone(), unread.hint.clone()),
        Ok(_) if limit.decimal().is_none() => {
            let message = format!("`{}` is no limit: it is not one number.", limit.text);
            found.say(field, message, "Write the most that it may be.");
        }
        Ok(_) => {}
    }
    let known = || Percentile::KNOWN.map(|percent| format!("P{percent}")).join(", ");
    match limit.at {
        Some(_) if !may_be_at => {
            let message =
                format!("`{}` has a percentile, which only a month's limit has.", limit.text);
            found.say(field, message, "Take ` at …` out.");
        }
        Some(Percentile::Unknown) => {
            let message = format!("`{}` names no percentile that is told.", limit.text);
            found.say(field, message, format!("Write one of {}.", known()));
        }
        Some(Percentile::P(_)) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::plan::{Measures, Plan};
    use crate::sample::book;

    /// What is said of a feature's limits and of the plan's.
    fn said(feature: &str, plan: &str) -> Vec<String> {
        let text = format!(
            "
forebill: 1
name: Desk
starts: 2027-01
months: 2
prompts: {{ question: {{ tokens: 40 }} }}
budget: {{ {plan} }}
features:
  - name: desk
    unit: answer
    volume: {{ units: 100/day }}
    budget: {{ {feature} }}
    step:
      chain:
        - agent: {{ use: scout }}
        - call: {{ name: easy, answer: true, model: acme/small, input: [question], output: 10 }}
agents:
  scout: {{ step: {{ call: {{ name: look, model: acme/small, input: [question], output: 5 }} }} }}
"
        );
        let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let (plan, measures) = (plan.addressed(), Measures::default());
        let problems = check(&plan, &measures, &[&book()]).err().unwrap_or_default();
        let line = |it: &crate::problem::Problem| {
            format!("{}: {} {}", it.path.join("/"), it.message, it.hint)
        };
        problems.iter().map(line).collect()
    }

    #[test]
    fn limits_are_one_number_each() {
        let nothing: [&str; 0] = [];
        let tokens = "tokens: { easy.input: 6k, easy.output: 800 tokens, scout.look.input: 50 }";
        let feature = format!("{tokens}, unit_cost: $0.05, month: 9000");
        assert_eq!(said(&feature, "month: $9000 at P80, draws: 5000, seed: 7"), nothing);
        assert_eq!(
            said("unit_cost: much", ""),
            ["features/0/budget/unit_cost: `much` is not an amount of money. Write $1.10."]
        );
        assert_eq!(
            said("month: $5..9", "month: 9k \u{b1}10%"),
            [
                "features/0/budget/month: `$5..9` is no limit: it is not one number. Write the most that it may be.",
                "budget/month: `9k \u{b1}10%` is no limit: it is not one number. Write the most that it may be.",
            ]
        );
        assert_eq!(
            said("month: $5 at P81, unit_cost: $1 at P80", "draws: 3"),
            [
                "features/0/budget/unit_cost: `$1 at P80` has a percentile, which only a month's limit has. Take ` at …` out.",
                "features/0/budget/month: `$5 at P81` names no percentile that is told. Write one of P10, P50, P80, P90.",
                "budget/draws: 3 units say too little, or take too long. Write 100 to 1000000; 20000 is usual.",
            ]
        );
        assert_eq!(
            said("tokens: { hard.input: 5, easy.all: 5 }", ""),
            [
                "features/0/budget/tokens/hard.input: `hard.input` is no side of a call of `desk`. Write `scout.look.input` or `scout.look.output`; its calls are scout.look, easy.",
                "features/0/budget/tokens/easy.all: `easy.all` is no side of a call of `desk`. Write `scout.look.input` or `scout.look.output`; its calls are scout.look, easy.",
            ]
        );
    }
}
