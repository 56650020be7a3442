//! `cost`: recorded usage priced exactly, line by line.

use std::path::Path;

use app::costs::{self, Cost as CallCost, CostLine, Records, Said};
use app::{files, plural};

use crate::args::{Common, Cost};
use crate::failure::Failure;
use crate::print::{self, Table, counted, exact, whole, with_cents};
use crate::prompts;

/// Prices what was recorded: one call, several, or every call of a case file.
pub fn cost(args: &Cost, common: &Common) -> Result<(), Failure> {
    if let Some(file) = &args.batch {
        return batch(file, common);
    }
    let text = usage_text(args.usage.as_deref().unwrap_or_default())?;
    let said = Said {
        model: args.model.clone(),
        at: args.at.clone(),
        tier: args.tier.clone(),
        context: args.context.iter().cloned().collect(),
        book: common.book.clone(),
    };
    match costs::records(&text)? {
        Records::One(record) => one(costs::one(*record, &said)?, common),
        Records::Several { records, has_more } => {
            several(&costs::several(records, has_more, &said)?, common)
        }
    }
}

fn one(cost: CallCost, common: &Common) -> Result<(), Failure> {
    for warning in &cost.warnings {
        print::say(&format!("warning: {warning}"));
    }
    print::answer("cost", common, &cost, || table(&cost))
}

/// Tells what every record costs; a record without a price is told, and the exit code says so.
fn several(costs: &costs::Costs, common: &Common) -> Result<(), Failure> {
    let mut warnings: Vec<(&str, Vec<&str>)> = vec![];
    for record in &costs.records {
        for warning in record.cost.iter().flat_map(|cost| &cost.warnings) {
            match warnings.iter_mut().find(|(known, _)| known == warning) {
                Some((_, places)) => places.push(&record.place),
                None => warnings.push((warning, vec![&record.place])),
            }
        }
    }
    for (warning, places) in warnings {
        let more = match places.len() {
            1 => String::new(),
            all => format!(" and {}", counted(all - 1, "other", "others")),
        };
        print::say(&format!("warning: {}{more}: {warning}", places[0]));
    }
    for warning in &costs.warnings {
        print::say(&format!("warning: {warning}"));
    }
    for record in &costs.records {
        if let Some(error) = &record.error {
            print::say(&format!("error: {}: {}", record.place, error.message));
            print::say(&format!("hint: {}", error.hint));
        }
    }
    print::answer::<Failure>("cost records", common, costs, || records_table(costs))?;
    match costs.refused {
        0 => Ok(()),
        _ => Err(Failure::Told),
    }
}

fn records_table(costs: &costs::Costs) -> String {
    let mut table = Table::new(&["<record", "<model", "<made", ">cost"]);
    for record in &costs.records {
        let (model, cost) = match &record.cost {
            Some(cost) => (
                format!("{}/{}", cost.provider, cost.model),
                format!("${}", exact(&cost.total_usd)),
            ),
            None => ("no price, see above".to_owned(), String::new()),
        };
        table.row([record.place.clone(), model, record.at.clone().unwrap_or_default(), cost]);
    }
    let all = match costs.refused {
        0 => String::new(),
        refused => format!("without {}", counted(refused as usize, "record", "records")),
    };
    let total = costs.total_usd.as_ref().map(|total| format!("${}", exact(total)));
    table.row(["total".into(), all, String::new(), total.unwrap_or_else(|| "none".into())]);
    table.text()
}

fn batch(file: &Path, common: &Common) -> Result<(), Failure> {
    let (cases, book) = (files::read_text(file)?, common.book.clone());
    for outcome in costs::batch(costs::Batch { cases, book })? {
        print::out(&app::json_line(&outcome))?;
    }
    Ok(())
}

fn table(cost: &CallCost) -> String {
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
        "{}/{}{}, prices of {}, checked {}\n\n{}{}",
        cost.provider,
        cost.model,
        condition(cost).map(|condition| format!(", {condition}")).unwrap_or_default(),
        cost.provenance.source,
        cost.provenance.checked,
        table.text(),
        elsewhere(cost)
    )
}

/// Under what the prices hold, where that is not what everybody pays.
fn condition(cost: &CallCost) -> Option<&str> {
    let condition = cost.lines.first()?.condition.as_str();
    (condition != "standard").then_some(condition)
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
fn elsewhere(cost: &CallCost) -> String {
    let mut notes: Vec<String> = vec![];
    let mut note = |text: String| {
        if !notes.contains(&text) {
            notes.push(text);
        }
    };
    for line in &cost.lines {
        let from = &line.provenance;
        let apart = (line.condition != cost.lines[0].condition).then(|| line.condition.clone());
        let apart = apart.map(|condition| format!("{condition}, ")).unwrap_or_default();
        if *from != cost.provenance || !apart.is_empty() {
            let (meter, source) = (line.meter.name(), &from.source);
            note(format!("{meter}: {apart}{source}, checked {}", from.checked));
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
