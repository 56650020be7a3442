//! The numbers of a plan as the window edits them: what each is called, whether it can go.

use cost::plan::Number;
use cost::spread::Spread;

use super::outline::Places;
use super::view::PlanInput;
use crate::plans::Input;

/// A number with where it belongs and how it spreads.
pub fn plan_input(input: Input, number: Option<&Number>, places: &Places) -> PlanInput {
    let Some(number) = number else {
        // The length of a text: `prompts.system.tokens.o200k`.
        let part = input.address.split('.').nth(1).unwrap_or_default();
        let at = format!("prompts/{part}");
        return PlanInput { label: "Tokens".to_owned(), at, optional: false, range: None, input };
    };
    let range = match number.read.as_ref().map(|typed| &typed.spread) {
        Ok(Spread::Range { low, high } | Spread::Likely { low, high, .. }) => {
            Some([low.to_string(), high.to_string()])
        }
        // The page draws a smooth curve between two ends, which measured values need not follow.
        Ok(Spread::Fixed(_) | Spread::Measured(_)) | Err(_) => None,
    };
    PlanInput {
        label: number_label(number),
        at: places.node_of(&number.path),
        optional: can_be_left_out(number),
        range,
        input,
    }
}

fn can_be_left_out(number: &Number) -> bool {
    let last = number.address.rsplit('.').next().unwrap_or_default();
    match number.path[0].as_str() {
        "contracts" => ["tax", "minimum", "per-million", "each"].contains(&last),
        // The share of a branch is needed: it is no cost's.
        "other_costs" => ["once", "share"].contains(&last),
        _ => [
            "uses",
            "fee",
            "wrong",
            "excluded",
            "scopes",
            "ttl",
            "alive",
            "in_time",
            "after_right",
            "after_wrong",
            "reasoning",
            "max_tokens",
            "quality",
            "pause",
            "adds",
            "grows",
            "used",
            "adoption",
            "starts",
            "success",
            "value",
        ]
        .contains(&last),
    }
}

/// What a number is called beside its value: the last words of its address.
fn number_label(number: &Number) -> String {
    let mut words: Vec<&str> = number.address.split('.').collect();
    // `route.share.2`: the number counts branches.
    let nth = words.last().and_then(|last| last.parse::<u32>().ok());
    if nth.is_some() {
        words.pop();
    }
    let after = |word: &str| words.iter().position(|known| *known == word).map(|at| &words[at..]);
    let words = if let Some(limited) = number.rate_limit() {
        format!("{} a minute", limited.counted())
    } else if let Some(["fails", kind, field]) = after("fails") {
        format!("{kind}: {}", field.replace('_', " "))
    } else if let Some(["fails", kind]) = after("fails") {
        format!("fails: {kind}")
    } else if let (Some(["row", step @ ..]), "contracts") = (after("row"), words[0]) {
        let nth = step.first().filter(|_| step.len() > 1).unwrap_or(&"1");
        format!("step {nth}: {}", step.last().unwrap_or(&""))
    } else if let ([.., of, "grows"], Some("step")) =
        (words.as_slice(), number.path.get(2).map(String::as_str))
    {
        format!("{of} grows by")
    } else if let [.., of, "follows", "doubled"] = words.as_slice() {
        format!("{of} where its driver doubles")
    } else if let Some(words) = of_kind(number, &words) {
        words
    } else if let Some(["adoption", end]) = after("adoption") {
        format!("adoption {end}")
    } else if let [.., part, "copies"] = words.as_slice() {
        if words.len() > 3 { format!("{part}, how many") } else { "copies".to_owned() }
    } else {
        let last = words.last().copied().unwrap_or_default();
        match nth {
            Some(nth) => format!("{last} of branch {nth}"),
            None => last.replace(['_', '-'], " "),
        }
    };
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// What a number of one kind of step is called, where its last word says too little.
fn of_kind(number: &Number, words: &[&str]) -> Option<String> {
    let under = |step: &str| number.path.iter().any(|known| known == step);
    let &[.., above, last] = words else { return None };
    let plain = last.replace('_', " ");
    Some(match above.strip_prefix("tier-").filter(|_| under("tiers")) {
        Some(tier) => format!("tier {tier}: {plain}"),
        None if above == "outage" => format!("outage: {plain}"),
        None => match last {
            "ttl" => "kept for",
            "alive" => "kept by others",
            "in_time" => "next in time",
            "max_age" => "kept for",
            "distinct" => "different requests",
            "zipf" => "Zipf exponent",
            "last" if under("history") => "last turns",
            "wrong" if under("response-cache") => "wrong, noticed",
            "adds" => "each adds",
            _ => return None,
        }
        .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use cost::plan::Plan;

    use super::*;

    #[test]
    fn a_cost_is_retyped_in_its_month_and_its_share_and_a_branch_keeps_its_share() {
        let call = "{ call: { name: NAME, model: acme/small, input: [text], output: 1 } }";
        let [easy, hard] = ["easy", "hard"].map(|name| call.replace("NAME", name));
        let plan = format!(
            "{{ forebill: 1, name: Desk, starts: 2027-01, months: 3, prompts: {{ text: {{ tokens: 1 }} }}, \
             features: [ {{ name: ask, unit: question, volume: {{ units: 10/month }}, step: {{ route: [ \
             {{ share: 20%, step: {easy} }}, {{ share: rest, step: {hard} }} ] }} }} ], other_costs: [ \
             {{ name: index, cost: $9, once: month 2 }}, {{ name: review, cost: $1, share: 2% }} ] }}"
        );
        let plan: Plan = serde_saphyr::from_str(&plan).expect("a plan");
        let numbers = plan.addressed().numbers();
        let ends = |end: &str| {
            let known = numbers.iter().filter(|number| number.address.ends_with(end));
            known.map(|it| (it.path[0].as_str(), can_be_left_out(it))).collect::<Vec<_>>()
        };
        assert_eq!(ends(".once"), [("other_costs", true)]);
        assert_eq!(ends(".share"), [("features", false), ("other_costs", true)]);
        assert_eq!(ends(".cost"), [("other_costs", false), ("other_costs", false)]);
    }
}
