/** The shell's side of the door; the only file that knows Tauri. */
import { Channel, invoke } from "@tauri-apps/api/core";

/** Sends the name and the arguments (JSON as bytes), and gives back the answer's bytes. */
export function send(name: string, args: Uint8Array): Promise<ArrayBuffer> {
  return invoke<ArrayBuffer>("call", args, { headers: { name } });
}

/** Asks the shell for something that only a window can do. */
export function ask(name: string, args: Record<string, unknown>): Promise<unknown> {
  return invoke(name, args);
}

/** Hears what the shell has to tell from now on, and what it had to tell before. */
export async function hear(on: (event: unknown) => void): Promise<void> {
  const channel = new Channel<unknown>(on);
  await invoke("listen", { channel });
}
