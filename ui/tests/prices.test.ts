import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { book } from "../src/data/book.svelte";
import { desk } from "../src/data/desk.svelte";
import { answer, refuse } from "../src/host/fake";
import Prices from "../src/pages/Prices.svelte";
import { day } from "../src/text/format";
import { find, listen } from "../src/text/keys";
import { violations } from "./axe";
import { answerBook, GPT, listed, MODELS, pays, row } from "./book";
import { plan } from "./outline";

afterAll(listen(window));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  answerBook();
  desk.view = null;
  book.part = "models";
  book.models = null;
  book.chosen = book.shown = book.shownError = book.error = book.dayError = book.only = null;
  book.day = book.words = book.seller = "";
  book.order = "likely";
  book.down = false;
});

async function shown(): Promise<void> {
  render(Prices);
  await screen.findByRole("grid", { name: "Models" });
}

const grid = (): HTMLElement => screen.getByRole("grid", { name: "Models" });
const names = (): (string | undefined)[] =>
  within(grid())
    .getAllByRole("row")
    .slice(1)
    .map((it) => it.querySelector(".name")?.textContent);
const search = (): HTMLElement => screen.getByRole("searchbox", { name: "Find a model" });
const panel = (): HTMLElement => screen.getByRole("complementary");
const cells = (name: RegExp): (string | undefined)[] =>
  within(within(grid()).getByRole("row", { name }))
    .getAllByRole("gridcell")
    .map((it) => it.textContent?.replaceAll(/\s+/g, " ").trim());

async function choose(name: RegExp): Promise<void> {
  await fireEvent.click(within(grid()).getByRole("row", { name }));
  await within(panel()).findByText("Who says so");
}

test("the book stands there with every digit of its prices, and says when it was checked", async () => {
  await shown();
  expect(screen.getByText(/^5 models, checked between/).textContent).toBe(
    `5 models, checked between ${day("2026-11-09")} and ${day("2026-11-20")}; prices of ${day("2026-11-23")}`,
  );
  expect(cells(/^gpt-5.4 openai/)).toEqual([
    "gpt-5.4 openai",
    "2.50",
    "0.25",
    "15.00",
    "batch",
    day("2026-11-09"),
  ]);
  expect(cells(/^gpt-5.4-nano/)[3]).toBe("0.00375");
});

test("what is not sold by tokens says its price and its unit, and no price is never a zero", async () => {
  await shown();
  expect(cells(/^mistral-ocr/)[1]).toBe("page $0.001 a page");
  expect(cells(/^o1-unpriced/)[1]).toBe("no price on this day");
});

test("points of a column stand under each other", async () => {
  await shown();
  const text = (name: RegExp): string =>
    within(within(grid()).getByRole("row", { name })).getAllByRole("gridcell")[1]!.textContent;
  expect(text(/^gpt-5.4 openai/)).toMatch(/2\.50\u2007\u2007\s*$/);
});

test("words are looked for in any order, in names as people write them too", async () => {
  await shown();
  await fireEvent.input(search(), { target: { value: "5.4 openai" } });
  expect(names()).toEqual(["gpt-5.4", "gpt-5.4-nano"]);
  await fireEvent.input(search(), { target: { value: "opus claude 4.8" } });
  expect(names()).toEqual(["claude-opus-4-8"]);
  expect(screen.getByText("1 of 5 models")).toBeTruthy();
});

test("words that are in no name may be an alias, which the core knows", async () => {
  await shown();
  await fireEvent.input(search(), { target: { value: "gpt-5.4-latest" } });
  await waitFor(() => expect(names()).toEqual(["gpt-5.4"]));
});

test("words that mean no model say what could be meant", async () => {
  await shown();
  refuse("prices.list", {
    code: "unknown_model",
    message: "The price book has no model `gpt-9`.",
    hint: "Nearest are gpt-5.4 and gpt-5.4-nano.",
    at: null,
  });
  await fireEvent.input(search(), { target: { value: "gpt-9" } });
  expect(await screen.findByText("Nearest are gpt-5.4 and gpt-5.4-nano.")).toBeTruthy();
});

test("the model of that very name comes first, its relations after it", async () => {
  answer("prices.list", () => [listed("acme/openai.gpt-5.4"), listed("acme/gpt-5.4-x"), ...MODELS]);
  await shown();
  await fireEvent.input(search(), { target: { value: "gpt-5.4" } });
  expect(names()).toEqual(["gpt-5.4", "openai.gpt-5.4", "gpt-5.4-x", "gpt-5.4-nano"]);
  const router = listed("openrouter/it", { model: "openai/gpt-5.4" });
  answer("prices.list", () => [router, ...MODELS]);
  await book.read();
  await fireEvent.input(search(), { target: { value: "OpenAI/gpt-5.4" } });
  expect(names()).toEqual(["gpt-5.4", "openai/gpt-5.4", "gpt-5.4-nano"]);
});

test("one seller, or the models of the plan alone", async () => {
  desk.view = plan();
  answer("prices.show", () => GPT);
  await shown();
  await fireEvent.change(screen.getByLabelText("Sold by"), { target: { value: "anthropic" } });
  expect(names()).toEqual(["claude-opus-4-8"]);
  await fireEvent.change(screen.getByLabelText("Sold by"), { target: { value: "" } });
  await fireEvent.click(screen.getByRole("button", { name: "In the plan" }));
  await waitFor(() => expect(names()).toEqual(["gpt-5.4"]));
});

test("without a plan nothing is of the plan, and the button says so", async () => {
  await shown();
  const button = screen.getByRole("button", { name: /^In the plan/ });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(button.textContent).toContain("No plan with model calls is open");
});

test("columns sort; what has no price comes last both ways", async () => {
  await shown();
  expect(grid().querySelector("[aria-sort]")).toBeNull();
  const output = (): HTMLElement => within(grid()).getByRole("columnheader", { name: /^Output/ });
  await fireEvent.click(output());
  expect(names()).toEqual([
    "gpt-5.4-nano",
    "gpt-5.4",
    "claude-opus-4-8",
    "mistral-ocr",
    "o1-unpriced",
  ]);
  await fireEvent.click(output());
  expect(output().getAttribute("aria-sort")).toBe("descending");
  expect(names().slice(0, 3)).toEqual(["claude-opus-4-8", "gpt-5.4", "gpt-5.4-nano"]);
  expect(names().slice(3).sort()).toEqual(["mistral-ocr", "o1-unpriced"]);
  await fireEvent.click(within(grid()).getByRole("columnheader", { name: "Model" }));
  expect(names().slice(0, 2)).toEqual(["claude-opus-4-8", "gpt-5.4"]);
});

test("another day is asked for; what is no day is said at its field, and the list stays", async () => {
  await shown();
  const asked = vi.fn(() => MODELS.slice(0, 2));
  answer("prices.list", asked);
  const field = screen.getByLabelText("Day");
  await fireEvent.input(field, { target: { value: "2027-02-01" } });
  await fireEvent.change(field, { target: { value: "2027-02-01" } });
  await waitFor(() => expect(names()).toHaveLength(2));
  expect(asked).toHaveBeenCalledWith({ words: [], at: "2027-02-01", book: null });
  refuse("prices.list", {
    code: "bad_arguments",
    message: "`soon` is not a date.",
    hint: "Write it as 2026-11-20.",
    at: null,
  });
  await fireEvent.input(field, { target: { value: "soon" } });
  await fireEvent.change(field, { target: { value: "soon" } });
  await screen.findByText("`soon` is not a date.");
  expect(names()).toHaveLength(2);
});

test("a book that cannot be read says why, and claims nothing", async () => {
  refuse("prices.list", {
    code: "bad_prices",
    message: "The book cannot be read.",
    hint: "Set it aside.",
    at: null,
  });
  render(Prices);
  expect((await screen.findByRole("alert")).textContent).toContain("The book cannot be read.");
  expect(screen.queryByRole("grid")).toBeNull();
});

test("of 2,300 models only the rows in view are on the page", async () => {
  answer("prices.list", () =>
    Array.from({ length: 2300 }, (_, index) => listed(`acme/model-${index}`)),
  );
  await shown();
  expect(names().length).toBeLessThan(60);
  expect(grid().getAttribute("aria-rowcount")).toBe("2301");
});

test("keys alone: from the search into the list, along it, and to a column's head", async () => {
  await shown();
  await fireEvent.keyDown(document.body, { key: "/" });
  expect(document.activeElement).toBe(search());
  await fireEvent.keyDown(search(), { key: "ArrowDown" });
  expect(document.activeElement).toBe(grid());
  expect(book.chosen).toBe("anthropic/claude-opus-4-8");
  await fireEvent.keyDown(grid(), { key: "ArrowDown" });
  expect(book.chosen).toBe("mistral/mistral-ocr");
  await fireEvent.keyDown(grid(), { key: "End" });
  expect(book.chosen).toBe("openai/o1-unpriced");
  await fireEvent.keyDown(grid(), { key: "Home" });
  await fireEvent.keyDown(grid(), { key: "ArrowUp" });
  await fireEvent.keyDown(grid(), { key: "ArrowRight" });
  await fireEvent.keyDown(grid(), { key: "Enter" });
  expect(names()[0]).toBe("gpt-5.4-nano");
  expect(book.chosen).toBe("anthropic/claude-opus-4-8");
});

test("the chosen model: what we pay on the day, since when, who says so", async () => {
  await shown();
  await choose(/^gpt-5.4 openai/);
  const pay = within(panel()).getByRole("region", { name: "What we pay" });
  const text = pay.textContent.replaceAll(/\s+/g, " ");
  expect(text).toContain("input $2.50/1M tokens");
  expect(text).toContain("web search $0.01 a search");
  expect(text).toContain(`since ${day("2026-03-05")}`);
  expect(text).toContain(`promised until ${day("2026-12-31")} at least`);
  expect(text).toContain("prompts over 272,000 tokens");
  expect(text).not.toContain("$1.25");
  const says = within(panel()).getByRole("region", { name: "Who says so" });
  expect(says.textContent).toContain("https://developers.openai.com/api/docs/pricing");
  const copied = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText: copied } });
  await fireEvent.click(within(says).getByRole("button", { name: "Copy the source" }));
  expect(await within(says).findByText("Copied")).toBeTruthy();
  expect(copied).toHaveBeenCalledWith("https://developers.openai.com/api/docs/pricing");
  vi.unstubAllGlobals();
});

test("a model that another answers for is told as that one, since when, and who says so", async () => {
  const provenance = { source: "https://a.example/ends", checked: "2026-11-10", basis: "quoted" };
  const rerouted = { to: "gpt-5.4", from: "2026-12-01", until: null, provenance };
  answer("prices.show", () => ({ ...GPT, match: "rerouted" as const, named: "gpt-4", rerouted }));
  await shown();
  await choose(/^gpt-5.4 openai/);
  const answers = within(panel()).getByRole("region", { name: "Who answers" });
  const text = answers.textContent.replaceAll(/\s+/g, " ").trim();
  expect(text).toContain(
    `gpt-4 is rerouted to gpt-5.4 since ${day("2026-12-01")}, and billed as that.`,
  );
  expect(text).toContain("https://a.example/ends");
});

test("a tier that somebody first recorded on a day is known since then", async () => {
  const paid = pays({ input: "1" }, { since: "2026-10-14", first_recorded: true });
  answer("prices.show", () => ({ ...GPT, pays: paid }));
  await shown();
  await choose(/^gpt-5.4 openai/);
  const pay = within(panel()).getByRole("region", { name: "What we pay" });
  expect(pay.textContent).toContain(`known since ${day("2026-10-14")}`);
});

test("another tier has its own prices", async () => {
  await shown();
  await choose(/^gpt-5.4 openai/);
  await fireEvent.change(within(panel()).getByLabelText("Tier"), { target: { value: "batch" } });
  const pay = within(panel()).getByRole("region", { name: "What we pay" });
  expect(pay.textContent).toContain("$1.25/1M tokens");
  expect(pay.textContent).not.toContain("$2.50");
});

test("past, in force and announced are drawn and written, in the chart and in the table", async () => {
  await shown();
  await choose(/^gpt-5.4 openai/);
  const chart = within(panel()).getByRole("img", { name: /^Prices of gpt-5.4 through time/ });
  expect([...chart.querySelectorAll(".past title")].map((it) => it.textContent)).toContain(
    `input, before ${day("2026-03-05")}, past: $3.00/1M tokens`,
  );
  expect([...chart.querySelectorAll(".lane")].map((it) => it.textContent)).toEqual([
    "input",
    "cache read",
    "output",
    "web search",
  ]);
  expect([...chart.querySelectorAll(".announced text")].map((it) => it.textContent)).toEqual([
    "$2.00",
    "$12.00",
  ]);
  const table = within(panel()).getByRole("table", { name: "Every price of gpt-5.4" });
  expect(within(table).getAllByRole("row")).toHaveLength(6);
  expect(table.textContent).toContain("announced");
  const announced = within(panel()).getByRole("region", { name: "Announced" });
  expect(announced.textContent.replaceAll(/\s+/g, " ").trim()).toBe(
    `Announced From ${day("2027-01-01")}, standard: input $2.50 → $2.00/1M tokens`,
  );
  expect(panel().textContent).toContain("Announced on 20 November.");
});

test("your own book decides over the program's, which stays to be seen", async () => {
  const prices = [
    { ...row({ input: "2.5", output: "15" }), decides: false },
    row({ input: "2", output: "9" }, { layer: "user" }),
  ];
  const paid = pays({ input: "2", output: "9" }, { layer: "user" });
  answer("prices.show", () => ({ ...GPT, prices, pays: paid }));
  await shown();
  await choose(/^gpt-5.4 openai/);
  const pay = within(panel()).getByRole("region", { name: "What we pay" });
  expect(pay.textContent).toContain("$9.00");
  expect(pay.textContent).toContain("your book");
  expect(pay.textContent).not.toContain("$15.00");
  const table = within(panel()).getByRole("table", { name: /^Every price/ });
  expect(table.textContent).toContain("gives way to another");
});

test("what a seller says beyond the prices stands with who says it", async () => {
  await shown();
  await choose(/^gpt-5.4 openai/);
  const terms = within(panel()).getByRole("region", { name: "Beyond the prices" });
  const text = terms.textContent.replaceAll(/\s+/g, " ");
  expect(text).toContain(
    `data residency: eu, us ×1.1 on tokens, since ${day("2026-03-05")}, not with batch`,
  );
  expect(text).toContain("web search 1,000 searches free a day");
  expect(text).toContain(
    "cache, implicit from 1,024 tokens, in blocks of 128, kept 5 min or 1 h, anew with each read",
  );
  expect(text).toContain(`retired ${day("2027-10-23")}, its seller names gpt-5.5 instead`);
  expect(text).toContain(`checked ${day("2026-11-09")}, book`);
});

test("the same model elsewhere, and the way there", async () => {
  const models = [...MODELS, listed("openrouter/openai/gpt-5.4", { model: "openai/gpt-5.4" })];
  answer("prices.list", () => models);
  await shown();
  await choose(/^gpt-5.4 openai/);
  answer("prices.show", () => ({ ...GPT, provider: "openrouter", model: "openai/gpt-5.4" }));
  const compares = within(panel()).getByRole("region", { name: "How it compares" });
  const rows = within(compares)
    .getAllByRole("row")
    .map((it) => it.textContent.replaceAll(/\s+/g, " ").trim());
  expect(rows[2]).toContain("Our rates differs");
  expect(rows[2]).toContain("$12.00");
  const there = { name: "Show openrouter/openai/gpt-5.4" };
  await fireEvent.click(within(compares).getByRole("button", there));
  await waitFor(() => expect(document.activeElement).toBe(grid()));
  expect(book.chosen).toBe("openrouter/openai/gpt-5.4");
});

test("a model that nobody prices is told as such", async () => {
  answer("prices.show", () => ({ ...GPT, prices: [], pays: [] }));
  await shown();
  await choose(/^o1-unpriced/);
  expect(panel().textContent).toContain("It is never priced at zero.");
});

test("a model that cannot be shown says why in its place", async () => {
  await shown();
  refuse("prices.show", {
    code: "unknown_model",
    message: "No such model.",
    hint: "Look for another.",
    at: null,
  });
  await fireEvent.click(within(grid()).getByRole("row", { name: /^gpt-5.4 openai/ }));
  expect((await screen.findByRole("alert")).textContent).toContain("No such model.");
});

test("Tab goes from the parts over the filters into the list, then to what explains the model", async () => {
  await shown();
  await choose(/^gpt-5.4 openai/);
  const stops = [...document.querySelectorAll("input, select, button, [tabindex='0']")].map((it) =>
    (it.getAttribute("aria-label") ?? it.closest("label")?.textContent ?? it.textContent)
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
  const from = (name: RegExp): number => stops.findIndex((it) => name.test(it));
  const order = [
    /^Models$/,
    /^Find a model/,
    /^Sold by/,
    /^In the plan/,
    /^Hide/,
    /^Tier/,
    /^Copy/,
  ];
  const places = order.map(from);
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  // One tab stop for the whole list, and its place is before the inspector.
  expect(grid().querySelectorAll("[tabindex='0']")).toHaveLength(0);
  expect(grid().compareDocumentPosition(panel()) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test("the commands of the page are in the palette while it is there", async () => {
  const { unmount } = render(Prices);
  await screen.findByRole("grid");
  expect(find("prices.find")?.keys).toBe("/");
  unmount();
  expect(find("prices.find")).toBeUndefined();
});

test.each(["light", "dark"])("no violation, %s", { timeout: 60_000 }, async (theme) => {
  document.documentElement.dataset.theme = theme;
  await shown();
  await choose(/^gpt-5.4 openai/);
  expect(await violations()).toEqual([]);
  delete document.documentElement.dataset.theme;
});
