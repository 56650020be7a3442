//! The table of calls: from it come the dispatcher, the list of names and the types for the page.

use std::any::TypeId;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use ts_rs::{Config, TS, TypeVisitor};

use crate::bytes::{Answered, Bytes};
use crate::error::{Code, Error};
use crate::runtime::runtime;
use crate::{
    audit, budgets, costs, estimates, files, jobs, plans, prices, projects, prompts, reports,
    samples, settings, texts,
};

calls! {
    // name               function              arguments              result
    "audit.run"           audit::run:           audit::Wanted       => audit::Audit;
    "budgets.check"       budgets::project:     budgets::Of         => budgets::Checked;
    "costs.batch"         costs::batch:         costs::Batch        => Vec<costs::Outcome>;
    "costs.cost"          costs::cost:          costs::Call         => costs::Cost;
    "estimates.preview"   estimates::preview:   plans::Request      => estimates::Estimated;
    "jobs.poll"           jobs::poll:           jobs::Number        => jobs::Progress;
    "jobs.cancel"         jobs::cancel:         jobs::Number        => ();
    "plans.inputs"        plans::inputs:        plans::Request      => plans::Inputs;
    "prices.activate"     prices::activate:     prices::BookId      => prices::Books;
    "prices.books"        prices::books:        prices::AllBooks    => prices::Books;
    "prices.check"        prices::check:        prices::Check       => prices::Checked;
    "prices.compare"      prices::compare:      prices::PairOfBooks => prices::ComparedBooks;
    "prices.import"       prices::import:       prices::Feed        => prices::Imported;
    "prices.list"         prompts::choices:     prices::Filter      => Vec<prices::Listed>;
    "prices.propose"      prices::propose:      prices::PriceFile   => prices::Proposal;
    "prices.remove"       prices::remove:       prices::BookId      => prices::Books;
    "prices.set_aside"    prices::set_aside:    prices::BookId      => prices::Books;
    "prices.show"         prices::show:         prices::Query       => prices::Shown;
    "projects.start"      projects::start:      projects::Nothing   => projects::Start;
    "projects.open"       projects::open:       projects::File      => projects::Opened;
    "projects.resume"     projects::resume:     projects::Nothing   => Option<projects::Opened>;
    "projects.sample"     projects::sample:     samples::Sample     => projects::Opened;
    "projects.add_sample" projects::add_sample: projects::Template  => projects::View;
    "projects.copy"       projects::copy:       projects::StepOf    => projects::Text;
    "projects.paste"      projects::paste:      projects::Clip      => projects::View;
    "projects.new"        projects::new:        projects::Questions => projects::Opened;
    "projects.restore"    projects::restore:    projects::File      => projects::Opened;
    "projects.forget"     projects::forget:     projects::File      => ();
    "projects.edit"       projects::edit:       projects::Change    => projects::View;
    "projects.write_text" projects::write_text: projects::NewText   => projects::View;
    "projects.text"       projects::text:       projects::PartOf    => projects::Text;
    "projects.repin"      projects::repin:      projects::Number    => projects::View;
    "projects.undo"       projects::undo:       projects::Along     => projects::View;
    "projects.redo"       projects::redo:       projects::Along     => projects::View;
    "projects.past"       projects::past:       projects::Number    => Vec<projects::Past>;
    "projects.go_to"      projects::go_to:      projects::State     => projects::View;
    "projects.look_at"    projects::look_at:    projects::InView    => projects::View;
    "projects.saved"      projects::saved:      projects::Number    => projects::Saved;
    "projects.keep"       projects::keep:       projects::Desk      => ();
    "projects.close"      projects::close:      projects::Number    => ();
    "projects.save_as"    projects::save_as:    projects::Target    => projects::Opened;
    "projects.write_out"  projects::write_out:  projects::Target    => files::Written;
    "projects.why"        projects::why:        projects::FigureOf  => estimates::Why;
    "projects.projection" projects::projection: projects::By        => projects::Projection;
    "projects.dollars"    projects::dollars:    projects::Month     => projects::Dollars;
    "projects.surprise"   projects::surprise:   projects::Month     => estimates::Surprised;
    "projects.without_follows" projects::without_follows: projects::Number => Option<String>;
    "projects.play"       projects::play:       projects::Units     => Option<estimates::PlayedFeature>;
    "prompts.boundaries"  prompts::boundaries:  prompts::Tinted     => Bytes;
    "prompts.change"      prompts::change:      prompts::Edits      => ();
    "prompts.close"       prompts::close:       prompts::Handle     => ();
    "prompts.corpus"      prompts::start_corpus: prompts::Corpus    => prompts::CorpusStarted;
    "prompts.count"       prompts::count:       prompts::Text       => prompts::Counts;
    "prompts.evidence"    prompts::evidence:    prompts::Sampling   => prompts::Evidence;
    "prompts.history"     prompts::history:     prompts::History    => prompts::PromptHistory;
    "prompts.import"      prompts::import:      prompts::Imported   => prompts::Importing;
    "prompts.lengths"     prompts::take_corpus: prompts::CorpusNumber => prompts::CorpusLengths;
    "prompts.open"        prompts::open:        prompts::EditedText => prompts::Handle;
    "prompts.price"       prompts::price:       prompts::Prompt     => prompts::Prices;
    "prompts.tell"        prompts::tell:        prompts::Billed     => projects::View;
    "prompts.table"       prompts::table:       prompts::PartedCall => prompts::PriceTable;
    "reports.preview"     reports::preview:     projects::Number    => reports::Preview;
    "reports.start"       reports::start:       reports::Export     => jobs::Started;
    "settings.read"       settings::read:       projects::Nothing   => settings::Settings;
    "settings.write"      settings::write:      settings::Settings  => ();
    "texts.read"          texts::read:          projects::File      => texts::Text;
}

/// Turns the table into [`NAMES`], [`call`] and the rows of [`types`].
macro_rules! calls {
    ($($name:literal $function:path: $arguments:ty => $result:ty;)*) => {
        /// The name of every call, in the table's order.
        pub const NAMES: &[&str] = &[$($name),*];

        /// Does one operation: its arguments are JSON, and so is its result unless it is [`Bytes`].
        pub async fn call(name: &str, arguments: &[u8]) -> Result<Vec<u8>, Error> {
            match name {
                $($name => work(read::<$arguments>(name, arguments)?, $function).await,)*
                unknown => Err(unknown_call(unknown)),
            }
        }

        fn rows(types: &mut Types) {
            $(types.row::<$arguments, $result>($name);)*
        }
    };
}
use calls;

/// The TypeScript that describes every call, its arguments and its result.
pub fn types() -> String {
    let mut types = Types::default();
    rows(&mut types);
    types.visit::<Error>();
    let declarations: String = types.declared.into_values().collect();
    format!(
        "// Generated by `cargo test` from the table in src-tauri/crates/app/src/calls.rs; never edited.\n\n\
         export interface Calls {{\n{}}}\n\n\
         /** The calls whose answers are bytes as they are, not JSON. */\n\
         export const BYTES: ReadonlySet<string> = new Set([{}]);\n{declarations}",
        types.rows,
        types.bytes.join(", ")
    )
}

/// Declarations gathered by name, so that each stands once and in one order.
#[derive(Default)]
struct Types {
    rows: String,
    bytes: Vec<String>,
    declared: BTreeMap<String, String>,
}

impl Types {
    fn row<A: TS + 'static, R: TS + 'static>(&mut self, name: &str) {
        let (arguments, result) = (A::name(&config()), R::name(&config()));
        self.rows += &format!("  \"{name}\": {{ arguments: {arguments}; result: {result} }};\n");
        if TypeId::of::<R>() == TypeId::of::<Bytes>() {
            self.bytes.push(format!("\"{name}\""));
        }
        self.visit::<A>();
        self.visit::<R>();
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only what is declared by name has a file to be written to; text and lists have none.
        if T::output_path().is_some() {
            let declaration = format!("\nexport {}\n", T::decl(&config()));
            if self.declared.insert(T::ident(&config()), declaration).is_some() {
                return;
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// JSON has one kind of number: what may pass 2^53 crosses as text.
fn config() -> Config {
    Config::new().with_large_int("number")
}

/// Works on a thread of its own, so that neither the window nor another call waits for it.
async fn work<A, R, E>(arguments: A, operation: fn(A) -> Result<R, E>) -> Result<Vec<u8>, Error>
where
    A: Send + 'static,
    R: Answered + 'static,
    E: Into<Error> + 'static,
{
    let done = runtime().spawn_blocking(move || {
        let result = operation(arguments).map_err(Into::into)?;
        result.into_bytes().map_err(|error| Error::own_mistake(&error))
    });
    done.await.unwrap_or_else(|panic| Err(Error::own_mistake(&panic)))
}

fn read<A: DeserializeOwned>(name: &str, arguments: &[u8]) -> Result<A, Error> {
    serde_json::from_slice(arguments).map_err(|error| Error::bad_arguments(name, &error))
}

fn unknown_call(name: &str) -> Error {
    Error::new(
        Code::UnknownCall,
        format!("There is no operation called `{name}`."),
        format!("The operations are: {}.", NAMES.join(", ")),
    )
}
