//! How the window is walked through: on a display, a session bus and a network of their own.

use std::process::Command;

use crate::machine::is_root;
use crate::place::{cargo, root};

/// Fails with advice where nobody may make a network of their own.
pub fn without_network() -> Command {
    let mut check = Command::new("sh");
    check.args(["-c", "\"$@\" || { echo \"$ADVICE\"; exit 1; }", "sh"]);
    check.args(alone()).arg("true").env("ADVICE", ADVICE);
    check
}

/// The walks through the release window, with these words behind their program. There is no network
/// but the loopback, on which the driver listens.
pub fn walks(words: &str) -> Command {
    let mut walks = Command::new(alone()[0]);
    walks.args(&alone()[1..]);
    walks.args(["sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]);
    walks.args(["xvfb-run", "--auto-servernum", "--server-args=-screen 0 1280x800x24"]);
    walks.args(["dbus-run-session", "--"]);
    let cargo = cargo("test --offline -p window");
    walks.arg(cargo.get_program()).args(cargo.get_args()).current_dir(root());
    if !words.is_empty() {
        walks.arg("--").args(words.split_whitespace());
    }
    // The plainest language there is: the web view calls it "C", which no page expects.
    walks.env_remove("LC_ALL").env("LANG", "C").env("NO_AT_BRIDGE", "1").env("GDK_BACKEND", "x11");
    walks.env_remove("WAYLAND_DISPLAY");
    walks
}

/// What starts a program in a network namespace of its own. Who is not root there becomes it, which
/// changes nothing outside.
fn alone() -> &'static [&'static str] {
    if is_root() { &["unshare", "--net"] } else { &["unshare", "--net", "--map-root-user"] }
}

const ADVICE: &str = "\
This user may not make a network namespace, in which the walks prove that nothing leaves the computer.
Run the tests as root, or let users make namespaces: sysctl kernel.unprivileged_userns_clone=1,
on Ubuntu also sysctl kernel.apparmor_restrict_unprivileged_userns=0.";
