//! One open project file.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::backup::{self, Backup};
use crate::disk::{Draft, existing, wanted};
use crate::error::{Error, Why, plainly};
use crate::lock::{Lock, Refused, lock_to_replace};
use crate::migrate;
use crate::revisions::{self, Title, Which};
use crate::snapshot::{Revision, Snapshot};
use crate::sqlite::{Connection, Mode};
use crate::version::{Mark, VERSIONS, Versions};

/// An open project file. Every change is one transaction: what is answered is on the disk, what fails changed nothing,
/// and the project can be used on. Opening, copying and closing wait for the disk.
pub struct Project {
    path: PathBuf,
    access: Access,
    pub(crate) connection: Connection,
    /// Given back when the project is dropped, after the connection.
    _lock: Option<Lock>,
}

/// What may be done with an open project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everything. Nobody else writes to it.
    Write,
    /// Looking and copying.
    ReadOnly(Why),
}

impl Project {
    /// Makes a project file whose first revision is this one. A file that is there is never overwritten, and none is
    /// ever there by half.
    pub async fn create(
        path: &Path,
        label: &str,
        at: &str,
        first: &Snapshot,
    ) -> Result<Self, Error> {
        let free = || match path.symlink_metadata() {
            Ok(_) => Err(Error::AlreadyThere { file: path.to_owned() }),
            Err(_) => wanted(path),
        };
        let lock = lock_to_replace(&free()?)?;
        // Again, as somebody may have had the lock and made the file meanwhile.
        let path = free()?;
        place_new(&path, Title { label, field: None, at }, first).await?;
        Self::open_locked(path, lock, VERSIONS).await
    }

    /// Writes a project file whose only revision is this one. A file of that name is replaced whole, unless somebody has
    /// it open.
    pub async fn put(path: &Path, label: &str, at: &str, only: &Snapshot) -> Result<(), Error> {
        let path = wanted(path)?;
        let _lock = lock_to_replace(&path)?;
        place_new(&path, Title { label, field: None, at }, only).await
    }

    /// Opens a project file: for writing if nobody else does and the disk allows it, else for reading.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        Self::open_of(path, VERSIONS).await
    }

    /// Opens a project file to be looked at: it is neither locked nor changed, nor brought up to date.
    pub async fn look(path: &Path) -> Result<Self, Error> {
        let path = existing(path)?;
        Mark::of_bytes(&path)?.known(VERSIONS, &path)?;
        Self::reading(path, VERSIONS, Why::Looking).await
    }

    /// The file, without links on the way.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What may be done with it.
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// The revision that stands.
    pub async fn head(&mut self) -> Result<(Revision, Snapshot), Error> {
        let head = revisions::whole(self.connection.look().await?, Which::Head).await;
        let head = self.connection.end(head).await?;
        head.ok_or_else(|| self.connection.damaged("it has no revision that stands"))
    }

    /// All revisions, oldest first; those after the head have been undone.
    pub async fn revisions(&mut self) -> Result<Vec<Revision>, Error> {
        let all = revisions::all(self.connection.look().await?).await;
        self.connection.end(all).await
    }

    /// What a step back would undo.
    pub async fn undo_label(&mut self) -> Result<Option<String>, Error> {
        let undoes = revisions::undoes(self.connection.look().await?).await;
        self.connection.end(undoes).await
    }

    /// What a step forward would do again.
    pub async fn redo_label(&mut self) -> Result<Option<String>, Error> {
        let after = revisions::find(self.connection.look().await?, Which::After).await;
        Ok(self.connection.end(after).await?.map(|revision| revision.label))
    }

    /// What a revision holds, if there is such a one.
    pub async fn load(&mut self, id: i64) -> Result<Option<Snapshot>, Error> {
        let loaded = revisions::load(self.connection.look().await?, id).await;
        self.connection.end(loaded).await
    }

    /// A new revision after the head; what had been undone is dropped.
    pub async fn push(
        &mut self,
        label: &str,
        field: Option<&str>,
        at: &str,
        snapshot: &Snapshot,
    ) -> Result<Revision, Error> {
        let title = Title { label, field, at };
        let pushed = revisions::push(self.writable()?.begin().await?, title, snapshot).await;
        self.connection.end(pushed).await
    }

    /// New content for the head, as while somebody types on; what had been undone is dropped.
    pub async fn amend(
        &mut self,
        label: &str,
        at: &str,
        snapshot: &Snapshot,
    ) -> Result<Revision, Error> {
        let amended = revisions::amend(self.writable()?.begin().await?, label, at, snapshot).await;
        self.connection.end(amended).await
    }

    /// Undo: the revision before becomes the head. Nothing where there is none.
    pub async fn step_back(&mut self) -> Result<Option<(Revision, Snapshot)>, Error> {
        self.step(Which::Before).await
    }

    /// Redo: the revision after becomes the head. Nothing where there is none.
    pub async fn step_forward(&mut self) -> Result<Option<(Revision, Snapshot)>, Error> {
        self.step(Which::After).await
    }

    /// Makes any revision the head. Nothing where there is no such one.
    pub async fn go_to(&mut self, id: i64) -> Result<Option<(Revision, Snapshot)>, Error> {
        self.step(Which::Id(id)).await
    }

    /// Keeps a small value, as a page or a selection; `None` forgets it. No revision, so not undone.
    pub async fn keep(&mut self, key: &str, value: Option<&str>) -> Result<(), Error> {
        let set = revisions::set_kept(self.writable()?.begin().await?, key, value).await;
        self.connection.end(set).await
    }

    /// What was kept under a key.
    pub async fn kept(&mut self, key: &str) -> Result<Option<String>, Error> {
        let kept = revisions::kept(self.connection.look().await?, key).await;
        self.connection.end(kept).await
    }

    /// Writes a copy with all revisions. A file of that name is replaced whole, unless somebody has it open.
    pub async fn copy_to(&mut self, path: &Path) -> Result<(), Error> {
        let path = wanted(path)?;
        let _lock = lock_to_replace(&path)?;
        let draft = Draft::of(&path)?;
        self.connection.copy_into(&draft).await?;
        draft.place()
    }

    /// Copies it into a folder of backups, of which the newest ten of a project are kept.
    pub async fn back_up(&mut self, folder: &Path, at: &str) -> Result<Backup, Error> {
        backup::back_up(&mut self.connection, &self.path, folder, at).await
    }

    /// The long check: every page and index, every text against its hash, no text that nothing uses.
    pub async fn check(&mut self) -> Result<(), Error> {
        self.connection.verify("PRAGMA integrity_check(1)", "ok").await?;
        let checked = revisions::check(self.connection.look().await?).await;
        self.connection.end(checked).await
    }

    /// Closes the file and gives its lock back. Dropping does the same, without waiting for it.
    pub async fn close(self) -> Result<(), Error> {
        self.connection.close().await
    }

    /// Lets the file grow to so many pages and no further, as a full disk does: for tests.
    #[doc(hidden)]
    pub async fn limit_pages(&mut self, pages: u32) -> Result<(), Error> {
        self.connection.run(&format!("PRAGMA max_page_count = {pages}")).await
    }

    /// Opens a project file with a list of versions, which tests may choose.
    pub(crate) async fn open_of(path: &Path, versions: Versions) -> Result<Self, Error> {
        let path = existing(path)?;
        let why = match Lock::take(&path) {
            Ok(lock) => match File::options().append(true).open(&path) {
                Ok(_) => return Self::open_locked(path, lock, versions).await,
                Err(_) => Why::File,
            },
            Err(Refused::Held) => Why::Locked,
            Err(Refused::Folder(cause)) => Why::Folder(plainly(&cause)),
            Err(Refused::NoLocks(cause)) => Why::NoLocks(plainly(&cause)),
        };
        if why != Why::Locked {
            Mark::of_bytes(&path)?.known(versions, &path)?;
        }
        Self::reading(path, versions, why).await
    }

    async fn reading(path: PathBuf, versions: Versions, why: Why) -> Result<Self, Error> {
        let mut connection = Connection::open(&path, Mode::Read).await?;
        let version = Mark::of(&mut connection).await?.known(versions, &path)?;
        versions.check(&mut connection, version).await?;
        if version < versions.newest() {
            if why == Why::Locked {
                return Err(Error::Locked { file: path });
            }
            let cause = "an older Forebill wrote it, and it has to be brought up to date first";
            return Err(Error::NotWritable { file: path, cause: cause.to_owned() });
        }
        Self::opened(Self { path, access: Access::ReadOnly(why), connection, _lock: None }).await
    }

    async fn open_locked(path: PathBuf, lock: Lock, versions: Versions) -> Result<Self, Error> {
        let version = Mark::of_bytes(&path)?.known(versions, &path)?;
        let mut connection = Connection::open(&path, Mode::Write).await?;
        versions.check(&mut connection, version).await?;
        if version < versions.newest() {
            connection = migrate::migrate(&path, connection, versions, version).await?;
        }
        connection.make_durable().await?;
        Self::opened(Self { path, access: Access::Write, connection, _lock: Some(lock) }).await
    }

    /// A project whose head can be read.
    async fn opened(mut project: Self) -> Result<Self, Error> {
        project.head().await?;
        Ok(project)
    }

    async fn step(&mut self, to: Which) -> Result<Option<(Revision, Snapshot)>, Error> {
        let stepped = revisions::step(self.writable()?.begin().await?, to).await;
        self.connection.end(stepped).await
    }

    fn writable(&mut self) -> Result<&mut Connection, Error> {
        match &self.access {
            Access::Write => Ok(&mut self.connection),
            Access::ReadOnly(why) => {
                Err(Error::ReadOnly { file: self.path.clone(), why: why.clone() })
            }
        }
    }
}

/// Puts a new project in its place; its lock is held.
async fn place_new(path: &Path, title: Title<'_>, first: &Snapshot) -> Result<(), Error> {
    let draft = Draft::of(path)?;
    let mut file = Connection::draft(&draft).await?;
    VERSIONS.lead(&mut file, 0, VERSIONS.newest()).await?;
    let pushed = revisions::push(file.begin().await?, title, first).await;
    file.end(pushed).await?;
    file.close().await?;
    draft.place()
}
