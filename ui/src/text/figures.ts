/** A node's figures, rounded so that they add up; what is not zero never shows as zero. */
import type { NodeFigures } from "../types/calls";
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

function isLost(rounded: string, { cost_exact }: NodeFigures): boolean {
  return Number(rounded) === 0 && Number(cost_exact) > 0;
}
