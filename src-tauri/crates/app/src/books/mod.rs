//! The user's own books of prices: kept by the hash of what they were read from, never changed, laid over the program's own.

mod active;
mod edition;
mod library;

pub use active::Active;
pub use edition::{About, Edition, Proposed, Unread, UnreadKey, UnreadValue};
pub use library::{Kept, Library};
