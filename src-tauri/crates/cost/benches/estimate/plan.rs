//! Plans of any size: features of fifty steps of every kind, one of them across a cliff.

use cost::plan::Plan;

/// A plan of so many features over so many months.
pub fn plan(features: usize, months: usize) -> Plan {
    let mut text = format!(
        "{{ forebill: 1, name: Bench, starts: 2027-01, months: {months}, prompts: {{ \
         system: {{ tokens: 2400, role: system, grows: 4%/month }}, tools: {{ tokens: 900, role: tools }}, \
         question: {{ tokens: 15..120 }}, article: {{ tokens: 300..1000, used: 40% }}, \
         page: {{ tokens: 200 x40 | 900 x8 | 3000 x1, role: tools }}, rules: {{ tokens: 350, role: system }} }}, \
         agents: {{ scout: {{ step: {{ chain: [ \
           {{ call: {{ name: look, model: acme/small, input: [rules, question], output: 20..60 }} }}, \
           {{ tool: {{ name: search, uses: 1..3, fee: $0.004, returns: page }} }}, \
           {{ call: {{ name: tell, answer: true, model: acme/small, input: [rules, page, question], output: 80..300 }} }} ] }} }} }}, \
         features: ["
    );
    for nth in 0..features {
        text.push_str(&feature(nth));
    }
    text.push_str("], other_costs: [ { name: review, of: f0, share: 2%, cost: $1.10 }, { name: platform, cost: $500 } ] }");
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    plan.addressed()
}

fn feature(nth: usize) -> String {
    // One feature in ten meets a cliff: it is walked step by step there.
    let wide = match nth % 10 {
        0 => "steps: 5..40, adds: 8000",
        _ => "steps: 2..8, adds: 800",
    };
    format!(
        "{{ name: f{nth}, unit: unit, volume: {{ users: {}, adoption: {{ from: 5%, to: 65%, by: month 9 }}, each: 3/week, grows: 1%/month }}, \
         step: {{ chain: [ \
           {{ conversation: {{ turns: 2..8, pause: 40 s, turn: [ \
             {{ call: {{ name: rewrite, model: acme/small, input: [rules, history, question], output: 8..30 }} }}, \
             {{ call: {{ name: embed, model: acme/vectors, input: [question] }} }}, \
             {{ route: [ \
               {{ share: 55%, step: {{ call: {{ name: easy, answer: true, model: acme/cached, cache: {{}}, input: [system, tools, history, article x4, question], output: 50..350 }} }} }}, \
               {{ share: rest, step: {{ retry: {{ attempts: 3, fails: {{ timeout: 1.5%, invalid: 1% }}, outage: 0.5%, \
                 step: {{ call: {{ name: hard, answer: true, model: acme/large, input: [system, tools, history, article x4, question], output: 50..350, reasoning: 200..1400 }} }}, \
                 then: {{ call: {{ name: fallback, answer: true, model: acme/small, input: [system, history, question], output: 50..350 }} }} }} }} }} ] }}, \
             {{ cascade: {{ tiers: [ \
               {{ step: {{ call: {{ name: cheap, model: acme/small, input: [rules, question], output: 20..50 }} }}, \
                  judge: {{ call: {{ name: judge, model: acme/small, input: [rules, question], output: 1 }} }}, accepts: 60% }}, \
               {{ step: {{ call: {{ name: dear, model: acme/large, input: [rules, question], output: 30..90 }} }} }} ] }} }}, \
             {{ call: {{ name: guard, model: acme/small, input: [rules, question], output: 1..40 }} }} ] }} }}, \
           {{ fan-out: {{ copies: 2..4, step: {{ agent: {{ name: scouts, use: scout }} }} }} }}, \
           {{ until: {{ rounds: 3, accepts: 50%, \
             draft: {{ call: {{ name: draft, model: acme/large, input: [system, question, context], output: 200..600 }} }}, \
             check: {{ call: {{ name: check, model: acme/small, input: [question, context], output: 40, max_tokens: 60 }} }} }} }}, \
           {{ loop: {{ steps: 2..6, step: {{ chain: [ \
             {{ call: {{ name: think, model: acme/small, input: [rules, question, context], output: 30..90, reasoning: 100..400 }} }}, \
             {{ tool: {{ name: fetch, uses: 2, fee: $0.01, returns: page }} }}, \
             {{ call: {{ name: act, model: acme/small, input: [rules, question, context], output: 40 }} }} ] }} }} }}, \
           {{ response-cache: {{ traffic: {{ distinct: 40k, zipf: 0.9, max_age: 2 h }}, wrong: 5%, excluded: 10%, \
             lookup: {{ call: {{ name: key, model: acme/vectors, input: [question] }} }}, \
             insert: {{ tool: {{ name: keep, fee: $0.0001 }} }}, \
             step: {{ call: {{ name: sum-up, model: acme/small, input: [article, question], output: 60..140 }} }} }} }}, \
           {{ conversation: {{ turns: 1..5, history: {{ last: 2 }}, turn: [ \
             {{ call: {{ name: reply, answer: true, model: acme/cached, cache: {{ alive: 60%, in_time: 80% }}, input: [system, history, question], output: 80..300 }} }} ] }} }}, \
           {{ retry: {{ attempts: 2, fails: {{ rejected: 2% }}, \
             step: {{ call: {{ name: form, model: acme/small, input: [rules, article], output: 100..200 }} }}, \
             then: {{ call: {{ name: form-again, model: acme/large, input: [rules, article], output: 100..200 }} }} }} }}, \
           {{ fan-out: {{ copies: 3, step: {{ call: {{ name: votes, model: acme/small, input: [rules, question], output: 5 }} }} }} }}, \
           {{ route: [ \
             {{ share: 10%, step: {{ call: {{ name: way-a, model: acme/small, input: [question], output: 10..30 }} }} }}, \
             {{ share: 20%, step: {{ call: {{ name: way-b, model: acme/large, input: [question], output: 10..30 }} }} }}, \
             {{ share: rest, step: {{ call: {{ name: way-c, model: acme/small, input: [question], output: 10..30 }} }} }} ] }}, \
           {{ loop: {{ {wide}, pause: 20 s, step: {{ call: {{ name: reader, model: acme/large, input: [system, context], output: 60..140 }} }} }} }}, \
           {{ chain: [ \
             {{ call: {{ name: one, model: acme/small, input: [rules, article], output: 20..50 }} }}, \
             {{ call: {{ name: two, model: acme/small, input: [rules, article], output: 20..50 }} }}, \
             {{ agent: {{ name: scout-two, use: scout }} }}, \
             {{ call: {{ name: four, model: acme/large, input: [rules, article], output: 20..50 }} }} ] }}, \
           {{ tool: {{ name: mail, uses: 1..2, fee: $0.0004 }} }}, \
           {{ call: {{ name: note, model: acme/small, input: [rules, article], output: 60..140 }} }}, \
           {{ call: {{ name: file, model: acme/small, input: [rules, article], output: 10..20 }} }} ] }} }},",
        1000 + 500 * nth
    )
}
