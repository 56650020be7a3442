//! The test program run again as somebody else: an editor without a window, or a reader who may not write.

use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use store::{Access, Error, Project};

use super::model::{Edit, Random, plan};
use super::person;
use crate::project::{self, Desk, ask, refused};

const FILE: &str = "FOREBILL_TEST_FILE";
const FROM: &str = "FOREBILL_TEST_FROM";
const REST: &str = "FOREBILL_TEST_REST_MS";

/// Edits a project without end, by edits numbered from `from`.
pub struct Editor {
    child: Child,
    said: BufReader<ChildStdout>,
    /// What it said before it was killed.
    done: u64,
}

impl Editor {
    /// Starts it. It rests so long after each edit.
    pub fn start(file: &Path, from: u64, rest: Duration) -> Self {
        Self::run(again("edits_until_killed", file).env(REST, rest.as_millis().to_string()), from)
    }

    /// Starts one that calls as the window does, and keeps what belongs to no project in `home`.
    pub fn start_window(file: &Path, home: &Path, from: u64) -> Self {
        Self::run(again("types_until_killed", file).env(project::HOME, home), from)
    }

    fn run(command: &mut Command, from: u64) -> Self {
        let mut child = command
            .env(FROM, from.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be run again");
        let said = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, said, done: 0 }
    }

    /// Waits until it has opened the project.
    pub fn wait_until_open(&mut self) {
        // The test runner begins the line.
        self.wait_for(|line| line.ends_with("editing\n"));
    }

    /// Waits until it has acknowledged an edit.
    pub fn wait_until_done(&mut self) {
        self.wait_for(|line| line.starts_with("done "));
        self.done += 1;
    }

    fn wait_for(&mut self, is_it: impl Fn(&str) -> bool) {
        let mut line = String::new();
        while !is_it(&line) {
            line.clear();
            let read = self.said.read_line(&mut line).expect("it writes UTF-8");
            assert!(read > 0, "the editor ended by itself");
        }
    }

    /// Ends it as the system does when memory is short. Answers how many edits it had acknowledged.
    pub fn kill(mut self) -> u64 {
        self.child.kill().expect("it runs until it is killed");
        let ended = self.child.wait().expect("it was killed");
        assert_eq!(ended.code(), None, "it ended by itself: {ended}");
        let lines = self.said.by_ref().lines().map(|line| line.expect("it writes UTF-8"));
        self.done + lines.filter(|line| line.starts_with("done ")).count() as u64
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // Where a test fails, nobody else ends it.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What the editor does.
#[test]
#[ignore = "no test: run by those that kill it"]
fn edits_until_killed() {
    let Some(file) = env::var_os(FILE) else { return };
    let number = |name| env::var(name).expect("it is given").parse().expect("it is a number");
    let (from, rest): (u64, u64) = (number(FROM), number(REST));
    app::runtime().block_on(async {
        let mut project = Project::open(file.as_ref()).await.expect("it is a project");
        assert_eq!(project.access(), &Access::Write, "a killed editor's lock is no obstacle");
        say("editing");
        for number in from.. {
            Edit::numbered(number).perform(&mut project).await.expect("there is room");
            say(&format!("done {number}"));
            sleep(Duration::from_millis(rest));
        }
    });
}

/// What the one that calls as the window does: types, and waits until all of it is saved.
#[test]
#[ignore = "no test: run by those that kill it"]
fn types_until_killed() {
    let Some(file) = env::var_os(FILE) else { return };
    let mut next: u64 = env::var(FROM).expect("it is given").parse().expect("it is a number");
    let desk = Desk::opened(&ask("projects.open", json!({"path": Path::new(&file)})));
    say("editing");
    loop {
        let deeds = next..next + person::burst(next);
        deeds.clone().for_each(|number| person::perform(&desk, number));
        desk.call("projects.saved", json!({}));
        deeds.clone().for_each(|number| say(&format!("done {number}")));
        next = deeds.end;
    }
}

/// Runs `reads_what_it_may` as somebody to whom permissions apply; answers what it said.
pub fn reader(file: &Path) -> Vec<String> {
    forbidden(again("reads_what_it_may", file), file)
}

/// Runs `saves_what_it_may` as somebody to whom permissions apply; answers what it said.
pub fn forbidden_window(file: &Path, home: &Path) -> Vec<String> {
    let mut command = again("saves_what_it_may", file);
    command.env(project::HOME, home);
    forbidden(command, file)
}

/// Runs a program as somebody to whom permissions apply; answers what it said.
fn forbidden(mut command: Command, file: &Path) -> Vec<String> {
    if file.metadata().expect("it is there").uid() == 0 {
        // To root they do not apply, but to a root without these two powers they do.
        let powers = "-dac_override,-dac_read_search";
        let mut lesser = Command::new("setpriv");
        lesser.args([format!("--bounding-set={powers}"), format!("--inh-caps={powers}")]);
        lesser.arg(command.get_program()).args(command.get_args());
        lesser.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command = lesser;
    }
    let ran = command.output().expect("setpriv comes with every Debian");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    said.lines().filter_map(|line| line.strip_prefix("said ")).map(str::to_owned).collect()
}

/// What the reader does: opens the project and tries all that it might not be allowed.
#[test]
#[ignore = "no test: run by one that forbids it things"]
fn reads_what_it_may() {
    let Some(file) = env::var_os(FILE) else { return };
    let file: &Path = file.as_ref();
    app::runtime().block_on(async {
        let mut project = Project::open(file).await.expect("it can be read");
        say(&format!("\nsaid {:?}", project.access()));
        let (head, plan) = project.head().await.expect("it can be read");
        say(&format!("said {}", head.label));
        let told = |result: Result<(), Error>| match result {
            Ok(()) => say("said done"),
            Err(error) => say(&format!("said {error}")),
        };
        told(project.push("more", None, "now", &plan).await.map(drop));
        let beside = file.with_file_name("beside.forebill");
        told(project.copy_to(&beside).await);
        told(Project::create(&beside, "new", "now", &plan).await.map(drop));
    });
}

/// What it does: types while its folder may not be written to, tries to save, and is allowed again.
#[test]
#[ignore = "no test: run by one that forbids it things"]
fn saves_what_it_may() {
    let Some(file) = env::var_os(FILE) else { return };
    let file: &Path = file.as_ref();
    let folder = file.parent().expect("it lies in one");
    let allow = |mode| {
        fs::set_permissions(folder, Permissions::from_mode(mode)).expect("it is ours");
    };
    let desk = Desk::opened(&ask("projects.open", json!({"path": file})));
    let tell = |error: app::Error| say(&format!("\nsaid {} {}", error.message, error.hint));
    let project = &desk.project;
    allow(0o555);
    desk.edit(json!({"edit": "number", "address": "front-desk.answer.output", "text": "50"}));
    tell(refused("projects.saved", json!({"project": project})));
    let beside = folder.join("beside.forebill");
    tell(refused("projects.save_as", json!({"project": project, "path": beside})));
    tell(refused("projects.write_out", json!({"project": project, "path": folder.join("out")})));
    desk.call("projects.undo", json!({}));
    desk.call("projects.redo", json!({}));
    allow(0o755);
    desk.call("projects.saved", json!({}));
    desk.close();
}

/// Starts the window anew after this home's last one, again and again; answers what was open each time.
pub fn resumed(file: &Path, home: &Path) -> Vec<String> {
    let mut command = again("resumes", file);
    let ran = command.env(project::HOME, home).output().expect("it can be run again");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    said.lines().filter_map(|line| line.strip_prefix("said ")).map(str::to_owned).collect()
}

/// What it does: leaves the window with a plan open, then without one, then with one that is gone.
#[test]
#[ignore = "no test: run by one that looks what is opened again"]
fn resumes() {
    let Some(file) = env::var_os(FILE) else { return };
    let file: &Path = file.as_ref();
    let resume = || {
        let opened = ask("projects.resume", json!({}));
        say(&format!("\nsaid {}", opened["view"]["name"]));
        opened
    };
    resume();
    // A page that is loaded again finds it open, and a kill after that opens it again.
    resume();
    say(&format!("said {}", ask("projects.start", json!({}))["recents"][0]["open"]));
    app::projects::close_all().expect("there is room");
    Desk::opened(&resume()).close();
    resume();
    ask("projects.open", json!({"path": file}));
    app::projects::close_all().expect("there is room");
    fs::remove_file(file).expect("it is there");
    resume();
}

/// Runs `fills_its_disk` in a folder that becomes a disk of its own, of one megabyte.
pub fn fill_a_disk(folder: &Path) {
    let fills = again("fills_its_disk", folder);
    let mut alone = Command::new("unshare");
    let script = "mount -t tmpfs -o size=1m none \"$0\" && exec \"$@\"";
    alone.args(["--map-root-user", "--mount", "sh", "-c", script]).arg(folder);
    alone.arg(fills.get_program()).args(fills.get_args()).env(FILE, folder);
    let ran = alone.output().expect("unshare comes with every Debian");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("the disk was full"), "{said}");
}

/// What it does: edits until the disk is full, and asks for whatever else needs room.
#[test]
#[ignore = "no test: run by one that gives it a small disk"]
fn fills_its_disk() {
    let Some(disk) = env::var_os(FILE) else { return };
    let disk: &Path = disk.as_ref();
    app::runtime().block_on(async {
        let file = disk.join("desk.forebill");
        let mut large = plan(0, &mut Random(0));
        let made = Project::create(&file, "new", "now", &large).await;
        let mut project = made.expect("there is room");
        let mut last = project.head().await.expect("a head");
        let refused = loop {
            large.plan.insert_str(0, &"# more and more\n".repeat(1_000));
            match project.push("more", None, "now", &large).await {
                Ok(revision) => last = (revision, large.clone()),
                Err(refused) => break refused,
            }
        };
        let full = |error: Error, name: &str| {
            assert!(matches!(error, Error::Full { .. }), "{error:?}");
            assert!(error.what().contains(&format!("/{name}")), "{error}");
        };
        full(refused, "desk.forebill`");
        full(project.amend("more", "now", &large).await.expect_err("no room"), "desk.forebill`");
        let copy = disk.join("copy.forebill");
        full(project.copy_to(&copy).await.expect_err("no room"), "copy.forebill`");
        let backups = disk.join("backups");
        full(project.back_up(&backups, "now").await.expect_err("no room"), "backups/desk.");
        let new = Project::create(&disk.join("new.forebill"), "new", "now", &large).await;
        full(new.map(drop).expect_err("no room"), "new.forebill`");
        assert_eq!(project.head().await.expect("it is as it was"), last);
        project.close().await.expect("closed");
        let mut again = Project::open(&file).await.expect("it is as it was");
        assert_eq!(again.head().await.expect("it is as it was"), last);
        again.check().await.expect("it is whole");
        let names = |folder: &Path| {
            let listed = fs::read_dir(folder).expect("it is there");
            listed.map(|entry| entry.expect("it is there").file_name()).collect::<Vec<_>>()
        };
        assert!(!names(disk).iter().any(|name| name.to_string_lossy().ends_with(".part")));
        assert!(names(&disk.join("backups")).is_empty(), "nothing is there by half");
        say("the disk was full");
    });
}

/// This program once more, for one of its functions.
fn again(function: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().expect("a running program has a path"));
    let name = format!("{}::{function}", module_path!().split_once("::").expect("a module").1);
    command.args([&*name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(FILE, file);
    command
}

fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).expect("somebody listens");
}
