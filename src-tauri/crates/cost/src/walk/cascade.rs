//! Cascades: which part of what reaches a tier is accepted.

use std::rc::Rc;

use super::number;
use super::seen::{Answer, Seen, Tier, weighted};
use super::writer::{Writer, one, say, zero};
use crate::plan::number::Share;
use crate::plan::{Cascade, Of, Rung};
use crate::workings::{Expr, Place};

/// Which of a tier's answers stand.
pub struct Accepted {
    /// The part of them.
    pub part: Expr,
    /// The part of right ones.
    right: Expr,
    /// The part of its answers that are right, where that follows from those of the tier before.
    after: Option<Expr>,
}

impl Accepted {
    /// Those that stand, of a tier that is reached and judged by this chance.
    pub fn of<'p>(&self, answers: &[Answer<'p>], comes: &Expr) -> Vec<Answer<'p>> {
        let stand = |answer: Answer<'p>| {
            let right = match &self.after {
                Some(after) => Some(&answer.chance * after),
                None => answer.right,
            };
            let right = right.map(|right| right * &self.right);
            Answer { chance: answer.chance * &self.part, right, ..answer }
        };
        weighted(answers, comes).into_iter().map(stand).collect()
    }
}

/// Which of each tier's answers stand: all of the last one's.
pub fn accepted(
    w: &mut Writer,
    group: &str,
    cascade: &Cascade,
    seen: &[(Rc<Seen>, Option<Rc<Seen>>)],
) -> Vec<Accepted> {
    let mut right = None;
    let mut all = vec![];
    let last = cascade.tiers.len().saturating_sub(1);
    for (index, (rung, (step, _))) in cascade.tiers.iter().zip(seen).enumerate() {
        let before = index.checked_sub(1).map(|before| &cascade.tiers[before]);
        let known = before.zip(right.clone());
        let follows = known.is_some() && rung.after_right.is_some() && rung.after_wrong.is_some();
        right = self::right(w, group, (index, rung), known, step);
        let (part, of_right) = match (&rung.accepts, &rung.accepts_right, &rung.accepts_wrong) {
            _ if index == last => (one(), one()),
            (Some(accepts), _, _) => {
                let accepts = number::mean(w, accepts);
                (accepts.clone(), accepts)
            }
            (None, Some(if_right), Some(if_wrong)) => {
                let right = right.clone().expect("a checked tier's quality is known");
                let (s, r) = (number::mean(w, if_right), number::mean(w, if_wrong));
                let accepts = &right * &s + (one() - &right) * r;
                let field = format!("tier-{}.accepted", index + 1);
                let label = say(format!("tier {}: part accepted", index + 1), "share");
                (w.row(Place::Unit, group, &field, label, accepts), s)
            }
            (None, _, _) => unreachable!("a checked tier says what is accepted"),
        };
        let after = right.clone().filter(|_| follows);
        all.push(Accepted { part, right: of_right, after });
    }
    all
}

/// The part of what reaches a tier that it gets right, where that is known.
fn right(
    w: &mut Writer,
    group: &str,
    (index, rung): (usize, &Rung),
    before: Option<(&Rung, Expr)>,
    step: &Seen,
) -> Option<Expr> {
    let field = format!("tier-{}.right", index + 1);
    let label = format!("tier {}: right of what reaches it", index + 1);
    if let (Some(after_right), Some(after_wrong), Some((first, c))) =
        (&rung.after_right, &rung.after_wrong, before)
    {
        let rejects = |w: &mut Writer, share: &Option<Of<Share>>| match share {
            Some(share) => one() - number::mean(w, share),
            None => {
                one() - number::mean(w, first.accepts.as_ref().expect("a checked tier says it"))
            }
        };
        let of_right = rejects(w, &first.accepts_right) * &c;
        let of_wrong = rejects(w, &first.accepts_wrong) * (one() - &c);
        let right =
            &of_right * number::mean(w, after_right) + &of_wrong * number::mean(w, after_wrong);
        let all = of_right + of_wrong;
        let right = Expr::if_at_most(&all, &zero(), &zero(), &(right / &all));
        return Some(w.row(Place::Unit, group, &field, say(label, "share"), right));
    }
    let mut sum = zero();
    for answer in &step.answers {
        sum = sum + answer.right.as_ref()?;
    }
    // Failures reach no judge.
    let right = match step.answered.is(1) {
        true => sum,
        false => Expr::if_at_most(&step.answered, &zero(), &zero(), &(sum / &step.answered)),
    };
    let known = !step.answers.is_empty();
    known.then(|| w.row(Place::Unit, group, &field, say(label, "share"), right))
}

/// What is answered where the first of these tiers is asked.
pub fn answers<'p>(tiers: &[Tier<'p>]) -> Vec<Answer<'p>> {
    let asked = tiers.first().map_or_else(one, |first| first.reached.clone());
    let ends = |tier: &Tier<'p>| {
        let reached = if tier.reached == asked { one() } else { &tier.reached / &asked };
        weighted(&tier.step.answers, &(reached * &tier.stands))
    };
    tiers.iter().flat_map(ends).collect()
}

/// The part that comes to a tier.
pub fn reached(w: &mut Writer, group: &str, tier: &str, chance: Expr) -> Expr {
    let label = say(format!("{}: part that is asked", tier.replace('-', " ")), "share");
    w.row(Place::Unit, group, &format!("{tier}.reached"), label, chance)
}
