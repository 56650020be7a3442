//! The ledger as CSV: one line a charge, numbers as exact decimals.

use ::csv::{QuoteStyle, WriterBuilder};
use cost::ledger::{LedgerLine, RateSource};
use cost::workings::Item;

use crate::figures::Figures;
use crate::text::clean;

const HEAD: [&str; 16] = [
    "month",
    "feature",
    "step",
    "item",
    "meter",
    "driver",
    "quantity",
    "unit",
    "rate",
    "amount",
    "currency",
    "certainty",
    "price",
    "source",
    "checked",
    "basis",
];

/// Every charge of the ledger. No text in it becomes a formula in a spreadsheet.
pub fn csv(figures: &Figures) -> Vec<u8> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(vec![]);
    let mut write = |fields: &[String; 16]| {
        writer.write_record(fields).expect("a list of bytes can always be written to");
    };
    write(&HEAD.map(str::to_owned));
    for line in &figures.ledger.lines {
        write(&fields(figures, line));
    }
    writer.into_inner().expect("a list of bytes can always be written to")
}

fn fields(figures: &Figures, line: &LedgerLine) -> [String; 16] {
    let month = figures.ledger.months[line.month].strftime("%Y-%m").to_string();
    let (item, meter, unit) = match &line.item {
        Item::Model { model, meter } => (model.as_str(), meter.name(), meter.unit()),
        Item::Other(name) => (name.as_str(), "", "time"),
    };
    let (price, source, checked, basis) = match line.source {
        RateSource::Price(id) => {
            let price = &figures.workings.prices[id.0];
            let checked = price.checked.to_string();
            (price.address.as_str(), price.source.as_str(), checked, price.basis.as_str())
        }
        RateSource::Agreed(id) => {
            let contract = &figures.workings.contracts[id.0];
            let source = contract.source.as_deref().unwrap_or("guess");
            (contract.address.as_str(), source, String::new(), "contract")
        }
        RateSource::Typed(id) => {
            let input = &figures.workings.inputs[id.0];
            let as_of = input.provenance.as_of.map_or_else(String::new, |day| day.to_string());
            let source = input.provenance.source.as_deref().unwrap_or("guess");
            (input.address.as_str(), source, as_of, "plan")
        }
    };
    [
        safe(&month),
        safe(&line.feature),
        safe(&line.step),
        safe(item),
        safe(meter),
        safe(line.driver.name()),
        line.quantity.to_string(),
        safe(unit),
        line.rate.to_string(),
        line.amount.to_string(),
        safe(&figures.about.currency),
        safe(&line.certainty.to_string()),
        safe(price),
        safe(source),
        safe(&checked),
        safe(basis),
    ]
}

/// A text that spreadsheets take for a text: some run whatever begins with one of these.
fn safe(text: &str) -> String {
    let acts = text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫',
    ]);
    let text = clean(text);
    if acts { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_formula() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("\t=1", "' =1"),
            ("＝1", "'＝1"),
            ("human review", "human review"),
        ] {
            assert_eq!(safe(text), expected);
        }
    }
}
