import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import ModelTable from "../src/parts/ModelTable.svelte";
import { violations } from "./axe";
import { priceTable } from "./fixtures";

const table = priceTable({
  parts: [{ size: { text: "Where is my refund?" }, copies: null }],
  output: "300",
  counted_as: null,
  at: null,
  book: null,
});

function shown(props = {}) {
  return render(ModelTable, { table, sellers: "makers", query: "", onchoose: () => {}, ...props });
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
  shown({ sellers: "acme" });
  expect(names()).toEqual(["mini", "voice"]);
});

test("a model is found by words of its name", () => {
  const onshown = vi.fn();
  shown({ sellers: "all", query: "OPENAI  mi", onshown });
  expect(names()).toEqual(["mini"]);
  expect(onshown).toHaveBeenLastCalledWith(
    1,
    expect.objectContaining({ model: "openai/mini", per_1000: "0.37" }),
  );
});

test("a head sorts by its column, and again the other way round", async () => {
  shown();
  const head = screen.getByRole("columnheader", { name: "Model" });
  await fireEvent.click(head);
  expect(names()).toEqual(["mini", "nano", "old", "opus"]);
  expect(head.getAttribute("aria-sort")).toBe("ascending");
  await fireEvent.click(head);
  expect(names()).toEqual(["opus", "old", "nano", "mini"]);
  expect(head.getAttribute("aria-sort")).toBe("descending");
});

test("arrows walk the rows and the heads, Enter chooses and sorts", async () => {
  const onchoose = vi.fn();
  shown({ onchoose });
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

test("of thousands of models only those in view are on the page", async () => {
  const many = Array.from({ length: 2300 }, (_, at) => ({
    ...table.models[0]!,
    model: `openai/m${at}`,
  }));
  shown({ table: { ...table, models: many } });
  expect(names().length).toBeLessThan(60);
  expect(grid().getAttribute("aria-rowcount")).toBe("2301");
  await fireEvent.scroll(Object.assign(grid(), { scrollTop: 24 * 1000 }));
  expect(names()).toContain("m1000");
  expect(names()).not.toContain("m0");
});

test("the chosen model and those of the plan are marked", () => {
  shown({ chosen: "openai/mini", marks: { "openai/mini": "easy" } });
  const row = screen.getByRole("row", { selected: true });
  expect(row.textContent).toContain("easy");
});
