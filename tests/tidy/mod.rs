//! The walls of the house (src-tauri/README.md): who may use whom, and where the heavy libraries live.

mod arrows;
mod cycles;
mod network;
mod sources;
mod walls;
