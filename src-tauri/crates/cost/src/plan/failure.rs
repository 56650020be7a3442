//! A way in which attempts fail, and what of such an attempt is billed.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::number::{Fields, Of, Share, provenance_schema, write_sourced};

/// One way in which attempts fail, and what of such an attempt is billed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The part of attempts.
    pub share: Of<Share>,
    /// The part of its input that is billed.
    pub billed_input: Option<Of<Share>>,
    /// The part of its output that is billed.
    pub billed_output: Option<Of<Share>>,
}

impl Failure {
    /// The kind of failure that outlasts every attempt.
    pub const OUTAGE: &'static str = "outage";

    /// The source of what is billed by default, before the kind of failure.
    pub const BILLED_SOURCE: &'static str = "what vendors bill of a call that ends as";

    /// What is billed of a failed attempt of a well-known kind: (input, output).
    pub fn billed_by_default(kind: &str) -> Option<(&'static str, &'static str)> {
        match kind {
            "rejected" | Self::OUTAGE => Some(("0%", "0%")),
            "timeout" => Some(("100%", "50%")),
            "invalid" => Some(("100%", "100%")),
            _ => None,
        }
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.billed_input.is_none() && self.billed_output.is_none() {
            return self.share.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        write_sourced(&self.share, &mut map)?;
        for (key, billed) in
            [("billed_input", &self.billed_input), ("billed_output", &self.billed_output)]
        {
            if let Some(billed) = billed {
                map.serialize_entry(key, billed)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FailureVisitor)
    }
}

struct FailureVisitor;

impl<'de> Visitor<'de> for FailureVisitor {
    type Value = Failure;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share such as 4%, or a map with `value`, `billed_input`, `billed_output`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Failure, E> {
        Ok(Failure { share: Of::new(text), billed_input: None, billed_output: None })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Failure, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Failure, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Failure, A::Error> {
        let mut fields = Fields::default();
        let (mut billed_input, mut billed_output) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "billed_input" => billed_input = Some(map.next_value()?),
                "billed_output" => billed_output = Some(map.next_value()?),
                other if fields.take(other, &mut map)? => {}
                other => {
                    let known = &["value", "source", "billed_input", "billed_output"];
                    return Err(A::Error::unknown_field(other, known));
                }
            }
        }
        let value = fields.value.ok_or_else(|| A::Error::missing_field("value"))?;
        let share = Of::sourced(&value, fields.provenance);
        Ok(Failure { share, billed_input, billed_output })
    }
}

impl JsonSchema for Failure {
    fn schema_name() -> Cow<'static, str> {
        "Failure".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let share = generator.subschema_for::<Of<Share>>();
        let mut map = provenance_schema(&["value"]);
        let properties = map.ensure_object()["properties"].as_object_mut();
        let properties = properties.expect("an object has properties");
        properties.insert("billed_input".into(), share.clone().to_value());
        properties.insert("billed_output".into(), share.clone().to_value());
        json_schema!({ "anyOf": [{ "type": ["string", "number"] }, map] })
    }
}
