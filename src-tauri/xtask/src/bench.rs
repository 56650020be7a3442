//! `cargo xtask bench`: what the window takes in time, memory and bytes, how fast texts are counted,
//! calls priced and plans worked out; measured, never asserted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::{self, Missing, TESTS, WINDOW};
use crate::place::{cargo, npm, root, target};
use crate::step::{Stop, show, step};
use crate::texts;
use crate::window::walks;

/// Builds what ships, measures it, and prints the figures.
pub fn window() -> Result<(), Stop> {
    machine::node().map_err(Stop::Cannot)?;
    let missing = Missing::settle(&[WINDOW, TESTS].concat())?;
    step("system packages", 15, missing.commands()).run()?;
    step("page packages", 10, machine::page_packages()).run()?;
    step("page", 5, vec![npm("run build")]).run()?;
    let builds = ["build --release -p forebill -p desktop", "test -p window --no-run"];
    step("release build", 25, builds.map(cargo).into()).run()?;

    println!("── figures");
    println!("commit                            {}", commit());
    println!("load of the last minute           {}", first_word("/proc/loadavg"));
    for program in ["desktop", "forebill"] {
        println!(
            "{program:<34}{:.1} MB",
            bytes(&target().join("release").join(program)) as f64 / 1e6
        );
    }
    for asset in assets() {
        let name = asset.file_name().unwrap_or_default().to_string_lossy().into_owned();
        println!(
            "{name:<34}{:.1} KB, {:.1} KB gz",
            bytes(&asset) as f64 / 1e3,
            packed(&asset)? / 1e3
        );
    }
    let status = walks("--ignored --nocapture --test-threads=1 figures").status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::Failed(format!("measuring: {status}"))),
        Err(error) => Err(Stop::Failed(format!("measuring: {error}"))),
    }
}

/// Counts real texts beside tiktoken-rs, and prints how they compare.
pub fn tokens() -> Result<(), Stop> {
    let missing = Missing::settle(texts::PACKAGES)?;
    step("system packages", 5, missing.commands()).run()?;
    step("page packages", 10, machine::page_packages()).run()?;
    let folder = texts::gathered()?;
    println!("── figures (the release build takes some minutes)");
    println!("commit                            {}", commit());
    println!("load of the last minute           {}", first_word("/proc/loadavg"));
    show(cargo("bench -p prompt --features bulk --bench tokens --").arg(folder))
}

/// Prices recorded calls beside genai-prices, and prints how they compare.
pub fn prices() -> Result<(), Stop> {
    println!("── figures (the release build takes some minutes)");
    println!("commit                            {}", commit());
    println!("load of the last minute           {}", first_word("/proc/loadavg"));
    show(&mut cargo("bench -p app --bench prices"))
}

/// Edits a plan of 500 steps to its new ledger, shows how the time grows with a plan, and evaluates its workings
/// beside NumPy.
pub fn estimate() -> Result<(), Stop> {
    let python = python_with_numpy();
    println!("── figures (the release build takes some minutes)");
    println!("commit                            {}", commit());
    println!("load of the last minute           {}", first_word("/proc/loadavg"));
    show(cargo("bench -p cost --bench estimate").env("FOREBILL_PYTHON", python))
}

/// The machine's Python where it has NumPy, else one of our own with it. Where neither can be had, the figures say so.
fn python_with_numpy() -> PathBuf {
    let works =
        |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let has_numpy = |python: &Path| works(Command::new(python).args(["-c", "import numpy"]));
    let (machine, folder) = (PathBuf::from("python3"), target().join("bench/python"));
    let own = folder.join("bin/python");
    if has_numpy(&machine) || has_numpy(&own) {
        return if has_numpy(&machine) { machine } else { own };
    }
    let made = works(Command::new(&machine).args(["-m", "venv"]).arg(&folder))
        && works(Command::new(&own).args(["-m", "pip", "install", "--quiet", "numpy"]));
    if made { own } else { machine }
}

/// The files that the page is built into.
fn assets() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("ui/dist/assets")).into_iter().flatten().flatten();
    let mut assets: Vec<_> = folder.map(|entry| entry.path()).collect();
    assets.sort();
    assets
}

fn bytes(file: &Path) -> u64 {
    fs::metadata(file).map(|file| file.len()).unwrap_or_default()
}

/// How many bytes are left of a file under gzip.
fn packed(file: &Path) -> Result<f64, Stop> {
    let packed = Command::new("gzip").args(["-9", "-c"]).arg(file).output();
    packed
        .map(|output| output.stdout.len() as f64)
        .map_err(|error| Stop::Cannot(format!("gzip: {error}")))
}

fn commit() -> String {
    let git =
        Command::new("git").args(["describe", "--always", "--dirty"]).current_dir(root()).output();
    git.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

fn first_word(file: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
