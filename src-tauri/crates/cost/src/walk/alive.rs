//! How likely others keep alive what all sessions share: by the traffic of each hour, averaged over who comes in it.

use super::never::tiny;
use super::volume;
use super::writer::{Setting, Writer, one, say, two, zero};
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

/// The hours of a day, or of a week where its days differ, as rows of a table.
struct Hours {
    /// The part of all arrivals that comes in the hour.
    share: RowId,
    /// How many.
    count: Expr,
    /// What lies before a call of the hour.
    before: Before,
}

/// Arrivals before a call, as parts of those in all hours.
enum Before {
    /// In the hour before, for times that reach no further.
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
        let all = &rate * &hours.count;
        let now = &all * Expr::from(Node::Row(hours.share));
        let hour = w.setting(Setting::HourSeconds);
        let in_reach = match hours.before {
            // On average over the hour, half of the time's part of it reaches back.
            Before::Hour(before) => {
                let before = all * Expr::from(Node::Row(before));
                let ttl = &self.ttl.0;
                ttl * (&now - (&now - before) * (ttl / hour / two()))
            }
            Before::Time(before) => all * hour * Expr::from(Node::Row(before)),
        };
        let kept = self.kept(w, in_reach, &now);
        let by_hour = say(format!("{label}, in hour k"), "share");
        let kept = w.row(Place::Unit, self.group, "cache.alive-in-hour", by_hour, kept);
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

    /// The hours of the load at hand. A time of an hour or more looks back into earlier hours.
    fn hours(&self, w: &mut Writer) -> Hours {
        let (load, whose) = w.arrivals.clone();
        let shares = shares(&load);
        let hour = w.setting(Setting::HourSeconds);
        let (group, length) = (format!("{whose}.load"), shares.len());
        let rows = format!("{group}.hours");
        let source = format!("the load profile of {whose}");
        let (share, table) = match w.workings.find(&format!("{rows}.share")) {
            Some(row) => (row, w.workings.row(row).shape.table().expect("hours are a table's")),
            None => {
                let cells = listed(w, &format!("{rows}.share"), &shares, &source);
                let (table, _) = w.workings.push_table(&group, &rows, length);
                let say = say("part of all arrivals that comes in hour k", "share");
                let share = Expr::from(Node::Listed(table, cells));
                (w.row_id(Place::Unit, &group, &format!("{rows}.share"), say, share), table)
            }
        };
        let (ttl, typed) = &self.ttl;
        let count = w.given(&format!("{rows}.count"), length as f64, "hours", &source);
        let long = *typed > HOUR;
        let (field, label, parts) = match long {
            false => ("hour-before".to_owned(), "the hour".to_owned(), before(&shares, 1)),
            true => {
                (format!("before-{typed}"), format!("the {typed} seconds"), within(&shares, *typed))
            }
        };
        let address = format!("{rows}.{field}");
        let before = w.workings.find(&address).unwrap_or_else(|| {
            let cells = Expr::from(Node::Listed(table, listed(w, &address, &parts, &source)));
            let label = format!("part of all arrivals in {label} before a call of hour k");
            w.row_id(Place::Unit, &group, &address, say(label, "share"), cells)
        });
        let before = if long { Before::Time(before) } else { Before::Hour(before) };
        // Other times need other hours.
        let guard = match long {
            true => {
                let made = w.given(&format!("{rows}.ttl-{typed}"), *typed, "seconds", &source);
                let differs = Expr::if_at_most(&made, ttl, &zero(), &one());
                Expr::if_at_most(ttl, &made, &differs, &one())
            }
            false => Expr::if_at_most(&hour, ttl, &one(), &zero()),
        };
        let label = format!("{}: the hours before a call are those of its cache", self.group);
        w.row(Place::Check, self.group, "cache.hours-before", say(label, "flag"), guard);
        Hours { share, count, before }
    }
}

const HOUR: f64 = 3600.0;

/// The part of all arrivals in each hour of a day, or of a week where its days differ.
fn shares(load: &Load) -> Vec<f64> {
    let week = load.hours();
    let alike = week.chunks_exact(24).all(|day| day == &week[..24]);
    let hours = if alike { &week[..24] } else { &week[..] };
    let all: f64 = hours.iter().sum();
    hours.iter().map(|share| share / all).collect()
}

/// The same of the hour that lies so many before.
fn before(shares: &[f64], hours: usize) -> Vec<f64> {
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
        let earlier = before(shares, back);
        let common = common(back as f64);
        parts.iter_mut().zip(earlier).for_each(|(part, earlier)| *part += common * earlier);
    }
    parts
}

/// Neighbouring inputs, the first of which a table lists from.
fn listed(w: &mut Writer, address: &str, values: &[f64], source: &str) -> InputId {
    let mut inputs = values.iter().zip(1..).map(|(value, nth)| {
        let input = w.given(&format!("{address}-{nth}"), *value, "share", source).input();
        input.expect("what is given is an input")
    });
    let first = inputs.next().expect("a day has hours");
    inputs.for_each(drop);
    first
}
