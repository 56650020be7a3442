//! The project's own files, as the walls read them.

use std::fs;
use std::path::{Path, PathBuf};

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file from the project's folder.
pub fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a folder with one of these endings, by its path from the project's folder.
pub fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !["target", "node_modules", "dist", "gen"].contains(&&*name) {
                folders.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path.strip_prefix(root()).expect("it is below the root").to_owned());
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "there is nothing to look at in {folder}");
    found
}

/// What ships of a Rust file: without its tests, which stand last, and without comments.
pub fn shipped(path: &Path) -> String {
    if is_of_tests(path) {
        return String::new();
    }
    let text = read(path);
    let mut code = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            // A file of tests is named in one line; tests below the code are the rest of the file.
            match lines.next() {
                Some(named) if named.ends_with(';') => continue,
                _ => break,
            }
        }
        if !line.trim_start().starts_with("//") {
            code += line;
            code += "\n";
        }
    }
    code
}

/// Whether the module is named under `#[cfg(test)]` beside it.
fn is_of_tests(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    ["mod.rs", "lib.rs", "main.rs"].iter().any(|parent| {
        let parent = fs::read_to_string(root().join(path).with_file_name(parent));
        parent.is_ok_and(|parent| parent.contains(&format!("#[cfg(test)]\nmod {name};")))
    })
}

/// What a manifest lists under a heading such as `dependencies`.
pub fn listed(manifest: &str, heading: &str) -> Vec<String> {
    let text = read(manifest);
    let lines = text.lines().skip_while(|line| *line != format!("[{heading}]")).skip(1);
    let names = lines.take_while(|line| !line.starts_with('[')).filter_map(|line| {
        let name = line.split(['.', '=', ' ']).next()?;
        (!name.is_empty() && !name.starts_with('#')).then(|| name.to_owned())
    });
    names.collect()
}

/// The manifests of the workspace's packages.
pub fn manifests() -> Vec<String> {
    let mut manifests = vec!["Cargo.toml".to_owned()];
    for folder in ["src-tauri", "tests"] {
        let below = files(folder, &["Cargo.toml"]);
        manifests.extend(below.iter().map(|path| path.display().to_string()));
    }
    manifests
}
