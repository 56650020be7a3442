/** A model's prices over time, as lanes of a chart: one for each thing that is billed. */
import type { Meter, PriceRow, Tier } from "../types/calls";
import { bareRate, rate } from "./format";
import { layerWord, meterWord, span, stateOn, type State } from "./prices";

/** One price, from one edge to another. */
export interface Stretch {
  /** Edges, counted from 0: the open past. */
  from: number;
  to: number;
  /** `$2.50` */
  text: string;
  /** The whole of it, for who asks. */
  said: string;
  state: State;
}

/** What is billed, through all of its prices. */
export interface Lane {
  label: string;
  stretches: readonly Stretch[];
}

/** The whole chart. */
export interface History {
  /** The days on which something changes, in their order. */
  days: readonly string[];
  lanes: readonly Lane[];
  /** Where the day stands, in edges: 1.5 is halfway between the first and the second day of change. */
  now: number;
}

/** The prices of a tier that hold for every call, through time. */
export function historyOf(rows: readonly PriceRow[], tier: Tier, at: string): History {
  const plain = rows.filter(
    ({ entry }) =>
      entry.tier === tier &&
      [entry.over, entry.at_least, entry.window, entry.days].every((it) => it === null),
  );
  const edges = plain.flatMap(({ entry }) => [entry.from, entry.to]);
  const days = [...new Set(edges.filter((it) => it !== null))].sort();
  const several = new Set(plain.map(({ entry }) => entry.layer)).size > 1;
  const lanes = new Map<string, { label: string; meter: Meter; stretches: Stretch[] }>();
  for (const { entry, rates } of plain) {
    for (const { meter, unit, per_million } of rates) {
      // What two parts of the book say at a time stands in two lanes.
      const label = meterWord(meter) + (several ? `, ${layerWord(entry.layer)}` : "");
      const state = stateOn(entry, at);
      const lane = lanes.get(label) ?? { label, meter, stretches: [] };
      lanes.set(label, lane);
      lane.stretches.push({
        from: entry.from === null ? 0 : days.indexOf(entry.from) + 1,
        to: entry.to === null ? days.length + 1 : days.indexOf(entry.to) + 1,
        text: bareRate(per_million, unit),
        said: `${label}, ${span(entry)}, ${state}: ${rate(per_million, unit)}`,
        state,
      });
    }
  }
  for (const { stretches } of lanes.values()) stretches.sort((a, b) => a.from - b.from);
  // In the order of the row that says most, which is that of the price file.
  const fullest = plain.toSorted((a, b) => b.rates.length - a.rates.length)[0]?.rates ?? [];
  const place = ({ meter }: { meter: Meter }): number => {
    const known = fullest.findIndex((it) => it.meter === meter);
    return known < 0 ? fullest.length : known;
  };
  const before = days.filter((it) => it <= at).length;
  return {
    days,
    lanes: [...lanes.values()].sort((a, b) => place(a) - place(b)),
    now: before + 0.5,
  };
}
