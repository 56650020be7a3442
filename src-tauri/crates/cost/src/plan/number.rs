//! One input of a plan: its text as typed, what it reads as, and who says so.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::counted::Counted;
use super::limited::Limited;
use crate::spread::Spread;
use crate::units::{self, Kind, Typed, Unread};

/// An input as somebody typed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Where it stands among the plan's inputs: `support.easy.output`. Empty until the plan is addressed.
    pub address: String,
    /// Where it stands in the document, from the root.
    pub path: Arc<[String]>,
    /// What it measures.
    pub kind: Kind,
    /// As typed.
    pub text: String,
    /// What the text reads as.
    pub read: Result<Typed, Unread>,
    /// Who says so. A number without a source is a guess.
    pub provenance: Provenance,
    /// The source of the contract that it stands in.
    pub agreed: Option<String>,
    /// How its value goes on after the first month.
    pub over_time: OverTime,
}

/// How a number of tokens, or a count, goes on after the first month.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverTime {
    /// So much a month.
    pub grows: Option<Of<Growth>>,
    /// As another driver does.
    pub follows: Option<Follows>,
}

/// A number that goes with a driver.
#[derive(Clone, Debug, PartialEq)]
pub struct Follows {
    /// The address of the driver: `support.volume.adoption`, or another number that changes.
    pub driver: String,
    /// How much more it is where the driver has doubled.
    pub doubled: Of<Change>,
}

/// Where a number comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// A page, a study, a measurement.
    pub source: Option<String>,
    /// The day of the source.
    pub as_of: Option<Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The data behind it.
    pub evidence: Option<String>,
    /// Of a part's length, what it was counted for: tokens of one vocabulary are none of another.
    pub counted: Option<Counted>,
}

impl Number {
    /// Reads a text.
    pub fn new(kind: Kind, text: &str, provenance: Provenance) -> Self {
        let read = units::read(text, kind);
        let (address, path, text) = (String::new(), Arc::default(), text.to_owned());
        let over_time = OverTime::default();
        Self { address, path, kind, text, read, provenance, agreed: None, over_time }
    }

    /// What was typed.
    ///
    /// # Panics
    /// When the text could not be read: a checked plan has none of these.
    pub fn typed(&self) -> &Typed {
        match &self.read {
            Ok(typed) => typed,
            Err(unread) => panic!("a checked plan's numbers are read: {}", unread.message),
        }
    }

    /// The number's shape.
    pub fn spread(&self) -> &Spread {
        &self.typed().spread
    }

    /// What one of it is: `tokens`, `turns`, `times a day`, `USD`.
    pub fn unit(&self) -> String {
        match self.kind {
            Kind::Tokens => "tokens".to_owned(),
            Kind::Count => self.address.rsplit('.').next().unwrap_or_default().to_owned(),
            Kind::Share => "share".to_owned(),
            Kind::Growth => "share a month".to_owned(),
            Kind::People => "people".to_owned(),
            Kind::Frequency => match self.read.as_ref().ok().and_then(|typed| typed.period) {
                Some(period) => format!("times a {}", period.name()),
                None => "times".to_owned(),
            },
            Kind::Amount if self.address == "exchange.rate" => "per USD".to_owned(),
            // The only currency that a checked plan has.
            Kind::Amount => "USD".to_owned(),
            Kind::MonthNumber => "month".to_owned(),
            Kind::Factor => "times".to_owned(),
            Kind::Change => "share".to_owned(),
            Kind::Duration => "seconds".to_owned(),
            Kind::Plain => match self.rate_limit() {
                Some(limited) => limited.unit().to_owned(),
                None => String::new(),
            },
        }
    }

    /// The expected value.
    pub fn mean(&self) -> f64 {
        self.spread().mean(self.kind.law())
    }

    /// The variance between units of work: 0 where the width is doubt about the mean.
    pub fn variance(&self) -> f64 {
        if self.kind.varies() { self.spread().variance(self.kind.law()) } else { 0.0 }
    }

    /// Where it is written: its own source, or that of its contract.
    pub fn source(&self) -> Option<&str> {
        self.provenance.source.as_deref().or(self.agreed.as_deref())
    }

    /// The part whose length it is.
    pub fn part(&self) -> Option<&str> {
        match &self.path[..] {
            [prompts, part, tokens] if prompts == "prompts" && tokens == "tokens" => Some(part),
            _ => None,
        }
    }

    /// What it limits each minute, where it is a rate limit.
    pub fn rate_limit(&self) -> Option<Limited> {
        self.path.first().filter(|root| *root == "rate_limits")?;
        Limited::of(&self.address).map(|(_, limited)| limited)
    }

    /// Whether a number of this kind can change over time.
    pub const fn can_change(kind: Kind) -> bool {
        matches!(kind, Kind::Tokens | Kind::Count)
    }

    /// Whether it has another value in later months.
    pub const fn changes(&self) -> bool {
        self.over_time.grows.is_some() || self.over_time.follows.is_some()
    }

    /// Whether nobody has said where it comes from.
    pub fn is_guess(&self) -> bool {
        self.source().is_none()
    }
}

/// What a field of the plan measures.
pub trait Meaning {
    /// Its kind.
    const KIND: Kind;
}

macro_rules! meanings {
    ($($name:ident $doc:literal)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {}
        impl Meaning for $name {
            const KIND: Kind = Kind::$name;
        }
    )*};
}

meanings! {
    Tokens "Tokens of one text."
    Count "A whole count."
    Share "A part of a whole."
    Growth "A change by month."
    People "How many people."
    Frequency "So often in a stretch of time."
    Amount "An amount of money."
    MonthNumber "A month of the plan."
    Factor "How many times as much."
    Change "So much more or less."
    Duration "A stretch of time."
    Plain "A number of nothing."
}

/// A [`Number`] whose field says what it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Of<M>(Box<Number>, PhantomData<M>);

impl<M: Meaning> Of<M> {
    /// Reads a text that nobody gave a source for.
    pub fn new(text: &str) -> Self {
        Self::sourced(text, Provenance::default())
    }

    /// Reads a text with its source.
    pub fn sourced(text: &str, provenance: Provenance) -> Self {
        Self(Box::new(Number::new(M::KIND, text, provenance)), PhantomData)
    }
}

impl<M> Deref for Of<M> {
    type Target = Number;
    fn deref(&self) -> &Number {
        &self.0
    }
}

impl<M> DerefMut for Of<M> {
    fn deref_mut(&mut self) -> &mut Number {
        &mut self.0
    }
}

/// The fields of a number that is written as a map, gathered key by key.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) value: Option<String>,
    pub(super) provenance: Provenance,
}

impl Fields {
    pub(super) const NAMES: [&'static str; 6] =
        ["value", "source", "as_of", "owner", "evidence", "counted"];

    /// Takes the value of `key` if it is one of a number's own.
    pub(super) fn take<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
    ) -> Result<bool, A::Error> {
        match key {
            "value" => self.value = Some(map.next_value::<Text>()?.0),
            "source" => self.provenance.source = Some(map.next_value()?),
            "as_of" => self.provenance.as_of = Some(map.next_value()?),
            "owner" => self.provenance.owner = Some(map.next_value()?),
            "evidence" => self.provenance.evidence = Some(map.next_value()?),
            "counted" => self.provenance.counted = Some(map.next_value()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A scalar as its text, whether the document calls it text or number.
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as people type it")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }
}

impl<'de, M: Meaning> Deserialize<'de> for Of<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OfVisitor(PhantomData))
    }
}

struct OfVisitor<M>(PhantomData<M>);

impl<'de, M: Meaning> Visitor<'de> for OfVisitor<M> {
    type Value = Of<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number such as {}, or a map with `value` and `source`", M::KIND.example())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Of<M>, E> {
        Ok(Of::new(text))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Of<M>, E> {
        Ok(Of::new(&value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Of<M>, E> {
        Ok(Of::new(&value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Of<M>, E> {
        Ok(Of::new(&value.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Of<M>, A::Error> {
        let mut fields = Fields::default();
        let mut over_time = OverTime::default();
        let can_change = Number::can_change(M::KIND);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "grows" if can_change => over_time.grows = Some(map.next_value()?),
                "follows" if can_change => over_time.follows = Some(map.next_value()?),
                key if fields.take(key, &mut map)? => {}
                key if can_change => return Err(A::Error::unknown_field(key, &CHANGING)),
                key => return Err(A::Error::unknown_field(key, &Fields::NAMES)),
            }
        }
        let value = fields.value.ok_or_else(|| A::Error::missing_field("value"))?;
        let mut number = Of::sourced(&value, fields.provenance);
        number.over_time = over_time;
        Ok(number)
    }
}

/// The fields of a number that can change over time.
const CHANGING: [&str; 8] =
    ["value", "grows", "follows", "source", "as_of", "owner", "evidence", "counted"];

impl<'de> Deserialize<'de> for Follows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FollowsVisitor)
    }
}

struct FollowsVisitor;

impl<'de> Visitor<'de> for FollowsVisitor {
    type Value = Follows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map such as `{ driver: support.volume.adoption, doubled: 15% }`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Follows, A::Error> {
        let (mut driver, mut doubled) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "driver" => driver = Some(map.next_value()?),
                "doubled" => doubled = Some(map.next_value()?),
                other => return Err(A::Error::unknown_field(other, &["driver", "doubled"])),
            }
        }
        Ok(Follows {
            driver: driver.ok_or_else(|| A::Error::missing_field("driver"))?,
            doubled: doubled.ok_or_else(|| A::Error::missing_field("doubled"))?,
        })
    }
}

impl Serialize for Follows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("driver", &self.driver)?;
        map.serialize_entry("doubled", &self.doubled)?;
        map.end()
    }
}

impl<M> Serialize for Of<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.provenance == Provenance::default() && !self.changes() {
            return Scalar(&self.text).serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        write_sourced(self, &mut map)?;
        map.end()
    }
}

/// A number's own fields, in the map that it is written as.
pub(super) fn write_sourced<S: SerializeMap>(number: &Number, map: &mut S) -> Result<(), S::Error> {
    let Provenance { source, as_of, owner, evidence, counted } = &number.provenance;
    map.serialize_entry("value", &Scalar(&number.text))?;
    if let Some(grows) = &number.over_time.grows {
        map.serialize_entry("grows", grows)?;
    }
    if let Some(follows) = &number.over_time.follows {
        map.serialize_entry("follows", follows)?;
    }
    for (key, text) in [("source", source), ("owner", owner), ("evidence", evidence)] {
        if let Some(text) = text {
            map.serialize_entry(key, text)?;
        }
        if let (Some(day), "source") = (as_of, key) {
            map.serialize_entry("as_of", day)?;
        }
    }
    if let Some(counted) = counted {
        map.serialize_entry("counted", counted)?;
    }
    Ok(())
}

/// The text of a number: a plain number where it is read back as the same text.
pub(super) struct Scalar<'t>(pub(super) &'t str);

impl Serialize for Scalar<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0;
        if let Some(whole) = text.parse::<u64>().ok().filter(|whole| whole.to_string() == text) {
            return serializer.serialize_u64(whole);
        }
        let fraction = text.parse::<f64>().ok().filter(|fraction| {
            text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                && (1e-4..1e15).contains(fraction)
                && fraction.to_string() == text
        });
        match fraction {
            Some(fraction) => serializer.serialize_f64(fraction),
            None => serializer.serialize_str(text),
        }
    }
}

impl<M: Meaning> JsonSchema for Of<M> {
    fn schema_name() -> Cow<'static, str> {
        format!("{:?}", M::KIND).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let example = M::KIND.example();
        let mut map = provenance_schema(&["value"]);
        if Number::can_change(M::KIND) {
            let properties = map.ensure_object()["properties"].as_object_mut();
            let properties = properties.expect("an object has properties");
            properties.insert("grows".into(), generator.subschema_for::<Of<Growth>>().to_value());
            let follows = json_schema!({
                "type": "object",
                "properties": {
                    "driver": { "type": "string", "examples": ["support.volume.adoption"] },
                    "doubled": generator.subschema_for::<Of<Change>>(),
                },
                "required": ["driver", "doubled"],
                "additionalProperties": false,
            });
            properties.insert("follows".into(), follows.to_value());
        }
        json_schema!({
            "description": format!(
                "A number as people type it: {example}. \
                 a..b: four in five lie between; figures use the mean. \
                 {}: measured values, each with how often it was met.",
                crate::histogram::EXAMPLE
            ),
            "anyOf": [
                { "type": ["string", "number"] },
                map,
            ]
        })
    }
}

/// The map form of a number, with its required keys.
pub(super) fn provenance_schema(required: &[&str]) -> Schema {
    json_schema!({
        "type": "object",
        "properties": {
            "value": { "type": ["string", "number"] },
            "source": { "type": "string" },
            "as_of": { "type": "string", "format": "date" },
            "owner": { "type": "string" },
            "evidence": { "type": "string" },
            "counted": {
                "type": "string",
                "description": format!(
                    "Of a part's tokens, the vocabulary that they were counted in: {}.",
                    Counted::EXAMPLE
                ),
            },
        },
        "required": required,
        "additionalProperties": false,
    })
}
