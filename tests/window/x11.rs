//! The display: what a window manager does, of which there is none here, and a keyboard that no driver stands behind.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, Window,
};
use x11rb::rust_connection::RustConnection;

/// Asks the window of this process to close, as its close button does.
pub fn ask_to_close(process: u32) {
    let (display, window) = find(process);
    let protocols = atom(&display, "WM_PROTOCOLS");
    let close = atom(&display, "WM_DELETE_WINDOW");
    let message = ClientMessageEvent::new(32, window, protocols, [close, 0, 0, 0, 0]);
    display
        .send_event(false, window, EventMask::NO_EVENT, message)
        .expect("the display takes messages");
    until_done(&display);
}

/// Gives the window of this process a size.
pub fn resize(process: u32, width: u32, height: u32) {
    let (display, window) = find(process);
    let size = ConfigureWindowAux::new().width(width).height(height);
    display.configure_window(window, &size).expect("the display takes messages");
    until_done(&display);
}

/// The process's window that is shown.
fn find(process: u32) -> (RustConnection, Window) {
    let (display, screen) = x11rb::connect(None).expect("there is a display");
    let root = display.setup().roots[screen].root;
    let pid = atom(&display, "_NET_WM_PID");
    let shown = |window: &Window| {
        let of = display
            .get_property(false, *window, pid, AtomEnum::CARDINAL, 0, 1)
            .ok()?
            .reply()
            .ok()?;
        let state = display.get_window_attributes(*window).ok()?.reply().ok()?;
        let mapped = u8::from(state.map_state) == 2;
        (mapped && of.value32()?.next()? == process).then_some(())
    };
    let windows = display.query_tree(root).expect("the display answers").reply();
    let windows = windows.expect("the display answers").children;
    let window = windows.into_iter().find(|window| shown(window).is_some());
    let window = window.unwrap_or_else(|| panic!("process {process} shows no window"));
    (display, window)
}

/// Waits until the display has done what it was asked to: it forgets what a caller who left had asked.
fn until_done(display: &RustConnection) {
    let done = display.get_input_focus().expect("the display answers").reply();
    done.expect("the display answers");
}

fn atom(display: &RustConnection, name: &str) -> u32 {
    let answer = display.intern_atom(false, name.as_bytes()).expect("the display answers").reply();
    answer.expect("the display answers").atom
}
