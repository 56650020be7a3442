//! Whether what is said of numbers after the first month can be meant.

use super::finding::Findings;
use crate::plan::{Adoption, Driven, Follows, Number, Plan};
use crate::spread::{MOST_ROWS, Spread, count_table};
use crate::units::Kind;

/// So many times as much may a number become.
const MOST: f64 = 1e6;

/// Numbers that change over time, in a plan of so many months at most.
pub fn over_time(found: &mut Findings, plan: &Plan, numbers: &[Number], most_months: u32) {
    // What cannot be read is told elsewhere, and nothing can be worked out of it.
    let all_read = numbers.iter().all(|number| number.read.is_ok());
    for number in numbers.iter().filter(|number| number.changes()) {
        let before = found.problems.len();
        place(found, number);
        shape(found, number);
        if let Some(follows) = &number.over_time.follows {
            driver(found, plan, number, follows);
        }
        let can_be_worked_out =
            all_read && plan.first_day().is_some() && plan.months <= most_months;
        if before == found.problems.len() && can_be_worked_out {
            reach(found, plan, number);
        }
    }
}

/// Only what steps and parts use changes.
fn place(found: &mut Findings, number: &Number) {
    let path: Vec<&str> = number.path.iter().map(String::as_str).collect();
    match path[..] {
        ["features", _, "step", ..] => {}
        ["prompts", part, "tokens"] if number.over_time.grows.is_some() => {
            let message = format!("The growth of `{part}` stands with its tokens.");
            found.at(number, message, "Write `grows` beside `tokens`: it is the part's own.");
        }
        ["prompts", _, "tokens"] => {}
        _ => {
            let message = format!("`{}` cannot change over time.", number.address);
            found.at(number, message, "Turns, copies, attempts, output and parts can.");
        }
    }
}

/// What is repeated time by time has a row for each time; copies and uses that are one number need none.
pub fn repeats(found: &mut Findings, number: &Number) {
    let Ok(typed) = &number.read else { return };
    let side_by_side = ["copies", "uses"].contains(&&*number.unit());
    let Spread::Fixed(value) = typed.spread else { return };
    if number.kind != Kind::Count || side_by_side || value <= MOST_ROWS as f64 {
        return;
    }
    let message = format!("`{}` needs a table of more than {MOST_ROWS} rows.", number.text);
    let hint =
        "Write 500 at most, or repeat larger pieces; copies side by side may be up to 100,000.";
    found.at(number, message, hint);
}

/// A whole count cannot grow by parts.
fn shape(found: &mut Findings, number: &Number) {
    let is_range = number
        .read
        .as_ref()
        .is_ok_and(|typed| matches!(typed.spread, Spread::Range { low, high } if low < high));
    if number.kind == Kind::Count && number.read.is_ok() && !is_range {
        let message = format!("`{}` is a whole count, which cannot change by parts.", number.text);
        found.at(number, message, "Write a range, such as 3..9.");
    }
}

/// A driver is there, changes, and does not come back to the number.
fn driver(found: &mut Findings, plan: &Plan, number: &Number, follows: &Follows) {
    let address = &follows.driver;
    let still = |found: &mut Findings, what: &str| {
        found.at(number, format!("`{address}` does not change over time: {what}."), STILL);
    };
    match plan.driven(address) {
        None => {
            let message = format!("There is nothing to follow at `{address}`.");
            found.at(number, message, NOTHING);
        }
        Some(Driven::Adoption(feature)) => match &feature.volume.adoption {
            Some(Adoption::Rising(_)) => {}
            Some(Adoption::Steady(_)) => still(found, "it is the same share each month"),
            None => still(found, "everybody uses it at once"),
        },
        Some(Driven::Active(feature)) => match &feature.volume.adoption {
            Some(Adoption::Rising(_)) => {}
            Some(Adoption::Steady(_)) | None => still(found, "as many use it each month"),
        },
        Some(Driven::Volume(_)) => {}
        Some(Driven::Number(driver)) if !driver.changes() => {
            still(found, "it has neither `grows` nor `follows`");
        }
        Some(Driven::Number(driver)) => {
            let mut seen = vec![number.address.clone()];
            let mut next = Some(driver);
            while let Some(driver) = next {
                if seen.contains(&driver.address) {
                    let way = seen.join("`, which follows `");
                    let message = format!("`{way}`, which follows `{}`: a circle.", driver.address);
                    return found.at(number, message, "Let one of them follow something else.");
                }
                seen.push(driver.address.clone());
                let follows = driver.over_time.follows.as_ref();
                next = follows.and_then(|follows| match plan.driven(&follows.driver)? {
                    Driven::Number(number) => Some(number),
                    Driven::Adoption(_) | Driven::Active(_) | Driven::Volume(_) => None,
                });
            }
        }
    }
}

const NOTHING: &str = "Write `support.volume.adoption`, `support.volume.active` or `support.volume` of a feature, or the \
                       address of a number that changes.";

const STILL: &str = "Follow something that changes, or take `follows` out.";

/// What becomes of it stays a number.
fn reach(found: &mut Findings, plan: &Plan, number: &Number) {
    for month in 1..=plan.months {
        let factor = plan.factor(number, month);
        if !(factor > 0.0 && factor < MOST) {
            let message = format!(
                "`{}` would be {factor:.3e} times its first value in month {month}.",
                number.text
            );
            return found.at(number, message, "Let it change less, or follow something steadier.");
        }
        if number.kind == Kind::Count && count_table(&number.scaled(factor)).is_none() {
            let message = format!(
                "`{}` would need a table of more than {MOST_ROWS} rows in month {month}.",
                number.text
            );
            return found.at(number, message, "Narrow the range, or let it change less.");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::plan::{Measures, Plan};
    use crate::sample::{book, plan};

    /// What is said of a plan, all of it.
    fn told(step: &str) -> String {
        let plan: Plan = plan(1, "{ user: { tokens: 1 } }", step);
        let problems = check(&plan, &Measures::default(), &[&book()]).err().unwrap_or_default();
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_what_is_side_by_side_may_be_more_than_a_table_has_rows() {
        let call = |copies: &str| {
            format!(
                "{{ call: {{ name: a, model: acme/small, input: [user{copies}], output: 1 }} }}"
            )
        };
        let of = |kind: &str, count: &str, copies: &str| {
            format!("{{ {kind}: {{ {count}: 600, step: {} }} }}", call(copies))
        };
        assert_eq!(told(&of("fan-out", "copies", " x700")), "");
        insta::assert_snapshot!(told(&of("loop", "steps", "")), @"f.loop.steps: `600` needs a table of more than 500 rows. Write 500 at most, or repeat larger pieces; copies side by side may be up to 100,000.");
    }
}
