//! A model on accelerators of one's own: what its tokens cost by what the accelerators do in an hour.
#![deny(clippy::float_arithmetic)]

use super::entry::Entry;
use crate::meter::Meter;
use crate::money::{Factor, Money, Quantity, Rate, settle};

/// Accelerators that serve one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosted {
    /// How many.
    pub accelerators: u64,
    /// What one of them costs an hour.
    pub per_hour: Rate,
    /// What is paid beside all of them an hour: machines, power, people.
    pub overhead_per_hour: Rate,
    /// Tokens of prompts that all of them read in a second when they read alone.
    pub prefill_per_second: Quantity,
    /// Tokens of answers that all of them write in a second when they write alone.
    pub decode_per_second: Quantity,
    /// The share of the time in which they have something to do.
    pub utilisation: Factor,
}

const SECONDS: u64 = 3600;

impl Hosted {
    /// What all of it costs an hour.
    pub fn hour(&self) -> Money {
        let accelerators = settle(Quantity::whole(self.accelerators), self.per_hour);
        accelerators + settle(Quantity::whole(1), self.overhead_per_hour)
    }

    /// The prices of its tokens, with the numbers that they come from; `None` where nothing is ever done.
    pub fn entry(&self) -> Option<Entry> {
        let rate = |per_second: Quantity| {
            self.hour().shared_by(per_second.sustained(SECONDS, self.utilisation)?)
        };
        let rates = [
            (Meter::Input, rate(self.prefill_per_second)?),
            (Meter::Output, rate(self.decode_per_second)?),
        ];
        let Self { accelerators, per_hour, overhead_per_hour, utilisation, .. } = self;
        let note = format!(
            "Worked out from {accelerators} accelerators at ${per_hour} an hour and ${overhead_per_hour} beside them, \
             {} tokens read and {} written a second, and a share of {utilisation} of the time in use.",
            self.prefill_per_second, self.decode_per_second
        );
        Some(Entry { rates: rates.into(), note: Some(note), ..Entry::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosted(utilisation: &str) -> Hosted {
        Hosted {
            accelerators: 8,
            per_hour: Rate::parse("2.5").expect("a rate"),
            overhead_per_hour: Rate::parse("1.6").expect("a rate"),
            prefill_per_second: Quantity::parse("12000").expect("a quantity"),
            decode_per_second: Quantity::parse("2500").expect("a quantity"),
            utilisation: Factor::parse(utilisation).expect("a factor"),
        }
    }

    #[track_caller]
    fn check(hosted: &Hosted, expected: Option<(&str, &str)>) {
        let entry = hosted.entry();
        let price = |meter| entry.as_ref().map(|entry| entry.rates[&meter].per_million());
        let prices = price(Meter::Input).zip(price(Meter::Output));
        let prices = prices.as_ref().map(|(input, output)| (input.as_str(), output.as_str()));
        assert_eq!(prices, expected);
    }

    #[test]
    fn an_hours_cost_is_shared_by_the_tokens_of_the_hour() {
        // $21.60 an hour; 43.2 and 9 million tokens when busy all the time.
        check(&hosted("1"), Some(("0.5", "2.4")));
        check(&hosted("0.5"), Some(("1", "4.8")));
        check(&hosted("0.6"), Some(("0.833333333333", "4")));
        check(&hosted("0"), None);
        let note = hosted("0.5").entry().and_then(|entry| entry.note);
        assert_eq!(
            note.as_deref(),
            Some(
                "Worked out from 8 accelerators at $2.5 an hour and $1.6 beside them, 12000 tokens read and 2500 \
                 written a second, and a share of 0.5 of the time in use."
            )
        );
    }
}
