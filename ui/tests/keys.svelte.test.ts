import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aria, commands, find, listen, register, run, shown, type Command } from "../src/text/keys";

const leave: (() => void)[] = [];

beforeEach(() => {
  leave.push(listen(window));
});
afterEach(() => {
  leave.splice(0).forEach((it) => it());
  document.body.replaceChildren();
});

function add(command: Partial<Command>): ReturnType<typeof vi.fn> {
  const by = vi.fn();
  leave.push(register([{ id: "a.b", title: "A", place: "Plan", run: by, ...command }]));
  return by;
}

function press(init: KeyboardEventInit, on: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  on.dispatchEvent(event);
  return event;
}

test("a command runs by its keys, whatever the case of the letter", () => {
  const by = add({ keys: "Ctrl K" });
  expect(press({ key: "k", ctrlKey: true }).defaultPrevented).toBe(true);
  press({ key: "K", ctrlKey: true });
  expect(by).toHaveBeenCalledTimes(2);
});

test("another modifier is another command", () => {
  const by = add({ keys: "Ctrl Z" });
  press({ key: "z" });
  press({ key: "Z", ctrlKey: true, shiftKey: true });
  press({ key: "z", ctrlKey: true, altKey: true });
  expect(by).not.toHaveBeenCalled();
});

test("keys are those of the layout: Dvorak's K, Russian K, French digits, plus with Shift", () => {
  const letter = add({ keys: "Ctrl K" });
  press({ key: "k", code: "KeyV", ctrlKey: true });
  press({ key: "л", code: "KeyK", ctrlKey: true });
  expect(letter).toHaveBeenCalledTimes(2);
  press({ key: "t", code: "KeyK", ctrlKey: true });
  expect(letter).toHaveBeenCalledTimes(2);

  const digit = add({ id: "a.c", keys: "Ctrl 1" });
  press({ key: "&", code: "Digit1", ctrlKey: true });
  expect(digit).toHaveBeenCalledOnce();

  const plus = add({ id: "a.d", keys: "Ctrl +" });
  press({ key: "+", code: "Equal", ctrlKey: true, shiftKey: true });
  press({ key: "=", code: "Equal", ctrlKey: true });
  press({ key: "+", code: "NumpadAdd", ctrlKey: true });
  expect(plus).toHaveBeenCalledTimes(3);
});

test("in a field letters are text, and commands with Ctrl still run", () => {
  const field = document.body.appendChild(document.createElement("input"));
  const letter = add({ keys: "W" });
  const why = add({ id: "a.c", keys: "?" });
  const palette = add({ id: "a.d", keys: "Ctrl K" });
  const next = add({ id: "a.e", keys: "F8" });
  press({ key: "w" }, field);
  press({ key: "?", shiftKey: true }, field);
  expect([letter, why].flatMap((it) => it.mock.calls)).toEqual([]);
  press({ key: "k", ctrlKey: true }, field);
  press({ key: "F8" }, field);
  press({ key: "w" });
  press({ key: "?", shiftKey: true });
  expect([letter, why, palette, next].map((it) => it.mock.calls.length)).toEqual([1, 1, 1, 1]);
});

test("what was handled already, AltGr and an open dialog keep their keys", () => {
  const by = add({ keys: "Ctrl Alt E" });
  press({ key: "e", ctrlKey: true, altKey: true, modifierAltGraph: true });
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.setAttribute("open", "");
  press({ key: "e", ctrlKey: true, altKey: true }, dialog);
  dialog.remove();
  const editor = document.body.appendChild(document.createElement("div"));
  editor.addEventListener("keydown", (event) => event.preventDefault());
  press({ key: "e", ctrlKey: true, altKey: true }, editor);
  expect(by).not.toHaveBeenCalled();
});

test("what cannot run now does not run, and its keys do nothing else", () => {
  const by = add({ keys: "Ctrl Z", when: () => "Nothing to undo" });
  expect(press({ key: "z", ctrlKey: true }).defaultPrevented).toBe(true);
  expect(run("a.b")).toBe(false);
  expect(by).not.toHaveBeenCalled();
});

test("why keys do nothing is told, but for those pressed for other reasons too", () => {
  const told = vi.fn();
  leave.push(listen(window, told));
  add({ keys: "Ctrl 2", when: () => "Open a plan first" });
  add({ id: "a.c", keys: "Esc", quiet: true, when: () => "Nothing is running" });
  add({ id: "a.d", keys: "F1" });
  // The listener of the other tests handles each key first.
  leave.shift()!();
  press({ key: "2", ctrlKey: true });
  press({ key: "Escape" });
  press({ key: "F1" });
  expect(told.mock.calls).toEqual([["Open a plan first"], [undefined], [undefined]]);
});

test("Ctrl A marks what a field holds, and never the window's words", () => {
  const field = document.body.appendChild(document.createElement("input"));
  const editor = document.body.appendChild(document.createElement("div"));
  editor.setAttribute("contenteditable", "true");
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.setAttribute("open", "");
  const all = (on: Element): boolean => press({ key: "a", ctrlKey: true }, on).defaultPrevented;
  expect([document.body, dialog, field, editor].map(all)).toEqual([true, true, false, false]);
});

test("a page's command takes the place of the frame's until it leaves", () => {
  const frame = add({ keys: "Ctrl I" });
  const page = vi.fn();
  const gone = register([{ id: "a.b", title: "B", place: "Plan", keys: "Ctrl I", run: page }]);
  press({ key: "i", ctrlKey: true });
  expect(commands().map((it) => it.title)).toEqual(["B"]);
  gone();
  press({ key: "i", ctrlKey: true });
  expect([frame, page].map((it) => it.mock.calls.length)).toEqual([1, 1]);
});

test("the first of several keys is shown, and every one works", () => {
  const by = add({ keys: ["Ctrl Shift Z", "Ctrl Y"] });
  expect(shown(find("a.b"))).toBe("Ctrl Shift Z");
  press({ key: "y", ctrlKey: true });
  press({ key: "Z", ctrlKey: true, shiftKey: true });
  expect(by).toHaveBeenCalledTimes(2);
});

test("a screen reader gets keys in its own words", () => {
  expect(["Ctrl Shift Z", "Alt ↑", "Ins", "Ctrl +", "?"].map(aria)).toEqual([
    "Control+Shift+Z",
    "Alt+ArrowUp",
    "Insert",
    "Control+Plus",
    "?",
  ]);
});

test("an effect that registers does not run again for it", () => {
  let runs = 0;
  const stop = $effect.root(() => {
    $effect(() => {
      runs += 1;
      return register([{ id: "a.b", title: "A", place: "Plan", run: () => {} }]);
    });
  });
  flushSync();
  expect(runs).toBe(1);
  stop();
  expect(find("a.b")).toBeUndefined();
});
