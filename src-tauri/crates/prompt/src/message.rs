//! A prompt as what it is made of, the same for every vendor: messages, tools, images, documents.

use crate::variable::{Template, Variable};

/// All that one call sends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// The model that it asks for, where it names one.
    pub model: Option<String>,
    /// Tools that the model may call.
    pub tools: Vec<Tool>,
    /// Whether it has to call one.
    pub must_call: bool,
    /// In the order in which the model reads them.
    pub messages: Vec<Message>,
    /// Whether it is a text alone, without messages around it.
    pub is_bare: bool,
    /// Where the beginning ends that is to be cached, if it says so.
    pub mark: Option<Mark>,
    /// What cannot be counted.
    pub gaps: Vec<Gap>,
}

/// The end of the beginning that a request wants to have cached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mark {
    /// Behind so many tools.
    Tools(usize),
    /// Behind so many pieces of this message.
    Message(usize, usize),
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// The speaker's own name.
    pub name: Option<String>,
    /// What is said.
    pub contents: Vec<Content>,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Who wrote the feature.
    System,
    /// Who uses it.
    User,
    /// The model.
    Assistant,
    /// A tool that the model called.
    Tool,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A text.
    Text(Template),
    /// A text that was searched for.
    Retrieved(Template),
    /// A text that is a document.
    Document(Template),
    /// A picture.
    Image(Image),
    /// A call of a tool: its name, and its arguments as JSON.
    ToolCall(String, String),
    /// What a tool answered.
    ToolResult(Template),
}

/// A tool that the model may call.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The JSON Schema of its arguments; null where it has none.
    pub parameters: serde_json::Value,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Where it stands, as `messages[3].content[1]`.
    pub place: String,
    /// Its size in pixels; nothing where it is not known.
    pub size: Option<Pixels>,
    /// Whether only its address is at hand, so that its size is what somebody says.
    pub is_far: bool,
    /// How closely the model is to look.
    pub detail: Detail,
}

/// A picture's size.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pixels {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// How closely a model looks at a picture.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Detail {
    /// As the vendor does when nothing is said.
    #[default]
    Auto,
    /// `low`, `MEDIA_RESOLUTION_LOW`
    Low,
    /// `MEDIA_RESOLUTION_MEDIUM`
    Medium,
    /// `high`, `MEDIA_RESOLUTION_HIGH`
    High,
    /// `original`, `MEDIA_RESOLUTION_ULTRA_HIGH`
    Most,
}

/// Something that cannot be counted, and that a sum has therefore counted as nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gap {
    /// Where it stands, as `messages[3].content[1]`; empty for the text itself.
    pub place: String,
    /// What it is, as a sentence.
    pub message: String,
    /// What can be done, as a sentence.
    pub hint: String,
    /// What the sum is without.
    pub lost: Lost,
}

/// What a sum is without.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Lost {
    /// A picture.
    Image,
    /// A picture whose size is not known, and can be given.
    Unsized,
    /// A document or a recording.
    File,
    /// Texts that the vendor keeps.
    Kept,
    /// The text of a variable.
    Variable,
    /// Something that is small beside the rest.
    Rest,
    /// Nothing: it is only counted otherwise than one might think.
    Nothing,
}

impl Prompt {
    /// A text alone.
    pub fn bare(text: Template) -> Self {
        let contents = vec![Content::Text(text)];
        let message = Message { role: Role::User, name: None, contents };
        Prompt { messages: vec![message], is_bare: true, ..Prompt::default() }
    }

    /// Everything that is said.
    fn contents(&self) -> impl Iterator<Item = &Content> {
        self.messages.iter().flat_map(|message| &message.contents)
    }

    /// The places of its variables, in the order of the text.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.contents().filter_map(Content::template).flat_map(|text| &text.variables)
    }

    /// Whether it shows the model a picture.
    pub fn has_images(&self) -> bool {
        self.contents().any(|content| matches!(content, Content::Image(_)))
    }

    /// Leaves a gap for each variable whose text was not given.
    pub(crate) fn note_variables(&mut self) {
        let mut names: Vec<&str> = vec![];
        for variable in self.variables().filter(|variable| !variable.is_given) {
            if !names.contains(&variable.name.as_str()) {
                names.push(&variable.name);
            }
        }
        let gaps = names.into_iter().map(|name| {
            let message = format!("The variable `{name}` counts as 0 tokens: it has no text yet.");
            Gap::new("", message, format!("Give it one, as {name}=TEXT.")).without(Lost::Variable)
        });
        let gaps: Vec<Gap> = gaps.collect();
        self.gaps.extend(gaps);
    }

    /// Whether a piece of a message lies before the mark; nothing where there is none.
    pub(crate) fn is_marked(&self, message: usize, piece: usize) -> Option<bool> {
        Some(match self.mark? {
            Mark::Tools(_) => false,
            Mark::Message(last, pieces) => (message, piece) < (last, pieces),
        })
    }

    /// Where the last turn of the user begins: what stands before it has been sent already.
    pub fn last_turn(&self) -> Option<usize> {
        self.messages.iter().rposition(|message| message.role == Role::User)
    }
}

impl Gap {
    /// Something at a place.
    pub fn new(
        place: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (place, message, hint) = (place.into(), message.into(), hint.into());
        Gap { place, message, hint, lost: Lost::Rest }
    }

    /// The same, which leaves a sum without this.
    pub fn without(self, lost: Lost) -> Self {
        Gap { lost, ..self }
    }
}

impl Lost {
    /// `1 image`, `3 images`; nothing where nothing is lost.
    pub fn counted(self, many: u64) -> Option<String> {
        let (one, more) = match self {
            Lost::Image => ("image", "images"),
            Lost::Unsized => ("image of unknown size", "images of unknown size"),
            Lost::File => ("file", "files"),
            Lost::Kept => ("kept text", "kept texts"),
            Lost::Variable => ("variable", "variables"),
            Lost::Rest => ("other part", "other parts"),
            Lost::Nothing => return None,
        };
        Some(format!("{many} {}", if many == 1 { one } else { more }))
    }

    /// Whether it may be most of what is billed: without it there is no price.
    pub fn is_large(self) -> bool {
        match self {
            Lost::Image | Lost::Unsized | Lost::File | Lost::Kept => true,
            Lost::Variable | Lost::Rest | Lost::Nothing => false,
        }
    }
}

impl Content {
    /// Its text, where it is one.
    pub fn template(&self) -> Option<&Template> {
        match self {
            Content::Text(text)
            | Content::Retrieved(text)
            | Content::Document(text)
            | Content::ToolResult(text) => Some(text),
            Content::Image(_) | Content::ToolCall(..) => None,
        }
    }
}
