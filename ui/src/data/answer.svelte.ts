/** What the core answers of the month in view, as the open plan stands now. */
import { call } from "../host";
import type { CallError, View } from "../types/calls";

/** The newest answer to one question; an older one never follows it. */
export class Answer<T> {
  /** What was answered; that of before stays until the new one is there. */
  shown = $state.raw<T | null>(null);
  /** Why there is none. */
  error = $state.raw<CallError | null>(null);

  #project: number | undefined;
  #loads = 0;
  readonly #ask: (of: { project: number; month: number }) => Promise<T>;

  constructor(ask: (of: { project: number; month: number }) => Promise<T>) {
    this.#ask = ask;
  }

  /** Asks anew. */
  async load(view: View | null): Promise<void> {
    const load = ++this.#loads;
    if (view?.project !== this.#project || !view?.figures) this.shown = null;
    this.#project = view?.project;
    this.error = null;
    if (!view?.figures) return;
    const { project, month } = view;
    try {
      const shown = await this.#ask({ project, month });
      if (load === this.#loads) this.shown = shown;
    } catch (error) {
      if (load === this.#loads) this.error = error as CallError;
    }
  }
}

/** Where the dollars go. */
export const dollars = new Answer((of) => call("projects.dollars", of));

/** From the naive figure to the real one. */
export const surprise = new Answer((of) => call("projects.surprise", of));
