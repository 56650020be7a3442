//! What an edit is made of, by a few bytes that choose: mostly what the plan has, and what can be meant.

use super::asked::Edit;
use super::contract::Field;
use super::fields::{TermField, TermKind};
use super::kinds::{BranchField, StepField, StepKind};
use crate::plan::{Plan, Step, Told};

/// A choice among so many, made later by what the plan has.
pub type Choice = [u8; 4];

/// One of some.
pub fn one<T: Clone>(of: &[T], choice: u8) -> T {
    of[usize::from(choice) % of.len()].clone()
}

/// What people, slips and hostile hands write.
pub const TEXTS: &[&str] = &[
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

/// Makes an edit of a plan: mostly one that can be, of what the plan has.
pub struct Maker<'p> {
    /// Of this.
    pub plan: &'p Plan,
    /// By these.
    pub choice: Choice,
}

impl Maker<'_> {
    /// One of those that fit, or at times any; nothing where none fits.
    fn mostly<T: Clone>(&self, fitting: &[T], any: &[T]) -> Option<T> {
        let [_, step, other, _] = self.choice;
        match other % 16 {
            15 => Some(one(any, step)),
            _ => (!fitting.is_empty()).then(|| one(fitting, step)),
        }
    }

    /// What can be meant, or at times what nobody should write.
    pub fn typed<T: AsRef<str>>(&self, sensible: &[T]) -> String {
        let more = self.choice[3];
        match more % 4 {
            0 => one(TEXTS, more / 4).to_owned(),
            _ => sensible[usize::from(more / 4) % sensible.len()].as_ref().to_owned(),
        }
    }

    /// A tier: mostly the first, whose answers are judged.
    pub fn tier(&self) -> usize {
        one(&[0, 0, 0, 0, 0, 1, 2], self.choice[2])
    }

    /// A feature of the plan, or one behind the last.
    pub fn feature(&self) -> usize {
        usize::from(self.choice[1]) % (self.plan.features.len() + 1)
    }

    /// The steps of some kinds.
    pub fn steps(&self, is: fn(&Step) -> bool) -> Vec<String> {
        let steps = self.plan.steps().into_iter();
        steps.filter(|standing| is(standing.step)).map(|standing| standing.path).collect()
    }

    /// A step of the plan.
    pub fn any_step(&self) -> String {
        one(&self.steps(|_| true), self.choice[1])
    }

    /// A call, or at times another step.
    pub fn call(&self) -> String {
        let calls = self.steps(|step| matches!(step, Step::Call(_)));
        self.mostly(&calls, &self.steps(|_| true)).unwrap_or_else(|| self.any_step())
    }

    /// A call and a part that it does not send, mostly.
    pub fn add_input(&self) -> Edit {
        let (at, [_, _, other, more]) = (self.call(), self.choice);
        let sent: Vec<&str> = match self.plan.step_at(&at) {
            Some(Step::Call(call)) => call.input.iter().map(|sent| sent.part.as_str()).collect(),
            Some(_) | None => vec![],
        };
        let parts = self.plan.prompts.keys();
        let free: Vec<&String> = parts.filter(|part| !sent.contains(&part.as_str())).collect();
        let part = match free.is_empty() {
            true => one(TEXTS, other).to_owned(),
            false => self.typed(&free),
        };
        let copies = one(&[None, Some("2"), Some(one(TEXTS, more))], other).map(str::to_owned);
        Edit::AddInput { at, part, copies }
    }

    /// A field of a branch: mostly of the first, which is not the rest.
    pub fn branch(&self) -> Edit {
        use BranchField as Of;
        let field = one(&[Of::From, Of::Until, Of::Takes], self.choice[3] / 4);
        let value = match field {
            Of::From | Of::Until => self.typed(&["month 2", "2027-01-15", ""]),
            Of::Takes => self.typed(&["all", "part"]),
        };
        self.in_route(|at| Edit::Branch { at, index: self.tier(), field, value })
    }

    /// A judge where there is none; one that is there makes place for it first.
    pub fn add_judge(&self) -> Edit {
        let unjudged = self.steps(
            |step| matches!(step, Step::Cascade(cascade) if cascade.tiers[0].judge.is_none()),
        );
        let judge = self.steps(|_| true).into_iter().find(|at| at.ends_with("/tiers/0/judge"));
        match (unjudged.first(), judge) {
            (Some(at), _) => Edit::AddJudge { at: at.clone(), tier: self.tier() },
            (None, Some(at)) => Edit::Remove { at },
            (None, None) => self.in_cascade(|at| Edit::AddJudge { at, tier: self.tier() }),
        }
    }

    /// What is done to a kind of step: the plan is given one where it has none.
    fn inside(
        &self,
        kind: StepKind,
        is: fn(&Step) -> bool,
        edit: impl FnOnce(String) -> Edit,
    ) -> Edit {
        let wrap = || Edit::Wrap { at: self.any_step(), kind };
        self.mostly(&self.steps(is), &self.steps(|_| true)).map_or_else(wrap, edit)
    }

    /// What is done to a route.
    pub fn in_route(&self, edit: impl FnOnce(String) -> Edit) -> Edit {
        self.inside(StepKind::Route, |step| matches!(step, Step::Route(_)), edit)
    }

    /// What is done to a retry.
    pub fn in_retry(&self, edit: impl FnOnce(String) -> Edit) -> Edit {
        self.inside(StepKind::Retry, |step| matches!(step, Step::Retry(_)), edit)
    }

    /// What is done to a cascade.
    pub fn in_cascade(&self, edit: impl FnOnce(String) -> Edit) -> Edit {
        self.inside(StepKind::Cascade, |step| matches!(step, Step::Cascade(_)), edit)
    }

    /// What is done to a response cache.
    pub fn in_response_cache(&self, edit: impl FnOnce(String) -> Edit) -> Edit {
        let is = |step: &Step| matches!(step, Step::ResponseCache(_));
        self.inside(StepKind::ResponseCache, is, edit)
    }

    /// The addresses of all numbers.
    pub fn addresses(&self) -> Vec<String> {
        self.plan.numbers().into_iter().map(|number| number.address).collect()
    }

    /// That of one.
    pub fn address(&self) -> String {
        one(&self.addresses(), self.choice[1])
    }

    /// A part of the plan, or none.
    pub fn part(&self, choice: u8) -> String {
        let parts: Vec<&str> =
            self.plan.prompts.keys().map(String::as_str).chain(["none"]).collect();
        one(&parts, choice).to_owned()
    }

    /// An input that moves with others; one that does, alone again.
    pub fn cause(&self) -> Edit {
        let address = self.address();
        let is_moved = self.plan.causes.values().any(|cause| cause.contains_key(&address));
        let last = if is_moved { "" } else { "=x" };
        let texts = ["hype", "hype 60%", "hype 140%", "rain 5%", last];
        Edit::Cause { address, text: one(&texts, self.choice[3]).to_owned() }
    }

    /// A field of a step.
    pub fn of_step(&self) -> Edit {
        use StepField as Of;
        let [_, step, other, more] = self.choice;
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
            let names = self.plan.agents.keys().map(String::as_str);
            one(&names.chain(["none"]).collect::<Vec<_>>(), step).to_owned()
        } else {
            // Most fields know few words.
            one(if more % 7 == 0 { TEXTS } else { values }, more).to_owned()
        };
        Edit::Step { at: self.any_step(), field, value }
    }

    /// A new agent.
    pub fn add_agent(&self) -> Edit {
        Edit::AddAgent { name: one(&["scout", "call", "a b"], self.choice[2]).to_owned() }
    }

    /// What is done to an agent: the plan is given one where it has none.
    pub fn of_agent(&self, edit: impl FnOnce(String) -> Edit) -> Edit {
        let names: Vec<String> = self.plan.agents.keys().cloned().collect();
        let name = self.mostly(&names, &["none".to_owned()]);
        name.map_or_else(|| self.add_agent(), edit)
    }

    /// A new contract.
    pub fn add_contract(&self) -> Edit {
        Edit::AddContract { name: self.typed(&["agreed", "other"]) }
    }

    /// What is done to a contract: the plan is given one where it has none.
    pub fn of_contract(&self, edit: impl FnOnce(usize) -> Edit) -> Edit {
        let contracts: Vec<usize> = (0..self.plan.contracts.len()).collect();
        self.mostly(&contracts, &[2]).map_or_else(|| self.add_contract(), edit)
    }

    /// A new term.
    pub fn add_term(&self, kind: TermKind) -> Edit {
        self.of_contract(|contract| Edit::AddTerm { contract, kind })
    }

    /// What is done to a term of one of some kinds, the first of which the plan is given where it has none.
    pub fn of_term(
        &self,
        kinds: &[TermKind],
        edit: impl FnOnce(usize, TermKind, usize) -> Edit,
    ) -> Edit {
        let contracts = 0..self.plan.contracts.len();
        let terms = contracts.flat_map(|contract| {
            let terms = self.plan.terms(contract).into_iter();
            terms.map(move |term| (contract, term.kind, term.index))
        });
        let terms: Vec<_> = terms.filter(|(_, kind, _)| kinds.contains(kind)).collect();
        match self.mostly(&terms, &[(0, kinds[0], 2)]) {
            Some((contract, kind, index)) => edit(contract, kind, index),
            None => self.add_term(one(kinds, self.choice[3])),
        }
    }

    /// A volume step less where there are several; first there have to be.
    pub fn remove_row(&self) -> Edit {
        self.of_term(&[TermKind::Steps], |contract, kind, index| {
            let terms = self.plan.terms(contract);
            let mut own = terms.iter().filter(|term| (term.kind, term.index) == (kind, index));
            match own.next().is_some_and(|term| term.rows == 1) {
                true => Edit::AddStepRow { contract, index },
                false => Edit::RemoveStepRow { contract, index, row: self.tier() },
            }
        })
    }

    /// A field of a term that has it.
    pub fn of_fields(&self) -> Edit {
        let more = self.choice[3];
        self.of_term(&TermKind::ALL, |contract, kind, index| {
            let terms = self.plan.terms(contract).into_iter();
            let term = terms.filter(|term| (term.kind, term.index) == (kind, index));
            let fields: Vec<Field> = term.flat_map(|term| term.fields).collect();
            let known = |field: &Field| (field.field, field.choices.clone());
            let (field, mut choices) = match fields.is_empty() {
                true => (one(&TermField::ALL, more), vec![]),
                false => known(&one(&fields, more)),
            };
            choices.extend(["", "2027-02"].map(str::to_owned));
            Edit::Term { contract, kind, index, field, value: self.typed(&choices) }
        })
    }

    /// A limit of the plan, of a feature, of a call or of a model.
    pub fn budget(&self) -> Edit {
        let [_, step, other, _] = self.choice;
        let models = self.plan.models();
        let (address, model) = &models[usize::from(step) % models.len()];
        let call = address.trim_end_matches(".model").rsplit('.').next().unwrap_or_default();
        let feature = Some(self.feature());
        let (feature, limit, value) = match other % 6 {
            0 => (None, "month".to_owned(), "$20k"),
            1 => (None, format!("{model}.tpm"), "90k"),
            2 => (feature, "month".to_owned(), "$9k"),
            3 => (feature, "unit_cost".to_owned(), "$2"),
            4 => (feature, format!("{call}.output"), "700"),
            _ => (feature, "else".to_owned(), "1"),
        };
        Edit::Budget { feature, limit, value: self.typed(&[value]) }
    }

    /// What is done to a cost beside the model calls: the plan is given one where it has none.
    pub fn of_cost(&self, edit: impl FnOnce(usize) -> Edit) -> Edit {
        let costs: Vec<usize> = (0..self.plan.other_costs.len()).collect();
        let add = || Edit::AddOtherCost { name: self.typed(&["desk", "review"]) };
        self.mostly(&costs, &[3]).map_or_else(add, edit)
    }

    /// A length that a vendor billed.
    pub fn tell(&self) -> Edit {
        let [_, step, other, more] = self.choice;
        let models: Vec<&str> = self.plan.models().into_iter().map(|(_, model)| model).collect();
        let model = one(&[one(&models, step), one(TEXTS, more)], other / 4 % 2).to_owned();
        Edit::Tell { model, told: Told { estimated: 100 * u64::from(other % 4), billed: 110 } }
    }
}
