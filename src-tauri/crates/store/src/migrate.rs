//! From an older version to the newest: a copy is led there and put in the old file's place, which is kept.

use std::path::Path;

use crate::disk::{Draft, free_name, keep_as};
use crate::error::{Error, from_io};
use crate::revisions::{self, Which};
use crate::sqlite::{Connection, Mode};
use crate::version::Versions;

/// Leads a checked file to the newest version; whoever calls holds its lock. The old file stays as `NAME.bak-vN`.
pub async fn migrate(
    path: &Path,
    mut old: Connection,
    versions: Versions,
    from: u32,
) -> Result<Connection, Error> {
    let draft = Draft::of(path)?;
    old.copy_into(&draft).await?;
    old.close().await?;
    let mut new = Connection::draft(&draft).await?;
    versions.lead(&mut new, from, versions.newest()).await?;
    versions.check(&mut new, versions.newest()).await?;
    let head = revisions::whole(new.look().await?, Which::Head).await;
    if new.end(head).await?.is_none() {
        return Err(new.damaged("on the way to its new version it lost the revision that stands"));
    }
    new.close().await?;
    let name = free_name(path, &format!(".bak-v{from}"));
    keep_as(path, &name).map_err(|cause| from_io(&name, &cause))?;
    draft.place()?;
    Connection::open(path, Mode::Write).await
}
