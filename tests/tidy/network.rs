//! Nothing that ships can reach a network: the code for it is not linked.

use std::process::Command;

use super::sources::root;

const NETWORK: &[&str] = &[
    "reqwest",
    "hyper",
    "rustls",
    "native-tls",
    "openssl",
    "curl",
    "ureq",
    "sqlx-postgres",
    "sqlx-mysql",
];

#[test]
fn the_window_links_no_network_code() {
    links_no_network_code("desktop", "tauri");
}

#[test]
fn the_command_line_links_no_network_code() {
    links_no_network_code("forebill", "clap");
}

/// `known` is in the tree for certain: it shows that the tree was read.
fn links_no_network_code(package: &str, known: &str) {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", package, "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{lib}"])
        .current_dir(root())
        .output()
        .expect("Cargo runs this test");
    let tree = String::from_utf8_lossy(&tree.stdout);
    let links = |name: &str| tree.lines().any(|line| line == name.replace('-', "_"));
    assert!(links(known), "{package} links no {known}: {tree}");
    for name in NETWORK {
        assert!(!links(name), "{package} links {name}");
    }
}
