//! Parts of prompts: their length at launch, and how they grow.

use super::moments::Moments;
use super::number;
use super::writer::{Writer, one, say, under, zero};
use crate::plan::{Call, Certainty, InputRef, Part, Role};
use crate::workings::{Driver, Expr, Node, Place};

/// One part as a call sends it.
pub struct Sent {
    /// Why it is paid for, at its launch length.
    pub driver: Driver,
    /// Tokens in one call at launch.
    pub launch: Expr,
    /// Tokens gained since launch.
    pub gained: Expr,
    /// Its size in one call at launch.
    pub launch_size: Moments,
    /// Its size in one call, as it is now.
    pub size: Moments,
    /// The part of it that the answer does not need, where the plan says so.
    pub unused: Option<Expr>,
    /// How sure its launch length is.
    pub certainty: Certainty,
}

/// Whether every session sends a part alike.
pub fn is_shared(part: &Part) -> bool {
    match part.role() {
        Role::System | Role::Tools => true,
        Role::User | Role::Retrieved => false,
    }
}

/// A part as a call sends it, counted for the call's model.
pub fn sent(w: &mut Writer, group: &str, call: &Call, input: &InputRef) -> Sent {
    let part = part(w, &input.part);
    let launch = launch(w, &input.part, part, &call.model);
    let launch = copies(w, launch, input);
    let factor = growth(w, &input.part, part);
    let at_launch = named(w, group, &format!("in.{}", input.part), &input.part, launch.expected());
    let gained = if factor.is(1) {
        zero()
    } else {
        let field = format!("in.{}.gained", input.part);
        named(
            w,
            group,
            &field,
            &format!("{} gained since launch", input.part),
            &at_launch * (&factor - one()),
        )
    };
    let driver = Driver::of(part.role());
    let unused = part.used.as_ref().map(|used| one() - number::mean(w, used));
    let size = launch.scaled(&factor);
    let certainty = certainty(w, &input.part, &call.model);
    Sent { driver, launch: at_launch, gained, launch_size: launch, size, unused, certainty }
}

/// A part's size in one call to a model, as it is now.
pub fn size(w: &mut Writer, input: &InputRef, model: &str) -> Moments {
    let part = part(w, &input.part);
    let launch = launch(w, &input.part, part, model);
    let factor = growth(w, &input.part, part);
    copies(w, launch.scaled(&factor), input)
}

/// As many copies as a call sends.
fn copies(w: &mut Writer, one: Moments, input: &InputRef) -> Moments {
    let Some(copies) = &input.copies else { return one };
    let count = number::count_moments(w, copies);
    let without = number::without(w, copies, one.not_last());
    one.repeated(&count, || number::most(w, copies), without)
}

/// How sure a part's launch length is on a model.
pub fn certainty(w: &Writer, name: &str, model: &str) -> Certainty {
    w.checked.measures.certainty(name, part(w, name), model)
}

/// A part of the plan by its name.
///
/// # Panics
/// When the plan has no such part: a checked plan's inputs all have one.
pub fn part<'p>(w: &Writer<'p>, name: &str) -> &'p Part {
    let plan = w.checked.plan;
    plan.prompts.get(name).expect("a checked plan's inputs name its parts")
}

fn launch(w: &mut Writer, name: &str, part: &Part, model: &str) -> Moments {
    match &part.tokens {
        Some(tokens) => number::moments(w, tokens),
        None => Moments::fixed(w.measured(name, model)),
    }
}

/// What a part's launch length is multiplied with in each month.
fn growth(w: &mut Writer, name: &str, part: &Part) -> Expr {
    let Some(grows) = &part.grows else { return one() };
    let group = format!("prompts.{name}");
    w.once(&under(&group, "growth"), |w| {
        let change = number::mean(w, grows);
        let factor = (one() + change).power(&(Expr::from(Node::MonthNumber) - one()));
        w.row(Place::Unit, &group, "growth", say("length against launch", "times"), factor)
    })
}

fn named(w: &mut Writer, group: &str, field: &str, label: &str, expr: Expr) -> Expr {
    w.once(&under(group, field), |w| {
        w.row(Place::Unit, group, field, say(label, "tokens per call"), expr)
    })
}
