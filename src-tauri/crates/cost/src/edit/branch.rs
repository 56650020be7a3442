//! When branches of a route run, and a step that gives way to another from a month on.

use super::done::{Done, NotEdited};
use super::graft::{get, get_mut, seek};
use super::kinds::BranchField;
use super::names::{self, Names};
use super::words;
use crate::plan::{Branch, BranchShare, Of, Plan, Route, Step, Sticky, When};

/// A field of a branch that is no number.
pub fn field(
    plan: &mut Plan,
    at: &str,
    index: usize,
    field: BranchField,
    value: &str,
) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let Step::Route(route) = get_mut(plan, &trail)? else {
        return Err(NotEdited::new("Only a route has branches.", "Select a route."));
    };
    let (name, count) = (route.name.clone(), route.branches.len());
    let branch = route.branches.get_mut(index).ok_or_else(|| {
        NotEdited::new(format!("`{name}` has only {count} branches."), "Select the route again.")
    })?;
    if branch.share == BranchShare::Rest {
        return Err(NotEdited::new(
            "The rest takes what is left, whenever that is.",
            "Say when the other branches run.",
        ));
    }
    let whose = words::step(&branch.step);
    let text = value.trim();
    let (key, label) = match field {
        BranchField::From => ("from", dated(&mut branch.from, &format!("start of {whose}"), text)),
        BranchField::Until => ("until", dated(&mut branch.until, &format!("end of {whose}"), text)),
        BranchField::Takes => {
            let is_all = match text {
                "all" => true,
                "part" => false,
                other => {
                    let message = format!("`{other}` cannot be chosen here.");
                    return Err(NotEdited::new(message, "Choose all or part."));
                }
            };
            if is_all && !branch.is_dated() {
                return Err(NotEdited::new(
                    "A branch that always takes all leaves the others nothing.",
                    "Say first when it starts or ends.",
                ));
            }
            branch.share = match (is_all, &branch.share) {
                (true, _) => BranchShare::All,
                (false, BranchShare::All) => BranchShare::Named(Of::new("50%")),
                (false, named) => named.clone(),
            };
            ("takes", format!("{whose} takes {text}"))
        }
    };
    // What took all while it ran goes on to.
    if branch.share == BranchShare::All && !branch.is_dated() {
        branch.share = BranchShare::Named(Of::new("100%"));
    }
    Ok(Done::typed(format!("{at} branch {index} {key}"), label).selecting(Some(at.to_owned())))
}

/// Writes a date; answers what that is called.
fn dated(place: &mut Option<When>, what: &str, text: &str) -> String {
    let before = place.take().map(|when| when.0).unwrap_or_default();
    *place = Some(When(text.to_owned())).filter(|_| !text.is_empty());
    words::change(what, &before, text)
}

/// A step gives way to a copy of it from the middle of the plan on: the copy is then given another model.
pub fn switch(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let step = get(plan, &trail)?.clone();
    let label = format!("switch {} in mid-plan", words::step(&step));
    let mut copy = step.clone();
    names::rename(&mut copy, &mut Names::of(plan, trail.root));
    let until = Some(When(format!("month {}", plan.months / 2 + 1)));
    let first = Branch { until, ..Branch::new(BranchShare::All, step) };
    let branches = vec![first, Branch::new(BranchShare::Rest, copy)];
    let route = Route { name: String::new(), sticky: Sticky::default(), branches };
    *get_mut(plan, &trail)? = Step::Route(route);
    Ok(Done::once(label).selecting(trail.child(1).path(plan)))
}
