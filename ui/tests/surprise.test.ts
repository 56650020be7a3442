import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { barsOf, reach } from "../src/charts/waterfall";
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import { listen } from "../src/text/keys";
import type { SurpriseAmount, Surprised, SurpriseStep, View } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

afterAll(listen(window));
// What is looked for by its role in a whole page takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

function amount(unit: string, shown: string, month: string): SurpriseAmount {
  return { unit, unit_shown: shown, month, month_shown: Number(month).toFixed(0) };
}

function step(cause: SurpriseStep["cause"], says: string, of: SurpriseAmount): SurpriseStep {
  const why = cause === "caches" ? null : `support.${cause}`;
  return { cause, label: cause, says, note: "", amount: of, from: [], numbers: [], why };
}

const SURPRISED: Surprised = {
  month: "2027-02",
  currency: "USD",
  features: [
    {
      name: "support",
      label: "Support",
      unit: "conversation",
      units: "5000",
      naive: amount("0.01", "0.0100", "50"),
      naive_why: "support.naive-unit-cost",
      tried: "support.hard",
      tried_is_assumed: false,
      tried_tier: null,
      steps: [
        step("turns", "It is asked 3.8 times, not once", amount("0.05", "0.0500", "250")),
        step("history", "What was said is sent again", amount("0.00002", "0.0000", "0.1")),
        step("routing", "Cheaper models answer a part of it", amount("-0.02", "-0.0200", "-100")),
        step("caches", "Caches spare a part of it", amount("-0.01", "-0.0100", "-50")),
      ],
      real: amount("0.03002", "0.0300", "150.1"),
      times: "3.002",
      decimals: 4,
      month_decimals: 0,
    },
  ],
  beside: [{ cause: "other-costs", label: "Other costs", month: "500" }],
  total: "650.1",
};

let asked: string[];

beforeEach(() => {
  core(plan());
  asked = [];
  answer("projects.surprise", () => SURPRISED);
  answer("projects.why", ({ address, month }) => {
    asked.push(address);
    const source = { kind: "formula" as const };
    const shown = { label: address, unit: "USD", value: "1", month: null, certainty: null, source };
    const figure = { address, ...shown };
    return { month, figure, formula: "a", numbers: null, workbook: null, operands: [] };
  });
  desk.selected = null;
  desk.folded = new Set();
  desk.drawn = "surprise";
});

async function open(view: View = plan()): Promise<void> {
  desk.view = view;
  render(Plan);
  await screen.findByRole("table", { name: /^From what you would have said/ });
}

function rows(): HTMLElement[] {
  return within(screen.getByRole("table", { name: /^From what you would have said/ }))
    .getAllByRole("row")
    .slice(1);
}

function cells(row: HTMLElement): (string | null)[] {
  return within(row)
    .getAllByRole("cell")
    .slice(1)
    .map((cell) => cell.textContent);
}

const panel = (name: string) => within(screen.getByRole("complementary", { name }));

async function press(...keys: string[]): Promise<void> {
  for (const name of keys) {
    const [key, held] = name.split(" ");
    await fireEvent.keyDown(document.activeElement!, { key, altKey: held === "Alt" });
    await tick();
  }
}

test("who comes to the surprise by key walks its rows as soon as they are there", async () => {
  desk.drawn = "outline";
  desk.view = plan();
  render(Plan);
  await press("4 Alt");
  await screen.findByRole("table", { name: /^From what you would have said/ });
  expect(document.activeElement).toBe(within(rows()[0]!).getByRole("button"));
});

test("the verdict says what becomes of the naive figure, and the rows say why", async () => {
  await open();
  expect(screen.getByRole("heading", { name: "$0.0100 becomes $0.0300." })).toBeTruthy();
  expect(screen.getByText(/3\.0 times as much/).textContent).toContain("$50 → $150 in Feb 2027");
  expect(rows().map((row) => within(row).getByRole("button").textContent)).toEqual([
    "What you would have saidone prompt and one answer, as tried",
    "It is asked 3.8 times, not once",
    "What was said is sent again",
    "Cheaper models answer a part of it",
    "Caches spare a part of it",
    "What one conversation costsin Feb 2027, 5,000 of them",
  ]);
  expect(rows().map(cells)).toEqual([
    ["0.0100", "50"],
    ["+0.0500", "+250"],
    // What is not zero never looks like it.
    ["<+0.0001", "<+1"],
    ["−0.0200", "−100"],
    ["−0.0100", "−50"],
    ["0.0300", "150"],
  ]);
  const beside = screen.getByText(/costs \$650 in all; of that/).textContent ?? "";
  expect(beside.replaceAll(/\s+/g, " ")).toContain("$500 other costs of no feature");
  expect(await violations()).toEqual([]);
});

test("each bar begins where the one before it ended, and the last one stands on the axis", async () => {
  const bars = barsOf(1, [4, -2], 3);
  expect(bars).toEqual([
    { from: 0, to: 1, isWhole: true },
    { from: 1, to: 5, isWhole: false },
    { from: 5, to: 3, isWhole: false },
    { from: 0, to: 3, isWhole: true },
  ]);
  expect(reach(bars)).toBe(5);
  expect(barsOf(null, [2], 2)[0]).toEqual({ from: 0, to: 2, isWhole: false });
  await open();
  const drawn = rows().map((row) => {
    const bar = row.querySelector("rect")!;
    const x = Number(bar.getAttribute("x"));
    return { x, end: x + Number(bar.getAttribute("width")), kind: bar.getAttribute("class") };
  });
  expect(drawn.map(({ kind }) => kind?.split(" ")[0])).toEqual([
    "whole",
    "up",
    "up",
    "down",
    "down",
    "whole",
  ]);
  expect(drawn[1]!.x).toBe(drawn[0]!.end);
  expect(drawn[3]!.end).toBe(drawn[1]!.end);
  expect(drawn[4]!.x).toBe(drawn[5]!.end);
});

test("arrows walk the rows; Enter and ? say why", async () => {
  await open();
  const buttons = rows().map((row) => within(row).getByRole("button"));
  buttons[0]!.focus();
  await press("ArrowDown");
  expect(document.activeElement).toBe(buttons[1]);
  expect(buttons.map((it) => it.tabIndex)).toEqual([-1, 0, -1, -1, -1, -1]);
  await fireEvent.click(document.activeElement!);
  expect(panel("It is asked 3.8 times, not once").getByText("+0.0500")).toBeTruthy();
  await press("End");
  expect(document.activeElement).toBe(buttons[5]);
  await press("?");
  await vi.waitFor(() => expect(asked).toContain("support.month.unit-cost"));
  await press("ArrowUp", "?");
  expect(document.activeElement).toBe(buttons[4]);
  expect(panel("Caches spare a part of it").getByText("−0.0100")).toBeTruthy();
  // A share is no figure of the workings: none was asked for.
  expect(asked).toEqual(["support.month.unit-cost"]);
});

test("a bar is explained under its own name and figure: how its share comes about, and no other number", async () => {
  await open();
  const [, turns] = rows().map((row) => within(row).getByRole("button"));
  await fireEvent.click(turns!);
  const share = panel("It is asked 3.8 times, not once");
  expect(share.getByRole("heading", { name: "Why +0.0500?" })).toBeTruthy();
  expect(share.getAllByRole("status").map((it) => it.textContent)).toEqual(["+0.0500", "+250"]);
  expect(share.getByText(/the mean over all orders in which the causes/)).toBeTruthy();
  expect(asked).toEqual([]);
  expect(await violations()).toEqual([]);
  // What tells most of it is another figure, and says so.
  expect(share.getByText("A figure of its own, which is not this share:")).toBeTruthy();
  await fireEvent.click(share.getByRole("button", { name: "support.turns" }));
  await vi.waitFor(() => expect(asked).toEqual(["support.turns"]));
  await screen.findByRole("heading", { name: "Why support.turns" });
  await fireEvent.click(screen.getByRole("button", { name: /^Back/ }));
  expect(panel("It is asked 3.8 times, not once").getByText("+0.0500")).toBeTruthy();
  // An edit may change what it comes to, and take it away.
  const [feature] = SURPRISED.features;
  const [first, ...others] = feature!.steps;
  const dearer = { ...first!, amount: amount("0.07", "0.0700", "350") };
  answer("projects.surprise", () => ({
    ...SURPRISED,
    features: [{ ...feature!, steps: [dearer, ...others] }],
  }));
  await desk.edit({ edit: "number", address: "support.hard.output", text: "1..2" });
  await vi.waitFor(() => panel("It is asked 3.8 times, not once").getByText("+0.0700"));
  answer("projects.surprise", () => ({ ...SURPRISED, features: [{ ...feature!, steps: others }] }));
  await desk.edit({ edit: "number", address: "support.hard.output", text: "2..3" });
  await screen.findByRole("complementary", { name: "support" });
});

test("what other costs and contracts come to is a figure of its own, under the bar's name", async () => {
  const [feature] = SURPRISED.features;
  const people = step("other-costs", "People and services beside the calls", {
    ...amount("0.036", "0.0360", "180"),
  });
  const agreed = step(
    "contract",
    "Contracts take off list prices",
    amount("-0.001", "-0.0010", "-5"),
  );
  const tier = { ...step("service", "Batch spares a part", amount("-0.01", "-0.0100", "-50")) };
  answer("projects.surprise", () => ({
    ...SURPRISED,
    features: [{ ...feature!, steps: [people, agreed, tier] }],
  }));
  await open();
  const [, first, second, third] = rows().map((row) => within(row).getByRole("button"));
  await fireEvent.click(first!);
  await vi.waitFor(() => expect(asked).toEqual(["support.other-costs"]));
  panel("People and services beside the calls");
  await fireEvent.click(second!);
  await vi.waitFor(() => expect(asked).toEqual(["support.other-costs", "support.contract"]));
  panel("Contracts take off list prices");
  await fireEvent.click(third!);
  expect(panel("Batch spares a part").getByText(/told at standard prices/)).toBeTruthy();
  expect(screen.queryByText(/the mean over all orders in which the causes/)).toBeNull();
  expect(asked).toHaveLength(2);
});

test("where no call is marked as the answer, the one that stands for it is named", async () => {
  const [feature] = SURPRISED.features;
  const assumed = { ...feature!, tried: "support.scout.look", tried_is_assumed: true };
  answer("projects.surprise", () => ({ ...SURPRISED, features: [assumed] }));
  await open();
  expect(screen.getByText("look alone: no call is marked as the answer")).toBeTruthy();
});

test("a feature without a call begins at nothing, and one without units has no bars", async () => {
  const [feature] = SURPRISED.features;
  const silent = { ...feature!, naive: null, tried: null, times: null };
  answer("projects.surprise", () => ({ ...SURPRISED, features: [silent] }));
  await open();
  expect(screen.getByRole("heading", { name: "$0.0300 for one conversation." })).toBeTruthy();
  expect(rows()).toHaveLength(5);
  const nothing = { unit: null, unit_shown: null, month: "0", month_shown: "0" };
  const none = { ...silent, units: "0", real: nothing, steps: [] };
  answer("projects.surprise", () => ({ ...SURPRISED, features: [none] }));
  await desk.edit({ edit: "number", address: "support.hard.output", text: "1..2" });
  expect(await screen.findByRole("heading", { name: "No conversation in Feb 2027." })).toBeTruthy();
});

test("Alt 4 draws the plan as its surprise", async () => {
  desk.drawn = "outline";
  desk.view = plan();
  render(Plan);
  await fireEvent.keyDown(document.body, { key: "4", code: "Digit4", altKey: true });
  await screen.findByRole("table", { name: /^From what you would have said/ });
  expect(desk.drawn).toBe("surprise");
});
