//! What a step wrote, and what it was asked, for those who judge it.

use indexmap::IndexMap;

use super::words;
use crate::plan::{InputRef, Of, Part, Plan, Role, Root, Step};

/// What can be read of steps in one tree of a plan.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Parts that are the user's words; those that the tree's calls send come first.
    users: Vec<String>,
    /// The last call of each agent that writes: its name, and how much.
    agents: IndexMap<String, Written>,
    /// The parts that the plan has.
    known: IndexMap<String, Part>,
    /// Parts for what steps wrote.
    pub parts: IndexMap<String, Part>,
}

/// What a call writes.
#[derive(Clone, Debug)]
struct Written {
    call: String,
    part: Part,
}

impl Judged {
    /// What is known in a tree.
    pub fn in_tree(plan: &Plan, root: Root) -> Self {
        let is_users = |name: &str| {
            plan.prompts.get(name).is_some_and(|part| part.role() == Role::User && part.is_kept())
        };
        let steps = plan.steps();
        let here = steps.iter().filter(|standing| standing.root == root);
        let sent = here.filter_map(|standing| match standing.step {
            Step::Call(call) => Some(call),
            Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_) => None,
        });
        let users = sent
            .flat_map(|call| &call.input)
            .map(|input| input.part.clone())
            .filter(|name| is_users(name))
            .collect();
        let agents = plan.agents.iter();
        let agents = agents
            .filter_map(|(name, agent)| Some((name.clone(), last_that_writes(&agent.step)?)))
            .collect();
        Self { users, agents, known: plan.prompts.clone(), parts: IndexMap::new() }
    }

    /// Puts what a step was asked into a prompt, where nothing of it is the user's yet.
    pub fn asked(&self, step: &Step, input: &mut Vec<InputRef>) {
        let is_users = |part: &str| self.users.iter().any(|user| user == part);
        if input.iter().any(|sent| is_users(&sent.part)) {
            return;
        }
        let of_step = step.calls().into_iter().flat_map(|call| &call.input);
        let of_step = of_step.map(|sent| sent.part.as_str()).find(|part| is_users(part));
        if let Some(part) = of_step.or(self.users.first().map(String::as_str)) {
            also(input, part);
        }
    }

    /// The part that is what a step wrote, as long as its answer; nothing where it writes nothing. A part of the plan is
    /// taken only where it is the same one.
    pub fn written(&mut self, step: &Step) -> Option<String> {
        let Written { call, part } = self.answer(step)?;
        let first = format!("{call}-output");
        let counted = (2..).map(|count: u32| format!("{first}-{count}"));
        let known = |name: &str| self.known.get(name).or_else(|| self.parts.get(name));
        let name = std::iter::once(first.clone())
            .chain(counted)
            .find(|name| known(name).is_none_or(|known| is_same(known, &part)))?;
        if known(&name).is_none() {
            self.parts.insert(name.clone(), part);
        }
        Some(name)
    }

    fn answer(&self, step: &Step) -> Option<Written> {
        let used = |step: &Step| match step {
            Step::Agent(used) => self.agents.get(&used.agent).cloned(),
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_) => None,
        };
        last_that_writes(step).or_else(|| each(step).into_iter().rev().find_map(used))
    }
}

/// Whether a part says what another does, wherever each stands.
fn is_same(known: &Part, made: &Part) -> bool {
    let mut known = known.clone();
    if let (Some(tokens), Some(made)) = (&mut known.tokens, &made.tokens) {
        tokens.address.clone_from(&made.address);
        tokens.path.clone_from(&made.path);
    }
    known == *made
}

/// Puts a part at the end of a prompt that has it not.
pub fn also(input: &mut Vec<InputRef>, part: &str) {
    if input.iter().all(|sent| sent.part != part) {
        input.push(InputRef { part: part.to_owned(), copies: None });
    }
}

/// The call of a step that answers, or the last that writes.
fn last_that_writes(step: &Step) -> Option<Written> {
    let calls = step.calls();
    let mut writing = calls.iter().filter(|call| call.output.is_some());
    let answering = writing.clone().find(|call| call.answer);
    let call = answering.or_else(|| writing.next_back())?;
    let output = call.output.as_ref()?;
    let label = call.label.as_ref().unwrap_or(&call.name);
    Some(Written {
        call: call.name.clone(),
        part: Part {
            label: Some(format!(
                "What is written: {label} (length copied when its output was {})",
                words::short(&output.text)
            )),
            tokens: Some(Of::sourced(&output.text, output.provenance.clone())),
            keep: Some(false),
            ..Part::default()
        },
    })
}

/// A step and all under it, in reading order.
fn each(step: &Step) -> Vec<&Step> {
    let below = step.children().into_iter().flat_map(|(_, child)| each(child));
    std::iter::once(step).chain(below).collect()
}
