//! Walk: the plan as a canvas, by keys and by pointer, small and large.

use std::fmt::Write as _;
use std::fs;

use crate::walk::{Walk, walk};
use crate::window::Window;

/// What the page says of its canvas.
const NODES: &str = "document.querySelectorAll('[role=treeitem]').length";
const SCALE: &str = "tidy(document.querySelector('.scale').innerText)";

#[test]
fn a_plan_is_walked_and_changed_on_the_canvas() {
    walk("canvas", person);
}

#[test]
fn a_dark_canvas_can_be_read() {
    Walk::new("canvas-dark").dark().go(async |window| {
        window.click("Support desk").await;
        open(&window).await;
        window.picture("whole").await;
        assert_eq!(window.axe().await, [""; 0]);
        window.zoom(2.0).await;
        window.picture("200").await;
    });
}

#[test]
fn a_plan_of_five_hundred_steps_stays_fluent() {
    large(500, 100.0);
}

#[test]
fn a_plan_of_five_thousand_steps_stays_usable() {
    large(5000, 1000.0);
}

async fn person(window: Window) {
    window.click("Support desk").await;
    let month = window.figure("Month in view").await;
    open(&window).await;
    window.picture("whole").await;
    assert_eq!(window.axe().await, [""; 0]);

    // The keys walk, and the inspector follows.
    window.press("→").await;
    window.until_focus("conversation").await;
    window.press("→").await;
    window.press("↓").await;
    window.picture("walked").await;
    window.type_text("hard").await;
    window.until_focus("hard").await;

    // A number is changed where it stands.
    window.press("Enter").await;
    window.until_focus("Output of hard").await;
    window.press("Ctrl A").await;
    window.type_text("1..450").await;
    window.picture("typed").await;
    window.press("Enter").await;
    window.until_focus("hard").await;
    window.until_true(&format!("figure('Month in view').text !== {month:?}")).await;
    window.press("Ctrl Z").await;
    window.until("Month in view", &month).await;

    // Copied and deleted by the outline's keys.
    let count = window.ask(NODES).await;
    window.press("Ctrl D").await;
    window.until_true(&format!("{NODES} > {count}")).await;
    window.picture("copied").await;
    window.press("Ctrl Z").await;
    window.until_true(&format!("{NODES} === {count}")).await;

    // Larger, smaller, everything.
    window.press("+").await;
    window.until_true(&format!("{SCALE} !== '100 %'")).await;
    window.picture("larger").await;
    window.press("0").await;

    // Its way to be drawn is kept.
    window.press("Alt 1").await;
    window.until_true("document.querySelector('[role=treegrid]') !== null").await;
    window.press("Alt 2").await;
    window.close().await;
    window.reopen().await;
    window.until_true(&format!("{NODES} === {count}")).await;
    assert_eq!(window.alerts().await, [""; 0]);
}

async fn open(window: &Window) {
    window.go("Plan", "Ctrl 2").await;
    window.click("Canvas").await;
    window.until_true(&format!("{NODES} > 3")).await;
    window.ask("document.querySelector('[role=treeitem][tabindex=\"0\"]').focus()").await;
}

/// Walks on the canvas of a plan with so many steps; a key may take so many milliseconds.
fn large(steps: usize, most: f64) {
    let name = format!("canvas-{steps}");
    let walk = Walk::new(&name);
    let folder = walk.home().path("large");
    fs::create_dir_all(&folder).expect("a new folder");
    fs::write(folder.join("plan.yaml"), plan(steps)).expect("it can be written to");
    walk.with(folder.join("plan.yaml")).go(async move |window| {
        window.figure("Month in view").await;
        open(&window).await;
        window.picture("begun").await;
        let keys = ["→", "→", "↓", "↓", "←", "↓", "↓", "→", "↓", "↑"];
        let walked = window.latencies(".tree", &keys).await;
        window.press("0").await;
        window.picture("whole").await;
        let panned = window.latencies(".tree", &["Shift →", "Shift ↓", "Shift ←", "Shift ↑"]).await;
        for (what, latencies) in [("a walk", walked), ("a look around", panned)] {
            let slowest = latencies.first.iter().copied().fold(0.0, f64::max);
            println!("{name}: {what} takes {slowest:.0} ms at most");
            assert!(slowest <= most, "{what} takes {slowest:.0} ms");
        }
    });
}

/// A chain of chains, ten calls each.
fn plan(steps: usize) -> String {
    let mut text = "forebill: 1\nname: Large\nstarts: 2027-01\nmonths: 12\n\
        prices: { as_of: 2026-11-22 }\nprompts:\n  system: { tokens: 900, role: system }\n\
        features:\n  - name: work\n    unit: task\n    volume: { units: 1k/day }\n    step:\n      chain:\n"
        .to_owned();
    for group in 0..steps.div_ceil(10) {
        text.push_str("        - chain:\n");
        for index in 0..10 {
            let name = format!("call-{group}-{index}");
            let output = 20 + (group * 7 + index * 13) % 300;
            let answer = if group + index == 0 { " answer: true," } else { "" };
            writeln!(
                text,
                "            - call: {{ name: {name},{answer} model: openai/gpt-5.4-mini, \
                 input: [system], output: {output} }}"
            )
            .expect("a text can always be written to");
        }
    }
    text
}
