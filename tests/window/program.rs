//! The window as a person starts it, driven by nobody.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use crate::driver::PATIENCE;
use crate::home::Home;
use crate::processes;

/// The running program.
pub struct Program {
    process: Child,
    started: Instant,
    usable: Receiver<Instant>,
}

impl Program {
    /// Starts it in a home. What it says besides goes where this test's goes.
    pub fn start(program: &Path, home: &Home) -> Self {
        Self::run(Command::new(program), home)
    }

    /// Starts it in a home, before a screen of its own.
    pub fn start_before(screen: &Screen, program: &Path, home: &Home) -> Self {
        let mut command = Command::new(program);
        command.env("DISPLAY", screen.display());
        Self::run(command, home)
    }

    fn run(mut command: Command, home: &Home) -> Self {
        let started = Instant::now();
        let mut process = command
            .envs(home.environment())
            .env("FOREBILL_TRACE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the window is built");
        let says = BufReader::new(process.stderr.take().expect("it is piped"));
        let (tell, usable) = channel();
        thread::spawn(move || {
            for line in says.lines().map_while(Result::ok) {
                if line.starts_with("usable after ") {
                    let _ = tell.send(Instant::now());
                } else {
                    eprintln!("{line}");
                }
            }
        });
        Self { process, started, usable }
    }

    /// Waits until a person can use it; how many milliseconds that took from its start.
    pub fn until_usable(&self) -> f64 {
        let usable = self.usable.recv_timeout(PATIENCE).expect("the page says when it can be used");
        (usable - self.started).as_secs_f64() * 1000.0
    }

    /// The memory of all its processes, in kilobytes, each with its name.
    pub fn memory(&self) -> Vec<(String, u64)> {
        processes::memory_of_all(self.process.id())
    }

    /// Ends it and all that it started.
    pub fn end(&mut self) {
        if !matches!(self.process.try_wait(), Ok(None)) {
            return;
        }
        for id in processes::family(self.process.id()).into_iter().rev() {
            let _ = Command::new("kill").arg("-KILL").arg(id.to_string()).status();
        }
        let _ = self.process.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

/// A screen on which nothing else takes the keyboard.
pub struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// Starts its server.
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed (apt: xvfb)");
        let mut display = String::new();
        let says = server.stdout.take().expect("it is piped");
        BufReader::new(says).read_line(&mut display).expect("it says its number");
        Self { server, display: format!(":{}", display.trim()) }
    }

    /// Its name, as `:7`.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
