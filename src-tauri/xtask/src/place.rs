//! Where things are: the project's folder, Cargo's, and the programs that are called.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's folder.
pub fn root() -> PathBuf {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).expect("xtask lies two folders below the root").to_owned()
}

/// The folder that Cargo builds in; this program runs from `debug/` in it.
pub fn target() -> PathBuf {
    let program = env::current_exe().expect("a running program has a path");
    program.ancestors().nth(2).expect("Cargo builds into target/debug").to_owned()
}

/// Where Cargo keeps what it fetched.
pub fn cargo_home() -> PathBuf {
    let home = || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo");
    env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// Cargo with these words, in the project's folder.
pub fn cargo(words: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(words.split_whitespace()).current_dir(root());
    command
}

/// npm with these words, in the page's folder.
pub fn npm(words: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(words.split_whitespace()).current_dir(root().join("ui"));
    command
}

/// A path as a person types it from the project's folder.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
