//! The home of one walk: empty at first, so that no walk finds what another left.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs, io};

/// The folder that Cargo builds in; this program runs from `debug/deps` in it.
pub fn target() -> PathBuf {
    let program = env::current_exe().expect("a running program has a path");
    program.ancestors().nth(3).expect("Cargo runs a test in target/debug/deps").to_owned()
}

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders up").to_owned()
}

/// Where a person keeps their things, and the program its own. There is one at a time: windows share
/// a display, a clipboard and a session bus.
pub struct Home {
    folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Home {
    /// An empty home.
    pub fn new(walk: &str) -> Self {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = target().join("window/homes").join(walk);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                panic!("{} cannot be emptied: {error}", folder.display())
            }
            _ => fs::create_dir_all(&folder).expect("target/ can be written to"),
        }
        let home = Self { folder, _turn: turn };
        home.write(".answers", "");
        home
    }

    /// The path of something in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file into it, with the folders that it lies in.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let folder = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("target/ can be written to");
        fs::write(&path, content).expect("target/ can be written to");
        path
    }

    /// Writes a program of a few lines of shell into it.
    pub fn script(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.write(name, format!("#!/bin/sh\n{lines}\n"));
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("it was just written");
        path
    }

    /// Says what the person picks in the next file dialog that nothing was said about yet.
    pub fn will_pick(&self, path: &Path) {
        let mut lines = fs::read_to_string(self.path(".answers")).expect("the answers are there");
        lines += &format!("{}\n", path.display());
        self.write(".answers", lines);
    }

    /// What a program started here finds in its environment.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("HOME", self.folder.clone()),
            ("XDG_DATA_HOME", self.path(".local/share")),
            ("XDG_CONFIG_HOME", self.path(".config")),
            ("XDG_CACHE_HOME", self.path(".cache")),
            ("XDG_STATE_HOME", self.path(".local/state")),
            ("FOREBILL_DIALOG", self.path(".answers")),
        ]
    }
}
