//! What a call sends: a part of a prompt, so many times.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::number::{Count, Of};

/// A part of a prompt, so many times.
#[derive(Clone, Debug, PartialEq)]
pub struct InputRef {
    /// The part's name, `history` or `context`.
    pub part: String,
    /// How many of it; 1 if not said.
    pub copies: Option<Of<Count>>,
}

/// The reserved part: what was said in the turns before.
pub const HISTORY: &str = "history";

/// The reserved part: what was written and returned so far in the loop around a call.
pub const CONTEXT: &str = "context";

impl InputRef {
    /// Whether it is a part of the plan, and nothing that grows while the call's steps run.
    pub fn is_part(&self) -> bool {
        self.part != HISTORY && self.part != CONTEXT
    }

    /// Reads `question`, or `article x4`.
    fn read(text: &str) -> Self {
        let (part, copies) = match text.rsplit_once(" x") {
            Some((part, copies)) => (part.trim(), Some(Of::new(copies))),
            None => (text.trim(), None),
        };
        Self { part: part.to_owned(), copies }
    }

    /// The text that it can be read from, if there is one.
    fn text(&self) -> Option<String> {
        let text = match &self.copies {
            Some(copies) => format!("{} x{}", self.part, copies.text),
            None => self.part.clone(),
        };
        let said = |input: &Self| {
            let copies = input.copies.as_ref();
            copies.map(|copies| {
                (copies.text.clone(), copies.provenance.clone(), copies.over_time.clone())
            })
        };
        let read = Self::read(&text);
        (read.part == self.part && said(&read) == said(self)).then_some(text)
    }
}

impl Serialize for InputRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = self.text() {
            return serializer.serialize_str(&text);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("part", &self.part)?;
        if let Some(copies) = &self.copies {
            map.serialize_entry("copies", copies)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for InputRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InputRefVisitor)
    }
}

struct InputRefVisitor;

impl<'de> Visitor<'de> for InputRefVisitor {
    type Value = InputRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part such as `question` or `article x4`, or a map with `part` and `copies`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<InputRef, E> {
        Ok(InputRef::read(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InputRef, A::Error> {
        let (mut part, mut copies) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "part" => part = Some(map.next_value()?),
                "copies" => copies = Some(map.next_value()?),
                other => return Err(A::Error::unknown_field(other, &["part", "copies"])),
            }
        }
        Ok(InputRef { part: part.ok_or_else(|| A::Error::missing_field("part"))?, copies })
    }
}

impl JsonSchema for InputRef {
    fn schema_name() -> Cow<'static, str> {
        "InputRef".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let copies = generator.subschema_for::<Of<Count>>();
        json_schema!({
            "description": "A part by name, `history`, `context`, or several: `article x4`.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "part": { "type": "string" }, "copies": copies },
                    "required": ["part"],
                    "additionalProperties": false,
                }
            ]
        })
    }
}
