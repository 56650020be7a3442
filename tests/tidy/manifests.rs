//! Arrows between crates, and the one door of each heavy library, as the manifests have them.

use toml::{Table, Value};

use super::place::{assert_none, read};

/// Every package of the house, and those of the house that it may use. Floor 1 first.
const HOUSE: &[(&str, &[&str])] = &[
    ("cost", &[]),
    ("prompt", &["cost"]),
    ("intake", &["cost"]),
    ("report", &["cost"]),
    ("store", &["cost"]),
    ("app", &["cost", "prompt", "intake", "report", "store"]),
    ("desktop", &["app"]),
    ("forebill", &["app"]),
    ("xtask", &[]),
    ("window", &[]),
];

/// A word in the names of heavy libraries, and the one package that may use them.
const DOORS: &[(&str, &str)] = &[
    ("tauri", "desktop"),
    ("sqlx", "store"),
    ("plotters", "report"),
    ("xlsxwriter", "report"),
    ("tiktoken", "prompt"),
    ("clap", "forebill"),
    ("saphyr", "app"),
    ("yaml", "app"),
    ("tokio", "app"),
];

/// A second door of a heavy library: one of the price books that are read is YAML.
const SECOND_DOORS: &[(&str, &str)] = &[("saphyr", "intake")];

/// Uses for tests alone, which ship nothing.
const FOR_TESTS: &[(&str, &str)] =
    &[("saphyr", "cost"), ("saphyr", "forebill"), ("tokio", "store"), ("tokio", "window")];

#[test]
fn crates_use_only_what_lies_below_them() {
    assert_none(&arrows(&packages()));
}

#[test]
fn heavy_libraries_come_in_by_one_door() {
    assert_none(&doors(&packages()));
}

/// It is what a newcomer waits for first.
#[test]
fn xtask_uses_the_standard_library_only() {
    let packages = packages();
    let xtask = packages.iter().find(|package| package.name == "xtask").expect("xtask is there");
    let say = |used: &Used| format!("{}: do without {}.", used.at, used.name);
    assert_none(&xtask.uses.iter().map(say).collect::<Vec<_>>());
}

/// The programs that people and tests start, and the libraries: the file each begins with.
pub fn roots() -> Vec<String> {
    let mut found = vec![];
    for folder in members() {
        let inside = |path: &str| match &*folder {
            "." => path.to_owned(),
            folder => format!("{folder}/{path}"),
        };
        let manifest = parsed(&read(&inside("Cargo.toml")));
        let usual = ["src/lib.rs", "src/main.rs", "build.rs"].map(str::to_owned);
        let named = ["bin", "test", "bench"].into_iter().filter_map(|kind| manifest.get(kind));
        let named = named.filter_map(Value::as_array).flatten();
        let named = named.filter_map(|target| Some(target.get("path")?.as_str()?.to_owned()));
        let paths = usual.into_iter().chain(named).map(|path| inside(&path));
        found.extend(paths.filter(|path| super::place::root().join(path).is_file()));
    }
    found
}

struct Package {
    name: String,
    path: String,
    uses: Vec<Used>,
}

struct Used {
    name: String,
    for_tests: bool,
    at: String,
}

fn packages() -> Vec<Package> {
    let path = |folder: String| match &*folder {
        "." => "Cargo.toml".to_owned(),
        folder => format!("{folder}/Cargo.toml"),
    };
    members().into_iter().map(path).map(|path| package(&path, &read(&path))).collect()
}

fn members() -> Vec<String> {
    let manifest = parsed(&read("Cargo.toml"));
    let members = manifest["workspace"]["members"].as_array().expect("members are a list");
    let folders = members.iter().map(|member| member.as_str().expect("a folder").to_owned());
    [".".to_owned()].into_iter().chain(folders).collect()
}

fn parsed(text: &str) -> Table {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn package(path: &str, text: &str) -> Package {
    let manifest = parsed(text);
    let name = manifest["package"]["name"].as_str().expect("a package has a name").to_owned();
    let mut uses = listed(path, text, &manifest);
    let targets = manifest.get("target").and_then(Value::as_table);
    for target in targets.into_iter().flat_map(Table::values).filter_map(Value::as_table) {
        uses.extend(listed(path, text, target));
    }
    Package { name, path: path.to_owned(), uses }
}

/// What stands under `[dependencies]` and its like.
fn listed(path: &str, text: &str, manifest: &Table) -> Vec<Used> {
    let mut found = vec![];
    for heading in ["dependencies", "build-dependencies", "dev-dependencies"] {
        let Some(table) = manifest.get(heading).and_then(Value::as_table) else { continue };
        for (key, value) in table {
            let line = line_of(text, heading, key);
            let renamed = value.get("package").and_then(Value::as_str);
            found.push(Used {
                name: renamed.unwrap_or(key).to_owned(),
                for_tests: heading == "dev-dependencies",
                at: format!("{path}:{line}"),
            });
        }
    }
    found
}

/// Where a key stands below its heading, which may be one for a single target.
fn line_of(text: &str, heading: &str, key: &str) -> usize {
    let (whole, of_target) = (format!("[{heading}]"), format!(".{heading}]"));
    let is_heading =
        |line: &str| line == whole || (line.starts_with("[target") && line.ends_with(&of_target));
    let is_key =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', '.', '=']));
    let mut below = text.lines().enumerate().skip_while(|(_, line)| !is_heading(line));
    below.find(|(_, line)| is_key(line)).map_or(1, |(at, _)| at + 1)
}

fn arrows(packages: &[Package]) -> Vec<String> {
    let mut findings = vec![];
    for Package { name, path, uses } in packages {
        let Some((_, allowed)) = HOUSE.iter().find(|(known, _)| known == name) else {
            findings.push(format!("{path}: {name} has no floor. Give it a line in HOUSE."));
            continue;
        };
        for used in uses.iter().filter(|used| !used.for_tests) {
            let of_the_house = HOUSE.iter().any(|(known, _)| *known == used.name);
            if of_the_house && !allowed.contains(&&*used.name) {
                let (at, used) = (&used.at, &used.name);
                findings.push(format!(
                    "{at}: {used} does not lie below {name}. Go through a crate that may."
                ));
            }
        }
    }
    findings
}

fn doors(packages: &[Package]) -> Vec<String> {
    let mut findings = vec![];
    for package in packages {
        for used in &package.uses {
            let mut words = used.name.split(['-', '_']);
            let door = words.find_map(|word| DOORS.iter().find(|(library, _)| *library == word));
            let Some((library, door)) = door else { continue };
            let tested = used.for_tests && FOR_TESTS.contains(&(library, &package.name));
            let second = SECOND_DOORS.contains(&(library, &package.name));
            if *door != package.name && !second && !tested {
                let (at, used) = (&used.at, &used.name);
                findings.push(format!("{at}: {used} comes in by {door} alone. Ask that crate."));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: fn(&[Package]) -> Vec<String>, manifest: &str, expected: &[&str]) {
        assert_eq!(found(&[package("x/Cargo.toml", manifest)]), expected);
    }

    #[test]
    fn an_arrow_upwards_or_sideways_is_found() {
        let manifest = |name: &str, heading: &str| {
            format!(
                "[package]\nname = \"{name}\"\n[{heading}]\ncost.workspace = true\nreport.workspace = true"
            )
        };
        let sideways =
            "x/Cargo.toml:5: report does not lie below intake. Go through a crate that may.";
        check(arrows, &manifest("intake", "dependencies"), &[sideways]);
        check(arrows, &manifest("intake", "target.'cfg(unix)'.dependencies"), &[sideways]);
        check(arrows, &manifest("intake", "dev-dependencies"), &[]);
        check(arrows, &manifest("app", "dependencies"), &[]);
        let unknown = "x/Cargo.toml: attic has no floor. Give it a line in HOUSE.";
        check(arrows, &manifest("attic", "dependencies"), &[unknown]);
    }

    #[test]
    fn a_second_door_is_found() {
        let manifest = |name: &str, heading: &str, line: &str| {
            format!("[package]\nname = \"{name}\"\n\n[{heading}]\n{line}")
        };
        let plotters = "x/Cargo.toml:5: plotters-svg comes in by report alone. Ask that crate.";
        check(doors, &manifest("app", "dependencies", "plotters-svg = \"0.3\""), &[plotters]);
        check(doors, &manifest("report", "dependencies", "plotters-svg = \"0.3\""), &[]);
        let renamed = "yaml = { package = \"serde-saphyr\", version = \"2\" }";
        let saphyr = "x/Cargo.toml:5: serde-saphyr comes in by app alone. Ask that crate.";
        check(doors, &manifest("cost", "dependencies", renamed), &[saphyr]);
        check(doors, &manifest("intake", "dependencies", renamed), &[]);
        check(doors, &manifest("cost", "dev-dependencies", renamed), &[]);
    }
}
