//! What every prompt of a call begins with, whoever sends it.

use super::call::Call;
use super::document::{Plan, Role};
use super::sends::InputRef;

impl Plan {
    /// The parts with which every prompt of a call begins and that all sessions send alike: those before the first that
    /// differs between them, the history and the context among these.
    pub fn beginning<'c>(&self, call: &'c Call) -> Vec<&'c InputRef> {
        let is_alike = |input: &&InputRef| {
            self.prompts.get(&input.part).is_some_and(|part| match part.role() {
                Role::System | Role::Tools => true,
                Role::User | Role::Retrieved => false,
            })
        };
        call.input.iter().take_while(is_alike).collect()
    }
}
