//! Every verb and flag, with its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// What an AI feature will cost before it ships
#[derive(Debug, Parser)]
#[command(name = "forebill", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Command {
    /// What to do
    #[command(subcommand)]
    pub verb: Verb,
    /// What holds for every verb
    #[command(flatten)]
    pub common: Common,
}

/// What holds for every verb.
#[derive(Debug, Args)]
pub struct Common {
    /// Print JSON instead of a table
    #[arg(long, global = true)]
    pub json: bool,
    /// Take prices from a folder of price files instead of the built-in book
    #[arg(long, global = true, value_name = "DIR")]
    pub book: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Count the tokens of a prompt, exactly or by a marked estimate
    Count(Count),
    /// Count many documents and say how their lengths spread, as a number for a plan
    Corpus(Corpus),
    /// Measure sample conversations and answers: turns, questions, answers, tools, as numbers for a plan
    Evidence(Evidence),
    /// Price a prompt on the makers' models, cheapest first
    Price(Price),
    /// Price recorded usage exactly, line by line
    Cost(Cost),
    /// Teach a plan how its models count, from what their vendors billed
    Calibrate(Calibrate),
    /// Work out again what vendors published of their own arithmetic
    Audit(Audit),
    /// Look into the price book, import and check books of your own, pin a plan's prices
    #[command(subcommand)]
    Prices(Prices),
    /// Begin a plan in a folder of its own, as a copy of a template
    New(New),
    /// List every input of a plan: address, value, unit, source or guess
    Inputs(Inputs),
    /// Work out what a plan costs: a unit of each feature, and every month
    Estimate(Estimate),
    /// Hold a plan against its own limits; exits with 1 where one is passed
    Check(Check),
    /// Write a plan's figures as workbook, table, chart or data
    Report(Report),
    /// Print the JSON Schema of a plan, or of what a verb prints
    Schema(Schema),
}

/// How a prompt is read.
#[derive(Debug, Args)]
pub struct Reading {
    /// Read it as this instead of going by its shape: text, openai-chat, openai-responses, anthropic, gemini
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Fill in a variable that it has as {{NAME}}; several allowed
    #[arg(long = "var", value_name = "NAME=TEXT")]
    pub variables: Vec<String>,
    /// Take this size for images of which only the address is known
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    pub image: Option<String>,
}

/// Ways in which texts are counted.
#[derive(Debug, Args)]
pub struct Ways {
    /// Count as this model does; several allowed
    #[arg(long = "model", value_name = "MODEL")]
    pub models: Vec<String>,
    /// Count in this vocabulary, such as o200k_base, in the one of a tokenizer.json, or in that of
    /// a .tiktoken file, cut as another cuts: acme.tiktoken:cl100k_base; several allowed
    #[arg(long = "vocabulary", value_name = "NAME|FILE")]
    pub vocabularies: Vec<String>,
    /// Correct estimates by what vendors billed: requests with their usage, one a line
    #[arg(long, value_name = "FILE|-")]
    pub told: Option<PathBuf>,
}

/// Arguments of `count`.
#[derive(Debug, Args)]
pub struct Count {
    /// Read the prompt from this file, or from standard input if it is `-`; count each file of a
    /// folder (`corpus` says how the lengths of many spread)
    #[arg(default_value = "-", value_name = "FILE|DIR|-")]
    pub file: PathBuf,
    /// Count the file at the end of every month instead, from the git history of this repository:
    /// its growth, and the commits behind it. The file is named as seen from there
    #[arg(long, value_name = "REPO", requires = "file")]
    pub history: Option<PathBuf>,
    /// How it is read
    #[command(flatten)]
    pub reading: Reading,
    /// As what it is counted
    #[command(flatten)]
    pub ways: Ways,
    /// Count every text of a case file instead, one line of JSON each
    #[arg(long, value_name = "CASES.json", conflicts_with_all = ["models", "vocabularies", "file", "told", "history"])]
    pub batch: Option<PathBuf>,
}

/// Arguments of `corpus`.
#[derive(Debug, Args)]
pub struct Corpus {
    /// Take each text of this folder as a document, or each line of a .jsonl file: a string, an
    /// object with `text` or `content`, or a request. Where no way is named, requests are counted on
    /// the models that they name, all else in o200k_base
    #[arg(value_name = "DIR|FILE.jsonl")]
    pub path: PathBuf,
    /// As what they are counted
    #[command(flatten)]
    pub ways: Ways,
}

/// Arguments of `evidence`.
#[derive(Debug, Args)]
pub struct Evidence {
    /// Read samples from this file, from the files of a folder, or from standard input if it is `-`:
    /// chats of OpenAI, Anthropic or Gemini, with their responses if there are, one a file or one a
    /// line; texts with lines that begin with `User:` and `Assistant:`; answers alone
    #[arg(default_value = "-", value_name = "FILE|DIR|-")]
    pub path: PathBuf,
    /// As what they are counted
    #[command(flatten)]
    pub ways: Ways,
}

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Show these examples line by line, as A-1
    #[arg(value_name = "EXAMPLE")]
    pub examples: Vec<String>,
}

/// Arguments of `price`.
#[derive(Debug, Args)]
pub struct Price {
    /// Read the prompt from this file, or from standard input if it is `-`; price the prompts in
    /// the files of a folder, in the mean and together
    #[arg(default_value = "-", value_name = "FILE|DIR|-")]
    pub file: PathBuf,
    /// How it is read
    #[command(flatten)]
    pub reading: Reading,
    /// Price on this model only; several allowed
    #[arg(long = "model", value_name = "MODEL")]
    pub models: Vec<String>,
    /// Price on every model of every seller
    #[arg(long, conflicts_with = "models")]
    pub all: bool,
    /// Price on what this provider sells, whoever makes it; several allowed
    #[arg(long = "provider", value_name = "PROVIDER", conflicts_with = "models")]
    pub providers: Vec<String>,
    /// Show only models that prompt and answer are known to fit
    #[arg(long)]
    pub fits: bool,
    /// Show only models that are known to have all of these: tools, reasoning, images, pdf, audio, video
    #[arg(long = "with", value_name = "CAPABILITY,…", value_delimiter = ',')]
    pub capabilities: Vec<String>,
    /// Count on this model in another vocabulary, as MODEL=tokenizer.json; several allowed
    #[arg(long = "vocabulary", value_name = "MODEL=NAME|FILE")]
    pub vocabularies: Vec<String>,
    /// Reckon with an answer of so many tokens
    #[arg(long, value_name = "TOKENS", default_value_t = 300)]
    pub output: u64,
    /// Show only the cheapest so many [default: 20 in a table, all in JSON]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Correct estimates by what vendors billed: requests with their usage, one a line
    #[arg(long, value_name = "FILE|-")]
    pub told: Option<PathBuf>,
    /// Take the prices of this day [default: today]
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
}

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
pub struct Calibrate {
    /// Name the plan's file, or its folder
    pub plan: PathBuf,
    /// Read requests with their usage, one a line, from this file or from standard input
    #[arg(long, value_name = "FILE|-")]
    pub told: PathBuf,
    /// Name the model of those that name none
    #[arg(long)]
    pub model: Option<String>,
}

/// Arguments of `cost`.
#[derive(Debug, Args)]
pub struct Cost {
    /// Name the model that was billed [default: the record's own]
    #[arg(long)]
    pub model: Option<String>,
    /// Give the vendor's usage object or whole response, as JSON, as a file, or - for standard input;
    /// several as a list, one a line, or a page of OpenAI's or Anthropic's usage report. What has no
    /// price is told with its line, all else is priced, and the exit code is 2
    #[arg(long, value_name = "JSON|FILE|-", required_unless_present = "batch")]
    pub usage: Option<String>,
    /// Take the prices of this day or moment in UTC [default: the record's own, else now]
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
    /// Name the tier that served the call [default: the record's own, else standard]
    #[arg(long)]
    pub tier: Option<String>,
    /// Say what else was special about it, as inference_geo=us or data_residency=eu
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub context: Vec<(String, String)>,
    /// Price every call of a case file instead, one line of JSON each
    #[arg(long, value_name = "CASES.json", conflicts_with_all = ["model", "usage", "at", "tier", "context"])]
    pub batch: Option<PathBuf>,
}

/// What to do with prices.
#[derive(Debug, Subcommand)]
pub enum Prices {
    /// List the models of the book
    List {
        /// List only models with all of these words in their names
        words: Vec<String>,
        /// List the prices of this day [default: today]
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
    /// Show what one model costs, since when and who says so, what is announced, and what others ask
    Show {
        /// Name the model, as provider/name or by an alias
        model: String,
        /// Show the prices of this day [default: today]
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
    },
    /// Keep a file of prices as a book of your own, and say what it would change; it holds once it is activated
    Import {
        /// Read this file: genai-prices v2, LiteLLM, models.dev, model-prices, metergraph, Azure
        /// retail meters, or a price file or table of your own
        file: PathBuf,
        /// Write price files into this folder instead, one for each provider, for `--book`
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Replace files of that folder that say otherwise
        #[arg(long, requires = "out")]
        replace: bool,
        /// Mark its prices as checked on this day [default: as the file says]
        #[arg(long, value_name = "DATE")]
        checked: Option<String>,
    },
    /// List your own books, or show one: what was left out of it, and what of its file was not read
    Books {
        /// Show this one, named by its id or the beginning of it
        id: Option<String>,
    },
    /// Have a book of your own hold, before all others
    Activate {
        /// Name the book by its id, or the beginning of it
        id: String,
    },
    /// Have a book of your own hold no longer; it stays
    SetAside {
        /// Name the book by its id, or the beginning of it
        id: String,
    },
    /// Remove a book of your own that does not hold
    Remove {
        /// Name the book by its id, or the beginning of it
        id: String,
    },
    /// Say what one book has otherwise than another
    Diff {
        /// Name a book: an id of your own, `default`, `active`, a folder of price files, a file
        old: String,
        /// Name another one [default: what activating the first one would change]
        new: Option<String>,
        /// Of which models
        #[command(flatten)]
        only: OnlyModels,
    },
    /// Look for prices without a source or a day, gaps, overlaps, ended promises, and books that disagree
    Check {
        /// Look through these: files, folders, ids of your own books, `default` [default: the active book]
        #[arg(value_name = "FILE|ID")]
        books: Vec<String>,
        /// Judge them for this day [default: today]
        #[arg(long, value_name = "DATE")]
        at: Option<String>,
        /// Of which models
        #[command(flatten)]
        only: OnlyModels,
    },
    /// Accept the book's prices for a plan that pinned older ones
    Pin {
        /// Name the plan's file, or its folder
        plan: PathBuf,
    },
}

/// Which models of a book are looked at.
#[derive(Clone, Debug, Args)]
pub struct OnlyModels {
    /// Look only at what this provider sells
    #[arg(long, value_name = "PROVIDER")]
    pub provider: Option<String>,
    /// Look only at this model, as provider/name or by its name alone
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
}

/// A plan, and changes to its inputs for this run.
#[derive(Debug, Args)]
pub struct Plan {
    /// Name the plan's file, or its folder
    pub plan: PathBuf,
    /// Set an input for this run, as in support.conversation.turns=2..6, or the model of a call, as
    /// in support.hard.model=anthropic/claude-opus-4-7; several allowed
    #[arg(long = "set", value_name = "ADDRESS=VALUE")]
    pub changes: Vec<String>,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// Put the plan, its prompts and its prices into this folder, which is empty or not there yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Begin with this one: support-desk, sales-copilot, coding-assistant, document-processing,
    /// research-agents, rag-answers, hello
    #[arg(long, value_name = "NAME", default_value = "hello")]
    pub template: String,
}

/// Arguments of `inputs`.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Which plan
    #[command(flatten)]
    pub plan: Plan,
}

/// Arguments of `estimate`.
#[derive(Debug, Args)]
pub struct Estimate {
    /// Which plan
    #[command(flatten)]
    pub plan: Plan,
    /// Explain one figure, step, cause or total: its formula with the numbers in it, or its lines
    #[arg(long, value_name = "ADDRESS", group = "explained")]
    pub why: Option<String>,
    /// From what one would have said to what a unit and a month really cost, cause by cause
    #[arg(long, group = "explained")]
    pub surprise: bool,
    /// Play units of every feature one by one: what half of them cost, what one in twenty and one in a hundred cost more
    /// than
    #[arg(long, value_name = "UNITS", group = "explained", num_args = 0..=1,
          default_missing_value = "20000", value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    pub play: Option<u32>,
    /// The seed that they are played with: the same one gives the same figures
    #[arg(long, requires = "play", default_value_t = 1)]
    pub seed: u64,
    /// Explain it for this month [default: the first one, and the last one of the surprise and of play; sums are
    /// over all months]
    #[arg(long, value_name = "YYYY-MM", requires = "explained")]
    pub month: Option<String>,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Which plan
    #[command(flatten)]
    pub plan: Plan,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct Report {
    /// Which plan
    #[command(flatten)]
    pub plan: Plan,
    /// Write this file, by its ending: .xlsx, .csv, .svg or .json; several allowed
    #[arg(long, value_name = "FILE", required = true)]
    pub out: Vec<PathBuf>,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Describe what this verb prints with --json
    #[arg(long, value_name = "VERB")]
    pub of: Option<String>,
}

/// Two words with an equals sign between them.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok((key.into(), value.into()))
        }
        _ => Err("write it as inference_geo=us".into()),
    }
}
