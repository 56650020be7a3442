//! A line of the outline: what a node of the plan is, what is said of it, what it comes to.

use cost::edit::{AdoptionForm, TermField, TermKind};
use cost::meter::Meter;
use serde::Serialize;
use ts_rs::TS;

/// A line of the outline.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Node {
    /// Its place in the document, which edits name: `features/0/step/chain/1`.
    pub at: String,
    /// The place of the node that it stands under.
    pub parent: Option<String>,
    /// 0 for a feature and an agent.
    pub depth: usize,
    /// What it is.
    pub kind: Kind,
    /// Its address: `support.easy`; nothing for a chain.
    pub address: Option<String>,
    /// Its name in addresses; empty for a chain.
    pub name: String,
    /// Its name as people write it, where it has one.
    pub label: Option<String>,
    /// One piece of a feature: `conversation`.
    pub unit: Option<String>,
    /// Several of them: `conversations`.
    pub units: Option<String>,
    /// Who answers for a feature.
    pub owner: Option<String>,
    /// The cost centre that pays for a feature.
    pub cost_centre: Option<String>,
    /// The general ledger account that it is booked to.
    pub gl_account: Option<String>,
    /// When the users of a feature come: `flat`, `office hours`, 24 weights, or `by day and hour`.
    pub load: Option<String>,
    /// On whose clocks, where that is said.
    pub zone: Option<String>,
    /// How the adoption of a feature goes, where people make its volume.
    pub adoption: Option<AdoptionForm>,
    /// The model of a call.
    pub model: Option<String>,
    /// The processing tier of a call.
    pub tier: Option<String>,
    /// Whether the user sees its output.
    pub answer: bool,
    /// Where it stands under its parent, if that matters: `then` of a retry, a branch's share.
    pub place: Option<String>,
    /// The numbers that say most about it, as typed, with the address of the first that can be edited.
    pub main: Option<Main>,
    /// The addresses of its numbers, in reading order.
    pub inputs: Vec<String>,
    /// Numbers that it could have and has not.
    pub optional: Vec<String>,
    /// What a call sends.
    pub sends: Vec<Sent>,
    /// What it comes to in the month in view; nothing while it has no figures.
    pub figures: Option<NodeFigures>,
    /// What a contract says.
    pub contract: Option<Agreed>,
    /// What is said of a step beside its numbers, where its kind says something.
    pub form: Option<Form>,
}

/// What is said of a step beside its numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "of", rename_all = "kebab-case")]
#[ts(rename = "StepForm")]
pub enum Form {
    /// Of a call.
    Call {
        /// Whether later turns send its output again although it is no answer.
        keep: bool,
        /// Whether what it thinks is sent again wherever its output is.
        keep_reasoning: bool,
        /// How much of its prompts its provider keeps: `whole`, `shared`; `held` in an explicit cache; nothing for no cache.
        cache: Option<String>,
        /// Whether a conversation is around it, whose `history` it can read.
        in_conversation: bool,
        /// Whether a loop or a refinement is around it, whose `context` it can read.
        in_context: bool,
    },
    /// Of a route.
    Route {
        /// For how long a way is kept: `turn`, `conversation`.
        sticky: String,
        /// Whether a conversation is around it.
        in_conversation: bool,
        /// Its branches, the rest last.
        branches: Vec<BranchOf>,
    },
    /// Of a fan-out.
    FanOut {
        /// Whether one copy runs before the others.
        warm_first: bool,
    },
    /// Of a conversation.
    Conversation {
        /// What `history` holds: `full`, `last`, `summary`.
        history: String,
    },
    /// Of a cascade.
    Cascade {
        /// Its tiers, the first asked first.
        tiers: Vec<TierOf>,
    },
    /// Of a response cache.
    ResponseCache {
        /// Whether the part of hits follows from traffic.
        from_traffic: bool,
        /// Whether something looks requests up.
        lookup: bool,
        /// Whether something keeps new answers.
        insert: bool,
    },
    /// Of a tool.
    Tool {
        /// In whose price list its fee stands, where it stands in one.
        list: Option<String>,
        /// What of that list one use is.
        meter: Option<String>,
        /// What can be sold by use.
        meters: Vec<String>,
        /// The part that one use returns.
        returns: Option<String>,
    },
    /// Of a use of an agent.
    Agent {
        /// The agent.
        agent: String,
        /// How many of it stand inside each other at most.
        depth: Option<u32>,
        /// The calls that it makes, as limits name them: `scout.look`.
        calls: Vec<String>,
    },
    /// Of an agent.
    NamedAgent {
        /// How many steps use it.
        uses: usize,
    },
}

/// A branch of a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "RouteBranch")]
pub struct BranchOf {
    /// The place of its step.
    pub at: String,
    /// What it takes.
    pub takes: Takes,
    /// When it is taken first, as typed: `month 7`; empty where nothing is said.
    pub from: String,
    /// When it is taken no more, as typed; empty where nothing is said.
    pub until: String,
}

/// What a branch of a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename = "BranchTakes")]
pub enum Takes {
    /// All of it, while it runs.
    All,
    /// A part of it.
    Part,
    /// What the others leave.
    Rest,
}

/// A tier of a cascade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "CascadeTier")]
pub struct TierOf {
    /// The place of what answers.
    pub at: String,
    /// The place of what judges the answer.
    pub judge: Option<String>,
    /// Whether it is said what its judge accepts of right and of wrong answers.
    pub is_judged: bool,
}

/// What a contract says, and what it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ContractNode")]
pub struct Agreed {
    /// Whose models it is about: a seller; nothing for every other one.
    pub provider: Option<String>,
    /// Where its terms are written.
    pub source: Option<String>,
    /// What it adds in the month in view, below 0 where it takes off: an exact decimal. Nothing while it has no
    /// figures.
    pub change: Option<String>,
    /// What explains that.
    pub why: Option<String>,
    /// Its terms, in the order in which they count.
    pub terms: Vec<TermOf>,
    /// Numbers of its own that it could have and has not.
    pub optional: Vec<String>,
}

/// A term of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ContractTerm")]
pub struct TermOf {
    /// What it is.
    pub kind: TermKind,
    /// Which of its kind.
    pub index: usize,
    /// What people call it: `percentage 2`.
    pub label: String,
    /// Its fields that are no numbers.
    pub fields: Vec<TermFieldOf>,
    /// The addresses of its numbers, in reading order.
    pub inputs: Vec<String>,
    /// Numbers that it could have and has not.
    pub optional: Vec<String>,
    /// How many steps it has, where it has steps.
    pub rows: usize,
}

/// A field of a term that is no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ContractTermField")]
pub struct TermFieldOf {
    /// Which.
    pub field: TermField,
    /// Its value; empty where nothing is said.
    pub value: String,
    /// What can be chosen; any text where nothing is listed.
    pub choices: Vec<String>,
}

/// The kinds of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename = "NodeKind")]
pub enum Kind {
    /// A feature.
    Feature,
    /// One model call.
    Call,
    /// One step after another.
    Chain,
    /// One of several steps.
    Route,
    /// A step tried again when it fails.
    Retry,
    /// Copies of a step side by side.
    FanOut,
    /// Turns that resend what was said before.
    Conversation,
    /// Tiers asked in turn until an answer is accepted.
    Cascade,
    /// Drafts until one is accepted.
    Until,
    /// Steps of an agent, with a context that grows.
    Loop,
    /// Answers that are kept and given again.
    ResponseCache,
    /// A tool that is used.
    Tool,
    /// A use of an agent.
    Agent,
    /// An agent of the plan.
    NamedAgent,
    /// A cost beside the model calls.
    OtherCost,
    /// What was agreed with a seller.
    Contract,
}

/// The numbers that say most about a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Main {
    /// The input that Enter edits; nothing where there is none to edit.
    pub address: Option<String>,
    /// As typed.
    pub text: String,
    /// Whether nobody has said where it comes from.
    pub guess: bool,
}

/// A part that a call sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Sent {
    /// The part's name, or `history`.
    pub part: String,
    /// How it is called in tables.
    pub label: String,
    /// How many of it, as typed; one if nothing is said.
    pub copies: Option<String>,
    /// Tokens in one call in the month in view; nothing where they are not known.
    pub tokens: Option<String>,
    /// How sure its length is: `exact`, `estimated ±12 %`, `assumed, counted for o200k`; nothing where
    /// nobody counted it.
    pub certainty: Option<String>,
}

/// What a node comes to, for one unit in the month in view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NodeFigures {
    /// Model calls; nothing for a cost beside them.
    pub calls: Option<String>,
    /// Tokens sent.
    pub tokens_in: Option<String>,
    /// Whether texts are among them whose tokens are estimated.
    pub estimated: bool,
    /// Tokens written, reasoning included.
    pub tokens_out: Option<String>,
    /// Dollars, rounded so that the nodes under a node add up to it.
    pub cost: String,
    /// Dollars, as the workings have them.
    pub cost_exact: String,
    /// Dollars in the month, as an exact decimal.
    pub month: String,
    /// The share of its feature in percent, with one decimal, rounded in the same way.
    pub share: String,
    /// What `why` explains.
    pub why: String,
    /// Of a use of an agent, what its cost is the sum of.
    pub under: Vec<Under>,
    /// Of a call, what it pays for tokens sent and written in the month.
    pub prices: Vec<CallPrice>,
}

/// A price at which a call's tokens are billed in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CallPrice {
    /// What is billed.
    pub meter: Meter,
    /// US dollars for a million tokens, as a decimal.
    pub per_million: String,
    /// Its first day, where that comes after the plan's first.
    pub since: Option<String>,
    /// The day on which it ends, where that comes within the plan's months.
    pub ends: Option<String>,
}

/// What a use of an agent costs in one of its steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "AgentStepCost")]
pub struct Under {
    /// The step's name after those of the agents around it: `search`, `deeper.search`.
    pub label: String,
    /// Dollars for one unit, as the workings have them.
    pub cost: String,
    /// What `why` explains.
    pub why: String,
}
