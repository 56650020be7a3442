/** Stands in for the shell in tests: answers what it was told to. */
import type { CallError, Calls } from "../types/calls";

type Answer<Name extends keyof Calls> = (
  args: Calls[Name]["arguments"],
) => Calls[Name]["result"] | Promise<Calls[Name]["result"]>;

const answers = new Map<string, (args: never) => unknown>();

/** Says how a call is answered from now on. */
export function answer<Name extends keyof Calls>(name: Name, by: Answer<Name>): void {
  answers.set(name, by);
}

/** Says with which error a call fails from now on. */
export function refuse(name: keyof Calls, error: CallError): void {
  answers.set(name, () => Promise.reject(error));
}

/** Forgets every answer. */
export function forget(): void {
  answers.clear();
}

/** The same as `send` in `tauri.ts`. */
export async function send(name: string, args: Uint8Array): Promise<ArrayBuffer> {
  const by = answers.get(name);
  if (!by) throw new Error(`no test said how ${name} is answered`);
  const result = await by(JSON.parse(new TextDecoder().decode(args)) as never);
  if (result instanceof ArrayBuffer) return result;
  return new TextEncoder().encode(JSON.stringify(result)).buffer;
}
