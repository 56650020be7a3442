//! `cargo xtask doctor`: what is missing on this machine, or too old, and what to do.

use crate::machine::{self, TESTS, WINDOW};
use crate::step::Stop;

/// Looks at everything and changes nothing.
pub fn doctor() -> Result<(), Stop> {
    let findings = [
        ("rust", machine::rust()),
        ("node", machine::node()),
        ("window", packages(WINDOW)),
        ("tests", packages(TESTS)),
    ];
    for (subject, finding) in &findings {
        let (mark, text) = match finding {
            Ok(text) => ("ok", text),
            Err(text) => ("NO", text),
        };
        println!("{mark}  {subject:<8}{text}");
    }
    let display = if machine::has_display() {
        "there is one: `cargo xtask run` opens the window"
    } else {
        "none: `cargo xtask run` works the sample out on the command line"
    };
    println!("    display {display}");
    match findings.iter().filter(|(_, finding)| finding.is_err()).count() {
        0 => Ok(()),
        wrong => Err(Stop::Failed(format!("{wrong} of {} are not as needed.", findings.len()))),
    }
}

fn packages(wanted: &[&'static str]) -> Result<String, String> {
    let missing = machine::missing(wanted);
    if missing.is_empty() {
        return Ok(format!("{} packages", wanted.len()));
    }
    Err(format!("As root: {}", machine::apt_line("", &missing)))
}
