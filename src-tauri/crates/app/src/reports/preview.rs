//! What a report will hold, before anything is written.

use cost::workings::FeatureRows;
use jiff::civil::Date;
use report::Figures;
use serde::Serialize;
use ts_rs::TS;

use super::make::{about, not_made};
use crate::error::Error;
use crate::estimates::{Worked, month_name};

/// What a report will say.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(rename = "ReportPreview")]
pub struct Preview {
    /// What its files are called at first, without an ending: `support-desk_cost-model_2026-11-22`.
    pub stem: String,
    /// The plan's name.
    pub name: String,
    /// The currency of every amount.
    pub currency: String,
    /// Everything over all months, as an exact decimal.
    pub total: String,
    /// The dearest month, counted from 0.
    pub peak: usize,
    /// Month by month.
    pub months: Vec<MonthRow>,
    /// Feature by feature.
    pub features: Vec<FeatureRow>,
    /// The workbook's sheets, in their order.
    pub sheets: Vec<Sheet>,
    /// How many formulas they have together.
    pub formulas: usize,
    /// The workbook's checks.
    pub checks: Vec<Check>,
    /// How many of them fail.
    pub failed: usize,
    /// The SHA-256 of the plan and its texts.
    pub plan_hash: String,
    /// Where the prices are from.
    pub book: String,
    /// The oldest and the newest day on which a price in use was checked.
    pub checked: Option<[String; 2]>,
    /// How many price entries are in use.
    pub prices: usize,
    /// How many inputs the plan has.
    pub inputs: usize,
    /// Those that nobody has given a source for.
    pub guesses: usize,
    /// The day on which it is made.
    pub exported: String,
    /// The chart that can be exported, as SVG.
    pub chart: String,
}

/// What a month comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ReportMonth")]
pub struct MonthRow {
    /// `2027-01`
    pub month: String,
    /// As an exact decimal.
    pub total: String,
}

/// What a feature comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ReportFeature")]
pub struct FeatureRow {
    /// As people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// The cost of one, over all months; nothing where there are none.
    pub unit_cost: Option<String>,
    /// What one would have said: the answer once, at launch. Nothing when no call answers.
    pub naive: Option<String>,
    /// How many times the naive cost one really costs.
    pub ratio: Option<String>,
    /// Units over all months.
    pub units: String,
    /// Over all months, as an exact decimal.
    pub total: String,
}

/// A sheet of the workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ReportSheet")]
pub struct Sheet {
    /// As it stands on its tab.
    pub name: String,
    /// What it holds.
    pub purpose: String,
    /// How many of its cells are live formulas.
    pub formulas: usize,
}

/// A difference that must be zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "ReportCheck")]
pub struct Check {
    /// What must be.
    pub label: String,
    /// What it is off by.
    pub off: String,
    /// What one of that is.
    pub unit: String,
    /// Whether that is little enough.
    pub passes: bool,
}

/// What the report of a plan will hold.
pub fn preview_of(worked: &Worked, today: Date) -> Result<Preview, Error> {
    let figures = Figures::new(about(worked, today), &worked.estimate);
    let outline = report::outline(&figures).map_err(|error| not_made(&error))?;
    let (workings, ledger) = (&worked.estimate.workings, &worked.estimate.ledger);
    let months: Vec<_> = (0..workings.months).map(|month| ledger.month(month)).collect();
    let checks: Vec<Check> = outline.checks.iter().map(check).collect();
    let inputs = worked.opened.inputs().inputs;
    Ok(Preview {
        stem: stem(&worked.opened.plan.name, today),
        name: worked.opened.plan.name.clone(),
        currency: worked.opened.plan.currency.clone(),
        total: ledger.total().to_string(),
        peak: (0..months.len()).rev().max_by_key(|&month| months[month]).unwrap_or(0),
        months: months
            .iter()
            .enumerate()
            .map(|(month, total)| MonthRow {
                month: month_name(workings.first_day(month)),
                total: total.to_string(),
            })
            .collect(),
        features: workings.features.iter().map(|rows| feature(worked, rows)).collect(),
        formulas: outline.sheets.iter().map(|sheet| sheet.formulas).sum(),
        sheets: outline
            .sheets
            .into_iter()
            .map(|sheet| Sheet {
                name: sheet.name.to_owned(),
                purpose: sheet.purpose,
                formulas: sheet.formulas,
            })
            .collect(),
        failed: checks.iter().filter(|check| !check.passes).count(),
        checks,
        plan_hash: worked.opened.hash.clone(),
        book: worked.pins.edition.clone(),
        checked: worked.checked().map(|(oldest, newest)| [oldest.to_string(), newest.to_string()]),
        prices: workings.prices.len(),
        inputs: inputs.len(),
        guesses: inputs.iter().filter(|input| input.guess).count(),
        exported: today.to_string(),
        chart: report::months_svg(&figures),
    })
}

fn feature(worked: &Worked, rows: &FeatureRows) -> FeatureRow {
    let (values, ledger) = (&worked.estimate.values, &worked.estimate.ledger);
    let unit_cost = worked.estimate.unit_cost(rows);
    let naive = rows.naive_unit_cost.map(|row| values.at(row, 0));
    FeatureRow {
        label: rows.label.clone(),
        unit: rows.unit.clone(),
        unit_cost: unit_cost.map(|cost| cost.to_string()),
        naive: naive.map(|naive| naive.to_string()),
        ratio: naive
            .filter(|naive| *naive > 0.0)
            .zip(unit_cost)
            .map(|(naive, cost)| (cost / naive).to_string()),
        units: values.at(rows.units, 0).to_string(),
        total: ledger.sum(|line| line.feature == rows.name).to_string(),
    }
}

fn check(verdict: &report::Verdict) -> Check {
    Check {
        label: verdict.label.clone(),
        off: verdict.off.to_string(),
        unit: verdict.unit.clone(),
        passes: verdict.passes,
    }
}

/// What files are called at first: small letters, digits and dashes, as every system takes them.
fn stem(plan: &str, day: Date) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let name: String = plan.to_lowercase().chars().map(plain).collect();
    let words: Vec<&str> = name.split('-').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(60).collect();
    let name = if name.is_empty() { "plan" } else { name.trim_matches('-') };
    format!("{name}_cost-model_{day}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_stem_is_a_name_that_every_system_takes() {
        let check = |plan: &str, expected: &str| {
            assert_eq!(stem(plan, date(2026, 11, 22)), format!("{expected}_cost-model_2026-11-22"));
        };
        check("Support desk", "support-desk");
        check("a/../b: \"c\"", "a-b-c");
        check("Büro 2", "büro-2");
        check("…", "plan");
    }
}
