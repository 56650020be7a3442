/** Where the keys lead on the canvas. */
import { boxOf, type Cell, type Laid } from "./layout";

/** Towards what a node holds, what holds it, its neighbours in the column, the ends of the plan. */
export type Way = "right" | "left" | "up" | "down" | "first" | "last";

/** The node beside one. */
export function beside(laid: Laid, at: string | null, way: Way): Cell | undefined {
  if (way === "first") return laid.cells[0];
  if (way === "last") return laid.cells.at(-1);
  const here = laid.cellOf.get(at ?? "");
  if (!here) return laid.cells[0];
  if (way === "up") return laid.columns[here.column]![here.place - 1];
  if (way === "down") return laid.columns[here.column]![here.place + 1];
  if (way === "left") return laid.cellOf.get(here.stack[0]!.row.parentAt ?? "");
  // What is to the right of a strip is what its box leads to.
  const holder = boxOf(here).row.node.at;
  const first = laid.edges.find(({ from }) => from === holder);
  return first && laid.cellOf.get(first.to)?.stack[0];
}
