//! What the outline says of each kind of step: what it is, its main number, what is said beside its numbers.

use cost::meter::Meter;
use cost::plan::{
    Branch, BranchShare, Call, History, Number, Plan, Prefix, Route, Step, Sticky, When,
};
use cost::spread::Spread;

use super::node::{BranchOf, Form, Kind, Main, Takes, TierOf};

/// What stands around a step, as far as its form depends on it.
#[derive(Clone, Copy, Default)]
pub struct Around {
    in_conversation: bool,
    in_context: bool,
}

impl Around {
    /// What is around the steps under a step.
    pub const fn under(self, step: &Step) -> Self {
        match step {
            Step::Conversation(_) => Self { in_conversation: true, in_context: false },
            Step::Until(_) | Step::Loop(_) => Self { in_context: true, ..self },
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Cascade(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_) => self,
        }
    }
}

/// What is said of a plan's step at a place beside its numbers.
pub fn form(plan: &Plan, step: &Step, at: &str, around: Around) -> Option<Form> {
    Some(match step {
        Step::Call(call) => of_call(call, around),
        Step::Route(route) => Form::Route {
            sticky: match route.sticky {
                Sticky::Turn => "turn".to_owned(),
                Sticky::Conversation => "conversation".to_owned(),
            },
            in_conversation: around.in_conversation,
            branches: branches(route, at),
        },
        Step::FanOut(fan) => Form::FanOut { warm_first: fan.warm_first },
        Step::Conversation(conversation) => Form::Conversation {
            history: match conversation.history {
                History::Full => "full".to_owned(),
                History::Last(_) => "last".to_owned(),
                History::Summary(_) => "summary".to_owned(),
            },
        },
        Step::Cascade(cascade) => {
            let tiers = cascade.tiers.iter().enumerate().map(|(index, rung)| TierOf {
                at: format!("{at}/cascade/tiers/{index}/step"),
                judge: rung.judge.as_ref().map(|_| format!("{at}/cascade/tiers/{index}/judge")),
                is_judged: rung.accepts_right.is_some() || rung.accepts_wrong.is_some(),
            });
            Form::Cascade { tiers: tiers.collect() }
        }
        Step::ResponseCache(cache) => Form::ResponseCache {
            from_traffic: cache.traffic.is_some(),
            lookup: cache.lookup.is_some(),
            insert: cache.insert.is_some(),
        },
        Step::Tool(tool) => Form::Tool {
            list: tool.model.clone().or_else(|| tool.meter.map(|_| String::new())),
            meter: tool.meter.map(|meter| meter.name().to_owned()),
            meters: sold_by_use(),
            returns: tool.returns.clone(),
        },
        Step::Agent(used) => {
            Form::Agent { agent: used.agent.clone(), depth: used.depth, calls: plan.called(step) }
        }
        Step::Chain(_) | Step::Retry(_) | Step::Until(_) | Step::Loop(_) => return None,
    })
}

fn of_call(call: &Call, around: Around) -> Form {
    Form::Call {
        keep: call.keep,
        keep_reasoning: call.keep_reasoning,
        cache: call.cache.as_ref().map(|cache| {
            let kept = match (&cache.held, cache.prefix) {
                (Some(_), _) => "held",
                (None, Prefix::Whole) => "whole",
                (None, Prefix::Shared) => "shared",
            };
            kept.to_owned()
        }),
        in_conversation: around.in_conversation,
        in_context: around.in_context,
    }
}

/// Meters of which one use of a tool can be one.
fn sold_by_use() -> Vec<String> {
    let by_use = ["search", "request", "page", "session", "image", "step", "unit", "credit"];
    let meters = Meter::ALL.iter().filter(|meter| by_use.contains(&meter.unit()));
    meters.map(|meter| meter.name().to_owned()).collect()
}

/// What it is.
pub const fn kind(step: &Step) -> Kind {
    match step {
        Step::Call(_) => Kind::Call,
        Step::Chain(_) => Kind::Chain,
        Step::Route(_) => Kind::Route,
        Step::Retry(_) => Kind::Retry,
        Step::FanOut(_) => Kind::FanOut,
        Step::Conversation(_) => Kind::Conversation,
        Step::Cascade(_) => Kind::Cascade,
        Step::Until(_) => Kind::Until,
        Step::Loop(_) => Kind::Loop,
        Step::ResponseCache(_) => Kind::ResponseCache,
        Step::Tool(_) => Kind::Tool,
        Step::Agent(_) => Kind::Agent,
    }
}

/// The number that says most about a step.
pub fn main_number(step: &Step) -> Option<Main> {
    let of = |number: &Number, text: String| Main {
        address: Some(number.address.clone()),
        text,
        guess: number.is_guess(),
    };
    match step {
        Step::Call(call) => {
            let number = call.output.as_ref().or(call.reasoning.as_ref())?;
            Some(of(number, shown(number)))
        }
        Step::Chain(_) => None,
        Step::Route(route) => {
            let shares: Vec<String> = route.branches.iter().map(branch_share).collect();
            let first = route.branches.iter().find_map(|branch| match &branch.share {
                BranchShare::Named(share) => Some(share),
                BranchShare::All | BranchShare::Rest => None,
            });
            Some(match first {
                Some(share) => of(share, shares.join(" / ")),
                None => Main { address: None, text: shares.join(" / "), guess: false },
            })
        }
        Step::Retry(retry) => {
            Some(of(&retry.attempts, format!("{} attempts", shown(&retry.attempts))))
        }
        Step::FanOut(fan) => Some(of(&fan.copies, format!("{} copies", shown(&fan.copies)))),
        Step::Conversation(conversation) => {
            Some(of(&conversation.turns, format!("{} turns", shown(&conversation.turns))))
        }
        Step::Cascade(cascade) => {
            let mut tiers = cascade.tiers.iter();
            let first = tiers.find(|rung| rung.accepts.is_some() || rung.accepts_right.is_some());
            Some(match first.map(|rung| (&rung.accepts, &rung.accepts_right)) {
                Some((Some(share), _)) => of(share, format!("{} accepted", shown(share))),
                // Of wrong answers another part is accepted.
                Some((None, Some(share))) => of(share, format!("{} of right", shown(share))),
                Some((None, None)) | None => {
                    Main { address: None, text: "one tier".to_owned(), guess: false }
                }
            })
        }
        Step::Until(until) => {
            let text =
                format!("{} rounds, {} accepted", shown(&until.rounds), shown(&until.accepts));
            Some(of(&until.accepts, text))
        }
        Step::Loop(repeated) => {
            Some(of(&repeated.steps, format!("{} steps", shown(&repeated.steps))))
        }
        Step::ResponseCache(cache) => Some(match (&cache.hits, &cache.traffic) {
            (Some(hits), _) => of(hits, format!("{} hits", shown(hits))),
            (None, Some(traffic)) => {
                of(&traffic.distinct, format!("{} requests", shown(&traffic.distinct)))
            }
            (None, None) => Main { address: None, text: "no hits".to_owned(), guess: false },
        }),
        Step::Tool(tool) => match (&tool.fee, &tool.uses) {
            (Some(fee), _) => Some(of(fee, shown(fee))),
            (None, Some(uses)) => Some(of(uses, format!("{} uses", shown(uses)))),
            (None, None) => None,
        },
        Step::Agent(used) => Some(Main { address: None, text: used.agent.clone(), guess: false }),
    }
}

/// A number as typed; of a long list of measured values the mean.
fn shown(number: &Number) -> String {
    const LONGEST: usize = 24;
    match number.read.as_ref().map(|typed| &typed.spread) {
        Ok(Spread::Measured(_)) if number.text.len() > LONGEST => {
            format!("mean {}", decimal(number.mean()))
        }
        Ok(
            Spread::Fixed(_) | Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_),
        )
        | Err(_) => number.text.clone(),
    }
}

/// One decimal, but for whole and large numbers.
fn decimal(value: f64) -> String {
    if value >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

fn branches(route: &Route, at: &str) -> Vec<BranchOf> {
    let list: String = route.list().iter().map(|list| format!("{list}/")).collect();
    let text = |when: &Option<When>| when.as_ref().map(|when| when.0.clone()).unwrap_or_default();
    let branches = route.branches.iter().enumerate().map(|(index, branch)| BranchOf {
        at: format!("{at}/route/{list}{index}/step"),
        takes: match branch.share {
            BranchShare::All => Takes::All,
            BranchShare::Named(_) => Takes::Part,
            BranchShare::Rest => Takes::Rest,
        },
        from: text(&branch.from),
        until: text(&branch.until),
    });
    branches.collect()
}

/// A branch's part of the whole and when it runs, as typed.
pub fn branch_share(branch: &Branch) -> String {
    let share = match &branch.share {
        BranchShare::All => None,
        BranchShare::Named(share) => Some(share.text.clone()),
        BranchShare::Rest => Some("rest".to_owned()),
    };
    let from = branch.from.as_ref().map(|from| format!("from {}", from.0));
    let until = branch.until.as_ref().map(|until| format!("until {}", until.0));
    let said: Vec<String> = [share, from, until].into_iter().flatten().collect();
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use cost::plan::Provenance;
    use cost::units::Kind as Measures;

    use super::*;

    #[test]
    fn a_long_list_of_measured_values_is_shown_by_its_mean() {
        let check = |text: &str, expected: &str| {
            let number = Number::new(Measures::Tokens, text, Provenance::default());
            assert_eq!(shown(&number), expected);
        };
        check("120..300 ±5%", "120..300 ±5%");
        check("120 x14 | 350 x88", "120 x14 | 350 x88");
        check("120 x14 | 350 x88 | 900 x12 | 4000 x1", "mean 411");
        check("1 x140 | 2 x88 | 4 x12 | 9 x1", "mean 1.5");
    }
}
