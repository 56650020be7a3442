//! Whether the tree of a feature can be walked.

use std::collections::BTreeSet;

use super::finding::{Findings, NAME_HINT, is_name};
use crate::plan::{Branch, BranchShare, Call, Conversation, HISTORY, Plan, Retry, Step};

/// What is known on the way down.
#[derive(Clone, Copy)]
pub struct Above {
    /// Whether a conversation is above.
    pub in_conversation: bool,
}

/// What is known on the way up.
#[derive(Clone, Copy, Default)]
pub struct Below {
    /// Whether the step can end without an answer.
    can_fail: bool,
    /// The most calls marked `answer` that one run makes.
    answers: u32,
    /// Whether a call in it reads the history.
    reads_history: bool,
}

/// Checks a step and all under it, showing each call to `see`.
pub fn step(
    found: &mut Findings,
    plan: &Plan,
    step: &Step,
    above: Above,
    see: &mut dyn FnMut(&mut Findings, &Call),
) -> Below {
    let mut down = |found: &mut Findings, child: &Step, above: Above| {
        self::step(found, plan, child, above, see)
    };
    match step {
        Step::Call(call) => found.within(&["call"], |found| {
            see(found, call);
            self::call(found, plan, call, above)
        }),
        Step::Chain(steps) => found.within(&["chain"], |found| {
            if steps.is_empty() {
                found.say("", "A chain without a step.", "Add `- call: …` to it.");
            }
            in_turn(steps, |index, child| found.within(&[&index], |found| down(found, child, above)))
        }),
        Step::Route(route) => found.within(&["route"], |found| {
            branches(found, &route.branches);
            let below = route.branches.iter().enumerate().map(|(index, branch)| {
                found.within(&[&index.to_string(), "step"], |found| down(found, &branch.step, above))
            });
            below.fold(Below::default(), either)
        }),
        Step::Retry(retry) => found.within(&["retry"], |found| {
            let step = found.within(&["step"], |found| down(found, &retry.step, above));
            let then = retry.then.as_ref().map(|then| {
                found.within(&["then"], |found| down(found, then, above))
            });
            self::retry(found, retry, step, then)
        }),
        Step::FanOut(fan) => found.within(&["fan-out"], |found| {
            let below = found.within(&["step"], |found| down(found, &fan.step, above));
            if below.answers > 0 && above.in_conversation {
                found.say(
                    "step",
                    "Copies side by side cannot be the one answer of a turn.",
                    "Take `answer: true` off, and add a call that writes the answer from the copies.",
                );
            }
            below
        }),
        Step::Conversation(conversation) => found.within(&["conversation"], |found| {
            let above = Above { in_conversation: true };
            let below = found.within(&["turn"], |found| {
                in_turn(&conversation.turn, |index, child| {
                    found.within(&[&index], |found| down(found, child, above))
                })
            });
            self::conversation(found, conversation, below);
            Below::default()
        }),
    }
}

fn in_turn(steps: &[Step], mut below: impl FnMut(String, &Step) -> Below) -> Below {
    let all = steps.iter().enumerate().map(|(index, step)| below(index.to_string(), step));
    all.fold(Below::default(), |sum, step| Below {
        can_fail: sum.can_fail || step.can_fail,
        answers: sum.answers + step.answers,
        reads_history: sum.reads_history || step.reads_history,
    })
}

fn either(left: Below, right: Below) -> Below {
    Below {
        can_fail: left.can_fail || right.can_fail,
        answers: left.answers.max(right.answers),
        reads_history: left.reads_history || right.reads_history,
    }
}

fn call(found: &mut Findings, plan: &Plan, call: &Call, above: Above) -> Below {
    if call.input.is_empty() && call.output.is_none() {
        found.say(
            "",
            format!("`{}` neither sends nor writes.", call.name),
            "Add `input` and `output`.",
        );
    }
    let mut seen = BTreeSet::new();
    for (index, input) in call.input.iter().enumerate() {
        found.within(&["input"], |found| {
            let index = index.to_string();
            let part = &input.part;
            if part == HISTORY {
                if !above.in_conversation {
                    let message =
                        format!("`{}` reads `history` outside a conversation.", call.name);
                    found.say(
                        &index,
                        message,
                        "Put the call into a `conversation`, or take `history` off.",
                    );
                }
                if input.copies.is_some() {
                    found.say(&index, "`history` is sent once.", "Take the copies off.");
                }
            } else if !plan.prompts.contains_key(part) {
                let known: Vec<&str> = plan.prompts.keys().map(String::as_str).collect();
                let hint = format!("Parts of this plan: {}.", known.join(", "));
                found.say(&index, format!("The plan has no part called `{part}`."), hint);
            }
            if !seen.insert(part) {
                let hint = format!("Write `{part} x2` to send it twice.");
                found.say(&index, format!("`{part}` is listed twice."), hint);
            }
        });
    }
    Below {
        can_fail: false,
        answers: u32::from(call.answer),
        reads_history: call.input.iter().any(|input| input.part == HISTORY),
    }
}

fn branches(found: &mut Findings, branches: &[Branch]) {
    let Some((last, named)) = branches.split_last() else {
        return found.say("", "A route without branches.", "Add branches with `share` and `step`.");
    };
    if last.share != BranchShare::Rest {
        let index = (branches.len() - 1).to_string();
        found.within(&[&index], |found| {
            found.say("share", "The last branch must take the rest.", "Write `share: rest`.");
        });
    }
    let mut sum = 0.0;
    for (index, branch) in named.iter().enumerate() {
        match &branch.share {
            BranchShare::Rest => found.within(&[&index.to_string()], |found| {
                found.say(
                    "share",
                    "Only the last branch takes the rest.",
                    "Write a share such as 70%.",
                );
            }),
            BranchShare::Named(share) if share.read.is_ok() => {
                sum += share.mean();
                if sum > 1.0 + 1e-12 {
                    let message =
                        format!("The branches add to {:.1}%, more than all.", sum * 100.0);
                    found.at(share, message, "Lower the shares until they add to 100% at most.");
                }
            }
            BranchShare::Named(_) => {}
        }
    }
}

fn retry(found: &mut Findings, retry: &Retry, step: Below, then: Option<Below>) -> Below {
    if step.can_fail {
        found.say(
            "step",
            "The repeated step can end without an answer by itself.",
            "Give the retry inside it a `then`, so that only this retry fails.",
        );
    }
    if retry.fails.is_empty() {
        found.say(
            "fails",
            "A retry without failures.",
            "Name a kind with its share: `fails: { invalid: 4% }`.",
        );
    }
    let mut sum = 0.0;
    for (kind, failure) in &retry.fails {
        found.within(&["fails"], |found| {
            if !is_name(kind) {
                found.say(kind, format!("`{kind}` is not a name."), NAME_HINT);
            }
            if failure.billed_input.is_none() || failure.billed_output.is_none() {
                found.say(
                    kind,
                    format!("What of a call that fails as `{kind}` is billed?"),
                    "Write `{ value: 2%, billed_input: 100%, billed_output: 50% }`; known kinds are rejected, timeout, invalid.",
                );
            }
        });
        if failure.share.read.is_ok() {
            sum += failure.share.mean();
        }
    }
    if sum > 1.0 + 1e-12 {
        let message = format!("The ways to fail add to {:.1}%, more than all.", sum * 100.0);
        found.say("fails", message, "Failure kinds are exclusive: lower them to 100% at most.");
    }
    let rescued = then.is_some_and(|then| !then.can_fail);
    let then = then.unwrap_or_default();
    Below {
        can_fail: !rescued,
        answers: step.answers.max(then.answers),
        reads_history: step.reads_history || then.reads_history,
    }
}

fn conversation(found: &mut Findings, conversation: &Conversation, below: Below) {
    if conversation.turn.is_empty() {
        return found.say(
            "turn",
            "A conversation without a step in its turn.",
            "Add `- call: …` under `turn`.",
        );
    }
    if below.answers > 1 {
        found.say(
            "turn",
            "More than one call of a turn is marked `answer: true`.",
            "Keep the mark on the call whose output the user sees; branches of a route may each have one.",
        );
    }
    if below.reads_history && below.answers == 0 {
        found.say(
            "turn",
            "Calls read `history`, and no call is marked `answer: true`.",
            "Mark the call whose output the user sees.",
        );
    }
}
