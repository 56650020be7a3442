//! The tokens of a prompt on a model, part by part, and how much of it a vendor can cache.

use std::collections::{BTreeMap, HashMap};

use crate::count::{Counted, counted_as};
use crate::family::Counting;
use crate::image;
use crate::kind::Kinds;
use crate::message::{Content, Gap, Lost, Mark, Prompt, Role};
use crate::rules::{Model, Rules};
use crate::tokenizer::CountedIn;
use crate::tool;
use crate::variable::Template;

/// What tokens are spent on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Section {
    /// What the model is told before anybody speaks.
    System,
    /// Tools that it may call.
    Tools,
    /// Earlier turns, calls of tools and what they answered.
    History,
    /// Texts that were searched for.
    Retrieved,
    /// The last turn of the user; all of a text alone.
    User,
    /// Texts filled in for variables.
    Variables,
    /// Pictures.
    Images,
    /// Documents.
    Documents,
    /// What the vendor puts around messages.
    Framing,
}

/// One section's tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// What for.
    pub section: Section,
    /// How many.
    pub counted: Counted,
    /// Where the rule stands that they are counted by; nothing for texts.
    pub source: Option<&'static str>,
}

/// The tokens of a prompt on a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// All of it.
    pub total: Counted,
    /// By section, in their order; none where there is nothing.
    pub shares: Vec<Share>,
    /// The beginning that stays the same from call to call: up to where the prompt marks its end, or
    /// tools, what the model is told, earlier turns, up to the first variable or the user's last turn.
    pub cacheable: Counted,
    /// What could not be counted on this model.
    pub gaps: Vec<Gap>,
}

/// Whose rules prompts are billed by on a model: where they are the same, so are the tokens of every
/// model that counts alike.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Billing(Model);

impl Billing {
    /// That of a provider's model for these prompts.
    pub fn of(prompts: &[Prompt], provider: &str, model: &str) -> Self {
        let model = Model::of(provider, model);
        // Pictures and tools go by the model itself, all else by its maker's rules.
        let is_by_name =
            prompts.iter().any(|prompt| !prompt.tools.is_empty() || prompt.has_images());
        let name = if is_by_name { model.name } else { String::new() };
        Billing(Model { name, ..model })
    }

    /// That of no model: the texts alone.
    pub fn none() -> Self {
        Billing(Model::none())
    }
}

/// Counts prompts on many models, each text once in each vocabulary.
pub struct Measurer<'p, F> {
    prompt: &'p Prompt,
    count: F,
    counted: HashMap<(Key, CountedIn), u64>,
    kinds: HashMap<Key, Kinds>,
}

/// What stands for a text.
#[derive(Clone, Eq, Hash, PartialEq)]
enum Key {
    /// One of the prompt's own, by where it lies: it may be long, and stays there.
    Own(usize, usize),
    /// One that was made on the way.
    Made(String),
}

impl Section {
    /// `system`
    pub fn name(self) -> &'static str {
        match self {
            Section::System => "system",
            Section::Tools => "tools",
            Section::History => "history",
            Section::Retrieved => "retrieved",
            Section::User => "user",
            Section::Variables => "variables",
            Section::Images => "images",
            Section::Documents => "documents",
            Section::Framing => "framing",
        }
    }
}

impl Section {
    /// Whether its tokens are those of texts, and not of tools, pictures or framing.
    fn is_text(self) -> bool {
        match self {
            Section::System
            | Section::History
            | Section::Retrieved
            | Section::User
            | Section::Variables
            | Section::Documents => true,
            Section::Tools | Section::Images | Section::Framing => false,
        }
    }
}

impl<'p, F: FnMut(&str, CountedIn) -> u64> Measurer<'p, F> {
    /// Nothing counted yet; `count` is [`CountedIn::count`], or a way around it for texts known.
    pub fn new(prompt: &'p Prompt, count: F) -> Self {
        Measurer { prompt, count, counted: HashMap::new(), kinds: HashMap::new() }
    }

    /// The prompt on a provider's model, which counts in this way.
    pub fn on(&mut self, provider: &str, model: &str, counting: Counting) -> Measured {
        self.measured(&Model::of(provider, model), counting)
    }

    /// The prompt on every model that is billed like this and counts in this way.
    pub fn by(&mut self, billing: &Billing, counting: Counting) -> Measured {
        self.measured(&billing.0, counting)
    }

    /// The texts of the prompt alone, for no model: its tools as JSON, nothing around messages.
    pub fn texts(&mut self, counting: Counting) -> Measured {
        self.measured(&Model::none(), counting)
    }

    fn measured(&mut self, model: &Model, counting: Counting) -> Measured {
        let prompt = self.prompt;
        let mut sum = Sum::default();
        let (tools, source) = tool::tools(prompt, model, &mut |text| self.made(text, counting));
        sum.add(Section::Tools, tools, Some(source));
        let mut cacheable = match prompt.mark {
            Some(Mark::Tools(marked)) if marked < prompt.tools.len() => {
                let tools = prompt.tools[..marked].to_vec();
                let before = Prompt { tools, must_call: prompt.must_call, ..Prompt::default() };
                tool::tools(&before, model, &mut |text| self.made(text, counting)).0
            }
            _ => tools,
        };
        let framing = model.rules.framing();
        let last = prompt.last_turn();
        let mut is_open = true;
        let mut fixed = 0; // messages that stay the same from call to call
        let mut gaps = prompt.gaps.clone();
        for (index, message) in prompt.messages.iter().enumerate() {
            let is_last = last == Some(index);
            is_open &= !is_last || prompt.is_bare;
            let spoken = match message.role {
                Role::System => Section::System,
                Role::User if is_last => Section::User,
                Role::User | Role::Assistant | Role::Tool => Section::History,
            };
            for (piece, content) in message.contents.iter().enumerate() {
                let (section, counted, source) = match content {
                    Content::Text(text) => (spoken, self.template(text, counting), None),
                    Content::ToolResult(text) => {
                        (Section::History, self.template(text, counting), None)
                    }
                    Content::Retrieved(text) => {
                        (Section::Retrieved, self.template(text, counting), None)
                    }
                    Content::Document(text) => {
                        (Section::Documents, self.template(text, counting), None)
                    }
                    Content::ToolCall(name, arguments) => {
                        let call = self.own(name, counting).plus(self.own(arguments, counting));
                        (Section::History, call, None)
                    }
                    Content::Image(picture) => match picture.size {
                        None => continue, // the reader has left a gap
                        Some(size) => match image::tokens(model, size, picture.detail) {
                            Some((tokens, source)) => (Section::Images, tokens, Some(source)),
                            None => {
                                gaps.push(unknown_image(&picture.place, model));
                                continue;
                            }
                        },
                    },
                };
                let filled =
                    content.template().map_or(Counted::NONE, |it| self.filled(it, counting));
                sum.add(section, counted.minus(filled), source);
                sum.add(Section::Variables, filled, None);
                if let Some(is_marked) = prompt.is_marked(index, piece) {
                    is_open = is_marked;
                    if is_marked {
                        cacheable = cacheable.plus(counted);
                    }
                } else if is_open {
                    let beginning = content.template().filter(|it| !it.variables.is_empty());
                    is_open = beginning.is_none();
                    cacheable = cacheable.plus(match beginning {
                        Some(template) => self.own(template.beginning(), counting),
                        None => counted,
                    });
                }
            }
            if is_open {
                fixed = index + 1;
            }
        }
        let named = |measurer: &mut Self, messages: usize| {
            let messages = prompt.messages[..messages].iter();
            let names = messages.filter_map(|message| message.name.as_deref());
            names.map(|name| measurer.own(name, counting).tokens).sum::<u64>()
        };
        let all = prompt.messages.len();
        let around = framing.around(prompt, all, named(self, all));
        let frame = around.plus(framing.before_answer(prompt));
        sum.add(Section::Framing, frame, Some(framing.source));
        cacheable = cacheable.plus(framing.around(prompt, fixed, named(self, fixed)));
        Measured { total: sum.total, shares: sum.shares, cacheable, gaps }
    }

    fn template(&mut self, template: &'p Template, counting: Counting) -> Counted {
        self.own(&template.text, counting)
    }

    /// What is filled in for the variables of a text.
    fn filled(&mut self, template: &'p Template, counting: Counting) -> Counted {
        let texts = template.variables.iter().map(|variable| &template.text[variable.at.clone()]);
        texts.map(|text| self.own(text, counting)).fold(Counted::NONE, Counted::plus)
    }

    fn own(&mut self, text: &'p str, counting: Counting) -> Counted {
        self.by_key(Key::Own(text.as_ptr().addr(), text.len()), text, counting)
    }

    fn made(&mut self, text: &str, counting: Counting) -> Counted {
        self.by_key(Key::Made(text.to_owned()), text, counting)
    }

    fn by_key(&mut self, key: Key, text: &str, counting: Counting) -> Counted {
        let counted_in = counting.counted_in();
        let count = &mut self.count;
        let tokens = *self
            .counted
            .entry((key.clone(), counted_in))
            .or_insert_with(|| count(text, counted_in));
        if tokens == 0 {
            return Counted::NONE;
        }
        let kinds = &mut self.kinds;
        counted_as(tokens, || *kinds.entry(key).or_insert_with(|| Kinds::of(text)), counting)
    }
}

impl Measured {
    /// Nothing.
    pub const NONE: Measured =
        Measured { total: Counted::NONE, shares: vec![], cacheable: Counted::NONE, gaps: vec![] };

    /// What its texts take.
    pub fn texts(&self) -> Counted {
        self.sum(Section::is_text)
    }

    /// What stands beside the texts: tools, pictures, what is put around messages.
    pub fn frame(&self) -> Counted {
        self.sum(|section| !section.is_text())
    }

    fn sum(&self, is_wanted: impl Fn(Section) -> bool) -> Counted {
        let wanted = self.shares.iter().filter(|share| is_wanted(share.section));
        wanted.map(|share| share.counted).fold(Counted::NONE, Counted::plus)
    }

    /// Both together.
    pub fn plus(self, other: Measured) -> Self {
        let mut sum = Sum { total: self.total, shares: self.shares };
        for share in other.shares {
            sum.add(share.section, share.counted, share.source);
        }
        Measured {
            total: sum.total,
            shares: sum.shares,
            cacheable: self.cacheable.plus(other.cacheable),
            gaps: self.gaps.into_iter().chain(other.gaps).collect(),
        }
    }
}

impl Measured {
    /// What it is without, as `1 image`; empty where all of it is counted.
    pub fn without(&self) -> Vec<String> {
        let mut lost: BTreeMap<Lost, u64> = BTreeMap::new();
        for gap in &self.gaps {
            *lost.entry(gap.lost).or_default() += 1;
        }
        lost.into_iter().filter_map(|(lost, many)| lost.counted(many)).collect()
    }

    /// Why it has no price: something is not counted that may be most of what is billed.
    pub fn unpriced(&self) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.lost.is_large())
    }
}

fn unknown_image(place: &str, model: &Model) -> Gap {
    if model.rules == Rules::Texts {
        let message = "How many tokens an image takes depends on the model.";
        return Gap::new(place, message, "Name one.").without(Lost::Image);
    }
    let message = format!("How many tokens an image takes on `{}` is not known.", model.name);
    Gap::new(place, message, "Add them yourself, or count on another model.").without(Lost::Image)
}

/// Sections as they come.
#[derive(Default)]
struct Sum {
    total: Counted,
    shares: Vec<Share>,
}

impl Sum {
    fn add(&mut self, section: Section, counted: Counted, source: Option<&'static str>) {
        if counted == Counted::NONE {
            return;
        }
        self.total = self.total.plus(counted);
        let source = source.filter(|source| !source.is_empty());
        match self.shares.binary_search_by_key(&section, |share| share.section) {
            Ok(place) => {
                let share = &mut self.shares[place];
                share.counted = share.counted.plus(counted);
            }
            Err(place) => self.shares.insert(place, Share { section, counted, source }),
        }
    }
}

impl Default for Counted {
    fn default() -> Self {
        Counted::NONE
    }
}

#[cfg(test)]
mod tests;
