//! The command-line program: parse, call, print, exit code.

mod args;
mod audit;
mod books;
mod check;
mod corpus;
mod costs;
mod estimate;
mod evidence;
mod failure;
mod history;
mod plans;
mod prices;
mod print;
mod prompts;
mod report;
mod schema;
mod surprise;

use std::env;
use std::process::ExitCode;

use args::{Command, Verb};
use clap::Parser;
use failure::Failure;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let command = match Command::try_parse() {
        Ok(command) => command,
        Err(refusal) => {
            return failure::refused_arguments(&refusal, env::args().any(|a| a == "--json"));
        }
    };
    match run(&command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(command.common.json),
    }
}

fn run(command: &Command) -> Result<(), Failure> {
    let common = &command.common;
    match &command.verb {
        Verb::Count(args) => match &args.history {
            Some(repo) => history::history(args, repo, common),
            None => prompts::count(args, common),
        },
        Verb::Corpus(args) => corpus::corpus(args, common),
        Verb::Evidence(args) => evidence::evidence(args, common),
        Verb::Price(args) => prompts::price(args, common),
        Verb::New(args) => plans::new(args, common),
        Verb::Inputs(args) => plans::inputs(args, common),
        Verb::Calibrate(args) => prompts::calibrate(args, common),
        Verb::Audit(args) => audit::audit(args, common),
        Verb::Cost(args) => costs::cost(args, common),
        Verb::Prices(args) => prices::prices(args, common),
        Verb::Estimate(args) => estimate::estimate(args, common),
        Verb::Check(args) => check::check(args, common),
        Verb::Report(args) => report::report(args, common),
        Verb::Schema(args) => schema::schema(args),
    }
}
