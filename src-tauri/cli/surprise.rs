//! `estimate --surprise`: from what one would have said to what it really costs.

use app::estimates::{Amount, SurpriseStep, Surprised, SurprisedFeature};
use app::plural;

use crate::print::{Table, decimal, dollars, short};

/// So many letters of a unit stand in a table.
const UNIT: usize = 24;

/// Every feature from naive to real, and what the month costs beside them.
pub fn table(told: &Surprised) -> String {
    let features = told.features.iter().map(|feature| of_feature(feature, &told.month));
    let mut text = features.collect::<Vec<_>>().join("\n");
    if told.features.len() == 1 && told.beside.is_empty() {
        return text;
    }
    let places =
        if told.total.parse::<f64>().is_ok_and(|total| total.abs() < 1000.0) { 2 } else { 0 };
    let mut all = Table::new(&["<everything", &format!(">{}", told.month)]);
    for feature in &told.features {
        all.row([feature.label.clone(), dollars(&feature.real.month, places)]);
    }
    for beside in &told.beside {
        all.row([format!("{}, of no feature", beside.label), dollars(&beside.month, places)]);
    }
    all.row(["total".to_owned(), dollars(&told.total, places)]);
    text += &format!("\n{}", all.text());
    text
}

fn of_feature(feature: &SurprisedFeature, month: &str) -> String {
    let mut text = format!("{}: {}\n\n", feature.label, becomes(feature, month));
    let (unit, places) = (short(&feature.unit, UNIT), feature.decimals as usize);
    let all = feature.month_decimals as usize;
    let mut table = Table::new(&["<why", &format!(">one {unit}"), &format!(">{month}"), "<"]);
    let cells = |amount: &Amount, signed: bool| {
        let cell = |exact: &str, shown: &str, places| match signed {
            true => signed_dollars(exact, shown, places),
            false => dollars(shown, places),
        };
        let one = amount.unit.as_deref().zip(amount.unit_shown.as_deref());
        let one = one.map_or_else(|| "–".to_owned(), |(exact, shown)| cell(exact, shown, places));
        [one, cell(&amount.month, &amount.month_shown, all)]
    };
    if let Some(naive) = &feature.naive {
        let [one, all] = cells(naive, false);
        let tried = feature.tried.as_ref().map(|tried| {
            let tier = feature.tried_tier.map(|tier| format!(", in the {} tier", tier.name()));
            format!("{tried}, once, at launch{}", tier.unwrap_or_default())
        });
        table.row(["what one would have said".to_owned(), one, all, tried.unwrap_or_default()]);
    }
    for step in &feature.steps {
        let [one, all] = cells(&step.amount, true);
        table.row([step.label.to_lowercase(), one, all, said(step)]);
    }
    let [one, all] = cells(&feature.real, false);
    let units = format!("{} {}", decimal(&feature.units, 0), plural(&feature.unit));
    table.row(["what it costs".to_owned(), one, all, units]);
    text += &table.text();
    if feature.tried_is_assumed {
        text += "No call is marked as the answer: the dearest stands for it. \
                 Write `answer: true` at the call whose output the user sees.\n";
    }
    text
}

/// `$0.0079 becomes $0.1872 for one conversation in 2027-12, 23.6 times as much`
fn becomes(feature: &SurprisedFeature, month: &str) -> String {
    let places = feature.decimals as usize;
    let Some(real) = feature.real.unit.as_deref() else {
        return format!("no {} in {month}", plural(&feature.unit));
    };
    let real = format!("{} for one {} in {month}", dollars(real, places), feature.unit);
    let Some(naive) = feature.naive.as_ref().and_then(|naive| naive.unit.as_deref()) else {
        return format!("{real}; no call is made that one could have tried");
    };
    let times = feature.times.as_deref().filter(|_| !feature.steps.is_empty());
    let times = times.map(|times| format!(", {} times as much", decimal(times, 1)));
    format!("{} becomes {real}{}", dollars(naive, places), times.unwrap_or_default())
}

fn said(step: &SurpriseStep) -> String {
    match step.note.as_str() {
        "" => step.says.clone(),
        note => format!("{}: {note}", step.says),
    }
}

/// `+$0.0472`; what is not zero never looks like it.
fn signed_dollars(exact: &str, shown: &str, places: usize) -> String {
    let is_nothing = shown.parse() == Ok(0.0);
    let text = dollars(if is_nothing { exact } else { shown }, places);
    match text.strip_prefix('<') {
        Some(least) => format!("<+{least}"),
        None if exact.starts_with('-') => text,
        None => format!("+{text}"),
    }
}
