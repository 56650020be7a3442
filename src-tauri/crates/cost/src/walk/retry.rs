//! Retries: attempts until one succeeds, failed ones billed by their kind.

use super::number;
use super::seen::{Answer, Attempts, Ends, Outage, Seen, weighted};
use super::writer::{Writer, one, say, under, zero};
use crate::plan::{Failure, Retry};
use crate::workings::{Expr, Place};

/// Writes the rows of a retry. With f the chance that an attempt fails, attempts are Σ fⁱ⁻¹: summed, so that f = 1
/// works. An outage lasts as long as the attempts: all of them fail.
pub fn attempts<'p>(w: &mut Writer<'p>, group: &str, retry: &'p Retry) -> Attempts<'p> {
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
    let free = match all_billed {
        true => zero(),
        false => {
            let label = "chance that an attempt fails unbilled";
            row(w, "free", label, "share", &fails - &left)
        }
    };
    let tries = number::geometric(w, &retry.attempts, &fails, &under(group, "attempts"));
    let tries = row(w, "tries", "expected attempts", "attempts", tries);
    // E[f^K] = 1 − (1 − f)·Σ P(K ≥ i)·fⁱ⁻¹
    let mut all_fail = one() - (one() - &fails) * &tries;
    let mut all_tries = tries.clone();
    let mut billed_input = &tries * (one() - &fails + input);
    let mut billed_output = &tries * (one() - &fails + output);
    let outage = retry.outage.as_ref().map(|outage| {
        let share = number::mean(w, &outage.share);
        let tried = number::count_mean(w, &retry.attempts);
        let [of_input, of_output] = billed(w, outage);
        let usual = (one() - &share) * &billed_input;
        all_fail = &share + (one() - &share) * &all_fail;
        all_tries = (one() - &share) * &all_tries + &share * &tried;
        billed_input = &usual + &share * &tried * &of_input;
        billed_output = (one() - &share) * &billed_output + &share * &tried * of_output;
        Outage { share, tried, of_input, usual }
    });
    let all_fail = row(w, "all-fail", "chance that every attempt fails", "share", all_fail);
    let billed_input =
        row(w, "billed-input", "attempts whose input is billed", "attempts", billed_input);
    let billed_output =
        row(w, "billed-output", "attempts whose output is billed", "attempts", billed_output);
    let group = group.to_owned();
    let ends = Ends { most: &retry.attempts, group, fails, free, tries, outage };
    let billed = ends.leaves(w, &one(), "");
    Attempts { all_fail, tries: all_tries, billed, billed_input, billed_output, ends }
}

impl Attempts<'_> {
    /// What a call in it finds of earlier attempts, which come to it with this chance each: the part of its good runs that
    /// follow a billed one, and of all billed runs. Rows of its own are called after the call.
    pub fn found(&self, w: &mut Writer, chance: &Expr, by: &str) -> [Expr; 2] {
        let Ends { tries, outage, .. } = &self.ends;
        let found = one() - self.ends.without(w, chance, by) / tries;
        let Some(Outage { share, of_input, tried, usual }) = outage else {
            return [found.clone(), found];
        };
        // In an outage every attempt finds the one before it, where any is billed.
        let without = self.ends.in_a_row(w, &(one() - chance), &format!("{by}-outage"));
        let all = usual * &found + share * (tried - without) * of_input;
        let all =
            Expr::if_at_most(&self.billed_input, &zero(), &zero(), &(all / &self.billed_input));
        [found, all]
    }

    /// The part of billed runs that are good.
    pub fn good(&self) -> Expr {
        let good = (one() - &self.all_fail) / &self.billed_input;
        Expr::if_at_most(&self.billed_input, &zero(), &zero(), &good)
    }

    /// The chance that a billed attempt comes to a call to which each comes with this chance.
    pub fn comes(&self, w: &mut Writer, chance: &Expr, by: &str) -> Expr {
        match chance.is(1) {
            true => self.billed.clone(),
            false => self.ends.leaves(w, chance, by),
        }
    }
}

impl Ends<'_> {
    /// The chance that one fails, and does not leave what it would with this chance.
    fn nothing_left(&self, w: &mut Writer, chance: &Expr, by: &str) -> Expr {
        match chance.is(1) {
            true => self.free.clone(),
            false => w.once(&format!("{}.{by}-nothing", self.group), |w| {
                let nothing = &self.fails - chance * (&self.fails - &self.free);
                let label = "chance that an attempt fails, and leaves nothing of it";
                w.row(
                    Place::Unit,
                    &self.group,
                    &format!("{by}-nothing"),
                    say(label, "share"),
                    nothing,
                )
            }),
        }
    }

    /// Σ P(K ≥ i)·uⁱ⁻¹, with u the chance that an attempt fails and leaves nothing: attempts before which nothing was left.
    fn without(&self, w: &mut Writer, chance: &Expr, by: &str) -> Expr {
        let nothing = self.nothing_left(w, chance, by);
        let field = if chance.is(1) { "free".to_owned() } else { format!("{by}-nothing") };
        self.in_a_row(w, &nothing, &field)
    }

    /// Σ P(K ≥ i)·uⁱ⁻¹, under the address that says what u is.
    fn in_a_row(&self, w: &mut Writer, base: &Expr, field: &str) -> Expr {
        if base.is(0) {
            return one();
        }
        let field = format!("{field}-tries");
        let address = under(&self.group, &field);
        w.once(&address, |w| {
            let tries = number::geometric(w, self.most, base, &address);
            let label = "attempts before which nothing of it was left";
            w.row(Place::Unit, &self.group, &field, say(label, "attempts"), tries)
        })
    }

    /// The chance that what each attempt leaves with this chance is left by any that is billed.
    fn leaves(&self, w: &mut Writer, chance: &Expr, by: &str) -> Expr {
        let always = self.free.is(0) && chance.is(1);
        let nothing = self.nothing_left(w, chance, by);
        let left = match always {
            true => one(),
            // Good ones leave it with the same chance.
            false => {
                let left = one() - nothing - (one() - &self.fails) * (one() - chance);
                left * self.without(w, chance, by)
            }
        };
        let Some(Outage { share, of_input, .. }) = &self.outage else { return left };
        let in_it = chance * self.in_a_row(w, &(one() - chance), &format!("{by}-outage"));
        let in_it = Expr::if_at_most(of_input, &zero(), &zero(), &in_it);
        if always && in_it.is(1) { left } else { (one() - share) * left + share * in_it }
    }
}

/// What is answered where any attempt at a step is billed, given what stands in for it.
pub fn answers<'p>(
    attempts: &Attempts<'p>,
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
