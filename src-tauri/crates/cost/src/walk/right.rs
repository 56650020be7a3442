//! Right answers: how many there are, and the part of all answers that they are.

use super::call::Figures;
use super::writer::{Writer, say, zero};
use crate::plan::Feature;
use crate::workings::{Expr, Node, Place, RowId};

/// Right answers of a feature.
pub struct Right {
    /// How many, by month.
    pub count: Expr,
    /// The part of all answers, in each month and over all months.
    pub quality: [RowId; 2],
}

/// Writes right answers. Nothing where somebody did not measure the quality of a call that answers.
pub fn right(w: &mut Writer, feature: &Feature, figures: &Figures, volume: RowId) -> Option<Right> {
    if figures.given.is_empty() {
        return None;
    }
    let (mut answers, mut right) = (zero(), zero());
    for answer in &figures.given {
        answers = answers + &answer.chance;
        right = right + answer.right.as_ref()?;
    }
    let (name, unit, units) = (&feature.name, &feature.unit, Expr::from(Node::Row(volume)));
    let mut row = |place: Place, field: &str, label: &str, unit: &str, expr: Expr| {
        w.row_id(place, name, format!("{name}.{field}"), say(label, unit), expr)
    };
    let share = |right: RowId, answers: RowId| {
        let (right, answers) = (Expr::from(Node::Row(right)), Expr::from(Node::Row(answers)));
        Expr::if_at_most(&answers, &zero(), &zero(), &(right / &answers))
    };
    let each = format!("answers per {unit}");
    let answers = row(Place::Unit, "month.answers", "answers of one unit", &each, answers);
    let right = row(Place::Unit, "month.right", "right answers of one unit", &each, right);
    let label = "part of answers that are right";
    let in_month = row(Place::Unit, "month.quality", label, "share", share(right, answers));
    let all = [(right, "all-right", "right answers"), (answers, "all-answers", "answers")];
    let [right_of_all, answers_of_all] = all.map(|(each, field, label)| {
        let of_month = &units * Expr::from(Node::Row(each));
        let label_of_month = format!("{label}, in the month");
        let by_month = format!("month.{field}");
        let by_month = row(Place::Unit, &by_month, &label_of_month, "answers", of_month);
        let total = Expr::from(Node::Total(by_month));
        row(Place::Figure, field, &format!("{label}, all months"), "answers", total)
    });
    let whole = share(right_of_all, answers_of_all);
    let label = format!("{label}, all months");
    let quality = row(Place::Figure, "quality", &label, "share", whole);
    Some(Right { count: units * Expr::from(Node::Row(right)), quality: [in_month, quality] })
}
