//! Traffic that keeps something alive: its arrivals hour by hour, as users come, averaged over those who arrive.

use super::writer::{Writer, say};
use crate::workings::{Expr, Node, Place, RowId};

/// The chance that what traffic keeps alive is there when somebody comes, by the arrivals of the time that it lives, on
/// average over a month: `kept` says it for so many.
pub fn kept(
    w: &mut Writer,
    (feature, group): (&str, &str),
    lives_seconds: f64,
    load: &Expr,
    kept: impl Fn(&Expr) -> Expr,
) -> Expr {
    let Some((share, pace)) = paces(w, feature, lives_seconds) else { return kept(load) };
    let each = kept(&(load * Expr::from(Node::Row(pace))));
    let label = say("chance that it is kept for those who come in such hours", "share");
    let each = w.row_id(Place::Unit, group, &format!("{group}.cache.hourly"), label, each);
    Expr::from(Node::Dot(share, each))
}

/// Which part of a feature's users comes in hours before which others came so many times as often as on average: rows of
/// a table. Nothing where users come at any hour alike.
fn paces(w: &mut Writer, feature: &str, lives_seconds: f64) -> Option<(RowId, RowId)> {
    let plan = w.checked.plan;
    let load = plan.features.iter().find(|it| it.name == feature)?.arrivals();
    if load.is_flat() {
        return None;
    }
    let group = format!("{feature}.load.{lives_seconds}");
    let [share, pace] = ["share", "pace"].map(|field| format!("{group}.{field}"));
    if let (Some(share), Some(pace)) = (w.workings.find(&share), w.workings.find(&pace)) {
        return Some((share, pace));
    }
    let hours = load.paces(lives_seconds);
    let (table, _) = w.workings.push_table(feature, &group, hours.len());
    let listed = |w: &mut Writer, address: &str, label: &str, unit: &str, of: &[f64]| {
        let cells = of.iter().zip(1..).map(|(value, nth)| {
            w.given(&format!("{address}-{nth}"), *value, unit, "the feature's load profile")
        });
        let first = cells.collect::<Vec<_>>().into_iter().next();
        let Some(Node::Input(first)) = first.map(|cell| cell.node().clone()) else {
            unreachable!("a week has hours")
        };
        let expr = Expr::from(Node::Listed(table, first));
        w.row_id(Place::Unit, feature, address, say(label, unit), expr)
    };
    let (shares, times): (Vec<f64>, Vec<f64>) = hours.into_iter().unzip();
    let label = "part of users who come in such hours";
    let shares = listed(w, &share, label, "share", &shares);
    let label = "arrivals in the time before, against the average";
    Some((shares, listed(w, &pace, label, "times", &times)))
}
