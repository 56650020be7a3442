import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import ModelTable from "../src/parts/ModelTable.svelte";
import { violations } from "./axe";
import type { Look, PriceTable } from "../src/types/calls";
import { priceTable } from "./fixtures";

const LOOK: Look = {
  sellers: "makers",
  query: "",
  capabilities: [],
  fits: false,
  order: "price",
  down: false,
  from: 0,
  most: 60,
};

function tableFor(look: Look): PriceTable {
  return priceTable({
    parts: [{ size: { text: "Where is my refund?" }, copies: null }],
    reading: null,
    told: {},
    output: "300",
    counted_as: null,
    at: null,
    book: null,
    look,
  });
}

/** The table of a page that asks for what is looked at. */
function shown(change: Partial<Look> = {}, props: object = {}) {
  let look: Look = { ...LOOK, ...change };
  let rerender: ((props: object) => Promise<void>) | undefined;
  const onlook = vi.fn((next: Partial<Look>) => {
    look = { ...look, ...next };
    void rerender?.({ look, table: tableFor(look) });
  });
  const first = { table: tableFor(look), look, onlook, onchoose: () => {}, ...props };
  ({ rerender } = render(ModelTable, first));
  return onlook;
}

function models(): (string | null)[] {
  return screen.queryAllByRole("row", { name: /^(?!Model Tokens)/ }).map((row) => row.textContent);
}

function names(): string[] {
  return [...document.querySelectorAll(".name")].map((it) => it.textContent);
}

function grid(): HTMLElement {
  return screen.getByRole("grid", { name: "Models" });
}

test("the makers' models stand cheapest first, each with its price and its certainty", async () => {
  shown();
  expect(names()).toEqual(["nano", "mini", "opus", "old"]);
  const words = models().map((row) => row?.replace(/\s+/g, " ").trim());
  expect(words[0]).toBe("nano 4 exact <0.00001 <0.01 0.1 %");
  expect(words[1]).toBe("mini 4 exact 0.00037 0.37 0.1 %");
  expect(words[2]).toBe("opus 8 ±50 % 0.00710 7.10 –");
  expect(words[3]).toBe("old 4 exact 0.03000 30.00 does not fit");
  expect(await violations(grid())).toEqual([]);
});

test("every seller shows all of the book, and why a model has no price", () => {
  shown({ sellers: "all" });
  expect(names()).toEqual(["nano", "mini", "mini", "opus", "old", "voice"]);
  expect(screen.getByText(/^no price: The book has no input price/)).toBeTruthy();
  expect(grid().getAttribute("aria-rowcount")).toBe("7");
});

test("one seller's models are those of its book", () => {
  shown({ sellers: { one: "acme" } });
  expect(names()).toEqual(["mini", "voice"]);
});

test("a head sorts by its column, and again the other way round", async () => {
  const onlook = shown();
  const head = screen.getByRole("columnheader", { name: "Model" });
  await fireEvent.click(head);
  expect(onlook).toHaveBeenLastCalledWith({ order: "name", down: false, from: 0 });
  expect(head.getAttribute("aria-sort")).toBe("ascending");
  await fireEvent.click(head);
  expect(onlook).toHaveBeenLastCalledWith({ order: "name", down: true, from: 0 });
  expect(head.getAttribute("aria-sort")).toBe("descending");
});

test("arrows walk the rows and the heads, Enter chooses and sorts", async () => {
  const onchoose = vi.fn();
  shown({}, { onchoose });
  const press = (key: string) => fireEvent.keyDown(grid(), { key });
  const active = () =>
    document.getElementById(grid().getAttribute("aria-activedescendant") ?? "")?.textContent;
  await press("ArrowDown");
  await press("Enter");
  expect(onchoose).toHaveBeenLastCalledWith("openai/mini");
  await press("End");
  await press("Enter");
  expect(onchoose).toHaveBeenLastCalledWith("openai/old");
  await press("Home");
  await press("ArrowUp");
  expect(active()?.trim()).toBe("Model");
  await press("ArrowRight");
  expect(active()?.trim()).toBe("Tokens");
  await press("Enter");
  expect(screen.getByRole("columnheader", { name: /^Tokens/ }).getAttribute("aria-sort")).toBe(
    "ascending",
  );
});

test("of thousands of models only those in view are asked for, and on the page", async () => {
  const row = tableFor(LOOK).rows[0]!;
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => ({ ...row, model: `openai/m${from + at}` }));
  const onlook = vi.fn();
  const table = { ...tableFor(LOOK), found: 2300, rows: rows(0, 60) };
  const { rerender } = render(ModelTable, { table, look: LOOK, onlook, onchoose: () => {} });
  expect(names().length).toBeLessThan(60);
  expect(grid().getAttribute("aria-rowcount")).toBe("2301");
  expect(onlook).toHaveBeenLastCalledWith({ from: 0, most: 60 });
  await fireEvent.scroll(Object.assign(grid(), { scrollTop: 24 * 1000 }));
  expect(onlook).toHaveBeenLastCalledWith({ from: 960, most: 100 });
  expect(names()).toEqual([]);
  await rerender({ table: { ...table, from: 960, rows: rows(960, 1060) } });
  expect(names()).toContain("m1000");
  expect(names()).not.toContain("m960");
});

test("another filter begins at the top", async () => {
  const table = { ...tableFor(LOOK), found: 2300 };
  const { rerender } = render(ModelTable, {
    table,
    look: LOOK,
    onlook: () => {},
    onchoose: () => {},
  });
  await fireEvent.scroll(Object.assign(grid(), { scrollTop: 2400 }));
  await rerender({ look: { ...LOOK, from: 80, most: 100 } });
  expect(grid().scrollTop).toBe(2400);
  await rerender({ look: { ...LOOK, query: "mini" } });
  expect(grid().scrollTop).toBe(0);
});

test("the chosen model and those of the plan are marked", () => {
  shown({}, { chosen: "openai/mini", marks: { "openai/mini": "easy" } });
  const row = screen.getByRole("row", { selected: true });
  expect(row.textContent).toContain("easy");
});

test("models are looked at by what they can do, and by what fits", () => {
  shown({ capabilities: ["tools", "images"] });
  expect(names()).toEqual(["mini", "opus"]);
  document.body.replaceChildren();
  shown({ fits: true });
  expect(names()).toEqual(["nano", "mini"]);
});
