//! Retries: attempts until one succeeds, failed ones billed by their kind.

use super::number;
use super::seen::{Answer, Attempts, Seen, weighted};
use super::writer::{Writer, one, say, under, zero};
use crate::plan::{Failure, Retry};
use crate::workings::{Expr, Place};

/// Writes the rows of a retry. With f the chance that an attempt fails, attempts are Σ fⁱ⁻¹: summed, so that f = 1
/// works. An outage lasts as long as the attempts: all of them fail.
pub fn attempts(w: &mut Writer, group: &str, retry: &Retry) -> Attempts {
    let (mut fails, mut input, mut output, mut left) = (zero(), zero(), zero(), zero());
    let mut all_billed = true;
    for failure in retry.fails.values() {
        let share = number::mean(w, &failure.share);
        let [billed_input, billed_output] = billed(w, failure);
        // A prompt that was billed is there for the next attempt to read.
        all_billed &= failure.billed_input.as_ref().is_some_and(|part| w.decide(part) > 0.0);
        left = left + Expr::if_at_most(&billed_input, &zero(), &zero(), &share);
        input = input + &share * billed_input;
        output = output + &share * billed_output;
        fails = fails + share;
    }
    let row = |w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr| {
        w.row(Place::Unit, group, field, say(label, unit), expr)
    };
    let fails = row(w, "fails-sum", "chance that an attempt fails", "share", fails);
    let tries = number::geometric(w, &retry.attempts, &fails, &under(group, "attempts"));
    let tries = row(w, "tries", "expected attempts", "attempts", tries);
    // E[f^K] = 1 − (1 − f)·Σ P(K ≥ i)·fⁱ⁻¹
    let mut all_tries = tries.clone();
    let mut all_fail = one() - (one() - &fails) * &tries;
    let mut billed_input = &tries * (one() - &fails + input);
    let mut billed_output = &tries * (one() - &fails + output);
    let again = (&tries - one()) / &tries * &left / &fails;
    let again = Expr::if_at_most(&fails, &zero(), &zero(), &again);
    let mut again_failed = again.clone();
    // Where nothing is billed every attempt fails in such a way: E[uᴷ], as of all failures.
    let mut billed_at_all = match all_billed {
        true => one(),
        false => {
            let free = &fails - &left;
            let free = row(w, "free", "chance that an attempt fails unbilled", "share", free);
            let group = under(group, "free");
            (one() - &free) * number::geometric(w, &retry.attempts, &free, &group)
        }
    };
    if let Some(outage) = &retry.outage {
        let share = number::mean(w, &outage.share);
        let tried = number::count_mean(w, &retry.attempts);
        let [of_input, of_output] = billed(w, outage);
        let good = (one() - &share) * (one() - &all_fail);
        let of_outage = &share * &tried * &of_input;
        let others = (one() - &share) * &billed_input - &good;
        all_fail = &share + (one() - &share) * all_fail;
        all_tries = (one() - &share) * all_tries + &share * &tried;
        if !(all_billed && outage.billed_input.as_ref().is_some_and(|part| w.decide(part) > 0.0)) {
            let of_outage = Expr::if_at_most(&of_input, &zero(), &zero(), &share);
            billed_at_all = (one() - &share) * billed_at_all + of_outage;
        }
        billed_input = (one() - &share) * billed_input + &of_outage;
        billed_output = (one() - &share) * billed_output + &share * &tried * of_output;
        // In an outage every attempt but the first follows a billed one, where any is billed.
        let read = &others * &again + &share * (&tried - one()) * of_input;
        let failed = others + of_outage;
        again_failed = Expr::if_at_most(&failed, &zero(), &zero(), &(read / &failed));
    }
    let all_fail = row(w, "all-fail", "chance that every attempt fails", "share", all_fail);
    let billed_input =
        row(w, "billed-input", "attempts whose input is billed", "attempts", billed_input);
    let billed_output =
        row(w, "billed-output", "attempts whose output is billed", "attempts", billed_output);
    let again = [again, again_failed];
    let (tries, billed) = (all_tries, billed_at_all);
    Attempts { all_fail, tries, billed, billed_input, billed_output, again }
}

/// What is answered where any attempt at a step is billed, given what stands in for it.
pub fn answers<'p>(
    attempts: &Attempts,
    step: &Seen<'p>,
    then: Option<&Seen<'p>>,
) -> Vec<Answer<'p>> {
    let good = one() - &attempts.all_fail;
    let good = if attempts.billed.is(1) { good } else { good / &attempts.billed };
    let mut answers = weighted(&step.answers, &good);
    if let Some(then) = then {
        answers.extend(weighted(&then.answers, &(one() - good)));
    }
    answers
}

/// What of a failed attempt is billed: of its input, of its output.
fn billed(w: &mut Writer, failure: &Failure) -> [Expr; 2] {
    [&failure.billed_input, &failure.billed_output]
        .map(|part| number::mean(w, part.as_ref().expect("a checked failure says what is billed")))
}
