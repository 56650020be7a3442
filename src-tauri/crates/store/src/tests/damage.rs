//! Files as others leave them: each is refused with a next step or read correctly, and nothing panics.

use std::fs;
use std::path::Path;

use super::sample::{AT, dump, folder, names, run, snapshot, three_revisions};
use crate::error::Error;
use crate::project::{Access, Project};
use crate::snapshot::{Revision, Snapshot};
use crate::sqlite::{Connection, Mode};

#[test]
fn other_files_are_no_projects() {
    run(async {
        let folder = folder();
        let path = folder.path().join("p.forebill");
        let other = folder.path().join("other.sqlite");
        let mut sqlite = Connection::open(&other, Mode::Draft).await.expect("new");
        sqlite.run("CREATE TABLE theirs (a)").await.expect("there is room");
        sqlite.close().await.expect("closed");
        let other = fs::read(other).expect("it is there");
        let cut = &other[..60];
        for bytes in
            [b"", b"name: Desk\n".as_slice(), b"SQLite format 3\0", cut, &other, &[0; 9000]]
        {
            fs::write(&path, bytes).expect("the folder can be written to");
            let refused = Project::open(&path).await.err();
            assert!(matches!(refused, Some(Error::NotAProject { .. })), "{refused:?}");
            assert!(fs::read(&path).expect("it is there") == bytes, "it is not touched");
        }
        assert!(matches!(Project::open(folder.path()).await, Err(Error::NotAProject { .. })));
        assert_eq!(names(folder.path()), ["other.sqlite", "p.forebill"]);
    });
}

/// What a file may hold that ours never do, as a hostile sender or a curious owner writes it.
const STRANGE: &[(&str, &str)] = &[
    (
        "CREATE TRIGGER t AFTER INSERT ON revisions BEGIN DELETE FROM texts; END",
        "no project has, t",
    ),
    ("CREATE VIEW v AS SELECT * FROM texts", "no project has, v"),
    ("DROP TABLE kept; CREATE VIEW kept AS SELECT 1 AS key, 2 AS value", "no project has, kept"),
    ("CREATE TABLE more (a, b AS (a || a))", "no project has, more"),
    ("CREATE INDEX again ON texts (length(text))", "no project has, again"),
    ("DROP INDEX files_by_text", "lacks what every project has, files_by_text"),
    ("ALTER TABLE kept ADD COLUMN more TEXT", "no project has, kept"),
    ("ANALYZE", "no project has, sqlite_stat"),
    ("PRAGMA foreign_keys = OFF; UPDATE head SET revision = 99", "does not fit together"),
    ("PRAGMA foreign_keys = OFF; DELETE FROM texts", "does not fit together"),
    ("DELETE FROM head", "no revision that stands"),
    ("UPDATE texts SET text = text || '!'", "a text is not what was written"),
    ("UPDATE texts SET sha256 = randomblob(32)", "a text is not what was written"),
    ("UPDATE texts SET text = CAST(x'ff00fe' AS TEXT)", "a value in it is not of its kind"),
    ("UPDATE revisions SET format = -1", "a format that is no number of one"),
    ("PRAGMA user_version = 0", "it has no version"),
];

#[test]
fn what_no_project_has_is_found_before_it_can_do_anything() {
    run(async {
        let folder = folder();
        for (number, (statements, found)) in STRANGE.iter().enumerate() {
            let path = folder.path().join(format!("{number}.forebill"));
            three_revisions(&path).await.close().await.expect("closed");
            change(&path, statements).await;
            let bytes = fs::read(&path).expect("it is there");
            let refused = Project::open(&path).await.err().expect(statements);
            assert!(matches!(refused, Error::Damaged { .. }), "{statements}: {refused:?}");
            let said = refused.to_string();
            assert!(
                said.contains(found) && said.contains("Restore a backup"),
                "{statements}: {said}"
            );
            assert!(fs::read(&path).expect("it is there") == bytes, "{statements}");
        }
    });
}

/// A revision that is damaged behind the head stops nobody from working.
#[test]
fn damage_in_the_past_is_told_when_somebody_goes_there() {
    run(async {
        let folder = folder();
        let path = folder.path().join("p.forebill");
        three_revisions(&path).await.close().await.expect("closed");
        change(&path, "UPDATE texts SET text = 'plan x' WHERE text = 'plan 2'").await;
        let mut project = Project::open(&path).await.expect("its head is whole");
        let (head, plan) = project.head().await.expect("it is whole");
        assert!(matches!(project.step_back().await, Err(Error::Damaged { .. })));
        assert_eq!(project.head().await.expect("it is whole"), (head, plan.clone()));
        assert!(matches!(project.check().await, Err(Error::Damaged { .. })));
        assert!(project.go_to(1).await.expect("it is whole").is_some());
        project.push("again", None, AT, &plan).await.expect("there is room");
        project.check().await.expect("what was damaged was undone, and dropped");
    });
}

#[test]
fn no_mutant_brings_the_program_down() {
    mutants(300);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_no_mutant_brings_the_program_down() {
    mutants(10_000);
}

fn mutants(count: u64) {
    run(async {
        let folder = folder();
        let good = folder.path().join("good.forebill");
        let mut project = three_revisions(&good).await;
        let long = snapshot(&"a longer plan ".repeat(2_000), &[("a", "same")]);
        project.push("long", None, AT, &long).await.expect("there is room");
        let whole = dump(&mut project).await;
        project.close().await.expect("closed");
        let bytes = fs::read(&good).expect("it is there");
        let path = folder.path().join("mutant.forebill");
        let (mut read, mut refused) = (0, 0);
        for seed in 0..count {
            fs::write(&path, mutant(&bytes, seed)).expect("the folder can be written to");
            match look_around(&path).await {
                // Labels and times are under no hash; everything else has to be right.
                Ok(found) => {
                    assert_eq!(snapshots(&found), snapshots(&whole), "mutant {seed}");
                    read += 1;
                }
                Err(Error::Damaged { .. } | Error::NotAProject { .. } | Error::Newer { .. }) => {
                    refused += 1;
                }
                Err(other) => panic!("mutant {seed}: {other:?}"),
            }
            assert_eq!(names(folder.path()), ["good.forebill", "mutant.forebill"], "mutant {seed}");
        }
        println!("{count} mutants: {read} read rightly, {refused} refused");
        assert!(read > count / 10 && refused > count / 3, "{read} read, {refused} refused");
    });
}

/// Opens a file, reads all of it and writes to it.
async fn look_around(path: &Path) -> Result<Vec<(Revision, Snapshot)>, Error> {
    let mut project = Project::open(path).await?;
    assert_eq!(project.access(), &Access::Write);
    let mut found = vec![];
    for revision in project.revisions().await? {
        let snapshot = project.load(revision.id).await?.expect("it is listed");
        found.push((revision, snapshot));
    }
    let (_, head) = project.head().await?;
    project.keep("page", Some("plan")).await?;
    project.step_back().await?;
    project.push("after damage", None, AT, &head).await?;
    project.close().await?;
    Ok(found)
}

fn snapshots(all: &[(Revision, Snapshot)]) -> Vec<&Snapshot> {
    all.iter().map(|(_, snapshot)| snapshot).collect()
}

/// The same file with a few bits, bytes or pages otherwise, or cut off; the same for the same seed.
fn mutant(bytes: &[u8], seed: u64) -> Vec<u8> {
    const PAGE: usize = 4096;
    let mut state = seed;
    let mut below = |limit: usize| {
        // SplitMix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    };
    let mut bytes = bytes.to_vec();
    let pages = bytes.len() / PAGE;
    match seed % 6 {
        0 => {
            for _ in 0..1 + below(8) {
                let at = below(bytes.len());
                bytes[at] ^= 1 << below(8);
            }
        }
        // The header, the schema and the heads of pages are where a byte does most.
        1 => {
            let at = below(112);
            bytes[at] = below(256) as u8;
        }
        2 => {
            let at = below(pages) * PAGE + below(16);
            bytes[at] = below(256) as u8;
        }
        3 => bytes.truncate(below(bytes.len())),
        4 => {
            let (one, other) = (below(pages) * PAGE, below(pages) * PAGE);
            let page = bytes[one..one + PAGE].to_vec();
            bytes[other..other + PAGE].copy_from_slice(&page);
        }
        _ => {
            let at = below(bytes.len() - 200);
            let filler = below(256) as u8;
            bytes[at..at + 200].fill(filler);
        }
    }
    bytes
}

/// Changes a project's file as any program with SQLite can.
async fn change(path: &Path, statements: &str) {
    let mut file = Connection::open(path, Mode::Write).await.expect("it is SQLite");
    file.run(statements).await.expect(statements);
    file.close().await.expect("closed");
}
