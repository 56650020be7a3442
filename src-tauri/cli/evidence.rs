//! `evidence`: what sample conversations and answers say of a plan's numbers.

use std::path::Path;

use app::prompts::{self, Certainty, Found};
use app::{Code, Error};

use crate::args::{Common, Evidence};
use crate::failure::Failure;
use crate::print::{self, Table, counted, decimal, whole};
use crate::prompts::{text_of, told, way_of};

/// Measures the samples of a file, of a folder, or of standard input.
pub fn evidence(args: &Evidence, common: &Common) -> Result<(), Failure> {
    let ways = &args.ways;
    if ways.models.len() + ways.vocabularies.len() > 1 {
        let message = "Samples are counted in one way.";
        return Err(Error::new(Code::BadArguments, message, "Name one model or vocabulary.").into());
    }
    let taught = told(ways.told.as_deref(), &args.path, &ways.models, common)?;
    let is_typed = args.path == Path::new("-");
    let asked = prompts::Sampling {
        text: is_typed.then(|| text_of(&args.path)).transpose()?,
        path: (!is_typed).then(|| args.path.clone()),
        model: ways.models.first().cloned(),
        vocabulary: ways.vocabularies.first().cloned(),
        told: taught.pairs,
        project: None,
        at: None,
        book: common.book.clone(),
    };
    let evidence = prompts::evidence(asked)?;
    print::say_notes(&evidence.notes, common);
    print::answer("evidence", common, &evidence, || table(&evidence))
}

fn table(evidence: &prompts::Evidence) -> String {
    let prompts::Evidence { conversations, turns, answers, beginnings, .. } = evidence;
    let count = |many: u64, one: &str, more: &str| counted(many as usize, one, more);
    let mut found = vec![];
    if *conversations > 0 {
        let conversations = count(*conversations, "conversation", "conversations");
        found.push(format!("{conversations} with {}", count(*turns, "turn", "turns")));
    }
    if *answers > 0 {
        found.push(count(*answers, "answer alone", "answers alone"));
    }
    if *beginnings > 0 {
        let beginnings = count(*beginnings, "beginning", "beginnings");
        found.push(format!("{beginnings} of others not counted again"));
    }
    let about = if evidence.certainty == Certainty::Estimated { "≈ " } else { "" };
    let mut table =
        Table::new(&["<measured", "<of each", ">values", ">mean", ">P10", ">P50", ">P90", ">most"]);
    for number in &evidence.numbers {
        let [p10, p50, p90, most] = [number.p10, number.p50, number.p90, number.most].map(whole);
        table.row([
            number.label.clone(),
            number.each.clone(),
            whole(number.times),
            format!("{about}{}", decimal(&number.mean, 1)),
            p10,
            p50,
            p90,
            most,
        ]);
    }
    let model = evidence.model.as_ref().map(|model| format!("{model}, ")).unwrap_or_default();
    format!(
        "{}, {model}counted in {}\n{}\n\n{}\nIn a plan:\n{}",
        evidence.name,
        way_of(&evidence.vocabulary, evidence.learned.as_ref()),
        found.join(", "),
        table.text(),
        lines(evidence)
    )
}

/// The lines for a plan, each with what it is for.
fn lines(evidence: &prompts::Evidence) -> String {
    // A double-quoted text of YAML is one of JSON.
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let line = |number: &Found| {
        let field = number.field.as_ref()?;
        let [value, source, behind] = [&number.value, &number.source, &number.evidence].map(quoted);
        let counted = number.counted.as_ref().map(|it| format!(", counted: {}", quoted(it)));
        Some(format!(
            "# {}\n{field}: {{ value: {value}, source: {source}, as_of: {}, evidence: {behind}{} }}\n",
            number.label,
            evidence.as_of,
            counted.unwrap_or_default()
        ))
    };
    evidence.numbers.iter().filter_map(line).collect()
}
