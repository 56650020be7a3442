//! `audit`: the worked examples that vendors published, worked out again.

use app::audit::{self, Audited, Line, Status, Unit, Wanted};
use app::plural;

use crate::args::{Audit, Common};
use crate::failure::Failure;
use crate::print::{self, Table, exact, with_cents};

/// Works the examples out again, and says no where one does not come to what is said of it.
pub fn audit(args: &Audit, common: &Common) -> Result<(), Failure> {
    let audit = audit::run(Wanted { ids: args.examples.clone() })?;
    let text = || match args.examples.is_empty() {
        true => table(&audit),
        false => audit.examples.iter().map(shown).collect::<Vec<_>>().join("\n"),
    };
    print::answer::<Failure>("audit", common, &audit, text)?;
    match audit.passed == audit.examples.len() as u64 {
        true => Ok(()),
        false => Err(Failure::No),
    }
}

fn table(audit: &audit::Audit) -> String {
    let mut table =
        Table::new(&["<example", "<published by", "<what", ">printed", ">worked out", "<"]);
    for each in &audit.examples {
        table.row([
            each.id.clone(),
            each.vendor.clone(),
            each.title.clone(),
            result(&each.printed, each.unit),
            result(&each.computed, each.unit),
            verdict(each),
        ]);
    }
    format!(
        "{} of {} published examples come to what is said of them; {} were printed with a mistake\n\n{}\n\
         `forebill audit EXAMPLE` shows one line by line, with its source.\n",
        audit.passed,
        audit.examples.len(),
        audit.flagged,
        table.text()
    )
}

fn verdict(each: &Audited) -> String {
    match (each.holds, each.status, &each.right) {
        (false, status, _) => format!("NOT {}", status.label()),
        (true, Status::VendorError, Some(right)) => {
            format!("vendor's error: {} is right", result(right, each.unit))
        }
        (true, status, _) => status.label().into(),
    }
}

/// One example with its lines.
fn shown(each: &Audited) -> String {
    let mut text = format!(
        "{}, {}: {}\n{}, read {} {}{}\n{}\n\n",
        each.id,
        each.vendor,
        each.title,
        each.source,
        each.read,
        each.seen.label(),
        each.via.as_ref().map(|via| format!(" ({via})")).unwrap_or_default(),
        each.inputs
    );
    text += &lines(&each.lines, &each.computed, each.unit);
    if let Some(right) = each.right.as_ref().filter(|_| !each.right_lines.is_empty()) {
        text += &format!("\nright\n{}", lines(&each.right_lines, right, each.unit));
    }
    text += &format!("\nprinted: {}, {}\n", result(&each.printed, each.unit), verdict(each));
    if let Some(note) = &each.note {
        text += &format!("{note}\n");
    }
    text
}

fn lines(lines: &[Line], total: &str, unit: Unit) -> String {
    let columns: &[&str] = match unit {
        Unit::Usd => &["<line", ">quantity", "<", ">price", "<", ">amount"],
        Unit::Tokens => &["<line", ">quantity", "<"],
    };
    let mut table = Table::new(columns);
    for line in lines {
        let mut row = vec![line.label.clone(), number(&line.quantity), plural(&line.unit)];
        if unit == Unit::Usd {
            let amount = line.amount.as_deref().unwrap_or_default();
            let rate = line.rate.as_deref().map(with_cents).unwrap_or_default();
            row.extend([rate, per(line.per), dollars(amount)]);
        }
        table.row(row);
    }
    let mut row = vec!["total".to_owned(), String::new(), String::new()];
    match unit {
        Unit::Usd => row.extend([String::new(), String::new(), result(total, unit)]),
        Unit::Tokens => row[1] = exact(total),
    }
    table.row(row);
    table.text()
}

fn per(units: Option<u64>) -> String {
    match units {
        None | Some(1) => "each".into(),
        Some(1_000) => "per thousand".into(),
        Some(1_000_000) => "per million".into(),
        Some(units) => format!("per {}", print::whole(units)),
    }
}

fn result(value: &str, unit: Unit) -> String {
    match unit {
        Unit::Usd => dollars(value),
        Unit::Tokens => format!("{} tokens", exact(value)),
    }
}

fn dollars(value: &str) -> String {
    match is_long(value) {
        true => format!("${}", print::decimal(value, 6)),
        false => with_cents(value),
    }
}

fn number(value: &str) -> String {
    match is_long(value) {
        true => print::decimal(value, 6),
        false => exact(value),
    }
}

/// Thirds and sevenths, of which nobody reads all digits.
fn is_long(value: &str) -> bool {
    value.split_once('.').is_some_and(|(_, digits)| digits.len() > 10)
}
