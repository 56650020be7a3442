/** An answer of the core that leaves out what is as it was, made whole again. */
import type { View } from "../types/calls";

/** The view that an answer stands for: what it leaves out is taken from the one before, and stays the same object. */
export function whole(before: View, answer: View): View {
  if (answer.since === null) return answer;
  if (answer.since !== before.turn) throw new Error("the core answers another view");
  const figures = answer.figures &&
    before.figures && {
      ...answer.figures,
      features: filled(before.figures.features, answer.figures.features, (it) => it.name),
    };
  return {
    ...answer,
    nodes: filled(before.nodes, answer.nodes, (it) => it.at),
    inputs: filled(before.inputs, answer.inputs, (it) => it.address),
    figures,
  };
}

/** A list with its changed rows in their places. */
function filled<T>(before: readonly T[], changed: readonly T[], key: (row: T) => string): T[] {
  const now = new Map(changed.map((row) => [key(row), row]));
  return before.map((row) => now.get(key(row)) ?? row);
}
