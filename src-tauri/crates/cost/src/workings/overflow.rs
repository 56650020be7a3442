//! Calls whose prompts pass what their models take.

use jiff::civil::Date;

/// A call of which some prompts, with what it writes, pass what its model takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Overflow {
    /// The call: `support.hard`.
    pub step: String,
    /// The model, as `provider/name`.
    pub model: String,
    /// How many tokens it takes.
    pub takes: u64,
    /// The month in which it happens most, from 0.
    pub month: usize,
    /// The part of its prompts in that month.
    pub calls: f64,
    /// The chance that a conversation or a loop comes so far: the same where nothing repeats.
    pub units: f64,
}

impl Overflow {
    /// What to do about it.
    pub fn hint(&self) -> String {
        const LESS: &str =
            "Keep fewer turns or steps, send less, or choose a model with a longer context.";
        match self.is_most() {
            true => format!("Such calls fail. {LESS}"),
            false => format!(
                "Such calls fail, and the figures price them as if they were answered. {LESS}"
            ),
        }
    }

    /// Whether the median prompt passes: then there are no figures.
    pub fn is_most(&self) -> bool {
        self.calls > 0.5
    }

    /// What happens, how often, and when: in the month that begins on `day`.
    pub fn message(&self, day: Date) -> String {
        let Self { model, takes, calls, units, .. } = self;
        let comes = match units > calls {
            true => format!(", which {} of its conversations or loops come to", percent(*units)),
            false => String::new(),
        };
        format!(
            "{} of its prompts, with what it writes, pass the {takes} tokens that `{model}` takes{comes}, in {}-{:02}.",
            percent(*calls),
            day.year(),
            day.month()
        )
    }
}

/// A share with two digits that count: `0.25%`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let digits = match percent {
        _ if percent >= 10.0 => 0,
        _ if percent >= 1.0 => 1,
        _ if percent >= 0.1 => 2,
        _ => 4,
    };
    format!("{percent:.digits$}%")
}
