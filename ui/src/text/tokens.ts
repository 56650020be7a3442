/** The tokens of a text: how many, how sure, and where each ends. */

/** A text counted in one way. */
export interface Tokens {
  /** The likely count. */
  count: number;
  /** Whether it is what the model's own vocabulary says. */
  exact: boolean;
  /** The fewest and the most tokens. */
  low: number;
  high: number;
  /** Where each token ends, in UTF-16 code units, of an exact count; of an estimate nothing. */
  ends: Uint32Array;
}

/** One token of a text. */
export interface Token {
  /** Counted from 0. */
  index: number;
  from: number;
  to: number;
}

/** Nothing counted. */
export const NONE: Tokens = { count: 0, exact: true, low: 0, high: 0, ends: new Uint32Array() };

/** The tokens of one state of a text. */
export interface TokensOf {
  generation: number;
  tokens: Tokens;
}

/** Reads the answer of `prompts.boundaries`: words of four bytes, the smallest first. */
export function read(bytes: ArrayBuffer): TokensOf {
  const words = new Uint32Array(bytes);
  const [generation = 0, exact = 0, count = 0, low = 0, high = 0] = words;
  return { generation, tokens: { count, exact: exact === 1, low, high, ends: words.subarray(5) } };
}

/** How many tokens begin in a stretch of the text. The stretches of a text add up to its count. */
export function begunIn(ends: Uint32Array, from: number, to: number): number {
  return begunBefore(ends, to) - begunBefore(ends, from);
}

/** The token of the character at an offset; the last of several that share it. */
export function tokenAt(ends: Uint32Array, offset: number): Token | undefined {
  const index = firstPast(ends, offset);
  const to = ends[index];
  return to === undefined ? undefined : { index, from: ends[index - 1] ?? 0, to };
}

/**
 * Every second token between two offsets, as `[from, to]`. Tokens that end inside a character have no
 * width and do not count, so that neighbours never look alike.
 */
export function everySecond(shown: Uint32Array, from: number, to: number): [number, number][] {
  const found: [number, number][] = [];
  let index = firstPast(shown, from);
  if (index % 2 === 0) index++;
  for (; index < shown.length; index += 2) {
    const start = shown[index - 1] ?? 0;
    if (start >= to) break;
    found.push([start, shown[index] ?? start]);
  }
  return found;
}

/** The ends of the tokens that have a width. */
export function withWidth(ends: Uint32Array): Uint32Array {
  const shown = new Uint32Array(ends.length);
  let length = 0;
  let last = 0;
  for (const end of ends) {
    if (end > last) shown[length++] = last = end;
  }
  return shown.subarray(0, length);
}

/** How many tokens begin before an offset: the first one does at 0, each other where one ends. */
function begunBefore(ends: Uint32Array, offset: number): number {
  return offset <= 0 ? 0 : Math.min(ends.length, 1 + firstPast(ends, offset - 1));
}

/** The place of the first end past an offset. */
function firstPast(ends: Uint32Array, offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
