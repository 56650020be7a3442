//! Workings: rows of formulas over inputs and prices, evaluated, printed and explained.

mod axis;
mod decided;
mod draws;
mod driver;
mod eval;
mod explain;
mod expr;
mod feature;
mod hash;
mod lanes;
mod line;
mod overflow;
mod peak;
mod print;
mod reads;
mod row;
mod said;
mod wide;

pub use axis::serial;
pub use decided::Decided;
pub use draws::Draws;
pub use driver::Driver;
pub use eval::{Early, Values, evaluate};
pub use explain::{Explanation, Figure, Origin, addresses, explain, number, varies};
pub use expr::{Expr, Function, InputId, Node, Operation, PriceId, RowId, SeriesId, TableId};
pub use feature::{FeatureRows, Per, PerRows, Totals};
pub use hash::Quick;
pub use line::{Agreement, Allowance, Charged, ContractId, Item, Line, LineRate};
pub use overflow::{Overflow, percent};
pub use peak::{Peak, Sender};
pub use print::{Spelling, Words, operands, print};
pub use reads::{Read, each_read};
pub use row::{Input, NewRow, Price, Purpose, Row, Series, Shape, Table, Workings};
pub use said::{Place, Said};
