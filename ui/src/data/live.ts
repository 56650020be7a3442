/** The core's copy of a text that is edited here: it is given the text once, and then what changes. */
import { call } from "../host";
import type { Step } from "../text/steps";

/** A state of a text that the core has. */
export interface Held {
  /** Which text it is. */
  of: string;
  /** The number under which the core is asked about it. */
  handle: number;
  generation: number;
}

/** Lets the core forget a text. */
export function forget(handle: number): void {
  // What it has forgotten already is forgotten too.
  call("prompts.close", { handle }).catch(() => undefined);
}

/** One text at a time, kept in step with the editor's. */
export class Live {
  #of = "";
  #steps: Step[] = [];
  #isSending = false;
  #isStopped = false;
  #held: { handle: number; generation: number } | undefined;
  /** Whether the text has half characters, which the core cannot hold: it is sent whole then. */
  #hasHalves = false;
  readonly #on: (held: Held) => void;
  readonly #failed: (error: unknown) => void;

  constructor(on: (held: Held) => void, failed: (error: unknown) => void) {
    this.#on = on;
    this.#failed = failed;
  }

  /** Takes the next state of a text. */
  follow(of: string, step: Step): void {
    this.#of = of;
    this.#steps = step.changes ? [...this.#steps, step] : [step];
    if (!this.#isSending) void this.#run();
  }

  /** Lets the core forget the text. */
  stop(): void {
    this.#isStopped = true;
    this.#steps = [];
    if (!this.#isSending) this.#close();
  }

  async #run(): Promise<void> {
    this.#isSending = true;
    for (let last = this.#steps.at(-1); last; last = this.#steps.at(-1)) {
      const [of, steps] = [this.#of, this.#steps];
      this.#steps = [];
      try {
        const handle = (await this.#change(steps, last)) ?? (await this.#open(last));
        if (!this.#isStopped) this.#on({ of, handle, generation: last.generation });
      } catch (error) {
        if (!this.#isStopped) this.#failed(error);
      }
    }
    this.#isSending = false;
    if (this.#isStopped) this.#close();
  }

  /** Tells what changed; answers nothing where the core has to be given the whole text. */
  async #change(steps: Step[], { generation }: Step): Promise<number | undefined> {
    const held = this.#held;
    const sets = steps.flatMap(({ changes }) => (changes ? [changes] : []));
    const isWhole = sets.every((set) => set.every(({ insert }) => insert.isWellFormed()));
    if (!held || sets.length < steps.length || this.#hasHalves || !isWhole) return undefined;
    try {
      const { handle, generation: since } = held;
      await call("prompts.change", { handle, since, generation, sets });
      held.generation = generation;
      return handle;
    } catch {
      // The core has lost the text, or it is another one by now.
      return undefined;
    }
  }

  async #open({ text, generation }: Step): Promise<number> {
    const whole = text();
    this.#hasHalves = !whole.isWellFormed();
    const { handle } = await call("prompts.open", { text: whole, generation });
    this.#close();
    this.#held = { handle, generation };
    return handle;
  }

  #close(): void {
    if (this.#held) forget(this.#held.handle);
    this.#held = undefined;
  }
}
