//! `cargo xtask prove`: what takes minutes and gives the figures: every ignored test whose name begins with `prove_`,
//! in release.

use crate::machine;
use crate::place::cargo;
use crate::step::{Stop, show};

/// Builds in release and runs the proofs, one after the other, before the user's eyes.
pub fn prove() -> Result<(), Stop> {
    machine::rust().map_err(Stop::Cannot)?;
    println!("── proofs (the release build takes some minutes)");
    show(&mut cargo("test --release -- --ignored --nocapture --test-threads=1 prove_"))
}
