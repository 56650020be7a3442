//! How likely others keep alive what all sessions share: by the traffic of each hour, averaged over who comes in it.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::priced;
use super::volume;
use super::writer::{Setting, Writer, one, say, two, under, zero};
use crate::book::DAY_MINUTES;
use crate::load::Load;
use crate::plan::Days;
use crate::workings::{Expr, InputId, Node, Place, RowId};

/// Units that keep a beginning alive for one another.
pub struct Traffic<'a> {
    /// What the rows belong to.
    pub group: &'a str,
    /// What their names end with.
    pub name: &'a str,
    /// By feature: that of the call first.
    pub sources: Vec<Source>,
    /// How long a beginning is kept, in seconds: as a formula, and as it is typed.
    pub ttl: (Expr, f64),
    /// Whether a read begins that time anew.
    pub refreshes: bool,
}

/// The units of one feature.
pub struct Source {
    /// The feature.
    pub feature: String,
    /// When its users come, and the name of the first feature of which that is true.
    pub load: (Load, String),
    /// The chance that a unit sends the beginning.
    pub made: Expr,
    /// What its calls after the first add: seconds for which it is kept longer, or calls that come too late.
    pub later: Expr,
    /// The calls that send it.
    pub calls: Vec<String>,
}

/// Units that come by the second, as rows.
struct Rates {
    /// Those that send the beginning.
    first: Expr,
    /// What their later calls add to that.
    later: Expr,
    /// The place of their load among those at hand.
    load: usize,
}

/// Hours that are alike, as rows of a table.
struct Hours {
    /// The part of all users who come in such hours.
    share: RowId,
    /// By load.
    loads: Vec<Paces>,
}

/// Arrivals of a load in hours that are alike.
#[derive(Clone, Copy)]
struct Paces {
    /// In them, against the average.
    pace: RowId,
    /// Before a call in them, against the average.
    before: Before,
}

/// When arrivals before a call came.
#[derive(Clone, Copy)]
enum Before {
    /// In the hour before its own, for times that reach no further.
    Hour(RowId),
    /// In the time that the cache was typed with.
    Time(RowId),
}

impl Traffic<'_> {
    /// The chance that a call finds the beginning which other units left: p = 1 − e^(−Σ λ·(made·τ + Σ E[min(gap, τ)])) where
    /// reads begin the time anew, else p = Λ/(1 + Λ) with Λ = Σ λτ·(made + late calls), λ being that of the hour.
    pub fn alive(self, w: &mut Writer) -> Expr {
        let mut loads: Vec<(Load, String)> = vec![];
        let mut rates = vec![];
        for source in &self.sources {
            let known = loads.iter().position(|load| load.1 == source.load.1);
            let load = known.unwrap_or(loads.len());
            loads.extend(known.is_none().then(|| source.load.clone()));
            rates.push(self.rates(w, source, load));
        }
        let label = format!("chance that the shared beginning is kept{}", self.by());
        let alive = format!("cache.alive{}", self.name);
        if loads.iter().all(|(load, _)| load.is_flat()) {
            let ttl = &self.ttl.0;
            let kept =
                rates.iter().map(|of| self.adds(&of.first * ttl, &of.later, &(&of.later * ttl)));
            let kept = self.kept(w, kept.collect(), "");
            return w.row(Place::Unit, self.group, &alive, say(label, "share"), kept);
        }
        let of: Vec<&Load> = loads.iter().map(|(load, _)| load).collect();
        let clocks = clocks(w, &of);
        let cells = cells(&clocks);
        let whose: Vec<&str> = loads.iter().map(|(_, whose)| whose.as_str()).collect();
        let mut chance = zero();
        for (nth, now) in clocks.iter().enumerate() {
            let end = if nth == 0 { String::new() } else { format!(".clocks-{}", nth + 1) };
            let hours = self.hours(w, &loads, (now, cells), &end);
            let mut adds = vec![];
            for of in &rates {
                let load = hours.loads[of.load];
                let first = self.in_reach(w, &of.first, load);
                let later = &of.later * Expr::from(Node::Row(load.pace));
                let late = if self.refreshes { zero() } else { self.in_reach(w, &of.later, load) };
                adds.push(self.adds(first, &later, &late));
            }
            let kept = self.kept(w, adds, &end);
            let by_hour = say(format!("{label}, in such hours"), "share");
            let field = format!("cache.alive-in-hours{}{end}", self.name);
            let kept = w.row(Place::Unit, self.group, &field, by_hour, kept);
            let kept = Expr::from(Node::Dot(hours.share, kept.row().expect("it was just written")));
            let part = match clocks.len() {
                1 => one(),
                _ => {
                    let rows = format!("{}.load.clocks{}{end}", whose[0], with(&whose));
                    part(w, &rows, of[0], &now.days)
                }
            };
            chance = chance + part * kept;
        }
        w.row(Place::Unit, self.group, &alive, say(label, "share"), chance)
    }

    /// Who keeps it alive, where others than the call do.
    fn by(&self) -> String {
        let calls = self.sources.iter().map(|source| source.calls.len());
        if calls.sum::<usize>() < 2 {
            return String::new();
        }
        let named = self.sources.iter().take(NAMED).map(|source| {
            let Source { feature, calls, .. } = source;
            format!("{} of {feature}", calls.join(" and "))
        });
        let named = named.collect::<Vec<_>>().join(", ");
        match self.sources.len().saturating_sub(NAMED) {
            0 => format!(" by {named}"),
            1 => format!(" by {named} and one more feature"),
            others => format!(" by {named} and {others} more features"),
        }
    }

    fn rates(&self, w: &mut Writer, source: &Source, load: usize) -> Rates {
        let units = volume::by_the_second(w, &source.feature);
        let (group, name) = (self.group, self.name);
        let own = source.feature == self.sources[0].feature;
        let of = if own { String::new() } else { format!(".of-{}", source.feature) };
        let label = say("units by the second that send the shared beginning", "units");
        let first = &units * &source.made;
        let first = w.row(Place::Unit, group, &format!("cache.arrivals{name}{of}"), label, first);
        let (field, label) = match self.refreshes {
            true => ("longer", "seconds by which their later calls keep it, by the second"),
            false => ("late", "later calls that come too late, by the second"),
        };
        let later = match source.later.is(0) {
            true => zero(),
            false => {
                let field = format!("cache.{field}{name}{of}");
                w.row(Place::Unit, group, &field, say(label, ""), units * &source.later)
            }
        };
        Rates { first, later, load }
    }

    /// What units add to the times that a beginning is begun before a call, given what of them is in reach.
    fn adds(&self, first: Expr, longer: &Expr, late: &Expr) -> Expr {
        first + if self.refreshes { longer } else { late }
    }

    /// How many of those that come at a rate come within the time before a call.
    fn in_reach(&self, w: &mut Writer, rate: &Expr, load: Paces) -> Expr {
        let ttl = &self.ttl.0;
        match load.before {
            // On average over the hour, half of the time's part of it reaches back.
            Before::Hour(before) => {
                let now = rate * Expr::from(Node::Row(load.pace));
                let before = rate * Expr::from(Node::Row(before));
                let part = ttl / w.setting(Setting::HourSeconds) / two();
                ttl * (&now - (&now - before) * part)
            }
            Before::Time(before) => rate * ttl * Expr::from(Node::Row(before)),
        }
    }

    /// The chance that it is kept.
    fn kept(&self, w: &mut Writer, adds: Vec<Expr>, end: &str) -> Expr {
        let load = adds.into_iter().fold(zero(), |sum, adds| sum + adds);
        if self.refreshes {
            return one() - (zero() - load).exp();
        }
        let label = say("arrivals that would begin it, in its time", "times");
        let field = format!("cache.load{}{end}", self.name);
        let load = w.row(Place::Unit, self.group, &field, label, load);
        &load / (one() + &load)
    }

    /// The hours of the loads at hand, in so many cells each, while clocks stand so to one another. A time that is longer
    /// than one cell looks back into all that it reaches.
    fn hours(
        &self,
        w: &mut Writer,
        loads: &[(Load, String)],
        (clocks, cells): (&Clocks, i32),
        end: &str,
    ) -> Hours {
        let (ttl, typed) = &self.ttl;
        let long = *typed > HOUR || cells > 1;
        let whose: Vec<&str> = loads.iter().map(|(_, whose)| whose.as_str()).collect();
        let group = format!("{}.load", whose[0]);
        let rows = if long { format!("{group}.over-{typed}") } else { format!("{group}.hours") };
        let rows = format!("{rows}{}", with(&whose));
        let hour = w.setting(Setting::HourSeconds);
        let source = format!("the load profile of {}", whose.join(", and of "));
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
        let field = "cache.hours-before";
        w.once(&under(self.group, field), |w| {
            w.row(Place::Check, self.group, field, say(label, "flag"), guard)
        });
        let label_before = match long {
            true => format!("arrivals in the {typed} seconds before, against the average"),
            false => "arrivals in the hour before, against the average".to_owned(),
        };
        let mut columns = vec![(
            "share".to_owned(),
            "part of all users who come in such hours".to_owned(),
            "share",
        )];
        for (nth, whose) in whose.iter().enumerate() {
            let (end, of) = match nth {
                0 => (String::new(), String::new()),
                _ => (format!("-of-{whose}"), format!(", of {whose}")),
            };
            let label = format!("arrivals in such hours, against the average{of}");
            columns.push((format!("pace{end}"), label, "times"));
            columns.push((format!("before{end}"), format!("{label_before}{of}"), "times"));
        }
        let rows = format!("{rows}{end}");
        let found: Option<Vec<RowId>> =
            columns.iter().map(|(field, ..)| w.workings.find(&under(&rows, field))).collect();
        let found = found.unwrap_or_else(|| {
            let ahead = loads.iter().zip(&clocks.ahead);
            let weeks: Vec<Vec<f64>> =
                ahead.map(|((load, _), ahead)| load.cells(*ahead, cells)).collect();
            let hours = alike(&weeks, cells, long.then_some(*typed));
            let (table, _) = w.workings.push_table(&group, &rows, hours.len());
            let column = |(nth, (field, label, unit)): (usize, (String, String, &'static str))| {
                let values: Vec<f64> = hours.iter().map(|hour| hour[nth]).collect();
                let address = under(&rows, &field);
                let first = listed(w, &address, unit, &values, &source);
                let cells = Expr::from(Node::Listed(table, first));
                w.row_id(Place::Unit, &group, &address, say(label, unit), cells)
            };
            columns.into_iter().enumerate().map(column).collect()
        });
        let paces = found[1..].chunks_exact(2).map(|columns| Paces {
            pace: columns[0],
            before: if long { Before::Time(columns[1]) } else { Before::Hour(columns[1]) },
        });
        Hours { share: found[0], loads: paces.collect() }
    }
}

const HOUR: f64 = 3600.0;

/// So many features are named beside a beginning that they keep.
const NAMED: usize = 4;

/// How the clocks of some loads stand to one another, and on which days of the plan.
struct Clocks {
    /// By load, how many minutes they are ahead of those of the first load whose hours differ.
    ahead: Vec<i32>,
    /// The days.
    days: Days,
}

/// How clocks stand to one another on the days of the plan, in their order.
fn clocks(w: &mut Writer, loads: &[&Load]) -> Vec<Clocks> {
    let all = w.checked.plan.days().expect("a checked plan has days");
    // Hours that are all alike are so on any clock.
    let mut uneven = loads.iter().filter(|load| !load.is_flat());
    let first = uneven.next().expect("some load has hours that differ");
    if uneven.all(|other| other.is_in_zone_of(first)) {
        return vec![Clocks { ahead: vec![0; loads.len()], days: all }];
    }
    w.check_start();
    let mut found: Vec<Clocks> = vec![];
    for day in priced::all_days(w) {
        let ahead = |load: &&Load| match load.is_flat() {
            true => 0,
            false => load.ahead(day) - first.ahead(day),
        };
        let ahead: Vec<i32> = loads.iter().map(ahead).collect();
        let own = Days::of(day..day.tomorrow().expect("a plan's days are in reach"));
        match found.iter_mut().find(|known| known.ahead == ahead) {
            Some(known) => known.days = known.days.or(&own),
            None => found.push(Clocks { ahead, days: own }),
        }
    }
    found
}

/// So many cells of an hour are each within one hour of every clock.
fn cells(clocks: &[Clocks]) -> i32 {
    let ahead = || clocks.iter().flat_map(|clocks| &clocks.ahead);
    let even = |cells: &i32| ahead().all(|ahead| ahead * cells % 60 == 0);
    [1, 2, 4].into_iter().find(even).expect("clocks stand quarters of an hour apart")
}

/// The part of a load's users in the month who come on some days.
fn part(w: &mut Writer, rows: &str, load: &Load, days: &Days) -> Expr {
    let values = w.by_month(|w, month| {
        let comes = |day: Date| load.between(day, 0..DAY_MINUTES);
        let all: f64 = w.days_of_month(month).map(comes).sum();
        w.days_of_month(month).filter(|day| days.has(*day)).map(comes).sum::<f64>() / all
    });
    let label = format!("{rows}: part of users who come while clocks stand so to one another");
    Expr::from(Node::Given(w.series(&format!("{rows}.part"), &label, values)))
}

/// What marks rows of several loads.
fn with(whose: &[&str]) -> String {
    whose[1..].iter().map(|other| format!(".with-{other}")).collect()
}

/// Hours of a week that are alike, or cells of them, the seldomest first: the part of all arrivals of the first load that
/// comes in them, and by load arrivals in them and before, against the average. What is before is the hour before, or so
/// many seconds.
fn alike(loads: &[Vec<f64>], cells: i32, seconds: Option<f64>) -> Vec<Vec<f64>> {
    let cell = HOUR / f64::from(cells);
    let mut hours: Vec<Vec<f64>> = loads[0].iter().map(|share| vec![*share]).collect();
    for week in loads {
        let average = 1.0 / week.len() as f64;
        let before = match seconds {
            None => earlier(week, 1),
            Some(seconds) => {
                within(week, seconds / cell).into_iter().map(|it| it * cell / seconds).collect()
            }
        };
        for ((hour, share), before) in hours.iter_mut().zip(week).zip(before) {
            hour.extend([share / average, before / average]);
        }
    }
    hours.retain(|hour| hour[0] > 0.0);
    hours.sort_by(|left, right| {
        let pairs = left[1..].iter().zip(&right[1..]);
        pairs.fold(Ordering::Equal, |order, (left, right)| order.then(left.total_cmp(right)))
    });
    hours.dedup_by(|next, kept| {
        let mut pairs = next[1..].iter().zip(&kept[1..]);
        let alike = pairs.all(|(next, kept)| (next - kept).abs() <= 1e-12 * kept.abs());
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

/// The part of all arrivals that is expected within so many hours before a call of each hour, wherever in it the call
/// comes.
fn within(shares: &[f64], hours: f64) -> Vec<f64> {
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
