/** Every command by name: shortcuts, palette, tooltips and the sheet of F1 all come from this one list. */
import { untrack } from "svelte";
import { SvelteMap } from "svelte/reactivity";

/** Something that a person can have done. */
export interface Command {
  /** Its address: `plan.add`. Registered twice, the later one holds until it leaves. */
  id: string;
  /** What it does, as a person reads it. */
  title: string;
  /** Where it belongs: a page, or `Everywhere`. */
  place: string;
  /** Its keys as words, `Ctrl Shift Z`; with several, the first is shown. */
  keys?: string | readonly string[];
  /** Does it. */
  run: () => void;
  /** Whether it can run now, or the reason why it cannot. */
  when?: () => true | string;
  /** Its keys say nothing where it cannot run: they are pressed for other reasons too. */
  quiet?: true;
}

const stacks = new SvelteMap<string, readonly Command[]>();

/** Adds commands; the answer takes them away again. Made for `onMount(() => register([…]))`. */
export function register(commands: readonly Command[]): () => void {
  // Who registers in an effect does not depend on what others register.
  untrack(() => commands.forEach(push));
  return () => untrack(() => commands.forEach(drop));
}

/** All commands of now, in the order in which they came. */
export function commands(): Command[] {
  return [...stacks.values()].map((stack) => stack[stack.length - 1]!);
}

/** The command with this address, if it is there now. */
export function find(id: string): Command | undefined {
  return stacks.get(id)?.at(-1);
}

/** Why a command cannot run now; nothing when it can. */
export function obstacle(command: Command): string | undefined {
  const answer = command.when?.() ?? true;
  return answer === true ? undefined : answer;
}

/** Runs a command if it can; answers whether it did. */
export function run(id: string): boolean {
  const command = find(id);
  if (!command || obstacle(command) !== undefined) return false;
  command.run();
  return true;
}

/** The keys of a command that are shown beside it. */
export function shown(command: Command | undefined): string | undefined {
  return keysOf(command)[0];
}

/**
 * Listens to the keys of all commands; the answer stops it. What has handled a key already wins.
 * `tell` is told why a command did not run, and nothing where one did.
 */
export function listen(target: Window, tell: (why?: string) => void = () => {}): () => void {
  const onkeydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    // The web view would mark every word of the window.
    if (matches("Ctrl A", event) && !inField(event.target)) event.preventDefault();
    if (inDialog(event.target)) return;
    if (isText(event) && inField(event.target)) return;
    // What came last is nearest: a page's key wins over the frame's.
    const command = commands().findLast((it) => keysOf(it).some((keys) => matches(keys, event)));
    if (!command) return;
    event.preventDefault();
    const why = obstacle(command);
    tell(command.quiet ? undefined : why);
    if (why === undefined) command.run();
  };
  target.addEventListener("keydown", onkeydown);
  return () => target.removeEventListener("keydown", onkeydown);
}

/** Whether a key event is these keys, by the name that the keyboard's layout gives the key. */
export function matches(keys: string, event: KeyboardEvent): boolean {
  if (event.getModifierState("AltGraph")) return false;
  const words = keys.split(" ");
  const key = words.pop() ?? "";
  const wants = (name: string): boolean => words.includes(name);
  if (wants("Ctrl") !== (event.ctrlKey || event.metaKey) || wants("Alt") !== event.altKey) {
    return false;
  }
  // Whether `+` or `?` needs Shift is the layout's business.
  if (!isSymbol(key) && wants("Shift") !== event.shiftKey) return false;
  return names(event).includes(key);
}

/** `Control+Shift+Z`, as a screen reader wants it. */
export function aria(keys: string): string {
  const names: Record<string, string> = {
    Ctrl: "Control",
    Esc: "Escape",
    Ins: "Insert",
    Del: "Delete",
    "↑": "ArrowUp",
    "↓": "ArrowDown",
    "←": "ArrowLeft",
    "→": "ArrowRight",
    "+": "Plus",
    "−": "-",
  };
  return keys
    .split(" ")
    .map((word) => (Object.hasOwn(names, word) ? names[word] : word))
    .join("+");
}

function push(command: Command): void {
  stacks.set(command.id, [...(stacks.get(command.id) ?? []), command]);
}

function drop(command: Command): void {
  const rest = (stacks.get(command.id) ?? []).filter((it) => it !== command);
  if (rest.length) stacks.set(command.id, rest);
  else stacks.delete(command.id);
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ["Escape", "Esc"],
  ["Insert", "Ins"],
  ["Delete", "Del"],
  ["ArrowUp", "↑"],
  ["ArrowDown", "↓"],
  ["ArrowLeft", "←"],
  ["ArrowRight", "→"],
  [" ", "Space"],
  ["PageUp", "PgUp"],
  ["PageDown", "PgDn"],
  ["-", "−"],
  ["=", "+"],
]);

function names(event: KeyboardEvent): string[] {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const found = [WORDS.get(key) ?? key];
  // Other alphabets still have the letter at its place, and some layouts write digits with Shift.
  const letter = /^Key(.)$/.exec(event.code)?.[1];
  if (letter && key.length === 1 && key > "\u007f") found.push(letter);
  const digit = /^Digit(.)$/.exec(event.code)?.[1];
  if (digit && !/^[0-9A-Z]$/.test(key)) found.push(digit);
  return found;
}

/** All keys of a command, the shown one first. */
export function keysOf(command: Command | undefined): readonly string[] {
  const keys = command?.keys ?? [];
  return typeof keys === "string" ? [keys] : keys;
}

function isSymbol(key: string): boolean {
  return key.length === 1 && !/[A-Z0-9↑↓←→]/.test(key);
}

function isText(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  return !/^(?:F\d+|Escape)$/.test(event.key);
}

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(FIELDS);
}

const FIELDS =
  'input:not([type="radio"], [type="checkbox"], [type="button"]), textarea, select, [contenteditable="true"], [contenteditable=""]';

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog[open], [role='dialog']") !== null;
}
