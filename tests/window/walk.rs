//! A walk: a window in a home of its own, what is done in it, and the picture of its end.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::driver::Start;
use crate::home::Home;
use crate::window::Window;

/// Opens the window, walks, and saves what it showed last, whether the walk came to its end or not.
pub fn walk(name: &str, steps: impl AsyncFnOnce(Window) + 'static) {
    Walk::new(name).go(steps);
}

/// A walk before it begins.
pub struct Walk {
    name: String,
    home: Home,
    start: Start,
}

impl Walk {
    /// A walk in an empty home.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), home: Home::new(name), start: Start::default() }
    }

    /// Its home, to lay files into.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The program is started with this file.
    pub fn with(mut self, file: impl Into<PathBuf>) -> Self {
        self.start.arguments.push(file.into());
        self
    }

    /// This is started in place of the window, and starts it.
    pub fn by(mut self, program: impl Into<PathBuf>) -> Self {
        self.start.program = Some(program.into());
        self
    }

    /// The program finds this in its environment.
    pub fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.start.environment.push((name, value.into()));
        self
    }

    /// The desktop is dark.
    pub fn dark(self) -> Self {
        self.env("GTK_THEME", "Adwaita:dark")
    }

    /// Walks.
    pub fn go(self, steps: impl AsyncFnOnce(Window) + 'static) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("the system can start threads");
        runtime.block_on(tokio::task::LocalSet::new().run_until(async {
            let window = Window::open(&self.name, self.home, self.start).await;
            let walked = tokio::task::spawn_local(steps(window.clone())).await;
            window.save_picture(&self.name).await;
            window.end().await;
            if let Err(failed) = walked {
                std::panic::resume_unwind(failed.into_panic());
            }
        }));
    }
}
