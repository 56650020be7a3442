//! How numbers go on after the first month: growth, and drivers that they follow.

use super::launched::{self, once};
use super::writer::{Writer, one, two, under, zero};
use crate::plan::{Driven, Feature, Follows, Number};
use crate::workings::{Expr, Node, RowId, Shape};

/// At the end of the address of what a driver does to a number.
pub const FOLLOWING: &str = ".following";

/// What a number's first value is multiplied with in each month; nothing where it stays.
pub fn factor(w: &mut Writer, number: &Number) -> Option<Expr> {
    let grown = number.over_time.grows.as_ref().map(|grows| {
        let change = launched::mean(w, grows);
        let months = Expr::from(Node::MonthNumber) - one();
        once(w, number, "growth", |_| (one() + change).power(&months))
    });
    let followed = number.over_time.follows.as_ref().map(|follows| following(w, number, follows));
    match (grown, followed) {
        (None, None) => None,
        (Some(factor), None) | (None, Some(factor)) => Some(factor),
        (Some(grown), Some(followed)) => Some(once(w, number, "over-time", |_| grown * followed)),
    }
}

/// driver · (x/x₁)^(log₂(1 + d)), where d is what is more when the driver has doubled.
fn following(w: &mut Writer, number: &Number, follows: &Follows) -> Expr {
    let plan = w.checked.plan;
    let driver = plan.driven(&follows.driver).expect("a checked number follows something");
    let ratio = match driver {
        Driven::Number(driver) => factor(w, &driver).expect("a checked driver changes"),
        Driven::Adoption(feature) => of_feature(w, number, feature, "adoption.share"),
        Driven::Active(feature) => of_feature(w, number, feature, "active"),
        Driven::Volume(feature) => of_feature(w, number, feature, "volume"),
    };
    let doubled = launched::mean(w, &follows.doubled);
    once(w, number, &FOLLOWING[1..], |_| ratio.power(&((one() + doubled).ln() / two().ln())))
}

/// A feature's figure against its first month. Where there is none of it, a number is as it was.
fn of_feature(w: &mut Writer, number: &Number, feature: &Feature, figure: &str) -> Expr {
    let row = w.workings.find(&under(&feature.name, figure));
    let row = row.expect("volumes are written first, and a checked driver is there");
    let first = first_month(w, feature);
    once(w, number, "driver", |_| {
        let now = Expr::from(Node::Row(row));
        let launch = Expr::from(Node::InMonth(row, first));
        Expr::if_at_most(&now, &zero(), &one(), &(&now / launch))
    })
}

/// The number of the month in which a feature begins.
fn first_month(w: &mut Writer, feature: &Feature) -> Expr {
    feature.starts.as_ref().map_or_else(one, |starts| launched::mean(w, starts))
}

/// A figure of a feature in its first month, where it has one for each.
pub fn at_launch(w: &mut Writer, feature: &Feature, figure: &Expr) -> Expr {
    let is_monthly = |row: &RowId| w.workings.row(*row).shape == Shape::Month;
    match figure.row().filter(is_monthly) {
        None => figure.clone(),
        Some(row) => Expr::from(Node::InMonth(row, first_month(w, feature))),
    }
}
