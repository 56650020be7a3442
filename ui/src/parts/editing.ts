/** What comes of an edit in place, in the outline and on the canvas. */
import type { Row } from "../text/rows";
import type { Leaving } from "./InPlace.svelte";

/** What is changed in place. */
export type Editing = { at: string; what: "main" | "name" };

/** What a person who leaves the box in which something was changed has done. */
export interface Left {
  /** The node's new name. */
  name?: string;
  /** What its main input is again. */
  number?: { address: string; text: string };
  /** The row whose main input is changed next. */
  next?: Row;
}

/** Esc takes a number back, which was written with every key; Tab goes on to the next row that has one. */
export function left(
  row: Row,
  what: Editing["what"] | undefined,
  [how, text, before]: [how: Leaving, text: string, before: string],
  rows: readonly Row[],
): Left {
  const name = text.trim();
  if (what === "name") return how === "given-up" || name === before ? {} : { name };
  const address = row.node.main?.address;
  if (how === "given-up")
    return address && text !== before ? { number: { address, text: before } } : {};
  if (how !== "next" && how !== "previous") return {};
  const here = rows.indexOf(row);
  const others = how === "next" ? rows.slice(here + 1) : rows.slice(0, here).reverse();
  return { next: others.find((other) => other.node.main?.address) };
}
