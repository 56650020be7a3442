//! Opens the window for one walk, finds things in it by their label, and takes the picture.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long a thing may take to appear; far above what is expected, for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens the window, walks, and saves what it showed last, whether the walk came to its end or not.
pub fn walk(name: &str, steps: impl AsyncFnOnce(Window) + Send + 'static) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Runtime::new().expect("the system can start threads");
    runtime.block_on(async {
        let driver = Driver::start();
        let client = driver.open(&target().join("release/desktop")).await;
        let thread = tokio::task::LocalSet::new();
        let walking = thread.spawn_local(steps(Window { client: client.clone() }));
        let walked = thread.run_until(walking).await;
        save_picture(&client, name).await;
        // The window takes the driver's answer with it when it goes.
        let _ = tokio::time::timeout(Duration::from_secs(2), client.close()).await;
        if let Err(failed) = walked {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

/// The open window.
pub struct Window {
    client: Client,
}

impl Window {
    /// The text of the figure with this label, once it is there.
    pub async fn read(&self, label: &str) -> String {
        let by_label = format!("//*[@aria-labelledby=//*[normalize-space()='{label}']/@id]");
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&by_label));
        let figure = found.await.unwrap_or_else(|error| panic!("no `{label}` shows: {error}"));
        figure.text().await.expect("the window answers")
    }

    /// What an expression is worth in the page.
    pub async fn ask(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        self.client.execute(&script, vec![]).await.expect("the expression has a value")
    }

    /// Everything that the page says went wrong.
    pub async fn alerts(&self) -> Vec<String> {
        let alerts = self.client.find_all(Locator::Css("[role=alert]")).await;
        let mut texts = Vec::new();
        for alert in alerts.expect("the window answers") {
            texts.push(alert.text().await.expect("the window answers"));
        }
        texts
    }

    /// Waits until the page says that so many things went wrong.
    pub async fn until_alerts(&self, count: usize) {
        let start = Instant::now();
        while self.alerts().await.len() < count {
            assert!(start.elapsed() < PATIENCE, "fewer than {count} alerts");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// WebKitWebDriver, ended with the walk.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let port = free_port();
        let process = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // A driven web view keeps its data on disk: not in the home of whoever tests.
            .env("XDG_DATA_HOME", target().join("window/home"))
            .env("XDG_CACHE_HOME", target().join("window/home"))
            .spawn()
            .expect("WebKitWebDriver is installed (apt: webkit2gtk-driver)");
        Self { process, port }
    }

    /// Opens the window, as soon as the driver listens. No `browserName`: the driver would refuse it.
    async fn open(&self, program: &Path) -> Client {
        assert!(program.exists(), "{} is built by `cargo xtask test`", program.display());
        let mut wanted = Capabilities::new();
        wanted.insert("webkitgtk:browserOptions".into(), json!({ "binary": program, "args": [] }));
        let address = format!("http://127.0.0.1:{}", self.port);
        let start = Instant::now();
        loop {
            let mut session = ClientBuilder::new(HttpConnector::new());
            match session.capabilities(wanted.clone()).connect(&address).await {
                Ok(client) => return client,
                Err(error) => {
                    assert!(start.elapsed() < PATIENCE, "the window does not open: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Saves what the window shows, once it has painted what it knows.
async fn save_picture(client: &Client, name: &str) {
    let painted =
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));";
    let painted = client.execute_async(painted, vec![]);
    let _ = tokio::time::timeout(Duration::from_secs(2), painted).await;
    if let Ok(picture) = client.screenshot().await {
        let folder = target().join("window");
        fs::create_dir_all(&folder).expect("target/ can be written to");
        fs::write(folder.join(name).with_extension("png"), picture)
            .expect("target/ can be written to");
    }
}

/// The folder that Cargo builds in; this program runs from `debug/deps` in it.
fn target() -> PathBuf {
    let program = env::current_exe().expect("a running program has a path");
    program.ancestors().nth(3).expect("Cargo runs a test in target/debug/deps").to_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the system has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}
