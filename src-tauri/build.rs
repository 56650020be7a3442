//! Turns `tauri.conf.json` and the capability into code, and names every command that the page may send.

fn main() {
    println!("cargo:rerun-if-changed=../ui/dist");
    let commands = tauri_build::AppManifest::new().commands(&[
        "argument", "call", "close", "listen", "pick", "ready", "reveal", "stay", "zoom",
    ]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json and capabilities/ describe a valid shell");
}
