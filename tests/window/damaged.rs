//! Walk (c): files that cannot be opened. Each says what is wrong and what can be done, and the window goes on.

use std::fs;
use std::path::Path;

use crate::walk::{Walk, walk};
use crate::window::Window;

#[test]
fn a_malformed_plan_says_where_it_is_wrong() {
    let walk = Walk::new("malformed");
    let sample = crate::home::root().join("examples/broken/unknown-field/plan.yaml");
    let plan = fs::read(sample).expect("the examples are there");
    let plan = walk.home().write("plans/plan.yaml", plan);
    walk.go(async move |window| {
        window.home().will_pick(&plan);
        window.press("Ctrl O").await;
        window.until_shows("There is no field `outputs` here.").await;
        window.until_shows("Did you mean `output`?").await;
        window.until_shows("plan.yaml:18:98").await;
        window.picture("says-where").await;
        // Nothing is lost: a good plan opens from where the bad one failed.
        open_sample(&window).await;
    });
}

#[test]
fn a_damaged_project_never_blocks_the_start() {
    walk("damaged", async |window| {
        open_sample(&window).await;
        window.close().await;
        let file = project(&window.home().path(".local/share/forebill/projects"));
        let mut bytes = fs::read(&file).expect("the sample was opened as a copy");
        let half = bytes.len() / 2;
        bytes[half..].fill(0x2a);
        fs::write(&file, &bytes).expect("it can be written to");

        window.reopen_with(&file).await;
        window.until_shows("is damaged").await;
        window.picture("says-so").await;
        assert_eq!(fs::read(&file).expect("it is still there"), bytes, "it is left as it was");
        window.click("Open the newest backup").await;
        window.figure("Unit cost").await;
        assert_eq!(window.ask("document.querySelectorAll('[role=alert]').length").await, 0);
    });
}

async fn open_sample(window: &Window) {
    window.click("Support desk").await;
    window.figure("Unit cost").await;
}

/// The one project in a folder.
fn project(folder: &Path) -> std::path::PathBuf {
    let entries = fs::read_dir(folder).expect("the program keeps its projects there").flatten();
    let mut projects = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "forebill"));
    projects.next().expect("the sample was opened as a copy")
}
