//! Moments of amounts: what is fixed, what varies, and which part of that was measured.

use super::measured::MeasuredRows;
use super::whole::{one, two, zero};
use crate::workings::{Expr, Node, RowId};

/// The moments of an amount: a fixed part, and the mean and variance of what varies.
#[derive(Clone)]
pub struct Moments {
    /// What never varies.
    pub fixed: Expr,
    /// The mean of what varies.
    pub mean: Expr,
    /// Its variance.
    pub variance: Expr,
    /// What is known of its third central moment.
    pub third: Third,
    /// The measured number among what varies, if there is one.
    pub measured: Option<Measured>,
    /// What varies, taken apart, where something of it was measured.
    pub apart: Option<Apart>,
    /// The ways in which one of several draws may come, beside what else varies; nothing where there is one way.
    pub cases: Vec<Case>,
}

/// What is known of a third central moment.
#[derive(Clone)]
pub enum Third {
    /// It is a lognormal's.
    Lognormal,
    /// It is that of a sum of several lognormals.
    Sum(Expr),
    /// Nothing.
    Unknown,
}

/// One of the ways in which something may come.
#[derive(Clone)]
pub struct Case {
    /// The chance of it.
    pub chance: Expr,
    /// What it is.
    pub value: Expr,
    /// What varies beside it.
    pub rest: Rest,
}

/// So many ways are told apart: each is compared with a limit by itself.
pub const MOST_CASES: usize = 8;

/// A measured number so many times, beside what else varies.
#[derive(Clone)]
pub struct Measured {
    /// Its rows.
    pub rows: MeasuredRows,
    /// How many times.
    pub factor: Expr,
    /// What varies independently of it; nothing where nothing else does.
    pub rest: Option<Rest>,
}

/// A part of what varies.
#[derive(Clone)]
pub struct Rest {
    /// Its mean.
    pub mean: Expr,
    /// Its variance.
    pub variance: Expr,
}

/// What varies: what has a largest value, and what has none.
#[derive(Clone)]
pub struct Apart {
    /// What was measured.
    pub bounded: Bounded,
    /// The rest of it.
    pub boundless: Rest,
}

/// A sum of independent draws, none of which passes a largest value.
#[derive(Clone)]
pub struct Bounded {
    /// Its mean.
    pub mean: Expr,
    /// Its variance.
    pub variance: Expr,
    /// The largest value of any one draw.
    pub draw: Expr,
    /// The largest value of all, added up.
    pub most: Expr,
}

/// How many draws there are where none of them comes the last way.
pub struct Without {
    /// The chance of that.
    pub chance: Expr,
    /// How many there are then.
    pub mean: Expr,
    /// The variance of how many.
    pub variance: Expr,
}

impl Third {
    /// The same where the formula of a sum reads otherwise.
    #[must_use]
    pub fn read_as(&self, read: impl FnOnce(&Expr) -> Expr) -> Self {
        match self {
            Self::Sum(third) => Self::Sum(read(third)),
            Self::Lognormal | Self::Unknown => self.clone(),
        }
    }
}

impl Without {
    /// Of `n` draws, each of which does not come the last way with a chance.
    fn last(not_last: &Expr, n: &Expr) -> Self {
        // 0⁰ is an error in some spreadsheets.
        let chance = Expr::if_at_most(n, &zero(), &one(), &not_last.power(n));
        Self { chance, mean: n.clone(), variance: zero() }
    }
}

impl Rest {
    /// Nothing.
    pub fn none() -> Self {
        Self { mean: zero(), variance: zero() }
    }

    fn plus(&self, other: &Self) -> Self {
        Self { mean: &self.mean + &other.mean, variance: &self.variance + &other.variance }
    }

    /// So many times as much of the same draw.
    fn scaled(&self, factor: &Expr) -> Self {
        Self { mean: &self.mean * factor, variance: &(&self.variance * factor) * factor }
    }

    /// The sum of so many independent ones.
    fn times(&self, n: &Expr) -> Self {
        Self { mean: &self.mean * n, variance: &self.variance * n }
    }

    /// The sum of `n` independent ones, `n` a count of its own.
    fn repeated(&self, n: &Moments) -> Self {
        let Self { mean, variance } = self.times(&n.expected());
        Self { mean, variance: variance + &n.variance * (&self.mean * &self.mean) }
    }

    /// What else it is, where it is `part` with this chance.
    fn without(&self, chance: &Expr, part: &Self) -> Self {
        let left = one() - chance;
        let of_left = |all: Expr| Expr::if_at_most(&left, &zero(), &zero(), &(all / &left));
        let square = |of: &Self| &of.variance + &of.mean * &of.mean;
        let mean = of_left(&self.mean - chance * &part.mean);
        let square = of_left(square(self) - chance * square(part));
        Self { variance: zero().max(&(square - &mean * &mean)), mean }
    }

    /// Whether nothing varies.
    pub fn is_none(&self) -> bool {
        self.mean.is(0) && self.variance.is(0)
    }
}

impl Bounded {
    fn plus(&self, other: &Self) -> Self {
        Self {
            mean: &self.mean + &other.mean,
            variance: &self.variance + &other.variance,
            draw: larger(&self.draw, &other.draw),
            most: &self.most + &other.most,
        }
    }

    /// A bound of one of several sums, whose means lie like this: as one more draw beside the widest.
    pub fn one_of(sums: &[Self], means: Rest) -> Self {
        let largest = |of: fn(&Self) -> &Expr| {
            sums.iter().fold(zero(), |largest, sum| larger(&largest, of(sum)))
        };
        let draw = larger(&largest(|sum| &sum.draw), &largest(|sum| &sum.mean));
        let variance = means.variance + largest(|sum| &sum.variance);
        Self { mean: means.mean, variance, draw, most: largest(|sum| &sum.most) }
    }

    /// The same and a fixed amount.
    pub fn beside(&self, fixed: &Expr) -> Self {
        Self { mean: &self.mean + fixed, most: &self.most + fixed, ..self.clone() }
    }

    fn scaled(&self, factor: &Expr) -> Self {
        Self {
            mean: &self.mean * factor,
            variance: &(&self.variance * factor) * factor,
            draw: &self.draw * factor,
            most: &self.most * factor,
        }
    }

    fn times(&self, n: &Expr) -> Self {
        Self {
            mean: &self.mean * n,
            variance: &self.variance * n,
            draw: self.draw.clone(),
            most: &self.most * n,
        }
    }
}

impl Apart {
    fn plus(&self, other: &Self) -> Self {
        Self {
            bounded: self.bounded.plus(&other.bounded),
            boundless: self.boundless.plus(&other.boundless),
        }
    }
}

impl Case {
    fn beside(&self, other: &Rest) -> Self {
        Self { rest: self.rest.plus(other), ..self.clone() }
    }
}

impl Measured {
    /// A measured number and nothing else.
    pub fn once(rows: MeasuredRows) -> Self {
        Self { rows, factor: one(), rest: None }
    }

    /// The same beside something that is independent of it.
    fn beside(&self, other: &Rest) -> Self {
        let rest = self.rest.as_ref().map_or_else(|| other.clone(), |rest| rest.plus(other));
        Self { rest: Some(rest), ..self.clone() }
    }

    /// The share of the draws that lie beyond a limit.
    pub fn share_beyond(&self, limit: &Expr, inclusive: bool) -> Expr {
        self.beyond(self.rows.times, limit, inclusive) / &self.rows.met
    }

    /// E[X; X beyond a limit].
    pub fn part_beyond(&self, limit: &Expr, inclusive: bool) -> Expr {
        &self.factor * (self.beyond(self.rows.product, limit, inclusive) / &self.rows.met)
    }

    fn beyond(&self, add: RowId, limit: &Expr, inclusive: bool) -> Expr {
        let limit = limit / &self.factor;
        Expr::from(Node::Beyond { of: self.rows.values, add, limit, inclusive })
    }
}

impl Moments {
    /// Nothing.
    pub fn zero() -> Self {
        Self::fixed(zero())
    }

    /// What never varies.
    pub fn fixed(fixed: Expr) -> Self {
        Self { fixed, ..Self::varying(zero(), zero()) }
    }

    /// What varies, by its mean and variance.
    pub fn varying(mean: Expr, variance: Expr) -> Self {
        let (third, measured, apart) = (Third::Unknown, None, None);
        Self { fixed: zero(), mean, variance, third, measured, apart, cases: vec![] }
    }

    /// A lognormal, by its mean and variance.
    pub fn lognormal(mean: Expr, variance: Expr) -> Self {
        Self { third: Third::Lognormal, ..Self::varying(mean, variance) }
    }

    /// What was measured.
    pub fn measured(rows: MeasuredRows, mean: Expr, variance: Expr) -> Self {
        let most = rows.most.clone();
        let (draw, boundless) = (most.clone(), Rest::none());
        let bounded = Bounded { mean: mean.clone(), variance: variance.clone(), draw, most };
        let apart = Some(Apart { bounded, boundless });
        Self { measured: Some(Measured::once(rows)), apart, ..Self::varying(mean, variance) }
    }

    /// The expected amount.
    pub fn expected(&self) -> Expr {
        &self.fixed + &self.mean
    }

    /// Whether nothing of it varies.
    pub fn is_fixed(&self) -> bool {
        self.mean.is(0) && self.variance.is(0)
    }

    /// What varies, taken apart.
    pub fn taken_apart(&self) -> Apart {
        let none = || Bounded { mean: zero(), variance: zero(), draw: zero(), most: zero() };
        let whole = || Apart { bounded: none(), boundless: self.varies() };
        self.apart.clone().unwrap_or_else(whole)
    }

    /// The sum of two independent amounts.
    pub fn plus(&self, other: &Self) -> Self {
        let measured = self.apart.is_some() || other.apart.is_some();
        Self {
            fixed: &self.fixed + &other.fixed,
            mean: &self.mean + &other.mean,
            variance: &self.variance + &other.variance,
            third: match (self.is_fixed(), other.is_fixed()) {
                (_, true) => self.third.clone(),
                (true, false) => other.third.clone(),
                (false, false) => match (self.third(), other.third()) {
                    (Some(own), Some(other)) => Third::Sum(own + other),
                    (Some(_) | None, _) => Third::Unknown,
                },
            },
            measured: match (self.is_fixed(), other.is_fixed()) {
                (_, true) => self.measured.clone(),
                (true, false) => other.measured.clone(),
                (false, false) => self.measured_beside(other),
            },
            apart: measured.then(|| self.taken_apart().plus(&other.taken_apart())),
            cases: match self.cases.is_empty() {
                true => other.cases.iter().map(|case| case.beside(&self.varies())).collect(),
                false => self.cases.iter().map(|case| case.beside(&other.varies())).collect(),
            },
        }
    }

    /// The third central moment of what varies, where it is known.
    fn third(&self) -> Option<Expr> {
        match &self.third {
            Third::Unknown => return None,
            Third::Sum(third) => return Some(third.clone()),
            Third::Lognormal => {}
        }
        // A lognormal's skewness is (c² + 3)·c, with c² = variance/mean².
        let spread = &self.variance / &self.mean;
        let third = &self.variance * &spread * (two() + one() + &spread / &self.mean);
        Some(Expr::if_at_most(&self.mean, &zero(), &zero(), &third))
    }

    /// The ways in which what varies may come: those that are told apart, or each value that was measured.
    pub fn ways(&self) -> Vec<Case> {
        let Some(Measured { rows, factor, rest }) = &self.measured else {
            return self.cases.clone();
        };
        if rows.cells.len() > MOST_CASES {
            return vec![];
        }
        let cells = rows.cells.iter().map(|(value, times)| Case {
            chance: Expr::from(Node::Input(*times)) / &rows.met,
            value: factor * Expr::from(Node::Input(*value)),
            rest: rest.clone().unwrap_or_else(Rest::none),
        });
        cells.collect()
    }

    pub fn varies(&self) -> Rest {
        Rest { mean: self.mean.clone(), variance: self.variance.clone() }
    }

    /// The wider measured number of two amounts, beside all else that varies of them.
    fn measured_beside(&self, other: &Self) -> Option<Measured> {
        let width = |it: &Self| it.measured.as_ref().map(|measured| measured.rows.variance);
        let (of, other) = if width(self) >= width(other) { (self, other) } else { (other, self) };
        Some(of.measured.as_ref()?.beside(&other.varies()))
    }

    /// So many times as much of the same draw.
    pub fn scaled(&self, factor: &Expr) -> Self {
        let Rest { mean, variance } = self.varies().scaled(factor);
        Self {
            fixed: &self.fixed * factor,
            mean,
            variance,
            third: self.third.read_as(|third| third * factor * factor * factor),
            measured: self.measured.as_ref().map(|measured| Measured {
                rows: measured.rows.clone(),
                factor: &measured.factor * factor,
                rest: measured.rest.as_ref().map(|rest| rest.scaled(factor)),
            }),
            apart: self.apart.as_ref().map(|apart| Apart {
                bounded: apart.bounded.scaled(factor),
                boundless: apart.boundless.scaled(factor),
            }),
            cases: self
                .cases
                .iter()
                .map(|case| Case {
                    chance: case.chance.clone(),
                    value: &case.value * factor,
                    rest: case.rest.scaled(factor),
                })
                .collect(),
        }
    }

    /// The sum of `n` independent amounts like this one, `n` a count of its own, which is at least 1.
    /// `most` writes its largest value, where it is needed, and `without` says how many there are where none comes the
    /// last way.
    pub fn repeated(
        &self,
        n: &Self,
        most: impl FnOnce() -> Expr,
        without: Option<Without>,
    ) -> Self {
        if n.is_fixed() {
            return self.times(&n.fixed);
        }
        let (each, count) = (self.expected(), n.expected());
        let spread = &n.variance * (&each * &each);
        // No sum passes that of the most draws.
        let apart = self.apart.as_ref().map(|apart| Apart {
            bounded: apart.bounded.beside(&self.fixed).times(&most()),
            boundless: apart.boundless.repeated(n),
        });
        let variance = &self.variance * &count + &spread;
        let sum = Self { apart, ..Self::varying(&each * &count, variance) };
        if let Some(without) = without {
            let cases = self.cases_of(|_| without, (&one(), &self.fixed), &sum.varies());
            return Self { cases, ..sum };
        }
        // One of them as it was measured, and the others beside it.
        let others = &count - one();
        let measured = self.measured.as_ref().map(|it| {
            let mean = &self.fixed + &each * &others;
            it.beside(&Rest { mean, variance: &self.variance * &others + &spread })
        });
        Self { measured, ..sum }
    }

    /// The chance that one of them does not come the last way, where ways are told apart.
    pub fn not_last(&self) -> Option<Expr> {
        self.ways().last().map(|last| one() - &last.chance)
    }

    /// The ways of a sum of several draws, of which `first` is the first, each beside a `fixed` amount: by how the first
    /// came where none came the last way, the largest of those measured, and one way where some did.
    fn cases_of(
        &self,
        without: impl FnOnce(&Expr) -> Without,
        (first, fixed): (&Expr, &Expr),
        sum: &Rest,
    ) -> Vec<Case> {
        let mut ways = self.ways();
        let Some(last) = ways.pop() else { return vec![] };
        let Without { chance: none, mean: count, variance } = without(&last.chance);
        let of_last = Rest { mean: &last.value + &last.rest.mean, variance: last.rest.variance };
        let each = self.varies().without(&last.chance, &of_last);
        let whole = &each.mean + fixed;
        let spread = variance * (&whole * &whole);
        let others = each.times(&(&count - first));
        let others =
            Rest { mean: others.mean + fixed * &count, variance: others.variance + &spread };
        let not_last = one() - &last.chance;
        let part = Expr::if_at_most(&not_last, &zero(), &zero(), &(&none / &not_last));
        let mut cases: Vec<Case> = ways
            .into_iter()
            .map(|case| Case {
                chance: case.chance * &part,
                value: case.value * first,
                rest: case.rest.times(first).plus(&others),
            })
            .collect();
        let all = each.times(&count);
        let all = Rest { mean: all.mean + fixed * &count, variance: all.variance + spread };
        let some = sum.without(&none, &all);
        let value = last.value * first;
        let mean = zero().max(&(some.mean - &value));
        let rest = Rest { mean, variance: some.variance };
        cases.push(Case { chance: one() - none, value, rest });
        cases
    }

    /// The sum of so many independent amounts like this one.
    pub fn times(&self, n: &Expr) -> Self {
        let Rest { mean, variance } = self.varies().times(n);
        let first = one().min(n);
        let cases = self.cases_of(
            |last| Without::last(&(one() - last), n),
            (&first, &zero()),
            &Rest { mean: mean.clone(), variance: variance.clone() },
        );
        Self {
            fixed: &self.fixed * n,
            mean,
            variance,
            third: match self.is_fixed() || n.is(1) {
                true => self.third.clone(),
                false => self.third().map_or(Third::Unknown, |third| Third::Sum(third * n)),
            },
            measured: None,
            apart: self.apart.as_ref().map(|apart| Apart {
                bounded: apart.bounded.times(n),
                boundless: apart.boundless.times(n),
            }),
            cases,
        }
    }
}

/// The larger of two that are not negative.
pub fn larger(left: &Expr, right: &Expr) -> Expr {
    match (left.is(0), right.is(0)) {
        (true, _) => right.clone(),
        (_, true) => left.clone(),
        (false, false) => left.max(right),
    }
}
