//! Walks through the release window, driven by WebKitWebDriver; each leaves a picture in target/window/.

mod canvas;
mod contract;
mod damaged;
mod doors;
mod driver;
mod figures;
mod first;
mod flame;
mod hello;
mod home;
mod keys;
mod kinds;
mod network;
mod newcomer;
mod pages;
mod prices;
mod processes;
mod program;
mod questions;
mod surprise;
mod walk;
mod window;
mod x11;
