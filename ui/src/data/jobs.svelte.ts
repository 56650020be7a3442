/** Work that the core does on a thread of its own: started, looked after to its end, cancelled. */
import { call } from "../host";
import type { JobOutcome, StartedJob } from "../types/calls";
import { bench, type Work } from "./work.svelte";

/** Work that is shorter is not shown: it would only flicker. */
const SHOWN_AFTER_MS = 500;
/** So often a job is asked how far it is. */
const EVERY_MS = 80;

class Jobs {
  #running = $state(0);

  /** Whether one runs, shown or not. */
  get running(): boolean {
    return this.#running > 0;
  }

  /** Starts a job and stays with it to its end. */
  async run(start: () => Promise<StartedJob>): Promise<JobOutcome> {
    this.#running += 1;
    const began = performance.now();
    let shown: Work | null = null;
    try {
      const { job } = await start();
      const cancel = (): void => void call("jobs.cancel", { job });
      for (;;) {
        const { what, done, of, outcome } = await call("jobs.poll", { job });
        if (outcome) return outcome;
        if (performance.now() - began >= SHOWN_AFTER_MS)
          bench.now = shown = { what, done, of, cancel };
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    } finally {
      this.#running -= 1;
      // What another job shows is its own.
      if (bench.now === shown) bench.now = null;
    }
  }
}

/** The one place where jobs are started. */
export const jobs = new Jobs();
