//! The project file: a plan's revisions in SQLite, kept through kills, full disks and damage.
//!
//! Nothing here knows what a plan says. Texts come in with a name and a time and go out the same; the rows that hold
//! them stay inside. Every change is one transaction: what was acknowledged is on the disk.

mod snapshot;

mod error;

mod disk;

mod lock;

mod sqlite;

mod version;

mod revisions;

mod migrate;

mod backup;

mod project;

#[cfg(test)]
mod tests;

pub use backup::{Backup, backups, restore};
pub use error::{Error, Why};
pub use project::{Access, Project};
pub use snapshot::{Revision, Snapshot};
