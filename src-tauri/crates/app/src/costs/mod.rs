//! Recorded usage priced exactly, line by line, one call or thousands.

mod answer;
mod batch;
mod call;
mod many;
mod records;
mod refusals;

pub use answer::{Cost, CostLine, MultiplierOf, Refusal};
pub use batch::{Batch, Outcome, batch};
pub use call::{Call, cost};
pub use many::{Costs, RecordCost, Said, one, several};
pub use records::{Placed, Recorded, Records, no_record, records};
pub(crate) use refusals::bad_usage;
pub use refusals::not_priced;
