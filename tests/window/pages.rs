//! Every page of the sample, light and dark and twice as large: a picture, and what axe finds.

use crate::walk::Walk;
use crate::window::Window;

/// What a page is called, and the keys that lead there.
const PAGES: [(&str, &str); 7] = [
    ("Open a plan", "Alt 0"),
    ("Prompts", "Ctrl 1"),
    ("Plan", "Ctrl 2"),
    ("Projection", "Ctrl 3"),
    ("Budgets", "Ctrl 6"),
    ("Prices", "Ctrl 8"),
    ("Report", "Ctrl 9"),
];

#[test]
fn every_page_can_be_used_by_everybody_in_the_light() {
    Walk::new("light").go(async |window| look_at_all(&window).await);
}

#[test]
fn every_page_can_be_used_by_everybody_in_the_dark() {
    Walk::new("dark").dark().go(async |window| {
        window.until_true("matchMedia('(prefers-color-scheme: dark)').matches").await;
        look_at_all(&window).await;
    });
}

async fn look_at_all(window: &Window) {
    window.resize(1280, 800).await;
    window.click("Support desk").await;
    window.figure("Unit cost").await;
    let mut found = vec![];
    for (zoom, size) in [(1.0, ""), (2.0, "-200")] {
        window.zoom(zoom).await;
        for (page, keys) in PAGES {
            window.go(page, keys).await;
            window.until_true("!document.querySelector('[aria-busy=true]')").await;
            let name = page.to_lowercase().replace(' ', "-") + size;
            found.extend(look(window, &name).await);
        }
        for (sheet, keys) in [("commands", "Ctrl K"), ("shortcuts", "F1")] {
            window.press(keys).await;
            window
                .until_true("document.querySelector('dialog[open], [role=dialog]') !== null")
                .await;
            found.extend(look(window, &format!("{sheet}{size}")).await);
            window.press("Esc").await;
            window
                .until_true("document.querySelector('dialog[open], [role=dialog]') === null")
                .await;
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(window.alerts().await, [""; 0]);
}

async fn look(window: &Window, name: &str) -> Vec<String> {
    window.picture(name).await;
    window.axe().await.into_iter().map(|finding| format!("{name}: {finding}")).collect()
}
