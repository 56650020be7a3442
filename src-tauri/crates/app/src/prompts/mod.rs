//! Prompts: their tokens, and what they cost on every model.

mod billed;
mod boundaries;
mod cached;
mod capable;
mod certainty;
mod choices;
mod corpus;
mod count;
mod documents;
mod editing;
mod evidence;
mod folder;
mod history;
mod import;
mod lately;
mod left_out;
mod lengths;
mod listed;
mod look;
mod no_price;
mod pace;
mod parts;
mod pasted;
mod price;
mod requests;
mod table;
mod tally;
mod told;
mod ways;

pub use billed::{Billed, tell};
pub use boundaries::{Tinted, boundaries};
pub use cached::Caching;
pub use certainty::Certainty;
pub use choices::choices;
pub use corpus::{
    Corpus, CorpusLengths, CorpusNumber, CorpusStarted, DocumentLengths, corpus,
    start as start_corpus, take as take_corpus,
};
pub use count::{Batch, BatchCounts, CaseCounts, Count, Counts, FileCounts, Text, batch, count};
pub use editing::{Changed, Edits, Handle, Text as EditedText, change, open};
pub use evidence::{Evidence, Found, Sampling, What as EvidenceOf, evidence};
pub use folder::{count_folder, price_folder};
pub use history::{
    Done as CommitKind, Growth, History, MonthLength, PromptCommit, PromptHistory, history,
    history_of,
};
pub use import::{Imported, Importing, import};
pub use left_out::LeftOut;
pub use lengths::LengthBar;
pub use look::{Look, Order, Sellers};
pub use parts::{CallPart, Size, WayCounted};
pub use pasted::{CallRead, close};
pub use price::{PricedModel, Prices, Prompt, price};
pub use requests::{Note, PartTokens, Reading};
pub use table::{ModelPrice, PartedCall, PriceTable, RowPrice, Seller, TableRow, table};
pub use told::{Bills, Pairs, Taught, told};
