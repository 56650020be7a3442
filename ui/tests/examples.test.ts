import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import { book } from "../src/data/book.svelte";
import { desk } from "../src/data/desk.svelte";
import { audit } from "../src/data/proofs.svelte";
import { answer, refuse } from "../src/host/fake";
import Prices from "../src/pages/Prices.svelte";
import type { Audit } from "../src/types/calls";
import { violations } from "./axe";
import { answerBook, AUDIT } from "./book";

beforeEach(() => {
  answerBook();
  desk.view = null;
  book.part = "examples";
  book.models = null;
  audit.answer = audit.error = null;
});

const button = (name: string | RegExp): HTMLElement => screen.getByRole("button", { name });
const text = (element: HTMLElement): string => element.textContent.replaceAll(/\s+/g, " ").trim();
const cells = (row: HTMLElement): string[] =>
  [...row.querySelectorAll<HTMLElement>(":scope > th, :scope > td")].map(text);
const rowOf = (table: HTMLElement, name: RegExp): string[] =>
  cells(within(table).getByRole("row", { name }));
const table = (name: RegExp): HTMLElement => screen.getByRole("table", { name });

test("the vendors' examples stand as printed and as computed, and a vendor's mistake is explained", async () => {
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
  render(Prices);
  expect(text((await screen.findByText(/comes to something else/)).closest("td")!)).toBe(
    "comes to something else",
  );
  expect(document.querySelector(".wrong svg.problem")).not.toBeNull();
});

test("examples that cannot be worked out say why at their place", async () => {
  refuse("audit.run", {
    code: "bad_prices",
    message: "It cannot be read.",
    hint: "Mend it.",
    at: null,
  });
  render(Prices);
  expect(text(await screen.findByRole("alert"))).toContain("It cannot be read.");
});
