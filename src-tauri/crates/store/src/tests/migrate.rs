//! Older and newer files. There is one version yet, so tests bring further ones of their own.

use std::fs;

use super::sample::{AT, dump, names, run, snapshot, three_in_a_folder};
use crate::disk::beside;
use crate::error::{Error, Why};
use crate::project::{Access, Project};
use crate::version::{VERSIONS, Versions};

const FIRST: &str = VERSIONS.0[0];
const NEXT: Versions = Versions(&[
    FIRST,
    "CREATE TABLE notes (revision INTEGER REFERENCES revisions (id), text TEXT NOT NULL) STRICT;
     INSERT INTO notes (revision, text) SELECT id, label FROM revisions;",
    "ALTER TABLE notes ADD COLUMN by TEXT;",
]);
const BROKEN: Versions =
    Versions(&[FIRST, "UPDATE texts SET text = ''; SELECT nothing FROM none;"]);
const WRONG: Versions = Versions(&[
    FIRST,
    "PRAGMA defer_foreign_keys = ON; UPDATE head SET revision = 1; DELETE FROM head;",
]);

#[test]
fn an_older_file_is_led_to_the_newest_version_and_kept() {
    run(async {
        let (folder, path, mut project) = three_in_a_folder().await;
        let before = dump(&mut project).await;
        project.close().await.expect("closed");
        let bytes = fs::read(&path).expect("it is there");

        let mut newer = Project::open_of(&path, NEXT).await.expect("it can be led there");
        assert_eq!(newer.access(), &Access::Write);
        assert_eq!(dump(&mut newer).await, before);
        newer.push("four", None, AT, &snapshot("plan 4", &[])).await.expect("there is room");
        newer.check().await.expect("it is whole");
        newer.close().await.expect("closed");
        assert_eq!(names(folder.path()), ["p.forebill", "p.forebill.bak-v1"]);
        let old = fs::read(beside(&path, "", ".bak-v1")).expect("it is there");
        assert!(old == bytes, "the old file is kept as it was");

        // It is led there once, and today's program leaves it alone.
        Project::open_of(&path, NEXT).await.expect("it is there").close().await.expect("closed");
        let bytes = fs::read(&path).expect("it is there");
        let refused = Project::open(&path).await.err().expect("it is newer");
        assert!(matches!(refused, Error::Newer { theirs: 3, ours: 1, .. }), "{refused}");
        assert!(fs::read(&path).expect("it is there") == bytes, "a newer file is not touched");
        assert_eq!(names(folder.path()), ["p.forebill", "p.forebill.bak-v1"]);

        // The old file is itself a project, and a second one does not take its name.
        fs::rename(beside(&path, "", ".bak-v1"), &path).expect("it is there");
        fs::write(beside(&path, "", ".bak-v1"), "another").expect("writable");
        Project::open_of(&path, NEXT).await.expect("it is older").close().await.expect("closed");
        let left = ["p.forebill", "p.forebill.bak-v1", "p.forebill.bak-v1-2"];
        assert_eq!(names(folder.path()), left);
    });
}

#[test]
fn a_way_that_fails_leaves_the_old_file_in_its_place() {
    run(async {
        for versions in [BROKEN, WRONG] {
            let (folder, path, mut project) = three_in_a_folder().await;
            let before = dump(&mut project).await;
            project.close().await.expect("closed");
            let bytes = fs::read(&path).expect("it is there");
            let refused = Project::open_of(&path, versions).await.err();
            assert!(matches!(refused, Some(Error::Damaged { .. })), "{refused:?}");
            assert!(fs::read(&path).expect("it is there") == bytes, "the old file is as it was");
            assert_eq!(names(folder.path()), ["p.forebill"]);
            let mut again = Project::open(&path).await.expect("it is as it was");
            assert_eq!(dump(&mut again).await, before);
        }
    });
}

#[test]
fn an_older_file_that_somebody_has_open_waits() {
    run(async {
        let (_folder, path, project) = three_in_a_folder().await;
        let refused = Project::open_of(&path, NEXT).await.err();
        assert!(matches!(refused, Some(Error::Locked { .. })), "{refused:?}");
        let still = Project::open(&path).await.expect("it can be read");
        assert_eq!(still.access(), &Access::ReadOnly(Why::Locked));
        drop(project);
    });
}
