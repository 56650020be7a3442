//! Whether a tree can be walked.

use std::collections::BTreeSet;

use super::below::Below;
use super::dated;
use super::finding::Findings;
use super::held;
use super::own;
use super::prices::Priced;
use crate::plan::{CONTEXT, Call, Conversation, Days, HISTORY, Plan, Step, Sticky};

/// Who is shown calls and tools, with the days on which each runs.
pub type Seer<'s> = dyn FnMut(&mut Findings, Priced<'_>, Option<&Days>) + 's;

/// What is known on the way down.
#[derive(Clone, Copy, Default)]
pub struct Above<'d> {
    /// On which days of the plan it runs, where these are known.
    days: Option<&'d Days>,
    /// Whether a conversation is above.
    in_conversation: bool,
    /// Whether only chains and routes stand between here and the turn of a conversation.
    in_turn: bool,
    /// Whether something is above whose `context` grows.
    in_context: bool,
    /// Whether it is not known beforehand how often a step here comes up.
    by_chance: bool,
    /// Whether a conversation is around it that does not say how long its pauses are.
    unpaused: bool,
}

impl<'d> Above<'d> {
    /// At the top of a tree that runs on these days.
    pub fn on(days: Option<&'d Days>) -> Self {
        Self { days, ..Self::default() }
    }

    /// Under a step that is no chain and no route.
    fn apart(self) -> Self {
        Self { in_turn: false, ..self }
    }
}

/// Checks a step and all under it, showing each call to `see`.
pub fn step(
    found: &mut Findings,
    plan: &Plan,
    step: &Step,
    above: Above<'_>,
    see: &mut Seer<'_>,
) -> Below {
    let mut down = |found: &mut Findings, child: &Step, above: Above<'_>| {
        self::step(found, plan, child, above, see)
    };
    match step {
        Step::Call(call) => found.within(&["call"], |found| {
            see(found, Priced::Call(call), above.days);
            self::call(found, plan, call, above)
        }),
        Step::Chain(steps) => found.within(&["chain"], |found| {
            if steps.is_empty() {
                found.say("", "A chain without a step.", "Add `- call: …` to it.");
            }
            in_turn(steps, |index, child| found.within(&[&index], |found| down(found, child, above)))
        }),
        Step::Route(route) => found.within(&["route"], |found| {
            found.within(route.list(), |found| dated::branches(found, plan, route));
            if route.sticky == Sticky::Conversation && !above.in_turn {
                found.say(
                    "sticky",
                    "A way is kept for a conversation, and the route is no part of its turns.",
                    "Put it into a turn directly, or write `sticky: turn`.",
                );
            }
            let days = plan.days().map(|all| route.days_of(&all)).unwrap_or_default();
            let below = route.branches.iter().enumerate().map(|(index, branch)| {
                let place = index.to_string();
                let path = [route.list(), &[&place, "step"]].concat();
                let both = days.get(index).zip(above.days).map(|(own, here)| own.and(here));
                let above = Above { days: both.as_ref(), ..above };
                found.within(&path, |found| down(found, &branch.step, above))
            });
            below.fold(Below::default(), either)
        }),
        Step::Retry(retry) => found.within(&["retry"], |found| {
            let above = above.apart();
            let tried = Above { by_chance: true, ..above };
            let step = found.within(&["step"], |found| down(found, &retry.step, tried));
            let then = retry.then.as_ref().map(|then| {
                found.within(&["then"], |found| down(found, then, above))
            });
            own::retry(found, retry, step, then)
        }),
        Step::FanOut(fan) => found.within(&["fan-out"], |found| {
            let below = found.within(&["step"], |found| down(found, &fan.step, above.apart()));
            if below.answers > 0 && above.in_conversation {
                found.say(
                    "step",
                    "Copies side by side cannot be the one answer of a turn.",
                    "Take `answer: true` off, and add a call that writes the answer from the copies.",
                );
            }
            below
        }),
        Step::Conversation(conversation) => {
            found.within(&["conversation"], |found| {
                self::conversation(found, conversation, above.days, &mut down)
            });
            Below::default()
        }
        Step::Cascade(cascade) => found.within(&["cascade"], |found| {
            own::cascade(found, plan, cascade);
            let above = above.apart();
            let tiers = cascade.tiers.iter().enumerate().map(|(index, rung)| {
                found.within(&["tiers", &index.to_string()], |found| {
                    let asked = Above { by_chance: above.by_chance || index > 0, ..above };
                    let step = found.within(&["step"], |found| down(found, &rung.step, asked));
                    if step.answers > 1 {
                        let hint = "Mark the one that the judge reads, or write one cascade for each.";
                        found.say("step", "A tier gives one answer, not several.", hint);
                    }
                    let judge = rung.judge.as_ref().map(|judge| {
                        let below = found.within(&["judge"], |found| down(found, judge, above));
                        own::helper(found, "judge", "A judge", below)
                    });
                    after(step, judge)
                })
            });
            tiers.fold(Below::default(), either)
        }),
        Step::Until(until) => found.within(&["until"], |found| {
            let above =
                Above { in_context: true, by_chance: true, ..above.apart() };
            let draft = found.within(&["draft"], |found| down(found, &until.draft, above));
            let check = found.within(&["check"], |found| down(found, &until.check, above));
            let check = own::helper(found, "check", "A check", check);
            own::answers(found, "draft", draft);
            own::answers(found, "check", check);
            after(draft, Some(check))
        }),
        Step::Loop(repeated) => found.within(&["loop"], |found| {
            let above = Above { in_context: true, ..above.apart() };
            let below = found.within(&["step"], |found| down(found, &repeated.step, above));
            own::answers(found, "step", below);
            below
        }),
        Step::ResponseCache(cache) => found.within(&["response-cache"], |found| {
            let above = above.apart();
            let mut aside = |found: &mut Findings, field: &str, who: &str, step: Option<&Step>| {
                let below = step.map(|step| found.within(&[field], |found| down(found, step, above)));
                below.map(|below| own::helper(found, field, who, below))
            };
            let lookup = aside(found, "lookup", "A look-up", cache.lookup.as_ref());
            let insert = aside(found, "insert", "An insertion", cache.insert.as_ref());
            let step = found.within(&["step"], |found| down(found, &cache.step, above));
            own::response_cache(found, cache, step, above.by_chance);
            after(after(step, lookup), insert)
        }),
        Step::Tool(tool) => found.within(&["tool"], |found| {
            own::tool(found, plan, tool);
            see(found, Priced::Tool(tool), above.days);
            Below::default()
        }),
        Step::Agent(used) => found.within(&["agent"], |found| own::agent(found, plan, used, above.unpaused)),
    }
}

/// A step and what is done beside it.
fn after(step: Below, beside: Option<Below>) -> Below {
    Below { can_fail: step.can_fail || beside.is_some_and(|beside| beside.can_fail), ..step }
}

fn conversation(
    found: &mut Findings,
    conversation: &Conversation,
    days: Option<&Days>,
    down: &mut dyn FnMut(&mut Findings, &Step, Above<'_>) -> Below,
) {
    let unpaused = conversation.pause.is_none();
    let above = Above { in_conversation: true, in_turn: true, unpaused, ..Above::on(days) };
    let below = found.within(&["turn"], |found| {
        in_turn(&conversation.turn, |index, child| {
            found.within(&[&index], |found| down(found, child, above))
        })
    });
    if let Some(summary) = conversation.history.summary() {
        found.within(&["history", "summary"], |found| {
            let below = found.within(&["step"], |found| down(found, summary, above.apart()));
            let below = own::helper(found, "step", "A summary", below);
            own::answers(found, "step", below);
        });
    }
    own::conversation(found, conversation, below);
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

fn call(found: &mut Findings, plan: &Plan, call: &Call, above: Above<'_>) -> Below {
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
            if part == HISTORY && !above.in_conversation {
                let message = format!("`{}` reads `history` outside a conversation.", call.name);
                let hint = "Put the call into a `conversation`, or take `history` off.";
                found.say(&index, message, hint);
            } else if part == CONTEXT && !above.in_context {
                let message = format!("`{}` reads `context` outside a loop.", call.name);
                let hint = "Put the call into a `loop` or an `until`, or take `context` off.";
                found.say(&index, message, hint);
            } else if input.is_part() && !plan.prompts.contains_key(part) {
                let known: Vec<&str> = plan.prompts.keys().map(String::as_str).collect();
                let hint = format!("Parts of this plan: {}.", known.join(", "));
                found.say(&index, format!("The plan has no part called `{part}`."), hint);
            }
            if !input.is_part() && input.copies.is_some() {
                found.say(&index, format!("`{part}` is sent once."), "Take the copies off.");
            }
            if !seen.insert(part) {
                let hint = format!("Write `{part} x2` to send it twice.");
                found.say(&index, format!("`{part}` is listed twice."), hint);
            }
        });
    }
    own::call(found, call, above.unpaused);
    held::said(found, plan, call);
    Below {
        can_fail: false,
        answers: u32::from(call.answer),
        reads_history: call.input.iter().any(|input| input.part == HISTORY),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::plan::{Measures, Plan};
    use crate::sample::book;

    #[test]
    fn what_is_wrong_in_a_branch_stands_where_the_document_has_it() {
        let said = |route: &str| {
            let text = format!(
                "
forebill: 1
name: Desk
starts: 2027-01
months: 3
prompts: {{ q: {{ tokens: 20 }} }}
features:
  - name: desk
    unit: answer
    volume: {{ units: 9/day }}
    step:
      conversation:
        turns: 3
        turn:
          - route: {route}
"
            );
            let plan = serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed();
            let problems =
                check(&plan, &Measures::default(), &[&book()]).expect_err("three things are wrong");
            problems.iter().map(|problem| problem.path.join("/")).collect::<Vec<_>>()
        };
        let call =
            "{ call: { name: one, answer: true, model: acme/small, input: [q], output: 9 } }";
        let branches =
            format!("[{{ share: rest, step: {{ chain: [] }} }}, {{ share: 5%, step: {call} }}]");
        let route = "features/0/step/conversation/turn/0/route";
        let wrong = ["1/share", "0/share", "0/step/chain"];
        assert_eq!(said(&branches), wrong.map(|path| format!("{route}/{path}")));
        let sticky = format!("{{ sticky: conversation, branches: {branches} }}");
        assert_eq!(said(&sticky), wrong.map(|path| format!("{route}/branches/{path}")));
    }
}
