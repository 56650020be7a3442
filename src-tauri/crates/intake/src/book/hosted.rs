//! The accelerators that serve a model, read and written.

use cost::book::Hosted;
use cost::money::{Factor, Quantity, Rate};

use super::fields::{BadBook, Fields};
use super::line::{field, quoted};

/// Reads `[model.hosted]`, where a model has it.
pub fn read(model: &Fields) -> Result<Option<Hosted>, BadBook> {
    let Some(value) = model.table.get("hosted") else { return Ok(None) };
    let table = value.get_ref().as_table();
    let table =
        table.ok_or_else(|| model.bad_field("hosted", "`hosted` is a table: [model.hosted]."))?;
    let fields = Fields { table, span: value.span(), ..model.clone() };
    fields.only(&[
        "accelerators",
        "per_hour",
        "overhead_per_hour",
        "prefill_per_second",
        "decode_per_second",
        "utilisation",
    ])?;
    let bad = |key: &str, text: &str, what: &str| {
        fields.bad_field(key, format!("`{key}` is \"{text}\", not {what}."))
    };
    let dollars = |key: &str| {
        let Some(text) = fields.text(key)? else { return Ok(Rate::default()) };
        let rate = Rate::parse(text).filter(|rate| *rate >= Rate::default());
        rate.ok_or_else(|| bad(key, text, "dollars an hour such as \"2.50\""))
    };
    let tokens = |key: &str| {
        let text = fields.needed_text(key)?;
        let tokens = Quantity::parse(text).filter(|tokens| *tokens > Quantity::ZERO);
        tokens.ok_or_else(|| bad(key, text, "tokens a second such as \"2500\""))
    };
    let accelerators = fields.number("accelerators")?.filter(|number| *number > 0);
    let share = fields.needed_text("utilisation")?;
    let utilisation = Factor::parse(share)
        .filter(|share| *share <= Factor::ONE)
        .ok_or_else(|| bad("utilisation", share, SHARE))?;
    let hosted = Hosted {
        accelerators: accelerators.ok_or_else(|| fields.missing("accelerators"))?,
        per_hour: dollars("per_hour")?,
        overhead_per_hour: dollars("overhead_per_hour")?,
        prefill_per_second: tokens("prefill_per_second")?,
        decode_per_second: tokens("decode_per_second")?,
        utilisation,
    };
    if hosted.per_hour == Rate::default() {
        return Err(fields.missing("per_hour"));
    }
    match hosted.entry() {
        Some(_) => Ok(Some(hosted)),
        None => Err(bad("utilisation", share, SHARE)),
    }
}

const SHARE: &str = "a share above 0 and up to 1 such as \"0.6\"";

/// Writes it.
pub fn write(text: &mut String, hosted: &Hosted) {
    text.push_str("\n[model.hosted]\n");
    field(text, "accelerators", &hosted.accelerators.to_string());
    field(text, "per_hour", &quoted(&hosted.per_hour.to_string()));
    if hosted.overhead_per_hour != Rate::default() {
        field(text, "overhead_per_hour", &quoted(&hosted.overhead_per_hour.to_string()));
    }
    field(text, "prefill_per_second", &quoted(&hosted.prefill_per_second.to_string()));
    field(text, "decode_per_second", &quoted(&hosted.decode_per_second.to_string()));
    field(text, "utilisation", &quoted(&hosted.utilisation.to_string()));
}

#[cfg(test)]
mod tests {
    use cost::meter::Meter;

    use crate::book::{lock, read, write};

    const OWN: &str = r#"provider = "own"
name = "Own"

[[model]]
id = "large"
source = "https://acme.example/accelerators"
checked = 2026-11-09
basis = "worked_out"

[model.hosted]
accelerators = 8
per_hour = "2.5"
overhead_per_hour = "1.6"
prefill_per_second = "12000"
decode_per_second = "2500"
utilisation = "0.6"

[[model.price]]
tier = "batch"
input = "0.4"
output = "2"
"#;

    #[test]
    fn accelerators_become_a_price_and_stay_accelerators() {
        let provider = read(OWN).expect("a price file");
        let [batch, hosted] = &provider.models[0].prices[..] else { panic!("two prices") };
        assert_eq!(batch.rates[&Meter::Output].per_million(), "2");
        assert_eq!(hosted.rates[&Meter::Input].per_million(), "0.833333333333");
        assert_eq!(hosted.rates[&Meter::Output].per_million(), "4");
        let text = write(&provider);
        assert_eq!(text.split_once("\n\n").map(|(_, rest)| rest), Some(OWN));
        // A pin keeps the price, whatever becomes of the accelerators.
        let pinned = lock::write(&cost::book::Book { providers: vec![provider.clone()] });
        let pinned = lock::read(&pinned).expect("a lock file");
        assert_eq!(pinned.providers[0].models[0].hosted, None);
        let priced = |prices: &[cost::book::Entry]| {
            prices.iter().map(|entry| (entry.tier, entry.rates.clone())).collect::<Vec<_>>()
        };
        let mut there = priced(&pinned.providers[0].models[0].prices);
        there.reverse();
        assert_eq!(there, priced(&provider.models[0].prices));
    }

    #[test]
    fn what_is_missing_or_no_number_is_named() {
        #[track_caller]
        fn check(line: &str, instead: &str, expected: &str) {
            assert!(OWN.contains(line), "{line}");
            let error = read(&OWN.replacen(line, instead, 1)).expect_err("refused");
            assert_eq!(error.to_string(), expected);
        }
        check(
            "utilisation = \"0.6\"",
            "utilisation = \"60\"",
            "line 16, column 15: model `large`: `utilisation` is \"60\", not a share above 0 and up to 1 such as \"0.6\".",
        );
        check(
            "decode_per_second = \"2500\"",
            "decode_per_second = \"fast\"",
            "line 15, column 21: model `large`: `decode_per_second` is \"fast\", not tokens a second such as \"2500\".",
        );
        check(
            "per_hour = \"2.5\"\n",
            "",
            "line 10, column 1: model `large`: `per_hour` is missing.",
        );
        check(
            "tier = \"batch\"\n",
            "",
            "line 10, column 1: model `large`: `[model.hosted]` is the model's price: another one of the same days \
             overlaps with it.",
        );
    }
}
