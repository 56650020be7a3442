//! Any edit of any plan, by a few bytes that choose: sensible ones, slips, and what hostile hands write.

use super::asked::{Edit, Evidenced};
pub use super::chosen::Choice;
use super::chosen::{Maker, TEXTS, one};
use super::fields::{
    AdoptionForm, ContractField, Direction, EditPlace, FeatureField, OtherCostField, OverTimeField,
    PartField, PlanField, ProvenanceField, SeasonForm, TermKind, VolumeForm,
};
use super::kinds::{AgentField, StepKind, TierForm};
use crate::plan::Plan;

/// The sorts of edits: every variant of `Edit`, or this does not compile.
macro_rules! sorts {
    ($($sort:ident),* $(,)?) => {
        /// A sort of edit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Sort {
            $(#[doc = concat!("`Edit::", stringify!($sort), "`.")] $sort,)*
        }

        impl Sort {
            /// Every sort.
            pub const ALL: &[Self] = &[$(Self::$sort),*];
        }

        /// None is missing.
        const _: fn(&Edit) -> Sort = |edit| match edit {
            $(Edit::$sort { .. } => Sort::$sort,)*
        };
    };
}

sorts! {
    Number, AddNumber, Provenance, OverTime, Cause, Plan, Step, Add, Wrap, Unwrap, Duplicate,
    Remove, Move, MoveTo, AddBranch, Branch, Switch, AddThen, AddJudge, TierForm, AddLookup,
    AddInsert, AddFailure, RemoveFailure, AddInput, RemoveInput, MoveInput, Part, AddPart, SendPart,
    Measured, Evidence, RenamePart, RemovePart, Feature, AddFeature, DuplicateFeature,
    MoveFeature, RemoveFeature, AddAgent, Agent, DuplicateAgent, RemoveAgent, VolumeForm,
    AdoptionForm, SeasonForm, OtherCost, AddOtherCost, RemoveOtherCost, Contract, AddContract,
    RemoveContract, Term, AddTerm, RemoveTerm, AddStepRow, RemoveStepRow, Budget, Tell, Forget,
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

/// The day on which something was measured.
const MEASURED: &str = "2026-11-20";

/// An edit of the tree.
pub fn structural(plan: &Plan, choice: Choice) -> Edit {
    let [kind, .., more] = choice;
    let sort = match kind % 8 {
        0 | 1 => Sort::Add,
        2 => Sort::Wrap,
        3 => Sort::Duplicate,
        4 | 5 => Sort::Move,
        6 => Sort::MoveTo,
        _ => {
            let own = [
                Sort::AddFailure,
                Sort::AddFailure,
                Sort::AddBranch,
                Sort::AddThen,
                Sort::AddJudge,
                Sort::AddLookup,
                Sort::AddInsert,
                Sort::AddAgent,
                Sort::DuplicateAgent,
                Sort::Switch,
            ];
            one(&own, more)
        }
    };
    Maker { plan, choice }.edit(sort)
}

/// What is done to things that few plans have: it comes more often, so that these come to be and are changed.
const OWN: &[Sort] = &[
    Sort::AddBranch,
    Sort::Branch,
    Sort::AddThen,
    Sort::AddJudge,
    Sort::TierForm,
    Sort::AddLookup,
    Sort::AddInsert,
    Sort::AddFailure,
    Sort::RemoveFailure,
    Sort::Agent,
    Sort::DuplicateAgent,
    Sort::RemoveAgent,
    Sort::OtherCost,
    Sort::RemoveOtherCost,
    Sort::Contract,
    Sort::RemoveContract,
    Sort::Term,
    Sort::AddTerm,
    Sort::RemoveTerm,
    Sort::AddStepRow,
    Sort::RemoveStepRow,
    Sort::Forget,
];

/// Any edit: of its sort, the first of some that can be made.
pub fn any_edit(plan: &Plan, [kind, step, other, more]: Choice) -> Edit {
    // One choice is another for each plan.
    let kind = kind.wrapping_add((37 * plan.steps().len()) as u8);
    let sorts = if kind % 3 == 0 { OWN } else { Sort::ALL };
    let sort = sorts[usize::from(kind) * sorts.len() / 256];
    let tried = (0..8_u8).map(|by| {
        let [step, other, more] = [(step, 37), (other, 101), (more, 59)]
            .map(|(it, far)| it.wrapping_add(by.wrapping_mul(far)));
        Maker { plan, choice: [kind, step, other, more] }.edit(sort)
    });
    let mut tried = tried.peekable();
    let first = tried.peek().expect("there are eight").clone();
    tried.find(|edit| plan.edit(edit).is_ok()).unwrap_or(first)
}

impl Maker<'_> {
    /// An edit of a sort; where the plan has nothing of what it is about, one that brings that.
    fn edit(&self, sort: Sort) -> Edit {
        let [_, step, other, more] = self.choice;
        let (text, value) = (one(TEXTS, more).to_owned(), one(TEXTS, other).to_owned());
        let (at, feature) = (self.any_step(), self.feature());
        let (index, to) = (usize::from(other % 4), usize::from(more % 4));
        match sort {
            Sort::Number => {
                let text = self.typed(&["2", "120..300", "40%", "2/week"]);
                Edit::Number { address: self.address(), text }
            }
            Sort::AddNumber => {
                let absent = self.plan.absent_numbers();
                let absent = absent.into_iter().map(|(address, _)| address).collect();
                Edit::AddNumber { address: one(&[absent, vec![self.address()]].concat(), other) }
            }
            Sort::Provenance => {
                use ProvenanceField as Of;
                let field = one(&[Of::Source, Of::AsOf, Of::Owner, Of::Evidence], other);
                Edit::Provenance { address: self.address(), field, value: text }
            }
            Sort::OverTime => {
                let field = one(&[OverTimeField::Grows, OverTimeField::Follows], other);
                let value = match field {
                    OverTimeField::Grows => self.typed(&["2%/month", "-1%/month"]),
                    OverTimeField::Follows => self.typed(&self.addresses()),
                };
                Edit::OverTime { address: self.address(), field, value }
            }
            Sort::Cause => self.cause(),
            Sort::Plan => {
                use PlanField as Of;
                let field = one(&[Of::Name, Of::Starts, Of::Months, Of::PricesAsOf], other);
                Edit::Plan { field, value: text }
            }
            Sort::Step => self.of_step(),
            Sort::Add => {
                let place = one(&[EditPlace::Before, EditPlace::After, EditPlace::Inside], other);
                Edit::Add { at, place, kind: one(&KINDS, more) }
            }
            Sort::Wrap => Edit::Wrap { at, kind: one(&KINDS, more) },
            Sort::Unwrap => Edit::Unwrap { at },
            Sort::Duplicate => Edit::Duplicate { at },
            Sort::Remove => Edit::Remove { at },
            Sort::Move => {
                let ways = [Direction::Up, Direction::Down, Direction::In, Direction::Out];
                Edit::Move { at, by: one(&ways, more) }
            }
            Sort::MoveTo => {
                Edit::MoveTo { at, parent: one(&self.steps(|_| true), other), index: to }
            }
            Sort::AddBranch => self.in_route(|at| Edit::AddBranch { at }),
            Sort::Branch => self.branch(),
            Sort::Switch => Edit::Switch { at },
            Sort::AddThen => self.in_retry(|at| Edit::AddThen { at }),
            Sort::AddJudge => self.add_judge(),
            Sort::TierForm => {
                let form = one(&[TierForm::Given, TierForm::Judged], more);
                self.in_cascade(|at| Edit::TierForm { at, tier: self.tier(), form })
            }
            Sort::AddLookup => self.in_response_cache(|at| Edit::AddLookup { at }),
            Sort::AddInsert => self.in_response_cache(|at| Edit::AddInsert { at }),
            Sort::AddFailure => self.in_retry(|at| Edit::AddFailure { at, kind: failure(other) }),
            Sort::RemoveFailure => {
                self.in_retry(|at| Edit::RemoveFailure { at, kind: failure(other) })
            }
            Sort::AddInput => self.add_input(),
            Sort::RemoveInput => Edit::RemoveInput { at: self.call(), index },
            Sort::MoveInput => Edit::MoveInput { at: self.call(), index, to },
            Sort::Part => {
                use PartField as Of;
                let (field, value) = one(
                    &[
                        (Of::Label, "Rules"),
                        (Of::Role, "system"),
                        (Of::Tokens, "560"),
                        (Of::Keep, "true"),
                        (Of::File, "rules.md"),
                        (Of::Text, "Be kind."),
                    ],
                    other,
                );
                Edit::Part { name: self.part(step), field, value: self.typed(&[value]) }
            }
            Sort::AddPart => {
                let name = self.typed(&["rules", "notes"]);
                let length = Some(one(&["100..500", "40", &value], other).to_owned());
                let (text, tokens) = one(&[(None, length.clone()), (length, None)], step);
                Edit::AddPart { name, text, tokens }
            }
            Sort::SendPart => Edit::SendPart {
                at: self.call(),
                name: self.typed(&["notes", "letters"]),
                label: Some(text).filter(|_| index > 0),
                tokens: Some(one(&["560", "20..900", &value], other).to_owned()),
                copies: one(&[None, Some("3".to_owned()), Some(value)], step),
            },
            Sort::Measured => {
                let value = one(&["120 x14 | 350 x88", "7", "9 x1 | 3 x1"], other).to_owned();
                let counted = one(&["o200k", "gemini ±8%", "±"], more).to_owned();
                let counted = Some(counted).filter(|_| index > 0);
                let (name, as_of) = (self.part(step), MEASURED.to_owned());
                Edit::Measured { name, value, source: text, as_of, counted }
            }
            Sort::Evidence => {
                let value = one(&["120 x14 | 350 x88", "2..6%/month", "rest"], more).to_owned();
                let (address, as_of) = (self.address(), MEASURED.to_owned());
                let number =
                    Evidenced { address, value, source: text, as_of, ..Evidenced::default() };
                Edit::Evidence { numbers: vec![number] }
            }
            Sort::RenamePart => {
                Edit::RenamePart { name: self.part(step), to: self.typed(&["pages", "rules"]) }
            }
            Sort::RemovePart => Edit::RemovePart { name: self.part(step) },
            Sort::Feature => {
                use FeatureField as Of;
                let field = one(&[Of::Name, Of::Label, Of::Owner, Of::Unit], other);
                Edit::Feature { feature, field, value: text }
            }
            Sort::AddFeature => Edit::AddFeature { name: text },
            Sort::DuplicateFeature => Edit::DuplicateFeature { feature },
            Sort::MoveFeature => Edit::MoveFeature { feature, to },
            Sort::RemoveFeature => Edit::RemoveFeature { feature },
            Sort::AddAgent => self.add_agent(),
            Sort::Agent => {
                let field = one(&[AgentField::Label, AgentField::Name], other);
                self.of_agent(|name| Edit::Agent { name, field, value: text })
            }
            Sort::DuplicateAgent => self.of_agent(|name| Edit::DuplicateAgent { name }),
            Sort::RemoveAgent => self.of_agent(|name| Edit::RemoveAgent { name }),
            Sort::VolumeForm => {
                let form = one(&[VolumeForm::Units, VolumeForm::Users], more);
                Edit::VolumeForm { feature, form }
            }
            Sort::AdoptionForm => {
                use AdoptionForm as Of;
                let form = one(&[Of::Everyone, Of::Steady, Of::SCurve, Of::Linear], more);
                Edit::AdoptionForm { feature, form }
            }
            Sort::SeasonForm => {
                let forms = [SeasonForm::None, SeasonForm::ByMonth, SeasonForm::Scaled];
                Edit::SeasonForm { feature, form: one(&forms, more) }
            }
            Sort::OtherCost => {
                let field = one(&[OtherCostField::Name, OtherCostField::Of], other / 16);
                let value = self.typed(&["review", "f"]);
                self.of_cost(|index| Edit::OtherCost { index, field, value })
            }
            Sort::AddOtherCost => Edit::AddOtherCost { name: text },
            Sort::RemoveOtherCost => self.of_cost(|index| Edit::RemoveOtherCost { index }),
            Sort::Contract => {
                use ContractField as Of;
                let field = one(&[Of::Name, Of::Label, Of::Provider, Of::Source], other);
                self.of_contract(|contract| Edit::Contract { contract, field, value: text })
            }
            Sort::AddContract => self.add_contract(),
            Sort::RemoveContract => self.of_contract(|contract| Edit::RemoveContract { contract }),
            Sort::Term => self.of_fields(),
            Sort::AddTerm => self.add_term(one(&TermKind::ALL, more)),
            Sort::RemoveTerm => self.of_term(&TermKind::ALL, |contract, kind, index| {
                Edit::RemoveTerm { contract, kind, index }
            }),
            Sort::AddStepRow => self.of_term(&[TermKind::Steps], |contract, _, index| {
                Edit::AddStepRow { contract, index }
            }),
            Sort::RemoveStepRow => self.remove_row(),
            Sort::Budget => self.budget(),
            Sort::Tell => self.tell(),
            Sort::Forget => match self.plan.calibration.is_empty() {
                true => self.tell(),
                false => {
                    let known: Vec<&String> = self.plan.calibration.keys().chain([&text]).collect();
                    Edit::Forget { model: one(&known, step).clone() }
                }
            },
        }
    }
}

fn failure(choice: u8) -> String {
    one(&["invalid", "odd", "timeout", "outage"], choice).to_owned()
}
