//! Contracts against a settlement of their own: whole numbers, month by month, from the ledger at list prices.

use proptest::prelude::*;

use crate::book::Provider;
use crate::estimate::{Estimate, estimate};
use crate::ledger::LedgerLine;
use crate::meter::Meter;
use crate::plan::{Measures, Plan};
use crate::sample::{book, checked};
use crate::workings::{Driver, Item};

/// Two features on two models, one growing; what it costs at list prices changes in July.
fn plan(contracts: &str) -> Plan {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 9, prompts: {{ text: {{ tokens: 900 }} }}, \
         features: [ \
         {{ name: desk, unit: unit, volume: {{ units: 9000/month, grows: 9%/month }}, step: \
         {{ chain: [ {{ call: {{ name: a, model: acme/small, input: [text], output: 700 }} }}, \
         {{ call: {{ name: b, model: acme/large, input: [text x2], output: 300 }} }} ] }} }}, \
         {{ name: mail, unit: unit, volume: {{ units: 500/month }}, step: \
         {{ call: {{ name: c, model: acme/large, input: [text], output: 2000 }} }} }} ], \
         other_costs: [ {{ name: platform, cost: $500 }} ], contracts: [ {contracts} ] }}"
    );
    let plan: Plan =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    plan.addressed()
}

fn worked_out(contracts: &str) -> Estimate {
    let (plan, measures) = (plan(contracts), Measures::default());
    estimate(&checked(&plan, &measures)).expect("a plan of sensible size")
}

/// What was agreed, in basis points, cents and months counted from 0.
#[derive(Clone, Debug, Default)]
struct Terms {
    off: i128,
    free_inputs: i128,
    free_outputs: i128,
    steps: Vec<Rising>,
    fee: Option<(i128, i128)>,
    commitment: Option<(i128, usize)>,
    credits: Vec<(i128, usize, usize)>,
    tax: i128,
}

/// Steps upwards: above so many cents, or units of a meter, so many basis points are taken off.
#[derive(Clone, Debug)]
struct Rising {
    meter: Option<Meter>,
    whole: bool,
    rows: Vec<(i128, i128)>,
}

/// What the units of a meter cost in a month, in 10⁻¹⁸ dollars, and how many they are, in millionths.
#[derive(Clone, Copy, Debug, Default)]
struct Metered {
    cost: i128,
    units: i128,
}

impl Metered {
    /// Without a part of it, as a numerator and a denominator.
    fn without(self, units: i128, of: i128) -> Self {
        // Nine digits of a part of 10²¹ would not be enough, and all of them pass an i128.
        const FINE: i128 = 1_000_000_000_000_000;
        let part = if of == 0 { 0 } else { units * FINE / of };
        Self {
            cost: self.cost - self.cost * part / FINE,
            units: self.units - self.units * part / FINE,
        }
    }
}

const MONTHS: usize = 9;
/// 10⁻¹⁸ dollars in a cent.
const CENT: i128 = 10_000_000_000_000_000;

fn percent(points: i128) -> String {
    format!("{}.{:02}%", points / 100, points % 100)
}

fn dollars(cents: i128) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

fn month(index: usize) -> String {
    format!("2027-{:02}", index + 1)
}

impl Terms {
    fn written(&self) -> String {
        let mut text = format!(
            "{{ name: acme, provider: acme, discounts: [ {{ off: {} }} ]",
            percent(self.off)
        );
        let free: Vec<String> = [("input", self.free_inputs), ("output", self.free_outputs)]
            .into_iter()
            .filter(|(_, units)| *units > 0)
            .map(|(meter, units)| format!("{{ meter: {meter}, units: {units} }}"))
            .collect();
        if !free.is_empty() {
            text += &format!(", free: [ {} ]", free.join(", "));
        }
        let steps: Vec<String> = self.steps.iter().map(Rising::written).collect();
        if !steps.is_empty() {
            text += &format!(", steps: [ {} ]", steps.join(", "));
        }
        if let Some((share, minimum)) = self.fee {
            let (share, minimum) = (percent(share), dollars(minimum));
            text += &format!(", fees: [ {{ name: gateway, share: {share}, minimum: {minimum} }} ]");
        }
        if let Some((amount, length)) = self.commitment {
            let every = ["", "month", "", "quarter", "term"][length];
            text +=
                &format!(", commitments: [ {{ amount: {}, every: {every} }} ]", dollars(amount));
        }
        let credits: Vec<String> = self
            .credits
            .iter()
            .map(|(amount, from, to)| {
                format!(
                    "{{ amount: {}, from: {}, to: {} }}",
                    dollars(*amount),
                    month(*from),
                    month(*to)
                )
            })
            .collect();
        if !credits.is_empty() {
            text += &format!(", credits: [ {} ]", credits.join(", "));
        }
        format!("{text}, tax: {} }}", percent(self.tax))
    }

    /// What each month comes to, in 10⁻¹⁸ dollars, from the lines at list prices.
    fn settled(&self, list: &Estimate) -> Vec<i128> {
        let mut left: Vec<(i128, usize, usize)> = self.credits.clone();
        left.sort_by_key(|(_, from, _)| *from);
        let mut balances: Vec<i128> = left.iter().map(|(amount, ..)| amount * CENT).collect();
        let mut drawn = 0;
        let month = |month: usize| {
            let lines = || list.ledger.lines.iter().filter(move |line| line.month == month);
            let of = |other: bool| {
                let is_other = |item: &Item| matches!(item, Item::Other(_));
                lines()
                    .filter(|line| is_other(&line.item) == other)
                    .map(|line| atto(line.amount))
                    .sum::<i128>()
            };
            let of_meter = |meter: Meter| {
                let is_it = |line: &&LedgerLine| matches!(line.item, Item::Model { meter: it, .. } if it == meter);
                let amount: i128 = lines().filter(is_it).map(|line| atto(line.amount)).sum();
                let quantity: i128 = lines().filter(is_it).map(|line| atto(line.quantity)).sum();
                Metered {
                    cost: amount * (10_000 - self.off) / 10_000,
                    units: quantity / 10i128.pow(12),
                }
            };
            let mut input = of_meter(Meter::Input);
            input = input.without(input.units.min(self.free_inputs * 1_000_000), input.units);
            let mut output = of_meter(Meter::Output);
            output = output.without(output.units.min(self.free_outputs * 1_000_000), output.units);
            for steps in &self.steps {
                match steps.meter {
                    None => {
                        let spend = input.cost + output.cost;
                        let saved = steps.saved(spend, CENT, spend);
                        input.cost = input.without(saved, spend).cost;
                        output.cost = output.without(saved, spend).cost;
                    }
                    Some(Meter::Input) => {
                        input.cost -= steps.saved(input.units, 1_000_000, input.cost);
                    }
                    Some(_) => output.cost -= steps.saved(output.units, 1_000_000, output.cost),
                }
            }
            assert!(input.cost >= 0 && output.cost >= 0, "{input:?}, {output:?}");
            let spend = input.cost + output.cost;
            let mut due = spend;
            if let Some((share, minimum)) = self.fee {
                due += if spend > 0 { (spend * share / 10_000).max(minimum * CENT) } else { 0 };
            }
            if let Some((amount, length)) = self.commitment {
                let length = if length == 4 { MONTHS } else { length };
                drawn += spend;
                if (month + 1).is_multiple_of(length) {
                    due += (amount * CENT - drawn).max(0);
                    drawn = 0;
                }
            }
            for (balance, (_, from, to)) in balances.iter_mut().zip(&left) {
                let used = if (*from..*to).contains(&month) { due.min(*balance) } else { 0 };
                *balance -= used;
                due -= used;
            }
            due + due * self.tax / 10_000 + of(true)
        };
        (0..MONTHS).map(month).collect()
    }
}

impl Rising {
    fn written(&self) -> String {
        let row = |(above, off): &(i128, i128)| match self.meter {
            None => format!("{{ spend: {}, off: {} }}", dollars(*above), percent(*off)),
            Some(_) => format!("{{ units: {above}, off: {} }}", percent(*off)),
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        let meter = self.meter.map_or(String::new(), |meter| format!("meter: {}, ", meter.name()));
        format!("{{ {meter}whole: {}, rows: [ {} ] }}", self.whole, rows.join(", "))
    }

    /// What is taken off a cost for so much of what is counted, whose limits are told in `one`.
    fn saved(&self, counted: i128, one: i128, cost: i128) -> i128 {
        let mut saved = 0;
        for (index, (above, off)) in self.rows.iter().enumerate() {
            let above = above * one;
            if self.whole && counted > above {
                saved = cost * off / 10_000;
            } else if !self.whole && counted > above {
                let next = self.rows.get(index + 1).map_or(counted, |(next, _)| next * one);
                let inside = Metered { cost, units: 0 }.without(counted.min(next) - above, counted);
                saved += (cost - inside.cost) * off / 10_000;
            }
        }
        saved
    }
}

/// A decimal in 10⁻¹⁸.
fn atto(value: impl ToString) -> i128 {
    let text = value.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits: i128 = format!("{whole}{part:0<18}").parse().expect("a decimal");
    digits
}

/// The workings against the settlement; what is left never goes below nothing.
fn agrees(terms: &Terms) {
    let list = worked_out("");
    let estimate = worked_out(&terms.written());
    for (index, expected) in terms.settled(&list).into_iter().enumerate() {
        let given = atto(estimate.ledger.month(index));
        let off = (given - expected).abs();
        assert!(off <= CENT / 10_000_000, "month {index}: {given} is not {expected}: {terms:?}");
    }
    let (workings, values) = (&estimate.workings, &estimate.values);
    for row in workings.rows.iter() {
        let never = [".closing", ".opening", ".used", ".missing"];
        if row.address.starts_with("contracts.")
            && never.iter().any(|end| row.address.ends_with(end))
        {
            let all = values.all(workings.find(&row.address).expect("its own address"));
            assert!(all.iter().all(|value| *value >= 0.0), "{}: {all:?}", row.address);
        }
        // A sum of floats may miss nothing by the last of its digits.
        let sums = [".spend", ".cost", ".units"];
        if row.address.starts_with("contracts.")
            && sums.iter().any(|end| row.address.ends_with(end))
        {
            let all = values.all(workings.find(&row.address).expect("its own address"));
            assert!(all.iter().all(|value| *value >= -1e-6), "{}: {all:?}", row.address);
        }
    }
    // Features and what belongs to none are all there is, line by line.
    let ledger = &estimate.ledger;
    let features = ["desk", "mail", ""].map(|name| ledger.sum(|line| line.feature == name));
    assert_eq!(ledger.total(), features.into_iter().sum());
    let contract = workings.contracts[0].month;
    let changed: f64 = values.all(contract).iter().sum();
    let lines = ledger.sum(|line| line.driver == Driver::Contract).to_f64();
    assert!((lines - changed).abs() <= 1e-9 * (1.0 + changed.abs()), "{lines} for {changed}");
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let credits = prop::collection::vec((0..30_000i128, 0..7usize, 1..3usize), 0..3);
    let commitment = prop::option::of((0..90_000i128, prop::sample::select(vec![1usize, 3, 4])));
    let fee = prop::option::of((0..900i128, 0..9_000i128));
    let free = (0..60_000_000i128, 0..20_000_000i128);
    let steps = prop::collection::vec(any_steps(), 0..4);
    (0..9_000i128, free, steps, fee, commitment, credits, 0..2_500i128).prop_map(
        |(off, (free_inputs, free_outputs), steps, fee, commitment, credits, tax)| {
            let mut from = 0;
            let credits = credits
                .into_iter()
                .map(|(amount, start, length)| {
                    from = start.max(from);
                    (amount, from, from + length)
                })
                .collect();
            Terms { off, free_inputs, free_outputs, steps, fee, commitment, credits, tax }
        },
    )
}

/// By spend up to $400, or by units up to twenty million; up to all of it is taken off.
fn any_steps() -> impl Strategy<Value = Rising> {
    let by = prop::sample::select(vec![None, Some(Meter::Input), Some(Meter::Output)]);
    let rows = prop::collection::btree_map(0..40_000i128, 0..=10_000i128, 1..4);
    (by, any::<bool>(), rows).prop_map(|(meter, whole, rows)| {
        let one = if meter.is_some() { 500 } else { 1 };
        let rows = rows.into_iter().map(|(above, off)| (above * one, off)).collect();
        Rising { meter, whole, rows }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_contract_comes_to_what_a_settlement_in_whole_numbers_does(terms in any_terms()) {
        agrees(&terms);
    }
}

/// Of ten million tokens eight are free; the rest is halved, and of what is left nine tenths are taken off.
#[test]
fn what_is_free_counts_for_no_step_and_is_paid_back_once() {
    let estimate = worked_out(
        "{ name: acme, provider: acme, discounts: [ { off: 100%, meter: input } ], \
         free: [ { meter: output, units: 8M } ], \
         steps: [ { meter: output, whole: true, rows: [ { units: 1M, off: 50% } ] }, \
         { meter: output, rows: [ { units: 0, off: 90% } ] } ] }",
    );
    let at = |address: &str| {
        let row = estimate.workings.find(address).unwrap_or_else(|| panic!("no row {address}"));
        estimate.values.at(row, 0)
    };
    // 9,000 times 700 tokens at $1.60 and 300 at $15, and 500 times 2,000 at $15.
    let (tokens, cost) = (10_000_000.0, 65.58);
    assert!((at("contracts.acme.steps.units") - (tokens - 8e6)).abs() < 1e-6);
    assert!((at("contracts.acme.steps.cost") - cost / 5.0).abs() < 1e-9);
    assert!((at("contracts.acme.steps.2.cost") - cost / 10.0).abs() < 1e-9);
    let month = estimate.ledger.month(0).to_f64();
    assert!((month - 500.0 - cost / 100.0).abs() < 1e-9, "{month}");
}

/// 1,000 calls at $1 each of a model that is free at list prices: the fee and the tax on them are somebody's.
#[test]
fn what_is_free_at_list_prices_has_its_fees_too() {
    let text = "{ forebill: 1, name: Gift, starts: 2027-01, months: 1, prompts: { text: { tokens: 1000 } }, \
         features: [ { name: flow, unit: run, volume: { units: 1000/month }, step: \
         { call: { name: a, model: acme/gift, input: [text], output: 1 } } } ], \
         contracts: [ { name: gift, prices: [ { model: acme/gift, meter: input, per_million: $1000 } ], \
         steps: [ { rows: [ { spend: $0, off: 20% } ] } ], \
         fees: [ { name: gateway, share: 10% } ], tax: 50% } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let (plan, measures) = (plan.addressed(), Measures::default());
    let estimate = estimate(&checked(&plan, &measures)).expect("a plan of sensible size");
    let flow = estimate.feature_total("flow").to_f64();
    assert!((flow - 1000.0 * 0.8 * 1.1 * 1.5).abs() < 1e-9, "{flow}");
}

#[test]
fn a_model_may_be_named_in_any_way_that_the_book_knows() {
    let agreed = |model: &str| {
        let terms = format!("{{ name: acme, discounts: [ {{ off: 50%, model: {model} }} ] }}");
        worked_out(&terms).ledger.total()
    };
    assert!(agreed("large") < worked_out("").ledger.total());
    assert_eq!(agreed("large"), agreed("acme/large"));
}

#[test]
fn a_contract_without_terms_changes_nothing() {
    let (list, empty) =
        (worked_out(""), worked_out("{ name: acme, provider: acme, source: signed }"));
    assert_eq!(list.ledger, empty.ledger);
    assert_eq!(list.workings.rows, empty.workings.rows);
}

#[test]
fn a_contract_of_another_seller_is_not_about_these_calls() {
    let text = "{ name: other, provider: other, discounts: [ { off: 50% } ] }";
    let (plan, measures, acme) = (plan(text), Measures::default(), book());
    let other = Provider { id: "other".to_owned(), ..Provider::default() };
    let checked = crate::check::check(&plan, &measures, &[&acme, &other]).expect("a plan");
    let other = estimate(&checked).expect("a plan of sensible size");
    assert_eq!(worked_out("").ledger.total(), other.ledger.total());
}

#[test]
fn the_first_price_that_holds_counts_and_percentages_come_after_it() {
    let list = worked_out("");
    let agreed = worked_out(
        "{ name: acme, prices: [ \
         { model: acme/large, meter: output, per_million: $12, from: 2027-03, to: 2027-05 }, \
         { model: acme/large, meter: output, per_million: $9 } ], \
         discounts: [ { off: 10%, meter: output, model: acme/large, from: 2027-04 } ] }",
    );
    // The calls write 300 tokens a unit of desk, and 2,000 one of mail, at $15 a million.
    let tokens = |month: usize| 9000.0 * 1.09_f64.powi(month as i32 - 1) * 300.0 + 500.0 * 2000.0;
    for (month, price) in [(1, 9.0), (3, 12.0), (4, 12.0 * 0.9), (5, 9.0 * 0.9)] {
        let saved = list.ledger.month(month - 1).to_f64() - agreed.ledger.month(month - 1).to_f64();
        let expected = tokens(month) * (15.0 - price) / 1e6;
        assert!((saved - expected).abs() < 1e-9, "month {month}: {saved} is not {expected}");
    }
}

/// A commitment at list prices and one at a discount, as billing data of two sellers print it: 100,000 units at $2
/// are $200,000 at list prices, $100,000 as agreed.
#[test]
fn half_off_100_000_units_at_2_dollars_is_100_000() {
    let text = "{ forebill: 1, name: G-5, starts: 2027-01, months: 1, prompts: { text: { tokens: 1 } }, \
         features: [ { name: flow, unit: run, volume: { units: 100000/month }, step: \
         { call: { name: a, model: acme/search, input: [text] , output: 1 } } } ], \
         contracts: [ { name: commit, prices: [ { model: acme/search, meter: request, each: $1 } ], \
         discounts: [ { off: 100%, meter: input }, { off: 100%, meter: output } ], \
         commitments: [ { amount: $150k, every: term } ] } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let (plan, measures) = (plan.addressed(), Measures::default());
    let estimate = estimate(&crate::check::check(&plan, &measures, &[&book()]).expect("a plan"));
    let estimate = estimate.expect("a plan of sensible size");
    let at = |address: &str| {
        let row = estimate.workings.find(address).unwrap_or_else(|| panic!("no row {address}"));
        estimate.values.at(row, 0)
    };
    assert_eq!(at("contracts.commit.account.spend"), 100_000.0);
    assert_eq!(at("contracts.commit.commitment.missing"), 50_000.0);
    assert!((estimate.ledger.total().to_f64() - 150_000.0).abs() < 1e-9);
}
