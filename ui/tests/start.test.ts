import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { beginning } from "../src/data/start.svelte";
import { answer, answerWindow, refuse } from "../src/host/fake";
import Start from "../src/pages/Start.svelte";
import { listen } from "../src/text/keys";
import type { Recent } from "../src/types/calls";
import { violations } from "./axe";
import { opened } from "./plan";

afterAll(listen(window));

function recent(name: string, about: Partial<Recent> = {}): Recent {
  return {
    file: `/home/ada/${name.toLowerCase().replaceAll(" ", "-")}.forebill`,
    name,
    unit: "conversation",
    unit_cost: "0.087",
    month: "9504.3",
    changed: new Date().toISOString(),
    state: "here",
    damaged: false,
    open: false,
    backups: 0,
    ...about,
  };
}

beforeEach(() => {
  desk.view = null;
  desk.refusal = null;
  beginning.found = null;
  answer("projects.open", () => opened());
  answer("projects.keep", () => null);
  answer("projects.saved", () => ({ at: "2026-11-22T10:42:00Z" }));
  begin([recent("Support assistant")]);
});

function begin(recents: Recent[]): void {
  answer("projects.start", () => ({
    recents,
    samples: [
      { name: "support-desk", label: "Support desk", unit: "conversation", teaches: "routing" },
      { name: "hello", label: "Hello", unit: "request", teaches: "one call" },
    ],
    models: 1284,
    checked: "2026-11-20",
  }));
}

async function rows(table: string): Promise<string[]> {
  const found = within(await screen.findByRole("table", { name: table })).getAllByRole("row");
  return found
    .slice(1)
    .map((row) =>
      [...row.children].map((it) => it.textContent.replaceAll(/\s+/g, " ").trim()).join(" | "),
    );
}

test("recents have their figures, and open", async () => {
  render(Start, { onopen: () => {} });
  const [first] = await rows("Recent plans");
  expect(first).toMatch(
    /^Support assistant support-assistant.forebill \| conversation \| 0.0870 \| 9,504 \| today/,
  );
  expect(await violations()).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: /^Support assistant/ }));
  await vi.waitFor(() => expect(desk.view?.name).toBe("Support assistant"));
});

test("a missing file can be found again or taken off, a damaged one has its way back", async () => {
  begin([
    recent("Search answers", { state: "missing" }),
    recent("Invoice triage", { state: "damaged", backups: 10 }),
  ]);
  render(Start, { onopen: () => {} });
  const told = (await rows("Recent plans")).join("\n");
  expect(told).toContain("not found");
  expect(told).toContain("It was at /home/ada/search-answers.forebill.");
  expect(told).toContain("damaged, 10 backups");
  expect(await violations()).toEqual([]);

  const forgotten = vi.fn(() => null);
  answer("projects.forget", forgotten);
  answerWindow("pick", () => "/home/ada/moved.forebill");
  await fireEvent.click(screen.getByRole("button", { name: "Find it…" }));
  await vi.waitFor(() =>
    expect(forgotten).toHaveBeenCalledWith({ path: "/home/ada/search-answers.forebill" }),
  );
  const restored = vi.fn(() => opened());
  answer("projects.restore", restored);
  await fireEvent.click(screen.getByRole("button", { name: "Open the newest backup" }));
  await vi.waitFor(() =>
    expect(restored).toHaveBeenCalledWith({ path: "/home/ada/invoice-triage.forebill" }),
  );
});

test("without recents one sentence says what will be here, with a template to begin", async () => {
  begin([]);
  render(Start, { onopen: () => {} });
  expect(await screen.findByText(/Plans that you open or make are listed here/)).toBeTruthy();
  const sample = vi.fn(() => opened());
  answer("projects.sample", sample);
  await fireEvent.click(screen.getByRole("button", { name: /^Look at the template Support desk/ }));
  await vi.waitFor(() => expect(sample).toHaveBeenCalledWith({ name: "support-desk" }));
});

test("templates open as copies, by their keys too", async () => {
  render(Start, { onopen: () => {} });
  expect(await rows("Templates")).toEqual([
    "Support desk | conversation | routing | Alt 1",
    "Hello | request | one call | Alt 2",
  ]);
  const sample = vi.fn(() => opened());
  answer("projects.sample", sample);
  await fireEvent.keyDown(document.body, { key: "2", altKey: true });
  await vi.waitFor(() => expect(sample).toHaveBeenCalledWith({ name: "hello" }));
});

test("arrows walk through the recents", async () => {
  begin([recent("One"), recent("Two")]);
  render(Start, { onopen: () => {} });
  const first = await screen.findByRole("button", { name: /^One/ });
  first.focus();
  await fireEvent.keyDown(first, { key: "ArrowDown" });
  expect(document.activeElement?.textContent).toContain("Two");
  await fireEvent.keyDown(document.activeElement!, { key: "ArrowUp" });
  expect(document.activeElement).toBe(first);
});

test("six answers make a plan", async () => {
  const made = vi.fn(() => opened());
  answer("projects.new", made);
  answer("prices.list", () => []);
  const number = {
    what: "turns" as const,
    label: "turns",
    each: "conversation",
    times: 3,
    mean: "1.33",
    least: 1,
    p10: 1,
    p50: 1,
    p90: 2,
    most: 2,
    value: "1 x2 | 2 x1",
    field: "turns",
    source: "3 conversations",
    evidence: "pasted text",
    counted: null,
  };
  const sampled = vi.fn(() => ({
    name: "pasted text",
    conversations: 3,
    turns: 4,
    answers: 0,
    beginnings: 0,
    left_out: 0,
    as_of: "2026-11-23",
    model: null,
    match: null,
    vocabulary: "o200k_base",
    learned: null,
    certainty: "exact" as const,
    numbers: [number, { ...number, what: "growth" as const, label: "added to history" }],
    proposed: [],
    notes: [],
  }));
  answer("prompts.evidence", sampled);
  render(Start, { onopen: () => {} });
  const type = (label: RegExp, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });
  await type(/What is one unit\?/, "conversation");
  await type(/Who uses it\?/, "12k users");
  await type(/How often does each\?/, "3/day");
  await fireEvent.click(screen.getByRole("radio", { name: "Yes" }));
  expect(screen.getByText(/3\/day is read as 3\/business day/)).toBeTruthy();
  await type(/Which prompt\?/, "You help.");
  await type(/Which model answers\?/, "openai/gpt-5.4");
  await type(/A sample conversation/, "User: Hi\nAssistant: Hello");
  await fireEvent.change(screen.getByLabelText(/A sample conversation/));
  expect(await screen.findByText("It says: turns 1 x2 | 2 x1.")).toBeTruthy();
  await fireEvent.keyDown(screen.getByLabelText(/Which model/), { key: "Enter", ctrlKey: true });
  await vi.waitFor(() =>
    expect(made).toHaveBeenCalledWith({
      unit: "conversation",
      users: "12k users",
      each: "3/day",
      office_hours: true,
      prompt: "You help.",
      model: "openai/gpt-5.4",
      measured: [
        {
          address: "turns",
          value: "1 x2 | 2 x1",
          source: "3 conversations",
          as_of: "2026-11-23",
          evidence: "pasted text",
          counted: null,
        },
      ],
    }),
  );
  expect(sampled).toHaveBeenLastCalledWith(
    expect.objectContaining({ text: "User: Hi\nAssistant: Hello", model: "openai/gpt-5.4" }),
  );
});

test("an answer that cannot be meant is told at its question, until it is typed anew", async () => {
  refuse("projects.new", {
    code: "invalid_value",
    message: "`many` is not a number of people.",
    hint: "Write 12k.",
    at: { file: null, line: null, column: null, address: "users" },
  });
  render(Start, { onopen: () => {} });
  await fireEvent.click(screen.getByRole("button", { name: /^Make the plan/ }));
  const field = screen.getByLabelText(/Who uses it\?/);
  await vi.waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByText("`many` is not a number of people.")).toBeTruthy();
  expect(desk.refusal).toBeNull();
  await fireEvent.input(field, { target: { value: "12k" } });
  expect(field.hasAttribute("aria-invalid")).toBe(false);
});

test("the model is chosen out of the book by a few letters", async () => {
  const rate = (meter: "input" | "output", per_million: string) => ({
    meter,
    unit: "token",
    per_million,
  });
  const listed = (provider: string, model: string) => ({
    provider,
    model,
    name: null,
    context_tokens: null,
    rates: [rate("input", "2.5"), rate("output", "15")],
    tiers: [],
    provenance: { source: "", checked: "2026-11-20" } as never,
    rerouted: null,
    retired: null,
  });
  answer("prices.list", () => [listed("acme", "small"), listed("openai", "gpt-5.4")]);
  render(Start, { onopen: () => {} });
  const field = screen.getByLabelText<HTMLInputElement>(/Which model answers\?/);
  await fireEvent.focusIn(field);
  await vi.waitFor(() => expect(beginning.models.length).toBe(2));
  await fireEvent.input(field, { target: { value: "54" } });
  expect(screen.getByRole("option").textContent).toContain("$2.50 in, $15.00 out per 1M");
  await fireEvent.keyDown(field, { key: "ArrowDown" });
  await fireEvent.keyDown(field, { key: "Enter" });
  expect(field.value).toBe("openai/gpt-5.4");
  expect(screen.queryByRole("option")).toBeNull();
});

test("a text pasted beside the fields becomes the fifth answer", async () => {
  render(Start, { onopen: () => {} });
  const paste = new Event("paste", { bubbles: true });
  Object.assign(paste, { clipboardData: { getData: () => "You help." } });
  await fireEvent(document.body, paste);
  expect(screen.getByLabelText<HTMLTextAreaElement>(/Which prompt\?/).value).toBe("You help.");
});
