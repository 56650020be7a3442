/** A small open project, for tests of what the window shows. */
import type { OpenedProject, View } from "../src/types/calls";

/** Support, one call, two months; what a test is about is given. */
export function view(about: Partial<View> = {}): View {
  return {
    project: 1,
    turn: 1,
    since: null,
    file: "/home/ada/support-desk.forebill",
    read_only: null,
    undo: null,
    redo: null,
    select: null,
    name: "Support assistant",
    starts: "2027-11",
    months: ["2027-11", "2027-12"],
    month: 1,
    nodes: [],
    parts: [],
    inputs: [],
    taught: [],
    problems: [],
    notes: [],
    figures: {
      currency: "USD",
      total: "18874.25",
      months: ["9370.125", "9504.125"],
      unit_decimals: 4,
      features: [
        {
          name: "support",
          label: "Support",
          unit: "conversation",
          decimals: 4,
          unit_cost: "0.0868",
          unit_costs: ["0.0866", "0.087"],
          units: ["108200", "109200"],
          costs: [],
          unknown_costs: [],
          quality: null,
          naive_unit_cost: null,
          calls: "16.3",
          tokens_in: "46373",
          tokens_out: "2524",
          unused: null,
          drivers: [],
        },
      ],
    },
    stale: false,
    last: null,
    facts: { checked: "2026-11-20", pinned: 5, moved: 0, inputs: 34, guesses: 11 },
    ...about,
  };
}

/** The same as it comes when it is opened. */
export function opened(about: Partial<View> = {}): OpenedProject {
  return { view: view(about), desk: null, note: null };
}
