//! `cargo xtask run`: the window on a sample, or the sample on the command line where there is no display.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::machine::{self, Missing, WINDOW};
use crate::place::{cargo, npm, root, shown, target};
use crate::step::{Stop, show, step};

const SAMPLE: &str = "examples/support-desk";

/// Installs what is missing, builds, and shows the sample.
pub fn run() -> Result<(), Stop> {
    if machine::has_display() {
        return window();
    }
    println!("There is no display: the sample is worked out on the command line.");
    headless()
}

fn window() -> Result<(), Stop> {
    machine::node().map_err(Stop::Cannot)?;
    let missing = Missing::settle(WINDOW)?;
    step("system packages", 15, missing.commands()).run()?;
    step("page packages", 10, machine::page_packages()).run()?;
    if !page_is_current() {
        step("page", 5, vec![npm("run build")]).run()?;
    }
    println!("── window (some minutes the first time)");
    show(&mut cargo("build --release -p forebill -p desktop"))?;
    show(Command::new(target().join("release/desktop")).arg(root().join(SAMPLE)))
}

/// Whether the page was built after its sources last changed. A page built anew costs a minute of
/// building the window again.
fn page_is_current() -> bool {
    let ui = root().join("ui");
    let built = changed(&ui.join("dist/index.html"));
    let mut left =
        ["src", "index.html", "package-lock.json", "vite.config.ts"].map(|it| ui.join(it)).to_vec();
    while let Some(path) = left.pop() {
        if changed(&path) > built {
            return false;
        }
        left.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    built.is_some()
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|file| file.modified()).ok()
}

/// The table, the workbook and the chart; neither Node nor a web view nor an office is needed.
fn headless() -> Result<(), Stop> {
    println!("── command line");
    show(&mut cargo("build --bin forebill"))?;
    show(forebill().args(["estimate", SAMPLE]))?;
    let folder = target().join("sample");
    fs::create_dir_all(&folder).map_err(|error| Stop::Failed(error.to_string()))?;
    println!("── the workbook and the chart");
    let mut report = forebill();
    report.args(["report", SAMPLE]);
    for name in ["support-desk.xlsx", "support-desk.svg"] {
        report.arg("--out").arg(shown(&folder.join(name)));
    }
    show(&mut report)
}

fn forebill() -> Command {
    let mut command = Command::new(target().join("debug/forebill"));
    command.current_dir(root());
    command
}
