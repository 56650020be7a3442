//! The model that answers what a step's own model does not: a dearer one of the same seller.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use cost::book::{Found, Provider, find};
use cost::check::days_of_step;
use cost::edit::{Edit, StepField};
use cost::money::Money;
use cost::plan::{Call, Days, Plan, Standing, Step, Trail};
use cost::price::{Service, price};
use cost::usage::{Tokens, Usage};
use jiff::civil::Date;

use super::figures::one_call;
use crate::estimates::Worked;
use crate::shelf::{Shelf, full_name, writes};

/// How many models are tried before the step keeps its own.
const TRIED: usize = 5;

/// A plan's cascade at a place with a dearer model in its second tier: the first that costs more than the step's own
/// by the prices of the plan that is worked out with it; nothing where there is none. `before` is the plan without it.
pub fn escalated(
    plan: &Plan,
    at: &str,
    (before, shelf): (&Worked, &Shelf),
    mut work: impl FnMut(&Plan) -> Option<Worked>,
) -> Option<Plan> {
    let calls = calls_under(plan, &format!("{at}/cascade/tiers/1/step"));
    let (standing, first) = calls.iter().find(|(_, call)| call.answer).or_else(|| calls.first())?;
    let model = first.model.clone();
    let same: Vec<&String> = calls
        .iter()
        .filter(|(_, call)| call.model == model)
        .map(|(standing, _)| &standing.path)
        .collect();
    let on = |name: &String| {
        same.iter().try_fold(plan.clone(), |plan, at| {
            let (at, value) = ((*at).clone(), name.clone());
            let edit = Edit::Step { at, field: StepField::Model, value };
            plan.edit(&edit).map(|edited| edited.plan).ok()
        })
    };
    let asked = Asked {
        usage: usage(before, &calls_under(&before.opened.plan, at), &model),
        service: Service::of(first.tier),
        days: days_of_step(plan, &Trail::to(plan, &standing.path)?)?,
    };
    let costs_more = |worked: &Worked, name: &str| {
        let providers = worked.pins.providers(shelf);
        let found = |name: &str| find(&providers, None, name).ok();
        found(&model).zip(found(name)).is_some_and(|(own, other)| asked.is_dearer(own, other))
    };
    let names = asked.dearer(shelf.find(None, &model).ok()?);
    names.iter().take(TRIED).find_map(|name| {
        let plan = on(name)?;
        work(&plan).is_some_and(|worked| costs_more(&worked, name)).then_some(plan)
    })
}

/// Calls at a place and under it that write.
fn calls_under<'p>(plan: &'p Plan, top: &str) -> Vec<(Standing<'p>, &'p Call)> {
    let under = format!("{top}/");
    let steps = plan.steps().into_iter();
    steps
        .filter(|standing| standing.path == top || standing.path.starts_with(&under))
        .filter_map(|standing| {
            let Step::Call(call) = standing.step else { return None };
            call.output.is_some().then_some((standing, call))
        })
        .collect()
}

/// What the model's call is sent and writes on average; where the plan does not make it, a thousand tokens with an
/// answer of three hundred.
fn usage(worked: &Worked, calls: &[(Standing, &Call)], model: &str) -> Usage {
    let own = || calls.iter().filter(|(_, call)| call.model == model);
    let call = own().find(|(_, call)| call.answer).or_else(|| own().next());
    let made = call.and_then(|(standing, _)| one_call(worked, standing.address.as_deref()?));
    let [input, output] = made.unwrap_or([1_000.0, 300.0]).map(|tokens| tokens.ceil() as u64);
    Usage::from_tokens(&Tokens { input, output, ..Tokens::default() })
        .expect("two totals do not contradict each other")
}

/// A call for which models are compared.
struct Asked {
    usage: Usage,
    service: Service,
    /// The days on which it is made.
    days: Days,
}

impl Asked {
    /// Dearer models of the same seller: those called alike first, of these the cheapest.
    fn dearer(&self, own: Found) -> Vec<String> {
        let alike = |id: &str| {
            let same = id.split('-').zip(own.model.id.split('-'));
            same.take_while(|(one, other)| one == other).count()
        };
        let others = own.provider.models.iter().filter(|other| writes(&other.id));
        let mut dearer: Vec<(Reverse<usize>, Option<Vec<Money>>, String)> = others
            .map(|model| Found { model, ..own })
            .filter(|other| self.is_dearer(own, *other))
            .map(|other| {
                let costs = self.costs(other, &self.changes(own.provider));
                (Reverse(alike(&other.model.id)), costs, full_name(&other))
            })
            .collect();
        dearer.sort();
        dearer.into_iter().map(|(_, _, name)| name).collect()
    }

    /// Whether a model is sold on all days of the call, and costs more than its own on each of them.
    fn is_dearer(&self, own: Found, other: Found) -> bool {
        let days = self.changes(own.provider);
        let costs = self.costs(own, &days).zip(self.costs(other, &days));
        costs.is_some_and(|(own, other)| {
            !days.is_empty() && own.iter().zip(&other).all(|(own, other)| own < other)
        })
    }

    /// What the call costs on each of these days; nothing where some day has no price, or the model is retired by then.
    fn costs(&self, found: Found, days: &[Date]) -> Option<Vec<Money>> {
        let cost = |day: &Date| {
            let answers = found.on(*day).ok()?;
            let end = answers.provider.terms.retirement(&answers.model.id);
            let is_sold = end.is_none_or(|end| *day < end.on);
            let at = day.at(0, 0, 0, 0);
            is_sold.then(|| price(answers, &self.usage, &self.service, at).ok())?.map(|it| it.total)
        };
        days.iter().map(cost).collect()
    }

    /// Of the call's days, those on which the seller may ask for another price than the day before.
    fn changes(&self, seller: &Provider) -> Vec<Date> {
        let (models, terms) = (&seller.models, &seller.terms);
        let entries = models.iter().flat_map(|model| &model.prices);
        let dated = entries.flat_map(|entry| [entry.from, entry.to]);
        let reroutes = terms.reroutes.iter().flat_map(|it| [it.span.from, it.span.to]);
        let ends = terms.retirements.iter().map(|end| Some(end.on));
        let dated = dated.chain(reroutes).chain(ends).flatten().filter(|day| self.days.has(*day));
        let starts = self.days.stretches().iter().map(|stretch| stretch.start);
        starts.chain(dated).collect::<BTreeSet<Date>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cost::edit::StepKind;

    use super::*;
    use crate::estimates::{work, work_out};
    use crate::pins::Pins;
    use crate::plans::Request;

    const BOOK: &str = r#"provider = "acme"
name = "Acme"
[[model]]
id = "acme-2-small"
source = "https://acme.example/prices"
checked = 2026-11-09
basis = "quoted"
[[model.price]]
to = 2027-02-01
input = "1"
output = "4"
[[model.price]]
from = 2027-02-01
input = "2"
output = "8"
"#;

    /// The model of the second tier, of a call of so many tokens that runs from `from` until `until`, beside other models
    /// with prices of input and output, and what is said of them.
    #[track_caller]
    fn check(
        tokens: [u32; 2],
        [from, until]: [&str; 2],
        others: &[[&str; 3]],
        more: &str,
        expected: &str,
    ) {
        let mut book = BOOK.to_owned();
        for [id, input, output] in others {
            let said =
                "source = \"https://acme.example\"\nchecked = 2026-11-09\nbasis = \"quoted\"";
            book += &format!(
                "[[model]]\nid = \"{id}\"\n{said}\n[[model.price]]\ninput = \"{input}\"\noutput = \"{output}\"\n"
            );
        }
        let folder = tempfile::tempdir().expect("a folder");
        let prices = folder.path().join("prices");
        fs::create_dir(&prices).expect("there is room");
        fs::write(prices.join("acme.toml"), book + more).expect("there is room");
        let [input, output] = tokens;
        let call = |name: &str, answer: bool| {
            format!(
                "{{ call: {{ name: {name}, answer: {answer}, model: acme-2-small, input: [text], output: {output} }} }}"
            )
        };
        let text = format!(
            "{{ forebill: 1, name: Desk, starts: 2027-01, months: 2, prompts: {{ text: {{ tokens: {input} }} }}, \
             features: [ {{ name: ask, unit: question, volume: {{ units: 100/month }}, step: {{ route: [ \
             {{ from: {from}, until: {until}, share: 50%, step: {} }}, {{ share: rest, step: {} }} ] }} }} ] }}",
            call("answer", true),
            call("other", true)
        );
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("there is room");
        let before = work(&Request { plan, book: Some(prices.clone()), ..Request::default() });
        let before = before.expect("the plan has no problems");
        let at = "features/0/step/route/0/step".to_owned();
        let wrap = Edit::Wrap { at: at.clone(), kind: StepKind::Cascade };
        let wrapped = before.opened.plan.edit(&wrap).expect("it can be wrapped").plan;
        let shelf = Shelf::of(Some(&prices)).expect("a book");
        let found = escalated(&wrapped, &at, (&before, &shelf), |plan| {
            let mut opened = before.opened.clone();
            opened.plan = plan.clone();
            work_out(opened, &shelf, Pins::set_aside(&prices)).ok()
        });
        let models = found.map(|plan| plan.calls()[2].model.clone());
        assert_eq!(models.as_deref().unwrap_or("none"), expected);
    }

    const ALWAYS: [&str; 2] = ["2027-01-01", "2027-03-01"];
    const JANUARY: [&str; 2] = ["2027-01-01", "2027-02-01"];

    #[test]
    fn it_is_dearer_on_every_day_on_which_the_call_is_made() {
        let others = [["acme-2-mid", "1.5", "6"], ["acme-3-large", "3", "12"]];
        check([1000, 300], ALWAYS, &others, "", "acme/acme-3-large");
        check([1000, 300], JANUARY, &others, "", "acme/acme-2-mid");
        check([1000, 300], ALWAYS, &others[..1], "", "none");
    }

    #[test]
    fn it_is_dearer_for_what_the_call_sends_and_writes() {
        let others = [["acme-2-short", "2.5", "7"], ["acme-2-terse", "1.8", "9"]];
        check([5000, 10], ALWAYS, &others, "", "acme/acme-2-short");
        check([10, 5000], ALWAYS, &others, "", "acme/acme-2-terse");
    }

    #[test]
    fn it_is_not_retired_before_the_call_is_made_for_the_last_time() {
        let others = [["acme-2-old", "3", "12"], ["acme-3-large", "4", "16"]];
        let end = "[[retirement]]\nmodel = \"acme-2-old\"\non = 2027-02-15\n\
                   source = \"https://acme.example/ends\"\nchecked = 2026-11-09\nbasis = \"quoted\"\n";
        check([1000, 300], ALWAYS, &others, end, "acme/acme-3-large");
        check([1000, 300], JANUARY, &others, end, "acme/acme-2-old");
    }
}
