/** The shell's side of the door; the only file that knows Tauri. */
import { invoke } from "@tauri-apps/api/core";

/** Sends the name and the arguments (JSON as bytes), and gives back the answer's bytes. */
export function send(name: string, args: Uint8Array): Promise<ArrayBuffer> {
  return invoke<ArrayBuffer>("call", args, { headers: { name } });
}
