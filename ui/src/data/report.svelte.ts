/** What is handed in for approval: what it will hold, and what became of the last export. */
import { call, pick, reveal, type Wanted } from "../host";
import type { CallError, ReportPreview, View, WrittenFile } from "../types/calls";
import { jobs } from "./jobs.svelte";

/** What can be exported: the dialog that asks for its place, and its file's ending. */
export const EXPORTS = {
  workbook: { wanted: "saveWorkbook", ending: "xlsx" },
  csv: { wanted: "saveCsv", ending: "csv" },
  chart: { wanted: "saveChart", ending: "svg" },
} as const satisfies Record<string, { wanted: Wanted; ending: string }>;

/** What became of an export. */
export type Result =
  | { kind: "written"; file: WrittenFile }
  | { kind: "cancelled" }
  | { kind: "failed"; error: CallError };

class Report {
  /** What it will hold; what it held before stays until that is known. */
  preview = $state.raw<ReportPreview | null>(null);
  /** Why that cannot be said. */
  error = $state.raw<CallError | null>(null);
  /** What became of the last export. */
  result = $state.raw<Result | null>(null);
  /** Why the folder of the written file could not be shown. */
  unshown = $state.raw<CallError | null>(null);
  /** Whether what is shown is being worked out anew. */
  old = $state(false);

  #project: number | undefined;
  #loads = 0;

  /** Works out what the report of a plan will hold. */
  async load(view: View | null): Promise<void> {
    const load = ++this.#loads;
    if (view?.project !== this.#project) this.result = this.unshown = null;
    if (view?.project !== this.#project || !view?.figures) this.preview = null;
    this.#project = view?.project;
    this.error = null;
    this.old = this.preview !== null;
    if (!view?.figures) return;
    try {
      const preview = await call("reports.preview", { project: view.project });
      if (load === this.#loads) this.preview = preview;
    } catch (error) {
      if (load === this.#loads) this.error = error as CallError;
    }
    if (load === this.#loads) this.old = false;
  }

  /** Asks where to, and writes the file there. */
  async export(what: keyof typeof EXPORTS): Promise<void> {
    const { preview } = this;
    const project = this.#project;
    if (!preview || project === undefined || jobs.running) return;
    const { wanted, ending } = EXPORTS[what];
    try {
      const path = await pick(wanted, `${preview.stem}.${ending}`);
      if (path === null) return;
      this.result = this.unshown = null;
      const outcome = await jobs.run(() => call("reports.start", { project, outs: [path] }));
      this.result =
        outcome.kind === "written" ? { kind: "written", file: outcome.files[0]! } : outcome;
    } catch (error) {
      this.result = { kind: "failed", error: error as CallError };
    }
  }

  /** Shows the written file in its folder. */
  async reveal(file: string): Promise<void> {
    try {
      this.unshown = null;
      await reveal(file);
    } catch (error) {
      this.unshown = error as CallError;
    }
  }
}

/** The one report. */
export const report = new Report();
