//! A plan edited: one typed change, the plan that comes of it, and a name for what was done.

mod agent;
#[cfg(test)]
pub mod any;
mod asked;
mod branch;
mod budget;
mod call;
mod cause;
#[cfg(test)]
mod chosen;
mod clip;
mod contract;
mod done;
mod evidence;
mod feature;
mod fields;
mod fresh;
mod graft;
mod join;
mod judged;
mod kinds;
#[cfg(test)]
mod laws;
mod moves;
mod names;
mod number;
mod own;
mod part;
mod terms;
#[cfg(test)]
mod tests;
mod told;
mod tree;
mod words;

pub use asked::{Edit, Evidenced};
pub use contract::{Field, Term};
pub use done::{Edited, NotEdited};
pub use fields::{
    AdoptionForm, ContractField, Direction, EditPlace, FeatureField, OtherCostField, OverTimeField,
    PartField, PlanField, ProvenanceField, SeasonForm, TermField, TermKind, VolumeForm,
};
pub use kinds::{AgentField, BranchField, StepField, StepKind, TierForm};

use crate::check;
use crate::plan::{DEEPEST, Plan, Step};
use crate::units::Kind;
use done::Done;

impl Plan {
    /// The plan with one thing changed.
    ///
    /// What is typed is kept even where it cannot be meant: the check tells. A step that is added,
    /// wrapped, copied or moved leaves a tree that can be walked, if it was one before.
    pub fn edit(&self, edit: &Edit) -> Result<Edited, NotEdited> {
        let before = self.clone().addressed();
        // A number that is typed anew takes nothing along.
        if let Edit::Number { address, text } = edit {
            let mut plan = before;
            let Done { label, field, select } = number::typed(&mut plan, address, text)?;
            let label = words::name(&label);
            return Ok(Edited { plan: plan.addressed(), label, field, select });
        }
        let mut plan = before.clone();
        let done = apply(&mut plan, edit)?;
        if let Some(renamed) = cause::renaming(edit, &plan) {
            cause::follow_names(&before, &mut plan, &renamed);
        }
        budget::follow(&before, &mut plan, |marked| apply(marked, edit))?;
        // A document has no place for a route's name: each is numbered by where it stands.
        plan.each_tree(&mut unname_routes);
        let plan = plan.addressed();
        if plan.depth() > DEEPEST {
            return Err(NotEdited::new(
                "Steps stand too deep inside each other for that.",
                "Put steps beside each other: a chain may have any number of them.",
            ));
        }
        if is_structural(edit) {
            still_walked(&before, &plan)?;
        }
        let Done { label, field, select } = done;
        Ok(Edited { plan, label: words::name(&label), field, select })
    }

    /// What an edit of this plan would be called. Its numbers have their addresses.
    pub fn name_of(&self, edit: &Edit) -> Result<String, NotEdited> {
        apply(&mut self.clone(), edit).map(|done| words::name(&done.label))
    }

    /// The plan with the features of another beside its own, and what they need.
    pub fn join(&self, other: &Self, label: &str) -> Result<Edited, NotEdited> {
        self.with(|plan| join::join(plan, other, label))
    }

    /// A step or a feature with what it needs, as a plan of its own.
    pub fn copied(&self, at: &str) -> Result<Self, NotEdited> {
        clip::copied(self, at)
    }

    /// The plan with what was copied after a step, or beside its features.
    pub fn paste(&self, at: Option<&str>, clip: &Self) -> Result<Edited, NotEdited> {
        self.with(|plan| clip::paste(plan, at, clip))
    }

    fn with(
        &self,
        change: impl FnOnce(&mut Self) -> Result<Done, NotEdited>,
    ) -> Result<Edited, NotEdited> {
        let before = self.clone().addressed();
        let mut plan = before.clone();
        let Done { label, field, select } = change(&mut plan)?;
        let agents = plan.agents.values_mut().map(|agent| &mut agent.step);
        let features = plan.features.iter_mut().map(|feature| &mut feature.step);
        agents.chain(features).for_each(unname_routes);
        let plan = plan.addressed();
        still_walked(&before, &plan)?;
        Ok(Edited { plan, label, field, select })
    }

    /// The terms of a contract, in the order in which they count.
    pub fn terms(&self, contract: usize) -> Vec<Term> {
        contract::terms(self, contract)
    }

    /// Every optional number that is not there yet and could be added: its address, and what it measures.
    pub fn absent_numbers(&self) -> Vec<(String, Kind)> {
        number::absent(self)
    }
}

fn apply(plan: &mut Plan, edit: &Edit) -> Result<Done, NotEdited> {
    match edit {
        Edit::Number { address, text } => number::typed(plan, address, text),
        Edit::AddNumber { address } => number::add(plan, address),
        Edit::Provenance { address, field, value } => {
            number::provenance(plan, address, *field, value)
        }
        Edit::OverTime { address, field, value } => number::over_time(plan, address, *field, value),
        Edit::Cause { address, text } => cause::cause(plan, address, text),
        Edit::Plan { field, value } => feature::plan_field(plan, *field, value),
        Edit::Step { at, field, value } => call::field(plan, at, *field, value),
        Edit::Add { at, place, kind } => tree::add(plan, at, *place, *kind),
        Edit::Wrap { at, kind } => tree::wrap(plan, at, *kind),
        Edit::Unwrap { at } => tree::unwrap(plan, at),
        Edit::Duplicate { at } => tree::duplicate(plan, at),
        Edit::Remove { at } => tree::remove(plan, at),
        Edit::Move { at, by } => moves::step_on(plan, at, *by),
        Edit::MoveTo { at, parent, index } => moves::move_to(plan, at, parent, *index),
        Edit::AddBranch { at } => tree::add_branch(plan, at),
        Edit::Branch { at, index, field, value } => branch::field(plan, at, *index, *field, value),
        Edit::Switch { at } => branch::switch(plan, at),
        Edit::AddThen { at } => tree::add_then(plan, at),
        Edit::AddJudge { at, tier } => own::add_judge(plan, at, *tier),
        Edit::TierForm { at, tier, form } => own::tier_form(plan, at, *tier, *form),
        Edit::AddLookup { at } => own::add_lookup(plan, at),
        Edit::AddInsert { at } => own::add_insert(plan, at),
        Edit::AddFailure { at, kind } => call::add_failure(plan, at, kind),
        Edit::RemoveFailure { at, kind } => call::remove_failure(plan, at, kind),
        Edit::AddInput { at, part, copies } => call::add_input(plan, at, part, copies.as_deref()),
        Edit::RemoveInput { at, index } => call::remove_input(plan, at, *index),
        Edit::MoveInput { at, index, to } => call::move_input(plan, at, *index, *to),
        Edit::Part { name, field, value } => part::field(plan, name, *field, value),
        Edit::AddPart { name, text, tokens } => {
            part::add(plan, name, text.as_deref(), tokens.as_deref())
        }
        Edit::SendPart { at, name, label, tokens, copies } => {
            let said = [label, tokens, copies].map(Option::as_deref);
            part::send(plan, at, name, said)
        }
        Edit::Measured { name, value, source, as_of, counted } => {
            part::measured(plan, name, value, source, as_of, counted.as_deref())
        }
        Edit::Evidence { numbers } => evidence::take(plan, numbers),
        Edit::Budget { feature, limit, value } => budget::set(plan, *feature, limit, value),
        Edit::RenamePart { name, to } => part::rename(plan, name, to),
        Edit::RemovePart { name } => part::remove(plan, name),
        Edit::Feature { feature, field, value } => feature::field(plan, *feature, *field, value),
        Edit::AddFeature { name } => feature::add(plan, name),
        Edit::DuplicateFeature { feature } => feature::duplicate(plan, *feature),
        Edit::MoveFeature { feature, to } => feature::shift(plan, *feature, *to),
        Edit::RemoveFeature { feature } => feature::remove(plan, *feature),
        Edit::AddAgent { name } => agent::add(plan, name),
        Edit::Agent { name, field, value } => agent::field(plan, name, *field, value),
        Edit::DuplicateAgent { name } => agent::duplicate(plan, name),
        Edit::RemoveAgent { name } => agent::remove(plan, name),
        Edit::VolumeForm { feature, form } => feature::volume_form(plan, *feature, *form),
        Edit::AdoptionForm { feature, form } => feature::adoption_form(plan, *feature, *form),
        Edit::SeasonForm { feature, form } => feature::season_form(plan, *feature, *form),
        Edit::OtherCost { index, field, value } => feature::cost_field(plan, *index, *field, value),
        Edit::AddOtherCost { name } => feature::add_cost(plan, name),
        Edit::RemoveOtherCost { index } => feature::remove_cost(plan, *index),
        Edit::Contract { contract, field, value } => {
            contract::field(plan, *contract, *field, value)
        }
        Edit::AddContract { name } => contract::add(plan, name),
        Edit::RemoveContract { contract } => contract::remove(plan, *contract),
        Edit::Term { contract, kind, index, field, value } => {
            contract::term_field(plan, *contract, *kind, *index, *field, value)
        }
        Edit::AddTerm { contract, kind } => contract::add_term(plan, *contract, *kind),
        Edit::RemoveTerm { contract, kind, index } => {
            contract::remove_term(plan, *contract, *kind, *index)
        }
        Edit::AddStepRow { contract, index } => contract::add_row(plan, *contract, *index),
        Edit::RemoveStepRow { contract, index, row } => {
            contract::remove_row(plan, *contract, *index, *row)
        }
        Edit::Tell { model, told } => told::tell(plan, model, *told),
        Edit::Forget { model } => told::forget(plan, model),
    }
}

/// Whether an edit changes the tree, and must not break it.
fn is_structural(edit: &Edit) -> bool {
    match edit {
        Edit::Add { .. }
        | Edit::Wrap { .. }
        | Edit::Duplicate { .. }
        | Edit::Move { .. }
        | Edit::MoveTo { .. }
        | Edit::AddBranch { .. }
        | Edit::Switch { .. }
        | Edit::AddThen { .. }
        | Edit::AddJudge { .. }
        | Edit::AddLookup { .. }
        | Edit::AddInsert { .. }
        | Edit::AddAgent { .. }
        | Edit::DuplicateAgent { .. }
        | Edit::AddFailure { .. }
        | Edit::DuplicateFeature { .. }
        | Edit::MoveFeature { .. } => true,
        // What is taken away or typed may leave a problem: it is told where it stands.
        Edit::Unwrap { .. }
        | Edit::Remove { .. }
        | Edit::Number { .. }
        | Edit::AddNumber { .. }
        | Edit::Provenance { .. }
        | Edit::Tell { .. }
        | Edit::Forget { .. }
        | Edit::Cause { .. }
        | Edit::OverTime { .. }
        | Edit::Plan { .. }
        | Edit::Step { .. }
        | Edit::Branch { .. }
        | Edit::TierForm { .. }
        | Edit::Agent { .. }
        | Edit::RemoveAgent { .. }
        | Edit::RemoveFailure { .. }
        | Edit::AddInput { .. }
        | Edit::RemoveInput { .. }
        | Edit::MoveInput { .. }
        | Edit::Part { .. }
        | Edit::AddPart { .. }
        | Edit::SendPart { .. }
        | Edit::Measured { .. }
        | Edit::Evidence { .. }
        | Edit::Budget { .. }
        | Edit::RenamePart { .. }
        | Edit::RemovePart { .. }
        | Edit::Feature { .. }
        | Edit::AddFeature { .. }
        | Edit::RemoveFeature { .. }
        | Edit::VolumeForm { .. }
        | Edit::AdoptionForm { .. }
        | Edit::SeasonForm { .. }
        | Edit::OtherCost { .. }
        | Edit::AddOtherCost { .. }
        | Edit::Contract { .. }
        | Edit::AddContract { .. }
        | Edit::RemoveContract { .. }
        | Edit::Term { .. }
        | Edit::AddTerm { .. }
        | Edit::RemoveTerm { .. }
        | Edit::AddStepRow { .. }
        | Edit::RemoveStepRow { .. }
        | Edit::RemoveOtherCost { .. } => false,
    }
}

/// A tree that could be walked still can be.
fn still_walked(before: &Plan, after: &Plan) -> Result<(), NotEdited> {
    match check::form(after).into_iter().next() {
        Some(problem) if check::form(before).is_empty() => {
            Err(NotEdited::new(problem.message, problem.hint))
        }
        Some(_) | None => Ok(()),
    }
}

fn unname_routes(step: &mut Step) {
    if let Step::Route(route) = step {
        route.name.clear();
    }
    step.children_mut().into_iter().for_each(unname_routes);
}
