//! Expressions: a closed list of operations, each with one spreadsheet spelling.

use std::ops::{Add, Div, Mul, Sub};
use std::sync::{Arc, LazyLock};

/// A row of the workings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub usize);

/// An input of the workings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputId(pub usize);

/// A price of the workings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PriceId(pub usize);

/// A table's rows k = 1, 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub usize);

/// Values of the workings that are given for each month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub usize);

/// A formula. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr(Arc<Node>);

/// What a formula is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// 0, 1 or 2: the only numbers a formula may hold.
    Whole(u8),
    /// An input.
    Input(InputId),
    /// The k-th of the inputs from this one on, for each k of a table.
    Listed(TableId, InputId),
    /// Of twelve inputs from this one on, for the months from January on, that of the month.
    OfYear(InputId),
    /// A price per single unit.
    Net(PriceId),
    /// The day from which a price holds, as a spreadsheet's serial number.
    From(PriceId),
    /// The day on which a price ends, exclusive, as a serial number.
    To(PriceId),
    /// The part of a day in which a price holds.
    DayShare(PriceId),
    /// The prompt length from which a price holds, in tokens.
    Limit(PriceId),
    /// What is given for each month.
    Given(SeriesId),
    /// 1 in the first month.
    MonthNumber,
    /// The first day of the month, as a serial number.
    FirstDay,
    /// The day after the month's last, as a serial number.
    NextFirstDay,
    /// The table's own index k.
    Index,
    /// Another row, of the same month and k.
    Row(RowId),
    /// Two operands.
    Binary(Operation, Expr, Expr),
    /// One operand.
    Apply(Function, Expr),
    /// `then` if `left ≤ right`, else `otherwise`.
    If {
        /// The smaller side.
        left: Expr,
        /// The larger side.
        right: Expr,
        /// If so.
        then: Expr,
        /// If not.
        otherwise: Expr,
    },
    /// A table row, summed over k.
    Sum(RowId),
    /// Two table rows, multiplied and summed over k.
    Dot(RowId, RowId),
    /// Of a table row, what stands where another of the same table lies above a limit, summed over k.
    Beyond {
        /// What is compared.
        of: RowId,
        /// What is summed.
        add: RowId,
        /// The limit.
        limit: Expr,
        /// Whether the limit itself lies above it.
        inclusive: bool,
    },
    /// A month row's value in the month of this number, counted from 1.
    InMonth(RowId, Expr),
    /// A month row, summed over all months.
    Total(RowId),
    /// A month row, summed from the first month to this one.
    SoFar(RowId),
    /// A table row, summed over the rows before k.
    Before(RowId),
    /// Every line row of this key, summed.
    Gather(String),
}

/// Operations on two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// a + b
    Add,
    /// a − b
    Subtract,
    /// a × b
    Multiply,
    /// a ÷ b
    Divide,
    /// The smaller.
    Min,
    /// The larger.
    Max,
    /// aᵇ
    Power,
}

/// Operations on one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The largest whole number at or below.
    Floor,
    /// eˣ
    Exp,
    /// The natural logarithm.
    Ln,
    /// The square root.
    Sqrt,
    /// The standard normal distribution function.
    NormalCdf,
}

impl Expr {
    /// What it is made of.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// Whether other formulas hold it as well.
    pub fn is_shared(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// 0, 1 or 2.
    ///
    /// # Panics
    /// For another one: other constants are named settings.
    pub fn whole(value: u8) -> Self {
        static WHOLE: LazyLock<[Expr; 3]> =
            LazyLock::new(|| [0, 1, 2].map(|value| Expr::from(Node::Whole(value))));
        WHOLE[usize::from(value)].clone()
    }

    /// The smaller of two.
    #[must_use]
    pub fn min(&self, other: &Self) -> Self {
        self.with(Operation::Min, other)
    }

    /// The larger of two.
    #[must_use]
    pub fn max(&self, other: &Self) -> Self {
        self.with(Operation::Max, other)
    }

    /// To a power.
    #[must_use]
    pub fn power(&self, exponent: &Self) -> Self {
        self.with(Operation::Power, exponent)
    }

    /// The largest whole number at or below.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.apply(Function::Floor)
    }

    /// e to this power.
    #[must_use]
    pub fn exp(&self) -> Self {
        self.apply(Function::Exp)
    }

    /// The natural logarithm.
    #[must_use]
    pub fn ln(&self) -> Self {
        self.apply(Function::Ln)
    }

    /// The square root.
    #[must_use]
    pub fn sqrt(&self) -> Self {
        self.apply(Function::Sqrt)
    }

    /// The standard normal distribution function.
    #[must_use]
    pub fn normal_cdf(&self) -> Self {
        self.apply(Function::NormalCdf)
    }

    /// `then` if `left ≤ right`, else `otherwise`.
    pub fn if_at_most(left: &Self, right: &Self, then: &Self, otherwise: &Self) -> Self {
        let (left, right) = (left.clone(), right.clone());
        Self::from(Node::If { left, right, then: then.clone(), otherwise: otherwise.clone() })
    }

    /// Whether it is this whole number.
    pub fn is(&self, value: u8) -> bool {
        matches!(*self.0, Node::Whole(whole) if whole == value)
    }

    /// The row that it is, when it is nothing else.
    pub fn row(&self) -> Option<RowId> {
        if let Node::Row(row) = self.node() { Some(*row) } else { None }
    }

    /// The input that it is, when it is nothing else.
    pub fn input(&self) -> Option<InputId> {
        if let Node::Input(input) = self.node() { Some(*input) } else { None }
    }

    /// The rows it reads directly.
    pub fn reads(&self) -> Vec<RowId> {
        let mut rows = vec![];
        self.visit(&mut |node| {
            if let Node::Row(row)
            | Node::Sum(row)
            | Node::Before(row)
            | Node::Total(row)
            | Node::SoFar(row)
            | Node::InMonth(row, _) = node
            {
                rows.push(*row);
            } else if let Node::Dot(left, right) | Node::Beyond { of: left, add: right, .. } = node
            {
                rows.extend([*left, *right]);
            }
        });
        rows
    }

    /// Shows every node to `see`, from the outside in, left before right.
    pub fn visit(&self, see: &mut dyn FnMut(&Node)) {
        see(self.node());
        match self.node() {
            Node::Binary(_, left, right) => {
                left.visit(see);
                right.visit(see);
            }
            Node::Apply(_, operand) => operand.visit(see),
            Node::If { left, right, then, otherwise } => {
                [left, right, then, otherwise].into_iter().for_each(|side| side.visit(see));
            }
            Node::Beyond { limit, .. } => limit.visit(see),
            Node::InMonth(_, month) => month.visit(see),
            Node::Whole(_)
            | Node::Input(_)
            | Node::Listed(..)
            | Node::OfYear(_)
            | Node::Net(_)
            | Node::From(_)
            | Node::To(_)
            | Node::DayShare(_)
            | Node::Limit(_)
            | Node::Given(_)
            | Node::MonthNumber
            | Node::FirstDay
            | Node::NextFirstDay
            | Node::Index
            | Node::Row(_)
            | Node::Sum(_)
            | Node::Before(_)
            | Node::Dot(..)
            | Node::Total(_)
            | Node::SoFar(_)
            | Node::Gather(_) => {}
        }
    }

    fn with(&self, operation: Operation, other: &Self) -> Self {
        Self::from(Node::Binary(operation, self.clone(), other.clone()))
    }

    fn apply(&self, function: Function) -> Self {
        Self::from(Node::Apply(function, self.clone()))
    }
}

impl From<Node> for Expr {
    fn from(node: Node) -> Self {
        Self(Arc::new(node))
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $operation:ident |$left:ident, $right:ident| $($when:expr => $folded:expr),*;)*) => {$(
        impl $trait<&Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr {
                let ($left, $right) = (self, other);
                $(if $when { return $folded; })*
                self.with(Operation::$operation, other)
            }
        }
        impl $trait<Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr { (&self).$method(&other) }
        }
        impl $trait<&Expr> for Expr {
            type Output = Expr;
            fn $method(self, other: &Expr) -> Expr { (&self).$method(other) }
        }
        impl $trait<Expr> for &Expr {
            type Output = Expr;
            fn $method(self, other: Expr) -> Expr { self.$method(&other) }
        }
    )*};
}

// Folding keeps rows readable, and no formula is a bare number in disguise.
operators! {
    Add add Add |a, b| a.is(0) => b.clone(), b.is(0) => a.clone();
    Sub sub Subtract |a, b| b.is(0) => a.clone();
    Mul mul Multiply |a, b| a.is(1) => b.clone(), b.is(1) => a.clone(),
        a.is(0) || b.is(0) => Expr::whole(0);
    Div div Divide |a, b| b.is(1) => a.clone(), a.is(0) => Expr::whole(0);
}
