import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { listen, requestClose } from "../src/host";
import { answer, answerWindow, refuse } from "../src/host/fake";
import type { CallError, Node, OpenedProject } from "../src/types/calls";
import { plan } from "./outline";
import { opened, view } from "./plan";

const FULL: CallError = {
  code: "bad_output",
  message: "The disk is full.",
  hint: "Make room, or save a copy elsewhere.",
  at: null,
};
const NODE = { at: "features/0", depth: 0, name: "support" } as unknown as Node;

/** No number comes twice, as in the core. */
let numbers = 0;

beforeEach(() => {
  answer("projects.keep", () => null);
  answer("projects.close", () => null);
  answer("projects.saved", () => ({ at: "2026-11-22T10:42:00Z" }));
  answer("projects.open", () => opened({ project: (numbers += 1), nodes: [NODE] }));
  answer("projects.edit", ({ project }) => view({ project, nodes: [NODE], undo: "an edit" }));
  desk.view = null;
});
afterEach(() => {
  vi.useRealTimers();
});

function edit(): Promise<boolean> {
  return desk.edit({ edit: "number", address: "support.easy.output", text: "400" });
}

test("a copy is saved where the plan itself cannot be, and the window stays where it was", async () => {
  await desk.open("/full/a.forebill");
  desk.go("projection");
  refuse("projects.saved", FULL);
  await edit();
  await vi.waitFor(() => expect(desk.saving.state).toBe("failed"));
  const before = desk.view?.project;
  const saved = vi.fn(() => opened({ project: (numbers += 1), nodes: [NODE] }));
  answer("projects.save_as", saved);
  expect(await desk.saveAs("/usb/copy.forebill")).toBe(true);
  expect(saved).toHaveBeenCalledWith({ project: before, path: "/usb/copy.forebill" });
  expect([desk.view?.project, desk.place, desk.saving.state]).toEqual([
    numbers,
    "projection",
    "saved",
  ]);
});

test("an edit made while a copy is saved is one of the copy", async () => {
  await desk.open("a.forebill");
  let copied = (_: OpenedProject): void => {};
  const promise = new Promise<OpenedProject>((done) => (copied = done));
  const saved = vi.fn(() => promise);
  answer("projects.save_as", saved);
  const copy = desk.saveAs("b.forebill");
  await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
  const edited = edit();
  copied(opened({ project: (numbers += 1) }));
  expect(await Promise.all([copy, edited])).toEqual([true, true]);
  expect([desk.view?.project, desk.view?.undo]).toEqual([numbers, "an edit"]);
});

test("no other plan opens while this one cannot be saved, and both are told", async () => {
  await desk.open("/full/a.forebill");
  refuse("projects.saved", FULL);
  expect(await desk.open("b.forebill")).toBe(false);
  expect(desk.view?.project).toBe(numbers);
  expect(desk.refusal?.message).toMatch(/^This plan cannot be saved.*The disk is full\.$/);
  expect(desk.saving).toEqual({ state: "failed", error: FULL });
});

test("a double click opens once, and another plan after it", async () => {
  const once = vi.fn(() => opened({ project: 1 }));
  answer("projects.sample", once);
  const taken = await Promise.all([
    desk.sample("support-desk"),
    desk.sample("support-desk"),
    desk.open("a.forebill"),
  ]);
  expect(taken).toEqual([true, true, true]);
  expect(once).toHaveBeenCalledOnce();
  await desk.sample("support-desk");
  expect(once).toHaveBeenCalledTimes(2);
});

test("who goes somewhere while a plan opens stays there", async () => {
  let come = (_: OpenedProject): void => {};
  const sample = vi.fn(() => new Promise<OpenedProject>((done) => (come = done)));
  answer("projects.sample", sample);
  desk.place = "start";
  const opening = desk.sample("support-desk");
  await vi.waitFor(() => expect(sample).toHaveBeenCalledOnce());
  desk.go("prompts");
  come({ ...opened({ nodes: [NODE] }), desk: '{"place":"projection"}' });
  expect(await opening).toBe(true);
  expect([desk.place, desk.view?.name]).toEqual(["prompts", "Support assistant"]);
  // Whoever stays is taken where the plan was left.
  answer("projects.sample", () => ({ ...opened(), desk: '{"place":"projection"}' }));
  await desk.sample("support-desk");
  expect(desk.place).toBe("projection");
});

test("an edit asked for before another plan opened does not reach that one", async () => {
  await desk.open("a.forebill");
  const edited = vi.fn(({ project }) => view({ project }));
  answer("projects.edit", edited);
  const open = desk.open("b.forebill");
  const late = edit();
  await Promise.all([open, late]);
  expect(edited.mock.calls.map(([{ project }]) => project)).toEqual([numbers - 1]);
  expect(desk.view?.project).toBe(numbers);
});

test("what could not be saved is tried again until it is", async () => {
  vi.useFakeTimers();
  await desk.open("a.forebill");
  refuse("projects.saved", FULL);
  await edit();
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.saving.state).toBe("failed");
  await vi.advanceTimersByTimeAsync(5000);
  expect(desk.saving.state).toBe("failed");
  answer("projects.saved", () => ({ at: "2026-11-22T10:43:00Z" }));
  await vi.advanceTimersByTimeAsync(5000);
  expect(desk.saving).toEqual({ state: "saved", at: "2026-11-22T10:43:00Z" });
});

test("a window that stayed once stays again where something new would be lost", async () => {
  const done: string[] = [];
  answerWindow("close", () => done.push("closed"));
  answerWindow("stay", () => done.push("stays"));
  await desk.open("a.forebill");
  const stop = listen("closing", () => desk.flush());
  refuse("projects.saved", FULL);
  await requestClose();
  await edit();
  await requestClose();
  await requestClose();
  expect(done).toEqual(["stays", "stays", "closed"]);
  stop();
});

test("selection, folds and the chosen call follow their steps, also when an edit is undone", async () => {
  const turn = (...names: string[]): Node[] =>
    [
      NODE,
      ...names.map((name, place) => {
        const kind = name === "retry" ? "retry" : "call";
        return { at: `features/0/step/chain/${place}`, kind, name, address: `support.${name}` };
      }),
    ] as unknown as Node[];
  const at = (place: number): string => `features/0/step/chain/${place}`;
  const before = turn("guard", "retry", "easy", "hard");
  answer("projects.open", () => opened({ project: (numbers += 1), nodes: before }));
  await desk.open("a.forebill");
  desk.select(at(3));
  desk.choose(at(2));
  desk.fold(at(1), true);
  const where = () => [desk.selected, desk.call, [...desk.folded]];
  answer("projects.edit", ({ project }) => view({ project, nodes: turn("retry", "easy", "hard") }));
  await edit();
  expect(where()).toEqual([at(2), at(1), [at(0)]]);
  answer("projects.undo", ({ project }) => view({ project, nodes: before }));
  await desk.undo();
  expect(where()).toEqual([at(3), at(2), [at(1)]]);
  // What is gone is no longer folded or chosen; the selection stays where it was.
  answer("projects.edit", ({ project }) => view({ project, nodes: turn("guard", "hard") }));
  await edit();
  expect(where()).toEqual([at(1), null, []]);
});

test("a desk that the file has in another form falls back field by field", async () => {
  for (const kept of ["null", "7", "{", '"plan"']) {
    answer("projects.open", () => ({ ...opened({ nodes: [NODE] }), desk: kept }));
    expect(await desk.open("a.forebill")).toBe(true);
    expect([desk.place, desk.by]).toEqual(["plan", "driver"]);
  }
  const mixed = { place: "elsewhere", folded: 7, by: "colour", month: "x", call: "features/0" };
  answer("projects.open", () => ({ ...opened({ nodes: [NODE] }), desk: JSON.stringify(mixed) }));
  expect(await desk.open("a.forebill")).toBe(true);
  expect([desk.place, [...desk.folded], desk.by]).toEqual(["plan", [], "driver"]);
  expect([desk.call, desk.selected]).toEqual(["features/0", "features/0"]);
});

test("what an edit leaves as it was is not sent again and stays the same", async () => {
  const before = plan();
  desk.view = { ...before, project: 900, turn: 4 };
  const [first, ...others] = before.nodes;
  const asked: (number | null)[] = [];
  answer("projects.edit", ({ since }) => {
    asked.push(since);
    const figures = { ...before.figures!, total: "7", features: [] };
    const changed = [{ ...first!, label: "Changed" }];
    return { ...before, project: 900, turn: 5, since, nodes: changed, inputs: [], figures };
  });
  expect(await desk.edit({ edit: "plan", field: "name", value: "Other" })).toBe(true);
  expect(asked).toEqual([4]);
  expect(desk.view?.nodes.map((it) => it.label)).toEqual([
    "Changed",
    ...others.map((it) => it.label),
  ]);
  expect(desk.view?.nodes.slice(1).every((it, index) => it === others[index])).toBe(true);
  expect(desk.view?.inputs).toEqual(before.inputs);
  expect(desk.view?.figures?.total).toBe("7");
  expect(desk.view?.figures?.features).toEqual(before.figures?.features);
});
