//! Any edit of any plan, by a few bytes that choose: sensible ones, slips, and what hostile hands write.

use super::asked::{Edit, Evidenced};
use super::fields::{
    AdoptionForm, ContractField, Direction, EditPlace, FeatureField, OtherCostField, PartField,
    PlanField, ProvenanceField, TermField, TermKind, VolumeForm,
};
use super::kinds::{AgentField, BranchField, StepField, StepKind, TierForm};
use crate::plan::{Plan, Told};

/// A choice among so many, made later by what the plan has.
pub type Choice = [u8; 4];

fn one<T: Clone>(of: &[T], choice: u8) -> T {
    of[usize::from(choice) % of.len()].clone()
}

const KINDS: [StepKind; 12] = [
    StepKind::Call,
    StepKind::Chain,
    StepKind::Route,
    StepKind::Retry,
    StepKind::FanOut,
    StepKind::Conversation,
    StepKind::Cascade,
    StepKind::Until,
    StepKind::Loop,
    StepKind::ResponseCache,
    StepKind::Tool,
    StepKind::Agent,
];

/// What people, slips and hostile hands write.
const TEXTS: &[&str] = &[
    "",
    " ",
    "120..300",
    "450..1",
    "3",
    "0.5",
    "70%",
    "rest",
    "month 4",
    "2/week",
    "$3",
    "=x",
    "no",
    "a b",
    "hard",
    "call",
    "route.2",
    "system",
    "user",
    "page",
    "history",
    "acme/large",
    "batch",
    "true",
    "2027-03",
    "2026-11-20",
    "12:30",
    "x4",
    "a x4",
    "ä\u{1F600}",
    "two\nlines\n",
    "\u{7}",
    "# a",
    "- a",
];

/// An edit of the tree.
pub fn structural(plan: &Plan, [kind, step, other, more]: Choice) -> Edit {
    let paths: Vec<String> = plan.steps().into_iter().map(|standing| standing.path).collect();
    let at = one(&paths, step);
    match kind % 8 {
        0 | 1 => {
            let place = one(&[EditPlace::Before, EditPlace::After, EditPlace::Inside], other);
            Edit::Add { at, place, kind: one(&KINDS, more) }
        }
        2 => Edit::Wrap { at, kind: one(&KINDS, more) },
        3 => Edit::Duplicate { at },
        4 | 5 => {
            let ways = [Direction::Up, Direction::Down, Direction::In, Direction::Out];
            Edit::Move { at, by: one(&ways, more) }
        }
        6 => Edit::MoveTo { at, parent: one(&paths, other), index: usize::from(more % 4) },
        _ => match more % 10 {
            9 => Edit::Switch { at },
            0 => Edit::AddBranch { at },
            1 => Edit::AddThen { at },
            2 => Edit::AddJudge { at, tier: usize::from(other % 3) },
            3 => Edit::AddLookup { at },
            4 => Edit::AddInsert { at },
            5 => Edit::AddAgent { name: one(&["scout", "call", "a b"], other).to_owned() },
            6 => Edit::DuplicateAgent { name: agent(plan, other) },
            _ => {
                let kinds = ["invalid", "odd", "timeout", "outage"];
                Edit::AddFailure { at, kind: one(&kinds, other).to_owned() }
            }
        },
    }
}

/// An agent of the plan, or none.
fn agent(plan: &Plan, choice: u8) -> String {
    let names: Vec<&str> = plan.agents.keys().map(String::as_str).chain(["none"]).collect();
    one(&names, choice).to_owned()
}

/// A field of a step.
fn of_step(plan: &Plan, at: String, [_, step, other, more]: Choice) -> Edit {
    use StepField as Of;
    let (field, values): (StepField, &[&str]) = one(
        &[
            (Of::Name, TEXTS),
            (Of::Label, TEXTS),
            (Of::Model, TEXTS),
            (Of::Tier, TEXTS),
            (Of::Answer, &["true", "false"][..]),
            (Of::Keep, &["true", "false"]),
            (Of::KeepReasoning, &["true", "false"]),
            (Of::Cache, &["", "whole", "shared"]),
            (Of::Sticky, &["turn", "conversation"]),
            (Of::History, &["full", "last", "summary"]),
            (Of::WarmFirst, &["true", "false"]),
            (Of::Hits, &["given", "traffic"]),
            (Of::Fee, &["own", "list"]),
            (Of::Meter, &["", "web_search"]),
            (Of::Returns, TEXTS),
            (Of::Depth, &["", "1", "2", "7"]),
            (Of::Agent, &["gone"]),
        ],
        other,
    );
    let value = if field == Of::Agent {
        agent(plan, step)
    } else {
        // Most fields know few words.
        one(if more % 7 == 0 { TEXTS } else { values }, more).to_owned()
    };
    Edit::Step { at, field, value }
}

/// An agent, or what a tier or a branch says.
fn of_agent(plan: &Plan, at: String, [_, step, other, more]: Choice) -> Edit {
    let (name, value) = (agent(plan, step), one(TEXTS, more).to_owned());
    match other % 7 {
        5 | 6 => Edit::Branch {
            at,
            index: usize::from(step % 3),
            field: one(&[BranchField::From, BranchField::Until, BranchField::Takes], more),
            value: one(&["", "month 2", "2027-03-15", "all", "part"], more / 3).to_owned(),
        },
        0 => Edit::RemoveAgent { name },
        1 => Edit::Agent { name, field: AgentField::Label, value },
        2 => Edit::Agent { name, field: AgentField::Name, value },
        _ => {
            let form = one(&[TierForm::Given, TierForm::Judged], more);
            Edit::TierForm { at, tier: usize::from(step % 3), form }
        }
    }
}

/// Any edit.
pub fn any_edit(plan: &Plan, choice: Choice) -> Edit {
    let [kind, step, other, more] = choice;
    let text = one(TEXTS, more).to_owned();
    let paths: Vec<String> = plan.steps().into_iter().map(|standing| standing.path).collect();
    let at = one(&paths, step);
    let addresses: Vec<String> = plan.numbers().into_iter().map(|number| number.address).collect();
    let address = one(&addresses, step);
    let parts: Vec<String> = plan.prompts.keys().cloned().chain(["none".to_owned()]).collect();
    let (part, feature) = (one(&parts, step), usize::from(step % 3));
    let (index, to) = (usize::from(other % 4), usize::from(more % 4));
    match kind % 49 {
        0..8 => structural(plan, choice),
        8..12 => Edit::Number { address, text },
        12 | 13 => {
            let absent: Vec<String> =
                plan.absent_numbers().into_iter().map(|(address, _)| address).collect();
            Edit::AddNumber { address: one(&[absent, vec![address]].concat(), other) }
        }
        14 => {
            let fields = [
                ProvenanceField::Source,
                ProvenanceField::AsOf,
                ProvenanceField::Owner,
                ProvenanceField::Evidence,
            ];
            Edit::Provenance { address, field: one(&fields, other), value: text }
        }
        15 => {
            let fields =
                [PlanField::Name, PlanField::Starts, PlanField::Months, PlanField::PricesAsOf];
            Edit::Plan { field: one(&fields, other), value: text }
        }
        16 | 17 => of_step(plan, at, choice),
        18 | 19 => Edit::Unwrap { at },
        20 | 21 => Edit::Remove { at },
        22 => Edit::RemoveFailure { at, kind: "timeout".to_owned() },
        23 => Edit::AddInput { at, part: text, copies: Some(one(TEXTS, other).to_owned()) },
        24 => Edit::RemoveInput { at, index },
        25 => Edit::MoveInput { at, index, to },
        26 => {
            let fields = [
                PartField::Label,
                PartField::Role,
                PartField::File,
                PartField::Text,
                PartField::Tokens,
                PartField::Keep,
            ];
            Edit::Part { name: part, field: one(&fields, other), value: text }
        }
        27 => Edit::AddPart { name: text, text: Some(one(TEXTS, other).to_owned()), tokens: None },
        28 => Edit::AddPart { name: text, text: None, tokens: Some(one(TEXTS, other).to_owned()) },
        29 => Edit::RenamePart { name: part, to: text },
        30 => Edit::RemovePart { name: part },
        31 => {
            let fields =
                [FeatureField::Name, FeatureField::Label, FeatureField::Owner, FeatureField::Unit];
            Edit::Feature { feature, field: one(&fields, other), value: text }
        }
        32 => Edit::AddFeature { name: text },
        33 => Edit::DuplicateFeature { feature },
        34 => Edit::MoveFeature { feature, to },
        35 => Edit::RemoveFeature { feature },
        36 => {
            Edit::VolumeForm { feature, form: one(&[VolumeForm::Units, VolumeForm::Users], more) }
        }
        37 => {
            let forms = [
                AdoptionForm::Everyone,
                AdoptionForm::Steady,
                AdoptionForm::SCurve,
                AdoptionForm::Linear,
            ];
            Edit::AdoptionForm { feature, form: one(&forms, more) }
        }
        38 => {
            let field = one(&[OtherCostField::Name, OtherCostField::Of], other);
            Edit::OtherCost { index, field, value: text }
        }
        39 if other % 2 == 0 => {
            let value = one(&["120 x14 | 350 x88", "2..6%/month", "rest"], more).to_owned();
            let (source, as_of) = (text, "2026-11-20".to_owned());
            let number = Evidenced { address, value, source, as_of, ..Evidenced::default() };
            Edit::Evidence { numbers: vec![number] }
        }
        39 => {
            let value = one(&["120 x14 | 350 x88", "7", "9 x1 | 3 x1"], other).to_owned();
            let (source, as_of) = (text, "2026-11-20".to_owned());
            let counted = (index > 0).then(|| one(&["o200k", "gemini ±8%", "±"], more).to_owned());
            Edit::Measured { name: part, value, source, as_of, counted }
        }
        40 => {
            let told = Told { estimated: 100 * u64::from(other % 4), billed: 110 };
            Edit::Tell { model: text, told }
        }
        41 if other % 2 == 0 => {
            let feature = (more % 3 > 0).then_some(feature);
            let limit = one(&["month", "unit_cost", "easy.input", "gone.output", "else"], step);
            Edit::Budget { feature, limit: limit.to_owned(), value: text }
        }
        41 => Edit::Forget { model: text },
        42..46 => of_contract(choice, text),
        46 | 47 => of_agent(plan, at, choice),
        _ if other % 2 == 0 => Edit::AddOtherCost { name: text },
        _ => Edit::RemoveOtherCost { index },
    }
}

/// An edit of a contract.
fn of_contract([kind, step, other, more]: Choice, value: String) -> Edit {
    let (contract, index, row) =
        (usize::from(step % 2), usize::from(other % 2), usize::from(more % 3));
    let term = one(&TermKind::ALL, more);
    match other % 10 {
        0 | 1 => Edit::AddContract { name: value },
        2..5 => Edit::AddTerm { contract, kind: term },
        5 => Edit::RemoveTerm { contract, kind: term, index },
        6 => Edit::AddStepRow { contract, index },
        7 => Edit::RemoveStepRow { contract, index, row },
        8 if kind % 2 == 0 => Edit::RemoveContract { contract },
        8 => {
            use ContractField as Of;
            let fields = [Of::Name, Of::Label, Of::Provider, Of::Source];
            Edit::Contract { contract, field: one(&fields, more), value }
        }
        _ => {
            let field = one(&TermField::ALL, step);
            let value = one(&[value, "output".to_owned(), "year".to_owned()], kind);
            Edit::Term { contract, kind: term, index, field, value }
        }
    }
}
