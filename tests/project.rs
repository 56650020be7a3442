//! A project that is open, asked as the window asks.

use std::env;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Value, json};

/// An open project.
pub struct Desk {
    pub project: Value,
}

impl Desk {
    pub fn sample(name: &str) -> Self {
        Self::opened(&ask("projects.sample", json!({"name": name})))
    }

    pub fn opened(opened: &Value) -> Self {
        Self { project: opened["view"]["project"].clone() }
    }

    pub fn call(&self, name: &str, mut arguments: Value) -> Value {
        arguments["project"] = self.project.clone();
        ask(name, arguments)
    }

    pub fn edit(&self, edit: Value) -> Value {
        self.call("projects.edit", json!({"edit": edit}))
    }

    pub fn write_text(&self, part: &str, text: &str) -> Value {
        let new = json!({"part": part, "text": text, "calls": null, "output": null});
        self.call("projects.write_text", new)
    }

    pub fn view(&self) -> Value {
        self.call("projects.look_at", json!({"month": 11}))
    }

    pub fn file(&self) -> String {
        text(&self.view()["file"]).to_owned()
    }

    pub fn close(&self) {
        self.call("projects.close", json!({}));
    }

    pub fn reopened(&self) -> Self {
        self.reopened_with_desk().0
    }

    pub fn reopened_with_desk(&self) -> (Self, Value) {
        let file = self.file();
        self.close();
        let opened = ask("projects.open", json!({"path": file}));
        (Self::opened(&opened), opened["desk"].clone())
    }
}

pub fn ask(name: &str, arguments: Value) -> Value {
    call(name, &arguments).unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

pub fn refused(name: &str, arguments: Value) -> app::Error {
    call(name, &arguments).expect_err("it must be refused")
}

/// The folder that this program keeps everything else in, where another has run it.
pub const HOME: &str = "FOREBILL_TEST_HOME";

/// Has this test program keep everything in a folder of its own, and find nothing of whoever runs it.
pub fn at_home() {
    static OWN: OnceLock<Option<tempfile::TempDir>> = OnceLock::new();
    OWN.get_or_init(|| {
        let own = env::var_os(HOME).is_none().then(|| tempfile::tempdir().expect("a folder"));
        let home = own.as_ref().map(|own| own.path().into());
        app::home::keep_in(home.or(env::var_os(HOME).map(PathBuf::from)).expect("one of both"));
        own
    });
}

/// Calls as the window does.
pub fn call(name: &str, arguments: &Value) -> Result<Value, app::Error> {
    at_home();
    let answer = app::runtime().block_on(app::call(name, arguments.to_string().as_bytes()))?;
    Ok(serde_json::from_slice(&answer).expect("an answer is JSON"))
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub fn decimal(value: &Value) -> f64 {
    text(value).parse().unwrap_or_else(|_| panic!("`{value}` is no decimal"))
}
