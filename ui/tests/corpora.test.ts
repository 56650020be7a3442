import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { corpora } from "../src/data/corpora.svelte";
import { desk } from "../src/data/desk.svelte";
import { jobs } from "../src/data/jobs.svelte";
import { bench } from "../src/data/work.svelte";
import { answer, answerWindow } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import type { CorpusLengths, DocumentLengths, Edit, JobProgress } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

vi.setConfig({ testTimeout: 30_000 });

const WAY: DocumentLengths = {
  model: "openai/gpt-5-nano",
  match: "exact",
  vocabulary: "o200k_base",
  learned: null,
  certainty: "exact",
  tokens: 35_480,
  low: null,
  high: null,
  mean: "347.84",
  deviation: "79.10",
  least: 120,
  p10: 131,
  p50: 350,
  p90: 381,
  p99: 398,
  most: 400,
  bars: [
    { from: 100, to: 200, documents: 14 },
    { from: 200, to: 500, documents: 88 },
  ],
  value: "120 x14 | 350 x88",
  kept_variance: "0.99950",
  source: "102 documents of help-center, counted in o200k_base",
  counted: "o200k",
};

const COUNTED: CorpusLengths = {
  name: "help-center",
  documents: 102,
  left_out: 1,
  as_of: "2026-11-22",
  ways: [WAY],
  notes: [{ place: "logo.png", message: "It is no text in UTF-8.", hint: "Save it as UTF-8." }],
};

let edits: Edit[];
let asked: unknown[];

beforeEach(() => {
  edits = core(plan());
  asked = [];
  desk.view = plan();
  desk.selected = "features/0/step/conversation/turn/0";
  desk.folded = new Set();
  corpora.leave();
  answerWindow("pick", ({ wanted }) => (wanted === "documents" ? "/home/ada/help-center" : null));
  answer("prompts.corpus", (args) => {
    asked.push(args);
    return { job: 7, corpus: 3 };
  });
  answer("prompts.lengths", () => COUNTED);
  ends({ kind: "written", files: [] });
});

function ends(outcome: JobProgress["outcome"]): void {
  answer("jobs.poll", () => ({ what: "Counting documents", done: 40, of: 90, outcome }));
}

async function open(): Promise<void> {
  render(Plan);
  await fireEvent.click(await screen.findByRole("button", { name: /^The question/ }));
  await fireEvent.click(screen.getByRole("button", { name: "Documents…" }));
}

const button = (name: string | RegExp): HTMLElement => screen.getByRole("button", { name });

test("documents of a folder become the length of a part, in one edit", async () => {
  await open();
  await fireEvent.click(button("A folder…"));
  expect(await screen.findByText("102 documents of help-center, o200k_base")).toBeTruthy();
  const models = ["openai/gpt-5-nano"];
  expect(asked).toEqual([
    { path: "/home/ada/help-center", models, vocabularies: [], told: {}, project: 1, book: null },
  ]);
  expect(screen.getByText("347.8")).toBeTruthy();
  expect(screen.getByRole("img", { name: /most of them have 200 to 499 tokens/ })).toBeTruthy();
  expect(screen.getByText("logo.png: It is no text in UTF-8.")).toBeTruthy();
  expect(await violations()).toEqual([]);
  // A slip of the hand beside the dialog throws no count away.
  await fireEvent.pointerDown(screen.getByRole("dialog"));
  expect(screen.getByText("347.8")).toBeTruthy();
  await fireEvent.click(button(/^Use as the length of/));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const { value, source, counted } = WAY;
  const said = { value, source, as_of: "2026-11-22", counted };
  expect(edits).toEqual([{ edit: "measured", name: "question", ...said }]);
});

test("counting can be cancelled, and nothing is taken", async () => {
  let cancelled = false;
  ends(null);
  answer("jobs.cancel", () => {
    cancelled = true;
    ends({ kind: "cancelled" });
    return null;
  });
  await open();
  await fireEvent.click(button("A folder…"));
  const progress = await screen.findByRole<HTMLProgressElement>("progressbar");
  await waitFor(() => expect([progress.value, progress.max]).toEqual([40, 90]), { timeout: 3000 });
  await fireEvent.click(button(/^Cancel/));
  await waitFor(() => expect(cancelled && !jobs.running).toBe(true));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(edits).toEqual([]);
});

test("counting that is closed at once is stopped, and a later one goes on", async () => {
  const cancelled: number[] = [];
  let job = 10;
  answer("prompts.corpus", () => ({ job: job++, corpus: 3 }));
  answer("jobs.poll", ({ job }) => {
    const outcome = cancelled.includes(job) ? { kind: "cancelled" as const } : null;
    return { what: "Counting documents", done: 40, of: 90, outcome };
  });
  answer("jobs.cancel", ({ job }) => {
    cancelled.push(job);
    return null;
  });
  await open();
  await fireEvent.click(button("A folder…"));
  // Nothing shows how far it is yet.
  await waitFor(() => expect(job).toBe(11));
  expect(bench.now).toBeNull();
  await fireEvent.click(button(/^Cancel/));
  await waitFor(() => expect(cancelled).toEqual([10]));
  await fireEvent.click(button("Documents…"));
  await fireEvent.click(button("A folder…"));
  await waitFor(() => expect(job).toBe(12));
  // The first one has come to its end meanwhile.
  await waitFor(() => expect(bench.now?.done).toBe(40), { timeout: 3000 });
  expect([corpora.running, jobs.running]).toEqual([true, true]);
  await fireEvent.click(button(/^Cancel/));
  await waitFor(() => expect([cancelled, jobs.running]).toEqual([[10, 11], false]));
  expect(bench.now).toBeNull();
});

test("what is not counted is said where no document is left out", async () => {
  const notes = [
    { place: null, message: "An image is not counted.", hint: "Count it apart." },
    { place: "line 3", message: "An image is not counted.", hint: "Count it apart." },
  ];
  answer("prompts.lengths", () => ({ ...COUNTED, left_out: 0, notes }));
  await open();
  await fireEvent.click(button("A folder…"));
  expect(await screen.findByText("What is not counted")).toBeTruthy();
  expect(screen.getByText("An image is not counted.")).toBeTruthy();
  expect(screen.getByText("line 3: An image is not counted.")).toBeTruthy();
});

test("what cannot be counted says why, and who backs out of the dialog changes nothing", async () => {
  await open();
  await fireEvent.click(button("A JSON Lines file…"));
  expect(asked).toEqual([]);
  const error = {
    code: "missing_file" as const,
    message: "There are no documents in `help-center`.",
    hint: "Name a folder of texts.",
    at: null,
  };
  ends({ kind: "failed", error });
  await fireEvent.click(button("A folder…"));
  expect(await screen.findByText("There are no documents in `help-center`.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Use as/ })).toBeNull();
});
