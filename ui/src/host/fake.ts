/** Stands in for the shell in tests: answers what it was told to. */
import type { CallError, Calls } from "../types/calls";

type Answer<Name extends keyof Calls> = (
  args: Calls[Name]["arguments"],
) => Calls[Name]["result"] | Promise<Calls[Name]["result"]>;

const answers = new Map<string, (args: never) => unknown>();
const windowAnswers = new Map<string, (args: Record<string, unknown>) => unknown>();
const hearers = new Set<(news: unknown) => void>();

/** Says how a call is answered from now on. */
export function answer<Name extends keyof Calls>(name: Name, by: Answer<Name>): void {
  answers.set(name, by);
}

/** Says with which error a call fails from now on. */
export function refuse(name: keyof Calls, error: CallError): void {
  answers.set(name, () => Promise.reject(error));
}

/** Says what a question to the window is answered: `pick`, `argument`, `zoom` … */
export function answerWindow(name: string, by: (args: Record<string, unknown>) => unknown): void {
  windowAnswers.set(name, by);
}

/** Tells the page what the shell would: `tell({ kind: "dropped", paths: ["a.md"] })`. */
export function tell(news: { kind: string; [field: string]: unknown }): void {
  hearers.forEach((hearer) => hearer(news));
}

/** Forgets every answer. */
export function forget(): void {
  answers.clear();
  windowAnswers.clear();
}

/** The same as `send` in `tauri.ts`. */
export async function send(name: string, args: Uint8Array): Promise<ArrayBuffer> {
  const by = answers.get(name);
  if (!by) throw new Error(`no test said how ${name} is answered`);
  const result = await by(JSON.parse(new TextDecoder().decode(args)) as never);
  if (result instanceof ArrayBuffer) return result;
  return new TextEncoder().encode(JSON.stringify(result)).buffer;
}

/** The same as `ask` in `tauri.ts`. What no test said a word about is done, and answers nothing. */
export async function ask(name: string, args: Record<string, unknown>): Promise<unknown> {
  return (await windowAnswers.get(name)?.(args)) ?? null;
}

/** The same as `hear` in `tauri.ts`. */
export async function hear(on: (news: unknown) => void): Promise<void> {
  hearers.add(on);
}
