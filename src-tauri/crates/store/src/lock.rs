//! One writer a file: a hidden file beside it, locked as long as it is open for writing.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::disk::beside;
use crate::error::{Error, from_io};

/// The right to write to one file. Dropped, it is given back; a killed program gives it back too.
pub struct Lock {
    path: PathBuf,
    /// Held open: the system ends the lock with it.
    file: File,
}

/// So often somebody else may give the lock back at the very moment in which it is taken.
const TRIES: usize = 100;

/// Why there is no lock.
pub enum Refused {
    /// Somebody has it.
    Held,
    /// No file can be made beside it.
    Folder(std::io::Error),
    /// The disk knows no locks.
    NoLocks(std::io::Error),
}

impl Lock {
    /// Takes the lock of a file, or says why not; never waits.
    pub fn take(of: &Path) -> Result<Self, Refused> {
        let path = beside(of, ".", ".lock");
        for _ in 0..TRIES {
            let file = File::options().create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(Refused::Folder)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(Refused::Held),
                Err(TryLockError::Error(cause)) => return Err(Refused::NoLocks(cause)),
            }
            // Whoever had it may have removed it between the two lines above: then this is a lock on nothing.
            if is_still(&file, &path) {
                return Ok(Self { path, file });
            }
        }
        Err(Refused::Held)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is held, so that nobody removes another's. Elsewhere than on Unix it stays and is taken again.
        if cfg!(unix) {
            fs::remove_file(&self.path).ok();
        }
        self.file.unlock().ok();
    }
}

/// The lock of a place where a file is to be put.
pub fn lock_to_replace(path: &Path) -> Result<Lock, Error> {
    Lock::take(path).map_err(|refused| match refused {
        Refused::Held => Error::Locked { file: path.to_owned() },
        Refused::Folder(cause) | Refused::NoLocks(cause) => from_io(path, &cause),
    })
}

#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: &fs::Metadata, b: &fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(held), Ok(named)) if same(&held, &named))
}

#[cfg(not(unix))]
fn is_still(_: &File, _: &Path) -> bool {
    true
}
