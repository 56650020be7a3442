//! The whole numbers that a formula may hold.

use crate::workings::Expr;

/// 0
pub fn zero() -> Expr {
    Expr::whole(0)
}

/// 1
pub fn one() -> Expr {
    Expr::whole(1)
}

/// 2
pub fn two() -> Expr {
    Expr::whole(2)
}
