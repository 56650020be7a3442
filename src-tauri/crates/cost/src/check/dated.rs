//! What a route says of its branches: their shares, and when they run.

use jiff::civil::Date;

use super::finding::Findings;
use crate::plan::{Branch, BranchShare, Days, Plan, Route, When};

/// One branch a run, on each day of the plan.
pub fn branches(found: &mut Findings, plan: &Plan, route: &Route) {
    let Some((last, named)) = route.branches.split_last() else {
        return found.say("", "A route without branches.", "Add branches with `share` and `step`.");
    };
    let within = |found: &mut Findings, index: usize, see: &dyn Fn(&mut Findings)| {
        found.within(&[&index.to_string()], see);
    };
    if last.share != BranchShare::Rest {
        within(found, named.len(), &|found| {
            found.say("share", "The last branch must take the rest.", "Write `share: rest`.");
        });
    } else if last.is_dated() {
        within(found, named.len(), &|found| {
            let field = if last.from.is_some() { "from" } else { "until" };
            let hint = format!("Take `{field}` off, and say when the other branches run.");
            found.say(field, "The rest takes what is left, whenever that is.", hint);
        });
    }
    for (index, branch) in named.iter().enumerate() {
        within(found, index, &|found| match &branch.share {
            BranchShare::Rest => found.say(
                "share",
                "Only the last branch takes the rest.",
                "Write a share such as 70%.",
            ),
            BranchShare::All if !branch.is_dated() => found.say(
                "share",
                "Which part goes this way?",
                "Write a share such as 70%, or when it runs: `until: month 7`.",
            ),
            BranchShare::All | BranchShare::Named(_) => {}
        });
    }
    let before = found.problems.len();
    if let Some(all) = plan.days() {
        for (index, branch) in named.iter().enumerate() {
            within(found, index, &|found| ends(found, (index + 1, branch), &all));
        }
        if before == found.problems.len() {
            shares(found, named, &all);
        }
    }
}

/// Whether a branch runs on some day of the plan.
fn ends(found: &mut Findings, (nth, branch): (usize, &Branch), all: &Days) {
    let Some(start) = all.first() else { return };
    let read = |field: &str, when: &Option<When>, found: &mut Findings| {
        let when = when.as_ref()?;
        let day = when.day(start);
        if day.is_none() {
            let hint = format!("Write {}.", When::EXAMPLE);
            found.say(field, format!("`{}` is no month and no day.", when.0), hint);
        }
        day
    };
    let before = found.problems.len();
    let (from, until) = (read("from", &branch.from, found), read("until", &branch.until, found));
    if before < found.problems.len() || !branch.is_dated() || !branch.days_of(all).is_empty() {
        return;
    }
    match (from, until) {
        (Some(from), Some(until)) if until <= from => {
            let message = format!("Branch {nth} would end on {until}, before it begins on {from}.");
            found.say("until", message, "Say the first month or day without it.");
        }
        (from, _) => {
            let field = if from.is_some_and(|from| from > start) { "from" } else { "until" };
            let message = format!("Branch {nth} runs on no day of the plan.");
            found.say(field, message, "Take the branch out, or move its dates.");
        }
    }
}

/// Shares come to no more than all, on any day.
fn shares(found: &mut Findings, named: &[Branch], all: &Days) {
    let days: Vec<Days> = named.iter().map(|branch| branch.days_of(all)).collect();
    let begins = days.iter().flat_map(|days| days.stretches().iter().map(|it| it.start));
    let mut begins: Vec<Date> = begins.collect();
    begins.sort_unstable();
    begins.dedup();
    // As often as not every branch runs from the first day on.
    for begins in begins {
        let mut sum = 0.0;
        for (index, branch) in named.iter().enumerate().filter(|(it, _)| days[*it].has(begins)) {
            sum += match &branch.share {
                BranchShare::All => 1.0,
                BranchShare::Named(share) if share.read.is_ok() => share.mean(),
                BranchShare::Named(_) | BranchShare::Rest => 0.0,
            };
            if sum > 1.0 + 1e-12 {
                let since = match Some(begins) == all.first() {
                    true => String::new(),
                    false => format!(" from {begins} on"),
                };
                let message =
                    format!("The branches add to {:.1}%{since}, more than all.", sum * 100.0);
                let hint = "Lower the shares until they add to 100% at most.";
                return match &branch.share {
                    BranchShare::Named(share) => found.at(share, message, hint),
                    BranchShare::All | BranchShare::Rest => {
                        let field = if branch.from.is_some() { "from" } else { "until" };
                        let hint = "Let one branch end where the other one begins.";
                        found.within(&[&index.to_string()], |found| {
                            found.say(field, message, hint);
                        });
                    }
                };
            }
        }
    }
}
