/** What the window starts with: recents, samples, the book; the models that a person can choose of. */
import { call } from "../host";
import type { CallError, ListedModel, Start } from "../types/calls";

class Beginning {
  /** Nothing until it was read. */
  found = $state.raw<Start | null>(null);
  /** Why it could not be read; everything else still works. */
  refusal = $state.raw<CallError | null>(null);
  /** The models of the book, once somebody asked for them. */
  models = $state.raw<ListedModel[]>([]);

  /** The answer to the fifth question: pasted, dropped, or brought from the page Prompts. */
  prompt = $state("");

  #asked = false;
  #reading: Promise<void> | undefined;

  /** Reads recents and samples anew; who asks meanwhile waits for the same answer. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      this.found = await call("projects.start", {});
      this.refusal = null;
    } catch (error) {
      this.refusal = error as CallError;
    }
  }

  /** Takes a project off the list; its file stays where it is. */
  async forget(path: string): Promise<void> {
    await call("projects.forget", { path });
    await this.read();
  }

  /** Reads the models, the first time that they are needed. */
  async readModels(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.models = await call("prices.list", { words: [], at: null, book: null });
    } catch {
      // The name can be typed all the same; the next time it is asked for again.
      this.#asked = false;
    }
  }
}

/** How it began. */
export const beginning = new Beginning();
