//! Prices of one tier with those of longer prompts over them, as rows of a book.

use std::collections::BTreeMap;

use cost::book::{Bracket, Entry};
use cost::meter::Meter;
use cost::money::Rate;

/// Prices by what they price.
pub type Rates = BTreeMap<Meter, Rate>;

/// Prices for short prompts, and what is otherwise for longer ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tariff {
    /// For short prompts.
    pub base: Rates,
    /// What a long prompt costs instead, meter by meter.
    pub long: BTreeMap<Bracket, Rates>,
}

impl Tariff {
    /// With the prices of another over these, meter by meter.
    pub fn under(&self, over: &Self) -> Self {
        let mut laid = self.clone();
        laid.base.extend(&over.base);
        for (bracket, rates) in &over.long {
            laid.long.entry(*bracket).or_default().extend(rates);
        }
        laid
    }

    /// With every price changed.
    pub fn map(&self, change: impl Fn(Meter, Rate) -> Rate) -> Self {
        let all = |rates: &Rates| {
            rates.iter().map(|(meter, rate)| (*meter, change(*meter, *rate))).collect()
        };
        let long = self.long.iter().map(|(bracket, rates)| (*bracket, all(rates))).collect();
        Self { base: all(&self.base), long }
    }

    /// Its rows: all that `like` says, with the prices of each length.
    pub fn entries(&self, like: &Entry) -> Vec<Entry> {
        let row = |bracket, rates: &Rates| Entry { bracket, rates: rates.clone(), ..like.clone() };
        let mut rates = self.base.clone();
        let mut rows = vec![row(None, &rates)];
        for (bracket, over) in &self.long {
            let before = rates.clone();
            rates.extend(over);
            if rates != before {
                rows.push(row(Some(*bracket), &rates));
            }
        }
        rows.retain(|row| !row.rates.is_empty());
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_longer_prompt_keeps_what_it_does_not_change() {
        let rate = |text: &str| Rate::parse_per_million(text).expect("a decimal");
        let tariff = Tariff {
            base: [(Meter::Input, rate("1")), (Meter::Output, rate("2"))].into(),
            long: [
                (Bracket::Over(100), [(Meter::Input, rate("3"))].into()),
                (Bracket::Over(200), [(Meter::Input, rate("3"))].into()),
                (Bracket::Over(300), [(Meter::Output, rate("4"))].into()),
            ]
            .into(),
        };
        let rows = tariff.entries(&Entry::default());
        let said = rows.iter().map(|row| {
            let rates: Vec<_> = row.rates.values().map(|rate| rate.per_million()).collect();
            format!("{:?} {}", row.bracket.map(Bracket::limit_tokens), rates.join(" "))
        });
        assert_eq!(said.collect::<Vec<_>>(), ["None 1 2", "Some(100) 3 2", "Some(300) 3 4"]);
    }
}
