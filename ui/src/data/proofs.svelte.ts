/** Whether the book can be trusted: what a check of it finds, and the vendors' own examples worked out again. */
import { call } from "../host";
import type { Audit, CallError, CheckedPrices } from "../types/calls";

/** Something that is worked out when it is asked for. */
class Proof<Answer> {
  /** The newest answer; nothing until it is there. */
  answer = $state.raw<Answer | null>(null);
  /** Why there is none. */
  error = $state.raw<CallError | null>(null);
  /** Whether it is being worked out. */
  running = $state(false);

  readonly #by: () => Promise<Answer>;

  constructor(by: () => Promise<Answer>) {
    this.#by = by;
  }

  /** Works it out anew; the answer before stays until then. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      this.answer = await this.#by();
      this.error = null;
    } catch (error) {
      this.error = error as CallError;
    }
    this.running = false;
  }
}

/** What is wrong with the book, or worth a look. */
export const check = new Proof<CheckedPrices>(() =>
  call("prices.check", { books: [], at: null, provider: null, model: null, book: null }),
);

/** The vendors' published examples. */
export const audit = new Proof<Audit>(() => call("audit.run", { ids: [] }));
