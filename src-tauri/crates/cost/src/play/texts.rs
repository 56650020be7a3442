//! The texts that calls may be sent again: each is as long as its reader counts it.

use indexmap::IndexSet;

use crate::plan::{Part, Plan, Step};

/// Texts that may be sent again, each in the words of whoever reads it.
#[derive(Default)]
pub(super) struct Texts<'p> {
    pub(super) all: IndexSet<&'p str>,
    /// By answers, into a history.
    pub(super) kept: IndexSet<&'p str>,
    /// By tools, into a context.
    pub(super) returned: IndexSet<&'p str>,
}

impl<'p> Texts<'p> {
    /// Those of a step, given the agents above it.
    pub(super) fn gather(&mut self, plan: &'p Plan, step: &'p Step, above: &mut Vec<&'p str>) {
        let text = |name: &str| plan.prompts.get(name).filter(|part| part.is_text());
        match step {
            Step::Call(call) if call.answer => {
                let names = call.input.iter().map(|input| input.part.as_str());
                self.kept.extend(names.filter(|name| text(name).is_some_and(Part::is_kept)));
            }
            Step::Tool(tool) => {
                self.returned.extend(tool.returns.as_deref().filter(|name| text(name).is_some()));
            }
            Step::Agent(used) if used.stands_in(above) => {
                if let Some(agent) = plan.agents.get(&used.agent) {
                    above.push(&used.agent);
                    self.gather(plan, &agent.step, above);
                    above.pop();
                }
            }
            Step::Call(_)
            | Step::Agent(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_) => {
                step.children().into_iter().for_each(|(_, child)| self.gather(plan, child, above));
            }
        }
        self.all = self.kept.union(&self.returned).copied().collect();
    }
}
