/** How a text on screen gets from one state to the next. */

/** What was put in the place of a stretch of a text, in UTF-16 code units. */
export interface Change {
  from: number;
  to: number;
  insert: string;
}

/** One state of a text, and how it came from the one before. */
export interface Step {
  /** The number of the state; a later one is higher. */
  generation: number;
  /** The whole text. */
  text: () => string;
  /** What changed, in places of the state before, the first one first; nothing where it is another text. */
  changes: Change[] | null;
}
