//! The price book: dated entries by provider and model, and which of them holds when.

mod capability;
mod days;
mod entry;
mod find;
mod holding;
mod hosted;
mod layers;
mod model;
mod names;
mod none;
mod origin;
mod over_time;
mod snapshot;
mod terms;
mod timeline;

pub use capability::Capability;
pub use days::{Calendar, Days, Week};
pub use entry::{Bracket, Entry, Tier, Window};
pub use find::{Found, MAKERS, Match, UnknownModel, find, known_seller, seller};
pub use holding::{DAY_MINUTES, Holding};
pub use hosted::Hosted;
pub use model::{Model, Provider};
pub use none::NoEntry;
pub use origin::{Layer, Origin};
pub use terms::{
    CacheMode, CacheRule, Metering, Models, Multiplier, MultiplierOn, Period, Reroute, Retirement,
    Span, Terms,
};
pub use timeline::{Condition, Paid, Stretch, side_by_side};

/// Prices by provider, as one edition of a book has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Providers, in the order of their ids.
    pub providers: Vec<Provider>,
}

impl Book {
    /// The one model that a name means; see [`find`].
    pub fn find(&self, provider: Option<&str>, name: &str) -> Result<Found<'_>, UnknownModel> {
        find(&self.providers.iter().collect::<Vec<_>>(), provider, name)
    }
}
