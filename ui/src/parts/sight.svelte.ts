/** The rows of a long list that are on the page: those in sight, the one that has the keys, and on paper all. */
import { flushSync } from "svelte";

/** The height of a row with its line, in pixels; one that says more may be taller. */
const HEIGHT = 29;
/** Of no more rows all are on the page. */
const MOST = 200;
/** So many rows are there beyond what is in sight, so that a short way brings none anew. */
const BEYOND = 16;
/** Fewer than so many beyond it bring others. */
const FEWEST = 4;

/** A row on the page. */
export interface Placed<T> {
  row: T;
  /** Which of all rows it is, counted from 0. */
  index: number;
  /** So many pixels before it are those of rows that are left out. */
  above: number;
}

/** What is on the page of a list. */
export class Sight {
  /** The first row in sight, and the first one behind those. */
  #range = $state.raw({ first: 0, last: 4 * BEYOND });
  #isPrinting = $state(false);

  /** The rows that are on the page, and how many pixels are left out behind them. */
  of<T>(rows: readonly T[], keys: number): { shown: Placed<T>[]; below: number } {
    const isWhole = this.#isPrinting || rows.length <= MOST;
    const { first, last } = isWhole ? { first: 0, last: rows.length } : this.#range;
    const indices = rows.slice(first, last).map((_, index) => first + index);
    const stop = Math.min(rows.length - 1, Math.max(0, keys));
    if (stop >= 0 && stop < first) indices.unshift(stop);
    else if (stop >= Math.min(rows.length, last)) indices.push(stop);
    const shown = indices.map((index, nth) => ({
      row: rows[index]!,
      index,
      above: (index - (indices[nth - 1] ?? -1) - 1) * HEIGHT,
    }));
    return { shown, below: (rows.length - 1 - (indices.at(-1) ?? -1)) * HEIGHT };
  }

  /** Looks which rows of a list are in sight. */
  look(list: Element | undefined): void {
    if (!list) return;
    const { top } = list.getBoundingClientRect();
    const [first, last] = [Math.floor(-top / HEIGHT), Math.ceil((innerHeight - top) / HEIGHT)];
    const { first: from, last: to } = this.#range;
    // A page that moves by a line leaves all of them where they are.
    const isThere = from <= Math.max(0, first - FEWEST) && last + FEWEST <= to;
    const isFar = first - from > 3 * BEYOND || to - last > 3 * BEYOND;
    if (isThere && !isFar) return;
    this.#range = { first: Math.max(0, first - BEYOND), last: Math.max(0, last + BEYOND) };
  }

  /** Paper has everything. */
  print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting;
    flushSync();
  }
}
