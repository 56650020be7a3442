//! For how much longer a beginning is kept by what comes again: by the gap before each later call of what repeats.

use super::never::{never_in, tiny};
use super::number;
use super::touch::{Toucher, not};
use super::writer::{Writer, one, say, zero};
use crate::plan::Number;
use crate::workings::{Expr, Node, Place, RowId};

/// What the times of something that repeats come to.
pub struct Times {
    /// How many there are.
    pub expected: Expr,
    /// The chance that any of them makes a call.
    pub made: Expr,
    /// What calls in later times than the first add: seconds, or calls that come too late.
    pub later: Expr,
}

/// The k-th times, as rows of a table.
struct Kth {
    /// P(n ≥ k)
    weights: RowId,
    /// k − 1
    earlier: Expr,
    /// k
    index: Expr,
}

impl<'p> Toucher<'_, 'p> {
    /// Times that repeat as a count says, and with the chance to `go_on`, each of which makes a call with its chance: the
    /// first, any later one.
    pub fn times(
        &mut self,
        name: &str,
        (count, go_on): (&'p Number, Option<&Expr>),
        (pause, in_time): (Option<&'p Number>, Option<&'p Number>),
        [first, later]: &[Expr; 2],
    ) -> Times {
        let table = number::table(self.w, count);
        let earlier = Expr::from(Node::Row(number::earlier(self.w, count, table)));
        let (expected, weights) = match go_on {
            None => (number::count_mean(self.w, count), table.at_least),
            Some(chance) => {
                let goes_on = never_in(self.w, chance, &earlier);
                let weights = Expr::from(Node::Row(table.at_least)) * goes_on;
                let weights = self.row(name, "comes", "chance of the k-th", weights);
                (Expr::from(Node::Sum(weights)), weights)
            }
        };
        let kth = Kth { weights, earlier, index: Expr::from(Node::Row(table.index)) };
        let made = self.any_of(name, &kth, (first, later));
        if later.is(0) {
            return Times { expected, made, later: zero() };
        }
        let certain = first.is(1) && later.is(1);
        let each = self.gap(name, pause, in_time);
        let added = if each.is(0) {
            zero()
        } else if certain {
            (&expected - one()) * each
        } else if let (Some(pause), None) = (pause, in_time) {
            self.by_gaps(name, &kth, pause, (first, later))
        } else {
            // The next call comes in time or not, however many times lie between.
            let absent = not(later);
            let none = match first == later {
                true => never_in(self.w, &absent, &kth.earlier),
                false => not(first) * self.absent_after_first(&kth, later),
            };
            let none = Expr::if_at_most(&kth.earlier, &zero(), &one(), &none);
            let label = "chance that an earlier time made a call";
            let again = self.row(name, "again", label, one() - none);
            later * Expr::from(Node::Dot(kth.weights, again)) * each
        };
        Times { expected, made, later: added }
    }

    /// The chance that any of the times makes a call.
    fn any_of(&mut self, name: &str, kth: &Kth, (first, later): (&Expr, &Expr)) -> Expr {
        if first.is(1) || later.is(0) {
            return first.clone();
        }
        let label = "chance that no earlier time made a call";
        let after_first = match first == later {
            true => {
                let none = never_in(self.w, &not(later), &kth.earlier);
                let none = self.row(name, "opens", label, none);
                return later * Expr::from(Node::Dot(kth.weights, none));
            }
            false => self.absent_after_first(kth, later),
        };
        let none = Expr::if_at_most(&kth.earlier, &zero(), &zero(), &after_first);
        let none = self.row(name, "opens", label, none);
        first + not(first) * later * Expr::from(Node::Dot(kth.weights, none))
    }

    /// The chance that none of the times between the first and the k-th makes a call.
    fn absent_after_first(&mut self, kth: &Kth, later: &Expr) -> Expr {
        let between = zero().max(&(&kth.earlier - one()));
        never_in(self.w, &not(later), &between)
    }

    /// What one gap adds: E[min(gap, τ)] seconds where a read begins the time anew, else the chance that it is longer.
    pub fn gap(
        &mut self,
        name: &str,
        pause: Option<&'p Number>,
        in_time: Option<&'p Number>,
    ) -> Expr {
        let in_time = match (in_time, pause) {
            (Some(in_time), _) => number::mean(self.w, in_time),
            (None, Some(pause)) => self.in_time(name, pause),
            (None, None) => return zero(),
        };
        if !self.refreshes {
            return one() - in_time;
        }
        // τ·q / −ln(1 − q), for pauses that end at any moment alike.
        let ends = ends(self.w, &in_time);
        Expr::if_at_most(&ends, &zero(), self.ttl, &(self.ttl * in_time / &ends))
    }

    fn in_time(&mut self, name: &str, pause: &'p Number) -> Expr {
        let pause = number::mean(self.w, pause);
        let late = (zero() - self.ttl / &pause).exp();
        let expr = Expr::if_at_most(&pause, &zero(), &one(), &(one() - late));
        let label = "chance that a pause is shorter than the time";
        Expr::from(Node::Row(self.row(name, "in-time", label, expr)))
    }

    /// The same over times that make a call by chance: the gap is as many pauses as times lie between.
    fn by_gaps(
        &mut self,
        name: &str,
        kth: &Kth,
        pause: &'p Number,
        (first, later): (&Expr, &Expr),
    ) -> Expr {
        let before = |row: RowId| Expr::from(Node::Before(row));
        let in_time = self.in_time(name, pause);
        let ends = ends(self.w, &in_time);
        let ends = self.row(name, "ends", "times that a beginning ends in one pause", ends);
        let ends = Expr::from(Node::Row(ends));
        let logs = self.row(name, "logs", "ln k", kth.index.ln());
        let term = (&kth.earlier * ends.ln() - &ends - before(logs)).exp();
        let none = Expr::if_at_most(&kth.earlier, &zero(), &one(), &zero());
        let term = Expr::if_at_most(&ends, &zero(), &none, &term);
        let term = self.row(name, "ended", "chance of k − 1 ends in the pauses", term);
        let late = before(term) + Expr::from(Node::Row(term));
        // What a gap of k pauses adds, and one of k − 1.
        let (of_k, of_before) = match self.refreshes {
            false => (late, before(term)),
            true => {
                // What is left of k: the chances themselves, 1 less one of nearly 1, would lose their digits.
                let label = "chance that k pauses are longer than the time";
                let late = self.row(name, "longer", label, late);
                let pause = number::mean(self.w, pause);
                let ended = before(late) + Expr::from(Node::Row(late));
                let of_k = zero().max(&(&kth.index - ended));
                (&pause * of_k, &pause * zero().max(&(&kth.earlier - before(late))))
            }
        };
        let absent = never_in(self.w, &not(later), &kth.earlier);
        let label = "what a gap of k times adds, with its chance";
        let by_gap = self.row(name, "by-gap", label, later * absent * of_k);
        let added = match first == later {
            true => before(by_gap),
            false => {
                let reaches = self.absent_after_first(kth, later);
                before(by_gap) + (first - later) * reaches * of_before
            }
        };
        let added = self.row(name, "added", "what a call at k adds", added);
        later * Expr::from(Node::Dot(kth.weights, added))
    }

    /// A row of the times that have a name.
    pub fn row(&mut self, name: &str, field: &str, label: &str, expr: Expr) -> RowId {
        let address = self.address(name, field);
        self.w.row_id(Place::Unit, self.group, address, say(label, ""), expr)
    }

    /// A free address.
    pub fn address(&self, name: &str, field: &str) -> String {
        let address = format!("{}.{}.{name}-{field}", self.group, self.stem);
        let free = |address: &String| self.w.workings.find(address).is_none();
        let others = (2..).map(|nth| format!("{address}-{nth}"));
        std::iter::once(address.clone()).chain(others).find(free).expect("one is free")
    }
}

/// How often a beginning ends in a pause after which it is there with this chance.
fn ends(w: &mut Writer, in_time: &Expr) -> Expr {
    zero() - not(in_time).max(&tiny(w)).ln()
}
