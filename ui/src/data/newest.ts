/** Questions that overtake each other: one is on its way, and of those that come meanwhile only the newest follows. */

/** Asks one question at a time, so that answers come in order and none piles up. */
export class Newest<Question, Answer> {
  #asking = false;
  #next: { question: Question } | undefined;
  #stopped = false;
  readonly #by: (question: Question) => Promise<Answer>;
  readonly #on: (answer: Answer, question: Question) => void;
  readonly #failed: (error: unknown, question: Question) => void;

  constructor(
    by: (question: Question) => Promise<Answer>,
    on: (answer: Answer, question: Question) => void,
    failed: (error: unknown, question: Question) => void,
  ) {
    this.#by = by;
    this.#on = on;
    this.#failed = failed;
  }

  /** Asks now, or as soon as the question on its way is answered. */
  ask(question: Question): void {
    this.#next = { question };
    if (!this.#asking) void this.#run();
  }

  /** Hears no answer any more. */
  stop(): void {
    this.#stopped = true;
    this.#next = undefined;
  }

  async #run(): Promise<void> {
    this.#asking = true;
    for (let next = this.#next; next; next = this.#next) {
      this.#next = undefined;
      const { question } = next;
      try {
        const answer = await this.#by(question);
        if (!this.#stopped) this.#on(answer, question);
      } catch (error) {
        if (!this.#stopped) this.#failed(error, question);
      }
    }
    this.#asking = false;
  }
}
