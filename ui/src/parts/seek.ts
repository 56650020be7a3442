/** Finding a row by the first letters of its name. */
import type { Row } from "../text/rows";
import { nameOf } from "../text/words";

/** Letters belong together that come this fast. */
const TYPING_MS = 700;

/** What is typed to find a row. */
export class Seek {
  #typed = "";
  #typedAt = 0;

  /** The next row, from the one at an index on, whose name begins so; nothing where a key is no letter for it. */
  next(key: string, now: number, rows: readonly Row[], at: number): Row | null | undefined {
    if (!/^[\p{L}\p{N}]$/u.test(key)) return null;
    const goesOn = now - this.#typedAt < TYPING_MS && this.#typed !== "";
    const letter = key.toLowerCase();
    // A first `w` wraps, which is a command.
    if (!goesOn && letter === "w") return null;
    this.#typed = goesOn ? this.#typed + letter : letter;
    this.#typedAt = now;
    const from = Math.max(0, this.#typed.length === 1 ? at + 1 : at);
    const order = [...rows.slice(from), ...rows.slice(0, from)];
    return order.find((row) => nameOf(row.node).toLowerCase().startsWith(this.#typed));
  }
}
