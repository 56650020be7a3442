/** What the window keeps in a project's file, to be found as it was. */
import type { Calls } from "../types/calls";

/** The window's places. */
export type Place = "start" | "prompts" | "plan" | "projection" | "prices" | "report";

/** Where the person was, and what was seen there. */
export interface Kept {
  place: Place;
  selected: string | null;
  month: number;
  folded: string[];
  call: string | null;
  by: Calls["projects.projection"]["arguments"]["by"];
}

const PLACES: readonly unknown[] = [
  "prompts",
  "plan",
  "projection",
  "prices",
  "report",
] satisfies Place[];
const STACKS: readonly unknown[] = ["driver", "feature", "model"] satisfies Kept["by"][];

/** Its fields, each as unknown as the file they came from. */
export function fieldsOf(desk: string | null): { [Field in keyof Kept]?: unknown } {
  try {
    const kept: unknown = JSON.parse(desk ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** Whether it is a place of an open plan. */
export function isPlace(word: unknown): word is Place {
  return PLACES.includes(word);
}

/** Whether it is a place that needs no open plan. */
export function isAlways(place: Place): boolean {
  return place === "start" || place === "prompts" || place === "prices";
}

/** Whether it is something that months are stacked by. */
export function isStack(word: unknown): word is Kept["by"] {
  return STACKS.includes(word);
}
