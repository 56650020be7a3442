//! Peak and cheap hours of model-prices, with weekdays and holidays, laid over the prices that they change.

use std::collections::BTreeMap;
use std::sync::Arc;

use cost::book::{Calendar, Days, Entry, Model, Tier, Week, Window};
use cost::money::Factor;
use jiff::civil::{Date, Weekday};
use serde_json::Value;

use crate::feed::gather::Gather;
use crate::feed::hours::window;
use crate::feed::values::{day, factor};

/// Hours of a provider in which its prices are others.
pub struct Schedule {
    /// The provider, as the feed calls it.
    pub provider: String,
    factors: Factors,
    windows: Vec<Window>,
    days: Option<Days>,
    from: Option<Date>,
    to: Option<Date>,
}

/// What prices are multiplied by.
enum Factors {
    Every(Factor),
    These(BTreeMap<String, Factor>),
}

/// Reads `schedules`; what of them is not known is kept as unread.
pub fn read(value: &Value, gather: &mut Gather) -> Vec<Schedule> {
    let holidays = value["holidays"].as_object().into_iter().flatten();
    let calendars: Vec<_> =
        holidays.filter_map(|(id, value)| calendar(id, value, gather)).collect();
    let mut schedules = vec![];
    for each in value["schedule"].as_array().into_iter().flatten() {
        match schedule(each, &calendars, gather) {
            Some(schedule) => schedules.push(schedule),
            None => gather.unread("schedules", each["provider"].as_str().unwrap_or("feed"), each),
        }
    }
    schedules
}

impl Schedule {
    /// Adds the prices of its hours to a model, beside those of the rest of the day.
    pub fn apply(&self, model: &mut Model) {
        let factor = match &self.factors {
            Factors::Every(factor) => *factor,
            Factors::These(models) => match models.get(&model.id) {
                Some(factor) => *factor,
                None => return,
            },
        };
        let is_standard = |entry: &&Entry| entry.tier == Tier::Standard && entry.exceptions() == 0;
        let mut added = vec![];
        for entry in model.prices.iter().filter(is_standard) {
            let from = entry.from.max(self.from);
            let to = match (entry.to, self.to) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            if from.zip(to).is_some_and(|(from, to)| to <= from) {
                continue;
            }
            let rates: BTreeMap<_, _> =
                entry.rates.iter().map(|(meter, rate)| (*meter, rate.times(factor))).collect();
            for window in &self.windows {
                added.push(Entry {
                    from,
                    to,
                    window: Some(*window),
                    days: self.days.clone(),
                    rates: rates.clone(),
                    ..entry.clone()
                });
            }
        }
        model.prices.extend(added);
    }
}

fn schedule(value: &Value, calendars: &[Arc<Calendar>], gather: &mut Gather) -> Option<Schedule> {
    let peak = (&value["peak_hours_utc"], &value["peak_multiplier"]);
    let cheap = (&value["off_peak_hours_utc"], &value["off_peak_multiplier"]);
    let (hours, by) = if peak.0.is_array() { peak } else { cheap };
    let hours = hours
        .as_array()?
        .iter()
        .map(|hours| window(hours[0].as_str()?, hours[1].as_str()?).flatten());
    let windows = hours.collect::<Option<Vec<_>>>()?;
    let factors = match by {
        Value::Object(models) => {
            let each = models.iter().map(|(model, value)| Some((model.clone(), factor(value)?)));
            Factors::These(each.collect::<Option<_>>()?)
        }
        value => Factors::Every(factor(value)?),
    };
    let except = match &value["holidays"] {
        Value::Null => None,
        id => Some(calendars.iter().find(|calendar| calendar.id == *id)?.clone()),
    };
    let is_working_days = value["weekdays_only"].as_bool().unwrap_or(false);
    let week =
        if is_working_days { Week::span(Weekday::Monday, Weekday::Friday) } else { Week::ALL };
    let days = (is_working_days || except.is_some()).then_some(Days { week, except });
    let mut at = |key: &str| match value[key].as_str() {
        Some(text) => day(text, gather).map(Some),
        None => Some(None),
    };
    Some(Schedule {
        provider: value["provider"].as_str()?.into(),
        factors,
        windows,
        days,
        from: at("valid_from")?,
        to: at("valid_until")?,
    })
}

fn calendar(id: &str, value: &Value, gather: &mut Gather) -> Option<Arc<Calendar>> {
    let dates = value["dates"].as_array()?.iter();
    let dates: Option<Vec<Date>> = dates.map(|date| day(date.as_str()?, gather)).collect();
    let read = dates.zip(value["source"].as_str()).and_then(|(dates, source)| {
        let known_to = day(value["covers_through"].as_str()?, gather)?;
        Some(Calendar { id: id.into(), source: source.into(), known_to, dates })
    });
    if read.is_none() {
        gather.unread("schedules.holidays", id, value);
    }
    read.map(Arc::new)
}
