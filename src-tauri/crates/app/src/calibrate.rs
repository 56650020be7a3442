//! What vendors billed, written into a plan's file; everything else in it stays as it stands.

use std::path::PathBuf;

use cost::plan::Plan;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::calibrations::{Calibrations, Learned, name_in, problems};
use crate::error::{Code, Error};
use crate::files;
use crate::plans;
use crate::prompts::{self, Bills, Note};
use crate::shelf::Shelf;

/// What was written into a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Calibrated {
    /// The plan's file.
    pub file: String,
    /// The models that were told of.
    pub models: Vec<CalibratedModel>,
    /// What nothing was learned from.
    pub notes: Vec<Note>,
}

/// What was learned of one model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct CalibratedModel {
    /// Its name in the plan.
    pub model: String,
    /// How many counts are new.
    pub added: usize,
    /// How many the plan had already: they teach nothing.
    pub known: usize,
    /// The wider side of its band before, in percent.
    pub before_percent: u64,
    /// What all of its counts come to.
    pub learned: Learned,
}

const KEY: &str = "calibration:";

/// Learns from bills, and writes the counts into the plan's file.
pub fn calibrate(plan: PathBuf, bills: &Bills) -> Result<Calibrated, Vec<Error>> {
    let shelf = Shelf::of(bills.book.as_deref()).map_err(|error| vec![error])?;
    let opened = plans::open(&plan, &shelf)?;
    if opened.inside.is_some() {
        let message =
            format!("`{}` is a project, which has its counts inside.", opened.file.display());
        let hint = "Open it in the window and paste there what was billed.";
        return Err(vec![Error::new(Code::BadArguments, message, hint)]);
    }
    let wrong: Vec<Error> =
        problems(&opened.plan, &shelf).iter().map(|problem| opened.invalid(problem)).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let taught = prompts::told(bills)?;
    let mut after = opened.plan.clone();
    let mut models = vec![];
    for (model, pairs) in &taught.pairs {
        let name = name_in(&after, model, &shelf);
        let before = Calibrations::of(&after.calibration, &shelf).learned(&shelf, &name);
        let counts = after.calibration.entry(name.clone()).or_default();
        let had = counts.len();
        for pair in pairs {
            if !counts.contains(pair) {
                counts.push(*pair);
            }
        }
        let added = counts.len() - had;
        let known = pairs.len() - added;
        let learned = Calibrations::of(&after.calibration, &shelf).learned(&shelf, &name);
        let learned = Learned::from(learned.expect("it was just told of"));
        let untold = taught.before.get(model).copied().unwrap_or_default();
        let before_percent =
            before.map_or(untold, |before| Learned::from(before).plus_minus_percent);
        models.push(CalibratedModel { model: name, added, known, before_percent, learned });
    }
    let file = opened.file.display().to_string();
    if after == opened.plan {
        return Ok(Calibrated { file, models, notes: taught.notes });
    }
    let text = files::read_text(&opened.file).map_err(|error| vec![error])?;
    let written = with_counts(&text, &after).ok_or_else(|| {
        let message = "The counts find no place in the plan's text.".to_owned();
        let hint = "Begin `calibration:` on a line of its own, at the left.";
        vec![Error::new(Code::MalformedPlan, message, hint).at(files::named(&opened.file))]
    })?;
    files::write(&opened.file, written.as_bytes()).map_err(|error| vec![error])?;
    Ok(Calibrated { file, models, notes: taught.notes })
}

/// The text of a plan with these counts in it, and nothing else changed. Nothing where a text is
/// written in a way that has no place for them.
fn with_counts(text: &str, plan: &Plan) -> Option<String> {
    let whole = plans::write(plan);
    let block = &whole[whole.find(&format!("\n{KEY}"))? + 1..];
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let block = block.replace('\n', ending);
    let mut lines = text.split_inclusive('\n');
    let mut written = String::new();
    let mut is_there = false;
    while let Some(line) = lines.next() {
        if is_there || !line.starts_with(KEY) {
            written.push_str(line);
            continue;
        }
        is_there = true;
        written.push_str(&block);
        // What stands further in belongs to it.
        let mut rest = lines.clone();
        while let Some(line) = rest.next() {
            let is_inside = line.starts_with([' ', '\t']) || line.trim().is_empty();
            if !is_inside {
                break;
            }
            if !line.trim().is_empty() {
                lines = rest.clone();
            }
        }
    }
    if !is_there {
        if !written.is_empty() && !written.ends_with('\n') {
            written.push_str(ending);
        }
        written.push_str(&block);
    }
    let read = plans::read_plan(&written).ok()?;
    (read == *plan).then_some(written)
}

#[cfg(test)]
mod tests {
    use cost::plan::Told;

    use super::*;

    const PLAN: &str = "\
# ours
forebill: 1
name: Desk
starts: 2027-01
months: 1
calibration: # from November
  anthropic/claude-opus-4-7:
    - { estimated: 100, billed: 104 }

  # the second half
    - { estimated: 200, billed: 207 }

# what users do
features:
  - { name: desk, unit: answer, volume: { units: 3/day }, step: { call: { model: m } } }
";

    #[test]
    fn only_the_counts_of_a_text_change() {
        let mut plan = plans::read_plan(PLAN).expect("a plan");
        let counts = &mut plan.calibration["anthropic/claude-opus-4-7"];
        counts.push(Told { estimated: 300, billed: 311 });
        let text = with_counts(PLAN, &plan).expect("there is a place");
        let (before, after) = (PLAN.split("calibration:").next(), PLAN.split("\n\n# what").nth(1));
        assert!(text.starts_with(before.expect("a beginning")), "{text}");
        assert!(text.ends_with(&format!("\n\n# what{}", after.expect("an end"))), "{text}");
        assert!(text.contains("    - estimated: 300\n      billed: 311\n"), "{text}");
        // Twice the same is once.
        assert_eq!(with_counts(&text, &plan), Some(text));
    }

    #[test]
    fn a_text_without_counts_gets_them_at_its_end() {
        let mut plan = plans::read_plan(PLAN).expect("a plan");
        let bare = PLAN.replace("calibration: # from November\n", "").replace('\n', "\r\n");
        let bare = bare.lines().filter(|line| !line.contains("claude") && !line.contains("billed"));
        let bare = bare.collect::<Vec<_>>().join("\r\n");
        plan.calibration.get_index_mut(0).expect("a model").1.truncate(1);
        let text = with_counts(&bare, &plan).expect("there is a place");
        assert!(text.starts_with(&format!("{bare}\r\ncalibration:\r\n")), "{text}");
        assert_eq!(with_counts("{ forebill: 1 }", &plan), None);
    }
}
