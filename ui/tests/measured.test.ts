import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { measured } from "../src/data/evidence.svelte";
import { answer, answerWindow } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import type { Edit, Evidence, PromptHistory } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

vi.setConfig({ testTimeout: 30_000 });

const COMMIT = {
  hash: "00cc41819319b05a0a6a0a4e0f5d5f5c0f0f0f0f",
  day: "2026-03-20",
  subject: "Add five examples",
  kind: "changed" as const,
  from: null,
  before: 104,
  tokens: 140,
  low: null,
  high: null,
  change: 36,
  change_percent: "34.6",
  jump: true,
};

const HISTORY: PromptHistory = {
  path: "prompts/question.md",
  model: "openai/gpt-5-nano",
  match: "exact",
  vocabulary: "o200k_base",
  learned: null,
  certainty: "exact",
  head: COMMIT.hash,
  as_of: "2026-06-30",
  months: [
    { month: "2026-02", tokens: 104, change: null, change_percent: null, commits: 1 },
    { month: "2026-03", tokens: 140, change: 36, change_percent: "34.6", commits: 1 },
  ],
  commits: [COMMIT],
  growth: {
    percent: "8.50",
    low_percent: "0.92",
    high_percent: "16.64",
    error_percent: "6.10",
    explained: "0.772",
    months: 6,
    value: "0.9..16.6%/month",
    source: "git history of prompts/question.md, 2026-01 to 2026-06, counted in o200k_base",
    evidence: "prompts/question.md @ 4331a95e501b..be7b79ef60a3",
  },
  notes: [{ place: null, message: "The clone is shallow.", hint: "Fetch its whole history." }],
};

const number = (address: string, value: string): Evidence["proposed"][number] => ({
  address,
  value,
  source: "3 conversations in talks.jsonl",
  as_of: "2026-11-23",
  evidence: "talks.jsonl",
  counted: null,
});

const TURNS = number("support.conversation.turns", "1 x2 | 2 x1");
const OUTPUT = number("support.hard.output", "4 x1 | 14 x2 ±31%");

const SAMPLES: Evidence = {
  name: "talks.jsonl",
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
  certainty: "exact",
  numbers: [
    {
      what: "turns",
      label: "turns",
      each: "conversation",
      times: 3,
      mean: "1.33",
      least: 1,
      p10: 1,
      p50: 1,
      p90: 2,
      most: 2,
      value: TURNS.value,
      field: "turns",
      source: TURNS.source,
      evidence: "talks.jsonl",
      counted: null,
    },
  ],
  proposed: [TURNS, OUTPUT],
  notes: [{ place: null, message: "One conversation differs.", hint: "Give several." }],
};

let edits: Edit[];
let asked: unknown[];

beforeEach(() => {
  edits = core(plan());
  asked = [];
  desk.view = plan();
  desk.folded = new Set();
  measured.leave();
  answerWindow("pick", ({ wanted }) => (wanted === "text" ? "/home/ada/desk/question.md" : null));
  answer("prompts.history", (args) => {
    asked.push(args);
    return HISTORY;
  });
  answer("prompts.evidence", (args) => {
    asked.push(args);
    return SAMPLES;
  });
});

const button = (name: string | RegExp): HTMLElement => screen.getByRole("button", { name });

test("a prompt's growth comes from its git history, in one edit", async () => {
  desk.selected = "features/0/step/conversation/turn/0";
  render(Plan);
  await fireEvent.click(await screen.findByRole("button", { name: /^The question/ }));
  await fireEvent.click(button("Growth from git history…"));
  await fireEvent.click(button("A file…"));
  expect(await screen.findByText("prompts/question.md, o200k_base")).toBeTruthy();
  expect(asked).toEqual([
    expect.objectContaining({
      repo: null,
      path: "/home/ada/desk/question.md",
      model: "openai/gpt-5-nano",
      project: 1,
    }),
  ]);
  expect(screen.getByText(/Add five examples/).textContent).toContain("104 → 140");
  expect(screen.getByText(/four in five times/).textContent).toMatch(/explains\s+77/);
  expect(screen.getByText(/The clone is shallow/)).toBeTruthy();
  expect(await violations()).toEqual([]);
  await fireEvent.click(button(/^Use 0.9..16.6%\/month/));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const { value, source, evidence } = HISTORY.growth!;
  const said = { value, source, as_of: "2026-06-30", evidence, counted: null };
  expect(edits).toEqual([
    { edit: "evidence", numbers: [{ address: "prompts.question.grows", ...said }] },
  ]);
});

test("numbers of a sample conversation are taken together, without those that are left", async () => {
  desk.selected = "features/0/step";
  render(Plan);
  await fireEvent.click(await screen.findByRole("button", { name: "From a sample…" }));
  const box = screen.getByLabelText("A sample conversation");
  await fireEvent.input(box, { target: { value: "User: Hi\nAssistant: Hello" } });
  await fireEvent.click(button("Measure it"));
  expect(await screen.findByText(/3 conversations with 4 turns/)).toBeTruthy();
  expect(asked).toEqual([
    expect.objectContaining({
      text: "User: Hi\nAssistant: Hello",
      path: null,
      project: 1,
      at: "features/0/step",
    }),
  ]);
  expect(screen.getByText(/One conversation differs/)).toBeTruthy();
  expect(await violations()).toEqual([]);
  await fireEvent.click(screen.getByLabelText(/^support.hard.output/));
  await fireEvent.click(button("Use 1 number"));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(edits).toEqual([{ edit: "evidence", numbers: [TURNS] }]);
});

test("what cannot be measured is told where it was asked for", async () => {
  answer("prompts.history", () => {
    throw {
      code: "not_found",
      message: "It lies in no git repository.",
      hint: "Name one.",
      at: null,
    };
  });
  desk.selected = "features/0/step/conversation/turn/0";
  render(Plan);
  await fireEvent.click(await screen.findByRole("button", { name: /^The question/ }));
  await fireEvent.click(button("Growth from git history…"));
  await fireEvent.click(button("A file…"));
  expect((await screen.findByRole("alert")).textContent).toContain("no git repository");
  await fireEvent.click(button(/^Close/));
  expect(screen.queryByRole("dialog")).toBeNull();
});
