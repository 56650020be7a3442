/** The open plan held against its limits. */
import { call } from "../host";
import type { CallError, CheckedBudgets, View } from "../types/calls";

class Budgets {
  /** How the limits stand; those of before stay until they are judged anew. */
  checked = $state.raw<CheckedBudgets | null>(null);
  /** Why nothing can be said of them. */
  error = $state.raw<CallError | null>(null);

  #project: number | undefined;
  #loads = 0;

  /** Judges the limits of a plan anew. */
  async load(view: View | null): Promise<void> {
    const load = ++this.#loads;
    if (view?.project !== this.#project || !view?.figures) this.checked = null;
    this.#project = view?.project;
    this.error = null;
    if (!view?.figures) return;
    try {
      const checked = await call("budgets.check", { project: view.project });
      if (load === this.#loads) this.checked = checked;
    } catch (error) {
      if (load === this.#loads) this.error = error as CallError;
    }
  }
}

/** The one view of the limits. */
export const budgets = new Budgets();
