import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { flushSync, tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import { commands, find, listen } from "../src/text/keys";
import type { Edit, View } from "../src/types/calls";
import { violations } from "./axe";
import { GPT, pays } from "./book";
import { core, large, plan } from "./outline";

afterAll(listen(window));
// What is looked for by its role in a whole page takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

/** What a tier costs, for every prompt and for long ones. */
const BATCH = [
  ...pays({ input: "1.25", output: "7.5" }, { tier: "batch", condition: "batch" }),
  ...pays({ input: "2.5" }, { tier: "batch", condition: "batch, prompts over 272,000 tokens" }),
];

let edits: Edit[];

beforeEach(() => {
  edits = core(plan());
  desk.view = plan();
  desk.selected = null;
  desk.folded = new Set();
});

function open(view: View = plan()): void {
  desk.view = view;
  render(Plan);
  if (view.nodes.length > 0) rows()[0]?.focus();
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[role='row'][data-at]")];
}

/** The first word of every row: `support`, `conversation`. */
function names(): string[] {
  return rows().map((row) => row.querySelector("[data-name]")?.textContent ?? "");
}

function focused(): string | undefined {
  return (document.activeElement as HTMLElement).querySelector?.("[data-name]")?.textContent ?? "";
}

async function press(...keys: string[]): Promise<void> {
  for (const name of keys) {
    const words = name.split(" ");
    const key = words.pop()!;
    await fireEvent.keyDown(document.activeElement!, {
      key,
      altKey: words.includes("Alt"),
      ctrlKey: words.includes("Ctrl"),
      shiftKey: words.includes("Shift"),
    });
    await settled();
  }
}

/** The words of an element, however they are broken into lines. */
function said(element: Element): string {
  return element.textContent?.replaceAll(/\s+/g, " ").trim() ?? "";
}

/** Until every edit was answered and is on screen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((done) => setTimeout(done));
  await tick();
}

test("the outline is a treegrid whose rows say level, place and state", async () => {
  open();
  expect(
    screen.getByRole("treegrid", { name: "What happens behind one conversation" }),
  ).toBeTruthy();
  expect(names()).toEqual(["support", "conversation", "rewrite", "retry", "hard", "human review"]);
  const retry = rows()[3]!;
  expect(retry.getAttribute("aria-level")).toBe("3");
  expect(retry.getAttribute("aria-posinset")).toBe("2");
  expect(retry.getAttribute("aria-setsize")).toBe("2");
  expect(retry.getAttribute("aria-expanded")).toBe("true");
  expect(rows()[4]?.hasAttribute("aria-expanded")).toBe(false);
  expect(rows().filter((row) => row.tabIndex === 0)).toHaveLength(1);
  expect(await violations()).toEqual([]);
});

test("a row has its calls, tokens, dollars and share, and nothing shows as zero that is not", () => {
  open();
  const cells = (row: HTMLElement): string[] =>
    within(row)
      .getAllByRole("gridcell")
      .slice(2)
      .map((cell) => cell.textContent?.trim() ?? "");
  expect(cells(rows()[4]!)).toEqual(["3.500", "≈\u00a09,657", "1,615", "0.0650", "74.7\u00a0%"]);
  expect(cells(rows()[2]!)).toEqual(["3.500", "9,657", "1,615", "<0.0001", "<0.1\u00a0%"]);
  expect(cells(rows()[5]!)).toEqual(["–", "–", "–", "0.0220", "25.3\u00a0%"]);
});

test("a cheap unit has digits enough in rows, inspector and title", () => {
  const view = plan();
  const [feature] = view.figures!.features;
  view.figures!.unit_decimals = feature!.decimals = 7;
  feature!.unit_costs = ["0.0000418", "0.0000420"];
  const shown = view.nodes[4]!;
  shown.figures = { ...shown.figures!, cost: "0.0000420", cost_exact: "0.00004201" };
  open(view);
  expect(rows()[4]!.querySelector(".cost")?.textContent).toBe("0.0000420");
  expect(rows()[2]!.querySelector(".cost")?.textContent).toBe("<0.0000001");
  expect(screen.getByRole("heading", { name: "The same $0.0000420, by driver" })).toBeTruthy();
});

test("the answer names what is dearest, also where it is no call", () => {
  const view = plan();
  const review = view.nodes[5]!;
  review.figures = { ...review.figures!, cost_exact: "0.09", share: "58.1" };
  open(view);
  expect(
    screen.getByText(
      /16\.3 model calls behind one conversation; 58\.1.% of the cost is in human review/,
    ),
  ).toBeTruthy();
});

test.each([
  ["500", /^500 model calls behind one conversation; 58\.1.% of the cost is in human review$/],
  ["1", /^1 model call behind one conversation; 58\.1.% of the cost is in human review$/],
])("%s calls are whole, and a cost beside them is a part of the cost", (calls, said) => {
  const view = plan();
  view.figures!.features[0]!.calls = calls;
  const review = view.nodes[5]!;
  expect(review.at).not.toContain("features/");
  review.figures = { ...review.figures!, cost_exact: "0.09", share: "58.1" };
  open(view);
  expect(screen.getByText(said)).toBeTruthy();
});

test("of a long outline the rows in sight are on the page, the one with the keys among them; on paper all", async () => {
  const view = plan();
  open({ ...view, nodes: large(300) });
  const grid = screen.getByRole("treegrid");
  const told = (row: HTMLElement): string | null => row.getAttribute("aria-rowindex");
  expect(rows().length).toBeLessThan(100);
  expect(grid.getAttribute("aria-rowcount")).toBe("333");
  expect(rows().map(told).slice(0, 3)).toEqual(["2", "3", "4"]);
  await press("End");
  expect(focused()).toBe("call-299");
  expect(told(document.activeElement as HTMLElement)).toBe("333");
  expect(rows().length).toBeLessThan(100);
  // Scrolled to its end, it has the last ones.
  grid.getBoundingClientRect = () => ({ top: -(332 * 29 - 600) }) as DOMRect;
  await fireEvent.scroll(grid);
  expect(names().at(-1)).toBe("call-299");
  expect(names().at(-20)).toBe("call-281");
  await press("ArrowUp", "PageUp");
  expect(focused()).toBe("call-287");
  window.dispatchEvent(new Event("beforeprint"));
  expect(rows()).toHaveLength(332);
  window.dispatchEvent(new Event("afterprint"));
  expect(rows().length).toBeLessThan(100);
  expect(await violations()).toEqual([]);
});

test("arrows walk and fold, Home and End go to the ends, letters to a name", async () => {
  open();
  await press("ArrowDown", "ArrowDown", "ArrowDown");
  expect(focused()).toBe("retry");
  await press("ArrowLeft");
  expect(rows()[3]?.getAttribute("aria-expanded")).toBe("false");
  expect(names()).not.toContain("hard");
  await press("ArrowRight", "ArrowRight");
  expect(focused()).toBe("hard");
  await press("ArrowLeft");
  expect(focused()).toBe("retry");
  await press("End");
  expect(focused()).toBe("human review");
  await press("Home");
  expect(focused()).toBe("support");
  await press("r", "e", "t");
  expect(focused()).toBe("retry");
  expect(desk.selected).toBe("features/0/step/conversation/turn/1");
});

test("Enter edits the main input in place: every key goes out, Esc takes it back", async () => {
  open();
  await press("End", "ArrowUp", "Enter");
  const box = screen.getByRole<HTMLInputElement>("textbox", { name: "Output of hard" });
  expect(box.value).toBe("180..450");
  expect(document.activeElement).toBe(box);
  await fireEvent.input(box, { target: { value: "200..450" } });
  await settled();
  await press("Escape");
  expect(edits).toEqual([
    { edit: "number", address: "support.hard.output", text: "200..450" },
    { edit: "number", address: "support.hard.output", text: "180..450" },
  ]);
  expect(focused()).toBe("hard");
});

test("Tab takes what was typed and goes on to the next number", async () => {
  open();
  await press("ArrowDown", "Enter");
  const turns = screen.getByRole("textbox", { name: "Turns of conversation" });
  await fireEvent.input(turns, { target: { value: "3..6" } });
  await press("Tab");
  expect(screen.getByRole("textbox", { name: "Output of rewrite" })).toBe(document.activeElement);
  await press("Enter");
  expect(focused()).toBe("rewrite");
  expect(edits).toEqual([{ edit: "number", address: "support.conversation.turns", text: "3..6" }]);
});

test("Ins adds a step after the row by a menu, and the focus goes to the new row", async () => {
  open();
  await press("r", "e", "w", "Insert");
  const menu = screen.getByRole("menu", { name: "Add" });
  expect(within(menu).getByRole("group", { name: "After rewrite" })).toBeTruthy();
  expect(document.activeElement?.textContent).toContain("Call, one model call");
  await press("Enter");
  expect(edits).toEqual([
    { edit: "add", at: "features/0/step/conversation/turn/0", place: "after", kind: "call" },
  ]);
  expect(focused()).toBe("call-2");
});

test("W wraps by a menu in which a letter jumps; Esc leaves it with the focus on the row", async () => {
  open();
  await press("r", "e", "w");
  await new Promise((done) => setTimeout(done, 750));
  await press("w", "Escape");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(focused()).toBe("rewrite");
  await press("w", "r");
  expect(document.activeElement?.textContent).toContain("Retry");
  await press("Enter");
  expect(edits).toEqual([
    { edit: "wrap", at: "features/0/step/conversation/turn/0", kind: "retry" },
  ]);
});

test("in a menu letters typed one after another find one name, and the same one again the next", async () => {
  open();
  await press("r", "e", "w");
  await new Promise((done) => setTimeout(done, 750));
  await press("w");
  const at = (): string => document.activeElement?.getAttribute("data-label") ?? "";
  const entries = [...screen.getByRole("menu").querySelectorAll<HTMLElement>("[data-label]")];
  const labels = entries.map((it) => it.dataset.label!);
  const [first, second] = labels.filter((it) => it.startsWith("C"));
  await press("c", "a", "s");
  expect(at()).toMatch(/^Cascade,/);
  await new Promise((done) => setTimeout(done, 1050));
  entries.at(-1)!.focus();
  await press("c");
  expect(at()).toBe(first);
  await press("c");
  expect(at()).toBe(second);
  await new Promise((done) => setTimeout(done, 1050));
  entries[0]!.focus();
  await press("c", "a", "s", "Enter");
  expect(edits).toEqual([expect.objectContaining({ edit: "wrap", kind: "cascade" })]);
});

test("Del deletes, Ctrl D copies, Alt and arrows move, and the focus stays in the outline", async () => {
  open();
  await press("r", "e", "w", "Alt ArrowDown", "Alt ArrowRight", "Ctrl d", "Delete");
  const turn = "features/0/step/conversation/turn";
  expect(edits).toEqual([
    { edit: "move", at: `${turn}/0`, by: "down" },
    { edit: "move", at: `${turn}/1`, by: "in" },
    { edit: "duplicate", at: `${turn}/1` },
    { edit: "remove", at: `${turn}/1` },
  ]);
  expect(focused()).toBe("conversation");
});

test("a key that is held moves one and the same step, however late the answers are", async () => {
  const view = plan();
  const turn = "features/0/step/conversation/turn";
  const third = { ...view.nodes[2]!, at: `${turn}/2`, address: "support.check", name: "check" };
  view.nodes.splice(5, 0, third);
  edits = core(view);
  open(view);
  await press("r", "e", "w");
  const row = document.activeElement!;
  // Both are pressed before the first is answered.
  const down = () => fireEvent.keyDown(row, { key: "ArrowDown", altKey: true });
  await Promise.all([down(), down()]);
  await settled();
  expect(edits).toEqual([
    { edit: "move", at: `${turn}/0`, by: "down" },
    { edit: "move", at: `${turn}/1`, by: "down" },
  ]);
  expect(names().slice(2, 6)).toEqual(["retry", "hard", "check", "rewrite"]);
  expect(focused()).toBe("rewrite");
});

test("a second Del before the first is answered deletes nothing else", async () => {
  open();
  await press("r", "e", "w");
  const row = document.activeElement!;
  const del = () => fireEvent.keyDown(row, { key: "Delete" });
  await Promise.all([del(), del()]);
  await settled();
  expect(edits).toEqual([{ edit: "remove", at: "features/0/step/conversation/turn/0" }]);
});

test("F2 renames at the row: a feature by its number, a step by its place", async () => {
  open();
  await press("F2");
  const name = screen.getByRole("textbox", { name: "Name of support" });
  await fireEvent.input(name, { target: { value: "help" } });
  await press("Enter");
  await press("r", "e", "w", "F2");
  await fireEvent.input(document.activeElement!, { target: { value: "query" } });
  await press("Enter");
  const at = "features/0/step/conversation/turn/0";
  expect(edits).toEqual([
    { edit: "feature", feature: 0, field: "name", value: "help" },
    { edit: "step", at, field: "name", value: "query" },
  ]);
});

test("what cannot be done stands at the row until it is left", async () => {
  answer("projects.edit", () => {
    throw { code: "invalid_value", message: "A retry needs a step.", hint: "Unwrap it.", at: null };
  });
  open();
  await press("r", "e", "w", "Delete");
  expect(within(rows()[2]!).getByRole("alert").textContent).toContain("A retry needs a step.");
  expect(focused()).toBe("rewrite");
  await press("ArrowDown");
  expect(screen.queryByRole("alert")).toBeNull();
});

test("every command is in the palette with its key, and says why it cannot run", async () => {
  open({ ...plan(), read_only: "another window has it open" });
  const own = commands().filter((command) => command.place === "Plan");
  expect(own.map((command) => command.id)).toContain("plan.wrap");
  expect(find("plan.delete")?.when?.()).toBe("another window has it open");
  await press("Delete", "Insert");
  expect(edits).toEqual([]);
  expect(screen.queryByRole("menu")).toBeNull();
});

test("the context menu lists what can be done at a row", async () => {
  open();
  await press("Shift F10");
  const menu = screen.getByRole("menu", { name: "What to do" });
  const entry = within(menu).getByRole("menuitem", { name: /^Wrap in a route/ });
  expect(entry.getAttribute("aria-disabled")).toBe("true");
  expect(entry.textContent).toContain("Only steps can do this");
  expect(await violations()).toEqual([]);
});

test("a wrong number keeps the figures, says so at its field, and offers the repair", async () => {
  open();
  await press("End", "ArrowUp");
  const field = screen.getByLabelText<HTMLInputElement>("Output");
  await fireEvent.input(field, { target: { value: "0..450" } });
  await settled();
  expect(field.value).toBe("0..450");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText(/Figures still use 180\.\.450\./)).toBeTruthy();
  expect(within(rows()[4]!).getByRole("img", { name: "A range cannot start at 0." })).toBeTruthy();
  expect(rows()[4]!.textContent).toContain("0.0650");
  expect(await violations()).toEqual([]);
  field.focus();
  await press("Alt Enter");
  expect(field.value).toBe("180..450");
  expect(field.hasAttribute("aria-invalid")).toBe(false);
  expect(edits.at(-1)).toEqual({
    edit: "number",
    address: "support.hard.output",
    text: "180..450",
  });
});

test("F8 goes to the field of the next problem, also one of a part", async () => {
  const at = "prompts/question";
  const address = "prompts.question.tokens";
  const words = { message: "Tokens cannot be 0.", hint: "Write 1.", meanwhile: "15..120" };
  open({ ...plan(), problems: [{ address, at, field: "tokens", ...words }] });
  await press("F8");
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Tokens")));
  expect(screen.getByText("Tokens cannot be 0.")).toBeTruthy();
});

test("the inspector has the inputs, the model and what is sent", async () => {
  open();
  await press("End", "ArrowUp");
  const inspector = screen.getByRole("complementary", { name: "hard" });
  expect(within(inspector).getByLabelText<HTMLInputElement>("Model").value).toBe("openai/gpt-5.4");
  expect(within(inspector).getByText("$2.50 in, $15.00 out per 1M today")).toBeTruthy();
  await fireEvent.click(within(inspector).getByRole("button", { name: /^reasoning/ }));
  await fireEvent.click(within(inspector).getByLabelText("the user sees its output"));
  await fireEvent.click(within(inspector).getByRole("button", { name: "The question" }));
  expect(within(inspector).getByLabelText<HTMLInputElement>("Tokens").value).toBe("15..120");
  await settled();
  const at = "features/0/step/conversation/turn/1/retry/step";
  expect(edits).toEqual([
    { edit: "add-number", address: "support.hard.reasoning" },
    { edit: "step", at, field: "answer", value: "false" },
  ]);
});

test("a call in another tier says what the model costs there", async () => {
  answer("prices.show", ({ model }) => {
    expect(model).toBe("openai/gpt-5.4");
    return { ...GPT, pays: [...pays({ input: "2.5" }), ...BATCH] };
  });
  const view = plan();
  view.nodes[4]!.tier = "batch";
  open(view);
  await press("End", "ArrowUp");
  const inspector = screen.getByRole("complementary", { name: "hard" });
  expect(
    await within(inspector).findByText("$1.25 in, $7.50 out per 1M, batch, today"),
  ).toBeTruthy();
  expect(within(inspector).queryByText(/\$2\.50 in/)).toBeNull();
});

test("beside a call stand the prices of the month in view, and when they change", async () => {
  const view = plan();
  const call = view.nodes[4]!.figures!;
  const pays = (rates: [string, string], since: string | null, ends: string | null): void => {
    const meters = ["input", "output"] as const;
    call.prices = meters.map((meter, at) => ({ meter, per_million: rates[at]!, since, ends }));
  };
  const said = async (): Promise<string | undefined> => {
    desk.view = { ...view, turn: view.turn + 1, nodes: structuredClone(view.nodes) };
    await settled();
    const inspector = screen.getByRole("complementary", { name: "hard" });
    return within(inspector).getByText(/per 1M/).textContent;
  };
  pays(["1.5", "7.5"], "2027-01-01", null);
  open(view);
  await press("End", "ArrowUp");
  expect(await said()).toBe("$1.50 in, $7.50 out per 1M in Feb 2027, since Jan 1, 2027");
  pays(["0.75", "3.75"], null, "2027-02-15");
  expect(await said()).toBe("$0.75 in, $3.75 out per 1M in Feb 2027; changes on Feb 15, 2027");
  const before = call.prices;
  pays(["1.5", "7.5"], "2027-02-15", null);
  call.prices = [...call.prices, ...before];
  expect(await said()).toBe(
    "$0.75 to $1.50 in, $3.75 to $7.50 out per 1M in Feb 2027; changes on Feb 15, 2027",
  );
  // Figures of an earlier state may be those of another model.
  view.stale = true;
  expect(await said()).toBe("$2.50 in, $15.00 out per 1M today");
});

test("Ctrl Enter goes to the inputs, and Esc comes back", async () => {
  open();
  await press("End", "ArrowUp", "Ctrl Enter");
  expect(document.activeElement).toBe(screen.getByLabelText("Model"));
  await press("Escape");
  expect(focused()).toBe("hard");
});

test("a guess opens where it is from, and a source is written when the person is done", async () => {
  open();
  await press("End", "ArrowUp");
  await fireEvent.click(screen.getByRole("button", { name: "guess: say where Output is from" }));
  const source = screen.getByLabelText("Source");
  await fireEvent.input(source, { target: { value: "trace" } });
  expect(edits).toEqual([]);
  source.focus();
  await press("Enter");
  expect(edits).toEqual([
    { edit: "provenance", address: "support.hard.output", field: "source", value: "trace" },
  ]);
});

test("the volume is a sentence whose numbers can be changed", async () => {
  open();
  const sentence = screen.getByRole("group", { name: "Volume of support" });
  expect(said(sentence)).toBe("60k ±10% users × 0.6/month each = 36,000 conversations in Feb 2027");
  await press("Enter");
  const users = screen.getByRole("textbox", { name: "Users of support" });
  await fireEvent.input(users, { target: { value: "70k" } });
  await press("Tab");
  expect(screen.getByRole("textbox", { name: "Each of support" })).toBe(document.activeElement);
  expect(edits).toEqual([{ edit: "number", address: "support.users", text: "70k" }]);
});

/** Says why every figure is what it is: it is a formula of this one. */
function explain(): void {
  answer("projects.why", ({ address, month }) => {
    const source = { kind: "formula" as const };
    const figure = {
      address,
      label: address,
      unit: "USD",
      value: "0.065",
      month: null,
      certainty: null,
      source,
    };
    return { month, figure, formula: "a * b", numbers: null, workbook: null, operands: [] };
  });
}

test("an open why is renewed with every key in the row, and leaves the focus to it", async () => {
  explain();
  open();
  await press("End", "ArrowUp", "?");
  expect(await screen.findByText("Why hard costs this")).toBeTruthy();
  expect(focused()).toBe("hard");
  const row = rows()[4]!;
  await fireEvent.click(row.querySelector("[data-main]")!);
  const box = screen.getByRole<HTMLInputElement>("textbox", { name: "Output of hard" });
  for (const value of ["2", "20", "200"]) {
    await fireEvent.input(document.activeElement!, { target: { value } });
    await settled();
  }
  expect([box.isConnected, box.value]).toEqual([true, "200"]);
  expect(document.activeElement).toBe(box);
  expect(edits.map((edit) => edit.edit === "number" && edit.text)).toEqual(["2", "20", "200"]);
});

test("an explanation stands beside the outline: F6 goes there and back, Esc closes it", async () => {
  explain();
  open();
  await press("End", "ArrowUp", "?");
  const heading = await screen.findByText("Why hard costs this");
  expect(focused()).toBe("hard");
  await press("F6");
  await vi.waitFor(() => expect(document.activeElement).toBe(heading));
  await press("F6");
  expect(focused()).toBe("hard");
  await press("Escape");
  expect(screen.queryByText("Why hard costs this")).toBeNull();
  expect(focused()).toBe("hard");
});

test("Del on an explanation does nothing to the row", async () => {
  explain();
  open();
  await press("End", "ArrowUp", "?");
  const heading = await screen.findByText("Why hard costs this");
  await press("F6");
  await vi.waitFor(() => expect(document.activeElement).toBe(heading));
  await press("Delete");
  expect(edits).toEqual([]);
});

test("of two explanations of one figure the one asked for last stands", async () => {
  const answers: ((formula: string) => void)[] = [];
  answer("projects.why", async ({ address, month }) => {
    const formula = await new Promise<string>((done) => answers.push(done));
    const source = { kind: "formula" as const };
    const figure = {
      address,
      label: address,
      unit: "USD",
      value: "1",
      month: null,
      certainty: null,
      source,
    };
    return { month, figure, formula, numbers: null, workbook: null, operands: [] };
  });
  open();
  await press("End", "ArrowUp", "?");
  desk.view = { ...desk.view!, turn: 7 };
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!("newer");
  expect(await screen.findByText("newer")).toBeTruthy();
  answers[0]!("older");
  await settled();
  expect(screen.queryByText("older")).toBeNull();
});

test("? says why, every operand can be asked, and Esc goes back", async () => {
  const operand = (address: string, label: string) => ({
    address,
    label,
    unit: "USD",
    value: "0.065",
    month: null,
    certainty: null,
    source: { kind: "formula" as const },
  });
  answer("projects.why", ({ address, month }) => ({
    month,
    figure: operand(address, `the figure ${address}`),
    formula: "a * b",
    numbers: "2 * 3",
    workbook: "Projection!Q18",
    operands: [
      operand("support.hard.in", "tokens of hard"),
      {
        address: "price.openai/gpt-5.4.input",
        label: "its price",
        unit: "USD",
        value: "0.0000025",
        month: null,
        certainty: null,
        source: {
          kind: "price" as const,
          page: "https://example.com/prices/",
          checked: "2026-11-20",
          from: "2026-01-01",
          to: null,
        },
      },
    ],
  }));
  open();
  await press("End", "ArrowUp", "?");
  expect(await screen.findByText("Why hard costs this")).toBeTruthy();
  expect(focused()).toBe("hard");
  const inspector = screen.getByRole("complementary");
  expect(said(inspector)).toContain("example.com/prices, checked Nov 20, 2026, in force from");
  expect(await violations()).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: "tokens of hard" }));
  expect(await screen.findByText("Why the figure support.hard.in")).toBeTruthy();
  await press("Escape");
  expect(await screen.findByText("Why hard costs this")).toBeTruthy();
  await press("Escape");
  expect(screen.queryByText(/^Why the figure/)).toBeNull();
  expect(focused()).toBe("hard");
});

test("a step that only holds others is explained by what is under it", async () => {
  open();
  await press("r", "e", "t", "?");
  expect(await screen.findByText("Why one unit of retry")).toBeTruthy();
  const part = screen.getByRole("button", { name: "Hard answer" });
  // What it costs for one unit is made of what others cost for one.
  const asked: string[] = [];
  answer("projects.why", ({ address }) => {
    asked.push(address);
    throw { code: "not_found", message: "No.", hint: "None.", at: null };
  });
  await fireEvent.click(part);
  expect(asked).toEqual(["support.hard.unit-cost"]);
});

test("below the outline stands what is behind one unit, and the same by driver", () => {
  open();
  const behind = screen.getByRole("heading", { name: "Behind one conversation" }).parentElement!;
  expect(behind.textContent).toContain("16.3");
  expect(behind.textContent).toContain("$0.0076");
  const unknown = "Add users to the volume to see the cost of one seat and working day.";
  expect(within(behind).getByText(unknown).tagName).toBe("P");
  expect(screen.getByRole("heading", { name: "The same $0.0870, by driver" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Failed attempts" })).toBeTruthy();
});

test("a cost that is added is selected: what there is to say of it stands beside the outline", async () => {
  open();
  await press("Insert");
  await fireEvent.click(screen.getByRole("menuitem", { name: /^Cost beside the model calls/ }));
  await settled();
  expect(edits).toEqual([{ edit: "add-other-cost", name: "other cost" }]);
  expect(desk.selected).toBe("other_costs/0");
});

test("a cost by the month has no figures of a unit, and leaves those of the feature", () => {
  const view = plan();
  const review = view.nodes[5]!;
  const hosting = {
    at: "other_costs/1",
    parent: null,
    depth: 0,
    name: "hosting",
    label: "hosting",
    figures: null,
  };
  open({ ...view, nodes: [...view.nodes, { ...review, ...hosting }] });
  desk.select(hosting.at);
  flushSync();
  expect(screen.getByRole("heading", { name: "Behind one conversation" })).toBeTruthy();
  const inspector = screen.getByRole("complementary", { name: "hosting" });
  expect(within(inspector).getByText(/^It is paid by the month/)).toBeTruthy();
  expect(within(inspector).queryByText(/^No figures yet/)).toBeNull();
});

test("a plan without a feature says what will be here, and adds one", async () => {
  open({ ...plan(), nodes: [], figures: null });
  await fireEvent.click(screen.getByRole("button", { name: "Add a feature" }));
  await settled();
  expect(edits).toEqual([{ edit: "add-feature", name: "feature" }]);
});

test("a row is dragged to the edge of another", async () => {
  open();
  const row = rows()[2]!;
  const edge = rows()[3]!;
  document.elementFromPoint = () => edge;
  await fireEvent.pointerDown(row, { button: 0, clientX: 10, clientY: 10 });
  await fireEvent.pointerMove(row, { clientX: 10, clientY: 20 });
  await fireEvent.pointerMove(row, { clientX: 10, clientY: 30 });
  expect(edge.classList.contains("after")).toBe(true);
  await fireEvent.pointerUp(row);
  await settled();
  const turn = "features/0/step/conversation/turn";
  expect(edits).toEqual([
    { edit: "move-to", at: `${turn}/0`, parent: "features/0/step", index: 1 },
  ]);
});
