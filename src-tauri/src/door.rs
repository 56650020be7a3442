//! What the shell tells the page: files that come from outside, and that the window is asked to close.

use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tauri::ipc::Channel;
use tauri::{DragDropEvent, Manager, Runtime, State};

/// Something that the page did not ask for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Event {
    /// Files are held over the window, or no longer.
    Dragging { over: bool },
    /// Files were dropped on the window.
    Dropped { paths: Vec<String> },
    /// A second start handed its file over.
    Opened { path: String },
    /// The window is asked to close; it waits for the page to say when.
    Closing,
}

impl Event {
    /// What a drag of files over the window means to the page, which cares neither where nor how often.
    pub fn of_drag(event: &DragDropEvent) -> Option<Self> {
        match event {
            DragDropEvent::Enter { .. } => Some(Self::Dragging { over: true }),
            DragDropEvent::Leave => Some(Self::Dragging { over: false }),
            DragDropEvent::Drop { paths, .. } => {
                Some(Self::Dropped { paths: paths.iter().map(|path| shown(path)).collect() })
            }
            _ => None,
        }
    }
}

/// The way to the page.
#[derive(Default)]
pub struct Door(Mutex<Page>);

#[derive(Default)]
struct Page {
    /// None while it loads.
    listens: Option<Channel<Event>>,
    /// What happened before it listened.
    missed: Vec<Event>,
    /// It was asked to let the window close, and has not answered.
    asked_to_close: bool,
}

impl Door {
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the page.
pub fn tell<R: Runtime>(from: &impl Manager<R>, event: Event) {
    let door = from.state::<Door>();
    let mut page = door.page();
    match &page.listens {
        // A page that is gone has no use for news.
        Some(channel) => drop(channel.send(event)),
        None => page.missed.push(event),
    }
}

/// Asks the page whether the window may close, and whether an answer is to be waited for.
pub fn ask_to_close<R: Runtime>(from: &impl Manager<R>) -> bool {
    let door = from.state::<Door>();
    let mut page = door.page();
    let Some(channel) = &page.listens else { return false };
    let asked = !page.asked_to_close && channel.send(Event::Closing).is_ok();
    page.asked_to_close = asked;
    asked
}

/// The page cannot finish yet, and has said why: the window stays.
#[tauri::command]
pub fn stay(door: State<Door>) {
    door.page().asked_to_close = false;
}

/// The page listens from now on; it is told what it missed. A page loaded anew takes over.
#[tauri::command]
pub fn listen(channel: Channel<Event>, door: State<Door>) {
    let mut page = door.page();
    page.missed.drain(..).for_each(|event| drop(channel.send(event)));
    page.listens = Some(channel);
    page.asked_to_close = false;
}

/// The file that this program was started with.
pub struct Argument(Option<String>);

impl Argument {
    /// Reads it off the command line.
    pub fn of_this_start() -> Self {
        let here = env::current_dir().unwrap_or_default();
        Self(env::args_os().nth(1).map(|file| whole(&here, &file)))
    }
}

/// The file that the program was started with, if there was one.
#[tauri::command]
pub fn argument(argument: State<Argument>) -> Option<String> {
    argument.0.clone()
}

/// A file as named in some folder, by a path that means the same everywhere.
pub fn whole(folder: &Path, file: impl AsRef<OsStr>) -> String {
    shown(&folder.join(file.as_ref()))
}

/// A path as the page knows it. One that is no text leads nowhere, and opening it says so.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
