//! Days on which a model has no price, between days on which it has one.

use std::collections::BTreeSet;

use cost::book::{Condition, Model, Span, Stretch, Tier, side_by_side};
use cost::meter::Meter;

use super::conditions::{condition_words, span_words};

/// The days between two prices of a tier on which there is none, or none of one meter.
pub fn gaps(model: &Model) -> Vec<String> {
    let mut found: Vec<(Tier, Option<Meter>, Span)> = vec![];
    for (condition, stretches) in side_by_side(&[model]) {
        let meters: BTreeSet<Meter> =
            stretches.iter().flat_map(|stretch| stretch.paid[0].keys()).copied().collect();
        let mut add = |meter: Option<Meter>, span: Span| {
            let is_known = |(tier, whose, known): &(Tier, Option<Meter>, Span)| {
                *tier == condition.tier && *known == span && (whose.is_none() || *whose == meter)
            };
            if found.iter().any(is_known) {
                return;
            }
            match found.last_mut() {
                // Days that follow each other are one gap.
                Some((tier, whose, known))
                    if (*tier, *whose, known.to) == (condition.tier, meter, span.from) =>
                {
                    known.to = span.to;
                }
                _ => found.push((condition.tier, meter, span)),
            }
        };
        for meter in std::iter::once(None).chain(meters.into_iter().map(Some)) {
            let is_priced = |stretch: &Stretch| {
                let paid = &stretch.paid[0];
                meter.map_or(!paid.is_empty(), |meter| paid.contains_key(&meter))
            };
            let first = stretches.iter().position(is_priced);
            let last = stretches.iter().rposition(is_priced);
            let between = first.zip(last).map_or(0..0, |(first, last)| first..last);
            for stretch in stretches[between].iter().filter(|stretch| !is_priced(stretch)) {
                // Where nothing has a price, that is told of all.
                if meter.is_none() || !stretch.paid[0].is_empty() {
                    add(meter, stretch.span);
                }
            }
        }
    }
    let words = |(tier, meter, span): (Tier, Option<Meter>, Span)| {
        let tier = condition_words(&Condition { tier, ..Condition::default() });
        let meter = meter.map(|meter| format!(" {}", meter.name())).unwrap_or_default();
        format!("{tier}{meter}, {}", span_words(span))
    };
    found.into_iter().map(words).collect()
}
