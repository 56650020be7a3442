//! What a call pays for its tokens in the month in view, and when that changes.

use std::collections::BTreeSet;

use cost::meter::Meter;
use cost::workings::{Item, LineRate, Price, Workings};
use jiff::civil::Date;

use super::behind::Steps;
use super::node::{CallPrice, Kind, Node};

/// The prices of tokens sent and written that a call's lines use in the month; nothing for other nodes.
pub fn call_prices(steps: &Steps, node: &Node) -> Vec<CallPrice> {
    if node.kind != Kind::Call {
        return vec![];
    }
    let workings = &steps.worked.estimate.workings;
    let month = workings.first_day(steps.month)..workings.first_day(steps.month + 1);
    let is_within = |price: &Price| {
        price.from.is_none_or(|from| from < month.end) && price.to.is_none_or(|to| to > month.start)
    };
    let is_told = |item: &Item| match item {
        Item::Model { meter, .. } => matches!(meter, Meter::Input | Meter::Output),
        Item::Other(_) => false,
    };
    let lines = steps.behind(node).into_iter().flat_map(|step| steps.lines(step));
    let used: BTreeSet<_> = lines
        .filter(|line| is_told(&line.item))
        .flat_map(|line| match &line.rate {
            LineRate::Prices(prices) => prices.iter().map(|(price, _)| *price).collect(),
            LineRate::Typed(_) | LineRate::Agreed(_) => vec![],
        })
        .collect();
    let prices = used.into_iter().map(|id| &workings.prices[id.0]);
    prices.filter(|price| is_within(price)).map(|price| call_price(workings, price)).collect()
}

fn call_price(workings: &Workings, price: &Price) -> CallPrice {
    let (first, end) = (workings.first_day(0), workings.first_day(workings.months));
    let day = |day: Date| day.to_string();
    CallPrice {
        meter: price.meter,
        per_million: price.rate.per_million(),
        since: since(workings, price).filter(|from| *from > first).map(day),
        ends: ends(workings, price).filter(|to| *to < end).map(day),
    }
}

/// The first day of a price; an entry that goes on as the one before it was begins nothing.
fn since(workings: &Workings, price: &Price) -> Option<Date> {
    let from = price.from?;
    let before = workings.prices.iter().find(|it| goes_on(it, price) && it.to == Some(from));
    before.map_or(Some(from), |before| since(workings, before))
}

/// The day on which a price ends; where the next entry goes on as it was, nothing does.
fn ends(workings: &Workings, price: &Price) -> Option<Date> {
    let to = price.to?;
    let next = workings.prices.iter().find(|it| goes_on(it, price) && it.from == Some(to));
    next.map_or(Some(to), |next| ends(workings, next))
}

fn goes_on(price: &Price, other: &Price) -> bool {
    (&price.model, price.meter, price.tier) == (&other.model, other.meter, other.tier)
        && (price.bracket, &price.window, &price.days)
            == (other.bracket, &other.window, &other.days)
        && price.rate == other.rate
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::estimates::work;
    use crate::plans::Request;
    use crate::projects::behind::Steps;
    use crate::projects::figures::fill;
    use crate::projects::listed::Listed;
    use crate::projects::node::CallPrice;
    use crate::projects::outline;

    /// The prices of the one call of a plan of three months from December 2026 on, month by month.
    fn told(model: &str) -> Vec<Vec<String>> {
        let text = format!(
            "{{ forebill: 1, name: Prices, starts: 2026-12, months: 3, \
             prices: {{ as_of: 2026-11-22 }}, prompts: {{ question: {{ tokens: 1000 }} }}, \
             features: [ {{ name: ask, unit: question, volume: {{ units: 10000/month }}, \
             step: {{ call: {{ name: reply, answer: true, model: {model}, \
             input: [question], output: 400 }} }} }} ] }}"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        let worked = work(&Request { plan, ..Request::default() }).expect("it has no problems");
        let words = |price: &CallPrice| {
            let CallPrice { meter, per_million, since, ends } = price;
            let day = |day: &Option<String>| day.clone().unwrap_or_default();
            format!("{} {per_million} {}..{}", meter.name(), day(since), day(ends))
        };
        let month = |month| {
            let plan = &worked.opened.plan;
            let mut nodes = outline::nodes(plan, &Listed::of(plan));
            fill(&mut nodes, &Steps::of(&worked, month));
            let call = nodes.iter().find(|node| node.model.is_some()).expect("there is a call");
            let figures = call.figures.as_ref().expect("it has figures");
            figures.prices.iter().map(words).collect()
        };
        (0..3).map(month).collect()
    }

    #[test]
    fn a_call_tells_the_prices_of_the_month_and_when_they_change() {
        assert_eq!(
            told("google/gemini-3.6-flash"),
            [
                ["input 0.75 ..2027-01-01", "output 3.75 ..2027-01-01"],
                ["input 1.5 2027-01-01..", "output 7.5 2027-01-01.."],
                ["input 1.5 2027-01-01..", "output 7.5 2027-01-01.."],
            ]
        );
    }

    #[test]
    fn a_price_that_goes_on_neither_begins_nor_ends() {
        let months = told("openai/gpt-4o");
        assert_eq!(months[0], ["input 2.5 ..", "output 10 .."]);
        assert!(months.iter().all(|month| *month == months[0]), "{months:?}");
    }
}
