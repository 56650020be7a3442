//! Who sends the beginning of a prompt that all sessions share, and while what is empty.

use std::collections::HashMap;
use std::ptr;

use crate::plan::Call;
use crate::workings::Quick;

/// What was said so far: the beginning goes on behind it while it is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// What earlier turns said: nothing in a first turn.
    History,
    /// What earlier steps said: nothing in a first step.
    Context,
}

/// A call that sends a beginning while something is empty.
#[derive(Clone)]
pub struct Sharer<'p> {
    /// The call.
    pub call: &'p Call,
    /// What has to be empty.
    pub gates: Vec<Gate>,
}

impl PartialEq for Sharer<'_> {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.call, other.call) && self.gates == other.gates
    }
}

/// What prompts begin with: the seller, the model, the first part that all sessions send alike.
pub type Begins<'p> = (&'p str, &'p str, &'p str);

/// Calls whose providers keep their prompts, by what these begin with.
pub type Senders<'p> = HashMap<Begins<'p>, Vec<&'p Call>, Quick>;
