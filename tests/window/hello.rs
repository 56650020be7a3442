//! The first thing a person sees: a sample's figure, in a window that keeps its promises.

use crate::walk::walk;

#[test]
fn the_figure_of_the_sample_comes_through_the_door() {
    walk("hello", async |window| {
        window.click("Hello").await;
        assert_eq!(window.figure("Unit cost").await, "$0.000494");
        // The web view says "C" with LANG=C, on which `Intl` throws.
        assert_eq!(window.ask("document.documentElement.lang").await, "en-US");
        assert_eq!(window.ask("Object.isFrozen(Object.prototype)").await, true);
        assert_eq!(window.ask("'__TAURI__' in window").await, false);
        assert_eq!(window.alerts().await, [""; 0]);
    });
}

#[test]
fn the_policy_lets_nothing_in_from_outside() {
    walk("policy", async |window| {
        window.ask("new Image().src = 'https://example.invalid/x.png'").await;
        window.ask("document.body.setAttribute('style', 'color: red')").await;
        window.until_alerts(2).await;
        assert_eq!(
            window.alerts().await,
            ["img-src refused https://example.invalid/x.png", "style-src-attr refused inline"]
        );
    });
}
