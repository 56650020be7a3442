//! The terms of sellers in a lock file: pinned ones are about the models pinned with them.

use cost::book::{CacheRule, Metering, Model, Models, Multiplier, Origin, Provider, Terms};

/// Adds what is said today of models that join a seller's pinned ones, before they are in its list.
///
/// What was pinned stays as it was for the models it was pinned for, and says nothing of the others.
pub fn add(pinned: &mut Provider, today: &Terms, models: &[Model]) {
    if models.is_empty() {
        return;
    }
    let [own, new] = [&pinned.models[..], models]
        .map(|models| models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>());
    let (mut terms, added) = (pinned.terms.about(&own), today.about(&new));
    beside(&mut terms.multipliers, &own, added.multipliers, &new);
    beside(&mut terms.metering, &own, added.metering, &new);
    beside(&mut terms.caches, &own, added.caches, &new);
    terms.reroutes.extend(added.reroutes);
    terms.retirements.extend(added.retirements);
    pinned.terms = terms;
}

/// How many terms about a seller's pinned models a book has otherwise. Who says them is no matter.
pub fn moved(pinned: &Provider, today: &Terms) -> usize {
    let (mut gone, mut new) = (Terms::default(), Terms::default());
    for model in &pinned.models {
        let [before, now] =
            [&pinned.terms, today].map(|terms| said(terms.about(&[model.id.as_str()])));
        gone.extend(&without(&before, &now));
        new.extend(&without(&now, &before));
    }
    count(&gone).max(count(&new))
}

/// A rule about some of a seller's models.
trait Rule: Clone + PartialEq {
    fn models(&mut self) -> &mut Models;
    fn origin(&mut self) -> &mut Origin;

    /// What it says, whoever says it and of whichever models.
    fn said(&self) -> Self {
        let mut rule = self.clone();
        *rule.models() = Models::All;
        *rule.origin() = Origin::default();
        rule
    }

    /// Makes it one about these models alone; answers which they are.
    fn narrow(&mut self, ids: &[&str]) -> Vec<String> {
        let scope = self.models();
        let ids = ids.iter().filter(|id| scope.has(id)).map(|id| (*id).to_owned());
        let ids: Vec<String> = ids.collect();
        *scope = Models::These(ids.clone());
        ids
    }
}

impl Rule for Multiplier {
    fn models(&mut self) -> &mut Models {
        &mut self.models
    }

    fn origin(&mut self) -> &mut Origin {
        &mut self.origin
    }
}

impl Rule for Metering {
    fn models(&mut self) -> &mut Models {
        &mut self.models
    }

    fn origin(&mut self) -> &mut Origin {
        &mut self.origin
    }
}

impl Rule for CacheRule {
    fn models(&mut self) -> &mut Models {
        &mut self.models
    }

    fn origin(&mut self) -> &mut Origin {
        &mut self.origin
    }
}

/// Puts rules about new models among those about a seller's own. One that both have stays one: what is free
/// is free once, whichever models share it.
fn beside<R: Rule>(rules: &mut Vec<R>, own: &[&str], added: Vec<R>, new: &[&str]) {
    let everyones: Vec<R> =
        rules.iter().filter(|rule| *(*rule).clone().models() == Models::All).cloned().collect();
    for rule in rules.iter_mut() {
        rule.narrow(own);
    }
    // Both kinds keep their order: later rules go before earlier ones.
    let mut place = 0;
    for mut rule in added {
        let all = *rule.models() == Models::All;
        let ids = rule.narrow(new);
        match rules[place..].iter().position(|known| known.said() == rule.said()) {
            Some(after) => {
                place += after;
                let known = &mut rules[place];
                let for_all = all && everyones.iter().any(|rule| rule.said() == known.said());
                match known.models() {
                    scope if for_all => *scope = Models::All,
                    Models::These(known) => known.extend(ids),
                    Models::All => {}
                }
            }
            None => rules.insert(place, rule),
        }
        place += 1;
    }
}

/// Terms without who says them and of which models.
fn said(mut terms: Terms) -> Terms {
    terms.multipliers = terms.multipliers.iter().map(Rule::said).collect();
    terms.metering = terms.metering.iter().map(Rule::said).collect();
    terms.caches = terms.caches.iter().map(Rule::said).collect();
    for reroute in &mut terms.reroutes {
        reroute.origin = Origin::default();
    }
    for retirement in &mut terms.retirements {
        retirement.origin = Origin::default();
    }
    terms
}

/// The terms that others have not.
fn without(terms: &Terms, others: &Terms) -> Terms {
    fn only<T: Clone + PartialEq>(here: &[T], there: &[T]) -> Vec<T> {
        here.iter().filter(|rule| !there.contains(rule)).cloned().collect()
    }
    Terms {
        multipliers: only(&terms.multipliers, &others.multipliers),
        metering: only(&terms.metering, &others.metering),
        caches: only(&terms.caches, &others.caches),
        reroutes: only(&terms.reroutes, &others.reroutes),
        retirements: only(&terms.retirements, &others.retirements),
    }
}

fn count(terms: &Terms) -> usize {
    let rules = terms.multipliers.len() + terms.metering.len() + terms.caches.len();
    rules + terms.reroutes.len() + terms.retirements.len()
}
