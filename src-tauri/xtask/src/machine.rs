//! What this machine has: Rust, Node, Debian packages; and how to get what it has not.

use std::env;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::place::root;
use crate::step::Stop;

/// What the window is built with.
pub const WINDOW: &[&str] =
    &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "fonts-dejavu-core"];

/// What the tests need besides: a display to open the window on, and an office to open workbooks in.
pub const TESTS: &[&str] = &[
    "dbus",
    "xvfb",
    "xauth",
    "webkit2gtk-driver",
    "iproute2",
    "strace",
    "xdotool",
    "libreoffice-calc-nogui",
    "python3",
    "python3-openpyxl",
];

/// Debian packages that are wanted and not there, and how they get here.
pub struct Missing {
    packages: Vec<&'static str>,
    sudo: bool,
}

impl Missing {
    /// Looks, and settles with the user how they are installed. Root needs no question; with sudo
    /// the user is asked; else there is one line to hand to somebody who may.
    pub fn settle(wanted: &[&'static str]) -> Result<Self, Stop> {
        let packages = missing(wanted);
        if packages.is_empty() || is_root() {
            return Ok(Self { packages, sudo: false });
        }
        if found("sudo") && io::stdin().is_terminal() && asked(&apt_line("sudo ", &packages)) {
            return Ok(Self { packages, sudo: true });
        }
        let line = apt_line("", &packages);
        Err(Stop::Cannot(format!("Packages are missing. As root, run:\n{line}")))
    }

    /// The commands that install them; none if nothing is missing.
    pub fn commands(&self) -> Vec<Command> {
        if self.packages.is_empty() {
            return Vec::new();
        }
        let mut update = self.apt();
        update.arg("update");
        let mut install = self.apt();
        install.args(["install", "-y", "--no-install-recommends"]).args(&self.packages);
        vec![update, install]
    }

    fn apt(&self) -> Command {
        let mut apt = Command::new(if self.sudo { "sudo" } else { "env" });
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
        apt
    }
}

/// The packages among these that dpkg does not call installed. On other systems, none: their
/// package managers are not ours to call.
pub fn missing(wanted: &[&'static str]) -> Vec<&'static str> {
    if !found("dpkg-query") {
        return Vec::new();
    }
    let there = said(Command::new("dpkg-query").args(["-W", "-f", "${Status} ${Package}\n"]));
    let installed = |package: &&str| {
        there.lines().any(|line| line.strip_prefix("install ok installed ") == Some(package))
    };
    wanted.iter().copied().filter(|package| !installed(package)).collect()
}

/// The one line to type for these packages.
pub fn apt_line(before: &str, packages: &[&str]) -> String {
    let names = packages.join(" ");
    format!("{before}apt-get update && {before}apt-get install -y --no-install-recommends {names}")
}

/// What is wrong with Node or npm, and what to do about it.
pub fn node() -> Result<String, String> {
    let advice =
        "Install Node 20.19 or newer, with npm (https://nodejs.org, or your system's packages).";
    let node = said(Command::new("node").arg("--version"));
    let Some(version) = version(&node) else {
        return Err(format!("Node is missing. {advice}"));
    };
    // What the page's build asks for: 20.19 and on, 22.12 and on, not the odd ones between.
    let good = matches!(version, (20, 19..) | (22, 12..) | (23.., _));
    if !good {
        return Err(format!("Node {} is too old. {advice}", node.trim()));
    }
    let npm = said(Command::new("npm").arg("--version"));
    if npm.is_empty() {
        return Err(format!("npm is missing. {advice}"));
    }
    Ok(format!("Node {}, npm {}", node.trim(), npm.trim()))
}

/// What is wrong with Rust, and what to do about it.
pub fn rust() -> Result<String, String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap_or_default();
    let wanted = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let wanted = wanted.unwrap_or_default().trim_matches('"');
    let rustc = said(Command::new("rustc").arg("--version"));
    if version(&rustc) < version(wanted) {
        let there = rustc.trim();
        return Err(format!("Rust {wanted} is needed, here is `{there}`. Run `rustup update`."));
    }
    for (program, part) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !found(program) {
            return Err(format!("{part} is missing. Run `rustup component add {part}`."));
        }
    }
    Ok(rustc.trim().into())
}

/// Whether a window can be opened.
pub fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|it| !it.is_empty()))
}

/// Whether this is root.
pub fn is_root() -> bool {
    said(Command::new("id").arg("-u")).trim() == "0"
}

/// The page's packages from its lock file; nothing to do when they are what it says.
pub fn page_packages() -> Vec<Command> {
    let ui = root().join("ui");
    let (lock, done) = (ui.join("package-lock.json"), ui.join("node_modules/installed-lock.json"));
    if fs::read(&lock).ok() == fs::read(&done).ok() {
        return Vec::new();
    }
    let mut mark = Command::new("cp");
    mark.args([lock, done]);
    vec![crate::place::npm("ci"), mark]
}

fn asked(line: &str) -> bool {
    print!("Packages are missing. Run this now?\n{line}\n[Y/n] ");
    let mut answer = String::new();
    let heard = io::stdout().flush().and_then(|()| io::stdin().lock().read_line(&mut answer));
    let yes = matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes");
    // The password is asked for now, while somebody is looking.
    heard.is_ok_and(|bytes| bytes > 0)
        && yes
        && Command::new("sudo").arg("-v").status().is_ok_and(|status| status.success())
}

fn found(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| Path::new(&folder).join(program).is_file())
}

/// What a program prints; nothing if it is not there or fails.
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success());
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The first two numbers of "v20.20.2" or "rustc 1.95.0 (…)".
fn version(text: &str) -> Option<(u32, u32)> {
    let word = text.split_whitespace().find(|word| word.contains('.'))?;
    let mut numbers = word.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_programs_print_them() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version("1.90"), Some((1, 90)));
        assert_eq!(version(""), None);
    }
}
