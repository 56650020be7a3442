import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import Plan from "../src/pages/Plan.svelte";
import { laidOut, meet } from "../src/parts/canvas/layout";
import { Viewport } from "../src/parts/canvas/viewport.svelte";
import { answer } from "../src/host/fake";
import { listen } from "../src/text/keys";
import { rowsOf } from "../src/text/rows";
import type { Edit, View } from "../src/types/calls";
import { violations } from "./axe";
import { core, large, plan } from "./outline";

afterAll(listen(window));
// What is looked for by its role in a whole page takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const TURN = "features/0/step/conversation/turn";

let edits: Edit[];

beforeEach(() => {
  edits = core(plan());
  desk.selected = null;
  desk.folded = new Set();
  desk.drawn = "canvas";
});

function open(view: View = plan()): void {
  desk.view = view;
  render(Plan);
  nodes()[0]?.focus();
}

function nodes(): SVGElement[] {
  return [...document.querySelectorAll<SVGElement>("[role='treeitem']")];
}

function node(at: string): SVGElement {
  return nodes().find((it) => it.dataset.at === at)!;
}

function focused(): string | undefined {
  return (document.activeElement as SVGElement).dataset.at;
}

async function press(...keys: string[]): Promise<void> {
  for (const name of keys) {
    const words = name.split(" ");
    const key = words.pop() || " ";
    await fireEvent.keyDown(document.activeElement!, {
      key,
      altKey: words.includes("Alt"),
      ctrlKey: words.includes("Ctrl"),
      shiftKey: words.includes("Shift"),
    });
    await settled();
  }
}

/** Until every edit was answered and is on screen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((done) => setTimeout(done));
  await tick();
}

/** Where a node's middle is in the window, and so far below it. */
function at(place: string, down = 0): { clientX: number; clientY: number } {
  const [, scaled] = document
    .querySelector("[role='tree'] svg > g")!
    .getAttribute("transform")!
    .split(") ");
  const scale = Number(/[\d.]+/.exec(scaled!)![0]);
  const [x, y] = /translate\((\S+) (\S+)\)/
    .exec(document.querySelector("[role='tree'] svg > g")!.getAttribute("transform")!)!
    .slice(1)
    .map(Number);
  const box = laidOut(rowsOf(desk.view!.nodes, desk.folded)).cellOf.get(place)!.box;
  return {
    clientX: x! + scale * (box.x + box.width / 2),
    clientY: y! + scale * (box.y + box.height / 2 + down),
  };
}

test("every step is a node of a tree that says what it is, what it costs and where it stands", async () => {
  open();
  const tree = screen.getByRole("tree", { name: "What happens behind one conversation" });
  expect(within(tree).getAllByRole("treeitem")).toHaveLength(6);
  const hard = node(`${TURN}/1/retry/step`);
  expect(within(tree).getByRole("treeitem", { name: /^hard/ })).toBe(hard);
  expect(hard.querySelector("title")?.textContent).toBe(
    "hard answers the user, gpt-5.4, 180..450, 3.500 calls, $0.06501 a conversation, " +
      "74.7\u00a0% in Feb 2027, a guess",
  );
  const texts = [...hard.querySelectorAll("text")].map((text) => text.textContent);
  expect(texts).toEqual(["hard", "gpt-5.4", "3.5 calls, 9,657 in", "0.0650", "74.7\u00a0%"]);
  expect(hard.getAttribute("aria-level")).toBe("4");
  expect(node(`${TURN}/1`).getAttribute("aria-expanded")).toBe("true");
  expect(nodes().filter((it) => it.getAttribute("tabindex") === "0")).toHaveLength(1);
  expect(await violations()).toEqual([]);
});

test("a step with a single one in it is a strip on that one", () => {
  const { cellOf } = laidOut(rowsOf(plan().nodes, new Set()));
  const [retry, hard] = [cellOf.get(`${TURN}/1`)!, cellOf.get(`${TURN}/1/retry/step`)!];
  expect([retry.isStrip, hard.isStrip]).toEqual([true, false]);
  expect(retry.column).toBe(hard.column);
  expect(retry.box.y + retry.box.height).toBe(hard.box.y);
});

test("what a feature does one after another stands right beside it, the chain as a strip below", () => {
  const { cellOf } = laidOut(rowsOf(large(20), new Set()));
  const [feature, chain] = [cellOf.get("features/0")!, cellOf.get("features/0/step")!];
  expect([feature.isStrip, chain.isStrip]).toEqual([false, true]);
  expect(chain.box.y).toBe(feature.box.y + feature.box.height);
  expect(cellOf.get("features/0/step/chain/0")!.column).toBe(feature.column + 1);
});

test("nodes never lie over each other, and columns stand for levels", () => {
  const { cells, columns, edges } = laidOut(rowsOf(large(200), new Set()));
  expect(cells).toHaveLength(222);
  expect(columns.map((column) => column.length)).toEqual([2, 20, 200]);
  for (const [index, cell] of cells.entries()) {
    expect(cells.slice(index + 1).filter((other) => meet(other.box, cell.box))).toEqual([]);
  }
  expect(edges).toHaveLength(220);
});

test("an edge is as thick as its share, and the way to the dearest is marked", () => {
  const { edges } = laidOut(rowsOf(plan().nodes, new Set()));
  const to = (place: string) => edges.find((edge) => edge.to === place)!;
  expect(to("features/0/step").thickness).toBeCloseTo(36 * 0.747);
  expect(to("other_costs/0").thickness).toBeCloseTo(36 * 0.253);
  expect(to(`${TURN}/0`).thickness).toBe(1.5);
  expect(edges.filter((edge) => edge.isHot).map((edge) => edge.to)).toEqual([
    "features/0/step",
    `${TURN}/1/retry/step`,
  ]);
});

test("arrows walk as the nodes stand, letters find them, Space folds", async () => {
  open();
  await press("ArrowRight");
  expect(focused()).toBe("features/0/step");
  await press("ArrowDown");
  expect(focused()).toBe("other_costs/0");
  await press("ArrowUp", "ArrowRight", "ArrowDown");
  expect(focused()).toBe(`${TURN}/1`);
  await press("ArrowDown");
  expect(focused()).toBe(`${TURN}/1/retry/step`);
  await press("ArrowLeft");
  expect(focused()).toBe("features/0/step");
  await press("");
  expect(desk.folded.has("features/0/step")).toBe(true);
  expect(nodes()).toHaveLength(3);
  expect(node("features/0/step").textContent).toContain("+ 3 more");
  await press("ArrowRight", "h", "a");
  expect(focused()).toBe(`${TURN}/1/retry/step`);
  await press("Home");
  expect(focused()).toBe("features/0");
});

test("what the outline's commands do they do here, and the focus stays with the node", async () => {
  open();
  await press("r", "e", "w", "Alt ArrowDown", "Ctrl d", "Delete");
  expect(edits).toEqual([
    { edit: "move", at: `${TURN}/0`, by: "down" },
    { edit: "duplicate", at: `${TURN}/1` },
    { edit: "remove", at: `${TURN}/1` },
  ]);
  expect(focused()).toBe("features/0/step");
  await press("Insert");
  expect(screen.getByRole("menu", { name: "Add" })).toBeTruthy();
});

test("Enter edits the main input where the node stands, F2 the name; Esc takes it back", async () => {
  open();
  await press("h", "a", "r", "Enter");
  const box = screen.getByRole<HTMLInputElement>("textbox", { name: "Output of hard" });
  expect(document.activeElement).toBe(box);
  await fireEvent.input(box, { target: { value: "200..450" } });
  await settled();
  await press("Escape", "F2");
  const address = "support.hard.output";
  expect(edits).toEqual([
    { edit: "number", address, text: "200..450" },
    { edit: "number", address, text: "180..450" },
  ]);
  await fireEvent.input(screen.getByRole("textbox", { name: "Name of hard" }), {
    target: { value: "expert" },
  });
  await press("Enter");
  expect(edits[2]).toEqual({
    edit: "step",
    at: `${TURN}/1/retry/step`,
    field: "name",
    value: "expert",
  });
  expect(focused()).toBe(`${TURN}/1/retry/step`);
});

test("a node that is dragged goes beside the one it is let go on, and on the ground nowhere", async () => {
  open();
  const rewrite = node(`${TURN}/0`);
  const start = at(`${TURN}/0`);
  const drop = async (to: { clientX: number; clientY: number }): Promise<void> => {
    await fireEvent.pointerDown(rewrite, { button: 0, ...start });
    await fireEvent.pointerMove(window, { clientX: start.clientX + 9, clientY: start.clientY });
    await fireEvent.pointerMove(window, to);
    await fireEvent.pointerUp(window, to);
    await settled();
  };
  await drop({ clientX: 2, clientY: 2 });
  expect(edits).toEqual([]);
  await drop(at(`${TURN}/1`, 6));
  expect(edits).toEqual([
    { edit: "move-to", at: `${TURN}/0`, parent: "features/0/step", index: 1 },
  ]);
});

test("what is wrong is at its node, and what cannot be done is told below", async () => {
  const words = { message: "Attempts cannot be 0.", hint: "Write 1.", meanwhile: "3" };
  const problem = { address: "support.retry.attempts", at: `${TURN}/1`, field: null, ...words };
  open({ ...plan(), problems: [problem] });
  expect(node(`${TURN}/1`).textContent).toContain("problem: Attempts cannot be 0.");
  answer("projects.edit", () => {
    throw { code: "invalid_value", message: "A retry needs a step.", hint: "Unwrap it.", at: null };
  });
  await press("r", "e", "w", "Delete");
  expect(screen.getByRole("alert").textContent).toContain("A retry needs a step.");
  expect(focused()).toBe(`${TURN}/0`);
  expect(await violations()).toEqual([]);
});

test("0 shows everything, + and − make it larger and smaller", async () => {
  open();
  const scale = (): string => document.querySelector(".scale")!.textContent!;
  expect(scale()).toBe("100\u00a0%");
  await press("+");
  expect(scale()).toBe("125\u00a0%");
  await press("-", "-");
  expect(scale()).toBe("80\u00a0%");
  await press("0");
  expect(scale()).toBe("100\u00a0%");
});

test("what is pointed at stays where it is while everything gets larger", () => {
  const view = new Viewport();
  const bounds = { x: 0, y: 0, width: 600, height: 400 };
  view.begin(bounds, bounds);
  const before = view.onCanvas({ x: 500, y: 200 });
  view.zoom(2, { x: 500, y: 200 });
  const after = view.onCanvas({ x: 500, y: 200 });
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
  view.pan(100_000, 0);
  expect(view.onScreen({ x: 0, y: 0, width: 600, height: 400 }).x).toBeLessThan(800);
});

test("of a large plan only what is in sight is drawn, from far away all of it at once; on paper everything", async () => {
  const view = plan();
  open({ ...view, nodes: large(1000) });
  expect(nodes().length).toBeLessThan(150);
  expect(nodes().filter((it) => it.getAttribute("tabindex") === "0")).toHaveLength(1);
  await press("0");
  // All of it would be a thin line: it begins where it begins, as small as can be read.
  expect(document.querySelector(".scale")?.textContent).toBe("40\u00a0%");
  expect(nodes().length).toBeGreaterThan(1);
  await press("-");
  expect(nodes()).toHaveLength(1);
  expect(document.querySelector(".boxes")!.getAttribute("d")!.split("z")).toHaveLength(1103);
  window.dispatchEvent(new Event("beforeprint"));
  expect(nodes()).toHaveLength(1102);
  window.dispatchEvent(new Event("afterprint"));
  expect(nodes()).toHaveLength(1);
});

test("the plan is drawn otherwise by a choice or its keys, and that is kept", async () => {
  vi.useFakeTimers();
  try {
    open();
    await fireEvent.click(screen.getByRole("radio", { name: "Outline" }));
    expect(screen.getByRole("treegrid")).toBeTruthy();
    await fireEvent.keyDown(document.body, { key: "2", altKey: true });
    expect(screen.getByRole("tree")).toBeTruthy();
    expect(desk.drawn).toBe("canvas");
  } finally {
    vi.useRealTimers();
  }
});
