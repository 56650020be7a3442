//! What a feature costs for one call, one user, one seat and working day, one accepted outcome, one right answer.

use super::number;
use super::volume::business_days;
use super::writer::{Writer, say, under, volume_address, zero};
use crate::plan::Feature;
use crate::workings::{Expr, Node, Per, PerRows, Place, RowId};

/// What a feature costs.
pub struct Cost<'c> {
    /// By month.
    pub month: RowId,
    /// Over all months.
    pub total: RowId,
    /// Its other costs, by month.
    pub other: Option<RowId>,
    /// Fees of tools, for one unit, at list prices.
    pub fees: &'c [Expr],
}

/// Writes what a feature costs for one of all that is known of it. `calls` are those behind one unit, `right` the right
/// answers of each month.
pub fn per(
    w: &mut Writer,
    feature: &Feature,
    (calls, right): (&[Expr], Option<Expr>),
    volume: RowId,
    cost: &Cost,
) -> Vec<PerRows> {
    let units = Expr::from(Node::Row(volume));
    let calls = calls.iter().fold(zero(), |sum, calls| sum + calls);
    let label = say("billed model calls behind one unit", format!("calls per {}", feature.unit));
    let calls = w.row(Place::Unit, &feature.name, "month.calls-per-unit", label, calls);
    let mut counts = vec![(Per::Call, &units * calls)];
    if feature.volume.users.is_some() {
        let active = w.workings.find(&under(&feature.name, "active"));
        let active = Expr::from(Node::Row(active.expect("people make the volume")));
        // Before it begins nobody uses it.
        let users = Expr::if_at_most(&units, &zero(), &zero(), &active);
        let days = business_days(w);
        counts.push((Per::User, users.clone()));
        counts.push((Per::SeatDay, users * days));
    }
    if let Some(success) = &feature.success {
        counts.push((Per::Accepted, &units * number::mean(w, success)));
    }
    if let Some(right) = right {
        counts.push((Per::Right, right));
    }
    let rows: Vec<PerRows> =
        counts.into_iter().map(|(per, count)| rows(w, feature, per, count, cost)).collect();
    if let Some(value) = &feature.value {
        let value = number::mean(w, value);
        worth(w, feature, &value, &rows, cost.total);
    }
    rows
}

fn rows(w: &mut Writer, feature: &Feature, per: Per, count: Expr, cost: &Cost) -> PerRows {
    let (month, total) = match per {
        Per::Call => of_calls(w, feature, cost),
        Per::User | Per::SeatDay | Per::Accepted | Per::Right => (cost.month, cost.total),
    };
    let (name, one) = (&feature.name, per.one(&feature.unit));
    let unit = format!("USD per {one}");
    let mut row = |place: Place, field: String, label: String, unit: &str, expr: Expr| {
        w.row_id(place, name, under(name, &field), say(label, unit), expr)
    };
    let field = per.name();
    let count =
        row(Place::Unit, format!("month.{field}.count"), format!("{one}: how many"), &one, count);
    let in_month = ratio(month, count);
    let label = format!("cost of one {one}, in the month");
    let month_cost = row(Place::Unit, format!("month.unit-cost.{field}"), label, &unit, in_month);
    let counted = Expr::from(Node::Total(count));
    let label = format!("{one}: how many, all months");
    let all = row(Place::Unit, format!("all-units.{field}"), label, &one, counted);
    let label = format!("cost of one {one}, over all months");
    // The Summary has what one costs.
    let cost = row(Place::Figure, format!("unit-cost.{field}"), label, &unit, ratio(total, all));
    PerRows { per, count, month_cost, all, cost }
}

/// What the calls cost alone, by month and over all months.
fn of_calls(w: &mut Writer, feature: &Feature, cost: &Cost) -> (RowId, RowId) {
    if cost.other.is_none() && cost.fees.is_empty() {
        return (cost.month, cost.total);
    }
    let name = &feature.name;
    let units = w.workings.find(&volume_address(name)).expect("volumes are written first");
    let fees = cost.fees.iter().fold(zero(), |sum, fee| sum + fee);
    let fees = if fees.is(0) { fees } else { Expr::from(Node::Row(units)) * fees };
    let other = cost.other.map_or_else(zero, |row| Expr::from(Node::Row(row)));
    let month = Expr::from(Node::Row(cost.month)) - other - fees;
    let mut row = |field: &str, label: &str, expr: Expr| {
        w.row_id(Place::Unit, name, under(name, field), say(label, "USD"), expr)
    };
    let month = row("month.model-calls", "cost of the model calls, in the month", month);
    let all = Expr::from(Node::Total(month));
    (month, row("total.model-calls", "cost of the model calls, all months", all))
}

/// What accepted outcomes are worth, and what is left of it.
fn worth(w: &mut Writer, feature: &Feature, value: &Expr, rows: &[PerRows], total: RowId) {
    let name = &feature.name;
    let accepted = rows.iter().find(|rows| rows.per == Per::Accepted);
    let accepted = accepted.expect("a checked value says how many are accepted").all;
    let worth = Expr::from(Node::Row(accepted)) * value;
    let label = say("worth of accepted outcomes, all months", "USD");
    let worth = w.row_id(Place::Figure, name, under(name, "total.worth"), label, worth);
    let net = Expr::from(Node::Row(worth)) - Expr::from(Node::Row(total));
    let label = say("worth less cost, all months", "USD");
    w.row_id(Place::Figure, name, under(name, "total.net"), label, net);
}

/// No units, no cost.
pub fn ratio(cost: RowId, units: RowId) -> Expr {
    let (cost, units) = (Expr::from(Node::Row(cost)), Expr::from(Node::Row(units)));
    Expr::if_at_most(&units, &zero(), &zero(), &(cost / &units))
}

#[cfg(test)]
mod tests {
    use crate::estimate::{Estimate, estimate};
    use crate::plan::{Measures, Plan};
    use crate::sample::checked;
    use crate::workings::{FeatureRows, Per};

    fn worked_out(more: &str) -> Estimate {
        let text = format!(
            "{{ forebill: 1, name: P, starts: 2027-01, months: 3, prompts: {{ p: {{ tokens: 1000 }} }}, features: [ \
             {{ name: f, unit: answer, starts: month 2, volume: {{ users: 100, adoption: 40%, each: 3/business day }}, \
             {more} step: {{ chain: [ {{ call: {{ name: a, model: acme/large, input: [p], output: 100 }} }}, \
             {{ fan-out: {{ copies: 2, step: {{ call: {{ name: b, model: acme/small, input: [p], output: 10 }} }} }} }} \
             ] }} }} ] }}"
        );
        let plan = serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed();
        let measures = Measures::default();
        estimate(&checked(&plan, &measures)).expect("a plan of sensible size")
    }

    /// One unit: a dear call and two cheap ones.
    const UNIT: f64 = (1000.0 * 3.0 + 100.0 * 15.0 + 2.0 * (1000.0 * 0.4 + 10.0 * 1.6)) / 1e6;

    #[test]
    fn a_feature_costs_so_much_for_one_of_all_that_is_known_of_it() {
        let estimate = worked_out("success: 80%, value: $2,");
        let feature = &estimate.workings.features[0];
        let check = |per: Per, expected: f64| {
            let rows = feature.per.iter().find(|rows| rows.per == per).expect("it is known");
            // February and March 2027 have 20 and 23 working days; nothing is used before.
            assert_eq!(estimate.month_cost_per(rows, 0), None, "{per:?}");
            let february = estimate.month_cost_per(rows, 1).expect("there are units");
            assert!(
                (february / expected - 1.0).abs() < 1e-12,
                "{per:?}: {february}, not {expected}"
            );
        };
        check(Per::Call, UNIT / 3.0);
        check(Per::User, UNIT * 3.0 * 20.0);
        check(Per::SeatDay, UNIT * 3.0);
        check(Per::Accepted, UNIT / 0.8);
        let whole = |per: Per| {
            let rows = feature.per.iter().find(|rows| rows.per == per).expect("it is known");
            estimate.cost_per(rows).expect("there are units")
        };
        // Two months of 40 people.
        assert!((whole(Per::User) / (UNIT * 3.0 * 43.0 / 2.0) - 1.0).abs() < 1e-12);
        let figure = |address: &str| {
            estimate.values.at(estimate.workings.find(address).expect("a figure"), 0)
        };
        let units = 40.0 * 3.0 * 43.0;
        assert!((figure("f.total.worth") - units * 0.8 * 2.0).abs() < 1e-9);
        assert!((figure("f.total.net") - units * (1.6 - UNIT)).abs() < 1e-9);
    }

    #[test]
    fn calls_of_agents_count_wherever_they_are_used() {
        let call = "{ call: { name: look, model: acme/small, input: [p], output: 10 } }";
        let text = format!(
            "{{ forebill: 1, name: P, starts: 2027-01, months: 1, prompts: {{ p: {{ tokens: 1000 }} }}, agents: {{ \
             one: {{ step: {call} }}, two: {{ step: {{ fan-out: {{ copies: 2, step: {{ agent: {{ name: inner, use: one }} }} }} }} }} }}, \
             features: [ {{ name: f, unit: answer, volume: {{ units: 9/day }}, step: {{ chain: [ \
             {{ agent: {{ name: first, use: one }} }}, {{ agent: {{ name: second, use: two }} }} ] }} }} ] }}"
        );
        let plan = serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed();
        let measures = Measures::default();
        let estimate = estimate(&checked(&plan, &measures)).expect("a plan of sensible size");
        let rows = &estimate.workings.features[0].per[0];
        let one = (1000.0 * 0.4 + 10.0 * 1.6) / 1e6;
        let per_call = estimate.cost_per(rows).expect("there are calls");
        assert!((per_call / one - 1.0).abs() < 1e-12, "{per_call}, not {one}");
    }

    #[test]
    fn a_call_costs_what_calls_cost_by_all_that_are_billed() {
        let text = "{ forebill: 1, name: P, starts: 2027-01, months: 1, prompts: { p: { tokens: 1000 } }, features: [ \
             { name: f, unit: answer, volume: { units: 10/month }, step: { chain: [ { tool: { uses: 2, fee: $0.01 } }, \
             { retry: { attempts: 2, fails: { invalid: 10% }, step: \
             { call: { name: a, model: acme/small, input: [p], output: 10 } } } } ] } } ], \
             other_costs: [ { name: review, share: 5%, cost: $1 } ] }";
        let plan = serde_saphyr::from_str::<Plan>(text).expect("a plan").addressed();
        let measures = Measures::default();
        let estimate = estimate(&checked(&plan, &measures)).expect("a plan of sensible size");
        let rows = &estimate.workings.features[0].per[0];
        let one = (1000.0 * 0.4 + 10.0 * 1.6) / 1e6;
        for found in [estimate.cost_per(rows), estimate.month_cost_per(rows, 0)] {
            let found = found.expect("there are calls");
            assert!((found / one - 1.0).abs() < 1e-12, "{found}, not {one}");
        }
        // Of ten answers one is made twice.
        assert!((estimate.values.at(rows.all, 0) - 11.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_known_is_not_divided_by() {
        let worked = worked_out("");
        let known: Vec<Per> = worked.workings.features[0].per.iter().map(|it| it.per).collect();
        assert_eq!(known, [Per::Call, Per::User, Per::SeatDay]);
        let unknown = |feature: &FeatureRows| feature.unknown().collect::<Vec<_>>();
        assert_eq!(unknown(&worked.workings.features[0]), [Per::Accepted]);
        assert_eq!(unknown(&worked_out("success: 80%,").workings.features[0]), []);
        let given = "{ call: { name: a, model: acme/small, input: [p], output: 1 } }";
        let given = crate::sample::plan(1, "{ p: { tokens: 9 } }", given);
        let measures = Measures::default();
        let worked = estimate(&checked(&given, &measures)).expect("a plan of sensible size");
        let [feature] = &worked.workings.features[..] else { panic!("one feature") };
        assert_eq!(unknown(feature), [Per::User, Per::SeatDay, Per::Accepted]);
        assert_eq!(Per::User.lacks(), "no users in this volume");
    }
}
