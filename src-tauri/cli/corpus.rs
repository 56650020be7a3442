//! `corpus`: how the lengths of many documents spread, and the number that a plan takes.

use app::prompts::{self, Certainty, CorpusLengths, DocumentLengths, LengthBar};

use crate::args::{Common, Corpus};
use crate::failure::Failure;
use crate::print::{self, Progress, Table, counted, decimal, whole};
use crate::prompts::{told, way_of};

/// Counts the documents of a folder or of a file of JSON Lines.
pub fn corpus(args: &Corpus, common: &Common) -> Result<(), Failure> {
    let taught = told(args.ways.told.as_deref(), &args.path, &args.ways.models, common)?;
    let asked = prompts::Corpus {
        path: args.path.clone(),
        models: args.ways.models.clone(),
        vocabularies: args.ways.vocabularies.clone(),
        told: taught.pairs,
        project: None,
        book: common.book.clone(),
    };
    let progress = Progress::new("Counting documents:");
    let counted = prompts::corpus(&asked, &|done, of| {
        progress.step(done, of);
        true
    });
    drop(progress);
    let lengths = counted?.expect("it is wanted to the end");
    print::say_notes(&lengths.notes, common);
    print::answer("corpus", common, &lengths, || table(&lengths))
}

fn table(lengths: &CorpusLengths) -> String {
    let left_out = match lengths.left_out {
        0 => String::new(),
        some => format!(", {} left out", whole(some)),
    };
    let documents = usize::try_from(lengths.documents).unwrap_or(usize::MAX);
    let documents = counted(documents, "document", "documents");
    let mut table = Table::new(&[
        "<model",
        "<counted in",
        ">tokens",
        ">mean",
        ">P10",
        ">P50",
        ">P90",
        ">P99",
        ">least",
        ">most",
    ]);
    for way in &lengths.ways {
        let about = if way.certainty == Certainty::Estimated { "≈ " } else { "" };
        let tenths = [way.p10, way.p50, way.p90, way.p99, way.least, way.most].map(whole);
        let [p10, p50, p90, p99, least, most] = tenths;
        table.row([
            way.model.clone().unwrap_or_else(|| "any".to_owned()),
            way_of(&way.vocabulary, way.learned.as_ref()),
            format!("{about}{}", whole(way.tokens)),
            format!("{about}{}", decimal(&way.mean, 1)),
            p10,
            p50,
            p90,
            p99,
            least,
            most,
        ]);
    }
    let ways: Vec<String> = lengths.ways.iter().map(|way| spread(way, &lengths.as_of)).collect();
    format!("{documents} of {}{left_out}\n\n{}\n{}", lengths.name, table.text(), ways.join("\n"))
}

/// The histogram of one way, and the line for a plan.
fn spread(way: &DocumentLengths, as_of: &str) -> String {
    let name = way.model.as_deref().unwrap_or(&way.vocabulary);
    let mut table = Table::new(&["<tokens", "<", ">documents"]);
    let most = way.bars.iter().map(|bar| bar.documents).max().unwrap_or(1);
    for bar in &way.bars {
        table.row([range(bar), line(bar.documents, most), whole(bar.documents)]);
    }
    let band = match (way.low, way.high) {
        (Some(low), Some(high)) => {
            format!("All together are {} to {} tokens.\n", whole(low), whole(high))
        }
        _ => String::new(),
    };
    // A double-quoted text of YAML is one of JSON.
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let [value, source] = [&way.value, &way.source].map(quoted);
    let counted = way.counted.as_ref().map(|text| format!(", counted: {}", quoted(text)));
    let counted = counted.unwrap_or_default();
    let kept = way.kept_variance.parse::<f64>().unwrap_or_default() * 100.0;
    format!(
        "Lengths on {name}\n{}{band}\n\
         In a plan, as the length of a part (count and mean are kept, and {kept:.2} % of the variance):\n\
         tokens: {{ value: {value}, source: {source}, as_of: {as_of}{counted} }}\n",
        table.text()
    )
}

/// The tokens of a bar, both ends in it.
fn range(bar: &LengthBar) -> String {
    match bar.to - bar.from {
        1 => whole(bar.from),
        _ => format!("{} to {}", whole(bar.from), whole(bar.to - 1)),
    }
}

/// A bar of at most forty letters, in eighths of one.
fn line(documents: u64, most: u64) -> String {
    const LONGEST: u64 = 40;
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (documents * LONGEST * 8).div_ceil(most.max(1));
    let (full, part) = ((eighths / 8) as usize, (eighths % 8) as usize);
    "█".repeat(full) + PARTS[part]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_of_the_longest() {
        assert_eq!(line(10, 10).chars().count(), 40);
        assert_eq!(line(5, 10), "█".repeat(20));
        assert_eq!(line(1, 100_000), "▏");
        assert_eq!(line(0, 10), "");
    }

    #[test]
    fn a_bar_names_both_its_ends() {
        assert_eq!(range(&LengthBar { from: 1000, to: 2000, documents: 3 }), "1,000 to 1,999");
        assert_eq!(range(&LengthBar { from: 4, to: 5, documents: 3 }), "4");
    }
}
