//! Whether what was agreed with sellers can be counted.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Findings, NAME_HINT, is_name};
use super::prices::{Models, NO_MODEL_HINT};
use crate::book::{Provider, UnknownModel, find, known_seller};
use crate::plan::{Commitment, Contract, Number, Plan, Span, Steps, Stretch, first_day};
use crate::problem::Lacks;

/// Every contract of a plan.
pub fn contracts(found: &mut Findings, plan: &Plan) {
    let (mut names, mut sellers) = (BTreeSet::new(), BTreeSet::new());
    for (index, contract) in plan.contracts.iter().enumerate() {
        found.within(&["contracts", &index.to_string()], |found| {
            if !is_name(&contract.name) {
                let message = format!("`{}` cannot be the name of a contract.", contract.name);
                found.say("name", message, NAME_HINT);
            } else if !names.insert(&contract.name) {
                let message = format!("Two contracts are called `{}`.", contract.name);
                found.say("name", message, "Give each its own name.");
            }
            if !sellers.insert(&contract.provider) {
                let (field, message) = match &contract.provider {
                    Some(seller) => ("provider", format!("Two contracts are about `{seller}`.")),
                    None => ("", "Two contracts are about every other seller.".to_owned()),
                };
                found.say(field, message, "Put their terms into one, or say `provider`.");
            }
            self::contract(found, plan, contract);
        });
    }
}

/// The models that contracts name, as the book knows them: `provider/id` by the name that a term uses.
/// A name that a call uses means the call's model.
pub fn named(
    found: &mut Findings,
    plan: &Plan,
    models: &Models,
    books: [&[&Provider]; 2],
) -> BTreeMap<String, String> {
    let mut named: BTreeMap<String, String> =
        models.iter().map(|(name, sold)| (name.to_owned(), sold.name.clone())).collect();
    for (index, contract) in plan.contracts.iter().enumerate() {
        found.within(&["contracts", &index.to_string()], |found| {
            seller(found, contract, books);
            for (list, index, name) in contract.models() {
                found.within(&[list, &index.to_string()], |found| {
                    let known = named.get(name).cloned();
                    let model = known.or_else(|| model(found, books, name, "model"));
                    if let Some(model) = model {
                        of_the_seller(found, contract, &model);
                        named.insert(name.to_owned(), model);
                    }
                });
            }
        });
    }
    named
}

/// Whether the book knows whom a contract is with.
fn seller(found: &mut Findings, contract: &Contract, [book, less]: [&[&Provider]; 2]) {
    let Some(name) = &contract.provider else { return };
    match known_seller(book, name).or_else(|unknown| known_seller(less, name).map_err(|_| unknown))
    {
        Ok(seller) if seller.id == *name => {}
        Ok(seller) => {
            let message = format!("The book calls `{name}` `{}`.", seller.id);
            found.say("provider", message, format!("Write `provider: {}`.", seller.id));
        }
        Err(unknown) => unknown_name(found, "provider", &unknown, NO_SELLER_HINT),
    }
}

/// What a model is called in the book that a field names.
pub fn model(
    found: &mut Findings,
    [book, less]: [&[&Provider]; 2],
    name: &str,
    field: &str,
) -> Option<String> {
    match find(book, None, name).or_else(|unknown| find(less, None, name).map_err(|_| unknown)) {
        Ok(hit) => Some(format!("{}/{}", hit.provider.id, hit.model.id)),
        Err(unknown) => {
            unknown_name(found, field, &unknown, NO_MODEL_HINT);
            None
        }
    }
}

/// A contract with one seller says nothing of another's models.
fn of_the_seller(found: &mut Findings, contract: &Contract, model: &str) {
    let seller = model.split_once('/').map_or(model, |(seller, _)| seller);
    if let Some(with) = contract.provider.as_deref().filter(|with| *with != seller) {
        let message = format!("The contract is about `{with}`, and `{model}` is of `{seller}`.");
        found.say("model", message, "Put the term into a contract with that seller.");
    }
}

/// What a contract names is not in the book.
fn unknown_name(found: &mut Findings, field: &str, unknown: &UnknownModel, hint: &str) {
    match unknown.suggestion() {
        Some(hint) => found.say(field, unknown.message(), hint),
        None => found.lacks(field, unknown.message(), hint, Lacks::Model),
    }
}

/// What to write instead of a seller that is like none of the book.
const NO_SELLER_HINT: &str = "Write one of the price book's, as before the `/` of its models.";

/// The other currency of a plan.
pub fn exchange(found: &mut Findings, plan: &Plan) {
    let Some(exchange) = &plan.exchange else { return };
    found.within(&["exchange"], |found| {
        let code = &exchange.currency;
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            found.say("currency", format!("`{code}` is no currency."), "Write three letters: EUR.");
        } else if *code == plan.currency {
            let message = format!("The plan is in {code} already.");
            found.say("currency", message, "Write the other currency, or take `exchange` out.");
        }
        let rate = &exchange.rate;
        let read = rate.read.as_ref();
        if read.is_ok_and(|typed| !typed.spread.is_fixed() || rate.mean() <= 0.0) {
            let message = format!("`{}` is no rate of exchange.", rate.text);
            found.at(rate, message, "Write what one unit of the plan's currency is worth: 0.92.");
        }
        if rate.provenance.source.is_none() || rate.provenance.as_of.is_none() {
            let message = "A rate of exchange holds for a day, as somebody published it.";
            let hint = "Write `rate: { value: 0.92, source: …, as_of: 2026-11-20 }`.";
            found.at(rate, message, hint);
        }
    });
}

fn contract(found: &mut Findings, plan: &Plan, contract: &Contract) {
    for (list, index, span) in contract.spans() {
        found.within(&[list, &index.to_string()], |found| {
            let mut days = vec![];
            for (field, month) in [("from", span.from), ("to", span.to)] {
                let Some(month) = month else { continue };
                match first_day(month) {
                    Some(day) => days.push(day),
                    None => {
                        found.say(field, format!("`{month}` is not a month."), "Write 2027-04.")
                    }
                }
            }
            if let ([from, to], Some(_), Some(_)) = (&days[..], span.from, span.to)
                && from >= to
            {
                let hint = "`to` is the first month without it.";
                found.say("to", "The term ends before it begins.", hint);
            }
        });
    }
    for (index, price) in contract.prices.iter().enumerate() {
        found.within(&["prices", &index.to_string()], |found| {
            let amounts = [&price.per_million, &price.each].into_iter().flatten().count();
            if amounts != 1 {
                let message =
                    format!("What does `{}` of `{}` cost?", price.meter.name(), price.model);
                found.say("", message, "Write one of `per_million: $0.20` and `each: $0.01`.");
            }
        });
    }
    for (index, free) in contract.free.iter().enumerate() {
        let twice = contract.free[..index].iter().any(|other| {
            let models = [&free.model, &other.model];
            let apart = matches!(models, [Some(one), Some(other)] if one != other);
            other.meter == free.meter && !apart && meet(free.span(), other.span())
        });
        found.within(&["free", &index.to_string()], |found| {
            if twice {
                let message = format!("Two quantities of {} are free at once.", free.meter.name());
                found.say("meter", message, "Add them up, or give each its model or its months.");
            }
        });
    }
    for (index, steps) in contract.steps.iter().enumerate() {
        found.within(&["steps", &index.to_string()], |found| self::steps(found, steps));
    }
    for (index, commitment) in contract.commitments.iter().enumerate() {
        found.within(&["commitments", &index.to_string()], |found| {
            self::commitment(found, plan, commitment);
        });
    }
    for (index, fee) in contract.fees.iter().enumerate() {
        if fee.name.trim().is_empty() {
            found.within(&["fees", &index.to_string()], |found| {
                found.say("name", "The fee has no name.", "Write what it is for.");
            });
        }
    }
    for number in numbers(plan, contract) {
        if number.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed()) {
            let hint = "A contract says one number; say a doubt as `5% ±10%`.";
            found.at(&number, format!("`{}` is a range.", number.text), hint);
        }
    }
}

/// Whether two terms hold in the same month. Months are written so that they sort.
fn meet(one: Span, other: Span) -> bool {
    let begins_before_end = |begins: Span, ends: Span| match (begins.from, ends.to) {
        (Some(from), Some(to)) => from < to,
        (Some(_) | None, _) => true,
    };
    begins_before_end(one, other) && begins_before_end(other, one)
}

/// The numbers of a contract.
fn numbers(plan: &Plan, contract: &Contract) -> Vec<Number> {
    let of = format!("contracts.{}.", contract.name);
    let numbers = plan.numbers().into_iter();
    numbers.filter(|number| number.address.starts_with(&of)).collect()
}

fn steps(found: &mut Findings, steps: &Steps) {
    if steps.rows.is_empty() {
        found.say("rows", "There is no step.", "Write `rows: [{ spend: $10k, off: 5% }]`.");
    }
    let mut before = None;
    for (index, row) in steps.rows.iter().enumerate() {
        found.within(&["rows", &index.to_string()], |found| {
            let above = match (&steps.meter, &row.spend, &row.units) {
                (None, Some(spend), None) => &**spend,
                (Some(_), None, Some(units)) => &**units,
                (Some(_), _, _) => {
                    let message = "Above how many units does the step begin?";
                    return found.say("", message, "Write `units: 100M`, and no `spend`.");
                }
                (None, _, _) => {
                    let message = "Above which spend does the step begin?";
                    let hint = "Write `spend: $10k`; `units` need the `meter` that they count.";
                    return found.say("", message, hint);
                }
            };
            if above.read.is_err() {
                return;
            }
            let least = above.mean();
            if before.is_some_and(|before| least <= before) {
                let message = "The step does not lie above the one before it.";
                found.at(above, message, "Write the steps upwards.");
            }
            before = Some(least);
        });
    }
}

fn commitment(found: &mut Findings, plan: &Plan, commitment: &Commitment) {
    let Some(starts) = plan.first_day() else { return };
    let from = commitment.from.as_deref().and_then(first_day).unwrap_or(starts);
    if from < starts {
        let message = "The commitment begins before the plan, which does not know what was drawn.";
        let hint = format!("Write what is left of it, from {}.", plan.starts);
        return found.say("from", message, hint);
    }
    let Some(to) = commitment.to.as_deref().and_then(first_day) else { return };
    let months = |day: jiff::civil::Date| i32::from(day.year()) * 12 + i32::from(day.month());
    let length = match commitment.every {
        Stretch::Month | Stretch::Term => 1,
        Stretch::Quarter => 3,
        Stretch::Year => 12,
    };
    if (months(to) - months(from)) % length != 0 {
        let message = format!("From {from} to {to} there is no whole number of stretches.");
        found.say("to", message, "Move `to`, or write another `every`.");
    }
}

#[cfg(test)]
mod tests {
    use crate::book::Provider;
    use crate::plan::{Measures, Plan};
    use crate::sample::{book, plan};

    /// The only problem of a plan with this contract, as `path: message hint`.
    #[track_caller]
    fn check(contract: &str, expected: &str) {
        let step = "{ call: { name: a, model: acme/small, input: [text], output: 1 } }";
        let mut plan: Plan = plan(12, "{ text: { tokens: 1 } }", step);
        plan.contracts = serde_saphyr::from_str(contract).unwrap_or_else(|error| panic!("{error}"));
        let plan = plan.addressed();
        let measures = Measures::default();
        let globex = Provider { id: "globex".to_owned(), ..Provider::default() };
        let book = [&book(), &globex];
        let problems = crate::check::check(&plan, &measures, &book).expect_err("refused");
        let [problem] = &problems[..] else { panic!("one problem: {problems:#?}") };
        let path = problem.path.join("/");
        assert_eq!(format!("{path}: {} {}", problem.message, problem.hint), expected);
    }

    #[test]
    fn what_cannot_be_counted_is_told_where_it_stands() {
        check(
            "[{ name: a, prices: [{ model: acme/small, meter: input }] }]",
            "contracts/0/prices/0: What does `input` of `acme/small` cost? Write one of \
             `per_million: $0.20` and `each: $0.01`.",
        );
        check(
            "[{ name: a, discounts: [{ off: 5%, from: 2027-04, to: 2027-04 }] }]",
            "contracts/0/discounts/0/to: The term ends before it begins. `to` is the first month \
             without it.",
        );
        check(
            "[{ name: a, steps: [{ rows: [{ spend: $10k, off: 5% }, { spend: $10k, off: 7% }] }] }]",
            "contracts/0/steps/0/rows/1/spend: The step does not lie above the one before it. Write \
             the steps upwards.",
        );
        check(
            "[{ name: a, commitments: [{ amount: $1k, every: year, to: 2027-07 }] }]",
            "contracts/0/commitments/0/to: From 2027-01-01 to 2027-07-01 there is no whole number of \
             stretches. Move `to`, or write another `every`.",
        );
        check(
            "[{ name: a, commitments: [{ amount: $1k, every: term, from: 2026-07 }] }]",
            "contracts/0/commitments/0/from: The commitment begins before the plan, which does not \
             know what was drawn. Write what is left of it, from 2027-01.",
        );
        check(
            "[{ name: a, free: [{ meter: input, units: 1M, to: 2027-05 }, { meter: input, units: 2M }] }]",
            "contracts/0/free/1/meter: Two quantities of input are free at once. Add them up, or give \
             each its model or its months.",
        );
        check(
            "[{ name: a, provider: acne }]",
            "contracts/0/provider: The book has no provider called `acne`. Did you mean acme?",
        );
        check(
            "[{ name: a, provider: ACME }]",
            "contracts/0/provider: The book calls `ACME` `acme`. Write `provider: acme`.",
        );
        check(
            "[{ name: a, prices: [{ model: acme/smal, meter: input, each: $1 }] }]",
            "contracts/0/prices/0/model: The book has no model called `acme/smal`. Did you mean \
             acme/small, acme/search, acme/large?",
        );
        check(
            "[{ name: a, discounts: [{ off: 5% }, { off: 5%, model: zebra }] }]",
            "contracts/0/discounts/1/model: The book has no model called `zebra`. Write one of the \
             price book's: provider/model.",
        );
        check(
            "[{ name: a, provider: globex, discounts: [{ off: 5%, model: small }] }]",
            "contracts/0/discounts/0/model: The contract is about `globex`, and `acme/small` is of \
             `acme`. Put the term into a contract with that seller.",
        );
        check(
            "[{ name: a, tax: 5%..19% }]",
            "contracts/0/tax: `5%..19%` is a range. A contract says one number; say a doubt as \
             `5% ±10%`.",
        );
        check(
            "[{ name: a, tax: 5% }, { name: b, tax: 5% }]",
            "contracts/1: Two contracts are about every other seller. Put their terms into one, or \
             say `provider`.",
        );
    }
}
