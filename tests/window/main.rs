//! Walks through the release window, driven by WebKitWebDriver; each leaves a picture in target/window/.

mod hello;
mod walk;
