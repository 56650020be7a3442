/** Numbers and dates as a person reads them. Numbers come from Rust as decimal text and stay exact. */
import { locale } from "./locale";

/** A number as it comes: decimal text, or a number where nothing was settled. */
export type Decimal = string | number;

/** A decimal number with the system's grouping and point, and all of its digits. */
export function number(decimal: Decimal, tag: string = locale()): string {
  return written(decimal, { maximumFractionDigits: 20 }, tag);
}

/** A number at so many decimals, half to even; what is not zero never shows as zero. */
export function fixed(decimal: Decimal, decimals: number, tag: string = locale()): string {
  return least(decimal, decimals, (it) => written(it, places(decimals), tag));
}

/** Dollars at so many decimals: `$0.0870`, `−$12`, `<$0.0001`. */
export function money(decimal: Decimal, decimals: number, tag: string = locale()): string {
  return least(decimal, decimals, (it) => {
    const text = written(it, places(decimals), tag);
    return text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`;
  });
}

/** What is added or taken off: `+0.0472`, `−0.0370`. */
export function signed(decimal: Decimal, decimals: number, tag: string = locale()): string {
  const text = fixed(decimal, decimals, tag);
  if (String(decimal).trim().startsWith("-")) return text;
  return text.startsWith("<") ? `<+${text.slice(1)}` : `+${text}`;
}

/** Dollars with all of their digits, as "why" shows them. */
export function exactly(decimal: Decimal, tag: string = locale()): string {
  const text = written(decimal, { minimumFractionDigits: 2, maximumFractionDigits: 20 }, tag);
  return text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`;
}

/** What a million units cost, for a column: every digit, blanks where others have more, so that points align. */
export function listed(perMillion: Decimal, tag: string = locale()): string {
  const text = written(perMillion, { minimumFractionDigits: 2, maximumFractionDigits: 20 }, tag);
  const decimals = /\d+$/.exec(text)?.[0].length ?? 0;
  return text + "\u2007".repeat(Math.max(0, MOST_LISTED - decimals));
}

/** What is sold costs, by what it is sold by: `$2.50/1M tokens`, `$0.01 a search`. */
export function rate(perMillion: Decimal, unit: string, tag: string = locale()): string {
  return isByMillion(unit)
    ? `${exactly(perMillion, tag)}/1M ${unit}s`
    : `${exactly(scaled(perMillion, -6), tag)} ${/^(?:[aeio]|hour)/.test(unit) ? "an" : "a"} ${unit}`;
}

/** The same without its unit, where it stands beside. */
export function bareRate(perMillion: Decimal, unit: string, tag: string = locale()): string {
  return exactly(isByMillion(unit) ? perMillion : scaled(perMillion, -6), tag);
}

/** A whole number: tokens, models, inputs. */
export function count(decimal: Decimal, tag: string = locale()): string {
  return fixed(decimal, 0, tag);
}

/** A number of tokens: `≈ 3,139` where texts among them are estimated. */
export function tokens(decimal: Decimal, estimated = false, tag: string = locale()): string {
  return `${estimated ? "≈\u00a0" : ""}${count(decimal, tag)}`;
}

/** A computed share of one as a percentage: `48.9 %`. */
export function percent(share: Decimal, decimals = 1, tag: string = locale()): string {
  return least(scaled(share, 2), decimals, (it) => `${written(it, places(decimals), tag)}\u00a0%`);
}

/** The same where it comes in percent already, as shares that were rounded so that they foot. */
export function percentage(inPercent: Decimal, decimals = 1, tag: string = locale()): string {
  return percent(scaled(inPercent, -2), decimals, tag);
}

/** A computed figure with the digits that mean something, as "why" shows it. */
export function precise(decimal: Decimal, digits = 15, tag: string = locale()): string {
  return written(decimal, { maximumSignificantDigits: digits }, tag);
}

/** A number of a range, short enough for a tick: `1,008`, `2.4`, `12.5 %`. */
export function rough(decimal: Decimal, unit: string, tag: string = locale()): string {
  const isShare = unit.startsWith("share");
  const it = isShare ? scaled(decimal, 2) : decimal;
  const size = Math.abs(Number(it));
  const text = fixed(it, size >= 100 || Number.isInteger(size) ? 0 : size >= 1 ? 1 : 2, tag);
  return isShare ? `${text}\u00a0%` : text;
}

/** So many digits are read; the unrounded figure is one question away. */
export const READ = 6;

/** Dollars where they are explained: as a bill has them by their cents, less than one by its digits. */
export function amount(decimal: Decimal, tag: string = locale()): string {
  return Math.abs(Number(decimal)) >= 1
    ? money(decimal, 2, tag)
    : `$${precise(decimal, READ, tag)}`;
}

/** `109.2k`, for rows of counts where the exact figure is one key away; never for dollars. */
export function compact(decimal: Decimal, tag: string = locale()): string {
  const size = Math.abs(Number(decimal));
  if (size < 9_999.5) return fixed(decimal, 0, tag);
  if (size < 999_950) return `${fixed(scaled(decimal, -3), 1, tag)}k`;
  // Four digits, as thousands have them.
  const most = size < 9_999_500 ? 3 : size < 99_995_000 ? 2 : 1;
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: most };
  return `${written(scaled(decimal, -6), digits, tag)}M`;
}

/** How long a file is: `84 KB`, `1.4 MB`. */
export function bytes(size: number, tag: string = locale()): string {
  if (size < 1000) return plural(size, "byte", "bytes", tag);
  // What would round to 1,000 KB is a megabyte.
  return size < 999_500
    ? `${fixed(size / 1000, size < 9950 ? 1 : 0, tag)} KB`
    : `${fixed(size / 1_000_000, 1, tag)} MB`;
}

/** What an edit moved a figure by: `▲ 0.0040`, `▼ 12`, or nothing where it did not move. */
export function change(decimal: Decimal, decimals: number, tag: string = locale()): string {
  if (isZero(decimal)) return "";
  const text = String(decimal).trim();
  const down = text.startsWith("-");
  return `${down ? "▼" : "▲"} ${fixed(down ? text.slice(1) : text, decimals, tag)}`;
}

/** A month, given as `2027-12`: `Dec 2027`. */
export function month(written: string, tag: string = locale()): string {
  return dates(tag, { month: "short", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${written}-01T00:00:00Z`),
  );
}

/** The month's name alone, for a column under its year: `Dec`. */
export function monthName(written: string, tag: string = locale()): string {
  return dates(tag, { month: "short", timeZone: "UTC" }).format(
    new Date(`${written}-01T00:00:00Z`),
  );
}

/** A calendar day, given as `2026-11-20`. */
export function day(written: string, tag: string = locale()): string {
  return dates(tag, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${written}T00:00:00Z`),
  );
}

/** The time of day at an instant, on this computer's clock: `10:42`. */
export function time(instant: string | number, tag: string = locale()): string {
  return dates(tag, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(instant),
  );
}

/** When something happened, seen from now: `today 10:42`, `yesterday`, or the day. */
export function moment(
  instant: string | number,
  now: number = Date.now(),
  tag: string = locale(),
): string {
  const then = new Date(instant);
  const days = Math.round((midnight(new Date(now)) - midnight(then)) / 86_400_000);
  if (days === 0) return `today ${time(instant, tag)}`;
  if (days === 1) return "yesterday";
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return dates(tag, {
    day: "numeric",
    month: "short",
    year: sameYear ? undefined : "numeric",
  }).format(then);
}

/** `1 problem`, `3 problems`. */
export function plural(n: number, one: string, many = `${one}s`, tag: string = locale()): string {
  return `${count(n, tag)} ${n === 1 ? one : many}`;
}

const formats = new Map<string, Intl.NumberFormat>();

// Digits are the ones that people type into the plan's inputs, in every locale.
function written(decimal: Decimal, options: Intl.NumberFormatOptions, tag: string): string {
  const { minimumFractionDigits, maximumFractionDigits, maximumSignificantDigits } = options;
  const key = `${tag} ${minimumFractionDigits} ${maximumFractionDigits} ${maximumSignificantDigits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(tag, {
      ...options,
      numberingSystem: "latn",
      roundingMode: "halfEven",
      useGrouping: "always",
      signDisplay: "negative",
    });
    formats.set(key, format);
  }
  return format.format(decimal as Intl.StringNumericLiteral).replace(MINUS, "−");
}

/** The sign as locales write it, some with a mark for the direction of reading. */
const MINUS = /[\u061c\u200e\u200f]?[-\u2212][\u061c\u200e\u200f]?/;

const calendars = new Map<string, Intl.DateTimeFormat>();

function dates(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${JSON.stringify(options)}`;
  let format = calendars.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(tag, {
      ...options,
      calendar: "gregory",
      numberingSystem: "latn",
    });
    calendars.set(key, format);
  }
  return format;
}

function places(decimals: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
}

/** Says `<0.0001` where a number that is not zero would round to it, and `>−0.0001` below zero. */
function least(decimal: Decimal, decimals: number, write: (decimal: Decimal) => string): string {
  // Only what is smaller than the last place can be lost.
  const isSmall = Math.abs(Number(decimal)) < 10 ** -decimals;
  if (!isSmall || isZero(decimal) || !isZero(written(decimal, places(decimals), "en-US"))) {
    return write(decimal);
  }
  const step = decimals === 0 ? "1" : `0.${"0".repeat(decimals - 1)}1`;
  return String(decimal).trim().startsWith("-") ? `>${write(`-${step}`)}` : `<${write(step)}`;
}

function isZero(decimal: Decimal): boolean {
  return /^[-−+]?[0.,]+(?:e.*)?$/i.test(String(decimal).trim());
}

/** Prices of a million are written with so many decimals, but for a few. */
const MOST_LISTED = 4;

/** Whether prices are those of a million, as sellers have them; else of one. */
function isByMillion(unit: string): boolean {
  return /(?:token|character|token-hour)$/.test(unit);
}

/** The same number with its point moved, without a float in between. */
function scaled(decimal: Decimal, by: number): string {
  const [digits = "0", power = "0"] = String(decimal).toLowerCase().split("e");
  return `${digits}e${Number(power) + by}`;
}

function midnight(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
