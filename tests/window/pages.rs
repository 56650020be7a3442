//! Every page of the sample, light and dark and twice as large: a picture, and what axe finds.

use crate::walk::Walk;
use crate::window::Window;

/// What a page is called, and the keys that lead there.
const PAGES: [(&str, &str); 5] = [
    ("Open a plan", "Alt Home"),
    ("Prompts", "Ctrl 1"),
    ("Plan", "Ctrl 2"),
    ("Projection", "Ctrl 3"),
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
    for zoom in [1.0, 2.0] {
        window.zoom(zoom).await;
        for (page, keys) in PAGES {
            window.go(page, keys).await;
            window.until_true("!document.querySelector('[aria-busy=true]')").await;
            window
                .picture(&format!(
                    "{}{}",
                    page.to_lowercase().replace(' ', "-"),
                    if zoom > 1.0 { "-200" } else { "" }
                ))
                .await;
            found.extend(
                window
                    .axe()
                    .await
                    .into_iter()
                    .map(|finding| format!("{page} at {zoom}: {finding}")),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(window.alerts().await, [""; 0]);
}
