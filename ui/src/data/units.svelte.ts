/** How units of the open plan differ in what they cost, played when the person rests. */
import { call } from "../host";
import type { PlayedFeature, View } from "../types/calls";

/** Nobody reads it while typing. */
const REST_MS = 700;

class Units {
  /** What was played; nothing while the plan is another than it was played from. */
  played = $state.raw<PlayedFeature | null>(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #loads = 0;

  /** Plays units of a feature anew once the plan rests. */
  load(view: View | null, feature: string): void {
    const load = ++this.#loads;
    this.played = null;
    clearTimeout(this.#timer);
    if (!view?.figures || view.stale) return;
    const { project, month } = view;
    this.#timer = setTimeout(async () => {
      // What cannot be played is left out: the figures beside it stand without it.
      const played = await call("projects.play", { project, feature, month }).catch(() => null);
      if (load === this.#loads) this.played = played;
    }, REST_MS);
  }
}

/** The units of the one open plan. */
export const units = new Units();
