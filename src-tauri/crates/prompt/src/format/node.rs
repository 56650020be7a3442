//! A place in a JSON text, and what goes wrong there.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;
use thiserror::Error;

use crate::message::{Content, Detail, Gap, Image, Lost, Message, Pixels, Role};
use crate::variable::{Given, Template};

/// A text that is not of the format that it should be.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error("{}`{place}` {message}.", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct Unreadable {
    /// Where, as `messages[3].content[1]`.
    pub place: String,
    /// What is wrong, as the end of a sentence.
    pub message: String,
    /// The line of a JSON Lines file, counted from 1.
    pub line: Option<usize>,
}

/// A value and its place.
pub(super) struct Node<'v> {
    pub(super) value: &'v Value,
    pub(super) place: String,
}

/// What readers of formats fill in, and where they leave what cannot be counted.
pub(super) struct Reading<'g> {
    pub(super) given: &'g Given,
    /// The size of pictures of which only the address is known.
    pub(super) image: Option<Pixels>,
    pub(super) gaps: Vec<Gap>,
}

impl<'v> Node<'v> {
    pub(super) fn root(value: &'v Value) -> Self {
        Node { value, place: String::new() }
    }

    /// A field, unless it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Node<'v>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        let dot = if self.place.is_empty() { "" } else { "." };
        Some(Node { value, place: format!("{}{dot}{key}", self.place) })
    }

    /// The first of these fields that is there: some vendors take two spellings.
    pub(super) fn any(&self, keys: &[&str]) -> Option<Node<'v>> {
        keys.iter().find_map(|key| self.get(key))
    }

    pub(super) fn need(&self, key: &str) -> Result<Node<'v>, Unreadable> {
        self.get(key).ok_or_else(|| self.wrong(format!("has no `{key}`")))
    }

    pub(super) fn items(&self) -> Result<Vec<Node<'v>>, Unreadable> {
        let items = self.value.as_array().ok_or_else(|| self.wrong("is not a list"))?;
        let items = items.iter().enumerate();
        Ok(items
            .map(|(index, value)| Node { value, place: format!("{}[{index}]", self.place) })
            .collect())
    }

    /// The items of a field, none where it is not there.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Node<'v>>, Unreadable> {
        self.get(key).map_or(Ok(vec![]), |list| list.items())
    }

    pub(super) fn text(&self) -> Result<&'v str, Unreadable> {
        self.value.as_str().ok_or_else(|| self.wrong("is not a text"))
    }

    /// A field's text, empty where it is not there.
    pub(super) fn word(&self, key: &str) -> Result<&'v str, Unreadable> {
        self.get(key).map_or(Ok(""), |field| field.text())
    }

    pub(super) fn wrong(&self, message: impl Into<String>) -> Unreadable {
        let place = if self.place.is_empty() { "the request" } else { &self.place };
        Unreadable { place: place.to_owned(), message: message.into(), line: None }
    }

    /// A message's role by the vendor's words for each.
    pub(super) fn role(&self, words: &[(&str, Role)]) -> Result<Role, Unreadable> {
        let role = self.need("role")?;
        let word = role.text()?;
        words.iter().find(|(of, _)| *of == word).map(|(_, role)| *role).ok_or_else(|| {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            role.wrong(format!("is `{word}`, and may be {}", known.join(", ")))
        })
    }
}

impl Reading<'_> {
    pub(super) fn template(&self, text: &str) -> Template {
        Template::read(text, self.given)
    }

    pub(super) fn text(&self, node: &Node) -> Result<Content, Unreadable> {
        Ok(Content::Text(self.template(node.text()?)))
    }

    /// Something that takes tokens which nobody can count from here.
    pub(super) fn gap(&mut self, node: &Node, message: impl Into<String>, hint: &str) {
        self.gaps.push(Gap::new(&node.place, message, hint));
    }

    /// Something without which the sum may be far from what is billed.
    pub(super) fn large_gap(&mut self, node: &Node, lost: Lost, message: String, hint: &str) {
        self.gaps.push(Gap::new(&node.place, message, hint).without(lost));
    }

    /// Something that a vendor does not bill again.
    pub(super) fn unbilled(&mut self, node: &Node, message: &str, hint: &str) {
        self.gaps.push(Gap::new(&node.place, message, hint).without(Lost::Nothing));
    }

    /// A part of a message of a kind that is not known.
    pub(super) fn unknown_part(&mut self, node: &Node, kind: &str) {
        self.unknown(node, kind);
        if let Some(gap) = self.gaps.last_mut() {
            gap.lost = Lost::File;
        }
    }

    /// Something of a kind that is not known.
    pub(super) fn unknown(&mut self, node: &Node, kind: &str) {
        let kind = if kind.is_empty() { "a part without a type" } else { kind };
        self.gap(node, format!("`{kind}` is not counted here."), "Add its tokens yourself.");
    }

    /// A picture by its address: `data:image/png;base64,…` has a size, any other address none.
    pub(super) fn image_at(&mut self, node: &Node, url: &str, detail: Detail) -> Content {
        match url.strip_prefix("data:").and_then(|data| data.split_once(";base64,")) {
            Some((_, data)) => self.image(node, data, detail),
            None => self.far_image(node, detail),
        }
    }

    /// A picture of which only a name or an address is known.
    pub(super) fn far_image(&mut self, node: &Node, detail: Detail) -> Content {
        if self.image.is_none() {
            let hint = "Give the size in pixels, as 1024x768.";
            let message = "The size of an image cannot be read from its address.";
            self.large_gap(node, Lost::Unsized, message.into(), hint);
        }
        Content::Image(Image { place: node.place.clone(), size: self.image, is_far: true, detail })
    }

    /// A picture by its bytes in base64.
    pub(super) fn image(&mut self, node: &Node, data: &str, detail: Detail) -> Content {
        let size = pixels(data);
        if size.is_none() {
            let hint = "Send one, in base64.";
            let message = "The data is no PNG, JPEG, GIF or WebP.";
            self.large_gap(node, Lost::Image, message.into(), hint);
        }
        Content::Image(Image { place: node.place.clone(), size, is_far: false, detail })
    }

    /// A file whose text is not there to be counted.
    pub(super) fn file(&mut self, node: &Node, what: &str) {
        let hint = "Count its text apart; vendors add an image for each page of a PDF.";
        let message = format!("{what} is not counted: its text is not at hand.");
        self.large_gap(node, Lost::File, message, hint);
    }
}

/// A message.
pub(super) fn message(role: Role, contents: Vec<Content>) -> Message {
    Message { role, name: None, contents }
}

/// A picture's size, from its first bytes.
fn pixels(data: &str) -> Option<Pixels> {
    let data: String = data.chars().filter(|char| !char.is_whitespace()).collect();
    let bytes = STANDARD_NO_PAD.decode(data.trim_end_matches('=')).ok()?;
    let size = imagesize::blob_size(&bytes).ok()?;
    let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0);
    Some(Pixels { width: side(size.width)?, height: side(size.height)? })
}
