//! Workings: rows of formulas over inputs and prices, evaluated, printed and explained.

mod decided;
mod draws;
mod driver;
mod eval;
mod explain;
mod expr;
mod hash;
mod lanes;
mod overflow;
mod peak;
mod print;
mod reads;
mod row;
mod said;
mod wide;

pub use decided::Decided;
pub use draws::Draws;
pub use driver::Driver;
pub use eval::{Early, Values, evaluate, serial};
pub use explain::{Explanation, Figure, Origin, addresses, explain, number, varies};
pub use expr::{Expr, Function, InputId, Node, Operation, PriceId, RowId, SeriesId, TableId};
pub use hash::Quick;
pub use overflow::Overflow;
pub use peak::{Peak, Sender};
pub use print::{Spelling, Words, operands, print};
pub use reads::{Read, each_read};
pub use row::{
    Agreement, Allowance, Charged, ContractId, FeatureRows, Input, Item, Line, LineRate, NewRow,
    Per, PerRows, Price, Purpose, Row, Series, Shape, Table, Totals, Workings,
};
pub use said::{Place, Said};
