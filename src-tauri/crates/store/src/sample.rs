//! Small snapshots, a folder and a runtime, for tests alone.

use crate::snapshot::Snapshot;

/// When everything in a test happens.
pub const AT: &str = "2026-11-22T16:00:00Z";

/// A folder that is gone with the test.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the system has a folder for tests")
}

/// Waits for the work.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("the system can start threads").block_on(work)
}

/// A plan with named texts.
pub fn snapshot(plan: &str, files: &[(&str, &str)]) -> Snapshot {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect();
    Snapshot { format: 1, plan: plan.to_owned(), files }
}
