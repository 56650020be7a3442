//! Retries: attempts until one succeeds, failed ones billed by their kind.

use super::call::Runs;
use super::number;
use super::writer::{Writer, one, say, zero};
use crate::plan::Retry;
use crate::workings::{Expr, Place};

/// What a retry does to the step it repeats.
pub struct Attempts {
    /// The chance that every attempt fails.
    pub all_fail: Expr,
    /// Expected attempts whose input is billed.
    billed_input: Expr,
    /// Expected attempts whose output is billed.
    billed_output: Expr,
}

/// Writes the rows of a retry. With f the chance that an attempt fails, attempts are Σ fⁱ⁻¹: summed, so that f = 1 works.
pub fn attempts(w: &mut Writer, feature: &str, retry: &Retry) -> Attempts {
    let group = format!("{feature}.{}", retry.name);
    let (mut fails, mut input, mut output) = (zero(), zero(), zero());
    for failure in retry.fails.values() {
        let share = number::mean(w, &failure.share);
        let billed = [&failure.billed_input, &failure.billed_output].map(|part| {
            let part = part.as_ref().expect("a checked failure says what is billed");
            &share * number::mean(w, part)
        });
        let [billed_input, billed_output] = billed;
        fails = fails + share;
        input = input + billed_input;
        output = output + billed_output;
    }
    let row = |w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr| {
        w.row(Place::Unit, &group, field, say(label, unit), expr)
    };
    let fails = row(w, "fails-sum", "chance that an attempt fails", "share", fails);
    let tries = number::geometric(w, &retry.attempts, &fails, &format!("{group}.attempts"));
    let tries = row(w, "tries", "expected attempts", "attempts", tries);
    // E[f^K] = 1 − (1 − f)·Σ P(K ≥ i)·fⁱ⁻¹
    let all_fail = one() - (one() - &fails) * &tries;
    let all_fail = row(w, "all-fail", "chance that every attempt fails", "share", all_fail);
    let billed_input = &tries * (one() - &fails + input);
    let billed_input =
        row(w, "billed-input", "attempts whose input is billed", "attempts", billed_input);
    let billed_output = &tries * (one() - &fails + output);
    let billed_output =
        row(w, "billed-output", "attempts whose output is billed", "attempts", billed_output);
    Attempts { all_fail, billed_input, billed_output }
}

impl Attempts {
    /// How often the repeated step runs.
    pub fn runs(&self, runs: &Runs) -> Runs {
        Runs {
            good: &runs.good * (one() - &self.all_fail),
            input: &runs.input * &self.billed_input,
            output: &runs.output * &self.billed_output,
        }
    }
}
