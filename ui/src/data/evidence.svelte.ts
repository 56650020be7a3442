/** What was measured elsewhere, taken as numbers of the plan: the git history of a prompt, sample conversations. */
import { call, pick } from "../host";
import type {
  CallError,
  Evidence,
  Evidenced,
  Node,
  Part,
  PromptHistory,
  Sampling,
} from "../types/calls";
import { desk } from "./desk.svelte";

class Measured {
  /** The part whose growth is asked for; nothing most of the time. */
  part = $state.raw<Part | null>(null);
  /** The step that samples are asked for; nothing most of the time. */
  node = $state.raw<Node | null>(null);
  /** What the history of a prompt says. */
  history = $state.raw<PromptHistory | null>(null);
  /** What samples say. */
  samples = $state.raw<Evidence | null>(null);
  /** Why nothing was measured, or not taken. */
  refused = $state.raw<CallError | null>(null);
  /** Whether something is being measured. */
  running = $state(false);

  #model: string | null = null;
  #newest = 0;

  /** Asks how a part grows, as a call to this model sends it. */
  askGrowth(part: Part, model: string | null): void {
    this.leave();
    this.#model = model;
    this.part = part;
  }

  /** Asks what samples say of a step. */
  askSamples(node: Node): void {
    this.leave();
    this.node = node;
  }

  /** Reads the history of the file that the person chooses. */
  async readHistory(): Promise<void> {
    const { part } = this;
    const path = await pick("text");
    if (path === null || this.part !== part) return;
    await this.#measure(async () => {
      const asked = { repo: null, path, model: this.#model, vocabulary: null, told: {} };
      const reading = { format: null, variables: {}, image: null };
      const project = desk.view?.project ?? null;
      const history = await call("prompts.history", { ...asked, reading, project, book: null });
      return () => (this.history = history);
    });
  }

  /** Measures a text, or the file or the folder that the person chooses. */
  async readSamples(from: "text" | "documents" | { text: string }): Promise<void> {
    const { node } = this;
    const text = typeof from === "object" ? from.text : null;
    const path = typeof from === "object" ? null : await pick(from);
    if ((text === null && path === null) || this.node !== node) return;
    await this.#measure(async () => {
      const project = desk.view?.project ?? null;
      const samples = await call(
        "prompts.evidence",
        sampling({ text, path, project, at: node?.at }),
      );
      return () => (this.samples = samples);
    });
  }

  /** Takes a growth as the part's, in one edit. */
  async takeGrowth(): Promise<void> {
    const { part, history } = this;
    if (!part || !history?.growth?.value) return;
    const { value, source, evidence } = history.growth;
    const address = `prompts.${part.name}.grows`;
    await this.take([{ address, value, source, as_of: history.as_of, evidence, counted: null }]);
  }

  /** Takes numbers, in one edit. */
  async take(numbers: Evidenced[]): Promise<void> {
    const asked = this.#newest;
    const isDone = await desk.edit({ edit: "evidence", numbers });
    if (this.#newest !== asked) return;
    if (isDone) return this.leave();
    // It is told where it was asked for, and nowhere else.
    this.refused = desk.refusal;
    desk.refusal = null;
  }

  /** Leaves it. */
  leave(): void {
    this.#newest += 1;
    this.running = false;
    this.part = this.node = this.history = this.samples = this.refused = null;
  }

  async #measure(work: () => Promise<() => void>): Promise<void> {
    const asked = ++this.#newest;
    this.running = true;
    this.history = this.samples = this.refused = null;
    try {
      const show = await work();
      if (this.#newest === asked) show();
    } catch (error) {
      if (this.#newest === asked) this.refused = error as CallError;
    } finally {
      if (this.#newest === asked) this.running = false;
    }
  }
}

/** Samples to measure; what is not said is left to the core. */
export function sampling(asked: Partial<Sampling>): Sampling {
  return {
    text: null,
    path: null,
    model: null,
    vocabulary: null,
    told: {},
    project: null,
    at: null,
    book: null,
    ...asked,
  };
}

/** The one place where things are measured for the plan. */
export const measured = new Measured();
