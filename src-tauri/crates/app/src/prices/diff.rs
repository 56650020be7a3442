//! What one book says otherwise than another, price by price.

use std::collections::{BTreeMap, BTreeSet};

use cost::book::{Condition, Model, Provider, Span, side_by_side};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::conditions::words;

/// What a book says otherwise than another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceDiff")]
pub struct Diff {
    /// Models that only the new one has, as `provider/id`.
    pub added: Vec<String>,
    /// Models that only the old one has, of the sellers that both have.
    pub removed: Vec<String>,
    /// Prices that differ.
    pub changed: Vec<Changed>,
    /// Prices that another active book of the user's has otherwise than the new one.
    pub conflicts: Vec<Conflict>,
    /// How many prices are the same.
    pub unchanged: u64,
}

/// One price that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "ChangedPrice")]
pub struct Changed {
    /// Which model, as `provider/id`.
    pub model: String,
    /// Under what, and on which days: `batch, from 2026-03-01`.
    pub entry: String,
    /// What is billed.
    pub meter: Meter,
    /// One of these.
    pub unit: String,
    /// US dollars for a million of them before, as a decimal; nothing where there was no price.
    pub old: Option<String>,
    /// The same after.
    pub new: Option<String>,
}

/// One price on which two books disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceConflict")]
pub struct Conflict {
    /// Which model, as `provider/id`.
    pub model: String,
    /// Under what, and on which days.
    pub entry: String,
    /// What is billed.
    pub meter: Meter,
    /// One of these.
    pub unit: String,
    /// US dollars for a million of them as the new book has it.
    pub here: String,
    /// As the other book has it.
    pub there: String,
    /// The other book's name.
    pub book: String,
}

/// How a price of two models of one name compares under one condition, over days on which neither changes.
pub struct Pair {
    /// Under what.
    pub condition: Condition,
    /// On which days.
    pub span: Span,
    /// What is billed.
    pub meter: Meter,
    /// What the first one has.
    pub old: Option<Rate>,
    /// What the second one has.
    pub new: Option<Rate>,
}

/// What `new` says otherwise than `old`. Past days on which only one of them has a price are no difference.
pub fn between(old: &[&Provider], new: &[&Provider], today: Date) -> Diff {
    let mut diff = Diff::default();
    for seller in new {
        let known = old.iter().find(|provider| provider.id == seller.id);
        let mut met = BTreeSet::new();
        for model in &seller.models {
            match known.and_then(|known| known.same_model(model, seller)) {
                Some(before) => {
                    met.insert(before.id.as_str());
                    diff.take(&seller.id, before, model, today);
                }
                None => diff.added.push(format!("{}/{}", seller.id, model.id)),
            }
        }
        let left = known.into_iter().flat_map(|known| &known.models);
        let left = left.filter(|model| !met.contains(model.id.as_str()));
        diff.removed.extend(left.map(|model| format!("{}/{}", seller.id, model.id)));
    }
    diff.sort();
    diff
}

impl Diff {
    /// By seller and model; what is said of one model stays in its order.
    pub fn sort(&mut self) {
        self.added.sort();
        self.removed.sort();
        self.changed.sort_by(|one, other| one.model.cmp(&other.model));
        self.conflicts.sort_by(|one, other| one.model.cmp(&other.model));
    }

    /// Adds what one model costs otherwise than another of its name.
    pub fn take(&mut self, seller: &str, before: &Model, after: &Model, today: Date) {
        for pair in pairs(before, after, today) {
            if pair.old == pair.new {
                self.unchanged += 1;
                continue;
            }
            self.changed.push(Changed {
                model: format!("{seller}/{}", before.id),
                entry: words(&pair.condition, pair.span),
                meter: pair.meter,
                unit: pair.meter.unit().into(),
                old: pair.old.map(Rate::per_million),
                new: pair.new.map(Rate::per_million),
            });
        }
    }

    /// Whether the two say the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Every price of two models of one name, each over as many days as neither changes. Days before today on which only
/// one of them has a price are left out: books begin to look at different days.
pub fn pairs(before: &Model, after: &Model, today: Date) -> Vec<Pair> {
    let mut pairs = vec![];
    for (condition, stretches) in side_by_side(&[before, after]) {
        let mut open: BTreeMap<Meter, Pair> = BTreeMap::new();
        for stretch in stretches {
            let [old, new] = &stretch.paid[..] else { continue };
            let meters: BTreeSet<Meter> = old.keys().chain(new.keys()).copied().collect();
            let rest = open.keys().filter(|meter| !meters.contains(meter)).copied();
            for meter in rest.collect::<Vec<_>>() {
                pairs.extend(open.remove(&meter));
            }
            for meter in meters {
                let rate = |paid: &cost::book::Paid| paid.get(&meter).map(|(rate, _)| *rate);
                let (old, new) = (rate(old), rate(new));
                match open.get_mut(&meter) {
                    Some(pair)
                        if (pair.old, pair.new) == (old, new)
                            && pair.span.to == stretch.span.from =>
                    {
                        pair.span.to = stretch.span.to;
                    }
                    _ => {
                        let condition = condition.clone();
                        let pair = Pair { condition, span: stretch.span, meter, old, new };
                        pairs.extend(open.insert(meter, pair));
                    }
                }
            }
        }
        pairs.extend(open.into_values());
    }
    let is_past = |pair: &Pair| pair.span.to.is_some_and(|to| to <= today);
    pairs.retain(|pair| (pair.old.is_some() && pair.new.is_some()) || !is_past(pair));
    pairs.sort_by_key(|pair| {
        let Condition { tier, bracket, window, .. } = pair.condition;
        (tier, bracket, window, pair.span.from, pair.meter)
    });
    pairs
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const HEAD: &str = "provider = \"acme\"\nname = \"Acme\"\n";

    fn model(id: &str, prices: &str) -> String {
        format!(
            "[[model]]\nid = \"{id}\"\nsource = \"https://acme.example\"\nchecked = 2026-11-09\n\
             basis = \"documented\"\n{prices}"
        )
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let read =
            |text: &str| intake::book::read(&(HEAD.to_owned() + text)).expect("a price file");
        let (old, new) = (read(old), read(new));
        let diff = between(&[&old], &[&new], date(2026, 11, 23));
        let mut said: Vec<String> = vec![];
        said.extend(diff.added.iter().map(|model| format!("+ {model}")));
        said.extend(diff.removed.iter().map(|model| format!("- {model}")));
        let shown = |rate: &Option<String>| rate.clone().unwrap_or_else(|| "none".into());
        said.extend(diff.changed.iter().map(|it| {
            format!(
                "{} {} {}: {} to {}",
                it.model,
                it.entry,
                it.meter.name(),
                shown(&it.old),
                shown(&it.new)
            )
        }));
        said.push(format!("{} unchanged", diff.unchanged));
        assert_eq!(said, expected);
    }

    #[test]
    fn models_come_and_go_and_prices_change() {
        let old =
            model("large", "[[model.price]]\ninput = \"2\"\noutput = \"8\"\n") + &model("old", "");
        let new = model("large", "[[model.price]]\ninput = \"1.5\"\noutput = \"8\"\n")
            + &model("new", "");
        let expected =
            ["+ acme/new", "- acme/old", "acme/large standard input: 2 to 1.5", "1 unchanged"];
        check(&old, &new, &expected);
        check(&old, &old, &["2 unchanged"]);
    }

    #[test]
    fn whatever_the_order_of_the_books_it_is_told_by_seller_and_model() {
        let large =
            |input: &str| model("large", &format!("[[model.price]]\ninput = \"{input}\"\n"));
        let small =
            |input: &str| model("small", &format!("[[model.price]]\ninput = \"{input}\"\n"));
        let old = small("1") + &model("b", "") + &large("2") + &model("a", "");
        let new = small("3") + &model("d", "") + &model("c", "") + &large("4");
        let expected = [
            "+ acme/c",
            "+ acme/d",
            "- acme/a",
            "- acme/b",
            "acme/large standard input: 2 to 4",
            "acme/small standard input: 1 to 3",
            "0 unchanged",
        ];
        check(&old, &new, &expected);
    }

    #[test]
    fn a_change_is_told_with_its_days_and_its_condition() {
        let old = model("large", "[[model.price]]\ninput = \"2\"\n");
        let new = model(
            "large",
            "[[model.price]]\nto = 2027-01-01\ninput = \"2\"\n\
             [[model.price]]\nfrom = 2027-01-01\ninput = \"1\"\n\
             [[model.price]]\nover = 200000\ninput = \"4\"\n\
             [[model.price]]\ntier = \"batch\"\nwindow = \"01:00-04:00\"\ninput = \"1\"\n",
        );
        check(
            &old,
            &new,
            &[
                "acme/large standard, from 2027-01-01 input: 2 to 1",
                "acme/large standard, prompts over 200,000 tokens input: 2 to 4",
                "acme/large batch, 01:00-04:00 UTC input: none to 1",
                "1 unchanged",
            ],
        );
    }

    #[test]
    fn a_past_that_only_one_of_them_knows_is_no_difference() {
        let old = model(
            "large",
            "[[model.price]]\nto = 2026-03-01\ninput = \"9\"\n[[model.price]]\nfrom = 2026-03-01\ninput = \"2\"\n",
        );
        let new = model("large", "[[model.price]]\nfrom = 2026-06-01\ninput = \"2\"\n");
        check(&old, &new, &["1 unchanged"]);
        let ends =
            model("large", "[[model.price]]\nfrom = 2026-06-01\nto = 2027-02-01\ninput = \"2\"\n");
        check(
            &new,
            &ends,
            &["acme/large standard, from 2027-02-01 input: 2 to none", "1 unchanged"],
        );
    }

    #[test]
    fn another_name_of_a_model_is_the_same_model() {
        let old = model("large", "aliases = [\"large-1\"]\n[[model.price]]\ninput = \"2\"\n");
        let new = model("large-1", "[[model.price]]\ninput = \"3\"\n");
        check(&old, &new, &["acme/large standard input: 2 to 3", "0 unchanged"]);
    }
}
