import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { months } from "../src/data/months.svelte";
import { answer, refuse } from "../src/host/fake";
import Projection from "../src/pages/Projection.svelte";
import { answerOf, eventsOf, eventWords, sheetOf } from "../src/pages/months";
import { day } from "../src/text/format";
import { listen } from "../src/text/keys";
import { violations } from "./axe";
import type { Projection as Months } from "../src/types/calls";
import { aView, BY_DRIVER, open } from "./months";

afterAll(listen(window));
beforeEach(() => open());
afterEach(() => {
  desk.view = null;
  months.shown = null;
});

const cell = (said: string): HTMLElement => within(screen.getByRole("grid")).getByTitle(said);
const focused = (): string | null => document.activeElement!.getAttribute("title");

async function shown(): Promise<void> {
  render(Projection);
  await screen.findByRole("grid");
}

test("the answer stands in the title, the dearest cause named", async () => {
  await shown();
  expect(screen.getByText("$6,200 in 3 months, dearest cause other costs")).toBeTruthy();
});

test("the table has the bands as they are stacked, the top one first, then what they add up to", async () => {
  await shown();
  const heads = within(screen.getByRole("grid")).getAllByRole("rowheader");
  expect(heads.map((head) => head.textContent?.trim())).toEqual([
    "Other costs",
    "Failed attempts",
    "Base prompt",
    "Expected",
    "Unit cost, $",
    "One active user and month, $",
    "Units, conversation",
  ]);
  // What the plan says too little for is no row of dashes, but a line that says what to add.
  expect(
    screen.getByText(
      "Add the success of the feature, its accepted part, to see the cost of one accepted conversation.",
    ),
  ).toBeTruthy();
  const row = screen.getByRole("row", { name: /^Expected/ });
  const texts = within(row)
    .getAllByRole("gridcell")
    .map((it) => it.textContent);
  expect(texts).toEqual(["1,100", "2,100", "3,000", "6,200"]);
});

test("a figure says all of its digits, and what is not zero never shows as zero", async () => {
  await shown();
  expect(cell("Base prompt, Oct 2027: $300.15").textContent).toBe("300");
  expect(cell("Failed attempts, Oct 2027: $0.10").textContent).toBe("<1");
  expect(cell("One conversation, Nov 2027: $0.05").textContent).toBe("0.0500");
  expect(cell("One active user and month, Nov 2027: $0.12").textContent).toBe("0.1200");
  expect(cell("No active user and month in Oct 2027").textContent).toBe("–");
});

test("every band of every month is drawn, and only what failed is hatched", async () => {
  await shown();
  const chart = screen.getByRole("img", { name: /^\$6,200 in 3 months/ });
  const marks = [...chart.querySelectorAll<SVGElement>("rect[data-key]")];
  expect(marks).toHaveLength(9);
  const hatched = marks.filter((mark) => mark.style.fill.startsWith("url("));
  expect(new Set(hatched.map((mark) => mark.dataset.key))).toEqual(new Set(["failed-attempts"]));
  expect(marks[0]!.querySelector("title")?.textContent).toBe("Base prompt, Oct 2027: $300.15");
});

test("a price that changes has its mark and its words, and breaks the line", async () => {
  await shown();
  const words = `${day("2027-11-01")}: openai/gpt-5 −12.0 %`;
  const chart = screen.getByRole("img", { name: /^\$6,200/ });
  expect(within(chart).getByText(words.replace("openai/", ""))).toBeTruthy();
  expect(screen.getByText(`Prices change: ${words}`)).toBeTruthy();
  // October stands alone before it: a point without a line; November and December are one piece.
  expect(chart.querySelectorAll(".trend path")).toHaveLength(1);
});

test("prices that move differently are named meter by meter", () => {
  const changes = [
    { meter: "input", by: "0.5" },
    { meter: "output", by: null },
  ];
  const event = { month: 1, day: "2027-11-01", model: "acme/large", changes };
  const [mark] = eventsOf({ ...BY_DRIVER, events: [event, { ...event, day: "2027-11-09" }] });
  expect(mark?.label).toBe(`${day("2027-11-01")}: large, new prices, and 1 more`);
  expect(eventWords(event)).toBe(
    `${day("2027-11-01")}: acme/large: input +50.0\u00a0%, output priced`,
  );
});

test("what belongs to no feature, and what is no model, is never the dearest of them", () => {
  const [base, , other] = BY_DRIVER.bands;
  const by = (key: string, label: string) => ({
    ...BY_DRIVER,
    bands: [
      { ...base!, key: "acme/large", label: "large" },
      { ...other!, key, label },
    ],
  });
  expect(answerOf(by("hosting", "hosting"), "model")).toMatch(/dearest model large$/);
  expect(answerOf(by("no-feature", "Costs of no feature"), "feature")).toMatch(/feature large$/);
});

test("the arrow keys walk months and bands from one tab stop", async () => {
  await shown();
  const grid = screen.getByRole("grid");
  expect(grid.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  const start = cell("Expected, Oct 2027: $1,100.25");
  start.focus();
  await fireEvent.keyDown(start, { key: "ArrowRight" });
  expect(focused()).toBe("Expected, Nov 2027: $2,100.25");
  await fireEvent.keyDown(document.activeElement!, { key: "ArrowUp" });
  expect(focused()).toBe("Base prompt, Nov 2027: $600.15");
  await fireEvent.keyDown(document.activeElement!, { key: "End" });
  expect(focused()).toBe("Base prompt, 3 months: $1,800.30");
  await fireEvent.keyDown(document.activeElement!, { key: "ArrowRight" });
  expect(focused()).toBe("Base prompt, 3 months: $1,800.30");
  expect(grid.querySelectorAll('[tabindex="0"]')).toHaveLength(1);
});

test("the selected figure is explained: formula, price entry, source and date", async () => {
  await shown();
  await fireEvent.click(cell("Other costs, Dec 2027: $2,000.00"));
  const inspector = screen.getByRole("complementary", { name: "Why $2,000.00?" });
  await within(inspector).findByText("other-costs");
  expect(inspector.textContent).toContain("Other costs, Dec 2027");
  expect(inspector.textContent).toContain("sum of its lines");
  expect(inspector.textContent).toContain("openai.com/api/pricing");
  expect(inspector.textContent).toContain("in the workbook Projection!Q18");
});

test("Enter goes into the explanation, its figures can be asked too, and Esc comes back", async () => {
  await shown();
  const start = cell("Expected, Oct 2027: $1,100.25");
  start.focus();
  await fireEvent.keyDown(start, { key: "Enter" });
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Why total"));
  await fireEvent.click(screen.getByRole("button", { name: "Lines" }));
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Why support.lines"));
  await fireEvent.keyDown(document.activeElement!, { key: "Escape" });
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Why total"));
  await fireEvent.keyDown(document.activeElement!, { key: "Escape" });
  expect(focused()).toBe("Expected, Oct 2027: $1,100.25");
});

test("where figures are rounded for themselves the page says so", async () => {
  answer("projects.projection", () => ({ ...BY_DRIVER, footed: false }));
  desk.view = aView({ turn: 9 });
  await shown();
  expect(screen.getByText(/each figure is rounded for itself/)).toBeTruthy();
});

test("a click on a bar selects its cell", async () => {
  await shown();
  const chart = screen.getByRole("img", { name: /^\$6,200/ });
  await fireEvent.click(chart.querySelector('[data-key="base-prompt"][data-column="1"]')!);
  expect(cell("Base prompt, Nov 2027: $600.15").getAttribute("aria-selected")).toBe("true");
});

test("the month of the selection is the month in view of the whole window", async () => {
  await shown();
  await fireEvent.click(screen.getByRole("columnheader", { name: "Dec" }));
  await waitFor(() => expect(desk.view?.month).toBe(2));
  expect(screen.getByRole("columnheader", { name: "Dec" }).getAttribute("aria-current")).toBe(
    "date",
  );
  desk.view = aView({ month: 1, turn: 10 });
  await waitFor(() =>
    expect(cell("Expected, Nov 2027: $2,100.25").getAttribute("aria-selected")).toBe("true"),
  );
});

test("an edit replaces the figures at once, and until then they stay", async () => {
  await shown();
  let finish = (): void => {};
  answer(
    "projects.projection",
    () =>
      new Promise((resolve) => {
        finish = () => resolve({ ...BY_DRIVER, total: "7000", total_exact: "7000" });
      }),
  );
  desk.view = aView({ turn: 2 });
  await waitFor(() => expect(finish).not.toBeUndefined());
  expect(screen.getByText(/^\$6,200 in/)).toBeTruthy();
  await new Promise((resolve) => setTimeout(resolve));
  finish();
  await screen.findByText(/^\$7,000 in/);
});

test("by model the bands change, and a selection that is gone becomes the whole", async () => {
  await shown();
  await fireEvent.click(cell("Base prompt, Oct 2027: $300.15"));
  await fireEvent.click(screen.getByRole("radio", { name: "Model" }));
  await screen.findByText("openai/gpt-5");
  await waitFor(() =>
    expect(cell("Expected, Oct 2027: $1,100.25").getAttribute("aria-selected")).toBe("true"),
  );
});

test("Ctrl Shift C copies the table as plain numbers between tabs", async () => {
  await shown();
  const write = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, "clipboard", {
    value: { writeText: write },
    configurable: true,
  });
  await fireEvent.keyDown(document.body, { key: "C", ctrlKey: true, shiftKey: true });
  await screen.findByText("Copied 8 rows as a table.");
  expect(write).toHaveBeenCalledWith(sheetOf(BY_DRIVER, BY_DRIVER.unit_costs[0]));
  expect(sheetOf(BY_DRIVER, undefined)).toBe(
    [
      "\t2027-10\t2027-11\t2027-12\t3 months",
      "Other costs\t800\t1500\t2000\t4300",
      "Failed attempts\t0\t0\t100\t100",
      "Base prompt\t300\t600\t900\t1800",
      "Expected\t1100\t2100\t3000\t6200",
    ].join("\n"),
  );
});

test("two years from July on stand under three years, each month under its own", async () => {
  const names = Array.from({ length: 24 }, (_, at) => {
    const month = 6 + at;
    return `${2027 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
  });
  const each = (value: string): string[] => names.map(() => value);
  const [unit] = BY_DRIVER.unit_costs;
  const long: Months = {
    ...BY_DRIVER,
    months: names,
    bands: BY_DRIVER.bands.map((band) => ({
      ...band,
      shown: each("1234567"),
      exact: each("1234567.25"),
    })),
    totals: each("3703701"),
    exact: each("3703701.75"),
    unit_costs: [
      { ...unit!, decimals: 7, costs: each("0.0000421"), units: each("27500"), whole: "0.0000421" },
    ],
  };
  answer("projects.projection", () => long);
  desk.view = aView({ months: names, turn: 3, month: 23 });
  await shown();
  const grid = screen.getByRole("grid");
  const [years, heads] = within(grid).getAllByRole("row");
  const widths = [...years!.querySelectorAll("th")].map((it) => [it.textContent, it.colSpan]);
  expect(widths).toEqual([
    ["2027", 6],
    ["2028", 12],
    ["2029", 6],
  ]);
  expect(within(heads!).getAllByRole("columnheader")).toHaveLength(25);
  expect(screen.getByText(/ in 24 months,/)).toBeTruthy();
  // No figure is wider than its month, nor the last value than the room for the totals.
  const columns = [...grid.querySelectorAll("col")].map((it) => Number.parseFloat(it.style.width));
  const longest = Math.max(...[...grid.querySelectorAll("td")].map((it) => it.textContent!.length));
  expect(longest).toBe("0.0000421".length);
  expect(Math.min(...columns.slice(1))).toBeGreaterThan(longest * 6.7);
  cell("Expected, Jun 2029: $3,703,701.75").focus();
  await fireEvent.keyDown(document.activeElement!, { key: "ArrowLeft" });
  expect(focused()).toBe("Expected, May 2029: $3,703,701.75");
  expect(await violations()).toEqual([]);
});

test("where not all months are in sight, the first ones are, whole, and the totals beside them", async () => {
  const ROOM = 752;
  const room = vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(ROOM);
  const scrolls = vi.fn();
  HTMLElement.prototype.scrollIntoView = scrolls;
  const names = Array.from({ length: 12 }, (_, at) => `2027-${String(at + 1).padStart(2, "0")}`);
  const each = (value: string): string[] => names.map(() => value);
  answer("projects.projection", () => ({
    ...BY_DRIVER,
    months: names,
    bands: BY_DRIVER.bands.map((band) => ({ ...band, shown: each("6241"), exact: each("6241") })),
    totals: each("18723"),
    exact: each("18723"),
    unit_costs: [],
  }));
  desk.view = aView({ months: names, turn: 3, month: 11 });
  await shown();
  const grid = screen.getByRole("grid");
  expect(cell("Expected, Dec 2027: $18,723.00").getAttribute("aria-selected")).toBe("true");
  const columns = [...grid.querySelectorAll("col")].map((it) => Number.parseFloat(it.style.width));
  const [left, pitch, right] = [columns[0]!, columns[1]!, columns.at(-1)!];
  expect(left + 12 * pitch + right).toBeGreaterThan(ROOM);
  const inSight = (ROOM - left - right) / pitch;
  expect(inSight).toBe(Math.round(inSight));
  expect(inSight).toBeGreaterThan(8);
  expect(scrolls).not.toHaveBeenCalled();
  room.mockRestore();
  Reflect.deleteProperty(HTMLElement.prototype, "scrollIntoView");
});

test("over all months a line is told month by month, and each is asked for itself", async () => {
  const asked: [string, string | null][] = [];
  answer("projects.why", ({ address, month }) => {
    asked.push([address, month]);
    const figure = {
      address,
      label: "Output",
      unit: "USD",
      value: "12.5",
      month: null,
      certainty: null,
      source: { kind: "formula" as const },
    };
    const of = (month: string | null) => ({ ...figure, address: "support.easy.output", month });
    return {
      month,
      figure,
      formula: "sum",
      numbers: null,
      workbook: null,
      operands: [of("2027-11"), of(null)],
    };
  });
  await shown();
  await fireEvent.click(cell("Expected, 3 months: $6,200.50"));
  await fireEvent.click(await screen.findByRole("button", { name: "Nov 2027" }));
  await waitFor(() => expect(asked.at(-1)).toEqual(["support.easy.output", "2027-11"]));
  await fireEvent.click(await screen.findByRole("button", { name: "Output" }));
  await waitFor(() => expect(asked.at(-1)).toEqual(["support.easy.output", "2027-11"]));
  expect(asked[0]?.[1]).not.toBeNull();
  expect(asked[1]).toEqual(["total", null]);
});

test("figures of an earlier state say so", async () => {
  open(aView({ stale: true }));
  await shown();
  expect(screen.getByText("Not what the plan says now:")).toBeTruthy();
});

test("without a plan, or without figures, the page says what will be here and how", async () => {
  desk.view = null;
  const { unmount } = render(Projection);
  expect(screen.getByRole("button", { name: "Open a plan" })).toBeTruthy();
  unmount();
  open(aView({ figures: null }));
  render(Projection);
  await fireEvent.click(screen.getByRole("button", { name: "Mend the plan" }));
  expect(desk.place).toBe("plan");
});

test("an error stands in the place of the months", async () => {
  refuse("projects.projection", {
    code: "internal",
    message: "The months cannot be shown.",
    hint: "Report it.",
    at: null,
  });
  render(Projection);
  expect((await screen.findByRole("alert")).textContent).toContain("The months cannot be shown.");
});

test("no violation", { timeout: 30_000 }, async () => {
  await shown();
  expect(await violations()).toEqual([]);
});
