//! WebKitWebDriver and the window that it opens, both ended when they are dropped.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::home::{Home, target};
use crate::processes;

/// How long a thing may take to appear; far above what is expected, for a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How a window is started.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// What is started in place of the release build: something that starts that.
    pub program: Option<PathBuf>,
    /// What stands behind the program's name.
    pub arguments: Vec<PathBuf>,
    /// More of the environment than the home says.
    pub environment: Vec<(&'static str, OsString)>,
}

/// The program that turns what a walk does into what a person does.
pub struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts it in a home.
    pub fn start(home: &Home, start: &Start) -> Self {
        let port = free_port();
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(home.environment())
            .envs(start.environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver is installed (apt: webkit2gtk-driver)");
        Self { process, port }
    }

    /// Opens the window, as soon as the driver listens. No `browserName`: the driver would refuse it.
    pub async fn open(&self, start: &Start) -> Client {
        let program = start.program.clone().unwrap_or_else(program);
        let mut wanted = Capabilities::new();
        let options = json!({ "binary": program, "args": start.arguments });
        wanted.insert("webkitgtk:browserOptions".into(), options);
        let address = format!("http://127.0.0.1:{}", self.port);
        let begin = Instant::now();
        loop {
            let mut session = ClientBuilder::new(HttpConnector::new());
            match session.capabilities(wanted.clone()).connect(&address).await {
                Ok(client) => return client,
                Err(error) => {
                    assert!(begin.elapsed() < PATIENCE, "the window does not open: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// The window's process, if it runs.
    pub fn window(&self) -> Option<u32> {
        let family = processes::family(self.process.id());
        family.into_iter().find(|id| processes::program(*id).is_some_and(|it| it == "desktop"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The release build of the window.
pub fn program() -> PathBuf {
    let program = target().join("release/desktop");
    assert!(program.exists(), "{} is built by `cargo xtask test`", program.display());
    program
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the system has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
