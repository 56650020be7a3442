//! The open window, and what a person does with it: looks, clicks, types.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;

use std::rc::Rc;
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::actions::{
    InputSource, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use serde_json::{Value, json};

use crate::driver::{Driver, PATIENCE, Start};
use crate::home::{Home, root, target};
use crate::{keys, processes, x11};

const PAGE: &str = include_str!("page.js");
const LATENCY: &str = include_str!("latency.js");

/// The open window. Its copies are the same window.
#[derive(Clone)]
pub struct Window(Rc<Open>);

struct Open {
    name: String,
    home: Home,
    start: Start,
    driver: RefCell<Driver>,
    client: RefCell<Client>,
    pictures: Cell<u32>,
    zoom: Cell<f64>,
    clicks: Cell<u32>,
}

/// How long keys take, in milliseconds each.
pub struct Latencies {
    /// To the first frame that shows something of it.
    pub first: Vec<f64>,
    /// To the frame that shows all of it.
    pub last: Vec<f64>,
}

impl Window {
    /// Opens it in an empty home.
    pub async fn open(name: &str, home: Home, start: Start) -> Self {
        let driver = Driver::start(&home, &start);
        let client = driver.open(&start).await;
        let window = Self(Rc::new(Open {
            name: name.to_owned(),
            home,
            start,
            driver: RefCell::new(driver),
            client: RefCell::new(client),
            pictures: Cell::new(0),
            zoom: Cell::new(1.0),
            clicks: Cell::new(0),
        }));
        window.until_usable().await;
        window
    }

    /// Where this walk's files lie.
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    /// Clicks on what is called so.
    pub async fn click(&self, name: &str) {
        self.pointed(name, "place").await;
    }

    /// Presses keys together, written as the page writes them: `Ctrl Shift Z`.
    pub async fn press(&self, chord: &str) {
        self.keyed(keys::chord(chord)).await;
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) {
        self.keyed(keys::typed(text)).await;
    }

    /// Clicks into the field of this label.
    pub async fn click_into(&self, label: &str) {
        self.pointed(label, "field").await;
    }

    /// Replaces what a field holds, and leaves it.
    pub async fn fill(&self, label: &str, text: &str) {
        self.click_into(label).await;
        self.press("Ctrl A").await;
        self.type_text(text).await;
        self.press("Tab").await;
    }

    /// Chooses what begins so from the list of this label.
    pub async fn choose(&self, label: &str, option: &str) {
        let names = vec![json!(label), json!(option)];
        self.found("choose(arguments[0], arguments[1])", names, &format!("{label}: {option}"))
            .await;
    }

    /// Pastes a text into whatever has the focus, through the system's clipboard.
    pub async fn paste(&self, text: &str) {
        self.run("lend(arguments[0])", vec![json!(text)]).await;
        self.press("Ctrl A").await;
        self.press("Ctrl C").await;
        self.run("giveBack()", vec![]).await;
        self.press("Ctrl V").await;
    }

    /// What the figure under these words says, once it is there.
    pub async fn figure(&self, label: &str) -> String {
        self.text_of("figure(arguments[0])", &[label], label).await
    }

    /// The figure under these words with all its digits, as its tooltip has it.
    pub async fn exact_figure(&self, label: &str) -> String {
        self.text_of("exactFigure(arguments[0])", &[label], label).await
    }

    /// What the field or list entry of this label says, once it is there.
    pub async fn read(&self, label: &str) -> String {
        self.text_of("read(arguments[0])", &[label], label).await
    }

    /// Waits until the figure says so.
    pub async fn until(&self, label: &str, expected: &str) {
        let start = Instant::now();
        loop {
            let said = self.figure(label).await;
            if said == expected {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{label} says `{said}` and not `{expected}`");
            pause().await;
        }
    }

    /// Waits until an expression holds in the page.
    pub async fn until_true(&self, expression: &str) {
        let start = Instant::now();
        while self.ask(expression).await != true {
            if start.elapsed() > PATIENCE {
                let page = self.ask("document.body.innerText").await;
                let page = page.as_str().unwrap_or("");
                panic!("it does not become true that {expression}. The page shows:\n{page}");
            }
            pause().await;
        }
    }

    /// Goes to a place by its keys, and waits until it is there.
    pub async fn go(&self, place: &str, keys: &str) {
        self.press(keys).await;
        self.until_true(&format!(
            "tidy(document.querySelector('main h1')?.innerText) === '{place}'"
        ))
        .await;
    }

    /// What the cell says in the row that begins so, in the column called so.
    pub async fn cell(&self, row: &str, column: &str) -> String {
        let what = format!("{row} / {column}");
        self.text_of("cell(arguments[0], arguments[1])", &[row, column], &what).await
    }

    /// Waits until the page shows this text somewhere.
    pub async fn until_shows(&self, text: &str) {
        let start = Instant::now();
        while !self.shows(text).await {
            if start.elapsed() > PATIENCE {
                let page = self.ask("document.body.innerText").await;
                panic!(
                    "the page does not show `{text}`. It shows:\n{}",
                    page.as_str().unwrap_or("")
                );
            }
            pause().await;
        }
    }

    /// Whether the page shows this text now.
    pub async fn shows(&self, text: &str) -> bool {
        self.run("tidy(document.body.innerText).includes(arguments[0])", vec![json!(text)]).await
            == true
    }

    /// What has the focus is called.
    pub async fn focus(&self) -> String {
        text(&self.run("focus()", vec![]).await)
    }

    /// Presses Tab until what begins with this name has the focus.
    pub async fn tab_to(&self, name: &str) {
        let mut passed = vec![];
        while passed.len() < 100 {
            self.press("Tab").await;
            let focus = self.focus().await;
            if focus.starts_with(name) {
                return;
            }
            passed.push(focus);
        }
        panic!("Tab does not lead to `{name}`, only to: {}", passed.join(" | "));
    }

    /// Waits until what begins with this name has the focus.
    pub async fn until_focus(&self, name: &str) {
        let start = Instant::now();
        loop {
            let focus = self.focus().await;
            if focus.starts_with(name) {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "`{focus}` has the focus, and not `{name}`");
            pause().await;
        }
    }

    /// What an expression is worth in the page.
    pub async fn ask(&self, expression: &str) -> Value {
        self.run(expression, vec![]).await
    }

    /// Everything that the page says went wrong.
    pub async fn alerts(&self) -> Vec<String> {
        let alerts = "[...document.querySelectorAll('[role=alert]')].filter(shows).map(words)";
        list(&self.ask(alerts).await)
    }

    /// Waits until the page says that so many things went wrong.
    pub async fn until_alerts(&self, count: usize) {
        let start = Instant::now();
        while self.alerts().await.len() < count {
            assert!(start.elapsed() < PATIENCE, "fewer than {count} alerts");
            pause().await;
        }
    }

    /// What keeps a person with a screen reader, a keyboard or weak eyes from using the page.
    pub async fn axe(&self) -> Vec<String> {
        let axe = root().join("ui/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(axe).expect("npm ci ran in ui/");
        self.client().execute(&axe, vec![]).await.expect("axe loads");
        let look = "const done = arguments[0]; axe.run().then((found) => done(found.violations.flatMap( \
                    ({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target.join(' ')}: \
                    ${node.failureSummary.replace(/\\s+/g, ' ')}`))), (error) => done([String(error)]));";
        list(&self.client().execute_async(look, vec![]).await.expect("axe answers"))
    }

    /// Shows the page so many times as large.
    pub async fn zoom(&self, factor: f64) {
        let invoke = "const done = arguments[1]; \
                      window.__TAURI_INTERNALS__.invoke('zoom', { factor: arguments[0] }).then(() => done());";
        self.client().execute_async(invoke, vec![json!(factor)]).await.expect("the shell zooms");
        self.0.zoom.set(factor);
    }

    /// Gives the window a size, and waits until the page has it.
    pub async fn resize(&self, width: u32, height: u32) {
        x11::resize(self.process(), width, height);
        self.until_true(&format!("innerWidth === {width} && innerHeight === {height}")).await;
    }

    /// Takes a picture; they are numbered in their order.
    pub async fn picture(&self, of: &str) {
        self.0.pictures.set(self.0.pictures.get() + 1);
        self.save_picture(&format!("{}-{}-{of}", self.0.name, self.0.pictures.get())).await;
    }

    /// Saves what the window shows, once it has painted what it knows.
    pub async fn save_picture(&self, name: &str) {
        let painted =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));";
        let client = self.client();
        let painted = client.execute_async(painted, vec![]);
        let _ = tokio::time::timeout(Duration::from_secs(2), painted).await;
        if let Ok(picture) = client.screenshot().await {
            let file = target().join("window").join(name).with_extension("png");
            fs::write(file, picture).expect("target/ can be written to");
        }
    }

    /// Closes the window as a person does, and waits until the program has ended.
    pub async fn close(&self) {
        let process = self.process();
        x11::ask_to_close(process);
        let start = Instant::now();
        while processes::program(process).is_some() {
            assert!(start.elapsed() < PATIENCE, "the window does not close");
            pause().await;
        }
    }

    /// Starts the program again in the same home.
    pub async fn reopen(&self) {
        self.start_again(self.0.start.clone()).await;
    }

    /// Starts the program again in the same home, with this file.
    pub async fn reopen_with(&self, file: &Path) {
        self.start_again(Start { arguments: vec![file.to_owned()], ..self.0.start.clone() }).await;
    }

    async fn start_again(&self, start: Start) {
        let driver = Driver::start(&self.0.home, &start);
        let client = driver.open(&start).await;
        self.0.driver.replace(driver);
        self.0.client.replace(client);
        self.0.zoom.set(1.0);
        self.until_usable().await;
    }

    async fn until_usable(&self) {
        self.until_true("'ready' in document.documentElement.dataset").await;
    }

    /// How many milliseconds each of these keys takes to the first frame in which the part of the page
    /// that `selector` names has changed for it, and to the last. The next key waits until it rests.
    pub async fn latencies(&self, selector: &str, keys: &[&str]) -> Latencies {
        let watch = self.client().execute_async(LATENCY, vec![json!(selector)]).await;
        watch.expect("the page can be watched");
        for (so_far, key) in keys.iter().enumerate() {
            self.press(key).await;
            let start = Instant::now();
            while self.ask("walkLatency.times.length").await.as_u64() <= Some(so_far as u64) {
                assert!(start.elapsed() < PATIENCE, "`{key}` changes nothing in {selector}");
                pause().await;
            }
        }
        let times = self.ask("walkLatency.times").await;
        let times = times.as_array().expect("a list");
        let column = |index: usize| times.iter().filter_map(|time| time[index].as_f64()).collect();
        Latencies { first: column(0), last: column(1) }
    }

    /// The memory of all the window's processes, in kilobytes, each with its name.
    pub fn memory(&self) -> Vec<(String, u64)> {
        processes::memory_of_all(self.process())
    }

    /// The same page, whose scripts know `page.js`.
    pub async fn run(&self, expression: &str, arguments: Vec<Value>) -> Value {
        let script = format!("{PAGE}\nreturn {expression};");
        let answer = self.client().execute(&script, arguments).await;
        answer.unwrap_or_else(|error| panic!("`{expression}` has no value: {error}"))
    }

    /// Ends the session. The window takes the driver's answer with it when it goes.
    pub async fn end(&self) {
        let _ = tokio::time::timeout(Duration::from_secs(2), self.client().close()).await;
    }

    /// The driven session.
    pub fn client(&self) -> Client {
        self.0.client.borrow().clone()
    }

    fn process(&self) -> u32 {
        self.0.driver.borrow().window().expect("the window is open")
    }

    async fn keyed(&self, actions: KeyActions) {
        self.client().perform_actions(actions).await.expect("the window takes keys");
    }

    /// Points at what `find` of page.js finds, once it is there and nothing lies over it, and clicks.
    async fn pointed(&self, name: &str, find: &str) {
        let found = self.found(&format!("{find}(arguments[0])"), vec![json!(name)], name).await;
        // The page tells places in its own pixels, the driver counts the window's.
        let zoom = self.0.zoom.get();
        let at = |axis: &str| zoom * found[axis].as_f64().expect("a place has two axes");
        // Two clicks at one place would be a double click.
        let aside = f64::from(self.0.clicks.replace(self.0.clicks.get() + 1) % 2) * 8.0;
        let (x, y) = (at("x") - aside, at("y"));
        let mut mouse = MouseActions::new("mouse".into());
        mouse = mouse.then(PointerAction::MoveTo { duration: None, x, y });
        let button = MOUSE_BUTTON_LEFT;
        mouse = mouse.then(PointerAction::Down { button }).then(PointerAction::Up { button });
        self.client().perform_actions(mouse).await.expect("the window takes clicks");
    }

    async fn text_of(&self, find: &str, names: &[&str], what: &str) -> String {
        let names = names.iter().map(|name| json!(name)).collect();
        text(&self.found(find, names, what).await["text"])
    }

    /// What a search in the page finds, as soon as it does.
    async fn found(&self, find: &str, names: Vec<Value>, what: &str) -> Value {
        let start = Instant::now();
        loop {
            let found = self.run(find, names.clone()).await;
            let Some(there) = found.get("there") else { return found };
            if start.elapsed() > PATIENCE {
                panic!("there is no `{what}`. There is: {}", list(there).join(" | "));
            }
            pause().await;
        }
    }
}

/// A moment, in which the page may get further.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
