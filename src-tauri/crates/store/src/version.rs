//! Versions of the file: what marks a project, the scripts that lead from one version to the next, the schema they end in.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sqlx::{AssertSqlSafe, Row};

use crate::error::{Error, from_io};
use crate::sqlite::Connection;

/// `Fbil`, which marks a SQLite file as a project.
pub const APPLICATION_ID: u32 = 0x4662_696c;

/// Scripts by version: the first makes an empty project, each other one leads from the version before to its own.
#[derive(Clone, Copy)]
pub struct Versions(pub &'static [&'static str]);

/// The versions that this program knows.
pub const VERSIONS: Versions = Versions(&[include_str!("../migrations/1.sql")]);

impl Versions {
    /// The newest.
    pub fn newest(self) -> u32 {
        u32::try_from(self.0.len()).expect("there are few versions")
    }

    /// Leads a file from one version to another; version 0 is an empty file.
    pub async fn lead(self, file: &mut Connection, from: u32, to: u32) -> Result<(), Error> {
        let scripts = (1..).zip(self.0).skip(from as usize).take((to - from) as usize);
        for (version, script) in scripts {
            let marked = format!(
                "{script}\n;PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};"
            );
            let led = sqlx::raw_sql(AssertSqlSafe(marked)).execute(file.begin().await?).await;
            file.end(led.map(drop)).await?;
        }
        Ok(())
    }

    /// Refuses a file whose tables are not those of its version, or whose pages or rows do not hold together.
    pub async fn check(self, file: &mut Connection, version: u32) -> Result<(), Error> {
        let mut model = Connection::in_memory().await?;
        self.lead(&mut model, 0, version).await?;
        // The schema before anything else: no statement of ours then meets a trigger or a view.
        let (theirs, ours) = (schema(file).await?, schema(&mut model).await?);
        model.close().await?;
        let strange = theirs.iter().find(|part| !ours.contains(part));
        let missing = ours.iter().find(|part| !theirs.contains(part));
        if let Some(part) = strange {
            return Err(file.damaged(format!("it holds what no project has, {}", part.name)));
        }
        if let Some(part) = missing {
            return Err(file.damaged(format!("it lacks what every project has, {}", part.name)));
        }
        file.verify("PRAGMA quick_check(1)", "ok").await?;
        file.verify("PRAGMA foreign_key_check", "").await?;
        Ok(())
    }
}

/// What a file says that it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    application: u32,
    version: u32,
}

impl Mark {
    /// As its first bytes have it, without SQLite: a newer file is not touched. Only for who holds the file's lock: on
    /// Unix, closing a file ends the locks that this same program has on it.
    pub fn of_bytes(path: &Path) -> Result<Self, Error> {
        const MAGIC: &[u8] = b"SQLite format 3\0";
        let mut header = Vec::new();
        let read = File::open(path).and_then(|file| file.take(100).read_to_end(&mut header));
        read.map_err(|cause| from_io(path, &cause))?;
        let number = |at: usize| {
            let bytes = header.get(at..at + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        // How SQLite may write and read it: by a journal beside it or, where somebody else has had it, by a log.
        let strange = header.get(18..20).is_some_and(|ways| ways.iter().any(|way| *way > 2));
        match (number(60), number(68)) {
            (_, Some(APPLICATION_ID)) if strange => {
                let found = "its header asks for what no SQLite can do".to_owned();
                Err(Error::Damaged { file: path.to_owned(), found, raw: None })
            }
            (Some(version), Some(application)) if header.starts_with(MAGIC) => {
                Ok(Self { application, version })
            }
            _ => Err(Error::NotAProject { file: path.to_owned() }),
        }
    }

    /// As SQLite reads it.
    pub async fn of(file: &mut Connection) -> Result<Self, Error> {
        let mut numbers = [0; 2];
        for (number, pragma) in
            numbers.iter_mut().zip(["PRAGMA application_id", "PRAGMA user_version"])
        {
            let asked = sqlx::query_scalar::<_, i64>(pragma).fetch_one(file.ask().await?).await;
            *number = asked.map_err(|cause| file.meant(cause))? as u32;
        }
        let [application, version] = numbers;
        Ok(Self { application, version })
    }

    /// The version, if the file is a project and these versions know it.
    pub fn known(self, versions: Versions, path: &Path) -> Result<u32, Error> {
        let (file, ours, theirs) = (path.to_owned(), versions.newest(), self.version);
        match theirs {
            _ if self.application != APPLICATION_ID => Err(Error::NotAProject { file }),
            0 => Err(Error::Damaged { file, found: "it has no version".to_owned(), raw: None }),
            _ if theirs > ours => Err(Error::Newer { file, theirs, ours }),
            _ => Ok(theirs),
        }
    }
}

/// A table, index, view or trigger, as it was written.
#[derive(PartialEq)]
struct Part {
    kind: String,
    name: String,
    table: String,
    sql: Option<String>,
}

async fn schema(file: &mut Connection) -> Result<Vec<Part>, Error> {
    let query = sqlx::query("SELECT type, name, tbl_name, sql FROM sqlite_schema");
    let asked = query.fetch_all(file.ask().await?).await;
    let part = |row: sqlx::sqlite::SqliteRow| {
        Ok(Part {
            kind: row.try_get(0)?,
            name: row.try_get(1)?,
            table: row.try_get(2)?,
            sql: row.try_get(3)?,
        })
    };
    let parts: sqlx::Result<Vec<Part>> =
        asked.and_then(|rows| rows.into_iter().map(part).collect());
    parts.map_err(|cause| file.meant(cause))
}
