//! Chances of what all but never comes, large enough for every spreadsheet.

use super::writer::{Setting, Writer, one, zero};
use crate::workings::Expr;

/// A chance that nothing comes near.
pub fn tiny(w: &mut Writer) -> Expr {
    let far = w.setting(Setting::FarDeviations);
    (zero() - far).exp()
}

/// The chance that something is absent so many times in a row; what is all but impossible is no smaller number than that:
/// some spreadsheets refuse smaller ones.
pub fn never_in(w: &mut Writer, absent: &Expr, times: &Expr) -> Expr {
    let least = tiny(w);
    let logs = times * absent.max(&least).ln();
    let far = w.setting(Setting::FarDeviations);
    let chance = (zero() - far).max(&logs).exp();
    Expr::if_at_most(times, &zero(), &one(), &chance)
}
