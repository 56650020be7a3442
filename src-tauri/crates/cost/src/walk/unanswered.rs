//! Units, and turns of conversations, that get no answer: what is tried has failed for good.

use super::per::ratio;
use super::seen::Seen;
use super::writer::{Writer, one, say, under, zero};
use crate::plan::Feature;
use crate::workings::{Expr, Node, Place, RowId};

/// What gets no answer, for one unit of work.
#[derive(Clone, Debug)]
pub struct Unanswered {
    /// The chance that the unit gets none.
    pub units: Expr,
    /// Turns in which somebody asks.
    asked: Expr,
    /// Those of them that get none.
    turns: Expr,
}

impl Default for Unanswered {
    fn default() -> Self {
        Self { units: zero(), asked: zero(), turns: zero() }
    }
}

impl Unanswered {
    /// The same where each formula reads otherwise; nothing where one of them cannot be read.
    pub fn read_as(&self, mut read: impl FnMut(&Expr) -> Option<Expr>) -> Option<Self> {
        let Self { units, asked, turns } = self;
        Some(Self { units: read(units)?, asked: read(asked)?, turns: read(turns)? })
    }

    /// Adds turns, each of which gets no answer with this chance.
    pub fn of_turns(&mut self, turns: &Expr, chance: &Expr) {
        self.asked = &self.asked + turns;
        if !chance.is(0) {
            self.turns = &self.turns + turns * chance;
        }
    }
}

/// The part of units, and of turns, that gets no answer; nothing where every one gets its own.
pub struct UnansweredRows {
    /// Of all units.
    pub units: Option<RowId>,
    /// Of all turns.
    pub turns: Option<RowId>,
}

/// The chance that a step gets no answer. After a turn without one the next follows: turns are counted apart.
pub fn chance(seen: &Seen) -> Expr {
    if seen.answered.is(1) { zero() } else { one() - &seen.answered }
}

/// Writes how much of a feature gets no answer.
pub fn unanswered(
    w: &mut Writer,
    feature: &Feature,
    found: &Unanswered,
    volume: RowId,
    all_units: RowId,
) -> UnansweredRows {
    let (name, unit, units) = (&feature.name, &feature.unit, Expr::from(Node::Row(volume)));
    let mut row = |place: Place, field: &str, label: String, unit: &str, expr: Expr| {
        w.row_id(place, name, under(name, field), say(label, unit), expr)
    };
    let of_units = (!found.units.is(0)).then(|| {
        let label = format!("{unit}: how many get no answer, in the month");
        let in_month = row(Place::Unit, "month.unanswered", label, unit, &units * &found.units);
        let label = format!("{unit}: how many get no answer, all months");
        let all = Expr::from(Node::Total(in_month));
        let all = row(Place::Unit, "total.unanswered.count", label, unit, all);
        let label = format!("{unit}: part that gets no answer, all months");
        row(Place::Figure, "total.unanswered", label, "share", ratio(all, all_units))
    });
    let of_turns = (!found.turns.is(0)).then(|| {
        let [asked, none] = [
            ("asked-turns", "turns", &found.asked),
            ("unanswered-turns", "turns that get no answer", &found.turns),
        ]
        .map(|(field, label, each)| {
            let of_month = &units * each;
            let by_month = format!("month.{field}");
            let say_month = format!("{label}, in the month");
            let by_month = row(Place::Unit, &by_month, say_month, "turns", of_month);
            let all = Expr::from(Node::Total(by_month));
            let address = format!("total.{field}.count");
            row(Place::Unit, &address, format!("{label}, all months"), "turns", all)
        });
        let label = "part of turns that gets no answer, all months".to_owned();
        row(Place::Figure, "total.unanswered-turns", label, "share", ratio(none, asked))
    });
    UnansweredRows { units: of_units, turns: of_turns }
}

#[cfg(test)]
mod tests {
    use crate::estimate::{Estimate, estimate};
    use crate::plan::Measures;
    use crate::sample::{checked, plan};

    const PROMPTS: &str = "{ user: { tokens: 100 } }";
    const CALL: &str =
        "call: { name: reply, model: acme/small, answer: true, input: [user], output: 10 }";

    fn worked(step: &str) -> Estimate {
        let (plan, measures) = (plan(2, PROMPTS, step), Measures::default());
        estimate(&checked(&plan, &measures)).expect("a plan of sensible size")
    }

    /// The parts of units and of turns that get no answer.
    #[track_caller]
    fn check(step: &str, units: Option<f64>, turns: Option<f64>) {
        let estimate = worked(step);
        let feature = &estimate.workings.features[0];
        let found = [feature.unanswered, feature.unanswered_turns]
            .map(|row| row.map(|row| estimate.values.at(row, 0)));
        for (found, expected) in found.into_iter().zip([units, turns]) {
            assert_eq!(found.is_some(), expected.is_some(), "{step}: {found:?}");
            let (found, expected) = (found.unwrap_or_default(), expected.unwrap_or_default());
            assert!((found - expected).abs() < 1e-12, "{step}: {found}, not {expected}");
        }
    }

    fn retry(attempts: &str, then: &str) -> String {
        format!(
            "retry: {{ attempts: {attempts}, fails: {{ timeout: 10% }}, step: {{ {CALL} }}{then} }}"
        )
    }

    #[test]
    fn what_fails_at_every_attempt_gets_no_answer() {
        check(&format!("{{ {CALL} }}"), None, None);
        check(&format!("{{ {} }}", retry("2", "")), Some(0.01), None);
        check(&format!("{{ {} }}", retry("1..3", "")), Some(worked_share()), None);
    }

    /// P(1), P(2), … of `1..3`, each to the power of its attempts.
    fn worked_share() -> f64 {
        let spread = crate::spread::Spread::Range { low: 1.0, high: 3.0 };
        let table = crate::spread::count_table(&spread).expect("a table");
        table.iter().zip(1..).map(|(chance, tries)| chance * 0.1_f64.powi(tries)).sum()
    }

    #[test]
    fn what_stands_in_answers_unless_it_fails_itself() {
        let other =
            "{ call: { name: other, model: acme/small, answer: true, input: [user], output: 1 } }";
        check(&format!("{{ {} }}", retry("2", &format!(", then: {other}"))), None, None);
        let fails =
            format!("{{ retry: {{ attempts: 1, fails: {{ timeout: 20% }}, step: {other} }} }}");
        let step = format!("{{ {} }}", retry("2", &format!(", then: {fails}")));
        check(&step, Some(0.01 * 0.2), None);
    }

    #[test]
    fn a_turn_without_an_answer_ends_no_conversation() {
        let step =
            format!("{{ conversation: {{ turns: 3, turn: [ {{ {} }} ] }} }}", retry("2", ""));
        check(&step, None, Some(0.01));
    }

    #[test]
    fn parts_of_a_route_fail_for_themselves() {
        let step = format!(
            "{{ route: [ {{ share: 30%, step: {{ {} }} }}, {{ share: rest, step: {{ call: {{ name: b, model: \
             acme/small, answer: true, input: [user], output: 1 }} }} }} ] }}",
            retry("1", "")
        );
        check(&step, Some(0.03), None);
    }
}
