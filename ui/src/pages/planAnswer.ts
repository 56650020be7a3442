/** What the page Plan answers, in one line. */
import { holdsSteps } from "../data/steps";
import { callsOf } from "../text/figures";
import { percentage } from "../text/format";
import { nameOf } from "../text/words";
import type { FeatureFigures, Node } from "../types/calls";

/** `16.3 model calls behind one conversation; 74.7 % of the cost is in hard` */
export function answerOf(
  figures: FeatureFigures | undefined,
  top: Node | undefined,
  nodes: readonly Node[],
  /** What each node stands in, by its place. */
  tops: ReadonlyMap<string, Node>,
): string {
  if (!figures || !top) return "What happens behind one user action, and what does it cost?";
  const leaves = nodes.filter((it) => it.figures && !holdsSteps(it) && tops.get(it.at) === top);
  const [dearest] = leaves.toSorted(
    (a, b) => Number(b.figures?.cost_exact) - Number(a.figures?.cost_exact),
  );
  const made = callsOf(figures.calls);
  const calls = `${made} model ${made === "1" ? "call" : "calls"} behind one ${top.unit ?? "unit"}`;
  if (!dearest?.figures || leaves.length < 2) return calls;
  return `${calls}; ${percentage(dearest.figures.share)} of the cost is in ${nameOf(dearest)}`;
}
