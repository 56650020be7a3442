//! Turns `tauri.conf.json` and the capability into code, and names the one command that the page may send.

fn main() {
    println!("cargo:rerun-if-changed=../ui/dist");
    let commands = tauri_build::AppManifest::new().commands(&["call"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json and capabilities/ describe a valid shell");
}
