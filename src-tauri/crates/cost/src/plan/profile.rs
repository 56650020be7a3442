//! When a feature's users come: flat, office hours, or the weights of a week's hours, in a time zone.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use jiff::civil::Weekday;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::book::Week;
use crate::load::Load;

/// When a feature's users come.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// In which hours.
    pub hours: Hours,
    /// On whose clocks, as `Europe/Berlin`; in UTC where nothing is said.
    pub zone: Option<String>,
}

/// In which hours users come.
#[derive(Clone, Debug, PartialEq)]
pub enum Hours {
    /// The same at any time.
    Flat,
    /// Nine in ten from 9:00 to 18:00, every day alike.
    Office,
    /// The weights of a day's 24 hours, every day alike.
    Daily(Vec<f64>),
    /// The same by days of the week: `mon-fri`, `sat-sun`.
    Weekly(IndexMap<String, Vec<f64>>),
}

/// Why a profile cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmeant {
    /// Its field.
    pub field: &'static str,
    /// What is wrong with it.
    pub message: String,
    /// What to write.
    pub hint: String,
}

impl Hours {
    const FLAT: &str = "flat";
    const OFFICE: &str = "office hours";

    /// Reads `flat` or `office hours`.
    pub fn named(text: &str) -> Option<Self> {
        match text.trim() {
            Self::FLAT => Some(Self::Flat),
            Self::OFFICE => Some(Self::Office),
            _ => None,
        }
    }

    /// Its name, or what it is in words.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Flat => Self::FLAT,
            Self::Office => Self::OFFICE,
            Self::Daily(_) => "by hour",
            Self::Weekly(_) => "by day and hour",
        }
    }
}

impl Profile {
    /// The part of a week's arrivals in each of its hours.
    pub fn load(&self) -> Result<Load, Unmeant> {
        let unmeant = |field, message: String, hint: &str| {
            Err(Unmeant { field, message, hint: hint.to_owned() })
        };
        let load = match &self.hours {
            Hours::Flat => Some(Load::flat()),
            Hours::Office => Some(Load::office_hours()),
            Hours::Daily(_) | Hours::Weekly(_) => {
                let Some(days) = self.days() else {
                    return unmeant(
                        "hours",
                        "The hours are not 24 weights for each day of the week, once.".to_owned(),
                        "Write 24 numbers, or days with 24 numbers each: `{ mon-fri: […], sat-sun: […] }`.",
                    );
                };
                Load::weighted(days)
            }
        };
        let Some(load) = load else {
            let message = "The weights of the hours cannot be meant.".to_owned();
            return unmeant("hours", message, "Write 0 or more for each hour, and more for one.");
        };
        match &self.zone {
            None => Ok(load),
            Some(zone) => load.in_zone(zone).map_or_else(
                || {
                    let message = format!("There is no time zone `{zone}`.");
                    unmeant("zone", message, "Write one as Europe/Berlin or America/New_York.")
                },
                Ok,
            ),
        }
    }

    /// The weights of every day from Monday on. `None` where a day has none, or several, or not 24.
    fn days(&self) -> Option<[[f64; 24]; 7]> {
        let of = |weights: &Vec<f64>| <[f64; 24]>::try_from(weights.as_slice()).ok();
        let mut days = [None; 7];
        match &self.hours {
            Hours::Flat | Hours::Office => return None,
            Hours::Daily(weights) => days = [of(weights); 7],
            Hours::Weekly(weeks) => {
                for (named, weights) in weeks {
                    let week = Week::parse(named)?;
                    let all = Weekday::Monday.cycle_forward().zip(&mut days);
                    for (_, day) in all.filter(|(day, _)| week.has(*day)) {
                        if day.is_some() {
                            return None;
                        }
                        *day = Some(of(weights)?);
                    }
                }
            }
        }
        let days: Option<Vec<[f64; 24]>> = days.into_iter().collect();
        days?.try_into().ok()
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.zone.is_none() && Hours::named(self.hours.name()).is_some() {
            return serializer.serialize_str(self.hours.name());
        }
        let mut map = serializer.serialize_map(None)?;
        if let Some(zone) = &self.zone {
            map.serialize_entry("zone", zone)?;
        }
        match &self.hours {
            Hours::Flat | Hours::Office => map.serialize_entry("hours", self.hours.name())?,
            Hours::Daily(weights) => map.serialize_entry("hours", weights)?,
            Hours::Weekly(weeks) => map.serialize_entry("hours", weeks)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ProfileVisitor)
    }
}

struct ProfileVisitor;

impl<'de> Visitor<'de> for ProfileVisitor {
    type Value = Profile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`flat`, `office hours`, or a map with `hours` and `zone`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Profile, E> {
        Ok(Profile { hours: HoursVisitor.visit_str(text)?, zone: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Profile, A::Error> {
        let (mut hours, mut zone) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "hours" => hours = Some(map.next_value()?),
                "zone" => zone = Some(map.next_value()?),
                other => return Err(A::Error::unknown_field(other, &["zone", "hours"])),
            }
        }
        let hours = hours.ok_or_else(|| A::Error::missing_field("hours"))?;
        Ok(Profile { hours, zone })
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HoursVisitor)
    }
}

struct HoursVisitor;

impl<'de> Visitor<'de> for HoursVisitor {
    type Value = Hours;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "`flat`, `office hours`, 24 weights, or a map such as `{ mon-fri: […], sat-sun: […] }`",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Hours, E> {
        let known = || E::unknown_variant(text, &[Hours::FLAT, Hours::OFFICE]);
        Hours::named(text).ok_or_else(known)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Hours, A::Error> {
        let mut weights = vec![];
        while let Some(weight) = list.next_element()? {
            weights.push(weight);
        }
        Ok(Hours::Daily(weights))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Hours, A::Error> {
        let mut weeks = IndexMap::new();
        while let Some((days, weights)) = map.next_entry()? {
            weeks.insert(days, weights);
        }
        Ok(Hours::Weekly(weeks))
    }
}

impl JsonSchema for Profile {
    fn schema_name() -> Cow<'static, str> {
        "Load".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let named = json_schema!({ "enum": [Hours::FLAT, Hours::OFFICE] });
        let weights = json_schema!({
            "type": "array",
            "items": { "type": "number", "minimum": 0 },
            "minItems": 24,
            "maxItems": 24,
        });
        json_schema!({
            "description": "When users come: `flat`, `office hours` (nine in ten from 9:00 to 18:00), or the weights of \
                            a day's 24 hours, for every day or by days of the week, on the clocks of a time zone.",
            "anyOf": [
                named,
                {
                    "type": "object",
                    "properties": {
                        "zone": { "type": "string", "examples": ["Europe/Berlin"] },
                        "hours": {
                            "anyOf": [
                                named,
                                weights,
                                { "type": "object", "additionalProperties": weights },
                            ],
                        },
                    },
                    "required": ["hours"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Profile {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"))
    }

    fn refused(text: &str) -> String {
        read(text).load().expect_err("cannot be meant").message
    }

    #[test]
    fn hours_are_named_or_weighted() {
        assert_eq!(read("flat").load(), Ok(Load::flat()));
        assert_eq!(read("office hours").load(), Ok(Load::office_hours()));
        let day = |weight: u32| vec![weight.to_string(); 24].join(", ");
        let alike = read(&format!("{{ hours: [{}] }}", day(3))).load().expect("24 weights");
        assert!(alike.is_flat());
        let weekdays =
            read(&format!("{{ hours: {{ mon-fri: [{}], sat-sun: [{}] }} }}", day(1), day(0)));
        let weekdays = weekdays.load().expect("every day has weights");
        assert_eq!((weekdays.hours()[0], weekdays.hours()[5 * 24]), (1.0 / 120.0, 0.0));
        assert!(read("{ zone: Europe/Berlin, hours: office hours }").load().is_ok());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let not_24 = "The hours are not 24 weights for each day of the week, once.";
        assert_eq!(refused("{ hours: [1, 2] }"), not_24);
        let day = vec!["1"; 24].join(", ");
        assert_eq!(refused(&format!("{{ hours: {{ mon-fri: [{day}] }} }}")), not_24);
        let twice = format!("{{ hours: {{ mon-sun: [{day}], sun: [{day}] }} }}");
        assert_eq!(refused(&twice), not_24);
        let nothing = vec!["0"; 24].join(", ");
        let weights = "The weights of the hours cannot be meant.";
        assert_eq!(refused(&format!("{{ hours: [{nothing}] }}")), weights);
        let zone = "There is no time zone `Europe/Atlantis`.";
        assert_eq!(refused("{ zone: Europe/Atlantis, hours: flat }"), zone);
    }
}
