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

/** Tones that only causes have. */
const CAUSES = ["tools", "escalation", "agents"] as const;

/** A tone. */
export type Tone = (typeof TONES)[number] | (typeof CAUSES)[number];

/** The tone of a cause by its name, else the one of its place in the stack; the last is grey. */
export function toneOf(key: string, place: number): Tone {
  if (["others", "other-costs"].includes(key)) return "human-review";
  if (isTone(key)) return key;
  return TONES[place % TONES.length]!;
}

function isTone(key: string): key is Tone {
  return ([...TONES, ...CAUSES] as readonly string[]).includes(key);
}
