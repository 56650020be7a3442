//! Connections to SQLite: how a file is opened, transactions, and what its errors mean.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _, Row};

use crate::disk::Draft;
use crate::error::{Error, from_io};

/// What may be done to a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Written as a draft. Nobody else sees it, so it is synced once, at the end.
    Draft,
    /// Read and written.
    Write,
    /// Read only.
    Read,
}

/// An open file, and its name for errors.
pub struct Connection {
    inner: SqliteConnection,
    file: PathBuf,
    /// A transaction was begun and not seen to end: its future was dropped, or SQLite ended it by itself.
    in_doubt: bool,
}

impl Connection {
    /// Opens a file that is ours to judge: nothing that its schema says is run.
    pub async fn open(path: &Path, mode: Mode) -> Result<Self, Error> {
        Self::open_for(path, path, mode).await
    }

    /// Opens a draft, new or already begun. Errors name the file that it will be.
    pub async fn draft(draft: &Draft) -> Result<Self, Error> {
        Self::open_for(draft.path(), draft.target(), Mode::Draft).await
    }

    async fn open_for(path: &Path, file: &Path, mode: Mode) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(mode == Mode::Read)
            .create_if_missing(mode == Mode::Draft)
            .disable_statement_logging();
        let opened = SqliteConnection::connect_with(&options).await;
        let inner = opened.map_err(|cause| meant(file, cause))?;
        let mut connection = Self { inner, file: file.to_owned(), in_doubt: false };
        connection
            .run(
                "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; \
                 PRAGMA temp_store = MEMORY;",
            )
            .await?;
        if mode == Mode::Draft {
            connection.run("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;").await?;
        }
        Ok(connection)
    }

    /// A database that is in no file.
    pub async fn in_memory() -> Result<Self, Error> {
        let file = PathBuf::from(":memory:");
        let options = SqliteConnectOptions::new().in_memory(true).disable_statement_logging();
        let opened = SqliteConnection::connect_with(&options).await;
        let inner = opened.map_err(|cause| meant(&file, cause))?;
        Ok(Self { inner, file, in_doubt: false })
    }

    /// Makes every commit last: one file at rest, its journal and its folder synced before an answer.
    pub async fn make_durable(&mut self) -> Result<(), Error> {
        self.run("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;").await
    }

    /// The connection, for a single statement outside a transaction.
    pub async fn ask(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.settle().await?;
        Ok(&mut self.inner)
    }

    /// Begins a look: all that is read until its end is of one moment, whoever writes meanwhile.
    pub async fn look(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.begin_with("BEGIN").await
    }

    /// Begins a change.
    pub async fn begin(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.begin_with("BEGIN IMMEDIATE").await
    }

    /// Ends a look or a change: all of it is on the disk, or none of it.
    pub async fn end<T>(&mut self, done: sqlx::Result<T>) -> Result<T, Error> {
        let ended = match done {
            Ok(value) => self.run("COMMIT").await.map(|()| value),
            Err(cause) => Err(self.meant(cause)),
        };
        match ended {
            Ok(_) => self.in_doubt = false,
            // What failed already is the reason to tell; what is left in doubt is settled by the next who asks.
            Err(_) => drop(self.settle().await),
        }
        ended
    }

    /// Runs statements without an answer.
    pub async fn run(&mut self, statements: &str) -> Result<(), Error> {
        let ran = sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.inner).await;
        ran.map(drop).map_err(|cause| self.meant(cause))
    }

    /// Runs one of SQLite's own checks, whose first answer has to be this.
    pub async fn verify(&mut self, check: &'static str, good: &str) -> Result<(), Error> {
        let asked = sqlx::query(check).fetch_optional(self.ask().await?).await;
        let said = asked.and_then(|row| row.map_or(Ok(String::new()), |row| row.try_get(0)));
        match said.map_err(|cause| self.meant(cause))? {
            said if said == good => Ok(()),
            // A page that could not be read is told as if it were a finding.
            said => Err(match unread(&said) {
                Some(code) => meant_by(&self.file, code, &said),
                None => damaged(&self.file, "what it holds does not fit together", Some(&said)),
            }),
        }
    }

    /// Writes all of it into a draft, with no room left over in between.
    pub async fn copy_into(&mut self, draft: &Draft) -> Result<(), Error> {
        let Some(into) = draft.path().to_str() else {
            let cause = "its name or its folder's is not a text in UTF-8".to_owned();
            return Err(Error::NotWritable { file: draft.target().to_owned(), cause });
        };
        let copied = sqlx::query("VACUUM INTO ?").bind(into).execute(self.ask().await?).await;
        copied.map(drop).map_err(|cause| meant(draft.target(), cause))
    }

    /// Closes it and waits until it is closed.
    pub async fn close(self) -> Result<(), Error> {
        self.inner.close().await.map_err(|cause| meant(&self.file, cause))
    }

    /// The error that the file does not hold what it should.
    pub fn damaged(&self, found: impl AsRef<str>) -> Error {
        damaged(&self.file, found.as_ref(), None)
    }

    /// What an error means for this file.
    pub fn meant(&self, cause: sqlx::Error) -> Error {
        meant(&self.file, cause)
    }

    async fn begin_with(&mut self, statement: &str) -> Result<&mut SqliteConnection, Error> {
        self.settle().await?;
        self.in_doubt = true;
        self.run(statement).await?;
        Ok(&mut self.inner)
    }

    async fn settle(&mut self) -> Result<(), Error> {
        if self.in_doubt {
            // Where SQLite ended the transaction by itself there is none to roll back.
            let ended = sqlx::raw_sql("ROLLBACK").execute(&mut self.inner).await;
            let none = |cause: &sqlx::Error| code(cause) == Some(SQLITE_ERROR);
            match ended {
                Err(cause) if !none(&cause) => return Err(self.meant(cause)),
                _ => self.in_doubt = false,
            }
        }
        Ok(())
    }
}

/// SQLite's result codes that a shell acts on.
const SQLITE_ERROR: i32 = 1;
const SQLITE_BUSY: i32 = 5;
const SQLITE_NOMEM: i32 = 7;
const SQLITE_READONLY: i32 = 8;
const SQLITE_IOERR: i32 = 10;
const SQLITE_IOERR_SHORT_READ: i32 = SQLITE_IOERR | (2 << 8);
const SQLITE_IOERR_NOMEM: i32 = SQLITE_IOERR | (12 << 8);
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;
const SQLITE_SCHEMA: i32 = 17;
const SQLITE_NOTADB: i32 = 26;
const SQLITE_READONLY_ROLLBACK: i32 = SQLITE_READONLY | (3 << 8);
const SQLITE_READONLY_DBMOVED: i32 = SQLITE_READONLY | (4 << 8);
const SQLITE_READONLY_DIRECTORY: i32 = SQLITE_READONLY | (6 << 8);

/// What an error means for a file.
fn meant(path: &Path, cause: sqlx::Error) -> Error {
    let raw = cause.to_string();
    match cause {
        sqlx::Error::Io(cause) => from_io(path, &cause),
        // Our own words, of what a row should have held.
        sqlx::Error::Decode(found) => damaged(path, &found.to_string(), None),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::RowNotFound => {
            damaged(path, "a value in it is not of its kind", Some(&raw))
        }
        cause => match code(&cause) {
            Some(code) => meant_by(path, code, &raw),
            None => failed(path, "its reader ended", &raw),
        },
    }
}

/// What one of SQLite's codes means for a file. Its own words are for programmers: they are told in ours.
fn meant_by(path: &Path, code: i32, raw: &str) -> Error {
    let file = path.to_owned();
    let not_writable = |cause: &str| Error::NotWritable { file: file.clone(), cause: cause.into() };
    // Damage is what is seen to be: a backup in place of a sound file would cost somebody's work.
    match (code, code & 0xff) {
        (SQLITE_READONLY_DBMOVED, _) => Error::Missing { file },
        (SQLITE_READONLY_ROLLBACK, _) => {
            not_writable("its last change was broken off and has to be taken back first")
        }
        (SQLITE_READONLY_DIRECTORY, _) => not_writable("permission denied for its folder"),
        (_, SQLITE_READONLY) => not_writable("permission denied"),
        (_, SQLITE_CANTOPEN) => not_writable("nothing can be written beside it"),
        (SQLITE_IOERR_SHORT_READ, _) => damaged(path, "it ends before it should", Some(raw)),
        (_, SQLITE_BUSY) => Error::Locked { file },
        (_, SQLITE_FULL) => Error::Full { file },
        (SQLITE_IOERR_NOMEM, _) | (_, SQLITE_NOMEM) => failed(path, "there is no memory left", raw),
        (_, SQLITE_IOERR) => failed(path, "its disk reports an error", raw),
        (_, SQLITE_CORRUPT) => damaged(path, "parts of it are missing or overwritten", Some(raw)),
        // Our own statements are right: what SQLite cannot do with them is the file's.
        (_, SQLITE_ERROR | SQLITE_SCHEMA) => {
            damaged(path, "it does not hold what every project has", Some(raw))
        }
        (_, SQLITE_NOTADB) => damaged(path, "its beginning is overwritten", Some(raw)),
        _ => failed(path, &format!("SQLite reports its error {code}"), raw),
    }
}

/// SQLite's code in a finding of its checks that is a failure to read.
fn unread(finding: &str) -> Option<i32> {
    finding.rsplit_once("error code=")?.1.parse().ok()
}

/// What was found, in one line: parts of it come from the file and may be of any length.
fn damaged(path: &Path, found: &str, raw: Option<&str>) -> Error {
    let line = found.split_whitespace().collect::<Vec<_>>().join(" ");
    Error::Damaged {
        file: path.to_owned(),
        found: line.chars().take(200).collect(),
        raw: raw.map(ToOwned::to_owned),
    }
}

fn failed(path: &Path, cause: &str, raw: &str) -> Error {
    Error::Io { file: path.to_owned(), cause: cause.to_owned(), raw: Some(raw.to_owned()) }
}

/// SQLite's extended result code.
fn code(cause: &sqlx::Error) -> Option<i32> {
    cause.as_database_error()?.code()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_seen_to_be_damage_is_called_so() {
        let check = |code: i32, damage: bool, said: &str| {
            let error = meant_by(Path::new("desk.forebill"), code, "their words");
            assert_eq!(matches!(error, Error::Damaged { .. }), damage, "{code}: {error:?}");
            let shown = error.to_string();
            assert!(shown.contains(said) && !shown.contains("their words"), "{code}: {shown}");
        };
        check(SQLITE_CORRUPT, true, "parts of it are missing");
        check(SQLITE_CORRUPT | (2 << 8), true, "parts of it are missing");
        check(SQLITE_NOTADB, true, "its beginning is overwritten");
        check(SQLITE_ERROR, true, "what every project has");
        check(SQLITE_SCHEMA, true, "what every project has");
        check(SQLITE_IOERR_SHORT_READ, true, "it ends before it should");
        check(SQLITE_NOMEM, false, "there is no memory left");
        check(SQLITE_IOERR_NOMEM, false, "there is no memory left");
        check(SQLITE_IOERR, false, "its disk reports an error");
        // PERM, LOCKED, PROTOCOL, TOOBIG
        for code in [3, 6, 15, 18] {
            check(
                code,
                false,
                &format!("cannot be read or written: SQLite reports its error {code}"),
            );
        }
    }

    #[test]
    fn a_page_that_cannot_be_read_is_no_finding() {
        let finding =
            "*** in database main ***\nTree 2 page 2: unable to get the page. error code=";
        assert_eq!(unread(&format!("{finding}266")), Some(266));
        assert_eq!(unread(&format!("{finding}10")), Some(SQLITE_IOERR));
        assert_eq!(unread("Tree 4 page 7 cell 0: 2nd reference to page 9"), None);
        assert_eq!(unread("row 1 missing from index files_by_text"), None);
    }
}
