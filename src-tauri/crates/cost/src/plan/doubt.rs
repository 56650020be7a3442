//! How much the mean of a number is in doubt, and where its width is doubt already.

use std::fmt;

use libm::{exp, fabs};

use super::failure::Failure;
use super::number::Number;
use crate::spread::{Spread, count_table, lognormal_parameters};
use crate::units::Kind;

/// Doubt about the mean of a number: four in five lie within ± so much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doubt {
    /// As a share of the mean.
    pub share: f64,
    /// Who says so.
    pub basis: Basis,
}

/// Who says how much a number is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// It was typed: `5 ±20%`.
    Typed,
    /// The standard error of what was measured.
    Measured,
    /// Nobody: it is a guess.
    Guess,
    /// Nobody: it has a source, and no evidence.
    Source,
}

/// What the width of a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Units of work differ by it.
    Varies,
    /// Its mean is not known better.
    Unsure,
}

/// What the table of a count keeps of the lognormal behind it: the mean, and the mean of squares, each against it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableLoss {
    /// Of E\[n\], −0.05 where the table's is a twentieth lower.
    pub mean: f64,
    /// Of E\[n²\].
    pub square: f64,
}

/// The doubt about a guess of which nobody says more.
pub const GUESSED: f64 = 0.3;

/// The doubt about a value with a source and without evidence, of which nobody says more.
pub const SOURCED: f64 = 0.1;

/// So far a table may be from the lognormal behind it.
const NEAR: f64 = 0.01;

impl Basis {
    /// As it stands beside the doubt.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Measured => "measured",
            Self::Guess | Self::Source => "assumed",
        }
    }
}

impl Width {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Varies => "varies",
            Self::Unsure => "unsure",
        }
    }
}

/// `±30% assumed`
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "±{}", percent(self.share))?;
        match self.basis {
            Basis::Typed => Ok(()),
            Basis::Measured | Basis::Guess | Basis::Source => write!(f, " {}", self.basis.word()),
        }
    }
}

impl Number {
    /// What its width means; nothing where it has none.
    pub fn width(&self) -> Option<Width> {
        let typed = self.read.as_ref().ok()?;
        let width = if self.kind.varies() { Width::Varies } else { Width::Unsure };
        (!typed.spread.is_fixed()).then_some(width)
    }

    /// How much its mean is in doubt. Nothing where a range says it already, and for what is a choice, agreed, or
    /// a rule: no draw moves it.
    pub fn doubt(&self) -> Option<Doubt> {
        let typed = self.read.as_ref().ok()?;
        if let Some(share) = typed.doubt {
            let measured = matches!(typed.spread, Spread::Measured(_)) && !self.says_doubt();
            return Some(Doubt {
                share,
                basis: if measured { Basis::Measured } else { Basis::Typed },
            });
        }
        let is_settled = match self.kind {
            Kind::MonthNumber => true,
            // A whole number of attempts or copies moves by whole steps.
            Kind::Count => typed.spread.is_fixed(),
            Kind::Tokens
            | Kind::Share
            | Kind::Growth
            | Kind::People
            | Kind::Frequency
            | Kind::Amount
            | Kind::Factor
            | Kind::Change
            | Kind::Duration
            | Kind::Plain => false,
        };
        // How strongly a cause is shared is no quantity of its own.
        let is_cause = self.path.first().is_some_and(|root| root == "causes");
        // The hours of an explicit cache are chosen; a provider says its limits.
        let is_held = self.path.ends_with(&["cache".to_owned(), "held".to_owned()]);
        let is_chosen = is_held || self.rate_limit().is_some();
        let is_rule = self
            .provenance
            .source
            .as_ref()
            .is_some_and(|it| it.starts_with(Failure::BILLED_SOURCE));
        let says_itself = self.width() == Some(Width::Unsure);
        if is_settled || is_rule || is_cause || is_chosen || says_itself || self.agreed.is_some() {
            return None;
        }
        match (self.source(), &self.provenance.evidence) {
            (None, _) => Some(Doubt { share: GUESSED, basis: Basis::Guess }),
            (Some(_), None) => Some(Doubt { share: SOURCED, basis: Basis::Source }),
            (Some(_), Some(_)) => None,
        }
    }

    /// What its table of whole counts loses of the lognormal behind it, where that is more than one in a hundred.
    pub fn table_loss(&self) -> Option<TableLoss> {
        let spread = &self.read.as_ref().ok()?.spread;
        let &Spread::Range { low, high } = spread else { return None };
        if self.kind != Kind::Count || low == high {
            return None;
        }
        let table = count_table(spread)?;
        let moment = |power: i32| -> f64 {
            (1..).zip(&table).map(|(k, chance)| f64::from(k).powi(power) * chance).sum()
        };
        let (mu, sigma) = lognormal_parameters(low, high);
        let smooth = |power: f64| exp(power * mu + power * power * sigma * sigma / 2.0);
        let loss = TableLoss {
            mean: moment(1) / smooth(1.0) - 1.0,
            square: moment(2) / smooth(2.0) - 1.0,
        };
        (fabs(loss.mean) > NEAR || fabs(loss.square) > NEAR).then_some(loss)
    }

    /// The same in words: what the table has, against the range that was typed.
    pub fn table_note(&self) -> Option<String> {
        let loss = self.table_loss()?;
        let sign = |change: f64| {
            let sign = if change < 0.0 { "−" } else { "+" };
            format!("{sign}{}", percent(fabs(change)))
        };
        Some(format!(
            "{}: counted in whole steps up to a cap, {} has another mean than the range itself ({}), and another mean \
             of squares ({}).",
            self.address,
            self.text,
            sign(loss.mean),
            sign(loss.square),
        ))
    }

    fn says_doubt(&self) -> bool {
        self.text.contains('±') || self.text.contains("+-")
    }
}

/// To a tenth of a percent.
fn percent(share: f64) -> String {
    let percent = format!("{:.1}", share * 100.0);
    format!("{}%", percent.trim_end_matches(".0"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Provenance;

    fn number(kind: Kind, text: &str, source: Option<&str>, evidence: Option<&str>) -> Number {
        let [source, evidence] = [source, evidence].map(|text| text.map(str::to_owned));
        Number::new(kind, text, Provenance { source, evidence, ..Provenance::default() })
    }

    #[track_caller]
    fn check(kind: Kind, text: &str, source: Option<&str>, expected: &str) {
        let doubt = number(kind, text, source, None).doubt();
        let shown = doubt.map_or("none".to_owned(), |doubt| doubt.to_string());
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_mean_of_which_nobody_says_more_is_in_doubt() {
        check(Kind::Tokens, "40..220", None, "±30% assumed");
        check(Kind::Tokens, "40..220", Some("logs"), "±10% assumed");
        check(Kind::People, "12k", None, "±30% assumed");
        check(Kind::Count, "3..9", Some("logs"), "±10% assumed");
        assert_eq!(number(Kind::Count, "3..9", Some("logs"), Some("a file")).doubt(), None);
    }

    #[test]
    fn what_says_its_doubt_keeps_it() {
        check(Kind::Count, "3..9 ±20%", None, "±20%");
        check(Kind::People, "12k..15k", None, "none");
        check(Kind::Share, "30%..50%", None, "none");
        check(Kind::Tokens, "10 x50 | 30 x50", None, "±6.4% measured");
        check(Kind::Tokens, "10 x50 | 30 x50 ±9%", None, "±9%");
    }

    #[test]
    fn a_choice_is_in_no_doubt() {
        check(Kind::Count, "3", None, "none");
        check(Kind::MonthNumber, "month 9", None, "none");
        check(Kind::Duration, "24 h", None, "±30% assumed");
        let path = ["step", "call", "cache", "held"].map(str::to_owned).into();
        let held = Number { path, ..number(Kind::Duration, "24 h", None, None) };
        assert_eq!(held.doubt(), None);
    }

    #[test]
    fn widths_differ_by_what_is_measured() {
        let width = |kind, text| number(kind, text, None, None).width();
        assert_eq!(width(Kind::Tokens, "40..220"), Some(Width::Varies));
        assert_eq!(width(Kind::Count, "3..9"), Some(Width::Varies));
        assert_eq!(width(Kind::Share, "30%..50%"), Some(Width::Unsure));
        assert_eq!(width(Kind::Growth, "2%..5%/month"), Some(Width::Unsure));
        assert_eq!(width(Kind::People, "12k"), None);
    }

    #[test]
    fn a_table_that_loses_more_than_one_in_a_hundred_says_so() {
        let loss = number(Kind::Count, "1..20", None, None).table_loss().expect("a wide range");
        // Of E[n(n − 1)/2] one in seven is lost.
        let (mu, sigma) = lognormal_parameters(1.0, 20.0);
        let (mean, square) = (exp(mu + sigma * sigma / 2.0), exp(2.0 * mu + 2.0 * sigma * sigma));
        let (kept, all) = (
            (square * (1.0 + loss.square) - mean * (1.0 + loss.mean)) / 2.0,
            (square - mean) / 2.0,
        );
        assert!((kept / all - 0.86).abs() < 0.005, "{}", kept / all);
        assert_eq!(number(Kind::Count, "8..12", None, None).table_loss(), None);
        assert_eq!(number(Kind::Count, "5", None, None).table_loss(), None);
    }
}
