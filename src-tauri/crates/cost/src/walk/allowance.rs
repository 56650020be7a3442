//! What a seller gives each account for nothing, by its book: so much a day or a month of a meter.

use jiff::civil::{Date, Weekday};

use super::agreed::{Agreed, Charge};
use super::writer::{one, zero};
use crate::book::{Metering, Period, Terms};
use crate::plan::{Volume, term};
use crate::workings::{Allowance, Expr};

/// Writes what is free by the book, of what the contract is about. What it says itself to be free goes before.
pub fn terms(agreed: &mut Agreed) -> Vec<Allowance> {
    let mut allowances = vec![];
    let days = days(agreed);
    for rule in rules(agreed) {
        let held = (0..agreed.charges.len()).map(|charge| {
            let on = held(agreed, charge, &rule, &days);
            Held { charge, on, workdays: by_workday(agreed, charge) }
        });
        let held: Vec<Held> = held.filter(|held| held.on.contains(&true)).collect();
        if held.is_empty() {
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
            allowance(agreed, &rule, &name, &held, &days);
        }
    }
    allowances
}

/// A day of the plan, with its month counted from 0.
type Day = (usize, Date);

/// A charge for which a rule is the one on some days.
struct Held {
    charge: usize,
    /// On which days of the plan.
    on: Vec<bool>,
    /// Whether its units come from Monday to Friday alone.
    workdays: bool,
}

impl Held {
    fn counts(&self, day: Date) -> bool {
        !self.workdays || is_workday(day)
    }
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
        let (seller, terms) = said(agreed, charge);
        let frees = |rule: &&Metering| rule.meter == charge.meter && rule.free.is_some();
        for metering in terms.metering.iter().filter(frees) {
            let rule = Rule { seller: seller.to_owned(), metering: metering.clone() };
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    rules
}

/// The seller of what is paid for, and what it says of it.
fn said<'a>(agreed: &'a Agreed, charge: &Charge) -> (&'a str, &'a Terms) {
    let mut models = agreed.w.checked.models.iter().map(|(_, sold)| sold);
    let said =
        models.find_map(|sold| Some((sold.provider.as_str(), sold.terms_of(&charge.model)?)));
    said.expect("what is charged is a plan's model, or answers for one")
}

fn days(agreed: &Agreed) -> Vec<Day> {
    let workings = &agreed.w.workings;
    let of_month = |month| {
        let (first, next) = (workings.first_day(month), workings.first_day(month + 1));
        let days = first.series(jiff::Span::new().days(1)).take_while(move |day| *day < next);
        days.map(move |day| (month, day))
    };
    (0..workings.months).flat_map(of_month).collect()
}

/// The days on which a rule is the one for a charge.
fn held(agreed: &Agreed, charge: usize, rule: &Rule, days: &[Day]) -> Vec<bool> {
    let charge = &agreed.charges[charge];
    let (seller, terms) = said(agreed, charge);
    let known = &terms.metering;
    let place = known.iter().rposition(|known| *known == rule.metering);
    if place.is_none() || seller != rule.seller || charge.meter != rule.metering.meter {
        return vec![false; days.len()];
    }
    let mut own = vec![false; agreed.w.workings.months];
    for free in &agreed.contract.free {
        if agreed.meets(free.scope(), charge) {
            own.iter_mut().zip(agreed.months(free.span())).for_each(|(own, frees)| *own |= frees);
        }
    }
    let is_for = |day| {
        let is_for = |known: &Metering| known.meter == charge.meter && known.span.has(day);
        known.iter().rposition(is_for) == place
    };
    days.iter().map(|&(month, day)| !own[month] && is_for(day)).collect()
}

/// Lines of one allowance: it is the account's, whatever the models that share it.
fn allowance(agreed: &mut Agreed, rule: &Metering, name: &str, held: &[Held], days: &[Day]) {
    let field = |field: &str| format!("{name}.{field}");
    let unit = format!("{}s", rule.meter.unit());
    let shares: Vec<Expr> = held
        .iter()
        .map(|of| {
            if days.iter().zip(&of.on).all(|(&(_, day), on)| *on || !of.counts(day)) {
                return one();
            }
            let all = by_month(days, |_, day| of.counts(day));
            let on = by_month(days, |index, day| of.on[index] && of.counts(day));
            let share = on.into_iter().zip(all).map(|(on, all)| on / all).collect();
            let address = field(&format!("{}.share", agreed.charges[of.charge].address));
            agreed.given(&address, "part of the month with it", "share", share)
        })
        .collect();
    let used = held
        .iter()
        .zip(&shares)
        .fold(zero(), |sum, (of, share)| sum + share * &agreed.charges[of.charge].units);
    let used = agreed.row(&field("used"), "units on days with it", &unit, used);
    let free = rule.free.expect("a rule that frees").to_f64();
    let free = vec![free; agreed.w.workings.months];
    let part = if rule.per == Period::Day {
        let a_day = agreed.given(&field("units"), "free a day", &unit, free);
        let free = day_by_day(agreed, (name, &unit), &a_day, held, days);
        Expr::if_at_most(&used, &zero(), &zero(), &(free / &used))
    } else {
        let a_month = agreed.given(&field("units"), "free a month", &unit, free);
        Expr::if_at_most(&used, &a_month, &one(), &(&a_month / &used))
    };
    let part = agreed.row(&field("part"), "part that costs nothing", "share", part);
    let parts: Vec<Expr> = shares.iter().map(|share| share * &part).collect();
    let amounts = (0..agreed.features.len()).map(|feature| {
        let those = held.iter().map(|of| &agreed.charges[of.charge]).zip(&parts);
        let those = those.filter(|(charge, _)| charge.feature == feature);
        let cost = those.fold(zero(), |sum, (charge, part)| sum + part * &charge.agreed);
        if cost.is(0) { zero() } else { zero() - cost }
    });
    let amounts = amounts.collect();
    agreed.lines(name, &format!("free {}, by the book", rule.meter.name()), amounts);
    for (of, part) in held.iter().zip(&parts) {
        agreed.charges[of.charge].free(part);
    }
}

/// What is free of a month with so much free a day.
fn day_by_day(
    agreed: &mut Agreed,
    (name, unit): (&str, &str),
    a_day: &Expr,
    held: &[Held],
    days: &[Day],
) -> Expr {
    let all = [(false, "days", "days"), (true, "workdays", "Mondays to Fridays")];
    let all = all.map(|(workdays, field, label)| {
        let of_month = by_month(days, |_, day| !workdays || is_workday(day));
        let is_asked = held.iter().any(|of| of.workdays == workdays);
        let days =
            is_asked.then(|| agreed.given(&format!("{name}.{field}"), label, "days", of_month));
        (workdays, days)
    });
    let mut free = zero();
    for (index, alike) in alike(held, days).into_iter().enumerate() {
        let each = all.iter().fold(zero(), |sum, (workdays, days)| {
            let Some(days) = days else { return sum };
            let of = held.iter().zip(&alike.held);
            let of = of.filter(|(of, is_held)| **is_held && of.workdays == *workdays);
            let units = of.fold(zero(), |sum, (of, _)| sum + &agreed.charges[of.charge].units);
            sum + units / days
        });
        let label = match alike.is_workday {
            None => "units on such a day",
            Some(true) => "units on a day from Monday to Friday",
            Some(false) => "units on a Saturday or Sunday",
        };
        let field = |field: &str| format!("{name}.{}", term(field, index));
        let each = agreed.row(&field("each-day"), label, unit, each);
        let held = agreed.given(&field("held"), "days with it", "days", alike.days);
        free = free + held * a_day.min(&each);
    }
    free
}

/// Days on which a rule is the one for the same charges.
struct Alike {
    held: Vec<bool>,
    /// Whether they are from Monday to Friday, where a charge's units ask.
    is_workday: Option<bool>,
    /// How many of each month.
    days: Vec<f64>,
}

fn alike(held: &[Held], days: &[Day]) -> Vec<Alike> {
    let asks = held.iter().any(|of| of.workdays);
    let months = days.last().map_or(0, |(month, _)| month + 1);
    let mut all: Vec<Alike> = vec![];
    for (index, &(month, day)) in days.iter().enumerate() {
        let is_met = |of: &Held| of.on[index] && of.counts(day);
        let held: Vec<bool> = held.iter().map(is_met).collect();
        let is_workday = asks.then(|| is_workday(day));
        if !held.contains(&true) {
            continue;
        }
        let same = |known: &Alike| known.held == held && known.is_workday == is_workday;
        let place = all.iter().position(same).unwrap_or_else(|| {
            all.push(Alike { held, is_workday, days: vec![0.0; months] });
            all.len() - 1
        });
        all[place].days[month] += 1.0;
    }
    all
}

/// How many days of each month are so.
fn by_month(days: &[Day], is_so: impl Fn(usize, Date) -> bool) -> Vec<f64> {
    let mut counts = vec![0.0; days.last().map_or(0, |(month, _)| month + 1)];
    for (index, &(month, day)) in days.iter().enumerate() {
        if is_so(index, day) {
            counts[month] += 1.0;
        }
    }
    counts
}

/// Whether a charge's units come from Monday to Friday alone.
fn by_workday(agreed: &Agreed, index: usize) -> bool {
    let feature = &agreed.charges[index].lines[0].feature;
    let plan = agreed.w.checked.plan;
    let volume = plan.features.iter().find(|it| it.name == *feature).map(|it| &it.volume);
    volume.is_some_and(Volume::is_by_workday)
}

fn is_workday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
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
        let within = Span { from: Some(date(2027, 1, 15)), to: Some(date(2027, 2, 2)) };
        for span in [Span::default(), half, within] {
            let acme = acme("40", Period::Day, span);
            for volumes in
                [["30/day", "310/month"], ["30/day", "25/business day"], ["50/week", "9/day"]]
            {
                let estimate = worked_out(&acme, volumes, "");
                for month in 0..3 {
                    let first = estimate.workings.first_day(month);
                    let days = f64::from(first.days_in_month());
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
    fn a_month_has_its_allowance_for_the_days_on_which_it_holds() {
        let from = |day| Span { from: Some(day), to: None };
        let until = |day| Span { from: None, to: Some(day) };
        // A hundred requests a day, whole months of them by the book or less.
        let check = |free: &str, span: Span, expected: [f64; 3]| {
            let estimate = worked_out(&acme(free, Period::Month, span), ["60/day", "40/day"], "");
            (0..3).for_each(|month| same(freed(&estimate, month), expected[month]));
        };
        check("1000", from(date(2027, 1, 15)), [1000.0; 3]);
        check("2000", from(date(2027, 1, 15)), [1700.0, 2000.0, 2000.0]);
        check("1000", until(date(2027, 1, 2)), [100.0, 0.0, 0.0]);
        check("1000", until(date(2027, 2, 4)), [1000.0, 300.0, 0.0]);
        check("1000", from(date(2027, 4, 1)), [0.0; 3]);
    }

    #[test]
    fn a_later_rule_goes_before_an_earlier_one_on_its_days() {
        for (per, expected) in [(Period::Day, 9.0 * 10.0 + 19.0 * 40.0), (Period::Month, 50.0)] {
            let mut acme = acme("10", per, Span::default());
            let span = Span { from: Some(date(2027, 2, 10)), to: None };
            let later =
                Metering { span, free: Quantity::parse("40"), ..acme.terms.metering[0].clone() };
            acme.terms.metering.push(later);
            let estimate = worked_out(&acme, ["60/day", "40/day"], "");
            same(freed(&estimate, 1), expected);
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
