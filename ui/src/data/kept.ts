/** What the window keeps in a project's file, to be found as it was. */
import type { Calls } from "../types/calls";

/** The window's places. */
export type Place = "start" | "prompts" | "plan" | "projection" | "budgets" | "prices" | "report";

/** How the plan is drawn: as rows, as a tree, by its dollars, from the naive figure to the real one. */
export type Drawn = "outline" | "canvas" | "flame" | "surprise";

/** Where the person was, and what was seen there. */
export interface Kept {
  place: Place;
  selected: string | null;
  month: number;
  folded: string[];
  call: string | null;
  by: Calls["projects.projection"]["arguments"]["by"];
  drawn: Drawn;
}

const PLACES: readonly Place[] = ["prompts", "plan", "projection", "budgets", "prices", "report"];
const DRAWN: readonly Drawn[] = ["outline", "canvas", "flame", "surprise"];
const STACKS: readonly Kept["by"][] = ["driver", "feature", "model"];

/** What was kept, as far as the plan still has it; what the file has in another form is left aside, field by field. */
export function recalled(desk: string | null, known: ReadonlySet<unknown>): Kept {
  const kept = fieldsOf(desk);
  const isKnown = (at: unknown): at is string => typeof at === "string" && known.has(at);
  return {
    place: oneOf(PLACES, kept.place) ?? "plan",
    selected: isKnown(kept.selected) ? kept.selected : null,
    // No month has this number: the plan says which one is looked at first.
    month: typeof kept.month === "number" ? kept.month : -1,
    folded: Array.isArray(kept.folded) ? kept.folded.filter(isKnown) : [],
    call: isKnown(kept.call) ? kept.call : null,
    by: oneOf(STACKS, kept.by) ?? "driver",
    drawn: oneOf(DRAWN, kept.drawn) ?? "outline",
  };
}

/** Whether it is a place that needs no open plan. */
export function isAlways(place: Place): boolean {
  return place === "start" || place === "prompts" || place === "prices";
}

/** Its fields, each as unknown as the file they came from. */
function fieldsOf(desk: string | null): { [Field in keyof Kept]?: unknown } {
  try {
    const kept: unknown = JSON.parse(desk ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

function oneOf<Word>(words: readonly Word[], word: unknown): Word | undefined {
  return words.find((it) => it === word);
}
