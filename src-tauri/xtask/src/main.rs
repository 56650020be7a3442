//! The project's commands: `cargo xtask run | test | prove | bench | doctor`.

mod bench;
mod doctor;
mod machine;
mod place;
mod prove;
mod run;
mod step;
mod test;
mod texts;
mod window;

use std::env;
use std::process::ExitCode;

use step::Stop;

const USAGE: &str = "\
cargo xtask run      build what is needed and open the window on a sample; without a display,
                     work the sample out on the command line
cargo xtask test     install what tests need, and run all of them
cargo xtask prove    run the tests that take minutes, in release, and print their figures
cargo xtask bench window
                     what the window takes: start, memory, time from key to picture, size
cargo xtask bench tokens
                     how fast texts are counted, as ratios against tiktoken-rs
cargo xtask bench prices
                     how fast recorded calls are priced, as a ratio against genai-prices
cargo xtask bench estimate
                     how soon an edit has its ledger, and one evaluation beside NumPy
cargo xtask doctor   what is missing on this machine, or too old, and what to do";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let done = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["run"] => run::run(),
        ["test"] => test::test(),
        ["prove"] => prove::prove(),
        ["bench", "window"] => bench::window(),
        ["bench", "tokens"] => bench::tokens(),
        ["bench", "prices"] => bench::prices(),
        ["bench", "estimate"] => bench::estimate(),
        ["doctor"] => doctor::doctor(),
        _ => Err(Stop::Cannot(USAGE.into())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(why)) => {
            eprintln!("\n{why}");
            ExitCode::from(1)
        }
        Err(Stop::Cannot(why)) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}
