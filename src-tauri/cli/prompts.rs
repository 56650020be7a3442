//! `count` and `price`: a prompt's tokens, and what they cost on every model.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use app::Code;
use app::calibrate::{self, CalibratedModel};
use app::calibrations::Learned;
use app::files;
use app::prompts::{
    self, Bills, Caching, Certainty, Count as Counted, Counts, LeftOut, Prices, Taught,
};

use crate::args::{Calibrate, Common, Count, Price, Reading, Ways};
use crate::failure::Failure;
use crate::print::{self, Table, decimal, dollars, whole};

/// So many models stand in a table that nobody limited.
const SHOWN_MODELS: usize = 20;

/// Counts a prompt, or every text of a case file.
pub fn count(args: &Count, common: &Common) -> Result<(), Failure> {
    if let Some(file) = &args.batch {
        return batch(file);
    }
    let Ways { models, vocabularies, told: bills } = &args.ways;
    let taught = told(bills.as_deref(), &args.file, models, common)?;
    let mut models = models.clone();
    if models.is_empty() && vocabularies.is_empty() {
        models.extend(taught.pairs.keys().cloned());
    }
    let asked = prompts::Text {
        text: String::new(),
        models,
        vocabularies: vocabularies.clone(),
        reading: reading_of(&args.reading)?,
        told: taught.pairs,
        book: common.book.clone(),
    };
    let counts = match args.file.is_dir() {
        true => prompts::count_folder(&args.file, &asked)?,
        false => prompts::count(prompts::Text { text: text_of(&args.file)?, ..asked })
            .map_err(|error| in_file(error, &args.file))?,
    };
    print::say_notes(&counts.notes, common);
    print::answer("count", common, &counts, || counted(&counts))
}

/// Prices a prompt on models.
pub fn price(args: &Price, common: &Common) -> Result<(), Failure> {
    let taught = told(args.told.as_deref(), &args.file, &args.models, common)?;
    let asked = prompts::Prompt {
        told: taught.pairs,
        text: String::new(),
        reading: reading_of(&args.reading)?,
        output: args.output,
        models: args.models.clone(),
        all: args.all,
        providers: args.providers.clone(),
        fits: args.fits,
        capabilities: args.capabilities.clone(),
        vocabularies: vocabularies_of(&args.vocabularies)?,
        top: args.top,
        at: args.at.clone(),
        book: common.book.clone(),
    };
    let prices = match args.file.is_dir() {
        true => prompts::price_folder(&args.file, asked)?,
        false => prompts::price(prompts::Prompt { text: text_of(&args.file)?, ..asked })
            .map_err(|error| in_file(error, &args.file))?,
    };
    print::say_notes(&prices.notes, common);
    let shown = args.top.unwrap_or(SHOWN_MODELS);
    for warning in prices.models.iter().take(shown).flat_map(|model| &model.warnings) {
        print::say(&format!("warning: {warning}"));
    }
    print::answer("price", common, &prices, || price_table(&prices, args))
}

/// Teaches a plan what vendors billed.
pub fn calibrate(args: &Calibrate, common: &Common) -> Result<(), Failure> {
    let bills = bills(&args.told, args.model.clone(), common)?;
    let calibrated = calibrate::calibrate(args.plan.clone(), &bills)
        .map_err(|errors| all_in_file(errors, &args.told))?;
    print::say_notes(&calibrated.notes, common);
    print::answer("calibrate", common, &calibrated, || {
        let mut table =
            Table::new(&["<model", ">new", ">known", ">counts", ">before", ">now", "<"]);
        for CalibratedModel { model, added, known, before_percent, learned } in &calibrated.models {
            table.row([
                model.clone(),
                whole(*added as u64),
                whole(*known as u64),
                whole(u64::from(learned.counts)),
                format!("±{before_percent} %"),
                format!("±{} %", learned.plus_minus_percent),
                format!("× {}", learned.factor),
            ]);
        }
        let is_new = calibrated.models.iter().any(|model| model.added > 0);
        let file = &calibrated.file;
        let done = match is_new {
            true => format!("written to {file}"),
            false => format!("{file} has all of them already: nothing was written"),
        };
        format!("{}\n{done}\n", table.text())
    })
}

/// What bills teach for one run; nothing where there are none.
pub fn told(
    file: Option<&Path>,
    prompt: &Path,
    models: &[String],
    common: &Common,
) -> Result<Taught, Failure> {
    let Some(file) = file else { return Ok(Taught::default()) };
    if file == Path::new("-") && prompt == Path::new("-") {
        let message = "The prompt and what was billed cannot both come in on standard input.";
        let hint = "Name a file for one of the two.";
        return Err(app::Error::new(Code::BadArguments, message, hint).into());
    }
    let model = match models {
        [model] => Some(model.clone()),
        _ => None,
    };
    let bills = bills(file, model, common)?;
    let taught = prompts::told(&bills).map_err(|errors| all_in_file(errors, file))?;
    print::say_notes(&taught.notes, common);
    Ok(taught)
}

fn bills(file: &Path, model: Option<String>, common: &Common) -> Result<Bills, Failure> {
    Ok(Bills { text: text_of(file)?, model, book: common.book.clone() })
}

fn all_in_file(errors: Vec<app::Error>, file: &Path) -> Vec<app::Error> {
    errors.into_iter().map(|error| in_file(error, file)).collect()
}

/// An error in what was read, with the file's name where nothing names it yet.
fn in_file(error: app::Error, file: &Path) -> app::Error {
    match error.at {
        Some(ref at) if at.file.is_none() => error.in_file(name_of(file)),
        _ => error,
    }
}

/// A file as it is called in sentences.
fn name_of(file: &Path) -> &Path {
    if file == Path::new("-") { Path::new("standard input") } else { file }
}

pub fn reading_of(args: &Reading) -> Result<prompts::Reading, Failure> {
    let variable = |typed: &String| match typed.split_once('=') {
        Some((name, text)) => Ok((name.trim().to_owned(), text.to_owned())),
        None => Err(app::Error::new(
            Code::BadArguments,
            format!("`{typed}` gives a variable no text."),
            "Write it as NAME=TEXT.",
        )),
    };
    Ok(prompts::Reading {
        format: args.format.clone(),
        variables: args.variables.iter().map(variable).collect::<Result<_, _>>()?,
        image: args.image.clone(),
    })
}

fn vocabularies_of(typed: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut vocabularies = BTreeMap::new();
    for typed in typed {
        let Some((model, vocabulary)) = typed.split_once('=') else {
            let message = format!("`{typed}` does not say which model counts in it.");
            return Err(
                app::Error::new(Code::BadArguments, message, "Write it as MODEL=FILE.").into()
            );
        };
        if vocabularies.insert(model.trim().to_owned(), vocabulary.trim().to_owned()).is_some() {
            let message = format!("`{}` is named twice with a vocabulary.", model.trim());
            return Err(app::Error::new(Code::BadArguments, message, "Name it once.").into());
        }
    }
    Ok(vocabularies)
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
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|cause| files::unread(name_of(file), &cause))?;
    Ok(files::text(name_of(file), &bytes)?.to_owned())
}

fn counted(counts: &Counts) -> String {
    if !counts.files.is_empty() {
        return folder_table(counts);
    }
    let is_plain = counts.format == "text" && counts.counts.iter().all(|it| it.parts.len() <= 1);
    let is_unnamed = counts.counts.iter().all(|count| count.model.is_none());
    let head = match counts.requests {
        1 if is_plain => String::new(),
        1 => format!("{}\n\n", counts.format),
        many => format!("{}, {} requests\n\n", counts.format, whole(many)),
    };
    if is_plain || is_unnamed {
        return head + &count_table(&counts.counts);
    }
    let blocks: Vec<String> = counts.counts.iter().map(parts_table).collect();
    head + &blocks.join("\n")
}

fn count_table(counts: &[Counted]) -> String {
    let has_means = counts.iter().any(|count| count.mean.is_some());
    let mean = if has_means { ">a request" } else { ">" };
    let mut table = Table::new(&["<model", "<counted in", ">tokens", "<", mean]);
    for count in counts {
        let (tokens, band) = total_of(count);
        let model = count.model.clone().unwrap_or_else(|| "any".to_owned());
        let mean = count.mean.map(whole).unwrap_or_default();
        table.row([model, way_of(&count.vocabulary, count.learned.as_ref()), tokens, band, mean]);
    }
    table.text()
}

/// One model's count, part by part.
fn parts_table(count: &Counted) -> String {
    let model = count.model.as_deref().unwrap_or("any");
    let mut table = Table::new(&["<part", ">tokens", "<"]);
    for part in &count.parts {
        let (low, high) = (Some(part.low), Some(part.high));
        let (tokens, band) = tokens_of(part.tokens, part.certainty, low, high);
        table.row([part.part.clone(), tokens, band]);
    }
    let (tokens, band) = total_of(count);
    table.row(["total".to_owned(), tokens, band]);
    if let Some(mean) = count.mean {
        table.row(["a request".to_owned(), whole(mean), "mean".to_owned()]);
    }
    let about = tokens_of(count.cacheable, count.certainty, None, None).0;
    table.row(["cacheable".to_owned(), about, beginning(count)]);
    let way = way_of(&count.vocabulary, count.learned.as_ref());
    let sources = count.parts.iter().filter_map(|part| Some((&part.part, part.source.as_ref()?)));
    let mut sources: String = sources.map(|(part, source)| format!("{part}: {source}\n")).collect();
    if let (Some(least), Some(source)) = (count.caching.least, &count.caching.source) {
        sources += &format!("cacheable: {} tokens or more, {source}\n", whole(least));
    }
    format!("{model}, counted in {way}\n\n{}\n{sources}", table.text())
}

/// Where the beginning ends that may be cached, and whether it is too short for that.
fn beginning(count: &Counted) -> String {
    let Caching { least, too_short, marked, .. } = &count.caching;
    let end = match marked {
        0 => "the beginning that stays the same",
        _ => "up to the last cache_control",
    };
    match (too_short, least, count.mean) {
        (0, ..) | (_, None, _) => end.to_owned(),
        (_, Some(least), None) => format!("{end}: too short, under {}", whole(*least)),
        (many, Some(least), Some(_)) => {
            let many = print::counted(*many as usize, "request", "requests");
            format!("{end}: too short in {many}, under {}", whole(*least))
        }
    }
}

/// The vocabulary or the family, and what was learned beside it.
pub fn way_of(family: &str, learned: Option<&Learned>) -> String {
    match learned {
        None => family.to_owned(),
        Some(Learned { counts, factor, .. }) => {
            format!(
                "{family} × {factor}, learned from {}",
                print::counted(*counts as usize, "count", "counts")
            )
        }
    }
}

/// Each file by the first way of counting, and the sums of all ways.
fn folder_table(counts: &Counts) -> String {
    let first = counts.files.iter().find_map(|file| file.counts.first());
    let way = first.map_or("", |count| count.model.as_deref().unwrap_or(&count.vocabulary));
    let mut table = Table::new(&["<file", "<format", ">requests", &format!(">{way}")]);
    for file in &counts.files {
        let tokens = file.counts.first().map(|count| total_of(count).0);
        let requests = whole(file.requests);
        table.row([file.file.clone(), file.format.clone(), requests, tokens.unwrap_or_default()]);
    }
    let files = whole(counts.files.len() as u64);
    let requests = whole(counts.requests);
    let total = count_table(&counts.counts);
    format!("{}\n{files} files, {requests} requests\n\n{total}", table.text())
}

/// A count as a whole, its band, and what is not counted.
fn total_of(count: &Counted) -> (String, String) {
    let (tokens, band) = tokens_of(count.tokens, count.certainty, count.low, count.high);
    match count.without.as_slice() {
        [] => (tokens, band),
        without => (tokens, format!("{band}: {} not counted", without.join(", "))),
    }
}

/// A count and its band, in words.
fn tokens_of(
    tokens: u64,
    certainty: Certainty,
    low: Option<u64>,
    high: Option<u64>,
) -> (String, String) {
    match (certainty, low, high) {
        (Certainty::Estimated, Some(low), Some(high)) => (
            format!("≈ {}", whole(tokens)),
            format!("estimated, {} to {}", whole(low), whole(high)),
        ),
        (Certainty::Estimated, ..) => (format!("≈ {}", whole(tokens)), String::new()),
        (Certainty::Exact, ..) => (whole(tokens), "exact".to_owned()),
        (Certainty::AtLeast, low, _) => {
            (format!("≥ {}", whole(low.unwrap_or(tokens))), "at least".to_owned())
        }
    }
}

fn price_table(prices: &Prices, asked: &Price) -> String {
    let has_several = prices.requests > 1;
    let all = format!(">all {}", whole(prices.requests));
    let all = if has_several { all.as_str() } else { ">" };
    let mut table = Table::new(&["<model", ">tokens", ">one call", ">1,000 calls", "<", all]);
    let shown = if asked.top.is_none() { SHOWN_MODELS } else { usize::MAX };
    for model in prices.models.iter().take(shown) {
        let about = match model.certainty {
            Certainty::Exact => "",
            Certainty::Estimated => "≈ ",
            Certainty::AtLeast => "≥ ",
        };
        let fits = if model.fits == Some(false) { "does not fit" } else { "" };
        table.row([
            model.model.clone(),
            format!("{about}{}", whole(model.tokens)),
            dollars(&model.per_call, 6),
            dollars(&model.per_1000, 2),
            fits.to_owned(),
            model.total.as_deref().map(|total| dollars(total, 6)).unwrap_or_default(),
        ]);
    }
    let more = prices.models.len().saturating_sub(shown);
    let rest = match more {
        0 => String::new(),
        more => {
            format!("and {} dearer: --top {} shows all\n", whole(more as u64), prices.models.len())
        }
    };
    let LeftOut {
        resold,
        not_writers,
        too_short,
        doubled,
        rerouted,
        not_counted,
        lacking,
        capabilities_unknown,
    } = &prices.left_out;
    let unknown = match not_counted {
        0 => String::new(),
        many => format!("\nleft out: {} whose images are not known\n", whole(*many as u64)),
    };
    let (short, shown_by) = match asked.fits {
        true => ("too short or of unknown length", ""),
        false => ("too short", " (--all shows them)"),
    };
    let left_out = match resold + not_writers + too_short + doubled {
        0 => String::new(),
        _ => format!(
            "\nleft out: {} of other sellers, {} that write no answers, {} {short}, {} doubles{shown_by}\n",
            whole(*resold as u64),
            whole(*not_writers as u64),
            whole(*too_short as u64),
            whole(*doubled as u64)
        ),
    };
    let rerouted = match rerouted {
        0 => String::new(),
        many => format!("\nleft out: {} that others answer for\n", whole(*many as u64)),
    };
    let incapable = match lacking + capabilities_unknown {
        0 => String::new(),
        _ => format!(
            "\nleft out: {} known to lack {}, {} of which that is not known\n",
            whole(*lacking as u64),
            asked.capabilities.join(" or "),
            whole(*capabilities_unknown as u64)
        ),
    };
    let means = if has_several { ", means of the requests" } else { "" };
    format!(
        "prices of {}, with an answer of {} tokens (--output){means}\n\n{}{rest}{left_out}{rerouted}{unknown}{incapable}",
        prices.at,
        decimal(&prices.output.to_string(), 0),
        table.text()
    )
}
