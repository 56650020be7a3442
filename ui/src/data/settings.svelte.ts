/** How a person likes the window: theme, zoom, the commands used last. Kept beside the projects. */
import { call, setZoom } from "../host";
import type { Settings } from "../types/calls";

/** The sizes of the page; the first step is its own. */
const ZOOMS = [0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];

/** So many commands are remembered. */
const MOST = 8;

class Person {
  theme = $state<Settings["theme"]>("system");
  zoom = $state(1);
  /** The commands used last, newest first. */
  commands = $state.raw<string[]>([]);

  /** Reads what was kept, and shows the page that way. */
  async read(): Promise<void> {
    try {
      const kept = await call("settings.read", {});
      this.commands = kept.commands;
      this.#dress(kept.theme);
      if (kept.zoom !== this.zoom) await this.#grow(kept.zoom);
    } catch {
      // The window is used as it comes; nothing of a project depends on this.
    }
  }

  /** Light, dark, or as the system has it. */
  wear(theme: Settings["theme"]): void {
    this.#dress(theme);
    this.#keep();
  }

  /** One step larger or smaller, or back to its own size. */
  async scale(way: 1 | -1 | 0): Promise<void> {
    const at = ZOOMS.findLastIndex((it) => it <= this.zoom);
    const next = way === 0 ? 1 : (ZOOMS[at + way] ?? this.zoom);
    if (next === this.zoom) return;
    await this.#grow(next);
    this.#keep();
  }

  /** Notes that a command was used. */
  used(id: string): void {
    this.commands = [id, ...this.commands.filter((it) => it !== id)].slice(0, MOST);
    this.#keep();
  }

  #dress(theme: Settings["theme"]): void {
    this.theme = theme;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }

  async #grow(factor: number): Promise<void> {
    await setZoom(factor);
    this.zoom = factor;
  }

  #keep(): void {
    const { theme, zoom, commands } = this;
    void call("settings.write", { theme, zoom, commands }).catch(() => undefined);
  }
}

/** The person at the window. */
export const person = new Person();
