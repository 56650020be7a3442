//! How numbers go on after the first month, by plain arithmetic: who plays a plan shares no row with the walk.

use jiff::civil::Weekday;
use libm::{exp, log2, pow};

use super::document::Plan;
use super::feature::{Adoption, Curve, Feature, Rise};
use super::number::Number;
use crate::spread::Spread;
use crate::units::Period;

/// What a number can follow.
#[derive(Clone, Debug, PartialEq)]
pub enum Driven<'p> {
    /// The part of the people who use a feature.
    Adoption(&'p Feature),
    /// The people who use it.
    Active(&'p Feature),
    /// Its units.
    Volume(&'p Feature),
    /// Another number.
    Number(Box<Number>),
}

impl Feature {
    /// The month in which it begins, from 1.
    pub fn first_month(&self) -> f64 {
        self.starts.as_ref().filter(|it| it.read.is_ok()).map_or(1.0, |starts| starts.mean())
    }
}

impl Number {
    /// Its shape, every value so many times as large.
    pub fn scaled(&self, factor: f64) -> Spread {
        match *self.spread() {
            Spread::Fixed(value) => Spread::Fixed(value * factor),
            Spread::Range { low, high } => Spread::Range { low: low * factor, high: high * factor },
            Spread::Likely { low, likely, high } => {
                Spread::Likely { low: low * factor, likely: likely * factor, high: high * factor }
            }
            Spread::Measured(ref histogram) => Spread::Measured(histogram.scaled(factor).into()),
        }
    }
}

impl Plan {
    /// What a driver's address leads to.
    pub fn driven(&self, address: &str) -> Option<Driven<'_>> {
        let feature = |suffix: &str| {
            let name = address.strip_suffix(suffix)?;
            self.features.iter().find(|feature| feature.name == name)
        };
        let of_people = |suffix: &str| {
            feature(&format!(".volume.{suffix}")).or_else(|| feature(&format!(".{suffix}")))
        };
        if let Some(feature) = of_people("adoption") {
            return Some(Driven::Adoption(feature));
        }
        if let Some(feature) = of_people("active") {
            return Some(Driven::Active(feature));
        }
        if let Some(feature) = feature(".volume") {
            return Some(Driven::Volume(feature));
        }
        let number = self.numbers().into_iter().find(|number| number.address == address)?;
        Some(Driven::Number(Box::new(number)))
    }

    /// How many times its first value a number has in a month, from 1.
    ///
    /// # Panics
    /// When a number cannot be read, or follows itself: a checked plan's do neither.
    pub fn factor(&self, number: &Number, month: u32) -> f64 {
        let grown = number.over_time.grows.as_ref();
        let grown = grown.map_or(1.0, |grows| pow(1.0 + grows.mean(), f64::from(month) - 1.0));
        let Some(follows) = &number.over_time.follows else { return grown };
        let ratio = self.driven(&follows.driver).map_or(1.0, |driver| self.ratio(&driver, month));
        grown * pow(ratio, log2(1.0 + follows.doubled.mean()))
    }

    /// A driver against its own first month; 1 where there is none of it.
    fn ratio(&self, driver: &Driven, month: u32) -> f64 {
        let value = |month: u32| match driver {
            Driven::Number(number) => self.factor(number, month),
            Driven::Adoption(feature) => adopted(feature, month),
            Driven::Active(feature) => active(feature, month),
            Driven::Volume(feature) => self.units(feature, month),
        };
        let first = match driver {
            Driven::Number(_) => 1,
            Driven::Adoption(feature) | Driven::Active(feature) | Driven::Volume(feature) => {
                feature.first_month() as u32
            }
        };
        let now = value(month);
        if now > 0.0 { now / value(first) } else { 1.0 }
    }

    /// A feature's units in a month, from 1.
    fn units(&self, feature: &Feature, month: u32) -> f64 {
        if f64::from(month) < feature.first_month() {
            return 0.0;
        }
        let volume = &feature.volume;
        let times = volume.units.as_ref().or(volume.each.as_ref());
        let people = if volume.units.is_some() { 1.0 } else { active(feature, month) };
        let grown =
            volume.grows.as_ref().map_or(1.0, |grows| pow(1.0 + grows.mean(), age(feature, month)));
        let first = self.first_day().expect("a checked plan starts in a month");
        let first = first + jiff::Span::new().months(i64::from(month) - 1);
        let season = volume.season.as_ref().map_or(1.0, |season| {
            season.factors[usize::try_from(first.month() - 1).expect("months count from 1")].mean()
        });
        let days = || {
            first.series(jiff::Span::new().days(1)).take_while(|day| day.month() == first.month())
        };
        let is_business =
            |day: &jiff::civil::Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let often =
            times.and_then(|times| times.typed().period).map_or(0.0, |period| match period {
                Period::Month => 1.0,
                Period::Year => 1.0 / 12.0,
                Period::Day => days().count() as f64,
                Period::Week => days().count() as f64 / 7.0,
                Period::BusinessDay => days().filter(is_business).count() as f64,
            });
        people * times.map_or(0.0, |times| times.mean()) * often * grown * season
    }
}

fn age(feature: &Feature, month: u32) -> f64 {
    (f64::from(month) - feature.first_month()).max(0.0)
}

fn active(feature: &Feature, month: u32) -> f64 {
    feature.volume.users.as_ref().map_or(0.0, |users| users.mean()) * adopted(feature, month)
}

fn adopted(feature: &Feature, month: u32) -> f64 {
    match &feature.volume.adoption {
        None => 1.0,
        Some(Adoption::Steady(share)) => share.mean(),
        Some(Adoption::Rising(rise)) => risen(feature, rise, month),
    }
}

fn risen(feature: &Feature, rise: &Rise, month: u32) -> f64 {
    let along = (age(feature, month) / (rise.by.mean() - feature.first_month())).min(1.0);
    let logistic = |x: f64| 1.0 / (1.0 + exp(-8.0 * (x - 0.5)));
    let done = match rise.curve {
        Curve::Linear => along,
        Curve::SCurve => (logistic(along) - logistic(0.0)) / (logistic(1.0) - logistic(0.0)),
    };
    rise.from.mean() + (rise.to.mean() - rise.from.mean()) * done
}
