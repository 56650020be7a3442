//! Whether features, their volumes and what they cost beside model calls can be meant.

use std::collections::BTreeSet;

use super::finding::{Findings, is_name};
use crate::plan::{Adoption, Feature, Plan, Profile, Season, Unmeant, Volume};

/// A feature's own fields.
pub fn feature(found: &mut Findings, feature: &Feature, months: u32) {
    if feature.unit.trim().is_empty() {
        found.say("unit", "What is one unit of the feature?", "Write `unit: conversation`.");
    }
    for (field, text) in [("unit", Some(&feature.unit)), ("label", feature.label.as_ref())] {
        if text.is_some_and(|text| text.chars().any(char::is_control)) {
            found.say(
                field,
                format!("The {field} runs over several lines."),
                "Write it in one line.",
            );
        }
    }
    if feature.label.as_ref().is_some_and(|label| label.trim().is_empty()) {
        found.say("label", "The label is empty.", "Write one, or leave `label` out.");
    }
    let starts = feature.starts.as_ref().filter(|starts| starts.read.is_ok());
    if let Some(starts) = starts.filter(|starts| starts.mean() > f64::from(months)) {
        let message = format!("`{}` lies behind the last of the plan's months.", starts.text);
        found.at(starts, message, format!("Write month 1 to month {months}."));
    }
    if let Some(Err(Unmeant { field, message, hint })) = feature.load.as_ref().map(Profile::load) {
        found.within(&["load"], |found| found.say(field, message, hint));
    }
    if let (Some(value), None) = (&feature.value, &feature.success) {
        let message = "It is not said how many outcomes are accepted, and worth that.";
        found.at(value, message, "Add `success: 80%`.");
    }
    if let Some(value) = &feature.value
        && value.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed())
    {
        found.at(value, "An outcome has one value.", "Write $1.10; say the doubt as `$1.10 ±20%`.");
    }
    let first = starts.map_or(1.0, |starts| starts.mean());
    found.within(&["volume"], |found| volume(found, &feature.volume, first));
}

fn volume(found: &mut Findings, volume: &Volume, first: f64) {
    match (&volume.units, &volume.users, &volume.each) {
        (Some(_), None, None) if volume.adoption.is_none() => {}
        (None, Some(_), Some(_)) => {}
        (Some(_), _, _) => found.say(
            "units",
            "The volume is given as units, and by people as well.",
            "Keep `units`, or `users` with `each`.",
        ),
        (None, Some(_), None) => {
            found.say("", "How often does each user come?", "Add `each: 1.4/month`.")
        }
        (None, None, _) => {
            found.say(
                "",
                "How many units are there?",
                "Add `units: 10k/day`, or `users` with `each`.",
            );
        }
    }
    if let Some(Adoption::Rising(rise)) = &volume.adoption
        && rise.by.read.is_ok()
        && rise.by.mean() <= first
    {
        let hint = format!("Write `by: month {}` or later.", first + 1.0);
        found.at(&rise.by, "A rise needs at least two months.", hint);
    }
    if let Some(season) = &volume.season {
        self::season(found, season);
    }
}

fn season(found: &mut Findings, season: &Season) {
    for factor in &season.factors {
        if factor.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed()) {
            found.at(factor, "A month has one factor.", "Write 0.8; say the doubt as `0.8 ±10%`.");
        }
    }
    if let Some(mean) = season.off_by() {
        let message = format!("The mean of the twelve factors is {mean:.3} and not 1.");
        let hint = match mean > 0.0 {
            true => format!("Scaled: `season: {}`.", season.in_words()),
            false => "At least one month needs a factor above 0.".to_owned(),
        };
        found.say("season", message, hint);
    }
}

/// Costs beside the model calls.
pub fn other_costs(found: &mut Findings, plan: &Plan) {
    let mut names = BTreeSet::new();
    for (index, other) in plan.other_costs.iter().enumerate() {
        found.within(&["other_costs", &index.to_string()], |found| {
            if !is_name(&other.id()) {
                found.say(
                    "name",
                    format!("`{}` has no letters to name it by.", other.name),
                    "Write what it is for.",
                );
            }
            if !names.insert(other.id()) {
                found.say(
                    "name",
                    format!("Two costs are called `{}`.", other.name),
                    "Give each its own name.",
                );
            }
            if other.cost.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed()) {
                found.at(
                    &other.cost,
                    "A cost has one amount.",
                    "Write $1.10; say the doubt as `$1.10 ±20%`.",
                );
            }
            let once = other.once.as_ref().filter(|once| once.read.is_ok());
            if let Some(once) = once.filter(|once| once.mean() > f64::from(plan.months)) {
                let message = format!("`{}` lies behind the last of the plan's months.", once.text);
                found.at(once, message, format!("Write month 1 to month {}.", plan.months));
            }
            let known: Vec<&str> =
                plan.features.iter().map(|feature| feature.name.as_str()).collect();
            match (&other.once, &other.share, &other.of) {
                (Some(_), Some(_), _) => {
                    let message = format!("`{}` comes once, and with units.", other.name);
                    found.say("share", message, "Keep one of `once` and `share`.");
                }
                (Some(_), None, Some(_)) => {
                    let message = "A cost that comes once belongs to no feature.";
                    found.say("of", message, "Take `of` off.");
                }
                (None, _, Some(of)) if !known.contains(&of.as_str()) => {
                    let hint = format!("Features of this plan: {}.", known.join(", "));
                    found.say("of", format!("The plan has no feature called `{of}`."), hint);
                }
                (None, Some(_), None) if known.len() > 1 => {
                    let hint = format!("Add `of:` with one of {}.", known.join(", "));
                    found.say("share", "Of which feature's units?", hint);
                }
                (None, None, Some(_)) => {
                    found.say(
                        "of",
                        "A cost of a feature's units needs a `share`.",
                        "Add `share: 100%`, or take `of` off.",
                    );
                }
                (Some(_), None, None) | (None, Some(_), _) | (None, None, None) => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::check::check;
    use crate::plan::{Measures, Plan};
    use crate::sample::{book, plan};

    /// What is said of a cost beside the calls of a plan of three months with one feature, `f`.
    fn told(cost: &str) -> String {
        let call = "{ call: { name: a, model: acme/small, input: [text], output: 1 } }";
        let mut plan: Plan = plan(3, "{ text: { tokens: 1 } }", call);
        plan.other_costs = vec![serde_saphyr::from_str(cost).expect("a cost")];
        let plan = plan.addressed();
        let problems = check(&plan, &Measures::default(), &[&book()]).err().unwrap_or_default();
        problems.iter().map(|it| format!("{} {}\n", it.message, it.hint)).collect()
    }

    #[test]
    fn what_hints_about_costs_that_come_once_say_is_accepted() {
        let once =
            |once: &str, more: &str| told(&format!("{{ name: index, cost: $9, {once}{more} }}"));
        assert_eq!(
            once("once: month 2", ", of: f"),
            "A cost that comes once belongs to no feature. Take `of` off.\n"
        );
        assert_eq!(once("once: month 2", ", of: nobody"), once("once: month 2", ", of: f"));
        assert_eq!(once("once: month 2", ""), "");
        assert_eq!(
            once("once: month 2", ", of: f, share: 100%"),
            "`index` comes once, and with units. Keep one of `once` and `share`.\n"
        );
        assert_eq!(once("share: 100%", ", of: f"), "");
        assert_eq!(
            once("once: month 9", ""),
            "`month 9` lies behind the last of the plan's months. Write month 1 to month 3.\n"
        );
        assert_eq!(
            once("once: 2027-02", ""),
            "`2027-02` is not a month of the plan. Write month 1 for the plan's first month, and count on from there.\n"
        );
    }
}
