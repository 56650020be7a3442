//! One open project: revisions, locks, copies, a full disk.

use std::fs;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use super::sample::{AT, dump, folder, names, run, snapshot, three_in_a_folder, three_revisions};
use crate::backup::restore;
use crate::error::{Error, Why};
use crate::project::{Access, Project};
use crate::snapshot::Snapshot;
use crate::sqlite::{Connection, Mode};

#[test]
fn what_was_written_is_read_after_reopening() {
    let folder = folder();
    let path = folder.path().join("desk.forebill");
    run(async {
        let first = snapshot("name: Desk", &[("prompts/system.md", "You help.")]);
        let second = snapshot("name: Help desk", &[("prompts/system.md", "You help.")]);
        let mut project = Project::create(&path, "New plan", AT, &first).await.expect("new");
        assert_eq!(project.access(), &Access::Write);
        let pushed = project.push("Rename the plan", Some("name"), AT, &second).await;
        let pushed = pushed.expect("there is room");
        project.keep("page", Some("prompts")).await.expect("there is room");
        project.close().await.expect("closed");

        let mut project = Project::open(&path).await.expect("it is a project");
        assert_eq!(project.head().await.expect("a head"), (pushed.clone(), second.clone()));
        assert_eq!(project.load(pushed.id).await.expect("readable"), Some(second.clone()));
        assert_eq!(project.load(pushed.id + 1).await.expect("readable"), None);
        let page = project.kept("page").await.expect("readable");
        assert_eq!(page.as_deref(), Some("prompts"));
        project.keep("page", None).await.expect("there is room");
        assert_eq!(project.kept("page").await.expect("readable"), None);
        let back = project.step_back().await.expect("there is room").expect("a step");
        assert_eq!((&*back.0.label, back.1), ("New plan", first));
        assert_eq!(project.step_back().await.expect("there is room"), None);
        let forward = project.step_forward().await.expect("there is room");
        assert_eq!(forward, Some((pushed, second)));
        project.check().await.expect("it is whole");
    });
    assert_eq!(names(folder.path()), ["desk.forebill"]);
}

#[test]
fn a_new_edit_drops_what_was_undone_and_its_texts() {
    run(async {
        let (_folder, _, mut project) = three_in_a_folder().await;
        project.step_back().await.expect("there is room");
        project.step_back().await.expect("there is room");
        assert_eq!(labels(&mut project).await, (None, Some("two".to_owned())));
        assert_eq!(texts(&mut project).await, ["plan 1", "plan 2", "plan 3", "same"]);
        let other = snapshot("plan 4", &[("a", "same"), ("b", "same")]);
        let pushed = project.push("four", None, AT, &other).await.expect("there is room");
        let all = project.revisions().await.expect("readable");
        assert_eq!(all.iter().map(|one| &*one.label).collect::<Vec<_>>(), ["one", "four"]);
        assert_eq!(all.last(), Some(&pushed));
        assert_eq!(pushed.id, 4, "an id that was dropped is not used again");
        assert_eq!(labels(&mut project).await, (Some("four".to_owned()), None));
        assert_eq!(texts(&mut project).await, ["plan 1", "plan 4", "same"]);
        assert_eq!(project.go_to(3).await.expect("readable"), None);
        let (first, _) = project.go_to(1).await.expect("there is room").expect("it is there");
        assert_eq!(first.label, "one");
        project.check().await.expect("it is whole");
    });
}

#[test]
fn typing_on_changes_the_revision_that_stands() {
    run(async {
        let (_folder, _, mut project) = three_in_a_folder().await;
        project.step_back().await.expect("there is room");
        let typed = snapshot("plan 2, typed on", &[("a", "other")]);
        let amended = project.amend("two and on", "later", &typed).await.expect("room");
        assert_eq!((amended.id, &*amended.label, &*amended.at), (2, "two and on", "later"));
        assert_eq!(amended.field.as_deref(), Some("field"));
        assert_eq!(project.head().await.expect("a head"), (amended, typed));
        assert_eq!(project.step_forward().await.expect("readable"), None);
        assert_eq!(texts(&mut project).await, ["other", "plan 1", "plan 2, typed on", "same"]);
        project.check().await.expect("it is whole");
    });
}

#[test]
fn a_name_that_is_taken_is_not_overwritten() {
    run(async {
        let folder = folder();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("text"), "mine").expect("the folder can be written to");
        fs::create_dir(path("folder")).expect("the folder can be written to");
        std::os::unix::fs::symlink(path("nowhere"), path("link")).expect("links are known");
        for name in ["text", "folder", "link"] {
            let made = Project::create(&path(name), "new", AT, &Snapshot::default()).await;
            assert!(matches!(made, Err(Error::AlreadyThere { .. })), "{name}");
        }
        assert_eq!(fs::read_to_string(path("text")).expect("it is there"), "mine");
        let nowhere = Project::create(&path("gone/p"), "new", AT, &Snapshot::default()).await;
        assert!(matches!(nowhere, Err(Error::Missing { .. })));
        let under_file = Project::create(&path("text/p"), "new", AT, &Snapshot::default()).await;
        assert!(matches!(under_file, Err(Error::NotWritable { .. })));
        assert!(matches!(Project::open(&path("gone")).await, Err(Error::Missing { .. })));
        assert_eq!(names(folder.path()), ["folder", "link", "text"]);
    });
}

#[test]
fn any_name_will_do() {
    run(async {
        let folder = folder();
        for name in ["a b%20?c#d&e=f.forebill", "Größe 漢字.forebill", "file:x", ":memory:", "-j"]
        {
            let path = folder.path().join(name);
            let first = snapshot(name, &[]);
            let made = Project::create(&path, "new", AT, &first).await.expect(name);
            made.close().await.expect(name);
            let mut opened = Project::open(&path).await.expect(name);
            assert_eq!(opened.access(), &Access::Write);
            assert_eq!(opened.head().await.expect(name).1, first);
            opened.close().await.expect(name);
        }
        assert_eq!(names(folder.path()).len(), 5);
    });
}

#[test]
fn a_full_disk_leaves_all_as_it_was() {
    run(async {
        let (_folder, _, mut project) = three_in_a_folder().await;
        let (head, all) = (project.head().await.expect("a head"), dump(&mut project).await);
        project.limit_pages(1).await.expect("a limit"); // no smaller than the file is
        let large = snapshot(&"long ".repeat(100_000), &[]);
        for _ in 0..3 {
            let pushed = project.push("large", None, AT, &large).await;
            assert!(matches!(pushed, Err(Error::Full { .. })), "{pushed:?}");
            let amended = project.amend("large", AT, &large).await;
            assert!(matches!(amended, Err(Error::Full { .. })), "{amended:?}");
            assert_eq!(project.head().await.expect("a head"), head);
            assert_eq!(dump(&mut project).await, all);
        }
        // What fits goes on.
        project.step_back().await.expect("it needs no room");
        project.check().await.expect("it is whole");
        project.limit_pages(1_000_000).await.expect("a limit");
        project.push("large", None, AT, &large).await.expect("now there is room");
        assert_eq!(project.head().await.expect("a head").1, large);
        project.check().await.expect("it is whole");
    });
}

#[test]
fn the_second_to_open_may_read() {
    run(async {
        let (folder, path, mut first) = three_in_a_folder().await;
        let mut second = Project::open(&path).await.expect("it can be read");
        assert_eq!(second.access(), &Access::ReadOnly(Why::Locked));
        assert_eq!(second.head().await.expect("a head").0.label, "three");
        first.push("four", None, AT, &snapshot("plan 4", &[])).await.expect("room");
        assert_eq!(second.head().await.expect("a head").0.label, "four");
        let refused = second.push("five", None, AT, &snapshot("plan 5", &[])).await;
        let error = refused.expect_err("it is open for reading");
        assert!(matches!(error, Error::ReadOnly { why: Why::Locked, .. }));
        let said = error.to_string();
        assert!(said.contains("p.forebill` is open for reading only: another window"), "{said}");
        assert!(matches!(second.step_back().await, Err(Error::ReadOnly { .. })));
        assert!(matches!(second.keep("a", None).await, Err(Error::ReadOnly { .. })));
        // Whoever may only read may still take a copy, but not over the file itself.
        let copy = folder.path().join("copy.forebill");
        second.copy_to(&copy).await.expect("the folder can be written to");
        assert!(matches!(second.copy_to(&path).await, Err(Error::Locked { .. })));
        first.close().await.expect("closed");
        second.close().await.expect("closed");
        let third = Project::open(&path).await.expect("it can be read");
        assert_eq!(third.access(), &Access::Write);
        let copied = Project::open(&copy).await.expect("it is a project");
        assert_eq!(copied.access(), &Access::Write);
    });
}

#[test]
fn a_copy_replaces_a_file_whole() {
    run(async {
        let folder = folder();
        let copy = folder.path().join("copy.forebill");
        let mut project = three_revisions(&folder.path().join("p.forebill")).await;
        let all = dump(&mut project).await;
        fs::write(&copy, "another text").expect("the folder can be written to");
        // A journal of the file that was there would be played into the copy.
        fs::write(folder.path().join("copy.forebill-journal"), "a rest").expect("writable");
        project.copy_to(&copy).await.expect("the folder can be written to");
        let mut copied = Project::open(&copy).await.expect("it is a project");
        assert_eq!(dump(&mut copied).await, all);
        let taken = project.copy_to(&copy).await;
        assert!(matches!(taken, Err(Error::Locked { .. })), "somebody has it open");
        copied.close().await.expect("closed");
        project.close().await.expect("closed");
        let left = ["copy.forebill", "copy.forebill-journal.old", "p.forebill"];
        assert_eq!(names(folder.path()), left);
    });
}

#[test]
fn a_file_that_was_moved_away_takes_no_more_changes() {
    run(async {
        let (folder, path, mut project) = three_in_a_folder().await;
        fs::rename(&path, folder.path().join("moved.forebill")).expect("it is there");
        let pushed = project.push("four", None, AT, &snapshot("plan 4", &[])).await;
        assert!(matches!(pushed, Err(Error::Missing { .. })), "{pushed:?}");
        let copy = folder.path().join("copy.forebill");
        project.copy_to(&copy).await.expect("what was there can be saved");
        let mut copied = Project::open(&copy).await.expect("it is a project");
        assert_eq!(copied.head().await.expect("a head").0.label, "three");
    });
}

/// A caller may stop waiting at any moment: what it asked for is then done, or not begun.
#[test]
fn a_change_that_nobody_waits_for_is_whole_or_not_there() {
    run(async {
        let (_folder, _, mut project) = three_in_a_folder().await;
        let mut seen = [0; 2];
        for polls in (0..40).chain([usize::MAX]) {
            let (before, text) = (dump(&mut project).await, format!("dropped {polls}"));
            {
                let plan = snapshot(&text, &[("a", &text)]);
                let mut push = pin!(project.push(&text, None, AT, &plan));
                for _ in 0..polls {
                    if push.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                        break;
                    }
                    std::thread::sleep(Duration::from_micros(300));
                }
            }
            let after = dump(&mut project).await;
            let done = after.len() - before.len();
            assert_eq!(after[..before.len()], before);
            assert!(done == 0 || after.last().is_some_and(|last| last.1.plan == text));
            seen[done] += 1;
            project.check().await.expect("it is whole");
        }
        assert!(seen[0] > 0 && seen[1] > 0, "both were met: {seen:?}");
    });
}

#[test]
fn calls_may_be_waited_for_on_any_thread() {
    fn sent<T: Send>(_: T) {}
    let path = Path::new("p");
    sent(Project::open(path));
    sent(Project::create(path, "", AT, &Snapshot::default()));
    sent(restore(path, path));
    sent(async |project: &mut Project| {
        project.push("", None, AT, &Snapshot::default()).await?;
        project.copy_to(path).await?;
        project.back_up(path, AT).await.map(drop)
    });
}

async fn labels(project: &mut Project) -> (Option<String>, Option<String>) {
    let undo = project.undo_label().await.expect("readable");
    (undo, project.redo_label().await.expect("readable"))
}

async fn texts(project: &mut Project) -> Vec<String> {
    let texts = sqlx::query_scalar("SELECT text FROM texts ORDER BY text");
    let mut file = Connection::open(project.path(), Mode::Read).await.expect("readable");
    texts.fetch_all(file.ask().await.expect("open")).await.expect("readable")
}
