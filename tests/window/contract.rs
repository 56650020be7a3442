//! Walk: what was agreed with a seller, changed in the plan and taken back.

use crate::home::root;
use crate::walk::walk;
use crate::window::Window;

#[test]
fn a_term_of_a_contract_is_changed_and_taken_back() {
    walk("contract", person);
}

async fn person(window: Window) {
    window.home().will_pick(&root().join("examples/contract/plan.yaml"));
    window.press("Ctrl O").await;
    let total = "Year 2027";
    let agreed = window.figure(total).await;

    // The contract is a row of the plan; its terms stand beside it.
    window.go("Plan", "Ctrl 2").await;
    window.click("OpenAI order form").await;
    window.until_shows("Volume steps").await;
    window.picture("terms").await;
    assert_eq!(window.axe().await, [""; 0]);

    // More is taken off, and the total follows.
    window.fill("Off", "30%").await;
    let year = format!("!document.body.innerText.includes({agreed:?})");
    window.until_true(&year).await;
    window.picture("changed").await;
    window.press("Ctrl Z").await;
    window.until(total, &agreed).await;

    // A term comes and goes.
    window.click("fee").await;
    window.until_shows("Delete fee").await;
    window.picture("added").await;
    window.click("Undo").await;
    window.until(total, &agreed).await;
    assert_eq!(window.alerts().await, [""; 0]);
}
