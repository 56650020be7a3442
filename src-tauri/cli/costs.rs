//! `cost`: recorded usage priced exactly, line by line.

use std::path::Path;

use app::costs::{self, Cost as Costs, CostLine};
use app::{Code, Error, files, plural};

use crate::args::{Common, Cost};
use crate::failure::Failure;
use crate::print::{self, Table, exact, whole, with_cents};
use crate::prompts;

/// Prices one recorded call, or every call of a case file.
pub fn cost(args: &Cost, common: &Common) -> Result<(), Failure> {
    if let Some(file) = &args.batch {
        return batch(file, common);
    }
    let text = usage_text(args.usage.as_deref().unwrap_or_default())?;
    let record = costs::record(&text)?;
    let model = args.model.clone().or(record.model).ok_or_else(no_model)?;
    let cost = costs::cost(costs::Call {
        model,
        usage: record.usage,
        at: args.at.clone(),
        tier: args.tier.clone().or(record.tier),
        context: args.context.iter().cloned().collect(),
        book: common.book.clone(),
        ..costs::Call::default()
    })?;
    for warning in &cost.warnings {
        print::say(&format!("warning: {warning}"));
    }
    print::answer("cost", common, &cost, || table(&cost))
}

fn batch(file: &Path, common: &Common) -> Result<(), Failure> {
    let (cases, book) = (files::read_text(file)?, common.book.clone());
    for outcome in costs::batch(costs::Batch { cases, book })? {
        print::out(&app::json_line(&outcome))?;
    }
    Ok(())
}

fn table(cost: &Costs) -> String {
    let mut table = Table::new(&["<billed", ">quantity", "<", ">price", "<", ">cost"]);
    for line in &cost.lines {
        let times: String =
            line.multipliers.iter().map(|each| format!(" × {}", each.factor)).collect();
        table.row([
            line.meter.name().to_owned(),
            exact(line.billed.as_ref().unwrap_or(&line.quantity)),
            plural(&line.unit),
            with_cents(&line.list_price) + &times,
            per(line),
            format!("${}", exact(&line.amount_usd)),
        ]);
    }
    let total = format!("${}", exact(&cost.total_usd));
    let empty = String::new;
    table.row(["total".into(), empty(), empty(), empty(), empty(), total]);
    format!(
        "{}/{}, prices of {}, checked {}\n\n{}{}",
        cost.provider,
        cost.model,
        cost.provenance.source,
        cost.provenance.checked,
        table.text(),
        elsewhere(cost)
    )
}

/// What a price is for: `a million`, `1,000`, nothing for one.
fn per(line: &CostLine) -> String {
    match line.told_for {
        1 => format!("each {}", line.unit),
        1_000_000 => "a million".into(),
        some => format!("per {}", whole(some)),
    }
}

/// What does not come from where the rest comes from: fees, and factors.
fn elsewhere(cost: &Costs) -> String {
    let mut notes: Vec<String> = vec![];
    let mut note = |text: String| {
        if !notes.contains(&text) {
            notes.push(text);
        }
    };
    for line in &cost.lines {
        let from = &line.provenance;
        if *from != cost.provenance {
            note(format!("{}: {}, checked {}", line.meter.name(), from.source, from.checked));
        }
        for each in &line.multipliers {
            let from = &each.provenance;
            note(format!(
                "× {} for {} {}: {}, checked {}",
                each.factor, each.key, each.value, from.source, from.checked
            ));
        }
    }
    notes.iter().map(|note| format!("\n{note}")).collect::<String>()
        + if notes.is_empty() { "" } else { "\n" }
}

/// Usage as it stands on the command line, in a file or on standard input.
fn usage_text(given: &str) -> Result<String, Failure> {
    let is_json = given.trim_start().starts_with(['{', '[', '"']);
    match is_json {
        true => Ok(given.to_owned()),
        false if given == "-" || Path::new(given).exists() => prompts::text_of(Path::new(given)),
        false => Err(costs::no_record(&format!("`{given}` is neither JSON nor a file")).into()),
    }
}

fn no_model() -> Error {
    Error::new(
        Code::BadArguments,
        "Nothing says which model was billed.",
        "Name it: --model openai/gpt-5. A whole response says it itself.",
    )
}
