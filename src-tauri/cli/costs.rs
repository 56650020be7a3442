//! `cost`: recorded usage priced exactly, line by line.

use std::path::Path;

use app::costs::{self, Cost as Costs};
use app::{files, plural};

use crate::args::{Common, Cost};
use crate::failure::Failure;
use crate::print::{self, Table, exact};

/// Prices one recorded call, or every call of a case file.
pub fn cost(args: &Cost, common: &Common) -> Result<(), Failure> {
    if let Some(file) = &args.batch {
        return batch(file, common);
    }
    let usage = args.usage.as_deref().unwrap_or_default();
    let cost = costs::cost(costs::Call {
        model: args.model.clone().unwrap_or_default(),
        usage: costs::usage(usage)?,
        at: args.at.clone(),
        tier: args.tier.clone(),
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
    let mut table = Table::new(&["<billed", ">quantity", "<", ">per million", ">cost"]);
    for line in &cost.lines {
        table.row([
            line.meter.name().to_owned(),
            exact(&line.quantity),
            plural(&line.unit),
            format!("${}", exact(&line.per_million)),
            format!("${}", exact(&line.amount_usd)),
        ]);
    }
    let total = format!("${}", exact(&cost.total_usd));
    table.row(["total".into(), String::new(), String::new(), String::new(), total]);
    format!(
        "{}/{}, prices of {}, checked {}\n\n{}",
        cost.provider,
        cost.model,
        cost.provenance.source,
        cost.provenance.checked,
        table.text()
    )
}
