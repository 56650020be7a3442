//! How a year's volume spreads over its months: twelve factors of mean 1.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::number::{Factor, Fields, Of, Provenance, provenance_schema};

/// Twelve factors on a volume, from January to December. Their mean is 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Season {
    /// By month of the calendar.
    pub factors: Vec<Of<Factor>>,
    /// Whether they are written as a list; by the names of months otherwise.
    pub listed: bool,
}

/// The months of a year, as they are written.
pub const CALENDAR: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// So far may the mean of factors be from 1 that were rounded to two decimals.
const ROUNDED: f64 = 0.005;

impl Season {
    /// Every month like any other.
    pub fn even() -> Self {
        Self { factors: CALENDAR.map(|_| Of::new("1")).into(), listed: false }
    }

    /// The mean of the factors, if that is another than 1 by more than rounding. `None` also where one cannot be read.
    pub fn off_by(&self) -> Option<f64> {
        let read = self.factors.iter().all(|factor| factor.read.is_ok());
        let all: f64 = self.factors.iter().filter(|_| read).map(|factor| factor.mean()).sum();
        let mean = all / self.factors.len() as f64;
        (read && (mean - 1.0).abs() > ROUNDED).then_some(mean)
    }

    /// The same months against each other, with a mean of 1: as they are typed.
    pub fn scaled(&self) -> Vec<String> {
        let mean = self.off_by().filter(|mean| *mean > 0.0).unwrap_or(1.0);
        let factors = self.factors.iter().map(|factor| {
            if factor.read.is_err() {
                return factor.text.clone();
            }
            let rounded = format!("{:.3}", factor.mean() / mean);
            rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
        });
        factors.collect()
    }

    /// The same, as a plan has it.
    pub fn in_words(&self) -> String {
        let scaled = self.scaled();
        match self.listed {
            true => format!("[{}]", scaled.join(", ")),
            false => {
                let named = CALENDAR.iter().zip(&scaled).filter(|(_, factor)| *factor != "1");
                let named = named.map(|(month, factor)| format!("{month}: {factor}"));
                format!("{{ {} }}", named.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Season {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SeasonVisitor)
    }
}

struct SeasonVisitor;

impl<'de> Visitor<'de> for SeasonVisitor {
    type Value = Season;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "twelve factors from January on, or a map such as `{ july: 0.8, december: 1.2 }`",
        )
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Season, A::Error> {
        let mut factors = vec![];
        while let Some(factor) = list.next_element()? {
            factors.push(factor);
        }
        match factors.len() {
            12 => Ok(Season { factors, listed: true }),
            length => Err(A::Error::invalid_length(length, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Season, A::Error> {
        let mut season = Season::even();
        let mut fields = Fields::default();
        let mut said = [false; 12];
        while let Some(key) = map.next_key::<String>()? {
            match CALENDAR.iter().position(|month| *month == key) {
                Some(month) if said[month] => {
                    return Err(A::Error::custom(format!("`{key}` is said twice")));
                }
                Some(month) => {
                    season.factors[month] = map.next_value()?;
                    said[month] = true;
                }
                None if key != "value" && fields.take(&key, &mut map)? => {}
                None => return Err(A::Error::unknown_field(&key, &CALENDAR)),
            }
        }
        // A source beside the months is the source of all of them.
        for factor in &mut season.factors {
            if factor.provenance == Provenance::default() {
                factor.provenance = fields.provenance.clone();
            }
        }
        Ok(season)
    }
}

impl Serialize for Season {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.listed {
            return self.factors.serialize(serializer);
        }
        let default = Of::<Factor>::new("1");
        let said = |factor: &&Of<Factor>| {
            (&factor.text, &factor.provenance) != (&default.text, &default.provenance)
        };
        let mut map = serializer.serialize_map(None)?;
        for (month, factor) in CALENDAR.iter().zip(&self.factors).filter(|(_, it)| said(it)) {
            map.serialize_entry(month, factor)?;
        }
        map.end()
    }
}

impl JsonSchema for Season {
    fn schema_name() -> Cow<'static, str> {
        "Season".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let factor = generator.subschema_for::<Of<Factor>>();
        let mut named = provenance_schema(&[]);
        let properties = named.ensure_object()["properties"].as_object_mut();
        let properties = properties.expect("an object has properties");
        properties.remove("value");
        for month in CALENDAR {
            properties.insert(month.into(), factor.clone().to_value());
        }
        json_schema!({
            "description": "Twelve factors on the volume with a mean of 1: a list from January to December, or a map \
                            by month; a month that it leaves out has 1.",
            "anyOf": [
                { "type": "array", "items": factor, "minItems": 12, "maxItems": 12 },
                named,
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Season, String> {
        serde_saphyr::from_str(text).map_err(|error| error.to_string())
    }

    fn season(text: &str) -> Season {
        read(text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_list_and_a_map_say_the_same() {
        let list = season("[1, 1, 1, 1, 1, 1, 0.8, 1, 1, 1, 1, 120%]");
        let map = season("{ july: 0.8, december: 120%, source: last year }");
        let means = |season: &Season| season.factors.iter().map(|it| it.mean()).collect::<Vec<_>>();
        assert_eq!(means(&list), means(&map));
        assert_eq!(map.factors[0].source(), Some("last year"));
        assert!(read("{ jul: 0.8 }").is_err_and(|error| error.contains("january")));
        assert!(read("[1, 2]").is_err_and(|error| error.contains("twelve factors")));
    }

    #[test]
    fn factors_have_a_mean_of_1_within_rounding_or_say_what_would() {
        assert_eq!(season("{ july: 0.8, december: 1.2 }").off_by(), None);
        assert_eq!(season("{ december: 1.05 }").off_by(), None);
        let high = season("{ december: 2.2 }");
        assert!(high.off_by().is_some_and(|mean| (mean - 1.1).abs() < 1e-12));
        let months = "january: 0.909, february: 0.909, march: 0.909, april: 0.909, may: 0.909, \
                      june: 0.909, july: 0.909, august: 0.909, september: 0.909, \
                      october: 0.909, november: 0.909";
        assert_eq!(high.in_words(), format!("{{ {months}, december: 2 }}"));
        assert_eq!(season(&high.in_words()).off_by(), None);
    }
}
