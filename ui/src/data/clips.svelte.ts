/** Steps that go from plan to plan as text. */
import { call } from "../host";
import { copy } from "../text/clipboard";
import type { CallError } from "../types/calls";
import { desk } from "./desk.svelte";

class Clips {
  /** Where the pasted text will go: after the step at this place, or beside the features. */
  asks = $state<{ at: string | null } | null>(null);
  /** Why the text was not taken. */
  refused = $state.raw<CallError | null>(null);

  /** Puts a step or a feature on the clipboard, with the parts and agents that it needs. */
  async copy(at: string, what: string): Promise<void> {
    const project = desk.view?.project;
    if (project === undefined) return;
    try {
      const { text } = await call("projects.copy", { project, at });
      if (await copy(text)) desk.note = `Copied ${what}, with all that it needs, as text.`;
    } catch (error) {
      desk.refusal = error as CallError;
    }
  }

  ask(at: string | null): void {
    this.refused = null;
    this.asks = { at };
  }

  leave(): void {
    this.asks = null;
  }

  /** Puts what was pasted into the plan. */
  async paste(text: string): Promise<void> {
    const at = this.asks?.at ?? null;
    this.refused = null;
    const isTaken = await desk.bring(async (project) => {
      try {
        return await call("projects.paste", { project, at, text });
      } catch (error) {
        this.refused = error as CallError;
        return null;
      }
    });
    if (isTaken && !this.refused) this.leave();
  }
}

/** What goes from plan to plan. */
export const clips = new Clips();
