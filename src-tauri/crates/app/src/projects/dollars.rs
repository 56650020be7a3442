//! Where the dollars of a month go: what is paid for in every step, and for what no answer needs.

use std::collections::BTreeMap;

use cost::money::Money;
use cost::workings::{Driver, Line};
use serde::Serialize;
use ts_rs::TS;

use crate::estimates::Worked;

/// What a month's dollars go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "MonthDollars")]
pub struct Dollars {
    /// All steps and costs together, before what contracts change: an exact decimal.
    pub total: String,
    /// What contracts add to it, below 0 where they take off; nothing where there are none.
    pub agreed: Option<String>,
    /// What of it is paid for context that no answer needs; nothing where no part says how much of it is used.
    pub unused: Option<String>,
    /// Calls and costs, by their addresses.
    pub steps: Vec<Step>,
}

/// A call or a cost, and what is paid for in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "StepDollars")]
pub struct Step {
    /// `support.hard`
    pub address: String,
    /// All of it in the month, as an exact decimal.
    pub month: String,
    /// By cause, from the axis up.
    pub drivers: Vec<Paid>,
    /// What of it is paid for context that no answer needs.
    pub unused: Option<Unused>,
}

/// What is paid for one cause in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "DriverDollars")]
pub struct Paid {
    /// `base-prompt`
    pub driver: String,
    /// As people read it.
    pub label: String,
    /// Dollars for one unit; nothing for what comes every month or once.
    pub unit: Option<String>,
    /// Dollars in the month, as an exact decimal.
    pub month: String,
    /// What explains it: its own amount where it is one, else all of the step.
    pub why: String,
}

/// Context that no answer needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "UnusedDollars")]
pub struct Unused {
    /// Dollars for one unit.
    pub unit: String,
    /// Dollars in the month.
    pub month: String,
    /// What explains it.
    pub why: String,
}

/// What the dollars of a month go to, counted from 0.
pub fn dollars(worked: &Worked, month: usize) -> Dollars {
    let workings = &worked.estimate.workings;
    let month = month.min(workings.months - 1);
    let of_step = |driver: Driver| driver != Driver::Contract;
    let mut paid: BTreeMap<(&str, Driver), Money> = BTreeMap::new();
    let in_month = worked.estimate.ledger.lines.iter().filter(|line| line.month == month);
    for line in in_month.filter(|line| of_step(line.driver)) {
        let sum = paid.entry((&line.step, line.driver)).or_default();
        *sum = [*sum, line.amount].into_iter().sum();
    }
    let mut lines: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    let mut order: Vec<&str> = vec![];
    for line in workings.lines.iter().filter(|line| of_step(line.driver)) {
        let of = lines.entry(&line.step).or_default();
        if of.is_empty() {
            order.push(&line.step);
        }
        of.push(line);
    }
    let step = |address: &&str| step(worked, address, &lines[address], &paid, month);
    let steps: Vec<Step> = order.iter().map(step).collect();
    let agreed = !workings.contracts.is_empty();
    let ledger = &worked.estimate.ledger;
    let changed = || ledger.sum(|line| line.month == month && !of_step(line.driver));
    let unused = workings.features.iter().filter_map(|rows| {
        let row = workings.find(&format!("{}.month.unused", rows.name))?;
        Some(worked.estimate.values.at(row, month))
    });
    Dollars {
        total: paid.values().copied().sum::<Money>().to_string(),
        agreed: agreed.then(|| changed().to_string()),
        unused: unused.reduce(|sum, one| sum + one).map(|sum| sum.to_string()),
        steps,
    }
}

fn step(
    worked: &Worked,
    address: &str,
    lines: &[&Line],
    paid: &BTreeMap<(&str, Driver), Money>,
    month: usize,
) -> Step {
    let estimate = &worked.estimate;
    let month_of = |driver| paid.get(&(address, driver)).copied().unwrap_or_default();
    let drivers = Driver::ALL.into_iter().filter_map(|driver| {
        let own: Vec<&&Line> = lines.iter().filter(|line| line.driver == driver).collect();
        let first = own.first()?;
        let unit: f64 = own.iter().map(|line| estimate.values.at(line.amount, month)).sum();
        let whole = format!("{address}.unit-cost");
        let alone = || estimate.workings.row(first.amount).address.clone();
        Some(Paid {
            driver: driver.name().to_owned(),
            label: driver.label().to_owned(),
            unit: first.volume.map(|_| unit.to_string()),
            month: month_of(driver).to_string(),
            why: match estimate.workings.find(&whole) {
                Some(_) if own.len() > 1 => whole,
                Some(_) | None => alone(),
            },
        })
    });
    let unused = estimate.workings.find(&format!("{address}.unused")).map(|row| {
        let unit = estimate.values.at(row, month);
        let volume = lines.iter().find_map(|line| line.volume);
        let units = volume.map_or(1.0, |row| estimate.values.at(row, month));
        Unused {
            unit: unit.to_string(),
            month: (unit * units).to_string(),
            why: format!("{address}.unused"),
        }
    });
    Step {
        address: address.to_owned(),
        month: Driver::ALL.into_iter().map(month_of).sum::<Money>().to_string(),
        drivers: drivers.collect(),
        unused,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::estimates::work;
    use crate::plans::Request;

    const PLAN: &str = "forebill: 1
name: Desk
starts: 2027-01
months: 2
prices: { as_of: 2026-11-22 }
prompts:
  question: { tokens: 1000 }
  article: { tokens: 800, role: retrieved, used: 40% }
features:
  - name: ask
    unit: question
    volume: { units: 10000/month }
    step:
      retry:
        attempts: 2
        fails: { timeout: 2% }
        step:
          call: { name: reply, answer: true, model: openai/gpt-4o, input: [question, article], output: 400 }
other_costs:
  - { name: review, share: 1%, of: ask, cost: $2 }
  - { name: hosting, cost: $10 }
";

    fn worked(text: &str) -> Worked {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        work(&Request { plan, ..Request::default() }).expect("the plan is free of problems")
    }

    fn float(text: &str) -> f64 {
        text.parse().expect("a decimal")
    }

    #[test]
    fn every_dollar_of_a_month_goes_somewhere_once() {
        let worked = worked(PLAN);
        let dollars = dollars(&worked, 1);
        assert_eq!(dollars.total, worked.estimate.ledger.month(1).to_string());
        assert_eq!(dollars.agreed, None);
        let addresses: Vec<&str> = dollars.steps.iter().map(|it| it.address.as_str()).collect();
        assert_eq!(addresses, ["ask.reply", "other-costs.review", "other-costs.hosting"]);
        let sum: f64 = dollars.steps.iter().map(|it| float(&it.month)).sum();
        assert!((sum - float(&dollars.total)).abs() < 1e-9, "{sum}");
        for step in &dollars.steps {
            let sum: f64 = step.drivers.iter().map(|it| float(&it.month)).sum();
            assert!((sum - float(&step.month)).abs() < 1e-9, "{}: {sum}", step.address);
        }
        let hosting = &dollars.steps[2].drivers[0];
        assert_eq!((hosting.unit.as_deref(), hosting.month.as_str()), (None, "10"));
    }

    #[test]
    fn everything_that_is_paid_for_can_be_asked_why() {
        let worked = worked(PLAN);
        for step in dollars(&worked, 0).steps {
            for paid in &step.drivers {
                assert!(worked.why(&paid.why, Some("2027-01")).is_ok(), "{}", paid.why);
            }
        }
    }

    #[test]
    fn what_no_answer_needs_is_part_of_what_is_paid() {
        let worked = worked(PLAN);
        let dollars = dollars(&worked, 0);
        let reply = &dollars.steps[0];
        let unused = reply.unused.as_ref().expect("a part says how much of it is used");
        // 480 of the 800 tokens, 10,000 times at $2.50 a million, where one of two attempts is answered.
        let answered = 1.0 - 0.02 * 0.02;
        assert!((float(&unused.month) - 12.0 * answered).abs() < 1e-9, "{unused:?}");
        assert_eq!(dollars.unused.as_deref(), Some(unused.month.as_str()));
        let explained = worked.why(&unused.why, Some("2027-01")).expect("it is a figure");
        assert_eq!(explained.figure.value.as_deref(), Some(unused.unit.as_str()));
    }

    #[test]
    fn what_a_contract_takes_off_stands_aside() {
        let text = PLAN.to_owned()
            + "contracts:\n  - name: openai\n    provider: openai\n    discounts: [{ off: 10% }]\n";
        let worked = worked(&text);
        let dollars = dollars(&worked, 0);
        let agreed = float(dollars.agreed.as_deref().expect("there is a contract"));
        assert!(agreed < 0.0, "{agreed}");
        let net = worked.estimate.ledger.month(0).to_f64();
        assert!((float(&dollars.total) + agreed - net).abs() < 1e-9, "{net}");
    }
}
