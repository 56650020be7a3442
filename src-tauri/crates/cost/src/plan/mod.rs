//! The plan: what a feature does, how often, and with which texts.

mod apart;
mod beginning;
mod budget;
mod call;
mod change;
mod contract;
mod counted;
mod course;
mod dated;
mod document;
mod doubt;
mod failure;
mod feature;
mod given;
mod inputs;
mod limited;
mod measures;
pub mod number;
mod outline;
mod profile;
mod rate_limit;
mod season;
mod sends;
mod slot;
mod step;
mod tree;
mod truth;
mod when;

pub use budget::{Budget, Limit, Percentile, PlanBudget, Side};
pub use call::{Call, Prefix, PromptCache};
pub use change::{NotSet, measure_address};
pub use contract::{
    Commitment, Contract, Credit, Discount, DrawnBy, Exchange, Fee, Free, Negotiated, Scope, Span,
    StepRow, Steps, Stretch, first_day, term, term_of,
};
pub use counted::{Counted, NotCounted};
pub use course::Driven;
pub use document::{Agent, Calibration, Cause, DEEPEST, FORMAT, Part, Plan, Prices, Role, Told};
pub use doubt::{Basis, Doubt, GUESSED, SOURCED, TableLoss, Width};
pub use failure::Failure;
pub use feature::{Adoption, Curve, Feature, OtherCost, Rise, Volume, given_units, plural};
pub use inputs::VisitSlot;
pub use limited::Limited;
pub use measures::{Certainty, Measure, Measures, Reads};
pub use number::{Follows, Meaning, Number, Of, OverTime, Provenance};
pub use outline::{Made, Root, Standing, Taken, Trail};
pub use profile::{Hours, Profile, Unmeant};
pub use rate_limit::RateLimits;
pub use season::{CALENDAR, Season};
pub use sends::{CONTEXT, HISTORY, InputRef};
pub use slot::Slot;
pub use step::{
    AgentUse, Branch, BranchShare, Cascade, Conversation, FanOut, History, Loop, ResponseCache,
    Retry, Route, Rung, Step, Sticky, Summary, Tool, Traffic, Until,
};
pub use when::{Days, When};

#[cfg(test)]
mod tests {
    use super::*;

    const SUPPORT: &str = "
forebill: 1
name: Support assistant
starts: 2027-01
months: 12
prompts:
  system: { text: You help., grows: 6%/month }
  question: { tokens: 40..220 }
  article: { tokens: 350..900, used: 40% }
features:
  - name: support
    unit: conversation
    volume: { users: 12k ±20%, adoption: { from: 8%, to: 65%, by: month 9, shape: s-curve }, each: 1.4/month }
    step:
      conversation:
        turns: { value: 2..6, source: chat logs }
        turn:
          - call: { name: rewrite, model: openai/gpt-5-nano, input: [question], output: 30..60 }
          - route:
              - { share: 70%, step: { call: { name: easy, answer: true, model: m, input: [system, history, article x4, question], output: 120..300 } } }
              - { share: rest, step: { retry: { attempts: 3, fails: { invalid: 4% }, step: { call: { name: hard, answer: true, model: m, output: 10 } } } } }
other_costs:
  - { name: human review, share: 2%, cost: $1.10 }
";

    fn addresses(text: &str) -> Vec<String> {
        let plan: Plan = serde_saphyr::from_str(text).expect("a plan");
        let line = |number: &Number| {
            format!("{} = {} @ {}", number.address, number.text, number.path.join("/"))
        };
        plan.addressed().numbers().iter().map(line).collect()
    }

    #[test]
    fn every_number_has_an_address_and_a_place_in_the_document() {
        insta::assert_snapshot!(addresses(SUPPORT).join("\n"), @"
        prompts.system.grows = 6%/month @ prompts/system/grows
        prompts.question.tokens = 40..220 @ prompts/question/tokens
        prompts.article.tokens = 350..900 @ prompts/article/tokens
        prompts.article.used = 40% @ prompts/article/used
        support.users = 12k ±20% @ features/0/volume/users
        support.adoption.from = 8% @ features/0/volume/adoption/from
        support.adoption.to = 65% @ features/0/volume/adoption/to
        support.adoption.by = month 9 @ features/0/volume/adoption/by
        support.each = 1.4/month @ features/0/volume/each
        support.conversation.turns = 2..6 @ features/0/step/conversation/turns
        support.rewrite.output = 30..60 @ features/0/step/conversation/turn/0/call/output
        support.route.share = 70% @ features/0/step/conversation/turn/1/route/0/share
        support.easy.article.copies = 4 @ features/0/step/conversation/turn/1/route/0/step/call/input/2
        support.easy.output = 120..300 @ features/0/step/conversation/turn/1/route/0/step/call/output
        support.retry.attempts = 3 @ features/0/step/conversation/turn/1/route/1/step/retry/attempts
        support.retry.fails.invalid = 4% @ features/0/step/conversation/turn/1/route/1/step/retry/fails/invalid
        support.retry.fails.invalid.billed_input = 100% @ features/0/step/conversation/turn/1/route/1/step/retry/fails/invalid/billed_input
        support.retry.fails.invalid.billed_output = 100% @ features/0/step/conversation/turn/1/route/1/step/retry/fails/invalid/billed_output
        support.hard.output = 10 @ features/0/step/conversation/turn/1/route/1/step/retry/step/call/output
        other-costs.human-review.cost = $1.10 @ other_costs/0/cost
        other-costs.human-review.share = 2% @ other_costs/0/share
        ");
    }

    #[test]
    fn the_schema_names_every_kind_of_step() {
        let schema = schemars::schema_for!(Plan).to_value().to_string();
        for kind in [
            "call",
            "chain",
            "route",
            "retry",
            "fan-out",
            "conversation",
            "cascade",
            "until",
            "loop",
            "response-cache",
            "tool",
            "agent",
        ] {
            assert!(schema.contains(&format!("\"{kind}\"")), "{kind} is missing");
        }
    }
}
