//! The window itself: shown when there is something to see, closed when everything is kept.

use std::env;
use std::path::Path;

use app::{Code, Error};
use tauri::webview::{PageLoadEvent, PageLoadPayload};
use tauri::{AppHandle, CloseRequestApi, Manager, Webview, WebviewWindow, Window};

use crate::door::{self, Event};

/// Whether a program drives the window: a test, by WebDriver.
pub fn is_driven() -> bool {
    env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// Hidden until then, so that nobody sees an empty window flash.
pub fn page_loaded(webview: &Webview, page: &PageLoadPayload) {
    if page.event() == PageLoadEvent::Finished {
        #[cfg(target_os = "linux")]
        scroll_at_once(webview);
        let _ = webview.window().show();
    }
}

/// The program was started again: the window comes to the front, with the file if there is one.
pub fn second_start(app: &AppHandle, words: Vec<String>, folder: String) {
    if let Some(window) = app.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    if let Some(file) = words.get(1) {
        door::tell(app, Event::Opened { path: door::whole(Path::new(&folder), file) });
    }
}

/// The page is asked to finish what it is at, and says when the window may close. Asked again
/// before it has answered, the window closes: a page that hangs must not hold it.
pub fn close_requested(window: &Window, request: &CloseRequestApi) {
    if door::ask_to_close(window) {
        request.prevent_close();
    }
}

/// Closes the window; the page has finished.
#[tauri::command]
pub fn close(window: WebviewWindow) -> Result<(), Error> {
    window.destroy().map_err(|error| refused("closed", &error))
}

/// Shows the page larger or smaller.
#[tauri::command]
pub fn zoom(window: WebviewWindow, factor: f64) -> Result<(), Error> {
    window.set_zoom(factor).map_err(|error| refused("zoomed", &error))
}

fn refused(what: &str, cause: &tauri::Error) -> Error {
    Error::new(
        Code::Internal,
        format!("The window could not be {what}: {cause}."),
        "Close it and open it again; nothing that was saved is lost.",
    )
}

/// The web view scrolls in steps: its smooth scrolling falls behind where nothing draws but the processor.
#[cfg(target_os = "linux")]
fn scroll_at_once(webview: &Webview) {
    use webkit2gtk::{SettingsExt, WebViewExt};

    let _ = webview.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_enable_smooth_scrolling(false);
        }
    });
}

/// With NVIDIA's driver the web view stays blank unless one of its renderers is off. GTK reads
/// that from the environment as it starts, so the program starts again with it.
#[cfg(target_os = "linux")]
pub fn spare_nvidia() {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if !Path::new("/proc/driver/nvidia").exists() || env::var_os(SWITCH).is_some() {
        return;
    }
    if let Ok(program) = env::current_exe() {
        // Where this fails the window may stay blank, which it does without, too.
        let _ = Command::new(program).args(env::args_os().skip(1)).env(SWITCH, "1").exec();
    }
}
