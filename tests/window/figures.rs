//! What the window takes; measured for people to read, never asserted. `cargo xtask bench window` runs it.

use std::fs;
use std::time::Instant;

use crate::driver::program;
use crate::home::{Home, root};
use crate::program::Program;
use crate::walk::{Walk, walk};
use crate::window::Window;

/// How often something is measured.
const RUNS: usize = 20;

#[test]
#[ignore = "measures, and asserts nothing"]
fn figures_of_the_start() {
    let mut starts = vec![];
    let mut memory = vec![];
    for run in 0..RUNS {
        let home = Home::new(&format!("figures-start-{run}"));
        // A session bus that nobody has used yet, as on the first start of a day.
        let lines = format!("exec dbus-run-session -- '{}' \"$@\"", program().display());
        let mut window = Program::start(&home.script("start", &lines), &home);
        starts.push(window.until_usable());
        if run == RUNS - 1 {
            memory = window.memory();
        }
        window.end();
    }
    say("start to usable, new session", "ms", starts);
    say_memory("PSS of all processes", &memory);
}

#[test]
#[ignore = "measures, and asserts nothing"]
fn figures_of_keys() {
    walk("figures-keys", async |window| {
        window.click("Support desk").await;
        window.figure("Unit cost").await;
        window.go("Prompts", "Ctrl 1").await;
        window.choose("Call", "Scratch text").await;
        let prompt = fs::read_to_string(root().join("examples/support-desk/prompts/system.md"));
        let prompt = prompt.expect("the examples are there");
        say_memory("PSS of all processes, plan open", &window.memory());
        paste(&window, &prompt, 10_000).await;
        let prices = window.latencies("[aria-label=Prices] [role=grid]", &SIGNS.repeat(20)).await;
        say("key to prices, 10 KB prompt", "ms", prices.last);
        paste(&window, &prompt, 100_000).await;
        let tints = window.latencies(".cm-content", &SIGNS.repeat(20)).await;
        say("key to tinted text, 100 KB", "ms", tints.last);

        window.go("Plan", "Ctrl 2").await;
        window.click("hard").await;
        window.click_into("Output").await;
        window.press("End").await;
        let edits = ["1", "Backspace", "2", "Backspace", "3", "Backspace"].repeat(7);
        let totals = window.latencies("[aria-label='What it costs']", &edits).await;
        say("key to all totals, sample's tree", "ms", totals.last);
        say_memory("PSS of all processes after that", &window.memory());
    });
}

#[test]
#[ignore = "measures, and asserts nothing"]
fn figures_of_large_trees() {
    for features in [39, 385] {
        let walk = Walk::new(&format!("figures-tree-{features}"));
        let plan = walk.home().write("large/plan.yaml", large_tree(features));
        walk.with(plan).go(async move |window| {
            window.figure("Unit cost").await;
            window.go("Plan", "Ctrl 2").await;
            window.click("hardest").await;
            window.click_into("Output").await;
            window.press("End").await;
            let edits = ["1", "Backspace", "2", "Backspace", "3", "Backspace"].repeat(7);
            let totals = window.latencies("[aria-label='What it costs']", &edits).await;
            let steps = STEPS_OF_FEATURE * features;
            say(&format!("key to all totals, {steps} steps"), "ms", totals.last);
            say_memory("PSS of all processes after that", &window.memory());
        });
    }
}

/// So many steps has each feature of a large tree.
const STEPS_OF_FEATURE: usize = 13;

/// A plan whose one feature is there so many times.
fn large_tree(features: usize) -> String {
    let text = fs::read_to_string(root().join("tests/files/plans/conversation.yaml"));
    let text = text.expect("the tests' plans are there");
    let text = text.replace("months: 3\n", "months: 36\n");
    let (head, rest) = text.split_once("  - name: support\n").expect("it has a feature");
    let (feature, tail) = rest.split_once("other_costs:\n").expect("it has other costs");
    let copies = (1..=features).map(|nth| {
        let driver = format!("support-{nth}.volume");
        let copy =
            format!("  - name: support-{nth}\n{}", feature.replace("support.volume", &driver));
        // One row with a name of its own.
        if nth == 1 { copy.replace("name: hard\n", "name: hardest\n") } else { copy }
    });
    let tail = tail.replace("    share: 2%\n", "    share: 2%\n    of: support-1\n");
    format!("{head}{}other_costs:\n{tail}", copies.collect::<String>())
}

#[test]
#[ignore = "measures, and asserts nothing"]
fn figures_of_long_prompts() {
    walk("figures-long", async |window| {
        window.click("Support desk").await;
        window.figure("Unit cost").await;
        window.go("Prompts", "Ctrl 1").await;
        window.choose("Call", "Scratch text").await;
        let prompt = fs::read_to_string(root().join("examples/support-desk/prompts/system.md"));
        let prompt = prompt.expect("the examples are there");
        paste(&window, &prompt, 1_000_000).await;
        // Into the middle, as a person gets there.
        window.press("Ctrl F").await;
        window.type_text(&format!("## {}", 500_000 / prompt.len())).await;
        window.press("Enter").await;
        window.press("Esc").await;
        window.press("End").await;
        let tints = window.latencies(".cm-content", &SIGNS.repeat(20)).await;
        say("key to the key's frame, 1 MB", "ms", tints.first);
        say("key to exact boundaries, 1 MB", "ms", tints.last);
        let total = window.latencies("[aria-label='The call'] tfoot", &SIGNS.repeat(20)).await;
        say("key to prices, 1 MB", "ms", total.last);
        say_memory("PSS of all processes, 1 MB", &window.memory());

        window.run("lendLong(100_000_000)", vec![]).await;
        window.press("Ctrl C").await;
        window.run("watchFrames()", vec![]).await;
        let start = Instant::now();
        window.press("Ctrl V").await;
        window.until_true("document.body.innerText.includes('which is too long')").await;
        say("100 MB pasted to the offer", "ms", vec![start.elapsed().as_secs_f64() * 1000.0]);
        say("longest frame of the paste", "ms", longest_frame(&window).await);
        window.run("watchFrames()", vec![]).await;
        window.click("Count and price it").await;
        window.until_true("document.body.innerText.includes('Counting the text')").await;
        say("longest frame of the import", "ms", longest_frame(&window).await);
        let start = Instant::now();
        window.press("Esc").await;
        window.until_true("!document.body.innerText.includes('Counting the text')").await;
        say("cancelling it", "ms", vec![start.elapsed().as_secs_f64() * 1000.0]);
        say_memory("PSS of all processes after that", &window.memory());
    });
}

/// The longest time between two frames since `watchFrames`.
async fn longest_frame(window: &Window) -> Vec<f64> {
    window.ask("walkFrames.longest").await.as_f64().into_iter().collect()
}

/// Letters and digits share no token: each of these keys makes one.
const SIGNS: [&str; 2] = ["1", "x"];

/// Pastes so many bytes in place of the scratch text, and waits until they are counted.
async fn paste(window: &Window, text: &str, bytes: usize) {
    let mut long = String::new();
    for paragraph in 1.. {
        if long.len() >= bytes {
            break;
        }
        long += &format!("## {paragraph}\n{text}\n");
    }
    window.click_into("Scratch text").await;
    window.press("Ctrl A").await;
    window.paste(&long).await;
    let counted =
        "Number(/([\\d,]+) tokens a call/.exec(document.body.innerText)?.[1].replaceAll(',', ''))";
    window.until_true(&format!("{counted} > {}", bytes / 8)).await;
}

/// Prints the middle and the 95th of a hundred.
fn say(what: &str, unit: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() as f64 * share).ceil() as usize).max(1) - 1];
    let runs = values.len();
    println!("{what:<34}p50 {:.0} {unit}, p95 {:.0} {unit} ({runs} runs)", at(0.5), at(0.95));
}

/// Prints what the window's own processes hold, together and each.
fn say_memory(what: &str, processes: &[(String, u64)]) {
    let ours = processes.iter().filter(|(name, _)| name == "desktop" || name.starts_with("WebKit"));
    let total: u64 = ours.clone().map(|(_, kilobytes)| kilobytes).sum();
    println!("{what:<34}{:.0} MB", total as f64 / 1024.0);
    for (name, kilobytes) in ours {
        println!("  {name:<32}{:.0} MB", *kilobytes as f64 / 1024.0);
    }
}
