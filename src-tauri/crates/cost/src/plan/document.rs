//! The whole document: names, months, texts, features.

use indexmap::IndexMap;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::budget::PlanBudget;
use super::contract::{self, Contract, Exchange};
use super::feature::{Feature, OtherCost};
use super::given;
use super::number::{self, Of};
use super::rate_limit::RateLimits;
use super::step::Step;
use super::truth;

/// The format that this version reads.
pub const FORMAT: u32 = 1;

/// So many maps and lists may stand inside each other in a plan's document.
pub const DEEPEST: usize = 64;

/// A whole plan, as its document has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The number of the format: 1.
    pub forebill: u32,
    /// Its name as people write it.
    pub name: String,
    /// The currency of every figure.
    #[serde(default = "dollars", skip_serializing_if = "is_dollars")]
    pub currency: String,
    /// Which prices count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    /// The first month, as `2027-01`.
    pub starts: String,
    /// How many months.
    pub months: u32,
    /// Texts and token counts that calls send.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub prompts: IndexMap<String, Part>,
    /// Steps that several places use, by their name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub agents: IndexMap<String, Agent>,
    /// What users do.
    pub features: Vec<Feature>,
    /// What it may come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<PlanBudget>,
    /// What providers let each model take a minute, by the model's name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub rate_limits: IndexMap<String, RateLimits>,
    /// Costs beside the model calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_costs: Vec<OtherCost>,
    /// What was agreed with sellers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<Contract>,
    /// Another currency, in which totals are shown beside the plan's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// What moves several inputs together, by name: the inputs' addresses, each with the part of its doubt that the
    /// cause explains.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub causes: IndexMap<String, Cause>,
    /// What vendors billed for texts of models whose tokens are estimated, by the model's name: the
    /// estimate is corrected by it, and its band narrows.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub calibration: Calibration,
}

/// The inputs that a cause moves, by their addresses: the part ρ of each one's doubt that it explains.
pub type Cause = IndexMap<String, Of<number::Share>>;

/// Steps that several places use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// Its name as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it does when it is used.
    #[serde(serialize_with = "given::write")]
    pub step: Step,
}

/// What vendors billed, by the model's name.
pub type Calibration = IndexMap<String, Vec<Told>>;

/// What a vendor billed for a prompt. Nothing of the prompt is kept but these two counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ToldCount")]
pub struct Told {
    /// The tokens that its texts were estimated at, before anything was learned.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub estimated: u64,
    /// The tokens that the vendor billed for its texts.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub billed: u64,
}

impl Told {
    /// What is wrong with it, and what to do; nothing where it can be meant.
    pub fn wrong(self) -> Option<(String, &'static str)> {
        let Told { estimated, billed } = self;
        let longest = MOST_TOKENS;
        if estimated == 0 || billed == 0 {
            let message = "Nothing is learned from 0 tokens.".to_owned();
            return Some((message, "Write both counts of a prompt, or take the pair out."));
        }
        if estimated > longest || billed > longest {
            let message = format!("No prompt has {} tokens.", estimated.max(billed));
            return Some((message, "Write the counts of one prompt."));
        }
        let is_far = billed > FURTHEST * estimated || estimated > FURTHEST * billed;
        is_far.then(|| {
            let message = format!(
                "{billed} billed tokens cannot be those of a text estimated at {estimated}: they \
                 are more than {FURTHEST} times apart."
            );
            (message, "Compare the same prompt: all of its input, cached input included.")
        })
    }
}

/// No two tokenizers are so many times apart on a text.
const FURTHEST: u64 = 4;

/// No prompt has more tokens.
const MOST_TOKENS: u64 = 1_000_000_000;

/// Which prices count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The day of knowledge. Announced changes still apply in their month.
    #[schemars(with = "String")]
    pub as_of: Date,
}

/// A part of prompts: a text, or so many tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What it is called in tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whose words they are. A text is the system's if nothing is said; tokens are the user's, or retrieved when `used` is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// A file beside the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The text itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// So many tokens, for every model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Of<number::Tokens>>,
    /// The change by month: prompt bloat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grows: Option<Of<number::Growth>>,
    /// The part of it that the answer needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<Of<number::Share>>,
    /// Whether later turns send it again. The user's words are kept if nothing is said.
    #[serde(
        default,
        deserialize_with = "truth::read_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub keep: Option<bool>,
}

/// Whose words a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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
        contract::first_day(&self.starts)
    }
}

impl Plan {
    /// Where a step stands in the document, by its address: `support.easy`. What an agent does stands
    /// in the agent: `support.scout.look`.
    pub fn path_to(&self, step: &str) -> Option<Vec<String>> {
        let (feature, name) = step.split_once('.')?;
        let index = self.features.iter().position(|known| known.name == feature)?;
        self.path_in(&["features", &index.to_string()], &self.features[index].step, name)
    }

    fn path_in(&self, top: &[&str], tree: &Step, name: &str) -> Option<Vec<String>> {
        if let Some(path) = tree.path_to(name) {
            let top = top.iter().chain(&["step"]).map(|&word| word.to_owned());
            return Some(top.chain(path).collect());
        }
        tree.all().into_iter().find_map(|step| {
            let Step::Agent(used) = step else { return None };
            let inside = name.strip_prefix(&used.name)?.strip_prefix('.')?;
            self.path_in(&["agents", &used.agent], &self.agents.get(&used.agent)?.step, inside)
        })
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

fn dollars() -> String {
    "USD".to_owned()
}

fn is_dollars(currency: &String) -> bool {
    *currency == dollars()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_an_agent_stands_in_its_agent() {
        let text = "
forebill: 1
name: Desk
starts: 2027-01
months: 3
prompts: { q: { tokens: 20 } }
agents:
  scout: { step: { agent: { name: deep, use: reader } } }
  reader: { step: { chain: [{ call: { name: look, answer: true, model: acme/small, input: [q], output: 9 } }] } }
features:
  - name: desk
    unit: answer
    volume: { units: 9/day }
    step: { chain: [{ call: { name: plain, model: acme/small, input: [q], output: 9 } }, { agent: { name: scout, use: scout } }] }
";
        let plan: Plan = serde_saphyr::from_str(text).expect("a plan");
        let check = |step, path: Option<&str>| {
            assert_eq!(plan.path_to(step).map(|it| it.join("/")).as_deref(), path, "{step}");
        };
        check("desk.plain", Some("features/0/step/chain/0/call"));
        check("desk.scout", Some("features/0/step/chain/1/agent"));
        check("desk.scout.deep", Some("agents/scout/step/agent"));
        check("desk.scout.deep.look", Some("agents/reader/step/chain/0/call"));
        check("desk.scout.look", None);
    }
}
