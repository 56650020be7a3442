//! Plans that are written as workbooks, and the seller whose prices they take.

use cost::book::{Bracket, Calendar, Days, Entry, Model, Origin, Provider, Week, Window};
use cost::check::check;
use cost::estimate::{Estimate, estimate};
use cost::meter::Meter;
use cost::money::Rate;
use cost::plan::{Certainty, Measure, Measures, Plan};
use jiff::civil::date;
use report::{About, Figures};

/// Everything at once: a conversation over a cliff, a route, a retry, prices that change in July, business days, costs beside the calls.
pub const EVERYTHING: &str = "
forebill: 1
name: Everything & more
starts: 2027-01
months: 14
prompts:
  system: { text: You help., grows: 2%/month }
  question: { tokens: 40..220 }
  article: { tokens: 20000/40000/90000, used: 40% }
features:
  - name: support-desk
    label: Support desk
    unit: conversation
    volume: { users: 12k ±20%, adoption: { from: 8%, to: 30%..80%, by: month 9, shape: s-curve }, each: 1.4/month }
    step:
      conversation:
        turns: { value: 2..6, source: chat logs, as_of: 2026-10-01, owner: Care }
        turn:
          - call: { name: rewrite, model: acme/small, input: [question], output: 30..60 }
          - route:
              - { share: 70%, step: { call: { name: easy, answer: true, model: acme/large, input: [system, history, article x4, question], output: 120..300 } } }
              - { share: rest, step: { retry: { attempts: 3, fails: { invalid: 4%, timeout: 1% }, step: { call: { name: hard, answer: true, model: acme/large, input: [system, history, question], output: 200..900, reasoning: 500..2000 } }, then: { call: { name: other, answer: true, model: acme/small, input: [system, history, question], output: 200 } } } } }
  - name: letters
    unit: letter
    volume: { units: 30/business day, grows: -2%/month }
    step:
      fan-out:
        copies: 1..4
        step: { call: { name: write, answer: true, model: acme/small, input: [system, question], output: 400..1200 } }
other_costs:
  - { name: human review, share: 2%, of: support-desk, cost: $1.10 }
  - { name: platform, cost: $500 }
";

/// Measured lengths and counts over a cliff that growth brings nearer, alone and in a conversation.
pub const MEASURED: &str = "
forebill: 1
name: Measured
starts: 2027-01
months: 6
prompts:
  system: { text: You help., grows: 2%/month }
  article: { tokens: { value: 120 x700 | 4200 x200 | 190k x60 | 450k x9, source: 969 articles }, grows: 3%/month }
features:
  - name: articles
    unit: article
    volume: { units: 30 x5 | 42 x2 /business day }
    step: { call: { name: read, answer: true, model: acme/large, input: [system, article], output: 80 x3 | 900 x1 } }
  - name: talks
    unit: talk
    volume: { units: 100/month }
    step:
      conversation:
        turns: 1 x5 | 2 x3 | 6 x1
        turn: [ { call: { name: say, answer: true, model: acme/large, input: [system, history, article], output: 200 } } ]
";

/// Limits of a minute: hours of several time zones, more of which may be the busiest than stand in one formula.
pub const LIMITED: &str = "
forebill: 1
name: Limited
starts: 2027-01
months: 12
prompts:
  system: { text: You help. }
  question: { tokens: 40..220 }
rate_limits:
  acme/large: { rpm: 20, tpm: 2k, itpm: { value: 1k, source: their page }, otpm: 900 }
features:
  - name: mornings
    unit: answer
    load: { zone: Europe/London, hours: [24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1] }
    volume: { units: 900/day }
    step: { retry: { attempts: 2, fails: { rejected: 3% }, step: { call: { name: say, answer: true, model: acme/large, input: [system, question], output: 100 } }, then: { call: { name: other, answer: true, model: acme/small, input: [question], output: 100 } } } }
  - name: evenings
    unit: answer
    load: { hours: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24] }
    volume: { units: 700/day, grows: 3%/month }
    step: { call: { name: say, answer: true, model: acme/large, input: [system, question], output: 120 } }
  - name: staff
    unit: note
    load: { zone: America/New_York, hours: office hours }
    volume: { units: 600/business day }
    step: { call: { name: note, model: acme/large, input: [question], output: 40..90 } }
";

/// Prices by weekday, with holidays.
pub const WEEKDAYS: &str = "
forebill: 1
name: Weekdays
starts: 2027-01
months: 14
prompts:
  system: { text: You help. }
features:
  - name: answers
    unit: answer
    volume: { units: 1000/month }
    step: { call: { name: answer, answer: true, model: acme/office, input: [system], output: 100 } }
";

/// Models that end and begin in mid-month, a part of the way on both, and a feature that starts with the second one.
pub const SWITCHED: &str = "
forebill: 1
name: Switched
starts: 2027-05
months: 5
prompts:
  system: { text: You help. }
  question: { tokens: 40..220 }
features:
  - name: talks
    unit: talk
    volume: { units: 900/month, grows: 4%/month }
    step:
      conversation:
        turns: 2..6
        turn:
          - route:
              - { share: 20%, from: month 2, until: 2027-07-10, step: { call: { name: trial, answer: true, model: acme/large, input: [system, history, question], output: 90..300 } } }
              - { from: 2027-07-10, step: { call: { name: next, answer: true, model: acme/begins, input: [system, history, question], output: 90..300 } } }
              - { share: rest, step: { call: { name: old, answer: true, model: acme/ends, input: [system, history, question], output: 120 } } }
  - name: later
    unit: page
    starts: month 4
    volume: { units: 50/day }
    step: { call: { name: page, answer: true, model: acme/begins, input: [system], output: 100 } }
";

/// Every term of a contract, and another currency.
pub const AGREED: &str = "
forebill: 1
name: Agreed
starts: 2027-01
months: 8
prompts:
  system: { text: You help. }
features:
  - name: answers
    unit: answer
    volume: { units: 90k/month, grows: 12%/month }
    step: { call: { name: answer, answer: true, model: acme/small, input: [system], output: 400 } }
  - name: letters
    unit: letter
    volume: { units: 4k/month }
    step: { call: { name: write, answer: true, model: acme/flat, input: [system], output: 1200 } }
other_costs:
  - { name: platform, cost: $50 }
contracts:
  - name: acme
    provider: acme
    source: Order form of November 2026
    prices: [ { model: acme/flat, meter: output, per_million: $1.50, from: 2027-03 } ]
    discounts: [ { off: 8%, meter: input }, { off: 4%, from: 2027-02, to: 2027-06 } ]
    free: [ { meter: output, units: 2M } ]
    steps:
      - { rows: [ { spend: $40, off: 3% }, { spend: $90, off: 6% } ] }
      - { meter: input, whole: true, rows: [ { units: 80M, off: 5% } ] }
    fees: [ { name: gateway, share: 5.5%, minimum: $0.80 } ]
    commitments: [ { amount: $400, every: quarter }, { amount: $20, every: month, drawn_by: list }, { amount: $5k, every: year } ]
    credits: [ { amount: $90, to: 2027-03 }, { amount: $500, from: 2027-02 } ]
    tax: 19%
exchange: { currency: EUR, rate: { value: 0.92, source: European Central Bank, as_of: 2026-11-20 } }
";

/// Beginnings in explicit caches: shared by features, held for some hours, over a cliff, until mid-month; dearer from July.
pub const HELD: &str = "
forebill: 1
name: Held
starts: 2027-05
months: 5
prompts:
  manual: { tokens: 190k, role: system, grows: 3%/month }
  rules: { tokens: 9000, role: tools }
  question: { tokens: 40..220 }
features:
  - name: talks
    unit: talk
    load: office hours
    volume: { units: 900/month, grows: 4%/month }
    step:
      conversation:
        turns: 2..6
        turn:
          - route:
              - { share: 20%, until: 2027-07-10, step: { call: { name: trial, answer: true, model: acme/held, input: [rules, history, question], output: 90..300, cache: { held: 9 h } } } }
              - { share: rest, step: { call: { name: reply, answer: true, model: acme/held, input: [manual, history, question], output: 90..300, cache: { held: 24 h } } } }
  - name: later
    unit: page
    starts: month 2
    volume: { units: 50/day }
    step: { retry: { attempts: 2, fails: { timeout: 3% }, step: { call: { name: page, answer: true, model: acme/held, input: [manual, question], output: 100, cache: { held: 24 h } } } } }
";

/// One call, one price, one month.
pub const LITTLE: &str = "
forebill: 1
name: Little
starts: 2027-02
months: 1
prompts: { system: { text: You help. } }
features:
  - name: answer
    unit: request
    volume: { units: 1000/month }
    step: { call: { name: answer, answer: true, model: acme/flat, input: [system], output: 100 } }
";

pub fn written(estimate: &Estimate) -> Vec<u8> {
    let figures = Figures::new(about("Everything & more"), estimate);
    report::workbook(&figures).unwrap_or_else(|error| panic!("{error}"))
}

/// A note of more than one line.
pub const NOTE: &str = "contracts.acme.credit: $1,200.00 of $2,500.00 expire unused at the end of 2027-04, \
                    and nobody will give them back, however long the note that says so may be.";

pub fn about(name: &str) -> About {
    About {
        name: name.to_owned(),
        currency: "USD".to_owned(),
        plan_hash: "5f1c0a".to_owned(),
        set: vec!["desk.units=3k/day".to_owned()],
        notes: vec![NOTE.to_owned()],
        book: "acme 1".to_owned(),
        exported: date(2026, 11, 22),
    }
}

pub fn worked_out(plan: &str) -> Estimate {
    let plan: Plan = serde_saphyr::from_str(plan).unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.addressed();
    let mut measures = Measures::default();
    for (model, certainty) in [
        ("acme/small", Certainty::Exact),
        ("acme/large", Certainty::Estimated(0.07)),
        ("acme/flat", Certainty::Exact),
        ("acme/office", Certainty::Exact),
        ("acme/ends", Certainty::Exact),
        ("acme/begins", Certainty::Exact),
    ] {
        let vocabulary = model.replace("acme/", "");
        measures.insert(
            "system",
            model,
            Measure { vocabulary, tokens: 812.0, certainty, source: None },
        );
    }
    let checked = check(&plan, &measures, &[&acme()]);
    let worked = checked.and_then(|checked| estimate(&checked));
    worked.unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A seller whose prices change in July and at night, with a cliff at 200,000 tokens.
pub fn acme() -> Provider {
    let july = Some(date(2027, 7, 15));
    let night = Some(Window { start_minute: 22 * 60, end_minute: 6 * 60 });
    let cliff = Some(Bracket::Over(200_000));
    let entry = |from, to, bracket, window, input: &str, output: &str| Entry {
        from,
        to,
        bracket,
        window,
        rates: [(Meter::Input, input), (Meter::Output, output)]
            .map(|(meter, rate)| (meter, Rate::parse_per_million(rate).expect("a rate")))
            .into(),
        ..Entry::default()
    };
    let model = |id: &str, prices| Model {
        id: id.to_owned(),
        origin: Origin {
            source: "https://acme.example/prices".to_owned(),
            checked: date(2026, 11, 9),
            basis: "book".to_owned(),
        },
        prices,
        ..Model::default()
    };
    let small = vec![
        entry(None, july, None, None, "0.4", "1.6"),
        entry(july, None, None, None, "0.2", "0.8"),
        entry(july, None, None, night, "0.1", "0.4"),
    ];
    let large =
        vec![entry(None, None, None, None, "3", "15"), entry(None, None, cliff, None, "6", "22.5")];
    let holidays = Calendar {
        id: "acme".to_owned(),
        source: "https://acme.example/holidays".to_owned(),
        known_to: date(2028, 12, 31),
        dates: vec![date(2027, 1, 1)],
    };
    let week = Week::parse("mon-fri").expect("days of the week");
    let days = Some(Days { week, except: Some(holidays.into()) });
    let office = vec![
        entry(None, None, None, None, "1", "2"),
        Entry { days, ..entry(None, None, None, night, "3", "7") },
    ];
    let tenth = Some(date(2027, 7, 10));
    let ends = vec![
        entry(None, Some(date(2027, 6, 20)), None, None, "2", "8"),
        entry(Some(date(2027, 6, 20)), tenth, None, None, "1.5", "6"),
    ];
    let begins = vec![entry(tenth, None, None, None, "0.7", "2.1")];
    let mut held = vec![
        entry(None, None, None, None, "1.25", "10"),
        entry(None, None, cliff, None, "2.5", "15"),
    ];
    for (entry, read) in held.iter_mut().zip(["0.125", "0.25"]) {
        let rate = Rate::parse_per_million(read).expect("a rate");
        entry.rates.insert(Meter::CacheRead, rate);
    }
    for (from, to, rate) in [(None, july, "0.5"), (july, None, "1")] {
        let rate = Rate::parse_per_million(rate).expect("a rate");
        let rates = [(Meter::CacheStorage, rate)].into();
        held.push(Entry { from, to, rates, ..Entry::default() });
    }
    let flat = vec![entry(None, None, None, None, "1", "2")];
    Provider {
        id: "acme".to_owned(),
        name: "Acme".to_owned(),
        models: vec![
            model("small", small),
            model("large", large),
            model("flat", flat),
            model("office", office),
            model("ends", ends),
            model("begins", begins),
            model("held", held),
        ],
        ..Provider::default()
    }
}
