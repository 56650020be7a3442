//! What only a window can do: dialogs, the file manager, the second start, closing and coming back.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::driver::program;
use crate::home::Home;
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

/// The page may show in the file manager what a person chose to have written, and nothing else.
#[test]
fn the_file_manager_shows_what_was_written() {
    let walk = Walk::new("reveal");
    walk.home().script("bin/xdg-open", "echo \"$@\" > \"$HOME/shown\"");
    let mut path = walk.home().path("bin").into_os_string();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    walk.env("PATH", path).go(async |window| {
        let home = window.home();
        let file = home.write("reports/desk.xlsx", "");
        let refused = ask(&window, "reveal", json!({ "path": file })).await;
        assert_eq!(refused["code"], "bad_arguments");

        home.will_pick(&file);
        ask(&window, "pick", json!({ "wanted": "saveWorkbook" })).await;
        assert_eq!(ask(&window, "reveal", json!({ "path": file })).await, Value::Null);
        let start = Instant::now();
        while std::fs::read_to_string(home.path("shown")).unwrap_or_default().is_empty() {
            assert!(start.elapsed() < Duration::from_secs(30), "nothing was shown");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let shown = std::fs::read_to_string(home.path("shown")).expect("it was just there");
        assert_eq!(shown.trim_end(), home.path("reports").display().to_string());
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
    let begin = Instant::now();
    let (ended, stays) = loop {
        assert!(begin.elapsed() < Duration::from_secs(30), "both windows stay open");
        if let Some(status) = second.try_wait().expect("a child can be asked") {
            break (status, &mut first);
        }
        if let Some(status) = first.try_wait().expect("a child can be asked") {
            break (status, &mut second);
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(ended.success());
    assert_eq!(stays.try_wait().expect("a child can be asked"), None);
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
        window.click("Hello").await;
        assert_eq!(window.figure("Unit cost").await, cost);
    });
}

/// What the shell answers: its value, or its error.
async fn ask(window: &Window, command: &str, arguments: Value) -> Value {
    let invoke = "const [command, args, done] = arguments; \
                  window.__TAURI_INTERNALS__.invoke(command, args).then(done, done);";
    let answer = window.client().execute_async(invoke, vec![json!(command), arguments]).await;
    answer.expect("the shell answers")
}
