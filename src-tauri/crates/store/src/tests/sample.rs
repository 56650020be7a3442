//! Small projects, folders and a runtime.

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::Project;
use crate::snapshot::{Revision, Snapshot};

/// When everything in a test happens.
pub const AT: &str = "2026-11-22T16:00:00Z";

/// A folder that is gone with the test; in memory where there is such, as no test here can cut the power.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("the system has a folder for tests")
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

/// What lies in a folder, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it is there"));
    let mut names: Vec<_> =
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A project with three revisions that share a text; the last is the head.
pub async fn three_revisions(path: &Path) -> Project {
    let plan = |text| snapshot(text, &[("a", "same"), ("b", "same")]);
    let mut project = Project::create(path, "one", AT, &plan("plan 1")).await.expect("new");
    project.push("two", Some("field"), AT, &plan("plan 2")).await.expect("there is room");
    project.push("three", None, AT, &plan("plan 3")).await.expect("there is room");
    project
}

/// The same in a folder of its own, as `p.forebill`.
pub async fn three_in_a_folder() -> (tempfile::TempDir, PathBuf, Project) {
    let folder = folder();
    let path = folder.path().join("p.forebill");
    let project = three_revisions(&path).await;
    (folder, path, project)
}

/// All that an open project says of itself.
pub async fn dump(project: &mut Project) -> Vec<(Revision, Snapshot)> {
    let mut all = vec![];
    for revision in project.revisions().await.expect("readable") {
        let snapshot = project.load(revision.id).await.expect("readable");
        all.push((revision, snapshot.expect("it is listed")));
    }
    all
}
