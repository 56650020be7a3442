import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterEach, expect, test, vi } from "vitest";
import Palette from "../src/parts/Palette.svelte";
import Shortcuts from "../src/parts/Shortcuts.svelte";
import { fit, named, pick } from "../src/text/fuzzy";
import { register, type Command } from "../src/text/keys";
import { violations } from "./axe";

let leave = (): void => {};
afterEach(() => leave());

function add(...commands: Partial<Command>[]): void {
  leave = register(
    commands.map((it) => ({ id: it.title!, title: "", place: "Plan", run: () => {}, ...it })),
  );
}

function rows(): string[] {
  return screen.getAllByRole("option").map((it) => it.textContent.replaceAll(/\s+/g, " ").trim());
}

test("letters find a command by the beginnings of its words", () => {
  const titles = ["Undo", "Unlink a step", "Add a step", "Export the workbook"];
  expect(pick("as", titles, (it) => it)[0]).toBe("Add a step");
  expect(pick("work", titles, (it) => it)).toEqual(["Export the workbook"]);
  expect(pick("un", titles, (it) => it)).toEqual(["Undo", "Unlink a step"]);
  expect(pick(" ", titles, (it) => it)).toEqual(titles);
  expect(fit("zz", "Add a step")).toBeUndefined();
  expect(fit("ubersicht", "Übersicht")).toBeGreaterThan(0);
});

test("the palette has every command with its place and keys, the last used first", async () => {
  add({ title: "Add a step", keys: "Ins" }, { title: "Undo", place: "Everywhere", keys: "Ctrl Z" });
  render(Palette, { recent: ["Undo", "gone"], onclose: () => {} });
  expect(rows()).toEqual(["Undo Everywhere Ctrl Z", "Add a step Plan Ins"]);
  expect(await violations()).toEqual([]);
});

test("arrows and Enter choose; the command runs once the palette is gone", async () => {
  const [first, second] = [vi.fn(), vi.fn()];
  add({ title: "Add a step", run: first }, { title: "Copy a step", run: second });
  const onclose = vi.fn();
  const onrun = vi.fn();
  render(Palette, { onclose, onrun });
  const input = screen.getByRole("combobox", { name: "Find a command" });
  await fireEvent.keyDown(input, { key: "ArrowDown" });
  expect(screen.getByRole("option", { selected: true }).textContent).toContain("Copy a step");
  second.mockImplementation(() => expect(onclose).toHaveBeenCalled());
  await fireEvent.keyDown(input, { key: "Enter" });
  await tick();
  expect([first, second].map((it) => it.mock.calls.length)).toEqual([0, 1]);
  expect(onrun).toHaveBeenCalledWith("Copy a step");
});

test("typing narrows the list, and says where nothing is left", async () => {
  add({ title: "Add a step" }, { title: "Export the workbook" });
  render(Palette, { onclose: () => {} });
  const input = screen.getByRole("combobox", { name: "Find a command" });
  await fireEvent.input(input, { target: { value: "wb" } });
  expect(rows()).toEqual(["Export the workbook Plan"]);
  await fireEvent.input(input, { target: { value: "qqq" } });
  expect(screen.getByRole("status").textContent).toContain("No command has these letters");
});

test("what cannot run now says why, and does not run", async () => {
  const by = vi.fn();
  add({ title: "Undo", when: () => "Nothing to undo", run: by });
  const onclose = vi.fn();
  render(Palette, { onclose });
  expect(rows()).toEqual(["Undo Nothing to undo"]);
  await fireEvent.click(screen.getByRole("option"));
  expect([by, onclose].flatMap((it) => it.mock.calls)).toEqual([]);
});

test("the sheet of F1 lists every key by its place", async () => {
  add(
    { title: "Redo", place: "Everywhere", keys: ["Ctrl Shift Z", "Ctrl Y"] },
    { title: "Add a step", keys: "Ins" },
    { title: "No keys" },
  );
  render(Shortcuts, { onclose: () => {} });
  const sheet = screen.getByRole("region", { name: "Shortcuts by place" });
  expect(
    within(sheet)
      .getAllByRole("heading")
      .map((it) => it.textContent),
  ).toEqual(["Everywhere", "Plan"]);
  expect([...sheet.querySelectorAll("kbd")].map((it) => it.textContent)).toEqual([
    "Ctrl Shift Z",
    "Ctrl Y",
    "Ins",
  ]);
  expect(sheet.textContent).not.toContain("No keys");
  expect(await violations()).toEqual([]);
});

test("a name is found before what holds it, in the order of the list, and letters spread out come last", () => {
  const models = ["a/opus-5", "a/opus-4", "b/opus", "c/other-plus"];
  expect(named("opus", models, (it) => it)).toEqual([
    "b/opus",
    "a/opus-5",
    "a/opus-4",
    "c/other-plus",
  ]);
  expect(named("", models, (it) => it)).toEqual(models);
});
