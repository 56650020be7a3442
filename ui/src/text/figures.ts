/** A node's figures, rounded so that they add up; what is not zero never shows as zero. */
import type { NodeFigures } from "../types/calls";
import { fixed, percentage } from "./format";

/** Dollars for one unit, with four decimals; `money` writes the sign too. */
export function unitCost(figures: NodeFigures, write: typeof fixed = fixed): string {
  return write(isLost(figures.cost, figures) ? "0.00001" : figures.cost, 4);
}

/** The share of its feature. */
export function shareOf(figures: NodeFigures): string {
  return percentage(isLost(figures.share, figures) ? "0.01" : figures.share);
}

function isLost(rounded: string, { cost_exact }: NodeFigures): boolean {
  return Number(rounded) === 0 && Number(cost_exact) > 0;
}
