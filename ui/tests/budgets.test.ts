import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { budgets } from "../src/data/budgets.svelte";
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import Budgets from "../src/pages/Budgets.svelte";
import { run } from "../src/text/keys";
import type { CheckedBudgets, Edit, HeldLimit } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

vi.setConfig({ testTimeout: 30_000 });

const HELD: HeldLimit = {
  address: "support.budget.month",
  feature: "support",
  limit: "month",
  text: "$9000",
  unit: "USD",
  most: "9000",
  percentile: null,
  verdict: "over",
  first: "2027-05",
  worst: "2027-12",
  comes_to: "12400.25",
  excess: "3400.25",
  step: "support.hard",
  driver: "history",
  driver_label: "History",
  share: "0.412",
  senders: [],
  why: null,
};

const RATE: HeldLimit = {
  ...HELD,
  address: "rate-limits.openai/gpt-5.4.itpm",
  feature: null,
  limit: "openai/gpt-5.4.itpm",
  text: "450k",
  unit: "tokens a minute",
  most: "450000",
  comes_to: "512345.678",
  excess: "62345.678",
  step: null,
  driver: null,
  driver_label: null,
  share: null,
  senders: [
    { step: "support.hard", share: "0.750" },
    { step: "search.answer", share: "0.250" },
  ],
};

const CHECKED: CheckedBudgets = {
  plan: { name: "Support", hash: "0", set: [] },
  currency: "USD",
  draws: 20_000,
  seed: 1,
  over: 1,
  unjudged: 1,
  limits: [
    HELD,
    {
      ...HELD,
      address: "budget.month",
      feature: null,
      text: "$20k at P80",
      percentile: 80,
      verdict: "unjudged",
      first: null,
      worst: null,
      comes_to: null,
      excess: null,
      step: null,
      driver: null,
      driver_label: null,
      share: null,
      why: "P80 of a month needs a simulation.",
    },
    {
      ...HELD,
      address: "support.budget.tokens.hard.input",
      limit: "hard.input",
      text: "6k",
      unit: "tokens",
      percentile: 95,
      verdict: "within",
      first: null,
      comes_to: "4812",
      excess: null,
    },
  ],
};

let edits: Edit[];

beforeEach(() => {
  edits = core(plan());
  desk.view = plan();
  budgets.checked = null;
  answer("budgets.check", () => CHECKED);
});

test("breaches come first, with month, excess, step and cause", async () => {
  render(Budgets);
  expect(await screen.findByText("1 of 3 limits passed, 1 not judged")).toBeTruthy();
  const rows = screen.getAllByRole("row").map((row) => row.textContent.replace(/\s+/g, " "));
  expect(rows[1]).toContain("$3,400.25");
  expect(rows[1]).toContain("over");
  expect(rows[2]).toContain("First passed in May 2027. Most of it: support.hard, History (41");
  expect(rows[4]).toContain("needs a simulation");
  expect(rows[5]).toContain("4,812");
  expect(await violations()).toEqual([]);
});

test("a limit is typed anew, and taken out", async () => {
  render(Budgets);
  const field = await screen.findByDisplayValue("$9000");
  await fireEvent.input(field, { target: { value: "$13k" } });
  await fireEvent.change(field);
  await waitFor(() => expect(edits).toHaveLength(1));
  expect(edits[0]).toEqual({ edit: "budget", feature: 0, limit: "month", value: "$13k" });
  await fireEvent.click(
    screen.getByRole("button", { name: "Take out the limit: Support, hard, input" }),
  );
  await waitFor(() => expect(edits).toHaveLength(2));
  expect(edits[1]).toEqual({ edit: "budget", feature: 0, limit: "hard.input", value: "" });
});

test("a limit is added to a feature's call, or to the whole plan", async () => {
  render(Budgets);
  await screen.findByText("1 of 3 limits passed, 1 not judged");
  await fireEvent.change(screen.getByLabelText("Of"), { target: { value: "support" } });
  await fireEvent.change(screen.getByLabelText("What"), { target: { value: "rewrite.output" } });
  await fireEvent.input(screen.getByLabelText("The most"), { target: { value: "80" } });
  await fireEvent.click(screen.getByRole("button", { name: /^Add/ }));
  await waitFor(() => expect(edits).toHaveLength(1));
  expect(edits[0]).toEqual({ edit: "budget", feature: 0, limit: "rewrite.output", value: "80" });
  const most = screen.getByLabelText<HTMLInputElement>("The most");
  await waitFor(() => expect(most.value).toBe(""));
  // What a call can be limited in, a plan cannot: it falls back to the month.
  await fireEvent.change(screen.getByLabelText("Of"), { target: { value: "" } });
  await fireEvent.input(most, { target: { value: "$20k" } });
  expect(run("budgets.add")).toBe(true);
  await waitFor(() => expect(edits).toHaveLength(2));
  expect(edits[1]).toEqual({ edit: "budget", feature: null, limit: "month", value: "$20k" });
});

test("a rate limit is told with who sends most, typed anew and added by model", async () => {
  answer("budgets.check", () => ({ ...CHECKED, limits: [RATE], unjudged: 0 }));
  render(Budgets);
  await screen.findByText("1 of 1 limit passed");
  const row = screen.getAllByRole("row")[1]!;
  expect(row.textContent).toContain("busiest hour");
  expect(row.textContent).toContain("512,346");
  expect(row.textContent).toContain("62,346");
  expect(screen.getByText(/support.hard 75.%, search.answer 25.%/).textContent).toContain(
    "in the busiest hour of Dec 2027",
  );
  const field = screen.getByRole("textbox", { name: /openai\/gpt-5.4: input tokens a minute/ });
  await fireEvent.input(field, { target: { value: "900k" } });
  await fireEvent.change(field);
  await waitFor(() => expect(edits).toHaveLength(1));
  const limit = "openai/gpt-5.4.itpm";
  expect(edits[0]).toEqual({ edit: "budget", feature: null, limit, value: "900k" });
  const rpm = "openai/gpt-5-nano.rpm";
  await fireEvent.change(screen.getByLabelText("What"), { target: { value: rpm } });
  await fireEvent.input(screen.getByLabelText("The most"), { target: { value: "5k" } });
  await fireEvent.click(screen.getByRole("button", { name: /^Add/ }));
  await waitFor(() => expect(edits).toHaveLength(2));
  expect(edits[1]).toEqual({ edit: "budget", feature: null, limit: rpm, value: "5k" });
});

test("a rate limit that cannot be meant is told in its row", async () => {
  const view = plan();
  const { address } = RATE;
  const message = "`0` lets no call through.";
  view.problems = [
    {
      address,
      at: "rate_limits/openai",
      field: "itpm",
      message,
      hint: "Write 50k.",
      meanwhile: null,
    },
  ];
  desk.view = view;
  answer("budgets.check", () => ({ ...CHECKED, limits: [RATE] }));
  render(Budgets);
  expect(await screen.findByText(new RegExp(message))).toBeTruthy();
});

test("calls of agents are limited by the names of their uses", async () => {
  const view = plan();
  const use = view.nodes.find((it) => it.kind === "call")!;
  use.kind = "agent";
  use.form = { of: "agent", agent: "scout", depth: null, calls: ["scout.look", "scout.deep.read"] };
  desk.view = view;
  const held = { ...HELD, limit: "scout.deep.read.input", address: "support.budget.tokens.x" };
  answer("budgets.check", () => ({ ...CHECKED, limits: [held] }));
  render(Budgets);
  await screen.findByText(/limit passed/);
  await fireEvent.change(screen.getByLabelText("Of"), { target: { value: "support" } });
  const offered = [...screen.getByLabelText<HTMLSelectElement>("What").options].map(
    (it) => it.text,
  );
  expect(offered).toContain("Tokens: scout.look, input");
  expect(offered).toContain("Tokens: scout.deep.read, output");
  expect(screen.getByText("scout.deep.read, input")).toBeTruthy();
});

test("a limit that cannot be meant is told even where no row has it", async () => {
  const problem = {
    address: null,
    at: "features/0",
    field: "unit_cost",
    message: "`much` is not an amount of money.",
    hint: "Write $1.10.",
    meanwhile: null,
  };
  desk.view = { ...plan(), problems: [problem], stale: true };
  render(Budgets);
  expect((await screen.findByRole("alert")).textContent).toContain("`much` is not an amount");
  expect(screen.getByText(/figures stand on what was right before/)).toBeTruthy();
});

test("a plan without limits says what one is for", async () => {
  answer("budgets.check", () => ({ ...CHECKED, over: 0, unjudged: 0, limits: [] }));
  render(Budgets);
  expect(await screen.findByText("Nothing is limited yet")).toBeTruthy();
  expect(screen.getByText(/^A limit says what a month/)).toBeTruthy();
});
