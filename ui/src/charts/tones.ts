/** The tones of stacked bands, from the axis up; each has a token of its name. */

/** Every tone, in the order in which neighbours are told apart best. */
export const TONES = [
  "base-prompt",
  "retrieved",
  "history",
  "prompt-growth",
  "output",
  "reasoning",
  "failed-attempts",
  "human-review",
] as const;

/** A tone, or that of tools, which only causes have. */
export type Tone = (typeof TONES)[number] | "tools";

/** The tone of a cause by its name, else the one of its place in the stack; the last is grey. */
export function toneOf(key: string, place: number): Tone {
  if (["others", "other-costs"].includes(key)) return "human-review";
  if (key === "tools" || isTone(key)) return key;
  return TONES[place % TONES.length]!;
}

function isTone(key: string): key is Tone {
  return (TONES as readonly string[]).includes(key);
}
