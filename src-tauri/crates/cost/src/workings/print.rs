//! The one printer of formulas: brackets by precedence, words by a table of spellings.

use super::expr::{Expr, Function, Node, Operation, RowId};

/// How one audience writes formulas.
pub trait Spelling {
    /// A leaf, a row, or a sum over one: everything but operations.
    fn leaf(&self, node: &Node) -> String;

    /// An operator between its operands, with spaces where they belong. `None` for those written as functions.
    fn operator(&self, operation: Operation) -> Option<&'static str>;

    /// The name of an operation written as a function.
    fn operation(&self, operation: Operation) -> &'static str;

    /// The name of a function.
    fn function(&self, function: Function) -> &'static str;

    /// `then` if `left ≤ right`, else `otherwise`.
    fn choice(&self, left: &str, right: &str, then: &str, otherwise: &str) -> String;

    /// A month row's value in a month by its number.
    fn in_month(&self, row: RowId, month: &str) -> String;

    /// The sum of `add` where `of` lies above the limit.
    fn beyond(&self, of: RowId, add: RowId, limit: &str, inclusive: bool) -> String;
}

/// How tightly a formula holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Sum,
    Product,
    Whole,
}

/// Writes a formula.
pub fn print(expr: &Expr, spelling: &impl Spelling) -> String {
    write(expr, spelling).0
}

fn write(expr: &Expr, spelling: &impl Spelling) -> (String, Hold) {
    match expr.node() {
        Node::Binary(operation, left, right) => binary(*operation, left, right, spelling),
        Node::Apply(function, operand) => {
            let name = spelling.function(*function);
            (format!("{name}({})", print(operand, spelling)), Hold::Whole)
        }
        Node::If { left, right, then, otherwise } => {
            let [left, right, then, otherwise] =
                [left, right, then, otherwise].map(|side| print(side, spelling));
            (spelling.choice(&left, &right, &then, &otherwise), Hold::Whole)
        }
        Node::InMonth(row, month) => {
            (spelling.in_month(*row, &print(month, spelling)), Hold::Whole)
        }
        Node::Beyond { of, add, limit, inclusive } => {
            let limit = print(limit, spelling);
            (spelling.beyond(*of, *add, &limit, *inclusive), Hold::Whole)
        }
        leaf @ (Node::Whole(_)
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
        | Node::Gather(_)) => (spelling.leaf(leaf), Hold::Whole),
    }
}

fn binary(
    operation: Operation,
    left: &Expr,
    right: &Expr,
    spelling: &impl Spelling,
) -> (String, Hold) {
    let Some(sign) = spelling.operator(operation) else {
        let (name, left, right) =
            (spelling.operation(operation), print(left, spelling), print(right, spelling));
        return (format!("{name}({left},{right})"), Hold::Whole);
    };
    let own = match operation {
        Operation::Add | Operation::Subtract => Hold::Sum,
        Operation::Multiply | Operation::Divide => Hold::Product,
        Operation::Min | Operation::Max | Operation::Power => Hold::Whole,
    };
    // a + (b + c) keeps its brackets: engines add from the left, and so does the evaluator.
    let left = bracketed(left, spelling, |hold| hold < own);
    let right = bracketed(right, spelling, |hold| hold <= own);
    (format!("{left}{sign}{right}"), own)
}

fn bracketed(expr: &Expr, spelling: &impl Spelling, needed: impl Fn(Hold) -> bool) -> String {
    let (text, hold) = write(expr, spelling);
    if needed(hold) { format!("({text})") } else { text }
}

/// Formulas for people, with a word for each leaf.
pub struct Words<F: Fn(&Node) -> String>(pub F);

impl<F: Fn(&Node) -> String> Spelling for Words<F> {
    fn leaf(&self, node: &Node) -> String {
        (self.0)(node)
    }

    fn operator(&self, operation: Operation) -> Option<&'static str> {
        match operation {
            Operation::Add => Some(" + "),
            Operation::Subtract => Some(" − "),
            Operation::Multiply => Some(" × "),
            Operation::Divide => Some(" ÷ "),
            Operation::Power => Some("^"),
            Operation::Min | Operation::Max => None,
        }
    }

    fn operation(&self, operation: Operation) -> &'static str {
        match operation {
            Operation::Min => "min",
            Operation::Max => "max",
            Operation::Power => "power",
            Operation::Add => "add",
            Operation::Subtract => "subtract",
            Operation::Multiply => "multiply",
            Operation::Divide => "divide",
        }
    }

    fn function(&self, function: Function) -> &'static str {
        match function {
            Function::Floor => "floor",
            Function::Exp => "exp",
            Function::Ln => "ln",
            Function::Sqrt => "sqrt",
            Function::NormalCdf => "Φ",
        }
    }

    fn choice(&self, left: &str, right: &str, then: &str, otherwise: &str) -> String {
        format!("if({left} ≤ {right}, {then}, {otherwise})")
    }

    fn in_month(&self, row: RowId, month: &str) -> String {
        format!("{} in month {month}", (self.0)(&Node::Row(row)))
    }

    fn beyond(&self, of: RowId, add: RowId, limit: &str, inclusive: bool) -> String {
        let [of, add] = [of, add].map(|row| (self.0)(&Node::Row(row)));
        let sign = if inclusive { '≥' } else { '>' };
        format!("sum({add} where {of} {sign} {limit})")
    }
}

/// Every row that a formula names, in reading order, once each.
pub fn operands(expr: &Expr) -> Vec<RowId> {
    let mut rows = vec![];
    for row in expr.reads() {
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}
