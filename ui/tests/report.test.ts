import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { report } from "../src/data/report.svelte";
import { jobs } from "../src/data/jobs.svelte";
import { bench } from "../src/data/work.svelte";
import { answer, answerWindow, refuse } from "../src/host/fake";
import Report from "../src/pages/Report.svelte";
import { day } from "../src/text/format";
import { listen } from "../src/text/keys";
import type { JobProgress } from "../src/types/calls";
import { violations } from "./axe";
import { aView, open, PREVIEW } from "./months";

const PATH = "/home/ada/support.xlsx";

afterAll(listen(window));
beforeEach(() => {
  open();
  answerWindow("pick", () => PATH);
  answer("reports.start", () => ({ job: 7 }));
  ends({ kind: "written", files: [{ file: PATH, bytes: 84_321 }] });
});
afterEach(() => {
  desk.view = null;
  report.preview = null;
  report.result = null;
});

function ends(outcome: JobProgress["outcome"]): void {
  answer("jobs.poll", () => ({ what: "Packing the workbook", done: 6, of: 7, outcome }));
}

async function shown(): Promise<void> {
  render(Report);
  await screen.findByText("2 sheets, 1,241 live formulas, all 2 checks pass");
}

const button = (name: RegExp): HTMLElement => screen.getByRole("button", { name });

test("the preview has the figures of the workbook's summary", async () => {
  await shown();
  expect(screen.getAllByTitle("$6,200.50").map((it) => it.textContent?.trim())).toEqual([
    "$6,200",
    "6,200",
  ]);
  const row = screen.getByRole("row", { name: /^Support, per conversation/ });
  const texts = within(row)
    .getAllByRole("cell")
    .map((it) => it.textContent);
  expect(texts).toEqual(["136,166", "0.0427", "0.0066", "6.5", "6,200"]);
  expect(screen.getByRole("row", { name: "Summary What it comes to. 41" })).toBeTruthy();
  expect(screen.getByRole("row", { name: /^Checks .* 1,200$/ })).toBeTruthy();
  expect(screen.getByText(`${day("2026-11-01")} to ${day("2026-11-20")}`)).toBeTruthy();
  expect(screen.getByRole<HTMLImageElement>("img", { name: /^The months of/ }).src).toContain(
    "data:image/svg+xml,%3Csvg",
  );
});

test("a check that fails is named, with what it is off by", async () => {
  const [first, second] = PREVIEW.checks;
  const checks = [first!, { ...second!, off: "0.25", passes: false }];
  answer("reports.preview", () => ({ ...PREVIEW, checks, failed: 1 }));
  render(Report);
  await screen.findByText("2 sheets, 1,241 live formulas, 1 check of 2 fails");
  const line = screen.getByText(/off by 0.25/);
  expect(line.textContent).toContain("Summary: quarters add up to the total");
});

test("the workbook goes where the dialog says, and its folder opens", async () => {
  await shown();
  const picked = vi.fn(() => PATH);
  const started = vi.fn(() => ({ job: 7 }));
  const revealed = vi.fn();
  answerWindow("pick", picked);
  answerWindow("reveal", revealed);
  answer("reports.start", started);
  await fireEvent.keyDown(document.body, { key: "e", ctrlKey: true });
  await screen.findByText(PATH);
  expect(picked).toHaveBeenCalledWith({
    wanted: "saveWorkbook",
    name: "support-desk_cost-model_2026-11-22.xlsx",
  });
  expect(started).toHaveBeenCalledWith({ project: 1, outs: [PATH] });
  expect(screen.getByText(/^Written to/).textContent).toContain(", 84 KB");
  await fireEvent.click(button(/^Open folder/));
  expect(revealed).toHaveBeenCalledWith({ path: PATH });
});

test("where no file manager opens the folder, its path can be copied", async () => {
  await shown();
  answerWindow("pick", () => PATH);
  answer("reports.start", () => ({ job: 7 }));
  answerWindow("reveal", () =>
    Promise.reject({
      code: "internal",
      message: "No file manager shows the folder `/home/ada`: xdg-open, exit status: 3.",
      hint: "What was written is there: copy its path.",
      at: null,
    }),
  );
  await fireEvent.keyDown(document.body, { key: "e", ctrlKey: true });
  await screen.findByText(PATH);
  await fireEvent.click(button(/^Open folder/));
  const said = await screen.findByRole("alert");
  expect(said.textContent).toContain("No file manager shows the folder `/home/ada`");
  // What was written is still told.
  expect(screen.getByText(/^Written to/).textContent).toContain(PATH);
  const copied = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText: copied } });
  await fireEvent.click(button(/^Copy the path/));
  await screen.findByText("Copied");
  expect(copied).toHaveBeenCalledWith(PATH);
  vi.unstubAllGlobals();
});

test("who backs out of the dialog has exported nothing", async () => {
  await shown();
  answerWindow("pick", () => null);
  answer("reports.start", () => {
    throw new Error("it must not be started");
  });
  await fireEvent.click(button(/^CSV/));
  await waitFor(() => expect(jobs.running).toBe(false));
  expect(screen.queryByText(/^Written to/)).toBeNull();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a long export shows how far it is, and can be cancelled", async () => {
  await shown();
  ends(null);
  const cancelled = vi.fn(() => {
    ends({ kind: "cancelled" });
    return null;
  });
  answer("jobs.cancel", cancelled);
  await fireEvent.click(button(/^Export workbook/));
  await waitFor(() => expect(bench.now).toMatchObject({ done: 6, of: 7 }), { timeout: 2000 });
  expect(bench.now?.what).toBe("Packing the workbook");
  bench.now?.cancel();
  await screen.findByText("Cancelled. Nothing was written.");
  expect(cancelled).toHaveBeenCalledWith({ job: 7 });
  expect(bench.now).toBeNull();
});

test("a folder that cannot be written to says so at its place", async () => {
  await shown();
  ends({
    kind: "failed",
    error: {
      code: "bad_output",
      message: "`/home/ada/a.xlsx` cannot be written: permission denied.",
      hint: "Choose a folder that exists and that you may write to.",
      at: null,
    },
  });
  await fireEvent.click(button(/^Chart/));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("permission denied");
  expect(alert.textContent).toContain("Choose a folder");
});

test("a project that is gone is an error, and the page goes on", async () => {
  await shown();
  refuse("reports.start", {
    code: "not_found",
    message: "No project.",
    hint: "Open it.",
    at: null,
  });
  await fireEvent.click(button(/^CSV/));
  expect((await screen.findByRole("alert")).textContent).toContain("No project.");
  expect(jobs.running).toBe(false);
});

test("without a plan, or without figures, the page says what will be here and how", async () => {
  desk.view = null;
  const { unmount } = render(Report);
  expect(button(/^Open a plan/)).toBeTruthy();
  unmount();
  open(aView({ figures: null }));
  render(Report);
  expect(button(/^Mend the plan/)).toBeTruthy();
  expect(button(/^Export workbook/).getAttribute("aria-disabled")).toBe("true");
});

test("no violation", { timeout: 30_000 }, async () => {
  await shown();
  expect(await violations()).toEqual([]);
});
