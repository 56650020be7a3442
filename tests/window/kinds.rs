//! Walk: a cascade, a loop with an agent and a response cache are added, each with a field set in its form.

use crate::walk::walk;
use crate::window::Window;

const UNIT: &str = "Unit cost, per question";

#[test]
fn kinds_of_steps_are_added_and_set_in_their_forms() {
    walk("kinds", person);
}

async fn person(window: Window) {
    window.click("Hello").await;
    window.go("Plan", "Ctrl 2").await;
    // From the feature to its call.
    window.tab_to("front-desk").await;
    window.press("↓").await;

    wrapped(&window, "Cascade", "cascade").await;
    window.fill("Tier 1: accepts", "80%").await;
    window.choose("Accepted", "by right and wrong").await;
    window.until_shows("accepts right").await;
    window.picture("cascade").await;
    assert_eq!(window.axe().await, [""; 0]);

    back(&window).await;
    wrapped(&window, "Response cache", "response-cache").await;
    window.fill("Hits", "40%").await;
    window.picture("response-cache").await;
    assert_eq!(window.axe().await, [""; 0]);

    back(&window).await;
    wrapped(&window, "Loop", "loop").await;
    window.fill("Steps", "2..5").await;
    window.picture("loop").await;
    assert_eq!(window.axe().await, [""; 0]);

    // All of it becomes an agent, below the feature with its steps.
    back(&window).await;
    wrapped(&window, "Agent", "loop").await;
    window.until_shows("1 use").await;
    window.fill("Deep at most", "1").await;
    window.picture("agent").await;
    assert_eq!(window.axe().await, [""; 0]);
    assert_eq!(window.alerts().await, [""; 0]);

    // Hours of the feature's own stay within the inspector.
    back(&window).await;
    window.press("Home").await;
    window.choose("Hours", "hours of their own").await;
    window.fill("Weight at 9:00", "6").await;
    let inside = "[...document.querySelectorAll('aside input')].every((it) => \
                  it.getBoundingClientRect().right <= it.closest('aside').getBoundingClientRect().right)";
    window.until_true(inside).await;
    window.picture("hours").await;
    assert_eq!(window.axe().await, [""; 0]);
    window.press("Alt 2").await;
    window.picture("canvas").await;
    assert!(!window.figure(UNIT).await.is_empty());
}

/// Wraps what is selected; the new step is selected then.
async fn wrapped(window: &Window, kind: &str, name: &str) {
    window.press("W").await;
    window.click(&format!("{kind},")).await;
    window.until_focus(name).await;
}

/// From the form back to the plan.
async fn back(window: &Window) {
    window.press("Esc").await;
    window.until_true("!!document.activeElement.closest('[role=treegrid]')").await;
}
