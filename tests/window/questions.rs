//! Walk (b): a new plan by six questions, drawn by keyboard alone.

use std::process::Command;

use serde_json::Value;

use crate::home::target;
use crate::walk::walk;
use crate::window::Window;

#[test]
fn six_answers_become_a_chain_with_a_route_and_a_retry() {
    walk("questions", async |window| {
        window.tab_to("What is one unit?").await;
        window.type_text("ticket").await;
        window.tab_to("Who uses it?").await;
        window.type_text("12k users").await;
        window.tab_to("How often does each?").await;
        window.type_text("1.4/month").await;
        window.tab_to("Which prompt?").await;
        window.type_text("Answer the ticket in three sentences.").await;
        window.tab_to("Which model answers?").await;
        window.type_text("openai/gpt-5.4-mini").await;
        window.press("Ctrl Enter").await;
        window.figure("Unit cost, per ticket").await;

        draw(&window).await;
        window.picture("drawn").await;
        let shown = window.exact_figure("Unit cost, per ticket").await;
        let month = "document.querySelector('[aria-label=\"Month in view\"]').selectedIndex";
        let month = window.ask(month).await.as_u64().expect("a month is chosen") as usize;
        window.close().await;
        assert_eq!(shown, format!("${}", from_the_command_line(&window, month)));
    });
}

/// From one call to a chain: a route between two, then a third that is tried again when it fails.
async fn draw(window: &Window) {
    window.tab_to("ticket").await;
    window.press("↓").await;
    window.until_focus("answer").await;
    pick(window, "W", "Route").await;
    window.until_focus("route 50% / rest").await;

    // Three in four go to the first model.
    window.press("Enter").await;
    window.until_focus("Share of").await;
    window.press("Ctrl A").await;
    window.type_text("75%").await;
    window.press("Enter").await;
    window.until_focus("route 75% / rest").await;

    // What stands after it makes a chain of both.
    pick_after(window, "Call").await;
    window.until_focus("call-2").await;
    pick(window, "W", "Retry").await;
    window.until_focus("retry").await;
    for row in ["chain", "route", "retry"] {
        window
            .until_true(&format!(
                "names('[role=treegrid] [role=row]').some((row) => row.startsWith('{row}'))"
            ))
            .await;
    }
    window.until_true("!tidy(document.body.innerText).includes('problem')").await;
}

/// Opens a menu and picks what begins so, by its letters and the arrows.
async fn pick(window: &Window, keys: &str, item: &str) {
    window.press(keys).await;
    walk_to(window, item).await;
}

/// Whether the whole of an open menu lies in the window, at the row that it belongs to.
const MENU_IN_SIGHT: &str = "(() => { \
    const menu = document.querySelector('[role=menu]').getBoundingClientRect(); \
    const row = document.querySelector('[role=row][aria-selected=true]').getBoundingClientRect(); \
    const inside = menu.left >= 0 && menu.top >= 0 && menu.right <= innerWidth && menu.bottom <= innerHeight; \
    return inside && menu.left >= row.left && menu.left <= row.right; })()";

/// The same among what comes after the selected step.
async fn pick_after(window: &Window, item: &str) {
    window.press("Ins").await;
    window.until_focus("Call").await;
    window.until_true(MENU_IN_SIGHT).await;
    window.press("↓").await;
    walk_to(window, item).await;
}

async fn walk_to(window: &Window, item: &str) {
    for _ in 0..20 {
        if window.focus().await.starts_with(item) {
            return window.press("Enter").await;
        }
        window.press("↓").await;
    }
    panic!("the menu has no `{item}`");
}

/// What `forebill estimate` says of the project's file.
fn from_the_command_line(window: &Window, month: usize) -> String {
    let projects = window.home().path(".local/share/forebill/projects");
    let file = std::fs::read_dir(projects).expect("the new plan is kept there").flatten();
    let file = file
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|it| it == "forebill"));
    let mut forebill = Command::new(target().join("release/forebill"));
    let answer =
        forebill.arg("estimate").arg(file.expect("there is a project")).arg("--json").output();
    let answer = answer.expect("the command line is built");
    let answer: Value = serde_json::from_slice(&answer.stdout).expect("it answers in JSON");
    let month = &answer["features"][0]["months"][month];
    month["unit_cost"].as_str().expect("a month has a unit cost").to_owned()
}
