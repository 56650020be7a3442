/** The places of the window in their order, each with the page that is loaded when somebody goes there. */
import type { Component } from "svelte";
import type { Place as PlaceId } from "./data/kept";
import type { Place } from "./parts/Rail.svelte";

export interface Page extends Place {
  id: PlaceId;
  /** Loaded when somebody goes there. */
  page: () => Promise<{ default: Component }>;
}

/** The places in their order. `Ctrl 4`, `Ctrl 5` and `Ctrl 7` are kept free for those still to come. */
export const PAGES: readonly Page[] = [
  {
    id: "prompts",
    word: "Prompts",
    keys: "Ctrl 1",
    icon: "prompts",
    group: 1,
    page: () => import("./pages/PlanPrompts.svelte"),
  },
  {
    id: "plan",
    word: "Plan",
    keys: "Ctrl 2",
    icon: "plan",
    group: 1,
    page: () => import("./pages/Plan.svelte"),
  },
  {
    id: "projection",
    word: "Projection",
    keys: "Ctrl 3",
    icon: "projection",
    group: 2,
    page: () => import("./pages/Projection.svelte"),
  },
  {
    id: "budgets",
    word: "Budgets",
    keys: "Ctrl 6",
    icon: "budgets",
    group: 3,
    page: () => import("./pages/Budgets.svelte"),
  },
  {
    id: "prices",
    word: "Prices",
    keys: "Ctrl 8",
    icon: "prices",
    group: 4,
    page: () => import("./pages/Prices.svelte"),
  },
  {
    id: "report",
    word: "Report",
    keys: "Ctrl 9",
    icon: "report",
    group: 4,
    page: () => import("./pages/Report.svelte"),
  },
];
