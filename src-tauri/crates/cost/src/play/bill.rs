//! What one execution used, by call: each token where it belongs first.

use super::script::Script;
use super::stage::{Billed, Execution};
use super::tally::Used;

/// What one execution used, added up anew for each.
pub(super) struct Bill {
    pub(super) unit: Used<f64>,
    pub(super) calls: Vec<Used<f64>>,
    /// The largest prompt of each call so far, over all executions.
    pub(super) largest_prompts: Vec<f64>,
    /// The last run of each call in this execution; the last success where there was one.
    pub(super) last: Vec<Option<Ran>>,
}

/// How large one run of a call was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ran {
    /// Its whole prompt.
    pub(super) input: f64,
    /// What it wrote, hidden tokens among it.
    pub(super) output: f64,
    failed: bool,
}

impl Bill {
    pub(super) fn new(script: &Script) -> Self {
        let calls = script.names.len();
        Self {
            unit: Used::default(),
            calls: vec![Used::default(); calls],
            largest_prompts: vec![0.0; calls],
            last: vec![None; calls],
        }
    }

    pub(super) fn read(&mut self, execution: &Execution) {
        self.calls.fill(Used::default());
        self.last.fill(None);
        for billed in execution.billed {
            self.calls[billed.nth].add(&used(billed));
            let largest = &mut self.largest_prompts[billed.nth];
            *largest = largest.max(billed.prompt);
            let last = &mut self.last[billed.nth];
            if !billed.failed || last.is_none_or(|last| last.failed) {
                let output = billed.output + billed.reasoning;
                *last = Some(Ran { input: billed.prompt, output, failed: billed.failed });
            }
        }
        for answer in execution.answers {
            let call = &mut self.calls[answer.call];
            call.answers += 1.0;
            call.measured += f64::from(answer.right.is_some());
            call.right += f64::from(answer.right == Some(true));
        }
        self.unit = Used::default();
        self.calls.iter().for_each(|call| self.unit.add(call));
    }
}

fn used(billed: &Billed) -> Used<f64> {
    let prompt = billed.input + billed.history + billed.context;
    let (sent, written) = (prompt, billed.output + billed.reasoning);
    let cost = billed.input_usd + billed.output_usd;
    let all = Used {
        calls: billed.calls,
        uses: billed.uses,
        written,
        uncached: prompt - billed.read - billed.written - billed.written_hour,
        cache_read: billed.read,
        cache_write: billed.written,
        cache_write_1h: billed.written_hour,
        cost,
        ..Used::default()
    };
    // Failed before escalated before beyond the first: each token is in one place.
    if billed.failed {
        Used { failed_input: sent, failed_output: written, failed_cost: cost, ..all }
    } else if billed.escalated {
        Used { escalated_input: sent, escalated_output: written, escalated_cost: cost, ..all }
    } else if billed.beyond {
        Used { beyond_input: sent, beyond_output: written, beyond_cost: cost, ..all }
    } else {
        Used {
            input: billed.input,
            history: billed.history,
            context: billed.context,
            output: billed.output,
            reasoning: billed.reasoning,
            ..all
        }
    }
}
