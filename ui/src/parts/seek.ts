/** Finding one of several by the first letters of its name. */

/** Letters belong together that come this fast. */
const TYPING_MS = 1000;
/** Among rows the `w` that wraps is not long taken for a letter. */
const ROWS_MS = 700;

/** What is typed to find one of several. */
export class Seek<T> {
  #typed = "";
  #typedAt = 0;
  readonly #nameOf: (one: T) => string;
  readonly #areRows: boolean;

  constructor(nameOf: (one: T) => string, among: "entries" | "rows") {
    this.#nameOf = nameOf;
    this.#areRows = among === "rows";
  }

  /** The next one, from the one at an index on, whose name begins so; nothing where a key is no letter for it. */
  next(key: string, now: number, all: readonly T[], at: number): T | null | undefined {
    if (!/^[\p{L}\p{N}]$/u.test(key)) return null;
    const goesOn =
      this.#typed !== "" && now - this.#typedAt < (this.#areRows ? ROWS_MS : TYPING_MS);
    const letter = key.toLowerCase();
    // A first `w` wraps, which is a command.
    if (this.#areRows && !goesOn && letter === "w") return null;
    this.#typed = goesOn ? this.#typed + letter : letter;
    this.#typedAt = now;
    const isOne = this.#typed.length === 1;
    const found = this.#find(this.#typed, all, isOne ? at + 1 : at);
    if (found || isOne || [...this.#typed].some((it) => it !== letter)) return found;
    // The same letter again and again goes from one to the next.
    return this.#find(letter, all, at + 1);
  }

  #find(letters: string, all: readonly T[], at: number): T | undefined {
    const from = Math.max(0, at);
    const order = [...all.slice(from), ...all.slice(0, from)];
    return order.find((one) => this.#nameOf(one).toLowerCase().startsWith(letters));
  }
}
