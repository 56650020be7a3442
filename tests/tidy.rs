//! The walls of the house (src-tauri/README.md), held by reading what is written. Structure only: nothing is counted.

mod cycles;
mod manifests;
mod modules;
mod page;
mod papers;
mod place;
mod ships;
mod walls;
mod words;
