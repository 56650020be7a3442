/** Texts of files that a person dropped or chose. */
import { call } from "../host";
import type { CallError } from "../types/calls";
import { desk } from "./desk.svelte";

/** A text with the name of its file; nothing where it cannot be read, which the desk then says. */
export async function openText(path: string): Promise<{ name: string; text: string } | null> {
  try {
    const { text } = await call("texts.read", { path });
    return { name: nameOf(path), text };
  } catch (error) {
    desk.refusal = error as CallError;
    return null;
  }
}

/** The file's name without its folder. */
export function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) || path;
}
