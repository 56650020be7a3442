//! How likely others keep alive what all sessions share: by the traffic of each hour, averaged over who comes in it.

use super::never::tiny;
use super::volume;
use super::writer::{Setting, Writer, one, say, two, under, zero};
use crate::load::Load;
use crate::workings::{Expr, InputId, Node, Place, RowId};

/// Sessions that keep a beginning alive for one another.
pub struct Traffic<'a> {
    /// The feature whose sessions they are.
    pub feature: &'a str,
    /// What the rows belong to.
    pub group: &'a str,
    /// Sessions behind one unit.
    pub sessions: Expr,
    /// Calls after the first of a session.
    pub others: Expr,
    /// The chance that the next call of a session comes in time.
    pub in_time: Expr,
    /// How long a beginning is kept, in seconds: as a formula, and as it is typed.
    pub ttl: (Expr, f64),
    /// Whether a read begins that time anew.
    pub refreshes: bool,
}

/// Hours that are alike, as rows of a table.
struct Hours {
    /// The part of all users who come in such hours.
    share: RowId,
    /// Arrivals in them, against the average.
    pace: RowId,
    /// Arrivals before a call in them, against the average.
    before: Before,
}

/// When arrivals before a call came.
enum Before {
    /// In the hour before its own, for times that reach no further.
    Hour(RowId),
    /// In the time that the cache was typed with.
    Time(RowId),
}

impl Traffic<'_> {
    /// The chance that a first call finds the shared beginning: p = 1 − e^(−λ·(τ + E[n−1]·E[min(pause, τ)])) where reads
    /// begin the time anew, else p = Λ/(1 + Λ) with Λ = λτ·(1 + E[n−1](1 − q)), λ being that of the hour.
    pub fn alive(self, w: &mut Writer) -> Expr {
        let label = say("sessions by the second", "sessions");
        let rate = volume::by_the_second(w, self.feature) * &self.sessions;
        let rate = w.row(Place::Unit, self.group, "cache.arrivals", label, rate);
        let hours = (!w.arrivals.0.is_flat()).then(|| self.hours(w));
        let label = "chance that the shared beginning is kept";
        let Some(hours) = hours else {
            let kept = self.kept(w, &rate * &self.ttl.0, &rate);
            return w.row(Place::Unit, self.group, "cache.alive", say(label, "share"), kept);
        };
        let now = &rate * Expr::from(Node::Row(hours.pace));
        let ttl = &self.ttl.0;
        let in_reach = match hours.before {
            // On average over the hour, half of the time's part of it reaches back.
            Before::Hour(before) => {
                let before = rate * Expr::from(Node::Row(before));
                let part = ttl / w.setting(Setting::HourSeconds) / two();
                ttl * (&now - (&now - before) * part)
            }
            Before::Time(before) => rate * ttl * Expr::from(Node::Row(before)),
        };
        let kept = self.kept(w, in_reach, &now);
        let by_hour = say(format!("{label}, in such hours"), "share");
        let kept = w.row(Place::Unit, self.group, "cache.alive-in-hours", by_hour, kept);
        let kept = Expr::from(Node::Dot(hours.share, kept.row().expect("it was just written")));
        w.row(Place::Unit, self.group, "cache.alive", say(label, "share"), kept)
    }

    /// The same at one rate, with the sessions that began within the time before a call.
    fn kept(&self, w: &mut Writer, in_reach: Expr, rate: &Expr) -> Expr {
        if !self.refreshes {
            let load = in_reach * (one() + &self.others * (one() - &self.in_time));
            let label = say("arrivals that would begin it, in its time", "times");
            let load = w.row(Place::Unit, self.group, "cache.load", label, load);
            return &load / (one() + &load);
        }
        // E[min(pause, τ)] = τ·q / −ln(1 − q), for pauses that end at any moment alike.
        let ends = zero() - (one() - &self.in_time).max(&tiny(w)).ln();
        let ttl = &self.ttl.0;
        let waits = Expr::if_at_most(&ends, &zero(), ttl, &(ttl * &self.in_time / &ends));
        one() - (zero() - (in_reach + rate * &self.others * waits)).exp()
    }

    /// The hours of the load at hand. A time of more than an hour looks back into all that it reaches.
    fn hours(&self, w: &mut Writer) -> Hours {
        let (load, whose) = w.arrivals.clone();
        let (ttl, typed) = &self.ttl;
        let long = *typed > HOUR;
        let group = format!("{whose}.load");
        let rows = if long { format!("{group}.over-{typed}") } else { format!("{group}.hours") };
        let hour = w.setting(Setting::HourSeconds);
        let source = format!("the load profile of {whose}");
        // Other times need other hours.
        let guard = match long {
            true => {
                let made = w.given(&under(&rows, "seconds"), *typed, "seconds", &source);
                let differs = Expr::if_at_most(&made, ttl, &zero(), &one());
                Expr::if_at_most(ttl, &made, &differs, &one())
            }
            false => Expr::if_at_most(ttl, &hour, &zero(), &one()),
        };
        let label = format!("{}: the hours before a call are those of its cache", self.group);
        w.row(Place::Check, self.group, "cache.hours-before", say(label, "flag"), guard);
        let [share, pace, before] =
            ["share", "pace", "before"].map(|field| w.workings.find(&under(&rows, field)));
        let [share, pace, before] = match (share, pace, before) {
            (Some(share), Some(pace), Some(before)) => [share, pace, before],
            _ => {
                let hours = alike(&load, long.then_some(*typed));
                let (table, _) = w.workings.push_table(&group, &rows, hours.len());
                let label_before = match long {
                    true => format!("arrivals in the {typed} seconds before, against the average"),
                    false => "arrivals in the hour before, against the average".to_owned(),
                };
                let label_share = "part of all users who come in such hours".to_owned();
                let label_pace = "arrivals in such hours, against the average".to_owned();
                let columns = [
                    ("share", label_share, "share"),
                    ("pace", label_pace, "times"),
                    ("before", label_before, "times"),
                ];
                let mut nth = 0..3;
                columns.map(|(field, label, unit)| {
                    let column = nth.next().expect("three columns");
                    let values: Vec<f64> = hours.iter().map(|hour| hour[column]).collect();
                    let address = under(&rows, field);
                    let first = listed(w, &address, unit, &values, &source);
                    let cells = Expr::from(Node::Listed(table, first));
                    w.row_id(Place::Unit, &group, &address, say(label, unit), cells)
                })
            }
        };
        let before = if long { Before::Time(before) } else { Before::Hour(before) };
        Hours { share, pace, before }
    }
}

const HOUR: f64 = 3600.0;

/// Hours of a week that are alike, the seldomest first: the part of all arrivals that comes in them, arrivals in them and
/// before, against the average. What is before is the hour before, or so many seconds.
fn alike(load: &Load, seconds: Option<f64>) -> Vec<[f64; 3]> {
    let week = load.hours();
    let average = 1.0 / week.len() as f64;
    let before = match seconds {
        None => earlier(week, 1),
        Some(seconds) => within(week, seconds).into_iter().map(|it| it * HOUR / seconds).collect(),
    };
    let mut hours: Vec<[f64; 3]> = week
        .iter()
        .zip(before)
        .filter(|(share, _)| **share > 0.0)
        .map(|(share, before)| [*share, share / average, before / average])
        .collect();
    hours.sort_by(|left, right| left[1].total_cmp(&right[1]).then(left[2].total_cmp(&right[2])));
    hours.dedup_by(|next, kept| {
        let same = |at: usize| (next[at] - kept[at]).abs() <= 1e-12 * kept[at].abs();
        let alike = same(1) && same(2);
        kept[0] += if alike { next[0] } else { 0.0 };
        alike
    });
    hours
}

/// What comes in the hour that lies so many before each.
fn earlier(shares: &[f64], hours: usize) -> Vec<f64> {
    let mut shares = shares.to_vec();
    let count = shares.len();
    shares.rotate_right(hours % count);
    shares
}

/// The part of all arrivals that is expected within so many seconds before a call of each hour, wherever in it the call
/// comes.
fn within(shares: &[f64], seconds: f64) -> Vec<f64> {
    let hours = seconds / HOUR;
    // ∫ of min(1, max(0, y)): so much of an hour that begins at 0 lies before y, added up to y.
    let behind = |y: f64| if y <= 0.0 { 0.0 } else { y * y.min(1.0) - y.min(1.0).powi(2) / 2.0 };
    let over_hour = |begins: f64| behind(begins + 1.0) - behind(begins);
    let common = |back: f64| over_hour(back) - over_hour(back - hours);
    let mut parts = vec![0.0; shares.len()];
    for back in 0..=hours.ceil() as usize {
        let common = common(back as f64);
        let of_hour = earlier(shares, back);
        parts.iter_mut().zip(of_hour).for_each(|(part, share)| *part += common * share);
    }
    parts
}

/// Neighbouring inputs, the first of which a table lists from.
fn listed(w: &mut Writer, address: &str, unit: &str, values: &[f64], source: &str) -> InputId {
    let mut inputs = values.iter().zip(1..).map(|(value, nth)| {
        let input = w.given(&format!("{address}-{nth}"), *value, unit, source).input();
        input.expect("what is given is an input")
    });
    let first = inputs.next().expect("a week has hours");
    inputs.for_each(drop);
    first
}
