//! A name that a channel of metergraph knows a model by.

use cost::book::Span;
use serde_json::Value;

use crate::feed::gather::Gather;
use crate::feed::names;
use crate::feed::values::day;

/// A name, for some time or always.
pub struct Alias<'a> {
    /// The name.
    pub name: String,
    /// When it means the model.
    pub span: Span,
    /// The whole of it.
    pub value: &'a Value,
    seller: &'a str,
    regions: Vec<&'a str>,
}

impl<'a> Alias<'a> {
    /// The names of a channel of a provider, those of proxies apart: they have every name once more.
    pub fn all(list: &'a Value, channel: &str, to: &str, gather: &mut Gather) -> Vec<Self> {
        let mut aliases = vec![];
        for value in
            list.as_array().into_iter().flatten().filter(|value| value["channel"] == channel)
        {
            let seller = value["provider"].as_str().unwrap_or_default();
            let Some(name) =
                value["alias"].as_str().filter(|_| !["litellm", "unknown"].contains(&seller))
            else {
                continue;
            };
            let mut at = |key: &str| value[key].as_str().and_then(|text| day(text, gather));
            let span = Span { from: at("effective_from"), to: at("effective_to") };
            let regions = match &value["price_region"] {
                Value::String(one) => vec![one.as_str()],
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                _ => vec![],
            };
            // A seller's own prefix is understood.
            let mut name = name.trim();
            while let Some((prefix, rest)) = name.split_once('/')
                && names::ours(prefix) == to
            {
                name = rest;
            }
            let seller = names::ours(seller);
            aliases.push(Self { name: name.into(), span, value, seller, regions });
        }
        aliases
    }

    /// Whether it means the model for some time only.
    pub fn is_dated(&self) -> bool {
        self.span != Span::default()
    }

    /// Whether it means the model in a region, which may be the only one.
    pub fn is_for(&self, region: &str, only: bool) -> bool {
        match self.regions[..] {
            [] => only || region == "global",
            _ => self.regions.contains(&region),
        }
    }
}

/// The name that a model has at a seller: one that always means it, and most like its own.
pub fn best<'a, 'b>(aliases: &'b [Alias<'a>], tail: &str, seller: &str) -> Option<&'b Alias<'a>> {
    aliases.iter().min_by_key(|alias| {
        (alias.is_dated(), alias.name != tail, alias.seller != seller, alias.name.contains('/'))
    })
}
