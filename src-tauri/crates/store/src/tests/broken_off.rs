//! What a killed program leaves: a change half written, its journal, its lock, a draft.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::Row;

use super::sample::{AT, dump, folder, names, run, snapshot, three_in_a_folder, three_revisions};
use crate::disk::{beside, companions};
use crate::error::Error;
use crate::project::{Access, Project};
use crate::sqlite::{Connection, Mode};

#[test]
fn a_change_that_was_broken_off_is_taken_back_when_it_is_opened() {
    run(async {
        let (_folder, path, mut project) = three_in_a_folder().await;
        let before = dump(&mut project).await;
        project.close().await.expect("closed");
        let killed = break_off(&path).await;
        // The disk of somebody who may only read cannot take it back.
        let mut reader = Connection::open(&killed, Mode::Read).await.expect("it is there");
        let refused =
            reader.verify("PRAGMA quick_check(1)", "ok").await.expect_err("half a change");
        assert!(matches!(refused, Error::NotWritable { .. }), "{refused:?}");
        assert!(refused.to_string().contains("broken off"), "{refused}");
        reader.close().await.expect("closed");

        let mut opened = Project::open(&killed).await.expect("it can be taken back");
        assert_eq!(opened.access(), &Access::Write);
        assert_eq!(dump(&mut opened).await, before);
        opened.check().await.expect("it is whole");
        opened.push("four", None, AT, &snapshot("plan 4", &[])).await.expect("there is room");
        opened.close().await.expect("closed");
        assert!(!journal(&killed).exists());
    });
}

/// The journal goes with its file, or it would be played into the one that takes its place.
#[test]
fn a_journal_meets_no_other_file() {
    run(async {
        let (folder, path, mut project) = three_in_a_folder().await;
        let backup = project.back_up(&folder.path().join("backups"), AT).await.expect("room");
        let before = dump(&mut project).await;
        project.close().await.expect("closed");
        let killed = break_off(&path).await;
        crate::restore(&backup.file, &killed).await.expect("the backup is whole");
        let mut restored = Project::open(&killed).await.expect("it is whole");
        assert_eq!(dump(&mut restored).await, before);
        restored.close().await.expect("closed");
        // What was replaced is still all there: its journal takes the change back.
        let kept = beside(&killed, "", ".replaced");
        assert!(journal(&kept).exists());
        let mut kept = Project::open(&kept).await.expect("it can be taken back");
        assert_eq!(dump(&mut kept).await, before);

        // A project that is made where only a journal was left.
        let killed = break_off(&path).await;
        fs::remove_file(&killed).expect("it is there");
        let first = snapshot("new", &[]);
        let mut made = Project::create(&killed, "new", AT, &first).await.expect("nothing is there");
        assert_eq!(made.head().await.expect("a head").1, first);
        made.check().await.expect("it is whole");
        assert!(beside(&journal(&killed), "", ".old").exists(), "nothing is deleted");
    });
}

#[test]
fn rests_of_a_killed_program_are_no_obstacle() {
    run(async {
        let folder = folder();
        let path = folder.path().join("p.forebill");
        for rest in [".p.forebill.lock", ".p.forebill.part", ".p.forebill.part-journal"] {
            fs::write(folder.path().join(rest), "a rest").expect("the folder can be written to");
        }
        let project = three_revisions(&path).await;
        assert_eq!(names(folder.path()), [".p.forebill.lock", "p.forebill"]);
        project.close().await.expect("closed");
        assert_eq!(names(folder.path()), ["p.forebill"]);
        fs::write(folder.path().join(".p.forebill.lock"), "")
            .expect("the folder can be written to");
        let opened = Project::open(&path).await.expect("it is a project");
        assert_eq!(opened.access(), &Access::Write);
    });
}

#[test]
fn a_commit_is_on_the_disk_before_it_is_answered() {
    run(async {
        let (_folder, _, mut project) = three_in_a_folder().await;
        for (pragma, value) in [
            ("PRAGMA journal_mode", "delete"),
            ("PRAGMA synchronous", "3"), // EXTRA: the folder too
            ("PRAGMA foreign_keys", "1"),
            ("PRAGMA trusted_schema", "0"),
            ("PRAGMA cell_size_check", "1"),
            ("PRAGMA mmap_size", "0"),
        ] {
            let asked =
                sqlx::query(pragma).fetch_one(project.connection.ask().await.expect("open")).await;
            let row = asked.expect("a pragma");
            let text: Result<String, _> = row.try_get(0);
            let said = text.unwrap_or_else(|_| row.get::<i64, _>(0).to_string());
            assert_eq!(said, value, "{pragma}");
        }
    });
}

/// Another program may have turned the file to a log beside it; it is one file at rest again after it was open.
#[test]
fn a_log_of_another_program_is_taken_into_the_file() {
    run(async {
        let (folder, path, mut project) = three_in_a_folder().await;
        let before = dump(&mut project).await;
        project.close().await.expect("closed");
        let mut other = Connection::open(&path, Mode::Write).await.expect("it is SQLite");
        let log = "PRAGMA journal_mode = WAL; INSERT INTO kept VALUES ('page', 'plan')";
        other.run(log).await.expect("there is room");
        let killed = path.with_file_name("killed.forebill");
        for (from, to) in companions(&path).iter().zip(companions(&killed)).skip(1) {
            fs::copy(from, to).expect("there is a log");
        }
        fs::copy(&path, &killed).expect("the folder can be written to");
        other.close().await.expect("closed");
        let mut opened = Project::open(&killed).await.expect("it is a project");
        assert_eq!(dump(&mut opened).await, before);
        assert_eq!(opened.kept("page").await.expect("readable").as_deref(), Some("plan"));
        opened.close().await.expect("closed");
        assert_eq!(names(folder.path()), ["killed.forebill", "p.forebill"]);
    });
}

fn journal(path: &Path) -> PathBuf {
    let [journal, _log] = companions(path);
    journal
}

/// A file and its journal as they lie there in the middle of a change that already reached the file.
async fn break_off(path: &Path) -> PathBuf {
    let mut file = Connection::open(path, Mode::Write).await.expect("it is a project");
    file.make_durable().await.expect("it is a project");
    file.run("PRAGMA cache_size = 1").await.expect("a pragma");
    let grow = "UPDATE revisions SET label = 'half'; \
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
                INSERT INTO kept SELECT 'key ' || i, hex(randomblob(500)) FROM n";
    file.begin().await.expect("nobody has it");
    file.run(grow).await.expect("there is room");
    let killed = path.with_file_name("killed.forebill");
    fs::copy(path, &killed).expect("the folder can be written to");
    fs::copy(journal(path), journal(&killed)).expect("a change has a journal");
    file.end::<()>(Err(sqlx::Error::RowNotFound)).await.expect_err("it is taken back");
    file.close().await.expect("closed");
    let reached = fs::metadata(&killed).expect("it is there").len();
    assert!(reached > fs::metadata(path).expect("it is there").len(), "half of it was written");
    killed
}
