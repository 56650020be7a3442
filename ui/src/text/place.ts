/** Where something is in a file, in words. */
import type { CallError } from "../types/calls";

/** `plan.yaml:18:98`, as editors and terminals write it; nothing where there is no line to go to. */
export function placeOf({ at }: CallError): string | null {
  if (!at?.file || at.line === null) return null;
  const name = at.file.split(/[/\\]/).at(-1);
  return [name, at.line, at.column].filter((it) => it !== null).join(":");
}
