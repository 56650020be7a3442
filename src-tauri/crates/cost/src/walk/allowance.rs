//! What a seller gives each account for nothing, by its book: so much a day or a month of a meter.

use jiff::civil::{Date, Weekday};

use super::agreed::{Agreed, Charge};
use super::writer::{one, zero};
use crate::book::{Metering, Period};
use crate::check::Sold;
use crate::plan::term;
use crate::workings::{Allowance, Expr};

/// Writes what is free by the book, of what the contract is about. What it says itself to be free goes before.
pub fn terms(agreed: &mut Agreed) -> Vec<Allowance> {
    let mut allowances = vec![];
    for rule in rules(agreed) {
        let months: Vec<Vec<bool>> =
            (0..agreed.charges.len()).map(|index| months(agreed, index, &rule)).collect();
        let of: Vec<usize> =
            (0..months.len()).filter(|index| months[*index].contains(&true)).collect();
        if of.is_empty() {
            continue;
        }
        let rule = rule.metering;
        let name = term("allowance", allowances.len());
        allowances.push(Allowance {
            address: format!("contracts.{}.{name}", agreed.contract.name),
            meter: rule.meter,
            free: rule.free.expect("a rule that frees"),
            per: rule.per,
            source: rule.origin.source.clone(),
        });
        if rule.per != Period::Once {
            allowance(agreed, &rule, &name, &of, &months);
        }
    }
    allowances
}

/// A rule of one seller: what another one says in the same words is another account's.
#[derive(Clone, PartialEq)]
struct Rule {
    seller: String,
    metering: Metering,
}

/// The rules of the books that free something of what is charged, each once.
fn rules(agreed: &Agreed) -> Vec<Rule> {
    let mut rules: Vec<Rule> = vec![];
    for charge in &agreed.charges {
        let sold = sold(agreed, charge);
        let frees = |rule: &&Metering| rule.meter == charge.meter && rule.free.is_some();
        for metering in sold.terms.metering.iter().filter(frees) {
            let rule = Rule { seller: sold.provider.clone(), metering: metering.clone() };
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    rules
}

fn sold<'a>(agreed: &'a Agreed, charge: &Charge) -> &'a Sold {
    let mut models = agreed.w.checked.models.iter().map(|(_, sold)| sold);
    models.find(|sold| sold.name == charge.model).expect("what is charged is a plan's model")
}

/// The months in which a rule is the one for a charge, by their first days.
fn months(agreed: &Agreed, index: usize, rule: &Rule) -> Vec<bool> {
    let charge = &agreed.charges[index];
    let sold = sold(agreed, charge);
    if sold.provider != rule.seller {
        return vec![false; agreed.w.workings.months];
    }
    let mut holds: Vec<bool> = (0..agreed.w.workings.months)
        .map(|month| {
            let day = agreed.w.workings.first_day(month);
            let is_for = |known: &&Metering| known.meter == charge.meter && known.span.has(day);
            sold.terms.metering.iter().rev().find(is_for) == Some(&rule.metering)
        })
        .collect();
    for free in &agreed.contract.free {
        if agreed.meets(free.scope(), charge) {
            let own = agreed.months(free.span());
            holds.iter_mut().zip(own).for_each(|(holds, own)| *holds &= !own);
        }
    }
    holds
}

/// Lines of one allowance: it is the account's, whatever the models that share it.
fn allowance(agreed: &mut Agreed, rule: &Metering, name: &str, of: &[usize], months: &[Vec<bool>]) {
    let field = |field: &str| format!("{name}.{field}");
    let unit = format!("{}s", rule.meter.unit());
    let inside: Vec<Expr> = of
        .iter()
        .map(|&index| match months[index].iter().all(|holds| *holds) {
            true => one(),
            false => agreed.flag(
                &field(&format!("{}.holds", agreed.charges[index].address)),
                "holds in the month",
                &months[index],
            ),
        })
        .collect();
    let workdays: Vec<bool> = of.iter().map(|&index| by_workday(agreed, index)).collect();
    let sum = |agreed: &Agreed, wanted: &[bool]| {
        let those = of.iter().zip(&inside).zip(&workdays);
        those
            .filter(|(_, workdays)| wanted.contains(workdays))
            .fold(zero(), |sum, ((&index, inside), _)| sum + inside * &agreed.charges[index].units)
    };
    let used = sum(agreed, &[true, false]);
    let used = agreed.row(&field("used"), "units in the month", &unit, used);
    let free = rule.free.expect("a rule that frees").to_f64();
    let given =
        |agreed: &mut Agreed, name: &str, label: &str, unit: &str, of: &dyn Fn(Date) -> f64| {
            let workings = &agreed.w.workings;
            let values = (0..workings.months).map(|month| of(workings.first_day(month))).collect();
            agreed.given(&field(name), label, unit, values)
        };
    let part = if rule.per == Period::Day {
        let a_day = given(agreed, "units", "free a day", &unit, &|_| free);
        let days = given(agreed, "days", "days", "days", &|month| count(month, |_| true));
        let held = given(agreed, "held", "days with it", "days", &|month| {
            count(month, |day| rule.span.has(day))
        });
        let every = sum(agreed, &[false]) / &days;
        let every = agreed.row(&field("each-day"), "units on any day", &unit, every);
        let free = if workdays.contains(&true) {
            let all = given(agreed, "workdays", "Mondays to Fridays", "days", &|month| {
                count(month, is_workday)
            });
            let held_workdays = given(agreed, "held-workdays", "with it", "days", &|month| {
                count(month, |day| is_workday(day) && rule.span.has(day))
            });
            let more = sum(agreed, &[true]) / all;
            let workday = &every + more;
            let label = "units from Monday to Friday";
            let workday = agreed.row(&field("each-workday"), label, &unit, workday);
            &held_workdays * a_day.min(&workday) + (held - &held_workdays) * a_day.min(&every)
        } else {
            held * a_day.min(&every)
        };
        Expr::if_at_most(&used, &zero(), &zero(), &(free / &used))
    } else {
        let a_month = given(agreed, "units", "free a month", &unit, &|_| free);
        Expr::if_at_most(&used, &a_month, &one(), &(&a_month / &used))
    };
    let part = agreed.row(&field("part"), "part that costs nothing", "share", part);
    let parts: Vec<Expr> = inside.iter().map(|inside| inside * &part).collect();
    let amounts = (0..agreed.features.len()).map(|feature| {
        let those = of.iter().map(|&index| &agreed.charges[index]).zip(&parts);
        let those = those.filter(|(charge, _)| charge.feature == feature);
        let cost = those.fold(zero(), |sum, (charge, part)| sum + part * &charge.agreed);
        if cost.is(0) { zero() } else { zero() - cost }
    });
    let amounts = amounts.collect();
    agreed.lines(name, &format!("free {}, by the book", rule.meter.name()), amounts);
    for (&index, part) in of.iter().zip(&parts) {
        agreed.charges[index].free(part);
    }
}

/// Whether a charge's units come from Monday to Friday alone.
fn by_workday(agreed: &Agreed, index: usize) -> bool {
    let feature = &agreed.charges[index].lines[0].feature;
    let plan = agreed.w.checked.plan;
    let volume = plan.features.iter().find(|it| it.name == *feature).map(|it| &it.volume);
    let often = volume.and_then(|volume| volume.units.as_ref().or(volume.each.as_ref()));
    let period = often.and_then(|often| often.typed().period);
    period == Some(crate::units::Period::BusinessDay)
}

fn is_workday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// How many days of a month are so.
fn count(first: Date, is_so: impl Fn(Date) -> bool) -> f64 {
    let days = first.series(jiff::Span::new().days(1));
    days.take_while(|day| day.month() == first.month()).filter(|day| is_so(*day)).count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Model, Models, Origin, Provider, Span};
    use crate::estimate::{Estimate, estimate};
    use crate::meter::Meter;
    use crate::money::Quantity;
    use crate::plan::{Measures, Plan};
    use crate::sample::book;
    use jiff::civil::date;

    /// Acme, which gives so many requests for nothing.
    fn acme(free: &str, per: Period, span: Span) -> Provider {
        let mut acme = book();
        acme.terms.metering.push(Metering {
            models: Models::All,
            span,
            meter: Meter::Request,
            minimum: None,
            increment: None,
            free: Quantity::parse(free),
            per,
            origin: Origin {
                source: "https://acme.example/free".to_owned(),
                checked: date(2026, 11, 9),
                basis: "documented".to_owned(),
            },
        });
        acme
    }

    /// Two features whose every unit is one request at $0.012 and some tokens.
    fn worked_out(acme: &Provider, volumes: [&str; 2], contracts: &str) -> Estimate {
        of_models(&[acme], ["acme/search"; 2], volumes, contracts)
    }

    /// The same of these models.
    fn of_models(
        book: &[&Provider],
        models: [&str; 2],
        volumes: [&str; 2],
        contracts: &str,
    ) -> Estimate {
        let feature = |name: &str, model: &str, units: &str| {
            format!(
                "{{ name: {name}, unit: unit, volume: {{ units: {units} }}, step: {{ call: \
                 {{ name: a, model: {model}, input: [text], output: 1 }} }} }}"
            )
        };
        let text = format!(
            "{{ forebill: 1, name: Free, starts: 2027-01, months: 3, prompts: {{ text: {{ tokens: 1 }} }}, \
             features: [ {}, {} ], contracts: [ {contracts} ] }}",
            feature("one", models[0], volumes[0]),
            feature("two", models[1], volumes[1])
        );
        let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        let (plan, measures) = (plan.addressed(), Measures::default());
        let checked = crate::check::check(&plan, &measures, book).expect("a plan");
        estimate(&checked).expect("a plan of sensible size")
    }

    /// What is taken off in a month, in requests.
    fn freed(estimate: &Estimate, month: usize) -> f64 {
        let is_free = |line: &&crate::ledger::LedgerLine| {
            line.month == month && line.step.contains(".allowance")
        };
        let lines = estimate.ledger.lines.iter().filter(is_free);
        -lines.map(|line| line.amount.to_f64()).sum::<f64>() / 0.012
    }

    #[track_caller]
    fn same(given: f64, expected: f64) {
        assert!((given - expected).abs() < 1e-6 * (1.0 + expected), "{given} is not {expected}");
    }

    #[test]
    fn a_month_has_its_allowance_once_for_all_models_and_features() {
        let acme = acme("1000", Period::Month, Span::default());
        let estimate = worked_out(&acme, ["30/day", "400/month"], "");
        for (month, used) in [(0, 1330.0), (1, 1240.0), (2, 1330.0_f64)] {
            same(freed(&estimate, month), used.min(1000.0));
        }
        let estimate = worked_out(&acme, ["10/day", "400/month"], "");
        same(freed(&estimate, 1), 680.0);
    }

    #[test]
    fn models_that_a_rule_names_share_what_it_frees() {
        let mut acme = acme("100", Period::Month, Span::default());
        let search =
            acme.models.iter().find(|model| model.id == "search").expect("a model").clone();
        acme.models.push(Model { id: "find".to_owned(), ..search });
        let ids = ["find", "search"].map(str::to_owned).to_vec();
        acme.terms.metering[0].models = Models::These(ids);
        let models = ["acme/search", "acme/find"];
        let estimate = of_models(&[&acme], models, ["100/month"; 2], "");
        same(freed(&estimate, 0), 100.0);
        assert_eq!(estimate.workings.contracts[0].allowances.len(), 1);
    }

    #[test]
    fn each_seller_gives_its_own_whatever_contract_is_about_both() {
        let acme = acme("100", Period::Month, Span::default());
        let other = Provider { id: "other".to_owned(), ..acme.clone() };
        let (book, models) = ([&acme, &other], ["acme/search", "other/search"]);
        let by_the_books = of_models(&book, models, ["200/month"; 2], "");
        same(freed(&by_the_books, 0), 200.0);
        let nothing = "{ name: c, discounts: [ { off: 0%, meter: input } ] }";
        let agreed = of_models(&book, models, ["200/month"; 2], nothing);
        same(freed(&agreed, 0), 200.0);
    }

    #[test]
    fn a_day_has_its_allowance_day_by_day() {
        let half = Span { from: None, to: Some(date(2027, 3, 11)) };
        for span in [Span::default(), half] {
            let acme = acme("40", Period::Day, span);
            for volumes in
                [["30/day", "310/month"], ["30/day", "25/business day"], ["50/week", "9/day"]]
            {
                let estimate = worked_out(&acme, volumes, "");
                for month in 0..3 {
                    let first = estimate.workings.first_day(month);
                    let days = count(first, |_| true);
                    let on = |day: Date| {
                        volumes.iter().map(move |volume| match *volume {
                            "30/day" => 30.0,
                            "9/day" => 9.0,
                            "310/month" => 310.0 / days,
                            "50/week" => 50.0 / 7.0,
                            _ if is_workday(day) => 25.0,
                            _ => 0.0,
                        })
                    };
                    let all = first.series(jiff::Span::new().days(1));
                    let all = all.take_while(|day| day.month() == first.month());
                    let all = all.filter(|day| span.has(*day));
                    let free: f64 = all.map(|day| on(day).sum::<f64>().min(40.0)).sum();
                    same(freed(&estimate, month), free);
                }
            }
        }
    }

    #[test]
    fn a_contract_counts_on_what_is_left_and_what_it_frees_goes_before() {
        let acme = acme("100", Period::Month, Span::default());
        let taken = |contract: &str| worked_out(&acme, ["100/month", "100/month"], contract);
        let half = taken("{ name: c, discounts: [ { off: 50%, meter: request } ] }");
        same(freed(&half, 0), 50.0);
        let own = taken("{ name: c, free: [ { meter: request, units: 20, from: 2027-02 } ] }");
        assert_eq!((freed(&own, 0).round(), freed(&own, 1)), (100.0, 0.0));
        assert_eq!(half.workings.contracts.len(), 1, "lines of the contract that there is");
        assert_eq!(taken("").workings.contracts[0].address, "contracts.book/acme");
    }

    #[test]
    fn what_is_given_once_is_told_and_not_counted() {
        let acme = acme("100", Period::Once, Span::default());
        let estimate = worked_out(&acme, ["100/month", "100/month"], "");
        same(freed(&estimate, 0), 0.0);
        assert_eq!(estimate.workings.contracts[0].allowances[0].per, Period::Once);
    }
}
