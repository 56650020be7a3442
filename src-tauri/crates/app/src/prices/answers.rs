//! Who answers to a model's name on a day: the model itself, another in its place, or one that has ended.

use cost::book::{Found, Match, Reroute, Retirement};
use jiff::civil::Date;

use crate::error::Error;
use crate::shelf::unknown;

/// Who answers to a name.
#[derive(Clone, Copy, Debug)]
pub struct Answering<'a> {
    /// The model that answers, and is billed.
    pub found: Found<'a>,
    /// The model that is named.
    pub named: Found<'a>,
    /// Why another one answers, where it does.
    pub reroute: Option<&'a Reroute>,
    /// When the one that answers ended, where it has.
    pub ended: Option<&'a Retirement>,
}

/// Who answers to a name on a day. A model that leads to one that the book does not have is an error.
pub fn answering(named: Found<'_>, day: Date) -> Result<Answering<'_>, Error> {
    let found = named.on(day).map_err(|error| unknown(&error))?;
    let terms = &named.provider.terms;
    let is_other = found.matched == Match::Rerouted;
    Ok(Answering {
        found,
        named,
        reroute: is_other.then(|| terms.reroute(&named.model.id, day)).flatten(),
        ended: terms.retirement(&found.model.id).filter(|end| end.on <= day),
    })
}

impl Answering<'_> {
    /// What a reader should know before trusting a price.
    pub fn warnings(&self) -> Vec<String> {
        let (named, answers) = (&self.named.model.id, &self.found.model.id);
        let rerouted = self.reroute.map(|reroute| {
            let since = reroute.span.from.map(|day| format!(" since {day}")).unwrap_or_default();
            format!("`{named}` is rerouted to `{answers}`{since}, and billed as that.")
        });
        let ended = self.ended.map(|end| {
            let next = end.successor.as_ref();
            let next = next.map(|next| format!("; its seller names `{next}` instead"));
            let (day, next) = (end.on, next.unwrap_or_default());
            format!("`{answers}` is retired since {day}{next}. Its price is the last that it was sold at.")
        });
        rerouted.into_iter().chain(ended).collect()
    }
}
