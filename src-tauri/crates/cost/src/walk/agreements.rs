//! Contracts against a settlement of their own: whole numbers, month by month, from the ledger at list prices.

use proptest::prelude::*;

use crate::estimate::{Estimate, estimate};
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
    free_outputs: i128,
    steps: Vec<(i128, i128)>,
    whole: bool,
    fee: Option<(i128, i128)>,
    commitment: Option<(i128, usize)>,
    credits: Vec<(i128, usize, usize)>,
    tax: i128,
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
        if self.free_outputs > 0 {
            text += &format!(", free: [ {{ meter: output, units: {} }} ]", self.free_outputs);
        }
        if !self.steps.is_empty() {
            let rows: Vec<String> = self
                .steps
                .iter()
                .map(|(above, off)| {
                    format!("{{ spend: {}, off: {} }}", dollars(*above), percent(*off))
                })
                .collect();
            text +=
                &format!(", steps: [ {{ whole: {}, rows: [ {} ] }} ]", self.whole, rows.join(", "));
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
            let output = || {
                lines().filter(|line| {
                    matches!(line.item, Item::Model { meter: crate::meter::Meter::Output, .. })
                })
            };
            let kept = 10_000 - self.off;
            let mut spend = of(false) * kept / 10_000;
            if self.free_outputs > 0 {
                let cost: i128 =
                    output().map(|line| atto(line.amount)).sum::<i128>() * kept / 10_000;
                // Millionths of a token.
                let units: i128 = output().map(|line| atto(line.quantity) / 10i128.pow(12)).sum();
                spend -= cost * units.min(self.free_outputs * 1_000_000) / units;
            }
            let mut saved = 0;
            for (index, (above, off)) in self.steps.iter().enumerate() {
                let above = above * CENT;
                if self.whole && spend > above {
                    saved = spend * off / 10_000;
                } else if !self.whole {
                    let next = self.steps.get(index + 1).map_or(spend, |(next, _)| next * CENT);
                    saved += (spend.min(next) - above).max(0) * off / 10_000;
                }
            }
            spend -= saved;
            let mut due = spend;
            if let Some((share, minimum)) = self.fee {
                due += (spend * share / 10_000).max(minimum * CENT);
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
    for row in &workings.rows {
        let never = [".closing", ".opening", ".used", ".missing"];
        if row.address.starts_with("contracts.")
            && never.iter().any(|end| row.address.ends_with(end))
        {
            let all = values.all(workings.find(&row.address).expect("its own address"));
            assert!(all.iter().all(|value| *value >= 0.0), "{}: {all:?}", row.address);
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
    let steps = prop::collection::btree_map(0..40_000i128, 0..4_000i128, 0..4);
    let credits = prop::collection::vec((0..30_000i128, 0..7usize, 1..3usize), 0..3);
    let commitment = prop::option::of((0..90_000i128, prop::sample::select(vec![1usize, 3, 4])));
    let fee = prop::option::of((0..900i128, 0..9_000i128));
    (0..9_000i128, 0..40_000_000i128, steps, any::<bool>(), fee, commitment, credits, 0..2_500i128)
        .prop_map(|(off, free_outputs, steps, whole, fee, commitment, credits, tax)| {
            let mut from = 0;
            let credits = credits
                .into_iter()
                .map(|(amount, start, length)| {
                    from = start.max(from);
                    (amount, from, from + length)
                })
                .collect();
            let steps = steps.into_iter().collect();
            Terms { off, free_outputs, steps, whole, fee, commitment, credits, tax }
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_contract_comes_to_what_a_settlement_in_whole_numbers_does(terms in any_terms()) {
        agrees(&terms);
    }
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
    let list = worked_out("");
    let other = worked_out("{ name: other, provider: other, discounts: [ { off: 50% } ] }");
    assert_eq!(list.ledger.total(), other.ledger.total());
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
