//! Opens the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod call;

use std::env;
use std::process::exit;

use tauri::webview::PageLoadEvent;

fn main() {
    #[cfg(target_os = "linux")]
    spare_nvidia();
    tauri::async_runtime::set(app::runtime());
    let mut context = tauri::generate_context!();
    if env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
        // A private web view cannot be driven.
        context.config_mut().app.windows.iter_mut().for_each(|window| window.incognito = false);
    }
    let window = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![call::call])
        .on_page_load(|webview, page| {
            // Hidden until then, so that nobody sees an empty window flash.
            if page.event() == PageLoadEvent::Finished {
                let _ = webview.window().show();
            }
        })
        .run(context);
    if let Err(error) = window {
        eprintln!("The window could not be opened: {error}.");
        exit(2);
    }
}

/// With NVIDIA's driver the web view stays blank unless one of its renderers is off. GTK reads
/// that from the environment as it starts, so the program starts again with it.
#[cfg(target_os = "linux")]
fn spare_nvidia() {
    use std::os::unix::process::CommandExt;
    use std::{path::Path, process::Command};

    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if !Path::new("/proc/driver/nvidia").exists() || env::var_os(SWITCH).is_some() {
        return;
    }
    if let Ok(program) = env::current_exe() {
        let failed = Command::new(program).args(env::args_os().skip(1)).env(SWITCH, "1").exec();
        eprintln!("The window may stay blank: {failed}.");
    }
}
