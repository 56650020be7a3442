//! `cargo xtask test`: everything that proves the project, in the order in which it fails soonest.

use std::process::Command;
use std::time::Instant;

use crate::machine::{self, Missing, TESTS, WINDOW};
use crate::place::{cargo, npm, root, shown, target};
use crate::step::{Step, Stop, beside, step, tests};
use crate::window::{walks, without_network};

/// Installs what tests need and runs all of them.
pub fn test() -> Result<(), Stop> {
    let start = Instant::now();
    machine::rust().map_err(Stop::Cannot)?;
    machine::node().map_err(Stop::Cannot)?;
    let missing = Missing::settle(&[WINDOW, TESTS].concat())?;

    step("format", 2, vec![cargo("fmt --all --check")]).run()?;
    tests("tidy", 10, vec![cargo("test --test main tidy")]).run()?;
    step("lints", 10, vec![cargo("clippy --all-targets -- -D warnings")]).run()?;
    beside(packages(&missing), step("debug build", 15, vec![cargo("test --no-run")]))?;
    tests("cargo test", 15, vec![cargo("test")]).run()?;
    tests("bulk lane", 10, BULK.map(cargo).into()).run()?;
    tests("page", 5, ["run format", "run check", "test", "run build"].map(npm).into()).run()?;
    let release = "build --release -p forebill -p desktop";
    step("release build", 25, vec![cargo(release)]).run()?;
    tests("plays", 10, vec![cargo(PLAYS)]).run()?;
    step("same figures", 2, EXAMPLES.map(same_figures).into()).run()?;
    step("limits", 2, EXAMPLES.map(within_limits).into()).run()?;
    step("workbooks", 5, EXAMPLES.into_iter().flat_map(workbook).collect()).run()?;
    step("walks", 10, vec![cargo("test -p window --no-run")]).run()?;
    tests("window", 10, vec![without_network(), walks("")]).run().map_err(with_pictures)?;

    println!("── all of it: ok, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn packages(missing: &Missing) -> Step {
    let mut commands = missing.commands();
    commands.extend(machine::page_packages());
    step("packages", 15, commands)
}

/// What nobody builds who does not ask for it: the lane for large corpora.
const BULK: [&str; 2] = [
    "clippy -p prompt --features bulk --all-targets -- -D warnings",
    "test -p prompt --features bulk lanes",
];

/// Random trees against 50,000 plays of each.
const PLAYS: &str = "test --release -p cost --lib -- --ignored release_";

/// The examples whose figures and workbooks are compared.
const EXAMPLES: [&str; 7] = [
    "hello",
    "support-desk",
    "coding-assistant",
    "document-processing",
    "rag-answers",
    "research-agents",
    "sales-copilot",
];

/// Debug and release build work an example out to the same bytes.
fn same_figures(example: &str) -> Command {
    let mut compare = Command::new("sh");
    let script = "for build in debug release; do \
                  \"$1/$build/forebill\" estimate \"$2\" --json > \"$1/$build/figures.json\" || exit; \
                  done; cmp \"$1/debug/figures.json\" \"$1/release/figures.json\"";
    compare.args(["-c", script, "sh"]).arg(target()).arg(root().join("examples").join(example));
    compare
}

/// An example stays within the limits that its plan sets, over thousands of plays.
fn within_limits(example: &str) -> Command {
    let mut check = Command::new(target().join("release/forebill"));
    check.arg("check").arg(root().join("examples").join(example));
    check
}

/// An example's workbook, written by the release build and recalculated by LibreOffice.
fn workbook(example: &str) -> [Command; 3] {
    let folder = target().join("workbooks");
    let file = folder.join(example).with_extension("xlsx");
    let mut make = Command::new("mkdir");
    make.arg("-p").arg(&folder);
    let mut report = Command::new(target().join("release/forebill"));
    report.arg("report").arg(root().join("examples").join(example)).arg("--out").arg(&file);
    // Debian's own Python: it is the one that has apt's openpyxl.
    let mut check = Command::new("/usr/bin/python3");
    check.arg(root().join("tests/files/check_workbook.py")).arg(file).args(
        "--tol 1e-9 --expect-tol 1e-9 --zero Chk_Failed --strict-constants \
         --allow-const 0,1,2,12,100,1000,1000000 --strict-rows --no-volatile --portable \
         --min-live 1.0"
            .split_whitespace(),
    );
    [make, report, check]
}

fn with_pictures(stop: Stop) -> Stop {
    match stop {
        Stop::Failed(why) => {
            let folder = shown(&target().join("window"));
            Stop::Failed(format!("{why}\nWhat the window showed last: {folder}/*.png"))
        }
        cannot => cannot,
    }
}
