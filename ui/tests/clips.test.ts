import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { clips } from "../src/data/clips.svelte";
import { desk } from "../src/data/desk.svelte";
import { answer, refuse } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import { find, listen } from "../src/text/keys";
import { violations } from "./axe";
import { plan } from "./outline";

afterAll(listen(window));
vi.setConfig({ testTimeout: 30_000 });

const EASY = "features/0/step/conversation/turn/1/route/0/step";

beforeEach(async () => {
  answer("projects.saved", () => ({ at: "2026-11-22T10:42:00Z" }));
  answer("projects.keep", () => null);
  answer("prices.list", () => []);
  desk.view = plan();
  desk.note = null;
  clips.leave();
  render(Plan);
  const node = desk.view.nodes.find((it) => it.kind === "call");
  desk.select(node?.at ?? EASY);
  await tick();
});

test("a step is copied as text", async () => {
  const copied = vi.fn(() => ({ text: "forebill: 1" }));
  answer("projects.copy", copied);
  const written = vi.fn(async () => {});
  Object.defineProperty(navigator, "clipboard", {
    configurable: true,
    value: { writeText: written },
  });
  find("plan.clip")?.run();
  await vi.waitFor(() => expect(written).toHaveBeenCalledWith("forebill: 1"));
  expect(copied).toHaveBeenCalledWith({ project: 1, at: desk.selected });
  expect(desk.note).toMatch(/^Copied .*, with all that it needs/);
});

test("what was copied is pasted after the selected step, or says why not", async () => {
  const at = desk.selected;
  find("plan.paste")?.run();
  const dialog = within(await screen.findByRole("dialog", { name: /^Paste steps after/ }));
  expect(await violations()).toEqual([]);
  const text = dialog.getByLabelText("Steps as text");
  await fireEvent.input(text, { target: { value: "no plan" } });
  refuse("projects.paste", {
    code: "invalid_plan",
    message: "This is not a plan.",
    hint: "Copy a step.",
    at: null,
  });
  await fireEvent.click(dialog.getByRole("button", { name: "Put them in" }));
  expect(await dialog.findByText("This is not a plan.")).toBeTruthy();
  const pasted = vi.fn(() => plan());
  answer("projects.paste", pasted);
  await fireEvent.input(text, { target: { value: "forebill: 1" } });
  await fireEvent.click(dialog.getByRole("button", { name: "Put them in" }));
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(pasted).toHaveBeenCalledWith({ project: 1, at, text: "forebill: 1" });
});
