/** From the naive figure to the real one in the month in view, as the open plan stands now. */
import { call } from "../host";
import type { CallError, Surprised, View } from "../types/calls";

class Surprise {
  /** What is told; that of before stays until the new one is there. */
  shown = $state.raw<Surprised | null>(null);
  /** Why there is none. */
  error = $state.raw<CallError | null>(null);

  #project: number | undefined;
  #loads = 0;

  /** Asks anew. */
  async load(view: View | null): Promise<void> {
    const load = ++this.#loads;
    if (view?.project !== this.#project || !view?.figures) this.shown = null;
    this.#project = view?.project;
    this.error = null;
    if (!view?.figures) return;
    const { project, month } = view;
    try {
      const shown = await call("projects.surprise", { project, month });
      if (load === this.#loads) this.shown = shown;
    } catch (error) {
      if (load === this.#loads) this.error = error as CallError;
    }
  }
}

/** The surprise of the one open plan. */
export const surprise = new Surprise();
