//! What is wanted at a field of a plan that holds something of another form, with an example.

/// What stands at a path is not a map: what is wrong, and what to write.
pub fn map(path: &[&str]) -> (String, String) {
    let example = match path {
        [] => {
            return (
                "This is not a plan: a plan is a map of fields.".to_owned(),
                "Begin with `forebill: 1`, then `name:`, `starts:`, `months:` and `features:`, \
                 as examples/hello/plan.yaml does."
                    .to_owned(),
            );
        }
        ["prompts"] => "prompts: { system: { file: prompts/system.md } }".to_owned(),
        ["prompts", name] => format!("{name}: {{ file: prompts/{name}.md }}"),
        ["calibration"] => {
            "calibration: { anthropic/claude-opus-4-7: [{ estimated: 4102, billed: 4268 }] }"
                .to_owned()
        }
        ["calibration", _, _] => "- { estimated: 4102, billed: 4268 }".to_owned(),
        ["rate_limits"] | ["rate_limits", _] => {
            "rate_limits: { openai/gpt-5: { rpm: 10k, tpm: 2M } }".to_owned()
        }
        ["prices"] => "prices: { as_of: 2026-11-20 }".to_owned(),
        ["features", _] => "- { name: desk, unit: answer, volume: …, step: … }".to_owned(),
        ["contracts", _] => {
            "- { name: acme, provider: acme, discounts: [{ off: 12% }] }".to_owned()
        }
        ["contracts", _, "prices", _] => {
            "- { model: acme/large, meter: output, per_million: $9 }".to_owned()
        }
        ["contracts", _, "discounts", _] => "- { off: 12%, from: 2027-04 }".to_owned(),
        ["contracts", _, "free", _] => "- { meter: input, units: 50M }".to_owned(),
        ["contracts", _, "steps", _] => "- { rows: [{ spend: $10k, off: 5% }] }".to_owned(),
        ["contracts", _, "steps", _, "rows", _] => "- { spend: $10k, off: 5% }".to_owned(),
        ["contracts", _, "fees", _] => "- { name: gateway, share: 5.5% }".to_owned(),
        ["contracts", _, "commitments", _] => "- { amount: $100k, every: year }".to_owned(),
        ["contracts", _, "credits", _] => "- { amount: $2k, to: 2027-07 }".to_owned(),
        ["exchange"] => {
            "exchange: { currency: EUR, rate: { value: 0.92, source: …, as_of: 2026-11-20 } }"
                .to_owned()
        }
        ["other_costs", _] => "- { name: review, cost: 0.50, share: 5% }".to_owned(),
        [.., "volume"] => "volume: { units: 200/day }".to_owned(),
        [.., "adoption"] => "adoption: { from: 5%, to: 40%, by: month 6 }".to_owned(),
        [.., "call"] => "call: { model: openai/gpt-5, input: [system], output: 120 }".to_owned(),
        [.., "retry"] => "retry: { attempts: 3, fails: { timeout: 2% }, step: … }".to_owned(),
        [.., "fails"] => "fails: { timeout: 2% }".to_owned(),
        [.., "fan-out"] => "fan-out: { copies: 3, step: … }".to_owned(),
        [.., "conversation"] => "conversation: { turns: 2..6, turn: [ … ] }".to_owned(),
        [.., "route", _] => "- { share: 40%, step: … }".to_owned(),
        [.., "chain" | "turn", _] => "- call: { model: openai/gpt-5 }".to_owned(),
        [.., field @ ("step" | "then")] => {
            format!("{field}: {{ call: {{ model: openai/gpt-5 }} }}")
        }
        _ => "call: { model: openai/gpt-5 }".to_owned(),
    };
    say(path, "a map of fields", &example)
}

/// What stands at a path is not a list: what is wrong, and what to write.
pub fn list(path: &[&str]) -> (String, String) {
    let example = match path {
        [.., "features"] => "features: [{ name: desk, unit: answer, volume: …, step: … }]",
        [.., "contracts"] => "contracts: [{ name: acme, discounts: [{ off: 12% }] }]",
        ["contracts", _, "prices"] => {
            "prices: [{ model: acme/large, meter: output, per_million: $9 }]"
        }
        ["contracts", _, "discounts"] => "discounts: [{ off: 12% }]",
        ["contracts", _, "free"] => "free: [{ meter: input, units: 50M }]",
        ["contracts", _, "steps"] => "steps: [{ rows: [{ spend: $10k, off: 5% }] }]",
        ["contracts", _, "steps", _, "rows"] => "rows: [{ spend: $10k, off: 5% }]",
        ["contracts", _, "fees"] => "fees: [{ name: gateway, share: 5.5% }]",
        ["contracts", _, "commitments"] => "commitments: [{ amount: $100k, every: year }]",
        ["contracts", _, "credits"] => "credits: [{ amount: $2k, to: 2027-07 }]",
        [.., "other_costs"] => "other_costs: [{ name: review, cost: 0.50, share: 5% }]",
        ["calibration", _] => "anthropic/claude-opus-4-7: [{ estimated: 4102, billed: 4268 }]",
        [.., "input"] => "input: [system, question]",
        [.., "chain"] => "chain: [{ call: … }, { call: … }]",
        [.., "turn"] => "turn: [{ call: … }]",
        [.., "route"] => "route: [{ share: 40%, step: … }, { share: rest, step: … }]",
        _ => "- one\n- two",
    };
    say(path, "a list", example)
}

fn say(path: &[&str], form: &str, example: &str) -> (String, String) {
    let is_index = |step: &str| step.bytes().all(|digit| digit.is_ascii_digit());
    let message = match path {
        [.., list, index] if is_index(index) => format!("Each item of `{list}` is {form}."),
        [.., field] => format!("`{field}` is {form}."),
        [] => format!("This is {form}."),
    };
    (message, format!("Write it as in `{example}`."))
}
