//! The walk against play, on real plans: the examples played call by call.

use std::path::PathBuf;

use app::estimates::work;
use app::plans::Request;
use cost::play::{Script, play};

use crate::project::at_home;

/// Executions played.
const UNITS: u32 = 100_000;

#[test]
fn support_desk_costs_what_it_costs_when_it_is_played() {
    at_home();
    let plan = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support-desk"));
    let worked =
        work(&Request { plan, ..Request::default() }).expect("the example can be worked out");
    let opened = &worked.opened;
    let feature = &opened.plan.features[0];
    let review = {
        let other = &opened.plan.other_costs[0];
        other.cost.mean() * other.share.as_ref().expect("a share of conversations").mean()
    };
    let model = |name: &str| Some(&worked.models.get(name).model);
    let row = worked.estimate.workings.features[0].month_unit_cost;
    // The last month: the prompt has grown.
    let month = 12;
    let script = Script::new(&opened.plan, feature, month, &opened.measures, model);
    let played = play(&script.expect("can be played"), 20_270_101, UNITS);
    // Costs beside the calls are not played.
    let walked = worked.estimate.values.at(row, month as usize - 1) - review;
    let errors = played.unit.cost.errors_from(walked);
    assert!(errors < 4.0, "month {month}: {walked} is {errors} standard errors from play");
    for call in &played.calls {
        let played = [
            ("output", call.used.output),
            ("reasoning", call.used.reasoning),
            ("history", call.used.history),
        ];
        for (driver, played) in played {
            let address = format!("support.{}.{driver}.tokens", call.name);
            let Some(row) = worked.estimate.workings.find(&address) else { continue };
            let walked = worked.estimate.values.at(row, month as usize - 1);
            let errors = played.errors_from(walked);
            assert!(errors < 4.0, "{address}: {walked} is {errors} standard errors from play");
        }
    }
}

#[test]
fn every_example_costs_what_it_costs_when_it_is_played() {
    at_home();
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    for name in [
        "coding-assistant",
        "document-processing",
        "rag-answers",
        "research-agents",
        "sales-copilot",
    ] {
        let plan = PathBuf::from(format!("{examples}/{name}"));
        let worked = work(&Request { plan, ..Request::default() }).expect("it can be worked out");
        let (opened, estimate) = (&worked.opened, &worked.estimate);
        for (feature, rows) in opened.plan.features.iter().zip(&estimate.workings.features) {
            let is_its = |of: &Option<String>| of.as_ref().is_none_or(|of| *of == feature.name);
            let beside = opened.plan.other_costs.iter().filter(|other| is_its(&other.of));
            let beside: f64 = beside
                .filter_map(|other| Some(other.cost.mean() * other.share.as_ref()?.mean()))
                .sum();
            let model = |name: &str| Some(&worked.models.get(name).model);
            let month = 12;
            let around = worked.around(feature, month - 1);
            let nth = u32::try_from(month).expect("a plan has few months");
            let script =
                Script::among(&opened.plan, feature, nth, &opened.measures, model, &around);
            let script = script.unwrap_or_else(|error| panic!("{name}: {error}"));
            let played = play(&script, 20_270_101, UNITS / 10);
            let walked = estimate.values.at(rows.month_unit_cost, month - 1) - beside;
            let errors = played.unit.cost.errors_from(walked);
            assert!(
                errors < 4.0,
                "{name} {}: {walked} is {errors} standard errors from play",
                feature.name
            );
            for call in &played.calls {
                for (driver, played) in
                    [("output", call.used.output), ("reasoning", call.used.reasoning)]
                {
                    let address = format!("{}.{}.{driver}.tokens", feature.name, call.name);
                    let Some(row) = estimate.workings.find(&address) else { continue };
                    // What comes too seldom to be met says nothing.
                    if played.standard_error == 0.0 {
                        continue;
                    }
                    let walked = estimate.values.at(row, month - 1);
                    let errors = played.errors_from(walked);
                    assert!(
                        errors < 4.0,
                        "{address}: {walked} is {errors} standard errors from play"
                    );
                }
            }
        }
    }
}
