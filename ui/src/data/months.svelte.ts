/** The months of the open plan as they are stacked now, and why one of their figures is what it is. */
import { call } from "../host";
import type { CallError, Projection, View, Why } from "../types/calls";
import { desk } from "./desk.svelte";

class Months {
  /** The months; those of before stay until new ones are there. */
  shown = $state.raw<Projection | null>(null);
  /** What they are stacked by. */
  by = $state<typeof desk.by>("driver");
  /** Why there are none. */
  error = $state.raw<CallError | null>(null);
  /** What the explanation answers: the same where only its month is another. */
  question = $state<string | null>(null);
  /** The explanation of the figure that was asked for last. */
  why = $state.raw<Why | null>(null);
  /** Why there is none. */
  whyError = $state.raw<CallError | null>(null);

  #project: number | undefined;
  #loads = 0;
  #asks = 0;

  /** Works the months of a plan out anew. */
  async load(view: View | null, by: typeof desk.by): Promise<void> {
    const load = ++this.#loads;
    if (view?.project !== this.#project || !view?.figures) {
      this.shown = null;
      this.why = null;
    }
    this.#project = view?.project;
    this.error = null;
    if (!view?.figures) return;
    try {
      const shown = await call("projects.projection", { project: view.project, by });
      if (load !== this.#loads) return;
      this.shown = shown;
      this.by = by;
    } catch (error) {
      if (load === this.#loads) this.error = error as CallError;
    }
  }

  /** Asks why the figure at an address is what it is; in a month, or over all; after so many questions. */
  async ask(address: string, month: string | null, depth: number): Promise<void> {
    const ask = ++this.#asks;
    const told = (why: Why | null, error: CallError | null): void => {
      if (ask !== this.#asks) return;
      this.question = `${depth} ${address}`;
      [this.why, this.whyError] = [why, error];
    };
    try {
      told(await desk.why(address, month), null);
    } catch (error) {
      told(null, error as CallError);
    }
  }
}

/** The one view of the months. */
export const months = new Months();
