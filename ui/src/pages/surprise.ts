/** The bars of the surprise as they are read. */
import type { Cells, Fallen } from "../charts/Waterfall.svelte";
import type { Bar } from "../data/whys.svelte";
import { count, fixed, signed } from "../text/format";
import type { SurpriseAmount, SurpriseCause, Surprised, SurprisedFeature } from "../types/calls";

/** What is not zero never looks like it. */
const seen = (exact: string, rounded: string): string => (Number(rounded) === 0 ? exact : rounded);

function cellsOf(amount: SurpriseAmount, feature: SurprisedFeature, isPart: boolean): Cells {
  const write = isPart ? signed : fixed;
  const unit = amount.unit ?? "0";
  return {
    size: Number(unit),
    unit: write(seen(unit, amount.unit_shown ?? "0"), feature.decimals),
    month: write(seen(amount.month, amount.month_shown), feature.month_decimals),
    exactly: [unit, amount.month],
  };
}

/** What one would have said; nothing where no call is made. */
export function firstOf(feature: SurprisedFeature): Fallen | null {
  return (
    feature.naive && {
      key: "naive",
      says: "What you would have said",
      note: feature.tried_is_assumed
        ? `${feature.tried?.split(".").at(-1)} alone: no call is marked as the answer`
        : "one prompt and one answer, as tried",
      cells: cellsOf(feature.naive, feature, false),
      isAskable: feature.naive_why !== null,
    }
  );
}

/** What each cause adds or takes off. */
export function partsOf(feature: SurprisedFeature): Fallen[] {
  return feature.steps.map(({ cause, says, note, amount }) => ({
    key: cause,
    says,
    note,
    cells: cellsOf(amount, feature, true),
    isAskable: true,
  }));
}

/** What one unit costs, in a month in words. */
export function lastOf(feature: SurprisedFeature, month: string): Fallen {
  return {
    key: "real",
    says: `What one ${feature.unit} costs`,
    note: `in ${month}, ${count(feature.units)} of them`,
    cells: cellsOf(feature.real, feature, false),
    isAskable: true,
  };
}

/** A bar that was asked after, as it stands now; nothing where it is no more. */
export function barOf(
  shown: Surprised | null,
  { feature, key }: Bar,
  month: string,
): Fallen | undefined {
  const told = shown?.features.find((it) => it.name === feature);
  return (
    (told &&
      [firstOf(told), ...partsOf(told), lastOf(told, month)].find((it) => it?.key === key)) ??
    undefined
  );
}

/** The address of the figure that a bar is, in the workings; nothing where none of them is. */
export function figureOf(feature: SurprisedFeature, key: string): string | null {
  if (key === "naive") return feature.naive_why;
  if (key === "real") return `${feature.name}.month.unit-cost`;
  // Both stand beside the game, with what their own lines come to: costs for one unit, contracts in the month.
  if (key === "contract") return `${feature.name}.contract`;
  const isCost = key === "other-costs";
  return isCost ? (feature.steps.find(({ cause }) => cause === key)?.why ?? null) : null;
}

/** How a cause that is no figure of the workings comes to its share. */
export function shareWords(cause: SurpriseCause): string {
  switch (cause) {
    case "service":
      return SERVICE;
    case "since-launch":
      return SINCE_LAUNCH;
    case "retrieved":
    case "prompt-growth":
      return `${MEAN} What it adds to the answer asked once comes on top.`;
    case "other-costs":
    case "contract":
      return LINES;
    case "turns":
    case "helpers":
    case "reasoning":
    case "history":
    case "failed-attempts":
    case "routing":
    case "escalation":
    case "agents":
    case "caches":
      return MEAN;
  }
}

const MEAN =
  "It is the mean over all orders in which the causes can be switched on: what one of them changes depends on " +
  "which are on before it, so each order is worked out (the Shapley value). No single figure of the plan is this " +
  "share.";
const SERVICE =
  "All other bars are told at standard prices. This one is what the tiers of the calls make of these prices.";
const SINCE_LAUNCH =
  "It is what the answer asked once costs in this month, less what it cost at launch.";
const LINES = "It is what its own lines come to for one unit.";
