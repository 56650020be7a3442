//! Files put in their place whole: written beside it, synced, renamed, the folder synced.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, from_io};

/// Where an existing project is, without links on the way: what is renamed and locked is the file itself.
pub fn existing(path: &Path) -> Result<PathBuf, Error> {
    let real = fs::canonicalize(path).map_err(|cause| from_io(path, &cause))?;
    let kind = fs::metadata(&real).map_err(|cause| from_io(path, &cause))?;
    // A pipe or a device could be waited on for ever.
    match kind.is_file() {
        true => Ok(real),
        false => Err(Error::NotAProject { file: path.to_owned() }),
    }
}

/// Where a project is or will be: its folder has to be there.
pub fn wanted(path: &Path) -> Result<PathBuf, Error> {
    match existing(path) {
        Err(Error::Missing { .. }) => {}
        found => return found,
    }
    let whole = std::path::absolute(path).map_err(|cause| from_io(path, &cause))?;
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(Error::NotAProject { file: path.to_owned() });
    };
    let real = fs::canonicalize(folder).map_err(|cause| from_io(folder, &cause))?;
    match real.is_dir() {
        true => Ok(real.join(name)),
        false => {
            let cause = "it is not a folder".to_owned();
            Err(Error::NotWritable { file: folder.to_owned(), cause })
        }
    }
}

/// A file beside another: what stands before and after its name.
pub fn beside(path: &Path, before: &str, after: &str) -> PathBuf {
    let mut name = OsString::from(before);
    name.push(path.file_name().unwrap_or_default());
    name.push(after);
    path.with_file_name(name)
}

/// A file on its way: beside its place, gone when it is dropped before it got there.
pub struct Draft {
    path: PathBuf,
    target: PathBuf,
}

impl Draft {
    /// A name beside the target. Whoever holds the target's lock is alone with it, so what lies there is a rest.
    pub fn of(target: &Path) -> Result<Self, Error> {
        let draft = Self { path: beside(target, ".", ".part"), target: target.to_owned() };
        draft.clear().map_err(|cause| from_io(target, &cause))?;
        Ok(draft)
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it goes.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Puts it in its place.
    pub fn place(self) -> Result<(), Error> {
        let placed = sync(&self.path)
            .and_then(|()| set_companions_aside(&self.target))
            .and_then(|()| fs::rename(&self.path, &self.target))
            .and_then(|()| sync_folder(&self.target));
        placed.map_err(|cause| from_io(&self.target, &cause))
    }

    fn clear(&self) -> std::io::Result<()> {
        for path in companions(&self.path).iter().chain([&self.path]) {
            match fs::remove_file(path) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause),
                _ => {}
            }
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A rest that cannot be removed harms nobody; the next draft takes its place.
        self.clear().ok();
    }
}

/// What SQLite keeps beside a file while it is changed: its journal, and the log that other programs may use instead.
/// It belongs to this one file and would be played into any other that takes its place.
pub fn companions(path: &Path) -> [PathBuf; 2] {
    [beside(path, "", "-journal"), beside(path, "", "-wal")]
}

/// The first name beside a file that is not taken: `after`, then `after-2`, …
pub fn free_name(path: &Path, after: &str) -> PathBuf {
    let numbered = (2..).map(|number| beside(path, "", &format!("{after}-{number}")));
    let mut names = std::iter::once(beside(path, "", after)).chain(numbered);
    let taken = |path: &Path| path.symlink_metadata().is_ok();
    let free = |name: &PathBuf| !taken(name) && !companions(name).iter().any(|one| taken(one));
    names.find(free).expect("numbers do not end")
}

/// Moves a file's companions to where they are another's, if there are any.
pub fn move_companions(path: &Path, to: &Path) -> std::io::Result<()> {
    for (from, to) in companions(path).into_iter().zip(companions(to)) {
        move_if_there(&from, &to)?;
    }
    Ok(())
}

/// Gives a file a second name, so that its first can be taken over without a moment in which neither is there.
pub fn keep_as(path: &Path, name: &Path) -> std::io::Result<()> {
    // Some disks know no second names.
    fs::hard_link(path, name).or_else(|_| fs::copy(path, name).and_then(|_| sync(name)))
}

/// Waits until what was written to a file is on its disk.
pub fn sync(path: &Path) -> std::io::Result<()> {
    File::options().write(true).open(path)?.sync_all()
}

/// Waits until the names in a file's folder are on their disk.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn set_companions_aside(path: &Path) -> std::io::Result<()> {
    companions(path).iter().try_for_each(|one| move_if_there(one, &free_name(one, ".old")))
}

fn move_if_there(from: &Path, to: &Path) -> std::io::Result<()> {
    match fs::rename(from, to) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
