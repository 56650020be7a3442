/** Where the bars of a waterfall begin and end: each where the one before it ended. */

/** A bar between two amounts. */
export interface Bar {
  /** Where what came before it ended. */
  from: number;
  /** Where the next one begins. */
  to: number;
  /** A whole stands on the axis; a part begins where the one before it ended. */
  isWhole: boolean;
}

/** A whole to begin with, parts that add or take off, and the whole that they lead to. */
export function barsOf(first: number | null, parts: readonly number[], last: number): Bar[] {
  let reached = first ?? 0;
  const between = parts.map((part) => {
    const from = reached;
    reached += part;
    return { from, to: reached, isWhole: false };
  });
  const begins = first === null ? [] : [{ from: 0, to: first, isWhole: true }];
  return [...begins, ...between, { from: 0, to: last, isWhole: true }];
}

/** As far as any of them reaches. */
export function reach(bars: readonly Bar[]): number {
  return Math.max(0, ...bars.flatMap(({ from, to }) => [from, to]));
}
