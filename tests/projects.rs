//! Project files across processes: killed, locked, forbidden; and undone to the last letter.

mod editor;
mod model;
mod person;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;
use store::{Access, Project, Why};
use tempfile::TempDir;

use crate::project::{Desk, ask};
use editor::{Editor, fill_a_disk, forbidden_window, reader, resumed};
use model::{Edit, Model, Random, plan};
use person::{Expected, Found};

#[test]
fn undo_leads_to_the_start_and_redo_to_the_end() {
    undone_and_redone(500, 100);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_undo_leads_to_the_start_and_redo_to_the_end() {
    undone_and_redone(10_000, 500);
}

#[test]
fn a_killed_editor_loses_nothing_that_it_acknowledged() {
    killed(30);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_a_killed_editor_loses_nothing_that_it_acknowledged() {
    let journals = killed(1_000);
    assert!(journals > 0, "some were killed in the middle of a change");
}

#[test]
fn a_killed_window_loses_nothing_that_it_called_saved() {
    windows_killed(12, Editor::wait_until_done);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_a_killed_window_loses_nothing_that_it_called_saved() {
    let saved = windows_killed(1_000, Editor::wait_until_open);
    assert!(saved > 1_000, "most of them were killed at work: {saved}");
}

#[test]
fn the_next_start_goes_on_with_the_plan_that_was_open() {
    let (folder, home) = (quick_folder(), quick_folder());
    let file = folder.path().join("desk.forebill");
    let desk = Desk::sample("hello");
    Desk::opened(&desk.call("projects.save_as", json!({"path": file}))).close();
    let mut window = Editor::start_window(&file, home.path(), 0);
    window.wait_until_open();
    window.kill();
    // Killed; loaded again, and noted as open; left; closed before it was left; deleted since.
    let expected = ["\"Hello\"", "\"Hello\"", "true", "\"Hello\"", "null", "null"];
    assert_eq!(resumed(&file, home.path()), expected);
}

#[test]
fn the_second_program_reads_and_says_so() {
    let folder = quick_folder();
    let path = folder.path().join("desk.forebill");
    app::runtime().block_on(async {
        let first = plan(0, &mut Random(0));
        let made = Project::create(&path, "new", "now", &first).await.expect("it is new");
        made.close().await.expect("closed");
        let mut editor = Editor::start(&path, 1, Duration::from_millis(10));
        editor.wait_until_open();

        let mut second = Project::open(&path).await.expect("it can be read");
        assert_eq!(second.access(), &Access::ReadOnly(Why::Locked));
        for _ in 0..10 {
            second.head().await.expect("each look is of one moment");
        }
        let refused = second.push("mine", None, "now", &first).await.expect_err("it is not ours");
        let said = format!(
            "`{}` is open for reading only: another window or program has it open. \
             Save a copy under another name to go on with it.",
            second.path().display()
        );
        assert_eq!(refused.to_string(), said);
        let copy = folder.path().join("copy.forebill");
        second.copy_to(&copy).await.expect("there is room");
        let mut copied = Project::open(&copy).await.expect("it is a project");
        copied.check().await.expect("it is of one moment");
        second.close().await.expect("closed");
        copied.close().await.expect("closed");

        // The lock of a killed program is a file that nobody holds.
        editor.kill();
        assert!(folder.path().join(".desk.forebill.lock").exists());
        let third = Project::open(&path).await.expect("it is a project");
        assert_eq!(third.access(), &Access::Write);
        third.close().await.expect("closed");
        assert!(!folder.path().join(".desk.forebill.lock").exists(), "a clean end leaves none");
    });
}

#[test]
fn what_may_not_be_written_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("place");
    let file = place.join("desk.forebill");
    fs::create_dir(&place).expect("the folder can be written to");
    app::runtime().block_on(async {
        let first = plan(0, &mut Random(0));
        let made = Project::create(&file, "new", "now", &first).await.expect("it is new");
        made.close().await.expect("closed");
    });
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
    };
    let bytes = fs::read(&file).expect("it is there");

    allow(&place, 0o555);
    let in_folder = reader(&file);
    allow(&place, 0o755);
    allow(&file, 0o444);
    let of_file = reader(&file);

    let said = |why: &str, access: &str| {
        let name = fs::canonicalize(&file).expect("it is there").display().to_string();
        [
            format!("ReadOnly({access})"),
            "new".to_owned(),
            format!(
                "`{name}` is open for reading only: {why}. \
                 Save a copy under another name to go on with it."
            ),
        ]
    };
    let why = "its folder cannot be written to, permission denied";
    assert_eq!(in_folder[..3], said(why, "Folder(\"permission denied\")"));
    for refused in &in_folder[3..] {
        let name = "place/beside.forebill` cannot be written to: permission denied.";
        assert!(refused.contains(name) && refused.contains("Choose a folder"), "{refused}");
    }
    assert_eq!(of_file[..3], said("the file may not be written to", "File"));
    assert_eq!(of_file[3], "done", "a copy beside it may be written");
    assert!(of_file[4].contains("exists already"), "{}", of_file[4]);
    assert_eq!((in_folder.len(), of_file.len()), (5, 5));
    assert!(fs::read(&file).expect("it is there") == bytes, "it was not touched");
}

#[test]
fn what_may_not_be_written_while_it_is_open_waits_until_it_may() {
    let (folder, home) = (quick_folder(), quick_folder());
    let file = folder.path().join("desk.forebill");
    let desk = Desk::sample("hello");
    Desk::opened(&desk.call("projects.save_as", json!({"path": file}))).close();
    let said = forbidden_window(&file, home.path());
    let expected = [
        (
            "desk.forebill` cannot be written to: permission denied for its folder.",
            "Choose a folder",
        ),
        ("beside.forebill` cannot be written to: permission denied.", "Choose a folder"),
        ("out` cannot be made: permission denied.", "Choose a folder"),
    ];
    for (said, (what, hint)) in said.iter().zip(expected) {
        assert!(said.contains(what) && said.contains(hint), "{said}");
    }
    assert_eq!(said.len(), expected.len());
    // What was typed meanwhile is there, and nothing else.
    let names = fs::read_dir(folder.path()).expect("it is there");
    assert_eq!(names.count(), 1, "no copy by half, no lock");
    let desk = Desk::opened(&ask("projects.open", json!({"path": file})));
    let past = desk.call("projects.past", json!({}));
    assert_eq!(past[1]["label"], "output of answer 40..120 → 50", "{past}");
    desk.close();
}

#[test]
#[ignore = "needs a disk of its own; run by `cargo xtask prove`"]
fn prove_a_full_disk_is_told_and_harms_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    fill_a_disk(folder.path());
    println!("a full disk: told for each change, copy and backup; the file as it was");
}

/// On the disk that tests lie on, and beside whatever else runs.
#[test]
#[ignore = "tells the disk's time; run by `cargo xtask prove`"]
fn prove_a_commit_is_quick() {
    const COMMITS: usize = 200;
    let folder = tempfile::tempdir().expect("a folder");
    let mut edited = plan(0, &mut Random(0));
    edited.files.insert("prompts/long.md".into(), "a long prompt ".repeat(7_000).into());
    let mut times: Vec<Duration> = app::runtime().block_on(async {
        let path = folder.path().join("desk.forebill");
        let made = Project::create(&path, "new", "now", &edited).await;
        let mut project = made.expect("it is new");
        let mut times = vec![];
        for number in 0..COMMITS {
            edited.plan = format!("{number}\n{}", "a line of ten kilobytes\n".repeat(430));
            let begun = Instant::now();
            project.push("edit", None, "now", &edited).await.expect("there is room");
            times.push(begun.elapsed());
        }
        times
    });
    times.sort();
    let (half, most) = (times[COMMITS / 2], times[COMMITS * 95 / 100]);
    println!("{COMMITS} commits of a plan of 10 KB: p50 {half:?}, p95 {most:?}");
    assert!(most < Duration::from_secs(1), "somebody who closes the window waits for this");
}

/// A folder in memory where there is one. A killed program's files outlive it there as they do on a disk, and a sync
/// costs nothing: of a power cut, killing tells nothing either way.
fn quick_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder")
}

/// Random edits in several projects, each held against the model; then all undone and all redone.
fn undone_and_redone(edits: u64, in_each: u64) {
    app::runtime().block_on(async {
        for first in (0..edits).step_by(in_each as usize) {
            let folder = quick_folder();
            let path = folder.path().join("desk.forebill");
            let start = plan(first, &mut Random(first));
            let mut model = Model::new("new", start.clone());
            let mut project = Project::create(&path, "new", "new", &start).await.expect("new");
            for number in first..first + in_each {
                let edit = Edit::numbered(number);
                edit.perform(&mut project).await.expect("there is room");
                model.apply(&edit);
            }
            while project.step_forward().await.expect("there is room").is_some() {}
            model.head = model.revisions.len() - 1;
            assert_eq!(Model::read(&mut project).await.expect("readable"), model);

            let end = format!("{model:?}");
            let mut steps = 0;
            while let Some((revision, snapshot)) = project.step_back().await.expect("room") {
                model.head -= 1;
                let expected = &model.revisions[model.head];
                assert_eq!((&revision.label, &snapshot), (&expected.0, &expected.3));
                steps += 1;
            }
            assert_eq!(model.head, 0);
            assert_eq!(Model::read(&mut project).await.expect("readable"), model);
            project.close().await.expect("closed");

            // The list is in the file: redo goes on after a restart.
            let mut project = Project::open(&path).await.expect("it is a project");
            for _ in 0..steps {
                assert!(project.step_forward().await.expect("there is room").is_some());
            }
            assert_eq!(project.step_forward().await.expect("there is room"), None);
            let again = Model::read(&mut project).await.expect("readable");
            assert_eq!(format!("{again:?}"), end);
            project.check().await.expect("it is whole");
        }
    });
    println!("{edits} random edits: all undone and redone, byte for byte");
}

/// Kills editors at random moments. Each leaves what it acknowledged, or one edit more that it had no time to
/// acknowledge: nothing less, nothing in between. Answers how many were killed in the middle of a change.
fn killed(times: u64) -> u64 {
    const IN_EACH: u64 = 25;
    let mut random = Random(times);
    let (mut acknowledged, mut unsaid, mut journals) = (0, 0, 0);
    let mut longest = Duration::ZERO;
    for first in (0..times).step_by(IN_EACH as usize) {
        let folder = quick_folder();
        let path = folder.path().join("desk.forebill");
        let start = plan(first, &mut Random(first));
        let mut model = Model::new("new", start.clone());
        app::runtime().block_on(async {
            let made = Project::create(&path, "new", "new", &start).await.expect("it is new");
            made.close().await.expect("closed");
        });
        let mut next = first * 1_000;
        for _ in first..times.min(first + IN_EACH) {
            let mut editor = Editor::start(&path, next, Duration::ZERO);
            // Some are killed while they start, and open what another left.
            if random.below(8) > 0 {
                editor.wait_until_open();
            }
            sleep(Duration::from_micros(random.below(20_000)));
            let done = editor.kill();
            journals += u64::from(path.with_file_name("desk.forebill-journal").exists());

            for number in next..next + done {
                model.apply(&Edit::numbered(number));
            }
            (acknowledged, next) = (acknowledged + done, next + done);
            let opened = Instant::now();
            let found = app::runtime().block_on(async {
                let mut project = Project::open(&path).await.expect("it is a project");
                longest = longest.max(opened.elapsed());
                assert_eq!(project.access(), &Access::Write);
                project.check().await.expect("it is whole");
                let found = Model::read(&mut project).await.expect("it can be read");
                project.close().await.expect("closed");
                found
            });
            if found != model {
                model.apply(&Edit::numbered(next));
                assert!(found == model, "edits up to {next}: neither before nor after the last");
                (unsaid, next) = (unsaid + 1, next + 1);
            }
        }
    }
    println!(
        "{times} kills: {acknowledged} acknowledged edits, none lost; {unsaid} done and not yet \
         acknowledged; {journals} in the middle of a change; reopened in {longest:?} at most"
    );
    journals
}

/// Kills programs that call as the window does, at random moments. Whatever `projects.saved` was answered for is there
/// after reopening, and of what came after it the first so many deeds, each whole. Answers how many were saved.
fn windows_killed(times: u64, wait: fn(&mut Editor)) -> u64 {
    const IN_EACH: u64 = 25;
    let mut random = Random(times);
    let (mut saved, mut unsaid) = (0, 0);
    for first in (0..times).step_by(IN_EACH as usize) {
        let (folder, home) = (quick_folder(), quick_folder());
        let file = folder.path().join("desk.forebill");
        let desk = Desk::sample("hello");
        let desk = Desk::opened(&desk.call("projects.save_as", json!({"path": file})));
        let mut expected = Expected::new(Found::in_project(&desk));
        desk.close();
        let mut next = first * 1_000;
        for _ in first..times.min(first + IN_EACH) {
            let mut window = Editor::start_window(&file, home.path(), next);
            wait(&mut window);
            sleep(Duration::from_micros(random.below(60_000)));
            let done = window.kill();
            (next..next + done).for_each(|number| expected.apply(number));
            (saved, next) = (saved + done, next + done);

            app::runtime().block_on(async {
                let mut project = Project::open(&file).await.expect("it is a project");
                assert_eq!(project.access(), &Access::Write);
                project.check().await.expect("it is whole");
                project.close().await.expect("closed");
            });
            let desk = Desk::opened(&ask("projects.open", json!({"path": file})));
            let found = Found::in_project(&desk);
            desk.close();
            // The rest of what was saved and not yet said, and what came after that.
            let latest = next + 2 * person::MOST;
            while expected.found() != found {
                assert!(next < latest, "after {done} saved: {found:?}, not {:?}", expected.found());
                expected.apply(next);
                (unsaid, next) = (unsaid + 1, next + 1);
            }
        }
    }
    println!(
        "{times} windows killed: {saved} saved deeds, none lost; {unsaid} done and not yet said"
    );
    saved
}
