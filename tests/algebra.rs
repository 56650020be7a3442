//! What adds up and doubles in every example: whole sums, digit by digit.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::desk::answer;
use crate::program::run;

const EXAMPLES: [&str; 8] = [
    "coding-assistant",
    "document-processing",
    "hello",
    "model-switch",
    "rag-answers",
    "research-agents",
    "sales-copilot",
    "support-desk",
];

fn estimated(name: &str, set: &[String]) -> Value {
    let plan = format!("examples/{name}");
    let mut typed = vec!["estimate", &plan, "--json"];
    set.iter().for_each(|set| typed.extend(["--set", set]));
    answer(&run(&typed))
}

/// Whole 10⁻¹⁸ dollars.
fn units(amount: &Value) -> i128 {
    let text = amount.as_str().expect("amounts are texts");
    let (whole, parts) = text.split_once('.').unwrap_or((text, ""));
    assert!(parts.len() <= 18, "{text}");
    format!("{whole}{parts:0<18}").parse().expect("an amount")
}

fn list<'v>(of: &'v Value, key: &str) -> &'v [Value] {
    of[key].as_array().unwrap_or_else(|| panic!("a list of {key}"))
}

#[test]
fn months_steps_features_and_lines_each_sum_to_the_total() {
    for name in EXAMPLES {
        let told = estimated(name, &[]);
        let total = units(&told["total"]);
        let sum = |key: &str, field: &str| -> i128 {
            list(&told, key).iter().map(|one| units(&one[field])).sum()
        };
        assert_eq!(sum("lines", "amount"), total, "{name}: lines");
        assert_eq!(sum("months", "total"), total, "{name}: months");
        assert_eq!(sum("steps", "total"), total, "{name}: steps");
        let mut by_month: BTreeMap<&str, i128> = BTreeMap::new();
        for line in list(&told, "lines") {
            let month = line["month"].as_str().expect("a month");
            *by_month.entry(month).or_default() += units(&line["amount"]);
        }
        for month in list(&told, "months") {
            let lines = by_month.get(month["month"].as_str().expect("a month")).copied();
            assert_eq!(lines.unwrap_or(0), units(&month["total"]), "{name}: {month}");
        }
        for feature in list(&told, "features") {
            let of = |key: &str| -> i128 {
                list(feature, key).iter().map(|one| units(&one["total"])).sum()
            };
            let (own, of_drivers) = (units(&feature["total"]), of("drivers"));
            assert_eq!((of("months"), of_drivers), (own, own), "{name}: {}", feature["name"]);
        }
    }
}

/// Twice the volume costs no more than twice as much, and no less than before: caches and allowances only help, and what
/// comes once or by the month stays. Where a plan has none of them, it costs twice as much.
#[test]
fn twice_the_volume_costs_at_most_twice_as_much() {
    let mut exactly = vec![];
    for name in EXAMPLES {
        let inputs = answer(&run(&["inputs", &format!("examples/{name}"), "--json"]));
        let volume = list(&inputs, "inputs").iter().filter_map(|input| {
            let address = input["address"].as_str()?;
            let is_volume = address.ends_with(".units") || address.ends_with(".users");
            let text = input["value"].as_str().filter(|_| is_volume)?;
            let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let twice = 2 * text[..digits].parse::<u64>().expect("a whole number");
            Some(format!("{address}={twice}{}", &text[digits..]))
        });
        let set: Vec<String> = volume.collect();
        assert!(!set.is_empty(), "{name} has no volume");
        let of = |set: &[String]| units(&estimated(name, set)["total"]);
        let (once, twice) = (of(&[]), of(&set));
        let close = |left: i128, right: i128| (left - right).abs() <= right / 1_000_000_000_000;
        assert!(once < twice, "{name}: {once}, then {twice}");
        assert!(
            twice < 2 * once || close(twice, 2 * once),
            "{name}: {twice} is more than twice {once}"
        );
        if close(twice, 2 * once) {
            exactly.push(name);
        }
    }
    assert_eq!(exactly, ["hello", "model-switch", "support-desk"]);
}
