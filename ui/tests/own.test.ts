import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { book } from "../src/data/book.svelte";
import { desk } from "../src/data/desk.svelte";
import { own } from "../src/data/own.svelte";
import { audit, check } from "../src/data/proofs.svelte";
import { answer, answerWindow, refuse } from "../src/host/fake";
import Prices from "../src/pages/Prices.svelte";
import { day } from "../src/text/format";
import { listen } from "../src/text/keys";
import type { Audit } from "../src/types/calls";
import { violations } from "./axe";
import { answerBook, AUDIT, CHECKED, OURS, PROPOSED } from "./book";

const PATH = "/home/ada/our-rates.json";

afterAll(listen(window));
beforeEach(() => {
  answerBook();
  answerWindow("pick", () => PATH);
  desk.view = null;
  book.part = "books";
  book.models = null;
  book.chosen = book.shown = book.shownError = book.error = book.only = null;
  own.books = own.proposed = own.error = own.reading = own.done = null;
  check.answer = check.error = audit.answer = audit.error = null;
});

const button = (name: string | RegExp): HTMLElement => screen.getByRole("button", { name });
const text = (element: HTMLElement): string => element.textContent.replaceAll(/\s+/g, " ").trim();
const cells = (row: HTMLElement): string[] =>
  [...row.querySelectorAll<HTMLElement>(":scope > th, :scope > td")].map(text);
const rowOf = (table: HTMLElement, name: RegExp): string[] =>
  cells(within(table).getByRole("row", { name }));
const table = (name: RegExp): HTMLElement => screen.getByRole("table", { name });

/** A file was imported, and waits for its decision. */
async function proposed(): Promise<void> {
  render(Prices);
  await screen.findByRole("table", { name: /^Own books/ });
  await fireEvent.keyDown(document.body, { key: "O", ctrlKey: true, shiftKey: true });
  await screen.findByRole("heading", { name: "Our rates, before it counts" });
}

test("without a book of one's own the page says what will be here, and how", async () => {
  answer("prices.books", () => ({ books: [], over: [] }));
  const picked = vi.fn(() => PATH);
  answerWindow("pick", picked);
  render(Prices);
  await screen.findByText(/^Prices of your own stand here/);
  expect(await violations()).toEqual([]);
  await fireEvent.click(button(/^Import a price file/));
  await screen.findByRole("heading", { name: "Our rates, before it counts" });
  expect(picked).toHaveBeenCalledWith({ wanted: "prices" });
});

test("a book says what it was read as, when, and whether it counts", async () => {
  render(Prices);
  await screen.findByText("1 book, 0 of them count");
  const row = within(table(/^Own books/)).getByRole("row", { name: /^Our rates/ });
  expect(text(row)).toContain("litellm");
  expect(text(row)).toContain("set aside");
});

test("an import shows its problems, the keys that were not read, and what it would change", async () => {
  await proposed();
  const section = screen.getByRole("region", { name: "Our rates, before it counts" });
  await waitFor(() =>
    expect(document.activeElement).toBe(within(section).getByRole("heading", { level: 2 })),
  );
  expect(text(section)).toContain("Nothing of it counts yet.");
  expect(text(within(section).getByRole("list", { name: "Problems" }))).toBe(
    "models / gpt-5.4 The price 0 is no price. It is left out: the model is unpriced.",
  );
  const keys = within(section).getByRole("list", { name: "Keys that were not read", hidden: true });
  expect(text(keys)).toBe("supports_vision of 2 models, such as true of acme/large");
  expect(text(section)).toContain(
    "1 model added, 2 prices changed, 1 model no longer in it, 1 conflict, 1,204 unchanged",
  );
  const changed = within(table(/^Changed/))
    .getAllByRole("row")
    .map(cells);
  expect(changed[1]).toEqual([
    "openai/gpt-5.4",
    "standard, from 2026-03-05",
    "input",
    "$2.50/1M tokens",
    "$2.00/1M tokens",
  ]);
  expect(changed[2]!.slice(2)).toEqual(["web search", "no price", "$0.008 a search"]);
  const conflict = rowOf(table(/^Conflicts/), /^openai/);
  expect(conflict.slice(3)).toEqual(["$1.20/1M tokens", "$1.25/1M tokens Last year's rates"]);
  expect(text(within(section).getByRole("list", { name: "Added" }))).toBe("acme/model-1");
  expect(text(within(section).getByRole("list", { name: "No longer in it" }))).toBe("acme/model-0");
});

test("activated it counts, and the list of models is read again", async () => {
  await proposed();
  const activated = vi.fn(() => ({
    books: [{ ...OURS, active: true, place: 1 }],
    over: PROPOSED.diff.conflicts,
  }));
  const read = vi.fn(() => []);
  answer("prices.activate", activated);
  answer("prices.list", read);
  await fireEvent.keyDown(document.body, { key: "Enter", ctrlKey: true });
  await screen.findByText("Our rates counts now.");
  const over = text(screen.getByText(/^It goes before 1 price of your other books/));
  expect(over).toContain("openai/gpt-5.4-nano output (standard) $1.25/1M tokens → $1.20/1M tokens");
  expect(activated).toHaveBeenCalledWith({ id: OURS.id });
  expect(read).toHaveBeenCalled();
  expect(screen.queryByRole("heading", { name: /before it counts/ })).toBeNull();
  expect(text(table(/^Own books/))).toContain("counts");
  await fireEvent.click(button("Set aside Our rates"));
  await screen.findByText("Our rates is set aside.");
});

test("left as it is, it is kept and can be looked through again", async () => {
  await proposed();
  await fireEvent.click(button("Leave it as it is"));
  await screen.findByText("Our rates is kept as it is.");
  const compared = vi.fn(() => ({ old: "active", new: "Our rates", diff: PROPOSED.diff }));
  answer("prices.compare", compared);
  await fireEvent.click(button("Look through Our rates"));
  await screen.findByRole("heading", { name: "Our rates, before it counts" });
  expect(compared).toHaveBeenCalledWith({
    old: OURS.id,
    new: null,
    provider: null,
    model: null,
  });
});

test("the same file once more is nothing new, and says so", async () => {
  answer("prices.propose", () => ({ ...PROPOSED, known: true }));
  await proposed();
  expect(await screen.findByText("Our rates was imported before; nothing is new.")).toBeTruthy();
});

test("a book is removed only when that was said twice", async () => {
  render(Prices);
  await screen.findByRole("table", { name: /^Own books/ });
  const removed = vi.fn(() => ({ books: [], over: [] }));
  answer("prices.remove", removed);
  await fireEvent.click(button("Remove Our rates…"));
  await fireEvent.click(button("Keep"));
  expect(removed).not.toHaveBeenCalled();
  await fireEvent.click(button("Remove Our rates…"));
  await fireEvent.click(button("Remove Our rates for good"));
  await screen.findByText("Our rates is removed.");
  expect(removed).toHaveBeenCalledWith({ id: OURS.id });
});

test("a file that cannot be read says why, and nothing is proposed", async () => {
  refuse("prices.propose", {
    code: "bad_prices",
    message: "`our-rates.json` is no price file that is known.",
    hint: "Export it as CSV.",
    at: null,
  });
  render(Prices);
  await screen.findByRole("table", { name: /^Own books/ });
  await fireEvent.click(button(/^Import a price file/));
  expect(text(await screen.findByRole("alert"))).toContain("is no price file that is known");
  expect(own.reading).toBeNull();
});

test("who backs out of the dialog has imported nothing", async () => {
  answerWindow("pick", () => null);
  answer("prices.propose", () => {
    throw new Error("it must not be read");
  });
  render(Prices);
  await screen.findByRole("table", { name: /^Own books/ });
  await fireEvent.click(button(/^Import a price file/));
  await waitFor(() => expect(own.reading).toBeNull());
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a damaged book says so in its row, and can be removed", async () => {
  const damaged = {
    code: "bad_prices" as const,
    message: "The book was changed since its import.",
    hint: "Import its file again.",
    at: null,
  };
  answer("prices.books", () => ({ books: [{ ...OURS, name: "", damaged }], over: [] }));
  render(Prices);
  expect(text(await screen.findByRole("alert"))).toContain("changed since its import");
  expect(button("Remove 9f2c41aa…")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Activate/ })).toBeNull();
});

test("of thousands of changes a hundred are shown, and more when they are asked for", async () => {
  const changed = Array.from({ length: 250 }, (_, index) => ({
    ...PROPOSED.diff.changed[0]!,
    model: `acme/model-${index}`,
  }));
  answer("prices.propose", () => ({ ...PROPOSED, diff: { ...PROPOSED.diff, changed } }));
  await proposed();
  expect(within(table(/^Changed/)).getAllByRole("row")).toHaveLength(101);
  await fireEvent.click(button("Show more changed"));
  expect(within(table(/^Changed/)).getAllByRole("row")).toHaveLength(201);
});

test("what a check finds leads to its model", async () => {
  book.part = "check";
  render(Prices);
  await screen.findByText(/^5 models and 12 prices checked/);
  expect(screen.getByText(`As of ${day("2026-11-23")}`)).toBeTruthy();
  const findings = table(/^Findings/);
  expect(rowOf(findings, /gpt-5.4/).slice(1)).toEqual([
    "gap",
    "From 2026-01-01 to 2026-03-05 it has no price. Add the entry between them.",
  ]);
  await fireEvent.change(screen.getByLabelText("Show"), { target: { value: "disagrees" } });
  expect(within(findings).getAllByRole("row")).toHaveLength(2);
  expect(await violations()).toEqual([]);
  await fireEvent.click(button("Show anthropic/claude-opus-4-8"));
  const grid = await screen.findByRole("grid", { name: "Models" });
  await waitFor(() => expect(document.activeElement).toBe(grid));
  expect(book.chosen).toBe("anthropic/claude-opus-4-8");
});

test("a book without a finding says what was looked at", async () => {
  answer("prices.check", () => ({ ...CHECKED, errors: 0, findings: [] }));
  book.part = "check";
  render(Prices);
  expect(await screen.findByText(/each has a source and a day, without gap/)).toBeTruthy();
  expect(screen.queryByRole("table")).toBeNull();
});

test("the vendors' examples stand as printed and as computed, and a vendor's mistake is explained", async () => {
  book.part = "examples";
  render(Prices);
  await screen.findByText(
    "3 of 3 examples come to what is said of them; 1 was printed with a mistake",
  );
  const row = (name: RegExp): string[] => rowOf(table(/^Worked examples/), name).slice(2);
  expect(row(/^A-1/)).toEqual(["$0.705", "$0.705", "exactly as printed"]);
  expect(row(/^A-4/)).toEqual(["$22.20", "$22.20", "printed with a mistake"]);
  expect(row(/^O-7/)).toEqual(["765 tokens", "765 tokens", "the tokens as printed"]);
  expect(document.querySelector(".wrong")).toBeNull();
  const fold = button(/^A-4/);
  expect(fold.getAttribute("aria-expanded")).toBe("false");
  await fireEvent.click(fold);
  expect(fold.getAttribute("aria-expanded")).toBe("true");
  expect(screen.getByText("Less than the same tokens cost as input alone.")).toBeTruthy();
  expect(screen.getByText("Right is $111.00.")).toBeTruthy();
  const right = rowOf(table(/^Lines of what is right, A-4/), /^every token/);
  expect(right.slice(1)).toEqual(["37,000,000 tokens", "$3.00 per 1,000,000", "$111.00"]);
});

test("every example unfolds by one button, and folds again", async () => {
  book.part = "examples";
  render(Prices);
  await fireEvent.click(await screen.findByRole("button", { name: "Unfold all" }));
  const session = rowOf(table(/^Lines of A-1/), /^session/);
  expect(session).toEqual(["session", "1 hour", "$0.08", "$0.08"]);
  expect(rowOf(table(/^Lines of O-7/), /^tiles/)).toEqual(["tiles", "4 tiles", "–", "–"]);
  expect(await violations()).toEqual([]);
  await fireEvent.click(button("Fold all"));
  expect(screen.queryByRole("table", { name: /^Lines of A-1/ })).toBeNull();
});

test("an example that comes to something else is red, and says so", async () => {
  const [first] = AUDIT.examples;
  const wrong: Audit = { examples: [{ ...first!, holds: false }], passed: 0, flagged: 0 };
  answer("audit.run", () => wrong);
  book.part = "examples";
  render(Prices);
  expect(text((await screen.findByText(/comes to something else/)).closest("td")!)).toBe(
    "comes to something else",
  );
  expect(document.querySelector(".wrong svg.problem")).not.toBeNull();
});

test("what cannot be worked out says why at its place", async () => {
  const error = {
    code: "bad_prices" as const,
    message: "It cannot be read.",
    hint: "Mend it.",
    at: null,
  };
  refuse("audit.run", error);
  refuse("prices.check", error);
  book.part = "examples";
  render(Prices);
  expect(text(await screen.findByRole("alert"))).toContain("It cannot be read.");
  await fireEvent.keyDown(document.body, { key: "3", altKey: true });
  await screen.findByRole("button", { name: "Check again" });
  expect(text(await screen.findByRole("alert"))).toContain("It cannot be read.");
});

test("keys alone lead to each part of the page", async () => {
  render(Prices);
  for (const [key, found] of [
    ["1", () => screen.findByRole("grid", { name: "Models" })],
    ["2", () => screen.findByRole("table", { name: /^Own books/ })],
    ["3", () => screen.findByRole("table", { name: /^Findings/ })],
    ["4", () => screen.findByRole("table", { name: /^Worked examples/ })],
  ] as const) {
    await fireEvent.keyDown(document.body, { key, altKey: true });
    expect(await found()).toBeTruthy();
  }
});

test.each(["light", "dark"])("no violation while a book is proposed, %s", async (theme) => {
  document.documentElement.dataset.theme = theme;
  await proposed();
  expect(await violations()).toEqual([]);
  delete document.documentElement.dataset.theme;
});
