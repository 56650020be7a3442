//! Terms of a contract that count on a whole month: steps, fees, commitments, credits, tax.

use super::agreed::{Agreed, Charge};
use super::writer::{one, zero};
use crate::meter::Meter;
use crate::plan::{Commitment, DrawnBy, Fee, Span, Steps, Stretch, first_day, term};
use crate::workings::{Expr, Node};

/// Writes them, in the order in which they count.
pub fn terms(agreed: &mut Agreed) {
    let contract = agreed.contract;
    for (index, steps) in contract.steps.iter().enumerate() {
        self::steps(agreed, steps, &term("steps", index));
    }
    let spend = match (&contract.commitments[..], &contract.fees[..], &contract.credits[..]) {
        ([], [], []) if contract.tax.is_none() => return,
        _ => agreed.spend("account"),
    };
    let mut due = spend.clone();
    for (index, fee) in contract.fees.iter().enumerate() {
        due = due + self::fee(agreed, fee, &term("fee", index), &spend);
    }
    for (index, commitment) in contract.commitments.iter().enumerate() {
        let drawn = match commitment.drawn_by {
            DrawnBy::List => agreed.list.clone(),
            DrawnBy::Agreed => spend.clone(),
        };
        due = due + self::commitment(agreed, commitment, &term("commitment", index), &drawn);
    }
    for index in by_age(agreed) {
        let name = term("credit", index);
        let amount = agreed.number(&agreed.contract.credits[index].amount);
        let span = agreed.contract.credits[index].span();
        let months = agreed.months(span);
        let stretch =
            Balanced { what: "left of the credit", months, ends: ends_within(agreed, span) };
        let used = balance(agreed, &name, &amount, &due, &stretch).used;
        agreed.allocated(&name, "credit", &(zero() - &used), true);
        due = due - used;
    }
    if let Some(tax) = &contract.tax {
        let share = agreed.number(tax);
        let amount = agreed.row("tax.amount", "tax on what is left to pay", "USD", due * share);
        agreed.allocated("tax", "tax", &amount, true);
    }
}

/// Credits in the order in which they are used: the oldest first.
fn by_age(agreed: &Agreed) -> Vec<usize> {
    let credits = &agreed.contract.credits;
    let from = |index: &usize| credits[*index].span().from.and_then(first_day);
    let mut order: Vec<usize> = (0..credits.len()).collect();
    order.sort_by_key(from);
    order
}

/// Parts taken off by what a month comes to.
fn steps(agreed: &mut Agreed, steps: &Steps, name: &str) {
    // Units decide the part, and what they cost is what it is taken off.
    let (counted, cost) = match steps.meter {
        Some(meter) => metered(agreed, meter, name),
        None => {
            let spend = agreed.spend(name);
            (spend.clone(), spend)
        }
    };
    let mut rows = vec![];
    for row in &steps.rows {
        let above = match (&row.spend, &row.units) {
            (Some(above), _) => agreed.number(above),
            (None, Some(above)) => agreed.number(above),
            (None, None) => unreachable!("a checked step begins somewhere"),
        };
        rows.push((above, agreed.number(&row.off)));
    }
    let mut part = zero();
    for (index, (above, off)) in rows.iter().enumerate() {
        let term = if steps.whole == Some(true) {
            let before = index.checked_sub(1).map_or_else(zero, |before| rows[before].1.clone());
            Expr::if_at_most(&counted, above, &zero(), &(off - before))
        } else {
            let reached = match rows.get(index + 1) {
                Some((next, _)) => counted.min(next),
                None => counted.clone(),
            };
            zero().max(&(reached - above)) * off / &counted
        };
        part = part + term;
    }
    let part = Expr::if_at_most(&counted, &zero(), &zero(), &part);
    let part = match agreed.holds(&format!("{name}.holds"), steps.span()) {
        None => part,
        Some(holds) => holds * part,
    };
    let part = agreed.row(&format!("{name}.part"), "part taken off", "share", part);
    let saved = agreed.row(&format!("{name}.saved"), "taken off", "USD", cost * &part);
    agreed.allocated(name, "volume steps", &(zero() - saved), false);
    agreed.take_off(&part, |charge| steps.meter.is_none_or(|meter| meter == charge.meter));
}

/// Units of a meter that are left to pay for, and what they cost as agreed so far.
fn metered(agreed: &mut Agreed, meter: Meter, name: &str) -> (Expr, Expr) {
    let of = |charge: &&Charge| charge.meter == meter;
    let units = agreed.charges.iter().filter(of).fold(zero(), |sum, charge| sum + &charge.units);
    let cost = agreed.charges.iter().filter(of).fold(zero(), |sum, charge| sum + &charge.agreed);
    let unit = format!("{}s", meter.unit());
    let units = agreed.row(&format!("{name}.units"), "units to pay for", &unit, units);
    let cost = agreed.row(&format!("{name}.cost"), "what they cost as agreed", "USD", cost);
    (units, cost)
}

/// What is charged on top of the spend.
fn fee(agreed: &mut Agreed, fee: &Fee, name: &str, spend: &Expr) -> Expr {
    let share = agreed.number(&fee.share);
    let mut amount = spend * share;
    if let Some(minimum) = &fee.minimum {
        let minimum = agreed.number(minimum);
        // A sum from which everything was taken off may be left with the last of its digits: charges are not.
        let any = match agreed.contract.free.is_empty() && agreed.contract.steps.is_empty() {
            true => spend.clone(),
            false => {
                let left = agreed.charges.iter().fold(zero(), |sum, charge| sum + &charge.agreed);
                agreed.row(&format!("{name}.left"), "left to pay for calls", "USD", left)
            }
        };
        amount = Expr::if_at_most(&any, &zero(), &zero(), &amount.max(&minimum));
    }
    let amount = agreed.row(&format!("{name}.amount"), &fee.name, "USD", amount);
    agreed.allocated(name, &fee.name, &amount, false);
    amount
}

/// What was promised and not spent, stretch by stretch.
fn commitment(agreed: &mut Agreed, commitment: &Commitment, name: &str, drawn: &Expr) -> Expr {
    let holds = agreed.months(commitment.span());
    let amount = agreed.number(&commitment.amount);
    let (Some(first), Some(last)) =
        (holds.iter().position(|holds| *holds), holds.iter().rposition(|holds| *holds))
    else {
        return zero();
    };
    let length = commitment.every.months().unwrap_or(last + 1 - first);
    let mut shortfall = zero();
    for (index, start) in (first..=last).step_by(length).enumerate() {
        let end = start + length;
        let inside: Vec<bool> =
            (0..holds.len()).map(|month| (start..end.min(last + 1)).contains(&month)).collect();
        let name = if length == 1 || (index == 0 && end > last) {
            name.to_owned()
        } else {
            format!("{name}.stretch-{}", index + 1)
        };
        // Months alike need no row each.
        if length == 1 {
            return monthly(agreed, &name, &amount, drawn, &holds);
        }
        // A stretch that ends after the plan is not billed in it.
        let over = end <= holds.len()
            && (commitment.every != Stretch::Term
                || commitment.to.is_none()
                || ends_within(agreed, commitment.span()));
        let stretch = Balanced { what: "left of the commitment", months: inside, ends: over };
        let left = balance(agreed, &name, &amount, drawn, &stretch);
        let Some(ends) = left.ends else { continue };
        let missing = ends * (left.opening - left.used);
        let missing = agreed.row(&format!("{name}.missing"), "promised, not spent", "USD", missing);
        agreed.allocated(&name, "shortfall", &missing, true);
        shortfall = shortfall + missing;
    }
    shortfall
}

/// Whether a term ends before the plan does, or with it.
fn ends_within(agreed: &Agreed, span: Span) -> bool {
    let after = agreed.w.workings.first_day(agreed.w.workings.months);
    span.to.and_then(first_day).is_some_and(|to| to <= after)
}

/// A commitment for every month alike.
fn monthly(agreed: &mut Agreed, name: &str, amount: &Expr, drawn: &Expr, holds: &[bool]) -> Expr {
    let promised = match holds.iter().all(|holds| *holds) {
        true => amount.clone(),
        false => agreed.flag(&format!("{name}.holds"), "holds in the month", holds) * amount,
    };
    let missing = zero().max(&(promised - drawn));
    let missing = agreed.row(&format!("{name}.missing"), "promised, not spent", "USD", missing);
    agreed.allocated(name, "shortfall", &missing, true);
    missing
}

/// An amount that months draw from.
struct Balanced {
    /// What it is called.
    what: &'static str,
    /// The months that may.
    months: Vec<bool>,
    /// Whether what is left is lost after the last of them.
    ends: bool,
}

/// A balance that is drawn from, month by month.
struct Balance {
    /// What is there at the month's beginning.
    opening: Expr,
    /// What the month takes.
    used: Expr,
    /// 1 in its last month, 0 before; nothing where it has none.
    ends: Option<Expr>,
}

/// Opening, used, closing: the rows of an amount that months draw from until nothing is left.
fn balance(
    agreed: &mut Agreed,
    name: &str,
    amount: &Expr,
    wanted: &Expr,
    stretch: &Balanced,
) -> Balance {
    let Balanced { what, months, ends } = stretch;
    let field = |field: &str| format!("{name}.{field}");
    let always = months.iter().all(|holds| *holds);
    let holds = (!always).then(|| agreed.flag(&field("holds"), "holds in the month", months));
    let within = |expr: Expr| match &holds {
        None => expr,
        Some(holds) => holds * expr,
    };
    let wanted = within(zero().max(wanted));
    let wanted = agreed.row_id(&field("wanted"), "what the month would take", "USD", wanted);
    let so_far = Expr::from(Node::SoFar(wanted)) - Expr::from(Node::Row(wanted));
    let opening = within(zero().max(&(amount - so_far)));
    let opening = agreed.row(&field("opening"), &format!("{what}: opening"), "USD", opening);
    let used = opening.min(&Expr::from(Node::Row(wanted)));
    let used = agreed.row(&field("used"), &format!("{what}: used"), "USD", used);
    let last = months.iter().rposition(|holds| *holds).filter(|_| *ends);
    let ends = last.map(|last| {
        let ends: Vec<bool> = (0..months.len()).map(|month| month == last).collect();
        agreed.flag(&field("ends"), "ends with the month", &ends)
    });
    let kept = match &ends {
        None => one(),
        Some(ends) => one() - ends,
    };
    let closing = (&opening - &used) * kept;
    agreed.row(&field("closing"), &format!("{what}: closing"), "USD", closing);
    Balance { opening, used, ends }
}
