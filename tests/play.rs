//! The walk against play, on a real plan: support-desk played call by call.

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
