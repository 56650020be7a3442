//! Tools: a fee for each use.

use super::call::Figures;
use super::frame::Frame;
use super::lines::{NewLine, Unit, write};
use super::number;
use super::rate::{self, RateRows};
use super::writer::{Writer, one, say};
use crate::plan::{Call, Certainty, Feature, Tool};
use crate::workings::{Driver, Expr, Item, LineRate, Node, Place};

/// Writes the fees of a tool. What it returns is paid for by the calls that read it.
pub fn tool(
    w: &mut Writer,
    feature: &Feature,
    tool: &Tool,
    (step, group): (&str, &str),
    frame: &Frame,
    figures: &mut Figures,
) {
    let Some((item, rates)) = sold(w, tool) else { return };
    let uses = tool.uses.as_ref().map_or_else(one, |uses| number::count_mean(w, uses));
    let uses = frame.repeats() * uses;
    let good = &frame.runs.good * &uses;
    let failed = (&frame.runs.input - &frame.runs.good) * uses;
    let unit = Unit { feature, step, group };
    let own = one() - &frame.beyond;
    let mut line = |driver: Driver, uses: Expr| {
        if uses.is(0) {
            return;
        }
        let (field, label) =
            (driver.name().to_owned(), format!("{}, fee for each use", driver.label()));
        let quantity = if uses.is(1) {
            uses
        } else {
            let label = say(label.clone(), format!("uses per {}", feature.unit));
            w.row(Place::Unit, group, &format!("{field}.uses"), label, uses)
        };
        let row = quantity.row();
        let (item, rates, certainty) = (item.clone(), rates.clone(), Certainty::Exact);
        let line = NewLine { field, label, quantity, row, rates, certainty, sent: true };
        let amount = write(w, &unit, driver, item, line);
        figures.fees.push(Expr::from(Node::Row(amount)));
    };
    match frame.escalated {
        true => line(Driver::Escalation, good),
        false => {
            line(Driver::Tools, own * &good);
            line(Driver::Agents, &frame.beyond * good);
        }
    }
    if frame.runs.some_fail() {
        line(Driver::FailedAttempts, failed);
    }
}

/// What one use is, and what it costs.
fn sold(w: &mut Writer, tool: &Tool) -> Option<(Item, RateRows)> {
    if let (Some(model), Some(meter)) = (&tool.model, tool.meter) {
        let call = Call { model: model.clone(), ..Call::default() };
        let rates = rate::rate(w, &call, meter, None);
        let model = w.checked.models.get(model).name.clone();
        return Some((Item::Model { model, meter }, rates));
    }
    let fee = tool.fee.as_ref()?;
    let rate = number::mean(w, fee);
    let input = rate.input().expect("a checked fee is one amount");
    let rates =
        RateRows { first_day: rate.clone(), rate, line: LineRate::Typed(input), unpriced: None };
    let label = tool.label.clone().unwrap_or_else(|| tool.name.clone());
    Some((Item::Other(label), rates))
}
