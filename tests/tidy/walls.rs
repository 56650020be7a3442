//! Heavy libraries enter through one door each, and no float where money is counted.

use super::sources::{files, listed, manifests, read, shipped};

#[test]
fn heavy_libraries_have_one_door() {
    for (library, door) in [
        ("tauri", "src-tauri/Cargo.toml"),
        ("clap", "Cargo.toml"),
        ("plotters", "src-tauri/crates/report/Cargo.toml"),
        ("rust_xlsxwriter", "src-tauri/crates/report/Cargo.toml"),
        ("tiktoken-rs", "src-tauri/crates/prompt/Cargo.toml"),
        ("tokio", "src-tauri/crates/app/Cargo.toml"),
        ("serde-saphyr", "src-tauri/crates/app/Cargo.toml"),
    ] {
        let users: Vec<String> = manifests()
            .into_iter()
            .filter(|manifest| listed(manifest, "dependencies").iter().any(|name| name == library))
            .collect();
        assert_eq!(users, [door], "who depends on {library}");
    }
}

#[test]
fn only_one_file_of_the_page_knows_the_shell() {
    let knowing: Vec<_> = files("ui/src", &[".ts", ".svelte"])
        .into_iter()
        .filter(|path| read(path).contains("\"@tauri-apps"))
        .collect();
    assert_eq!(knowing, [std::path::Path::new("ui/src/host/tauri.ts")]);
}

#[test]
fn the_page_puts_no_text_in_as_markup() {
    for path in files("ui/src", &[".svelte"]) {
        assert!(!read(&path).contains("{@html"), "{}", path.display());
    }
}

#[test]
fn money_prices_and_ledgers_meet_no_float() {
    for path in files("src-tauri/crates/cost/src", &[".rs"]) {
        let shown = path.display().to_string();
        let room = shown.trim_start_matches("src-tauri/crates/cost/src/");
        let exact = ["book", "price.rs", "ledger", "budget", "variance"];
        if exact.iter().any(|name| room.starts_with(name)) {
            let code = shipped(&path);
            assert!(!code.contains("f64") && !code.contains("f32"), "a float in {shown}");
        }
    }
    // A quantity of the workings is the one float that money takes in.
    let money = shipped("src-tauri/crates/cost/src/money.rs".as_ref());
    let taking: Vec<&str> = money.lines().filter(|line| line.contains(": f64")).collect();
    assert_eq!(taking.len(), 1, "{taking:?}");
    assert!(taking[0].contains("fn from_workings"), "{taking:?}");
}
