/** A feature's volume as a sentence: `60k users × 65% adoption × 0.6/month each`. */
import type { Node, PlanInput, PlanProblem } from "../types/calls";

/** One number of the sentence, and the words beside it. */
export interface Piece {
  address: string;
  text: string;
  /** What it is, for who cannot see the sentence. */
  label: string;
  guess: boolean;
  wrong: boolean;
  /** What stands before it: `×`, `→`. */
  before: string;
  /** What stands behind it: `users`. */
  after: string;
}

type Words = Readonly<Record<string, readonly [before: string, after: string]>>;

const WORDS: Words = {
  starts: ["from", ":"],
  users: ["", "users"],
  adoption: ["×", "adoption"],
  "adoption.from": ["×", ""],
  "adoption.to": ["→", ""],
  "adoption.by": ["by", "adoption"],
  each: ["×", "each"],
  grows: ["growing", ""],
};

/** The sentence of a feature. */
export function piecesOf(
  feature: Node,
  inputs: ReadonlyMap<string, PlanInput>,
  problems: readonly PlanProblem[],
): Piece[] {
  const words: Words = { ...WORDS, units: ["", feature.units ?? "units"] };
  return feature.inputs.flatMap((address) => {
    const input = inputs.get(address);
    const said = words[address.slice(feature.name.length + 1)];
    if (!input || !said) return [];
    const { value: text, guess } = input;
    const wrong = problems.some((problem) => problem.address === address);
    const label = `${input.label} of ${feature.name}`;
    return [{ address, text, label, guess, wrong, before: said[0], after: said[1] }];
  });
}
