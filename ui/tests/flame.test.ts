import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import { boxesOf } from "../src/parts/flame/boxes";
import { listen } from "../src/text/keys";
import type { Edit, MonthDollars, View } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

afterAll(listen(window));
// What is looked for by its role in a whole page takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const HARD = "features/0/step/conversation/turn/1/retry/step";

const DOLLARS: MonthDollars = {
  total: "5738.25",
  agreed: "-121.2",
  unused: "273.6",
  steps: [
    { address: "support.rewrite", month: "0.25", drivers: [], unused: null },
    {
      address: "support.hard",
      month: "4648",
      drivers: [
        {
          driver: "base-prompt",
          label: "Base prompt",
          unit: "0.0150",
          month: "1072",
          why: "support.hard.unit-cost",
        },
        {
          driver: "output",
          label: "Output",
          unit: "0.0500",
          month: "3576",
          why: "support.hard.output.cost",
        },
      ],
      unused: { unit: "0.0076", month: "273.6", why: "support.hard.unused" },
    },
    { address: "other-costs.human-review", month: "1090", drivers: [], unused: null },
  ],
};

let edits: Edit[];
let asked: string[];

beforeEach(() => {
  edits = core(plan());
  asked = [];
  answer("projects.dollars", () => DOLLARS);
  answer("projects.why", ({ address, month }) => {
    asked.push(address);
    const source = { kind: "formula" as const };
    const shown = { label: address, unit: "USD", value: "1", month: null, certainty: null, source };
    const figure = { address, ...shown };
    return { month, figure, formula: "a", numbers: null, workbook: null, operands: [] };
  });
  desk.selected = null;
  desk.folded = new Set();
  desk.drawn = "flame";
});

async function open(view: View = plan()): Promise<void> {
  desk.view = view;
  render(Plan);
  await screen.findByRole("tree");
  boxes()[0]?.focus();
}

function boxes(): SVGElement[] {
  return [...document.querySelectorAll<SVGElement>("[role='treeitem']")];
}

function titles(): string[] {
  return boxes().map((box) => box.querySelector("title")!.textContent!);
}

function widthOf(key: string): number {
  const box = boxes().find((it) => it.dataset.key === key);
  return Number(box?.querySelector(".ground")?.getAttribute("width"));
}

function focused(): string | undefined {
  return (document.activeElement as SVGElement).dataset.key;
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await fireEvent.keyDown(document.activeElement!, { key });
    for (let turn = 0; turn < 8; turn += 1) await new Promise((done) => setTimeout(done));
    await tick();
  }
}

test("boxes are as wide as the dollars of one unit, from the feature to what a call is paid for", async () => {
  await open();
  expect(
    screen.getByRole("tree", { name: "Where the dollars go of one conversation" }),
  ).toBeTruthy();
  expect(titles()[0]).toBe(
    "support feature, $0.08701 a conversation, $4,648.25 in Feb 2027, 100.0\u00a0%",
  );
  expect(titles().map((title) => title.split(",")[0])).toEqual([
    "support feature",
    "conversation",
    "retry",
    "hard answers the user",
    "Base prompt in hard",
    "Output in hard",
    "human review cost",
  ]);
  const whole = widthOf("features/0");
  expect(widthOf("other_costs/0") / whole).toBeCloseTo(0.02201 / (0.065 + 0.02201), 3);
  expect(widthOf(`${HARD} output`) / widthOf(HARD)).toBeCloseTo(0.05 / 0.065);
  expect(await violations()).toEqual([]);
});

test("the month in view has all features, and what belongs to no unit", async () => {
  const hosting = { ...plan().nodes[5]!, at: "other_costs/1", parent: null, depth: 0 };
  const nodes = [...plan().nodes, { ...hosting, address: "other-costs.hosting", figures: null }];
  const steps = [
    ...DOLLARS.steps,
    { address: "other-costs.hosting", month: "500", drivers: [], unused: null },
  ];
  answer("projects.dollars", () => ({ ...DOLLARS, steps }));
  await open({ ...plan(), nodes });
  await fireEvent.click(screen.getByRole("radio", { name: "Feb 2027" }));
  expect(titles()[0]).toBe("All of it, $5,738.25 in Feb 2027, 100.0\u00a0%");
  expect(boxes().map((box) => box.dataset.key)).toContain("other_costs/1");
  expect(screen.getByText("before contracts: −$121")).toBeTruthy();
});

test("arrows walk, the largest first; a cause of a call selects the call and says why by ?", async () => {
  await open();
  await press("ArrowDown", "ArrowDown", "ArrowDown");
  expect(focused()).toBe(HARD);
  expect(desk.selected).toBe(HARD);
  await press("ArrowDown");
  expect(focused()).toBe(`${HARD} output`);
  expect(desk.selected).toBe(HARD);
  await press("?");
  expect(asked.at(-1)).toBe("support.hard.output.cost");
  expect(focused()).toBe(`${HARD} output`);
  await press("Delete");
  expect(edits).toEqual([]);
  await press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowRight");
  expect(focused()).toBe("other_costs/0");
});

test("Enter looks into a box, Esc back out, and 0 shows everything", async () => {
  await open();
  const whole = widthOf("features/0");
  await press("ArrowDown", "Enter");
  expect(widthOf("features/0/step")).toBe(whole);
  expect(boxes().map((box) => box.dataset.key)).not.toContain("other_costs/0");
  await press("Escape");
  expect(widthOf("features/0/step")).toBeLessThan(whole);
  await press("ArrowDown", "Enter", "0");
  expect(boxes().map((box) => box.dataset.key)).toContain("other_costs/0");
});

test("what is paid for context that no answer needs is a figure that says why", async () => {
  await open();
  expect(
    screen.getByRole("heading", {
      name: /^Paid for context that no answer needs: \$274 in Feb 2027/,
    }),
  ).toBeTruthy();
  const row = screen.getByRole("row", { name: /^hard/ });
  expect(
    within(row)
      .getAllByRole("cell")
      .map((cell) => cell.textContent),
  ).toEqual(["0.0076", "274", "5.9\u00a0%"]);
  await fireEvent.click(within(row).getByRole("button", { name: "hard" }));
  await vi.waitFor(() => expect(asked).toContain("support.hard.unused"));
  expect(desk.selected).toBe(HARD);
});

test("an edit asks anew, and the boxes of before stay until the answer is there", async () => {
  let calls = 0;
  answer("projects.dollars", () => ((calls += 1), DOLLARS));
  await open();
  await desk.edit({ edit: "number", address: "support.hard.output", text: "1..2" });
  await vi.waitFor(() => expect(calls).toBe(2));
  expect(boxes().length).toBeGreaterThan(5);
});

test("a box's parts lie in it, side by side", () => {
  const boxes = boxesOf(plan().nodes, DOLLARS, "month", undefined);
  for (const box of boxes) {
    const parts = boxes.filter(({ parent }) => parent === box);
    for (const [index, part] of parts.entries()) {
      expect(part.from).toBeCloseTo(parts[index - 1]?.to ?? box.from, 12);
      expect(part.to).toBeLessThanOrEqual(box.to + 1e-12);
    }
  }
});
