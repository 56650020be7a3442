//! What only a window can do: dialogs, the file manager, the second start, closing and coming back.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use serde_json::{Value, json};

use crate::driver::{PATIENCE, program};
use crate::home::{Home, root};
use crate::program::{Program, Screen};
use crate::walk::{Walk, walk};
use crate::window::Window;

#[test]
fn a_dialog_answers_with_what_the_person_picks() {
    walk("dialogs", async |window| {
        let file = window.home().path("desk.xlsx");
        window.home().will_pick(&file);
        assert_eq!(ask(&window, "pick", json!({ "wanted": "saveWorkbook" })).await, json!(file));
        assert_eq!(ask(&window, "pick", json!({ "wanted": "saveWorkbook" })).await, Value::Null);
    });
}

/// The system's own dialog, with a keyboard that no driver stands behind.
#[test]
fn a_plan_is_opened_by_the_systems_dialog() {
    let home = Home::new("system-dialog");
    let plan = home.write(
        "desk/plan.yaml",
        fs::read(root().join("examples/hello/plan.yaml")).expect("it is there"),
    );
    home.write("desk/prompts/answer.md", "Answer in one sentence.");
    let screen = Screen::start();
    let mut window = Program::start_before(&screen, &program(), &home);
    window.until_usable();
    let dialog = "^Open a project or a plan$";
    let path = plan.to_str().expect("its path is text");
    let mut asked = None::<Instant>;
    until("the dialog has it", || {
        // A key that comes before the window has the keyboard is lost.
        if asked.is_none_or(|last| last.elapsed() > Duration::from_secs(3)) {
            asked = keys(&screen, "^Forebill$", &["key", "ctrl+o"]).then(Instant::now);
        }
        keys(&screen, dialog, &["type", "--delay", "40", path])
    });
    let copy = home.path(".local/share/forebill/projects/Hello.forebill");
    until("the plan opens", || {
        // While the dialog completes what was typed it takes no Enter.
        copy.exists() || {
            keys(&screen, dialog, &["key", "Return"]);
            copy.exists()
        }
    });
    window.end();
}

/// The page may show in the file manager what a person chose to have written, and nothing else.
#[test]
fn the_file_manager_shows_what_was_written() {
    let walk = Walk::new("reveal");
    walk.home().script("bin/xdg-open", "echo \"$@\" > \"$HOME/shown\"; test ! -e \"$HOME/none\"");
    let mut path = walk.home().path("bin").into_os_string();
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    walk.env("PATH", path).go(async |window| {
        let home = window.home();
        let file = home.write("reports/desk.xlsx", "");
        let refused = ask(&window, "reveal", json!({ "path": file })).await;
        assert_eq!(refused["code"], "bad_arguments");

        home.will_pick(&file);
        ask(&window, "pick", json!({ "wanted": "saveWorkbook" })).await;
        assert_eq!(ask(&window, "reveal", json!({ "path": file })).await, Value::Null);
        let shown = || fs::read_to_string(home.path("shown")).unwrap_or_default();
        until("a folder is shown", || shown().ends_with('\n'));
        assert_eq!(shown().trim_end(), home.path("reports").display().to_string());

        // On a system without one, that is said.
        home.write("none", "");
        let unshown = ask(&window, "reveal", json!({ "path": file })).await;
        let message = unshown["message"].as_str().unwrap_or_default();
        assert!(message.starts_with("No file manager shows the folder"), "{unshown}");
    });
}

#[test]
fn the_program_knows_the_file_that_it_was_started_with() {
    let walk = Walk::new("argument");
    let file = walk.home().path("desk.forebill");
    walk.with(&file).go(async move |window| {
        assert_eq!(ask(&window, "argument", json!({})).await, json!(file));
    });
}

/// Away from walks there is one window, however often the program is started.
#[test]
fn a_second_start_hands_over_to_the_first() {
    let home = Home::new("second-start");
    let start = || {
        let mut program = Command::new(program());
        program.arg("desk.forebill").envs(home.environment()).current_dir(home.path(""));
        program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the window is built")
    };
    let mut first = start();
    // Whichever comes second to the session's bus ends by itself; the other one stays.
    let mut second = start();
    let ended = |program: &mut Child| program.try_wait().expect("a child can be asked");
    let mut status = None;
    until("one of two hands over", || {
        status = ended(&mut second).or(ended(&mut first));
        status.is_some()
    });
    assert!(status.is_some_and(|status| status.success()));
    let stays = if ended(&mut first).is_none() { &mut first } else { &mut second };
    assert_eq!(ended(stays), None);
    stays.kill().expect("it runs");
    stays.wait().expect("it ends");
}

#[test]
fn the_window_closes_and_comes_back() {
    walk("reopen", async |window| {
        window.click("Hello").await;
        let cost = window.figure("Unit cost").await;
        window.close().await;
        window.reopen().await;
        assert_eq!(window.figure("Unit cost").await, cost);
    });
}

/// Has the window of this title take keys; whether it is there.
fn keys(screen: &Screen, title: &str, keys: &[&str]) -> bool {
    let mut xdotool = Command::new("xdotool");
    xdotool.args(["search", "--onlyvisible", "--name", title, "windowfocus", "--sync"]).args(keys);
    xdotool.env("DISPLAY", screen.display());
    xdotool.status().expect("xdotool is installed (apt: xdotool)").success()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it does not happen that {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What the shell answers: its value, or its error.
async fn ask(window: &Window, command: &str, arguments: Value) -> Value {
    let invoke = "const [command, args, done] = arguments; \
                  window.__TAURI_INTERNALS__.invoke(command, args).then(done, done);";
    let answer = window.client().execute_async(invoke, vec![json!(command), arguments]).await;
    answer.expect("the shell answers")
}
