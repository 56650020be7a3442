//! A named piece of work: commands one after the other, with a limit, a log and a time.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::place::{shown, target};

/// Why nothing more is done.
pub enum Stop {
    /// Something was tried and is not as it should be: exit code 1.
    Failed(String),
    /// It could not be tried: exit code 2.
    Cannot(String),
}

/// What is done in one step.
pub struct Step {
    pub name: &'static str,
    /// The step is ended and counts as failed after so long.
    pub limit: Duration,
    pub commands: Vec<Command>,
    /// Whether it counts as failed when no test ran in it.
    pub tests: bool,
}

/// A step of so many minutes at most.
pub fn step(name: &'static str, minutes: u64, commands: Vec<Command>) -> Step {
    Step { name, limit: Duration::from_secs(60 * minutes), commands, tests: false }
}

/// A step whose commands run tests.
pub fn tests(name: &'static str, minutes: u64, commands: Vec<Command>) -> Step {
    Step { tests: true, ..step(name, minutes, commands) }
}

impl Step {
    /// Does the work, all of its talk into its log; says its time, and the tests it counted.
    pub fn run(mut self) -> Result<(), Stop> {
        println!("── {}", self.name);
        let start = Instant::now();
        let path = self.log_path();
        let done = File::create(&path).and_then(|log| self.work(&log, start));
        let seconds = start.elapsed().as_secs_f64();
        let log = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
        match done {
            Ok(None) => {
                let counts: Vec<_> = log.lines().filter(|line| counts_tests(line)).collect();
                if self.tests && counts.is_empty() {
                    return Err(self.failed("no test ran", seconds, &log));
                }
                counts.iter().for_each(|line| println!("{line}"));
                println!("   {}: ok, {seconds:.1} s", self.name);
                Ok(())
            }
            Ok(Some(why)) => Err(self.failed(&why, seconds, &log)),
            Err(error) => Err(self.failed(&error.to_string(), seconds, &log)),
        }
    }

    /// The commands in their order, up to the first that fails; why it did.
    fn work(&mut self, log: &File, start: Instant) -> io::Result<Option<String>> {
        for command in &mut self.commands {
            let words = words(command);
            command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
            // One summary to read in a log of plain text, and not the same colours as a terminal.
            command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1");
            let child = command
                .spawn()
                .map_err(|error| io::Error::new(error.kind(), format!("{words}: {error}")))?;
            match wait(child, start + self.limit)? {
                Some(status) if status.success() => {}
                Some(status) => return Ok(Some(format!("{words}: {status}"))),
                None => {
                    let limit = self.limit.as_secs();
                    return Ok(Some(format!("{words}: not done within {limit} s")));
                }
            }
        }
        Ok(None)
    }

    fn failed(&self, why: &str, seconds: f64, log: &str) -> Stop {
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(80)..].join("\n");
        let path = shown(&self.log_path());
        let name = self.name;
        Stop::Failed(format!(
            "{tail}\n\n── {name}: failed after {seconds:.1} s\n{why}\nThe whole log: {path}"
        ))
    }

    fn log_path(&self) -> PathBuf {
        let folder = target().join("logs");
        fs::create_dir_all(&folder).expect("Cargo just wrote to target/");
        folder.join(self.name.replace(' ', "-")).with_extension("log")
    }
}

/// Runs both steps at once, and waits for both.
pub fn beside(one: Step, other: Step) -> Result<(), Stop> {
    let other = thread::spawn(|| other.run());
    let one = one.run();
    let other = other.join().expect("a step does not panic");
    one.and(other)
}

/// Runs a command before the user's eyes.
pub fn show(command: &mut Command) -> Result<(), Stop> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::Failed(format!("{command:?}: {status}"))),
        Err(error) => Err(Stop::Failed(format!("{command:?}: {error}"))),
    }
}

/// How a test runner closes, if it ran anything.
fn counts_tests(line: &str) -> bool {
    line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed")
        || line.trim_start().starts_with("Tests  ")
}

fn words(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Waits until the child ends, or ends it and everything that it started.
fn wait(mut child: Child, until: Instant) -> io::Result<Option<ExitStatus>> {
    while Instant::now() < until {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let ids = family(child.id()).into_iter().map(|id| id.to_string());
    let _ = Command::new("kill").args(["-KILL"]).args(ids).status();
    child.wait()?;
    Ok(None)
}

/// The process and what descends from it, as Linux tells it.
fn family(id: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(child) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // After the name in parentheses come the state and the parent.
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
        if let Some(parent) = parent.and_then(|parent| parent.parse::<u32>().ok()) {
            parents.push((child, parent));
        }
    }
    let mut family = vec![id];
    let mut next = 0;
    while let Some(&member) = family.get(next) {
        family.extend(parents.iter().filter(|(_, parent)| *parent == member).map(|(id, _)| id));
        next += 1;
    }
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_says_what_it_said() {
        let why = failure(step("says no", 1, vec![shell("echo because; exit 3")]));
        assert!(why.contains("because") && why.contains("exit status: 3"), "{why}");
    }

    #[test]
    fn a_step_past_its_limit_ends_with_everything_it_started() {
        let mark = format!("86399.{}", std::process::id());
        let limit = Duration::from_millis(300);
        let commands = vec![shell(&format!("sleep {mark} & sleep {mark}; true"))];
        let why = failure(Step { limit, ..step("never ends", 1, commands) });
        assert!(why.contains("not done within"), "{why}");
        let alive = || {
            fs::read_dir("/proc").into_iter().flatten().flatten().any(|entry| {
                let words = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
                words == format!("sleep\0{mark}\0")
            })
        };
        // The system may take a moment to bury them.
        let patience = Instant::now() + Duration::from_secs(10);
        while alive() {
            assert!(Instant::now() < patience, "a sleep is still there");
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let why = failure(step("calls nobody", 1, vec![Command::new("no-such-program")]));
        assert!(why.contains("no-such-program"), "{why}");
    }

    #[test]
    fn a_step_of_tests_in_which_none_ran_fails() {
        let none = "echo 'test result: ok. 0 passed; 0 failed; 0 ignored'";
        let why = failure(tests("runs nothing", 1, vec![shell(none)]));
        assert!(why.contains("no test ran"), "{why}");
    }

    fn failure(step: Step) -> String {
        match step.run() {
            Err(Stop::Failed(why)) => why,
            _ => panic!("the step should fail"),
        }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }
}
