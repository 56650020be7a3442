//! Workings whose typed numbers changed: the same rows over other inputs, while nothing that chose between rows changed.

use std::sync::Arc;

use super::number::table_rows;
use super::writer::typed_input;
use crate::check::Checked;
use crate::plan::Number;
use crate::spread::Spread;
use crate::units::Kind;
use crate::workings::{InputId, Values, Workings};

/// Workings and values of a plan that differs from another in typed numbers alone, made of the other's, with whether
/// each row has moved: equal to those that the walk writes. `None` where the walk would write other rows.
pub fn revised(
    (was, workings, values): (&Checked, &Workings, &Values),
    checked: &Checked,
) -> Option<(Workings, Values, Vec<bool>)> {
    let of_same = was.models == checked.models
        && was.measures == checked.measures
        && was.named == checked.named;
    let apart = was.plan.numbers_apart(checked.plan).filter(|_| of_same)?;
    if workings.decided.by_changing_counts && !apart.is_empty() {
        return None;
    }
    let mut workings = workings.clone();
    let mut changed: Vec<InputId> = vec![];
    for (before, number) in &apart {
        if !keeps_rows(before, number, &workings, checked) {
            return None;
        }
        for (field, value) in number.ends().into_iter().filter(|(field, _)| field != "doubt") {
            let input = typed_input(checked.measures, number, &field, value);
            let id = workings.inputs.iter().position(|it| it.address == input.address)?;
            let is_moved = workings.inputs[id].value.to_bits() != value.to_bits();
            changed.extend(is_moved.then_some(InputId(id)));
            workings.inputs[id] = Arc::new(input);
        }
    }
    let (values, moved) = values.after(&workings, &changed);
    let mut guards = workings.decided.while_zero.iter();
    let holds = guards.all(|row| values.all(*row).iter().all(|flag| *flag == 0.0));
    holds.then_some((workings, values, moved))
}

/// Whether a number chose no row that it would not choose again.
fn keeps_rows(before: &Number, number: &Number, workings: &Workings, checked: &Checked) -> bool {
    let agreed = ["contracts.", "exchange."].iter().any(|of| number.address.starts_with(of));
    let of_one_form = match (before.spread(), number.spread()) {
        (Spread::Fixed(_), Spread::Fixed(_))
        | (Spread::Range { .. }, Spread::Range { .. })
        | (Spread::Likely { .. }, Spread::Likely { .. }) => true,
        (
            Spread::Fixed(_) | Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_),
            _,
        ) => false,
    };
    let same_form = of_one_form
        && before.typed().period == number.typed().period
        && before.provenance.counted == number.provenance.counted
        && (&before.kind, &before.path, &before.agreed)
            == (&number.kind, &number.path, &number.agreed);
    let same_table = || {
        let address = format!("{}.table", number.address);
        let mut tables = workings.tables.iter().filter(|table| table.address == address);
        tables.all(|table| table.rows == table_rows(checked.plan, number))
    };
    !agreed
        && same_form
        && !workings.decided.by.contains(&number.address)
        && (number.kind != Kind::Count || same_table())
}
