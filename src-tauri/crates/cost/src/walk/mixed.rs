//! One of several amounts, each with its chance.

use super::moments::{Apart, Bounded, Case, MOST_CASES, Moments, Rest};
use super::writer::{Writer, one, zero};
use crate::workings::Expr;

/// What names a formula: its field, label and unit.
pub type Name<'n> = dyn FnMut(&mut Writer, &str, &str, &str, Expr) -> Expr + 'n;

/// One of several amounts, each with its chance; the rest of the time nothing.
pub fn mixed(
    w: &mut Writer,
    (stem, label): (&str, &str),
    ways: &[(Expr, Moments)],
    name: &mut Name<'_>,
) -> Moments {
    let mut one_of = |w: &mut Writer, field: &str, of: &dyn Fn(&Moments) -> Rest| {
        let (mut mean, mut square) = (zero(), zero());
        for (chance, amount) in ways {
            let each = of(amount);
            mean = mean + chance * &each.mean;
            square = square + chance * (each.variance + &each.mean * &each.mean);
        }
        let mean = name(w, &format!("{field}.mean"), label, "tokens", mean);
        let variance = zero().max(&(square - &mean * &mean));
        let variance = name(w, &format!("{field}.variance"), "its variance", "tokens²", variance);
        Rest { mean, variance }
    };
    let Rest { mean, variance } = one_of(w, stem, &|amount| Rest {
        mean: amount.expected(),
        variance: amount.variance.clone(),
    });
    let measured = ways.iter().any(|(_, amount)| amount.apart.is_some());
    let apart = measured.then(|| {
        let sum = |amount: &Moments| amount.taken_apart().bounded.beside(&amount.fixed);
        let means = one_of(w, &format!("{stem}.bounded"), &|amount| Rest {
            mean: sum(amount).mean,
            variance: zero(),
        });
        let boundless =
            one_of(w, &format!("{stem}.boundless"), &|amount| amount.taken_apart().boundless);
        let sums = ways.iter().map(|(_, amount)| sum(amount)).collect::<Vec<_>>();
        Apart { bounded: Bounded::one_of(&sums, means), boundless }
    });
    Moments { apart, cases: cases(ways), ..Moments::varying(mean, variance) }
}

/// The ways of one of several amounts; none where they are too many to be told apart.
fn cases(ways: &[(Expr, Moments)]) -> Vec<Case> {
    let (mut cases, mut nothing) = (vec![], one());
    for (chance, amount) in ways {
        nothing = nothing - chance;
        let mut own = amount.ways();
        if own.is_empty() {
            own.push(Case { chance: one(), value: zero(), rest: amount.varies() });
        }
        cases.extend(own.into_iter().map(|case| Case {
            chance: chance * case.chance,
            value: &amount.fixed + case.value,
            rest: case.rest,
        }));
    }
    cases.insert(0, Case { chance: nothing, value: zero(), rest: Rest::none() });
    if cases.len() > MOST_CASES { vec![] } else { cases }
}
