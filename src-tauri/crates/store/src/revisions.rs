//! The list of revisions in its tables: texts once by their hash, one of the revisions the head.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Result, Row};

use crate::snapshot::{Revision, Snapshot};

/// What a new revision is called, before it has an id.
#[derive(Clone, Copy)]
pub struct Title<'a> {
    /// What was done.
    pub label: &'a str,
    /// The field that it was done in.
    pub field: Option<&'a str>,
    /// When.
    pub at: &'a str,
}

/// Which revision is meant.
#[derive(Clone, Copy)]
pub enum Which {
    /// The one that stands.
    Head,
    /// The one before it.
    Before,
    /// The one after it, which was undone.
    After,
    /// The one with this id.
    Id(i64),
}

/// All of them, oldest first.
pub async fn all(file: &mut SqliteConnection) -> Result<Vec<Revision>> {
    let rows = sqlx::query("SELECT id, label, field, at FROM revisions ORDER BY id");
    rows.fetch_all(file).await?.iter().map(revision).collect()
}

/// One of them, if there is such a one.
pub async fn find(file: &mut SqliteConnection, which: Which) -> Result<Option<Revision>> {
    let query = match which {
        Which::Head => sqlx::query(
            "SELECT id, label, field, at FROM revisions WHERE id = (SELECT revision FROM head)",
        ),
        Which::Before => sqlx::query(
            "SELECT id, label, field, at FROM revisions WHERE id < (SELECT revision FROM head) \
             ORDER BY id DESC LIMIT 1",
        ),
        Which::After => sqlx::query(
            "SELECT id, label, field, at FROM revisions WHERE id > (SELECT revision FROM head) \
             ORDER BY id LIMIT 1",
        ),
        Which::Id(id) => {
            sqlx::query("SELECT id, label, field, at FROM revisions WHERE id = ?").bind(id)
        }
    };
    query.fetch_optional(file).await?.as_ref().map(revision).transpose()
}

/// One of them with what it holds, if there is such a one.
pub async fn whole(
    file: &mut SqliteConnection,
    which: Which,
) -> Result<Option<(Revision, Snapshot)>> {
    let Some(revision) = find(&mut *file, which).await? else { return Ok(None) };
    let snapshot = load(file, revision.id).await?;
    let snapshot = snapshot.ok_or_else(|| wrong("a revision has lost its plan"))?;
    Ok(Some((revision, snapshot)))
}

/// Makes another revision the head, if there is such a one. It is read first: a damaged one never becomes the head.
pub async fn step(
    file: &mut SqliteConnection,
    which: Which,
) -> Result<Option<(Revision, Snapshot)>> {
    let found = whole(&mut *file, which).await?;
    if let Some((revision, _)) = &found {
        set_head(file, revision.id).await?;
    }
    Ok(found)
}

/// What a step back would undo: the head, if something stands before it.
pub async fn undoes(file: &mut SqliteConnection) -> Result<Option<String>> {
    let before = find(&mut *file, Which::Before).await?;
    let head = find(file, Which::Head).await?;
    Ok(before.and(head).map(|revision| revision.label))
}

/// Whether every revision can be read, and every text is used.
pub async fn check(file: &mut SqliteConnection) -> Result<()> {
    for revision in all(&mut *file).await? {
        load(&mut *file, revision.id).await?;
    }
    let unused: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM texts WHERE NOT EXISTS (SELECT 1 FROM revisions WHERE plan = texts.id) \
         AND NOT EXISTS (SELECT 1 FROM files WHERE text = texts.id)",
    )
    .fetch_one(file)
    .await?;
    match unused {
        0 => Ok(()),
        _ => Err(wrong("it holds texts that no revision uses")),
    }
}

/// What a revision holds, if there is such a one; every text is held against its hash.
pub async fn load(file: &mut SqliteConnection, id: i64) -> Result<Option<Snapshot>> {
    let plan = sqlx::query(
        "SELECT sha256, text, format FROM revisions JOIN texts ON texts.id = plan \
         WHERE revisions.id = ?",
    );
    let Some(plan) = plan.bind(id).fetch_optional(&mut *file).await? else { return Ok(None) };
    let names = sqlx::query(
        "SELECT sha256, texts.text, name FROM files JOIN texts ON texts.id = files.text \
         WHERE revision = ?",
    );
    let names = names.bind(id).fetch_all(file).await?;
    let named = |row: &SqliteRow| Ok((row.try_get(2)?, text(row)?.into()));
    let files = names.iter().map(named).collect::<Result<BTreeMap<String, Arc<str>>>>()?;
    let format = u32::try_from(plan.try_get::<i64, _>(2)?);
    let format = format.map_err(|_| wrong("a revision has a format that is no number of one"))?;
    Ok(Some(Snapshot { format, plan: text(&plan)?.to_owned(), files }))
}

/// A new revision after the head, and the head; what had been undone is dropped.
pub async fn push(
    file: &mut SqliteConnection,
    title: Title<'_>,
    snapshot: &Snapshot,
) -> Result<Revision> {
    let unused = drop_undone(&mut *file).await?;
    let plan = keep(&mut *file, &snapshot.plan).await?;
    let added = sqlx::query(
        "INSERT INTO revisions (label, field, at, format, plan) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(title.label)
    .bind(title.field)
    .bind(title.at)
    .bind(snapshot.format)
    .bind(plan)
    .execute(&mut *file)
    .await?;
    let id = added.last_insert_rowid();
    add_files(&mut *file, id, &snapshot.files).await?;
    set_head(&mut *file, id).await?;
    drop_unused(&mut *file, unused).await?;
    head(file).await
}

/// Other content and another name for the head; what had been undone is dropped.
pub async fn amend(
    file: &mut SqliteConnection,
    label: &str,
    at: &str,
    snapshot: &Snapshot,
) -> Result<Revision> {
    let mut unused = drop_undone(&mut *file).await?;
    let id = head(&mut *file).await?.id;
    unused.extend(texts_from(&mut *file, id).await?);
    let plan = keep(&mut *file, &snapshot.plan).await?;
    sqlx::query("UPDATE revisions SET label = ?, at = ?, format = ?, plan = ? WHERE id = ?")
        .bind(label)
        .bind(at)
        .bind(snapshot.format)
        .bind(plan)
        .bind(id)
        .execute(&mut *file)
        .await?;
    sqlx::query("DELETE FROM files WHERE revision = ?").bind(id).execute(&mut *file).await?;
    add_files(&mut *file, id, &snapshot.files).await?;
    drop_unused(&mut *file, unused).await?;
    head(file).await
}

/// Keeps a value under a key, or forgets the key.
pub async fn set_kept(file: &mut SqliteConnection, key: &str, value: Option<&str>) -> Result<()> {
    let set = match value {
        Some(value) => sqlx::query("INSERT OR REPLACE INTO kept (key, value) VALUES (?, ?)")
            .bind(key)
            .bind(value),
        None => sqlx::query("DELETE FROM kept WHERE key = ?").bind(key),
    };
    set.execute(file).await.map(drop)
}

/// What was kept under a key.
pub async fn kept(file: &mut SqliteConnection, key: &str) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT value FROM kept WHERE key = ?").bind(key).fetch_optional(file).await
}

/// The one that stands. Every project has one.
async fn head(file: &mut SqliteConnection) -> Result<Revision> {
    find(file, Which::Head).await?.ok_or_else(|| wrong("it has no revision that stands"))
}

/// Makes a revision the one that stands.
async fn set_head(file: &mut SqliteConnection, id: i64) -> Result<()> {
    let set = sqlx::query("INSERT OR REPLACE INTO head (one, revision) VALUES (1, ?)");
    set.bind(id).execute(file).await.map(drop)
}

/// Drops what comes after the head, and answers the texts that were used there.
async fn drop_undone(file: &mut SqliteConnection) -> Result<Vec<i64>> {
    let Some(next) = find(&mut *file, Which::After).await? else { return Ok(vec![]) };
    let used = texts_from(&mut *file, next.id).await?;
    sqlx::query("DELETE FROM revisions WHERE id >= ?").bind(next.id).execute(file).await?;
    Ok(used)
}

/// The texts of a revision and of all after it.
async fn texts_from(file: &mut SqliteConnection, id: i64) -> Result<Vec<i64>> {
    let texts = sqlx::query_scalar(
        "SELECT plan FROM revisions WHERE id >= ?1 \
         UNION SELECT text FROM files WHERE revision >= ?1",
    );
    texts.bind(id).fetch_all(file).await
}

/// Removes those of these texts that no revision uses any more.
async fn drop_unused(file: &mut SqliteConnection, texts: Vec<i64>) -> Result<()> {
    for text in texts {
        sqlx::query(
            "DELETE FROM texts WHERE id = ?1 \
             AND NOT EXISTS (SELECT 1 FROM revisions WHERE plan = ?1) \
             AND NOT EXISTS (SELECT 1 FROM files WHERE text = ?1)",
        )
        .bind(text)
        .execute(&mut *file)
        .await?;
    }
    Ok(())
}

async fn add_files(
    file: &mut SqliteConnection,
    revision: i64,
    files: &BTreeMap<String, Arc<str>>,
) -> Result<()> {
    for (name, text) in files {
        let text = keep(&mut *file, text).await?;
        sqlx::query("INSERT INTO files (revision, name, text) VALUES (?, ?, ?)")
            .bind(revision)
            .bind(name)
            .bind(text)
            .execute(&mut *file)
            .await?;
    }
    Ok(())
}

/// The number of a text that is now there once.
async fn keep(file: &mut SqliteConnection, text: &str) -> Result<i64> {
    let hash = Sha256::digest(text).to_vec();
    let known = sqlx::query_scalar("SELECT id FROM texts WHERE sha256 = ?").bind(&*hash);
    if let Some(known) = known.fetch_optional(&mut *file).await? {
        return Ok(known);
    }
    let added = sqlx::query("INSERT INTO texts (sha256, text) VALUES (?, ?)").bind(hash).bind(text);
    Ok(added.execute(file).await?.last_insert_rowid())
}

fn revision(row: &SqliteRow) -> Result<Revision> {
    Ok(Revision {
        id: row.try_get(0)?,
        label: row.try_get(1)?,
        field: row.try_get(2)?,
        at: row.try_get(3)?,
    })
}

/// A text that is still what it was when its hash was taken.
fn text(row: &SqliteRow) -> Result<&str> {
    let (hash, text): (&[u8], &str) = (row.try_get(0)?, row.try_get(1)?);
    match Sha256::digest(text)[..] == *hash {
        true => Ok(text),
        false => Err(wrong("a text is not what was written")),
    }
}

fn wrong(found: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(found.into())
}
