//! Real texts to count: what is installed on this machine, by kind, some megabytes of each. None ships.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::{cargo_home, root, target};
use crate::step::Stop;

/// Manual pages in Chinese and Japanese.
pub const PACKAGES: &[&str] = &["manpages-zh", "manpages-ja"];

const MOST_BYTES: usize = 5_000_000;

/// More of one file would be most of a kind.
const MOST_OF_FILE_BYTES: usize = 1_000_000;

/// The folder of the texts, one file for each kind: `english`, `code`, `json`, `cjk`.
pub fn gathered() -> Result<PathBuf, Stop> {
    let folder = target().join("texts");
    let cannot = |error: std::io::Error| Stop::Cannot(format!("{}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(cannot)?;
    let sources = cargo_home().join("registry/src");
    let modules = root().join("ui/node_modules");
    let pages = Path::new("/usr/share/man");
    // Public price books, where the handbook is at hand.
    let prices = root().join("../shared/data");
    let json = if prices.is_dir() { vec![prices] } else { vec![modules.clone()] };
    let kinds: [(&str, Vec<PathBuf>, &[&str]); 4] = [
        ("english", vec![sources.clone()], &["md"]),
        ("code", vec![sources, modules], &["rs", "ts", "py", "c"]),
        ("json", json, &["json"]),
        ("cjk", ["zh_CN", "zh_TW", "ja"].map(|language| pages.join(language)).into(), &["gz"]),
    ];
    for (kind, folders, endings) in kinds {
        let file = folder.join(kind);
        if file.is_file() {
            continue;
        }
        let text = of_files(&folders, endings);
        if text.len() < MOST_BYTES / 5 {
            let length = text.len();
            return Err(Stop::Cannot(format!("There are only {length} bytes of {kind} here.")));
        }
        fs::write(file, text).map_err(cannot)?;
    }
    Ok(folder)
}

/// The texts of the files with these endings, of each folder its share.
fn of_files(folders: &[PathBuf], endings: &[&str]) -> String {
    let mut text = String::new();
    for (index, folder) in folders.iter().enumerate() {
        let most = MOST_BYTES * (index + 1) / folders.len();
        for file in files(folder, endings) {
            if text.len() >= most {
                break;
            }
            let file = read(&file).unwrap_or_default();
            let ends = (0..=file.len().min(MOST_OF_FILE_BYTES)).rev();
            text.extend(ends.filter_map(|end| file.get(..end)).next());
        }
    }
    text
}

/// The files below a folder, in the order of their names.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let (mut files, mut folders) = (vec![], vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
            match entry.metadata() {
                Ok(it) if it.is_dir() => folders.push(path),
                Ok(_) if endings.contains(&ending) => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// A file's text; nothing where it is not text.
fn read(file: &Path) -> Option<String> {
    let bytes = if file.extension() == Some(OsStr::new("gz")) {
        Command::new("gzip").args(["-dc"]).arg(file).output().ok()?.stdout
    } else {
        fs::read(file).ok()?
    };
    String::from_utf8(bytes).ok()
}
