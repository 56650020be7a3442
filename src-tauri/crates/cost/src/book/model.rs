//! Sellers and their models.
#![deny(clippy::float_arithmetic)]

use jiff::civil::Date;

use super::capability::Capability;
use super::entry::{Entry, Tier};
use super::hosted::Hosted;
use super::origin::Origin;
use super::terms::Terms;

/// One seller of model calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// Its id, as in `openai/gpt-5`.
    pub id: String,
    /// Its name as people write it.
    pub name: String,
    /// Other names that mean exactly this seller: `gemini`, `bedrock`.
    pub aliases: Vec<String>,
    /// What it sells.
    pub models: Vec<Model>,
    /// What it says about prices beyond the prices.
    pub terms: Terms,
}

/// One model of one provider, with all its prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Its id within the provider.
    pub id: String,
    /// Its name as people write it, where known.
    pub name: Option<String>,
    /// Other names that mean exactly this model.
    pub aliases: Vec<String>,
    /// The longest prompt and answer together, in tokens, where known.
    pub context_tokens: Option<u64>,
    /// The vocabulary that counts its tokens, where published: `o200k_base`, or a file beside its
    /// price file: `acme/tokenizer.json`.
    pub vocabulary: Option<String>,
    /// What it can do, in the order of [`Capability::ALL`]; nothing where that is not known.
    pub capabilities: Option<Vec<Capability>>,
    /// Who says its prices.
    pub origin: Origin,
    /// The accelerators that serve it, where its price is worked out from them.
    pub hosted: Option<Hosted>,
    /// Dated entries. For one meter, layer, tier, bracket, window and day of the week their dates never overlap.
    pub prices: Vec<Entry>,
}

impl Model {
    /// Whether it can do all of these; nothing where that is not known.
    pub fn can(&self, wanted: &[Capability]) -> Option<bool> {
        let has = self.capabilities.as_ref()?;
        Some(wanted.iter().all(|one| has.contains(one)))
    }

    /// Who says an entry's prices.
    pub fn origin_of<'a>(&'a self, entry: &'a Entry) -> &'a Origin {
        entry.origin.as_deref().unwrap_or(&self.origin)
    }

    /// Every entry of a tier that holds on a day: its brackets, and its windows.
    pub fn entries_on(&self, day: Date, tier: Tier) -> impl Iterator<Item = &Entry> {
        self.prices.iter().filter(move |entry| entry.tier == tier && entry.holds_on(day))
    }

    /// The tiers with a price on a day, in the order of [`Tier::ALL`].
    pub fn tiers_on(&self, day: Date) -> Vec<Tier> {
        let offered = |tier: &Tier| self.entries_on(day, *tier).next().is_some();
        Tier::ALL.iter().copied().filter(offered).collect()
    }
}
