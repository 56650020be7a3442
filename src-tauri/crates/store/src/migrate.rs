//! From an older version to the newest: a copy is led there and put in the old file's place, which is kept.

use std::path::Path;

use crate::disk::{Draft, free_name, keep_as};
use crate::error::{Error, from_io};
use crate::sqlite::{Connection, Mode, meant};
use crate::version::Versions;

/// Leads a checked file to the newest version; whoever calls holds its lock. The old file stays as `NAME.bak-vN`.
pub async fn migrate(
    path: &Path,
    mut old: Connection,
    versions: Versions,
    from: u32,
) -> Result<Connection, Error> {
    let draft = Draft::of(path)?;
    copy(&mut old, &draft).await?;
    old.close().await?;
    let mut new = Connection::open(draft.path(), Mode::New).await?;
    versions.lead(&mut new, from, versions.newest()).await?;
    versions.check(&mut new, versions.newest()).await?;
    new.close().await?;
    let name = free_name(path, &format!(".bak-v{from}"));
    keep_as(path, &name).map_err(|cause| from_io(&name, &cause))?;
    draft.place()?;
    Connection::open(path, Mode::Write).await
}

/// Writes all of a file into a draft, with nothing left over in between.
pub async fn copy(file: &mut Connection, draft: &Draft) -> Result<(), Error> {
    let Some(into) = draft.path().to_str() else {
        let cause = "its name or its folder's is not a text in UTF-8".to_owned();
        return Err(Error::NotWritable { file: draft.target().to_owned(), cause });
    };
    let copied = sqlx::query("VACUUM INTO ?").bind(into).execute(file.ask().await?).await;
    copied.map(drop).map_err(|cause| meant(draft.target(), cause))
}
