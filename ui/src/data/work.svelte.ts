/** Work that takes longer than half a second: what it is, how far it is, how it is cancelled. */

/** Running work. */
export interface Work {
  /** As the foot strip says it: `Writing the workbook`. */
  what: string;
  done: number;
  of: number;
  cancel: () => void;
}

class Bench {
  /** What runs now; nothing most of the time. */
  now = $state.raw<Work | null>(null);
}

/** Where work lies while it runs. */
export const bench = new Bench();
