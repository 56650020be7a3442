//! Nothing leaves this computer: the system calls of the window and all that it starts, as strace sees them.

use std::fs;
use std::path::Path;

use crate::driver::program;
use crate::home::Home;
use crate::program::Program;
use crate::walk::Walk;

/// The calls that make a socket, or name where it leads.
const TRACE: &str = "strace -f -qq -e trace=socket,bind,connect,sendto,sendmsg,listen";

#[test]
fn a_window_left_alone_has_no_socket_of_a_network() {
    let home = Home::new("network-alone");
    let traced = home.script("traced", &lines(&home.path("calls")));
    let mut window = Program::start(&traced, &home);
    window.until_usable();
    window.end();
    assert_eq!(sockets(&home.path("calls")), [""; 0]);
}

/// The web view listens for its driver on one port of this computer, and calls itself there.
#[test]
fn a_driven_window_talks_to_its_driver_alone() {
    let walk = Walk::new("network-driven");
    let calls = walk.home().path("calls");
    let traced = walk.home().script("traced", &lines(&calls));
    walk.by(traced).go(crate::first::person);
    let found = sockets(&calls);
    let port =
        found.iter().find_map(|call| call.strip_prefix("bind ")).expect("it waits for the driver");
    let drivers_own =
        ["socket AF_INET".to_owned(), format!("bind {port}"), format!("connect {port}")];
    let others: Vec<_> = found.iter().filter(|call| !drivers_own.contains(call)).collect();
    assert!(port.starts_with("127.0.0.1:") && others.is_empty(), "{found:#?}");
    let made = found.iter().filter(|call| *call == "socket AF_INET").count();
    assert_eq!(found.len(), 2 * made, "every socket is bound or connected: {found:#?}");
}

fn lines(calls: &Path) -> String {
    format!("exec {TRACE} -o '{}' '{}' \"$@\"", calls.display(), program().display())
}

/// What was done with sockets of a network: `socket AF_INET`, `connect 127.0.0.1:80`.
fn sockets(calls: &Path) -> Vec<String> {
    let calls = fs::read_to_string(calls).expect("strace wrote what it saw (apt: strace)");
    assert!(calls.contains("AF_UNIX"), "strace saw nothing: {calls}");
    calls.lines().filter_map(socket).collect()
}

fn socket(line: &str) -> Option<String> {
    let family = ["AF_INET6", "AF_INET"].into_iter().find(|family| line.contains(family))?;
    let call = line.split_once('(')?.0.rsplit(' ').next()?;
    let between = |from: &str, to: char| Some(line.split_once(from)?.1.split_once(to)?.0);
    let host = between("inet_addr(\"", '"').or_else(|| between("inet_pton(AF_INET6, \"", '"'));
    let place = match (host, between("_port=htons(", ')')) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        _ => family.to_owned(),
    };
    Some(format!("{call} {place}"))
}

#[test]
fn calls_are_read_as_strace_writes_them() {
    let check = |line: &str, expected: Option<&str>| {
        assert_eq!(socket(line).as_deref(), expected);
    };
    check("13 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 14", Some("socket AF_INET"));
    check(
        "13 connect(23, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EINPROGRESS",
        Some("connect 127.0.0.1:80"),
    );
    check(
        "7 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), \
         inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, 28) = 0",
        Some("connect ::1:443"),
    );
    check("7 socket(AF_UNIX, SOCK_STREAM, 0) = 3", None);
}
