/** A node's figures, rounded so that they add up; what is not zero never shows as zero. */
import type { NodeFigures, UnknownCost } from "../types/calls";
import { grouped } from "./grouped";
import { count, fixed, percentage } from "./format";

/** Dollars for one unit, with the decimals of its column; `money` writes the sign too. */
export function unitCost(
  figures: NodeFigures,
  decimals: number,
  write: typeof fixed = fixed,
): string {
  return write(isLost(figures.cost, figures) ? `1e-${decimals + 1}` : figures.cost, decimals);
}

/** The share of its feature. */
export function shareOf(figures: NodeFigures): string {
  return percentage(isLost(figures.share, figures) ? "0.01" : figures.share);
}

/** How many calls one unit makes: `16.3`; those that are whole without decimals: `500`. */
export function callsOf(calls: string): string {
  return Number.isInteger(Number(calls)) ? count(calls) : fixed(calls, 1);
}

/** What to add to a plan for the costs of one of something that it says too little for; nothing where it lacks nothing. */
export function toKnow(unknown: readonly UnknownCost[]): string | null {
  const sentences = [...grouped(unknown, ({ per, lacks }) => ADDED[per] ?? lacks)].map(
    ([add, those]) => {
      const costs = those.map(({ label }) => `of one ${label}`).join(", and ");
      return add === those[0]?.lacks
        ? `The cost ${costs} is not known: ${add}.`
        : `${add} to see the cost ${costs}.`;
    },
  );
  return sentences.join(" ") || null;
}

/** What lets the cost of one of something be known. */
const ADDED: Readonly<Record<string, string>> = {
  call: "Add a model call",
  "user-month": "Add users to the volume",
  "seat-day": "Add users to the volume",
  accepted: "Add the success of the feature, its accepted part,",
};

function isLost(rounded: string, { cost_exact }: NodeFigures): boolean {
  return Number(rounded) === 0 && Number(cost_exact) > 0;
}
