//! Why a prompt has no price: it is empty, something in it is not counted, or no model is left.

use jiff::civil::Date;
use prompt::{Gap, Lost};

use super::left_out::LeftOut;
use crate::error::{Code, Error, More};

/// What was asked of a list of models, as far as it can leave none.
pub(super) struct Asked<'p> {
    /// Whether only those that the prompt is known to fit.
    pub fits: bool,
    /// What they must be known to be able to do.
    pub capabilities: &'p [String],
    /// Whose models, where not everybody's.
    pub providers: &'p [String],
}

/// Said where no model is left of all that there are.
pub(super) fn nothing_left(
    asked: &Asked,
    left_out: &LeftOut,
    without_price: usize,
    day: Date,
) -> Error {
    let mut reasons = left_out.reasons(asked.fits, asked.capabilities);
    // What is for speech alone has never been asked for.
    let is_too_early = reasons.is_empty() && without_price > 0;
    if is_too_early {
        reasons.push(format!("{without_price} without a price for text on {}", day));
    }
    if reasons.is_empty() {
        let message = "The book has no model to price it on.";
        return Error::new(Code::NotFound, message, "").with(More::OwnBook);
    }
    let LeftOut { resold, not_writers, too_short, lacking, capabilities_unknown, .. } = left_out;
    let ways = [
        (*too_short > 0, "take a shorter prompt or answer"),
        (asked.fits && *too_short > 0, "list also what may not fit"),
        (lacking + capabilities_unknown > 0, "ask for fewer capabilities"),
        (!asked.providers.is_empty(), "ask other providers"),
        (resold + not_writers > 0, "ask for all models of all sellers"),
        (is_too_early, "take another day"),
    ];
    let ways: Vec<&str> = ways.iter().filter(|(helps, _)| *helps).map(|(_, way)| *way).collect();
    let hint = match ways.join(", or ") {
        none if none.is_empty() => "Ask for other models.".to_owned(),
        ways => format!("{}{}.", ways[..1].to_uppercase(), &ways[1..]),
    };
    let message = format!("No model is left to price it on. Left out: {}.", reasons.join(", "));
    Error::new(Code::NotFound, message, hint)
}

/// Said of a prompt without a word.
pub(super) fn empty() -> Error {
    Error::new(
        Code::BadArguments,
        "The prompt is empty.",
        "Name a file with a prompt in it, or send one to standard input.",
    )
}

/// Said where something is not counted that may be most of what is billed.
pub(super) fn unpriced(model: &str, gap: &Gap) -> Error {
    let has = if model.starts_with('`') { "has no price" } else { "has a price" };
    let place = if gap.place.is_empty() { String::new() } else { format!("{}: ", gap.place) };
    let message = format!("{model} {has} for it. {place}{}", gap.message);
    let hint = match gap.lost {
        Lost::Unsized => "Give it in pixels: --image WIDTHxHEIGHT.",
        Lost::Image => "Price it on a model whose images are counted.",
        Lost::File | Lost::Kept => "Take it out, and add what its tokens cost.",
        Lost::Variable | Lost::Rest | Lost::Nothing => gap.hint.as_str(),
    };
    Error::new(Code::NotPriced, message, hint)
}
