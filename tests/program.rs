//! The built program, run as a person runs it.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run left behind.
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// What it answered.
    pub stdout: String,
    /// What it said beside the answer.
    pub stderr: String,
}

/// Runs the program in the project's folder.
pub fn run(arguments: &[&str]) -> Ran {
    run_with(arguments, b"")
}

/// Runs the program in the project's folder, with something on its standard input.
pub fn run_with(arguments: &[&str], input: &[u8]) -> Ran {
    ran(program(arguments), input)
}

/// Runs a command to its end.
pub fn ran(mut command: Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built beside its tests");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A program that refuses its arguments ends before it has read anything.
    stdin.write_all(input).ok();
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran {
        code: output.status.code().expect("the program was not killed"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// The program with its arguments, not yet running. It finds nothing of whoever runs the tests.
pub fn program(arguments: &[&str]) -> Command {
    program_at(arguments, &Path::new(env!("CARGO_TARGET_TMPDIR")).join("nobody"))
}

/// The same with a folder for what it keeps.
pub fn program_at(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_forebill"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("XDG_DATA_HOME", data);
    command
}

/// Compares a committed file with what it should be. With `UPDATE_EXPECT` in the environment it is
/// written instead, to be read and committed; without, a difference is told and nothing is written.
pub fn expect_file(path: &Path, expected: &str) -> Result<(), String> {
    let committed = fs::read_to_string(path).unwrap_or_default();
    if committed == expected {
        return Ok(());
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, expected).expect("the project's folder can be written to");
        return Ok(());
    }
    let (old, new) = (committed.lines(), expected.lines());
    let line = old.clone().zip(new.clone()).take_while(|(old, new)| old == new).count();
    let at = |mut lines: std::str::Lines| lines.nth(line).unwrap_or("(the end)").to_owned();
    Err(format!(
        "{} differs from line {} on:\n  committed: {}\n  now:       {}\n\
         UPDATE_EXPECT=1 cargo test writes it anew: read it and commit it.",
        path.display(),
        line + 1,
        at(old),
        at(new)
    ))
}
