//! The one tokio runtime of the program.

use std::sync::OnceLock;

use tokio::runtime::{Handle, Runtime};

/// The runtime that every shell uses: the window is given it, the command line and the tests block on it.
pub fn runtime() -> Handle {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("the system can start threads")).handle().clone()
}
