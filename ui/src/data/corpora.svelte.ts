/** Documents that are counted, so that their lengths become the length of a part. */
import { call, pick } from "../host";
import type { CallError, CorpusLengths, DocumentLengths, Part } from "../types/calls";
import { desk } from "./desk.svelte";
import { jobs } from "./jobs.svelte";

/** Documents that are being counted. */
interface Run {
  /** Its number, once it has begun. */
  job: number | null;
}

function cancel({ job }: Run): void {
  if (job !== null) void call("jobs.cancel", { job });
}

class Corpora {
  /** The part whose length is asked for; nothing most of the time. */
  part = $state.raw<Part | null>(null);
  /** What was counted for it. */
  counted = $state.raw<CorpusLengths | null>(null);
  /** Why the last documents were not counted, or not taken. */
  refused = $state.raw<CallError | null>(null);
  /** Whether documents are being counted. */
  running = $state(false);

  // No state of the page, which is told what was before while it takes the dialog down.
  #run: Run | null = null;
  #models: string[] = [];

  /** Asks for the documents that a part stands for, as a call to this model sends them. */
  ask(part: Part, model: string | null): void {
    this.leave();
    this.#models = model === null ? [] : [model];
    this.part = part;
  }

  /** Counts the documents that the person chooses: a folder of them, or a file with one on each line. */
  async choose(from: "documents" | "lines"): Promise<void> {
    const { part } = this;
    const path = await pick(from);
    if (path === null || this.part !== part) return;
    this.#stop();
    this.#forget();
    const run: Run = { job: null };
    this.#run = run;
    this.running = true;
    let corpus = 0;
    try {
      const outcome = await jobs.run(async () => {
        const project = desk.view?.project ?? null;
        const ways = { models: this.#models, vocabularies: [] };
        const asked = { path, ...ways, told: {}, project, book: null };
        const started = await call("prompts.corpus", asked);
        corpus = started.corpus;
        run.job = started.job;
        if (this.#run !== run) cancel(run);
        return started;
      });
      if (outcome.kind === "failed") throw outcome.error;
      if (outcome.kind === "cancelled") return;
      const counted = await call("prompts.lengths", { corpus });
      if (this.#run === run) this.counted = counted;
    } catch (error) {
      if (this.#run === run) this.refused = error as CallError;
    } finally {
      // A later one is not over.
      if (this.#run === run) this.#over();
    }
  }

  /** Takes the lengths as the part's, in one edit. */
  async use({ value, source, counted: vocabulary }: DocumentLengths): Promise<void> {
    const { part, counted } = this;
    if (!part || !counted) return;
    const said = { value, source, as_of: counted.as_of, counted: vocabulary };
    const isDone = await desk.edit({ edit: "measured", name: part.name, ...said });
    if (this.part !== part) return;
    if (isDone) return this.leave();
    // It is told where it was asked for, and nowhere else.
    this.refused = desk.refusal;
    desk.refusal = null;
  }

  /** Leaves it, and stops what is being counted. */
  leave(): void {
    this.#stop();
    this.part = null;
    this.#forget();
  }

  #stop(): void {
    if (this.#run) cancel(this.#run);
    this.#over();
  }

  #over(): void {
    this.#run = null;
    this.running = false;
  }

  #forget(): void {
    this.counted = null;
    this.refused = null;
  }
}

/** The one place where documents are counted. */
export const corpora = new Corpora();
