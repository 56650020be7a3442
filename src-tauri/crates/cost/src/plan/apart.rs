//! Two plans that say the same but for typed numbers.

use super::document::Plan;
use super::number::Number;
use super::step::Step;

impl Plan {
    /// The numbers of another plan that differ from those of this one, in reading order. `None` where the plans differ
    /// in anything else.
    pub fn numbers_apart(&self, other: &Self) -> Option<Vec<(Number, Number)>> {
        let features = self.features.iter().zip(&other.features);
        if !features.map(|(one, other)| (&one.step, &other.step)).all(of_one_shape) {
            return None;
        }
        let mut ours = self.numbers().into_iter();
        let (mut apart, mut same_places) = (vec![], true);
        let mut aligned = other.clone();
        aligned.each_number(&mut |_, _, number| {
            let Some(mut before) = ours.next().filter(|ours| ours.address == number.address) else {
                same_places = false;
                return;
            };
            // How it goes on is made of numbers of its own, which come after it.
            before.over_time = number.over_time.clone();
            if before != *number {
                apart.push((before.clone(), std::mem::replace(number, before)));
            }
        });
        (same_places && ours.next().is_none() && aligned == *self).then_some(apart)
    }
}

/// Whether two trees have the same kinds of steps in the same places.
fn of_one_shape((one, other): (&Step, &Step)) -> bool {
    let (ones, others) = (one.children(), other.children());
    let mut below = ones.iter().zip(&others).map(|((_, one), (_, other))| (*one, *other));
    one.kind() == other.kind() && ones.len() == others.len() && below.all(of_one_shape)
}
