//! What can be asked of a plan: one edit, as the page sends it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::fields::{
    AdoptionForm, ContractField, Direction, EditPlace, FeatureField, OtherCostField, OverTimeField,
    PartField, PlanField, ProvenanceField, SeasonForm, TermField, TermKind, VolumeForm,
};
use super::kinds::{AgentField, BranchField, StepField, StepKind, TierForm};
use crate::plan::Told;

/// One change of a plan. Steps are named by their place in the document (`features/0/step/chain/1`),
/// numbers by their address (`support.easy.output`), features and other costs by their index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "edit", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Edit {
    /// One number as it is typed. What cannot be read is kept; nothing takes an optional number out.
    Number {
        /// Where it stands among the inputs.
        address: String,
        /// As it is typed.
        text: String,
    },
    /// An optional number that is not there yet, with a usual value.
    AddNumber {
        /// Where it will stand among the inputs.
        address: String,
    },
    /// Who says a number.
    Provenance {
        /// The number.
        address: String,
        /// Which piece of it.
        field: ProvenanceField,
        /// The piece; nothing takes it out.
        value: String,
    },
    /// How a number of tokens, or a count, goes on after the first month.
    OverTime {
        /// The number.
        address: String,
        /// Which way.
        field: OverTimeField,
        /// `2%/month`, or the address of a driver; nothing takes it out.
        value: String,
    },
    /// What moves an input together with others: `hype 60%`. Nothing lets it move alone.
    Cause {
        /// The number.
        address: String,
        /// The cause's name, and the part of the number's doubt that it explains.
        text: String,
    },
    /// A field of the whole plan.
    Plan {
        /// Which.
        field: PlanField,
        /// Its value.
        value: String,
    },
    /// A field of a step that is no number.
    Step {
        /// The step.
        at: String,
        /// Which.
        field: StepField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A new step beside another, or inside it.
    Add {
        /// The step that is there.
        at: String,
        /// Where the new one goes.
        place: EditPlace,
        /// What it is.
        kind: StepKind,
    },
    /// A step becomes the content of a new one.
    Wrap {
        /// The step.
        at: String,
        /// What goes around it.
        kind: StepKind,
    },
    /// A step gives way to its content.
    Unwrap {
        /// The step.
        at: String,
    },
    /// A copy of a step after it; of a branch, one more branch.
    Duplicate {
        /// The step.
        at: String,
    },
    /// A step goes, with all under it.
    Remove {
        /// The step.
        at: String,
    },
    /// A step goes one place on.
    Move {
        /// The step.
        at: String,
        /// Which way.
        by: Direction,
    },
    /// A step goes under another.
    MoveTo {
        /// The step.
        at: String,
        /// The step that it goes under.
        parent: String,
        /// Which of that one's children it becomes, counted without it.
        index: usize,
    },
    /// One more way for a route.
    AddBranch {
        /// The route.
        at: String,
    },
    /// A field of a route's branch that is no number.
    Branch {
        /// The route.
        at: String,
        /// Which of its branches.
        index: usize,
        /// Which field.
        field: BranchField,
        /// Its value; nothing takes a date out.
        value: String,
    },
    /// A step gives way to a copy of it in mid-plan, which is then given another model.
    Switch {
        /// The step.
        at: String,
    },
    /// What happens when every attempt of a retry failed.
    AddThen {
        /// The retry.
        at: String,
    },
    /// What judges the answers of a tier.
    AddJudge {
        /// The cascade.
        at: String,
        /// Which of its tiers.
        tier: usize,
    },
    /// How it is said which of a tier's answers are accepted.
    TierForm {
        /// The cascade.
        at: String,
        /// Which of its tiers.
        tier: usize,
        /// Which.
        form: TierForm,
    },
    /// What a request is looked up with in a response cache.
    AddLookup {
        /// The cache.
        at: String,
    },
    /// What keeps a new answer in a response cache.
    AddInsert {
        /// The cache.
        at: String,
    },
    /// One more way to fail.
    AddFailure {
        /// The retry.
        at: String,
        /// What such failures are called: `timeout`, `rejected`, `invalid`, or another name; `outage` for what
        /// outlasts every attempt.
        kind: String,
    },
    /// A way to fail less.
    RemoveFailure {
        /// The retry.
        at: String,
        /// Its name.
        kind: String,
    },
    /// One more part for a call to send.
    AddInput {
        /// The call.
        at: String,
        /// The part, `history` or `context`.
        part: String,
        /// How many of it; one if nothing is said.
        copies: Option<String>,
    },
    /// A part less for a call to send.
    RemoveInput {
        /// The call.
        at: String,
        /// Which of its inputs.
        index: usize,
    },
    /// A part sent earlier or later in the prompt.
    MoveInput {
        /// The call.
        at: String,
        /// Which of its inputs.
        index: usize,
        /// Which it becomes.
        to: usize,
    },
    /// A field of a part that is no number. A length replaces the one that was there.
    Part {
        /// The part.
        name: String,
        /// Which field.
        field: PartField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A new part: a text, or so many tokens.
    AddPart {
        /// Its name.
        name: String,
        /// The text itself.
        text: Option<String>,
        /// So many tokens; a usual number if neither is given.
        tokens: Option<String>,
    },
    /// A new part of so many tokens, sent by a call.
    SendPart {
        /// The call.
        at: String,
        /// The part's name.
        name: String,
        /// What it is called in tables; its name if nothing is said.
        label: Option<String>,
        /// So many tokens; a usual number if nothing is said.
        tokens: Option<String>,
        /// How many of it; one if nothing is said.
        copies: Option<String>,
    },
    /// The length of a part as it was measured, in place of the length or the text that was there.
    Measured {
        /// The part.
        name: String,
        /// The length: `120 x14 | 350 x88`.
        value: String,
        /// What was measured.
        source: String,
        /// On which day: `2026-11-20`.
        as_of: String,
        /// What it was counted for: `o200k`, `claude-newer ±12%`; nothing where that is not one vocabulary.
        counted: Option<String>,
    },
    /// Numbers as they were measured, with who says so, in place of what was there.
    Evidence {
        /// Each with its address.
        numbers: Vec<Evidenced>,
    },
    /// Another name for a part, here and in every call that sends it.
    RenamePart {
        /// The part.
        name: String,
        /// Its new name.
        to: String,
    },
    /// A part goes, also from every call that sends it.
    RemovePart {
        /// The part.
        name: String,
    },
    /// A field of a feature that is no number.
    Feature {
        /// The feature's index.
        feature: usize,
        /// Which.
        field: FeatureField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A new feature with one call.
    AddFeature {
        /// Its name.
        name: String,
    },
    /// A copy of a feature after it.
    DuplicateFeature {
        /// The feature's index.
        feature: usize,
    },
    /// A feature goes one place up or down.
    MoveFeature {
        /// The feature's index.
        feature: usize,
        /// Which it becomes.
        to: usize,
    },
    /// A feature goes.
    RemoveFeature {
        /// The feature's index.
        feature: usize,
    },
    /// A new agent with one call.
    AddAgent {
        /// Its name.
        name: String,
    },
    /// A field of an agent that is no number.
    Agent {
        /// Its name.
        name: String,
        /// Which.
        field: AgentField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A copy of an agent after it.
    DuplicateAgent {
        /// Its name.
        name: String,
    },
    /// An agent goes that nothing uses.
    RemoveAgent {
        /// Its name.
        name: String,
    },
    /// Whether a feature's volume is given, or comes from people and how often they come.
    VolumeForm {
        /// The feature's index.
        feature: usize,
        /// Which.
        form: VolumeForm,
    },
    /// How the part of the people who use a feature goes over the months.
    AdoptionForm {
        /// The feature's index.
        feature: usize,
        /// Which.
        form: AdoptionForm,
    },
    /// Whether the months of a year differ in a feature's volume.
    SeasonForm {
        /// The feature's index.
        feature: usize,
        /// How.
        form: SeasonForm,
    },
    /// A field of another cost that is no number.
    OtherCost {
        /// Its index.
        index: usize,
        /// Which.
        field: OtherCostField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A new cost beside the model calls.
    AddOtherCost {
        /// What it is for.
        name: String,
    },
    /// A cost beside the model calls goes.
    RemoveOtherCost {
        /// Its index.
        index: usize,
    },
    /// A field of a contract that is no number.
    Contract {
        /// Its index.
        contract: usize,
        /// Which.
        field: ContractField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A new contract without terms, with a seller that has none.
    AddContract {
        /// Its name.
        name: String,
    },
    /// A contract goes, with all its terms.
    RemoveContract {
        /// Its index.
        contract: usize,
    },
    /// A field of a term that is no number.
    Term {
        /// The contract's index.
        contract: usize,
        /// What the term is.
        kind: TermKind,
        /// Which of its kind.
        index: usize,
        /// Which field.
        field: TermField,
        /// Its value; nothing takes an optional field out.
        value: String,
    },
    /// A new term with usual values.
    AddTerm {
        /// The contract's index.
        contract: usize,
        /// What it is.
        kind: TermKind,
    },
    /// A term goes.
    RemoveTerm {
        /// The contract's index.
        contract: usize,
        /// What it is.
        kind: TermKind,
        /// Which of its kind.
        index: usize,
    },
    /// One more step among volume steps.
    AddStepRow {
        /// The contract's index.
        contract: usize,
        /// Which of its volume steps.
        index: usize,
    },
    /// A step less.
    RemoveStepRow {
        /// The contract's index.
        contract: usize,
        /// Which of its volume steps.
        index: usize,
        /// Which step.
        row: usize,
    },
    /// What a feature, or the whole plan, may come to.
    Budget {
        /// The feature's index; the plan if nothing is said.
        feature: Option<usize>,
        /// Which limit: `month`, `unit_cost`, a call and its side: `hard.input`; of the plan, what a model is sent a minute:
        /// `openai/gpt-5.tpm`.
        limit: String,
        /// As it is typed; nothing takes it out.
        value: String,
    },
    /// What a vendor billed for a prompt.
    Tell {
        /// The model, as the plan names it.
        model: String,
        /// The prompt's tokens, as estimated and as billed.
        told: Told,
    },
    /// Everything that a vendor billed for a model, forgotten.
    Forget {
        /// The model, as the plan names it.
        model: String,
    },
}

/// A number that was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Evidenced {
    /// Where it stands among the inputs, or will: `support.easy.output`.
    pub address: String,
    /// As a plan has it: `3 x4 | 5 x2`.
    pub value: String,
    /// What was measured.
    pub source: String,
    /// On which day: `2026-11-20`.
    pub as_of: String,
    /// The data behind it.
    pub evidence: Option<String>,
    /// Of a part's length, what it was counted for: `o200k`, `claude-newer ±12%`.
    pub counted: Option<String>,
}
