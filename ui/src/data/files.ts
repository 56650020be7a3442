/** Texts of files that a person dropped or chose. */
import { call } from "../host";
import type { CallError } from "../types/calls";
import { desk } from "./desk.svelte";
import { imports } from "./imports.svelte";

/**
 * A text with the name of its file; nothing where it cannot be read, which the desk then says, and
 * where it is too long to be edited: then it is offered to be counted.
 */
export async function openText(path: string): Promise<{ name: string; text: string } | null> {
  try {
    const { text, bytes } = await call("texts.read", { path });
    const name = nameOf(path);
    if (text !== null) return { name, text };
    imports.offered = { name, bytes, from: { path } };
    return null;
  } catch (error) {
    desk.refusal = error as CallError;
    return null;
  }
}

/** The file's name without its folder. */
export function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) || path;
}
