//! Opens the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod call;
mod dialogs;
mod door;
mod reveal;
mod window;

use std::env;
use std::process::exit;
use std::time::Instant;

use tauri::{RunEvent, State, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use dialogs::Chosen;
use door::{Argument, Door, Event};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() {
    let start = Start(Instant::now());
    #[cfg(target_os = "linux")]
    window::spare_nvidia();
    tauri::async_runtime::set(app::runtime());
    let mut context = tauri::generate_context!();
    let mut builder = tauri::Builder::default();
    if window::is_driven() {
        // A private web view cannot be driven.
        context.config_mut().app.windows.iter_mut().for_each(|window| window.incognito = false);
    } else {
        // A driven window stands alone, whatever else is open.
        builder = builder.plugin(tauri_plugin_single_instance::init(window::second_start));
    }
    let remembered = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    let window = builder
        .plugin(tauri_plugin_window_state::Builder::new().with_state_flags(remembered).build())
        .manage(start)
        .manage(Argument::of_this_start())
        .manage(Door::default())
        .manage(Chosen::default())
        .invoke_handler(tauri::generate_handler![
            call::call,
            dialogs::pick,
            door::argument,
            door::listen,
            door::stay,
            ready,
            reveal::reveal,
            window::close,
            window::zoom,
        ])
        .on_page_load(window::page_loaded)
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } => window::close_requested(window, api),
            WindowEvent::DragDrop(event) => {
                Event::of_drag(event).into_iter().for_each(|event| door::tell(window, event));
            }
            _ => {}
        })
        .build(context);
    let window = window.unwrap_or_else(|error| {
        eprintln!("The window could not be opened: {error}.");
        exit(2)
    });
    window.run(|_, event| {
        if let RunEvent::Exit = event
            && let Err(error) = app::projects::close_all()
        {
            eprintln!("{error} {}", error.hint);
        }
    });
}

/// When the program started.
struct Start(Instant);

/// The page can be used; with `FOREBILL_TRACE` set, how long that took is written to standard error.
#[tauri::command]
fn ready(start: State<Start>) {
    if env::var_os("FOREBILL_TRACE").is_some() {
        eprintln!("usable after {} ms", start.0.elapsed().as_millis());
    }
}
