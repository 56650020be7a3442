//! The price book: listed, shown, compared, checked, imported.

mod answers;
mod beside;
mod check;
mod conditions;
mod diff;
mod entry;
mod feed;
mod gaps;
mod import;
mod known;
mod list;
mod moment;
mod own;
mod show;
mod subject;
mod terms;
mod told;
mod wanted;

pub use cost::book::Layer;
pub use cost::meter::Meter;

pub use crate::books::{Unread, UnreadValue};
pub(crate) use answers::answering;
pub(crate) use conditions::condition_words;

pub use beside::Comparison;
pub use check::{Check, Checked, Doubt, Finding, check};
pub use diff::{Changed, Conflict, Diff};
pub use entry::{EntryOf, Provenance, RateOf};
pub use import::{Feed, Imported, import};
pub use list::{Filter, List, Listed, extent, list};
pub use moment::{Moment, moment, now_text, today};
pub use own::{
    AllBooks, Book, BookId, Books, ComparedBooks, PairOfBooks, PriceFile, Proposal, activate, book,
    books, compare, propose, remove, set_aside,
};
pub use show::{Announced, Pays, Query, Row, Shown, show};
pub use terms::{CacheOf, FactorOf, MeteringOf, RerouteOf, RetirementOf, TermsOf};
pub use told::told;
