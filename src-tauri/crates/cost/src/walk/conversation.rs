//! Conversations: how many turns, and what each of them adds to the history.

use super::moments::{Apart, Bounded, Moments, Rest};
use super::number;
use super::part;
use super::writer::{TableRows, Writer, say, zero};
use crate::plan::{Call, Certainty, Conversation, HISTORY};
use crate::workings::{Expr, Place, RowId};

/// What calls inside a conversation need to know of it.
#[derive(Clone)]
pub struct Scope<'p> {
    /// Its address.
    pub group: String,
    /// Expected turns.
    pub turns: Expr,
    conversation: &'p Conversation,
    answers: Vec<Answer<'p>>,
}

/// A call whose output a user sees, and the chance that a turn ends with it.
#[derive(Clone)]
pub struct Answer<'p> {
    /// The call.
    pub call: &'p Call,
    /// The chance.
    pub chance: Expr,
}

impl<'p> Scope<'p> {
    /// The scope of a conversation's turns.
    pub fn new(
        w: &mut Writer,
        feature: &str,
        conversation: &'p Conversation,
        answers: Vec<Answer<'p>>,
    ) -> Self {
        let group = format!("{feature}.{}", conversation.name);
        let turns = number::count_mean(w, &conversation.turns);
        Self { group, turns, conversation, answers }
    }

    /// Expected n(n − 1)/2: how often an earlier turn is sent again.
    pub fn pairs(&self, w: &mut Writer) -> Expr {
        number::count_pairs(w, &self.conversation.turns)
    }

    /// The table of turns.
    pub fn table(&self, w: &mut Writer) -> TableRows {
        number::table(w, &self.conversation.turns)
    }

    /// k − 1 for each row of the table.
    pub fn earlier(&self, w: &mut Writer) -> RowId {
        let table = self.table(w);
        number::earlier(w, &self.conversation.turns, table)
    }

    /// The most turns that the table allows.
    pub fn most_turns(&self, w: &mut Writer) -> Expr {
        number::most(w, &self.conversation.turns)
    }

    /// How sure the history's tokens are, as a model reads them. What answers add to it is typed, and
    /// so is by how much a part grows.
    pub fn certainty(&self, w: &Writer, reader: &Call) -> Certainty {
        let answers = self.answers.iter().map(|answer| answer.call);
        answers.fold(Certainty::Exact, |worst, call| {
            let said = if call.output.is_some() { Certainty::Assumed } else { Certainty::Exact };
            let inputs = call.input.iter().filter(|input| input.part != HISTORY);
            let kept =
                inputs.filter(|input| is_kept(w, &input.part)).map(|input| {
                    match part::part(w, &input.part).grows {
                        Some(_) => Certainty::Assumed,
                        None => part::certainty(w, &input.part, &reader.model),
                    }
                });
            kept.fold(worst.and(said), Certainty::and)
        })
    }

    /// What one turn adds to the history, as a model reads it.
    pub fn added(&self, w: &mut Writer, reader: &Call) -> Moments {
        // Only texts that are kept read differently from model to model.
        let kept_text = self.answers.iter().flat_map(|answer| &answer.call.input).any(|input| {
            input.part != HISTORY && part::part(w, &input.part).is_text() && is_kept(w, &input.part)
        });
        let vocabulary = if kept_text { format!(".{}", reader.model) } else { String::new() };
        let group = self.group.clone();
        let row = |w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr| {
            let field = format!("{field}{vocabulary}");
            let address = format!("{group}.{field}");
            if expr.is(0) {
                return expr;
            }
            w.once(&address, |w| w.row(Place::Unit, &group, &field, say(label, unit), expr))
        };
        let alternatives: Vec<(Expr, Moments)> = self
            .answers
            .iter()
            .map(|answer| (answer.chance.clone(), said(w, answer.call, &reader.model)))
            .collect();
        if let [(chance, only)] = alternatives.as_slice()
            && chance.is(1)
        {
            return Moments {
                measured: only.measured.clone(),
                apart: only.apart.clone(),
                fixed: row(
                    w,
                    "said.fixed",
                    "said in one turn, fixed",
                    "tokens",
                    only.fixed.clone(),
                ),
                mean: row(w, "said.mean", "said in one turn, varying", "tokens", only.mean.clone()),
                variance: row(w, "said.variance", "its variance", "tokens²", only.variance.clone()),
            };
        }
        let one_of = |w: &mut Writer, field: &str, of: &dyn Fn(&Moments) -> Rest| {
            let (mut mean, mut square) = (zero(), zero());
            for (chance, said) in &alternatives {
                let each = of(said);
                mean = mean + chance * &each.mean;
                square = square + chance * (each.variance + &each.mean * &each.mean);
            }
            let mean = row(w, &format!("{field}.mean"), "said in one turn", "tokens", mean);
            let variance = zero().max(&(square - &mean * &mean));
            let variance =
                row(w, &format!("{field}.variance"), "its variance", "tokens²", variance);
            Rest { mean, variance }
        };
        let Rest { mean, variance } = one_of(w, "said", &|said| Rest {
            mean: said.expected(),
            variance: said.variance.clone(),
        });
        let measured = alternatives.iter().any(|(_, said)| said.apart.is_some());
        let apart = measured.then(|| {
            let sum = |said: &Moments| said.taken_apart().bounded.beside(&said.fixed);
            let means =
                one_of(w, "said.bounded", &|said| Rest { mean: sum(said).mean, variance: zero() });
            let boundless = one_of(w, "said.boundless", &|said| said.taken_apart().boundless);
            let sums = alternatives.iter().map(|(_, said)| sum(said)).collect::<Vec<_>>();
            Apart { bounded: Bounded::one_of(&sums, means), boundless }
        });
        Moments { apart, ..Moments::varying(mean, variance) }
    }
}

/// What a turn that ends with this answer leaves in the history: kept parts and the visible output.
fn said(w: &mut Writer, call: &Call, reader: &str) -> Moments {
    let output =
        call.output.as_ref().map_or_else(Moments::zero, |output| number::moments(w, output));
    let kept: Vec<_> = call
        .input
        .iter()
        .filter(|input| input.part != HISTORY && is_kept(w, &input.part))
        .collect();
    kept.into_iter().fold(output, |sum, input| sum.plus(&part::size(w, input, reader)))
}

fn is_kept(w: &Writer, name: &str) -> bool {
    part::part(w, name).is_kept()
}

/// The chance that a turn's answers stand when other steps of the turn may fail.
pub fn weighted<'p>(answers: &[Answer<'p>], chance: &Expr) -> Vec<Answer<'p>> {
    let weigh = |answer: &Answer<'p>| Answer { call: answer.call, chance: &answer.chance * chance };
    answers.iter().map(weigh).collect()
}
