//! The plan: what a feature does, how often, and with which texts.

mod change;
mod feature;
mod inputs;
mod measures;
pub mod number;
mod step;

pub use change::{NotSet, measure_address};
pub use feature::{Adoption, Curve, Feature, OtherCost, Rise, Volume};
pub use measures::{Certainty, Measure, Measures};
pub use number::{Number, Of, Provenance};
pub use step::{
    Branch, BranchShare, Call, Conversation, Failure, FanOut, HISTORY, History, InputRef, Retry,
    Route, Step,
};

use indexmap::IndexMap;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// The format that this version reads.
pub const FORMAT: u32 = 1;

/// A whole plan, as its document has it.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The number of the format: 1.
    pub forebill: u32,
    /// Its name as people write it.
    pub name: String,
    /// The currency of every figure.
    #[serde(default = "dollars")]
    pub currency: String,
    /// Which prices count.
    pub prices: Option<Prices>,
    /// The first month, as `2027-01`.
    pub starts: String,
    /// How many months.
    pub months: u32,
    /// Texts and token counts that calls send.
    #[serde(default)]
    pub prompts: IndexMap<String, Part>,
    /// What users do.
    pub features: Vec<Feature>,
    /// Costs beside the model calls.
    #[serde(default)]
    pub other_costs: Vec<OtherCost>,
}

/// Which prices count.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day of knowledge. Announced changes still apply in their month.
    #[schemars(with = "String")]
    pub as_of: Date,
}

/// A part of prompts: a text, or so many tokens.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What it is called in tables.
    pub label: Option<String>,
    /// Whose words they are. A text is the system's if nothing is said; tokens are the user's, or retrieved when `used` is said.
    pub role: Option<Role>,
    /// A file beside the plan.
    pub file: Option<String>,
    /// The text itself.
    pub text: Option<String>,
    /// So many tokens, for every model.
    pub tokens: Option<Of<number::Tokens>>,
    /// The change by month: prompt bloat.
    pub grows: Option<Of<number::Growth>>,
    /// The part of it that the answer needs.
    pub used: Option<Of<number::Share>>,
    /// Whether later turns send it again. The user's words are kept if nothing is said.
    pub keep: Option<bool>,
}

/// Whose words a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Instructions.
    System,
    /// What the user says.
    User,
    /// What was looked up.
    Retrieved,
    /// Tool descriptions and results.
    Tools,
}

impl Plan {
    /// The first day of the first month. `None` when `starts` is not a month.
    pub fn first_day(&self) -> Option<Date> {
        let well_formed = self.starts.len() == 7 && self.starts.is_ascii();
        well_formed.then(|| format!("{}-01", self.starts).parse().ok())?
    }
}

impl Part {
    /// Whose words it is.
    pub fn role(&self) -> Role {
        match self.role {
            Some(role) => role,
            None if self.tokens.is_none() => Role::System,
            None if self.used.is_some() => Role::Retrieved,
            None => Role::User,
        }
    }

    /// Whether later turns of a conversation send it again.
    pub fn is_kept(&self) -> bool {
        self.keep.unwrap_or(self.role() == Role::User)
    }

    /// Whether it is a text, counted by vocabulary.
    pub fn is_text(&self) -> bool {
        self.file.is_some() || self.text.is_some()
    }
}

impl Step {
    /// Its kind, as it is written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Chain(_) => "chain",
            Self::Route(_) => "route",
            Self::Retry(_) => "retry",
            Self::FanOut(_) => "fan-out",
            Self::Conversation(_) => "conversation",
        }
    }

    /// The steps directly under it, in reading order.
    pub fn children(&self) -> Vec<&Step> {
        match self {
            Self::Call(_) => vec![],
            Self::Chain(steps) => steps.iter().collect(),
            Self::Route(route) => route.branches.iter().map(|branch| &branch.step).collect(),
            Self::Retry(retry) => std::iter::once(&retry.step).chain(&retry.then).collect(),
            Self::FanOut(fan) => vec![&fan.step],
            Self::Conversation(conversation) => conversation.turn.iter().collect(),
        }
    }

    /// Every call in it, in reading order.
    pub fn calls(&self) -> Vec<&Call> {
        if let Self::Call(call) = self {
            return vec![call];
        }
        self.children().into_iter().flat_map(Self::calls).collect()
    }
}

fn dollars() -> String {
    "USD".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUPPORT: &str = "
forebill: 1
name: Support assistant
starts: 2027-01
months: 12
prompts:
  system: { text: You help., grows: 6%/month }
  question: { tokens: 40..220 }
  article: { tokens: 350..900, used: 40% }
features:
  - name: support
    unit: conversation
    volume: { users: 12k ±20%, adoption: { from: 8%, to: 65%, by: month 9, shape: s-curve }, each: 1.4/month }
    step:
      conversation:
        turns: { value: 2..6, source: chat logs }
        turn:
          - call: { name: rewrite, model: openai/gpt-5-nano, input: [question], output: 30..60 }
          - route:
              - { share: 70%, step: { call: { name: easy, answer: true, model: m, input: [system, history, article x4, question], output: 120..300 } } }
              - { share: rest, step: { retry: { attempts: 3, fails: { invalid: 4% }, step: { call: { name: hard, answer: true, model: m, output: 10 } } } } }
other_costs:
  - { name: human review, share: 2%, cost: $1.10 }
";

    fn addresses(text: &str) -> Vec<String> {
        let plan: Plan = serde_saphyr::from_str(text).expect("a plan");
        let line = |number: &Number| {
            format!("{} = {} @ {}", number.address, number.text, number.path.join("/"))
        };
        plan.addressed().numbers().iter().map(line).collect()
    }

    #[test]
    fn every_number_has_an_address_and_a_place_in_the_document() {
        insta::assert_snapshot!(addresses(SUPPORT).join("\n"), @"
        prompts.system.grows = 6%/month @ prompts/system/grows
        prompts.question.tokens = 40..220 @ prompts/question/tokens
        prompts.article.tokens = 350..900 @ prompts/article/tokens
        prompts.article.used = 40% @ prompts/article/used
        support.users = 12k ±20% @ features/0/volume/users
        support.adoption.from = 8% @ features/0/volume/adoption/from
        support.adoption.to = 65% @ features/0/volume/adoption/to
        support.adoption.by = month 9 @ features/0/volume/adoption/by
        support.each = 1.4/month @ features/0/volume/each
        support.conversation.turns = 2..6 @ features/0/step/conversation/turns
        support.rewrite.output = 30..60 @ features/0/step/conversation/turn/0/call/output
        support.route.share = 70% @ features/0/step/conversation/turn/1/route/0/share
        support.easy.article.copies = 4 @ features/0/step/conversation/turn/1/route/0/step/call/input/2
        support.easy.output = 120..300 @ features/0/step/conversation/turn/1/route/0/step/call/output
        support.retry.attempts = 3 @ features/0/step/conversation/turn/1/route/1/step/retry/attempts
        support.retry.fails.invalid = 4% @ features/0/step/conversation/turn/1/route/1/step/retry/fails/invalid
        support.retry.fails.invalid.billed_input = 100% @ features/0/step/conversation/turn/1/route/1/step/retry/fails/invalid/billed_input
        support.retry.fails.invalid.billed_output = 100% @ features/0/step/conversation/turn/1/route/1/step/retry/fails/invalid/billed_output
        support.hard.output = 10 @ features/0/step/conversation/turn/1/route/1/step/retry/step/call/output
        other-costs.human-review.cost = $1.10 @ other_costs/0/cost
        other-costs.human-review.share = 2% @ other_costs/0/share
        ");
    }

    #[test]
    fn the_schema_names_every_kind_of_step() {
        let schema = schemars::schema_for!(Plan).to_value().to_string();
        for kind in ["call", "chain", "route", "retry", "fan-out", "conversation"] {
            assert!(schema.contains(&format!("\"{kind}\"")), "{kind} is missing");
        }
    }
}
