/** Prices in words: what is billed, for which calls, since when, who says so. */
import type {
  AuditExample,
  AuditSeen,
  AuditStatus,
  PriceDoubt,
  Meter,
  PriceEntry,
  PriceLayer,
  PriceRate,
  PriceRow,
  Tier,
} from "../types/calls";
import { count, day, rate } from "./format";

/** What is not said by the meter's own name. */
const METERS: Partial<Record<Meter, string>> = {
  cache_read: "cache read",
  cache_write: "cache write",
  cache_write_1h: "cache write, 1 h",
  input_audio: "audio in",
  cache_read_audio: "audio from cache",
  output_audio: "audio out",
  input_image: "images in",
  cache_read_image: "images from cache",
  output_image: "images out",
  input_video: "video in",
  output_video: "video out",
  output_reasoning: "reasoning",
  output_citation: "citations",
  input_character: "characters in",
  output_character: "characters out",
};

const LAYERS: Record<PriceLayer, string> = {
  default: "the program's book",
  curated: "read at its source",
  user: "your book",
  contract: "contract",
};

const FINDINGS: Record<PriceDoubt, string> = {
  no_source: "no source",
  no_date: "no day",
  gap: "gap",
  overlap: "overlap",
  disagrees: "books disagree",
  line: "no price",
  reading: "left out or changed",
  old: "not checked lately",
  past_promise: "past its promise",
};

const STATUSES: Record<AuditStatus, string> = {
  exact: "exactly as printed",
  rounded: "as printed, to its rounding",
  vendor_error: "printed with a mistake",
  price_inferred: "as printed, its price concluded",
  tokens: "the tokens as printed",
};

const SEEN: Record<AuditSeen, string> = {
  page: "on its page",
  copy: "in a copy of its page",
  quoted: "as others quote it; its own page was not opened",
  derived: "as rules and data, worked out here",
};

/** Whether a price was, is, or will be in force on a day. */
export type State = "past" | "in force" | "announced";

/** What is billed: `cache read`. */
export function meterWord(meter: Meter | string): string {
  return METERS[meter as Meter] ?? meter.replaceAll("_", " ");
}

/** Which part of the book says it. */
export function layerWord(layer: PriceLayer): string {
  return LAYERS[layer];
}

/** What a check found. */
export function findingWord(what: PriceDoubt): string {
  return FINDINGS[what];
}

/** How an example compares with what was worked out. */
export function statusWord({ status, holds }: AuditExample): string {
  return holds ? STATUSES[status] : "comes to something else";
}

/** How an example was read: `in a copy of its page (NAME)`. */
export function seenWord({ seen, via }: AuditExample): string {
  return via === null ? SEEN[seen] : `${SEEN[seen]} (${via})`;
}

/** For which calls it is: `batch, over 272,000 tokens, 01:00-04:00 UTC`; nothing where it is for all. */
export function conditions(entry: PriceEntry): string {
  const { tier, over, at_least, window, days, except } = entry;
  return [
    tier === "standard" ? "" : tier,
    over === null ? "" : `over ${count(over)} tokens`,
    at_least === null ? "" : `from ${count(at_least)} tokens`,
    window === null ? "" : `${window} UTC`,
    days === null ? "" : `${days}${except === null ? "" : `, but holidays (${except})`}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** When it holds: `since 14 Oct 2026`, `before 1 Jan 2027`. */
export function span({ from, to }: { from: string | null; to: string | null }): string {
  if (from === null && to === null) return "always, as far as known";
  if (to === null) return `since ${day(from!)}`;
  return from === null ? `before ${day(to)}` : `${day(from)} until before ${day(to)}`;
}

/** Whether a span is over, holds, or is to come, on a day. */
export function stateOn({ from, to }: PriceEntry, at: string): State {
  if (to !== null && to <= at) return "past";
  return from !== null && from > at ? "announced" : "in force";
}

/** The tiers that rows are for, in the order of the book. */
export function tiersOf(rows: readonly PriceRow[]): Tier[] {
  return [...new Set(rows.map(({ entry }) => entry.tier))];
}

/** What is not billed by tokens sent and written: `page $0.001 a page`. */
export function feesOf(rates: readonly PriceRate[]): string {
  return rates.map((it) => `${meterWord(it.meter)} ${rate(it.per_million, it.unit)}`).join(", ");
}

/** How a time to live is said: `5 min`, `24 h`. */
export function duration(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds > 86_400) return `${count(seconds / 86_400)} days`;
  if (seconds % 3600 === 0) return `${count(seconds / 3600)} h`;
  return seconds % 60 === 0 ? `${count(seconds / 60)} min` : `${count(seconds)} s`;
}

/** Several of a unit: `searches`. */
export function units(unit: string): string {
  if (unit.endsWith("s")) return unit;
  return /(?:x|ch|sh)$/.test(unit) ? `${unit}es` : `${unit}s`;
}
