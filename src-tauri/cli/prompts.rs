//! `count` and `price`: a prompt's tokens, and what they cost on every model.

use std::io::Read;
use std::path::Path;

use app::files;
use app::prompts::{self, Certainty, Count as Counted, LeftOut, Prices};

use crate::args::{Common, Count, Price};
use crate::failure::Failure;
use crate::print::{self, Table, decimal, dollars, whole};

/// So many models stand in a table that nobody limited.
const SHOWN_MODELS: usize = 20;

/// Counts a prompt, or every text of a case file.
pub fn count(args: &Count, common: &Common) -> Result<(), Failure> {
    if let Some(file) = &args.batch {
        return batch(file);
    }
    let counts = prompts::count(prompts::Text {
        text: text_of(&args.file)?,
        models: args.models.clone(),
        vocabularies: args.vocabularies.clone(),
        book: common.book.clone(),
    })?;
    print::answer("count", common, &counts, || count_table(&counts.counts))
}

/// Prices a prompt on models.
pub fn price(args: &Price, common: &Common) -> Result<(), Failure> {
    let prices = prompts::price(prompts::Prompt {
        text: text_of(&args.file)?,
        output: args.output,
        models: args.models.clone(),
        all: args.all,
        top: args.top,
        at: args.at.clone(),
        book: common.book.clone(),
    })?;
    print::answer("price", common, &prices, || price_table(&prices, args.top.is_none()))
}

fn batch(file: &Path) -> Result<(), Failure> {
    let counted = prompts::batch(prompts::Batch { cases: files::read_text(file)? })?;
    for line in &counted.lines {
        print::out(&app::json_line(line))?;
    }
    if !counted.left_out.is_empty() {
        let names: Vec<&str> = counted.left_out.iter().map(String::as_str).collect();
        print::say(&format!("Left out, not counted exactly: {}.", names.join(", ")));
    }
    Ok(())
}

/// A file's text, or what comes in on standard input.
pub fn text_of(file: &Path) -> Result<String, Failure> {
    if file != Path::new("-") {
        return Ok(files::read_text(file)?);
    }
    let mut bytes = vec![];
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(|cause| files::unread(file, &cause))?;
    Ok(files::text(file, &bytes)?.to_owned())
}

fn count_table(counts: &[Counted]) -> String {
    let mut table = Table::new(&["<model", "<counted in", ">tokens", "<"]);
    for count in counts {
        let (tokens, band) = match (count.certainty, count.low, count.high) {
            (Certainty::Estimated, Some(low), Some(high)) => (
                format!("≈ {}", whole(count.tokens)),
                format!("estimated, {} to {}", whole(low), whole(high)),
            ),
            _ => (whole(count.tokens), "exact".to_owned()),
        };
        let model = count.model.clone().unwrap_or_else(|| "any".to_owned());
        table.row([model, count.vocabulary.clone(), tokens, band]);
    }
    table.text()
}

fn price_table(prices: &Prices, shorten: bool) -> String {
    let mut table = Table::new(&["<model", ">tokens", ">one call", ">1,000 calls", "<"]);
    let shown = if shorten { SHOWN_MODELS } else { usize::MAX };
    for model in prices.models.iter().take(shown) {
        let about = match model.certainty {
            Certainty::Exact => "",
            Certainty::Estimated => "≈ ",
        };
        let fits = if model.fits == Some(false) { "does not fit" } else { "" };
        table.row([
            model.model.clone(),
            format!("{about}{}", whole(model.tokens)),
            dollars(&model.per_call, 6),
            dollars(&model.per_1000, 2),
            fits.to_owned(),
        ]);
    }
    let more = prices.models.len().saturating_sub(shown);
    let rest = match more {
        0 => String::new(),
        more => {
            format!("and {} dearer: --top {} shows all\n", whole(more as u64), prices.models.len())
        }
    };
    let LeftOut { resold, not_writers, too_short, doubled } = &prices.left_out;
    let left_out = match resold + not_writers + too_short + doubled {
        0 => String::new(),
        _ => format!(
            "\nleft out: {} of other sellers, {} that write no answers, {} too short, {} doubles \
             (--all shows them)\n",
            whole(*resold as u64),
            whole(*not_writers as u64),
            whole(*too_short as u64),
            whole(*doubled as u64)
        ),
    };
    format!(
        "prices of {}, with an answer of {} tokens (--output)\n\n{}{rest}{left_out}",
        prices.at,
        decimal(&prices.output.to_string(), 0),
        table.text()
    )
}
