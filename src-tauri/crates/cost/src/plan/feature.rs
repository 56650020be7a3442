//! One feature: what a unit of it is, how many there will be, and what happens behind one.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::budget::Budget;
use super::given;
use super::number::{
    Amount, Fields, Frequency, Growth, MonthNumber, Of, People, Provenance, Share,
    provenance_schema,
};
use super::profile::Profile;
use super::season::Season;
use super::step::Step;
use crate::load::Load;
use crate::units::{self, Kind, Period};

/// Something users do that makes model calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// Its name: small letters, digits and dashes.
    pub name: String,
    /// Its name as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The cost centre that pays for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<String>,
    /// The general ledger account that it is booked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gl_account: Option<String>,
    /// One piece of it: `conversation`, `document`, `request`.
    pub unit: String,
    /// The month of the plan in which it begins: nothing is used and paid before. Growth and adoption count from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<Of<MonthNumber>>,
    /// When its users come; at any time alike where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<Profile>,
    /// How many units a month.
    pub volume: Volume,
    /// What it may come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// The part of its units whose outcome is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<Of<Share>>,
    /// What one accepted outcome is worth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Of<Amount>>,
    /// What happens behind one unit.
    #[serde(serialize_with = "given::write")]
    pub step: Step,
}

/// How many units a month: given (`units`), or from people and how often they come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Units in a stretch of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Of<Frequency>>,
    /// People who could use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<Of<People>>,
    /// The part of them who do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption: Option<Adoption>,
    /// How often each of them does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Of<Frequency>>,
    /// The change of units or users by month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grows: Option<Of<Growth>>,
    /// How the year's months differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<Season>,
}

impl Volume {
    /// Whether units come on Mondays to Fridays alone.
    pub fn is_by_workday(&self) -> bool {
        self.period() == Some(Period::BusinessDay)
    }

    /// The stretch of time that its units are told for.
    pub fn period(&self) -> Option<Period> {
        let often = self.units.as_ref().or(self.each.as_ref());
        often.and_then(|often| often.read.as_ref().ok()?.period)
    }
}

/// The part of the people who use the feature, month by month.
#[derive(Clone, Debug, PartialEq)]
pub enum Adoption {
    /// The same in every month.
    Steady(Of<Share>),
    /// From one share to another.
    Rising(Box<Rise>),
}

/// A rise of adoption; it stays at `to` from month `by` on.
#[derive(Clone, Debug, PartialEq)]
pub struct Rise {
    /// In month 1.
    pub from: Of<Share>,
    /// In month `by` and after.
    pub to: Of<Share>,
    /// The month that reaches `to`.
    pub by: Of<MonthNumber>,
    /// How it gets there.
    pub curve: Curve,
}

/// The course of a rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Curve {
    /// Slow, fast, slow.
    #[default]
    SCurve,
    /// The same step each month.
    Linear,
}

/// A cost beside the model calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherCost {
    /// What it is for, as people write it.
    pub name: String,
    /// What it costs each time.
    pub cost: Of<Amount>,
    /// The month in which it comes, where it comes only once: indexing, fine-tuning, an evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub once: Option<Of<MonthNumber>>,
    /// The part of a feature's units that have it. Without it the cost comes every month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Of<Share>>,
    /// The feature whose units have it; may be left out when there is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

impl Feature {
    /// The part of a week's arrivals in each of its hours: on no weekend where units are told for business days.
    ///
    /// # Panics
    /// When its profile cannot be meant: a checked plan's can.
    pub fn arrivals(&self) -> Load {
        let load = self.load.as_ref().map_or_else(|| Ok(Load::flat()), Profile::load);
        let load = load.expect("a checked profile can be meant");
        let load = if self.volume.is_by_workday() { load.on_workdays() } else { load };
        // An even load is even in any zone.
        if load.is_flat() { Load::flat() } else { load }
    }

    /// Several of its units: `conversations`, `replies`.
    pub fn units(&self) -> String {
        plural(&self.unit)
    }
}

/// More than one of a unit: `tokens`, `searches`, `queries`.
pub fn plural(unit: &str) -> String {
    let hissing = ["s", "x", "ch", "sh"].iter().any(|end| unit.ends_with(end));
    match unit.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if hissing => format!("{unit}es"),
        _ => format!("{unit}s"),
    }
}

/// How often units come, as people type it with the unit's name, singular or plural: `10,000
/// documents a day` is `10,000/day`; nothing where no frequency is meant.
pub fn given_units(typed: &str, unit: &str) -> Option<String> {
    let lower = typed.to_lowercase();
    let unit = unit.trim().to_lowercase();
    let ends_word = |at: usize| !lower[at..].starts_with(char::is_alphanumeric);
    let named = [plural(&unit), unit].into_iter().find_map(|name| {
        let at = lower.find(&format!(" {name}")).filter(|_| !name.is_empty())?;
        let end = at + 1 + name.len();
        ends_word(end).then_some(at..end)
    });
    let without = match named {
        // Letters that become longer or shorter as small ones would be cut elsewhere.
        Some(name) if lower.len() == typed.len() => {
            format!("{}{}", &typed[..name.start], &typed[name.end..])
        }
        Some(_) | None => typed.to_owned(),
    };
    let period = units::read(&without, Kind::Frequency).ok()?.period?.name();
    let short = format!("/{period}");
    let without = without.replacen(&format!(" a {period}"), &short, 1);
    Some(without.replacen(&format!(" per {period}"), &short, 1))
}

impl OtherCost {
    /// The name as it stands in addresses.
    pub fn id(&self) -> String {
        let dashed = self.name.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        dashed.trim_matches('-').to_owned()
    }
}

const RISE: [&str; 4] = ["from", "to", "by", "shape"];

impl<'de> Deserialize<'de> for Adoption {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AdoptionVisitor)
    }
}

struct AdoptionVisitor;

impl<'de> Visitor<'de> for AdoptionVisitor {
    type Value = Adoption;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share such as 40%, or a map with `from`, `to`, `by` and `shape`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Adoption, E> {
        Ok(Adoption::Steady(Of::new(text)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Adoption, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Adoption, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Adoption, A::Error> {
        let mut fields = Fields::default();
        let (mut from, mut to, mut by, mut curve) = (None, None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "from" => from = Some(map.next_value()?),
                "to" => to = Some(map.next_value()?),
                "by" => by = Some(map.next_value()?),
                "shape" => curve = Some(map.next_value()?),
                other if fields.take(other, &mut map)? => {}
                other => return Err(A::Error::unknown_field(other, &RISE)),
            }
        }
        if let Some(value) = fields.value {
            return Ok(Adoption::Steady(Of::sourced(&value, fields.provenance)));
        }
        let mut rise = Rise {
            from: from.ok_or_else(|| A::Error::missing_field("from"))?,
            to: to.ok_or_else(|| A::Error::missing_field("to"))?,
            by: by.ok_or_else(|| A::Error::missing_field("by"))?,
            curve: curve.unwrap_or_default(),
        };
        // A source beside the ends is the source of all of them.
        for number in [&mut *rise.from, &mut *rise.to, &mut *rise.by] {
            if number.provenance == Provenance::default() {
                number.provenance = fields.provenance.clone();
            }
        }
        Ok(Adoption::Rising(Box::new(rise)))
    }
}

impl Serialize for Adoption {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rise = match self {
            Self::Steady(share) => return share.serialize(serializer),
            Self::Rising(rise) => rise,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("from", &rise.from)?;
        map.serialize_entry("to", &rise.to)?;
        map.serialize_entry("by", &rise.by)?;
        if rise.curve != Curve::default() {
            map.serialize_entry("shape", &rise.curve)?;
        }
        map.end()
    }
}

impl JsonSchema for Adoption {
    fn schema_name() -> Cow<'static, str> {
        "Adoption".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let share = generator.subschema_for::<Of<Share>>();
        let month = generator.subschema_for::<Of<MonthNumber>>();
        let curve = generator.subschema_for::<Curve>();
        let mut rising = provenance_schema(&["from", "to", "by"]);
        let properties = rising.ensure_object()["properties"].as_object_mut();
        let properties = properties.expect("an object has properties");
        properties.remove("value");
        properties.insert("from".into(), share.clone().to_value());
        properties.insert("to".into(), share.clone().to_value());
        properties.insert("by".into(), month.to_value());
        properties.insert("shape".into(), curve.to_value());
        json_schema!({ "anyOf": [share, rising] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_may_be_named_where_they_are_counted() {
        let check = |typed: &str, unit: &str, expected: Option<&str>| {
            assert_eq!(given_units(typed, unit).as_deref(), expected, "{typed}");
        };
        check("10,000 documents a day", "document", Some("10,000/day"));
        check("1 Document per week", "document", Some("1/week"));
        check("10k/day", "document", Some("10k/day"));
        check("10k documents/month ±20%", "document", Some("10k/month ±20%"));
        check("40 search queries a business day", "search query", Some("40/business day"));
        check("10,000 people a day", "document", None);
        check("10,000 documentaries a day", "document", None);
        check("10,000 documents", "document", None);
        check("12k", "", None);
    }

    #[test]
    fn a_unit_has_one_plural() {
        let words = ["token", "search", "batch", "query", "reply", "day", "box", "wish", "class"];
        assert_eq!(
            words.map(plural).join(" "),
            "tokens searches batches queries replies days boxes wishes classes"
        );
    }
}
