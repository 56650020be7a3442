//! Prompts: their tokens, and what they cost on every model.

mod boundaries;
mod count;
mod price;
mod table;

pub use boundaries::{Tinted, boundaries};
pub use count::{Batch, BatchCounts, CaseCounts, Certainty, Count, Counts, Text, batch, count};
pub use price::{LeftOut, PricedModel, Prices, Prompt, price};
pub use table::{
    CallPart, PartedCall, PriceTable, Seller, Size, TableRow, Unpriced, WayCounted, table,
};
