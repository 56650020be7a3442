//! Two plans that say the same but for typed numbers.

use super::document::Plan;
use super::feature::Feature;
use super::number::Number;
use super::step::Step;

impl Plan {
    /// The numbers of another plan that differ from those of this one, each beside what it is here, in reading order.
    /// `None` where the plans differ in anything else.
    pub fn numbers_apart(&self, other: &Self) -> Option<Vec<(Number, Number)>> {
        if self.features.len() != other.features.len() {
            return None;
        }
        let features = self.features.iter().zip(&other.features);
        let (mut ours, mut others): (Vec<Feature>, Vec<Feature>) = (vec![], vec![]);
        for (one, other) in features.filter(|(one, other)| one != other) {
            if !of_one_shape((&one.step, &other.step)) {
                return None;
            }
            ours.push(one.clone());
            others.push(other.clone());
        }
        // What features have in common is not looked through.
        let (before, mut aligned) = (self.with_features(ours), other.with_features(others));
        let mut numbers = before.numbers().into_iter();
        let (mut apart, mut same_places) = (vec![], true);
        aligned.each_number(&mut |_, _, number| {
            let Some(mut before) = numbers.next().filter(|it| it.address == number.address) else {
                same_places = false;
                return;
            };
            // How it goes on is made of numbers of its own, which come after it.
            before.over_time = number.over_time.clone();
            if before != *number {
                apart.push((before.clone(), std::mem::replace(number, before)));
            }
        });
        (same_places && numbers.next().is_none() && aligned == before).then_some(apart)
    }

    /// The same with other features.
    fn with_features(&self, features: Vec<Feature>) -> Self {
        Self {
            forebill: self.forebill,
            name: self.name.clone(),
            currency: self.currency.clone(),
            prices: self.prices.clone(),
            starts: self.starts.clone(),
            months: self.months,
            prompts: self.prompts.clone(),
            agents: self.agents.clone(),
            features,
            budget: self.budget.clone(),
            rate_limits: self.rate_limits.clone(),
            other_costs: self.other_costs.clone(),
            contracts: self.contracts.clone(),
            exchange: self.exchange.clone(),
            causes: self.causes.clone(),
            calibration: self.calibration.clone(),
        }
    }
}

/// Whether two trees have the same kinds of steps in the same places.
fn of_one_shape((one, other): (&Step, &Step)) -> bool {
    let (ones, others) = (one.children(), other.children());
    let mut below = ones.iter().zip(&others).map(|((_, one), (_, other))| (*one, *other));
    one.kind() == other.kind() && ones.len() == others.len() && below.all(of_one_shape)
}
