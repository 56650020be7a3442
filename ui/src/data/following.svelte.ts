/** What the open plan would come to if nothing followed a driver, worked out when the person rests. */
import { call } from "../host";
import type { View } from "../types/calls";

/** That is another plan, and nobody reads its total while typing. */
const REST_MS = 700;

class Following {
  /** The total; nothing where nothing follows, and while the plan is another than it was asked of. */
  without = $state.raw<string | null>(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #loads = 0;

  /** Asks anew once the plan rests. */
  load(view: View): void {
    const load = ++this.#loads;
    this.without = null;
    clearTimeout(this.#timer);
    const follows = view.inputs.some((input) => input.follows !== null);
    if (!follows || !view.figures || view.stale) return;
    const { project } = view;
    this.#timer = setTimeout(async () => {
      // The total itself stands without it.
      const without = await call("projects.without_follows", { project }).catch(() => null);
      if (load === this.#loads) this.without = without;
    }, REST_MS);
  }
}

/** The numbers of the one open plan that follow others. */
export const following = new Following();
