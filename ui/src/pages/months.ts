/** What the page Projection says of the months: bands, rows and words of what Rust worked out. */
import type { Cell, Row, Selected } from "../charts/MonthGrid.svelte";
import type { Event, Trend } from "../charts/Months.svelte";
import type { Layer } from "../charts/Stack.svelte";
import { toneOf } from "../charts/tones";
import {
  amount,
  compact,
  day,
  exactly,
  fixed,
  money,
  month,
  monthName,
  number,
  percent,
  plural,
} from "../text/format";
import type { PriceEvent, Projection, UnitCosts } from "../types/calls";

/** What months can be stacked by. */
export type By = "driver" | "feature" | "model";

/** What one band of the stack is called. */
const BAND: Record<By, string> = { driver: "cause", feature: "feature", model: "model" };

/** The keys of the rows that are no bands. */
const TOTAL = "total:";
const COST = "unit-cost:";
const UNITS = "units:";

/** The row that everything is selected in. */
export const WHOLE = TOTAL;

/** `$33,106 in 2027, dearest cause human review`. */
export function answerOf(months: Projection, by: By): string {
  const whole = `${rounded(months.total, months.total_exact, months.decimals)} in ${periodOf(months)}`;
  const [dearest] = months.bands
    .filter(({ key }) => isNamed(key, by))
    .sort((a, b) => Number(b.total_exact) - Number(a.total_exact));
  if (!dearest || months.bands.length < 2) return whole;
  return `${whole}, dearest ${BAND[by]} ${lower(dearest.label, by)}`;
}

/** `2027`, or how many months there are. */
export function periodOf({ months }: Projection): string {
  const [first, ...more] = years(months);
  return first && more.length === 0 && first.months === 12
    ? first.name
    : plural(months.length, "month");
}

/** The years of the months, each with how many of them it has. */
export function years(months: readonly string[]): { name: string; months: number }[] {
  const counts = new Map<string, number>();
  for (const each of months) {
    const year = each.slice(0, 4);
    counts.set(year, (counts.get(year) ?? 0) + 1);
  }
  return [...counts].map(([name, months]) => ({ name, months }));
}

/** The heads of the months. */
export function headsOf({ months }: Projection): { name: string; said: string }[] {
  return months.map((each) => ({ name: monthName(each), said: month(each) }));
}

/** The bands, from the axis up. */
export function layersOf(months: Projection): Layer[] {
  return months.bands.map((band, place) => ({
    key: band.key,
    tone: toneOf(band.key, place),
    hatched: isHatched(band.key),
    values: band.exact.map(Number),
    said: band.exact.map((exact, at) => said(band.label, month(months.months[at]!), exact)),
  }));
}

/** What one unit costs, as a line. */
export function trendOf(months: Projection, unit: UnitCosts | undefined): Trend | null {
  if (!unit || unit.costs.every((cost) => cost === null)) return null;
  const label = ["Unit cost, $"];
  if (months.unit_costs.length > 1) label.push(cut(unit.label));
  return {
    label,
    values: unit.costs.map((cost) => (cost === null ? null : Number(cost))),
    said: unit.costs.map((cost, at) => ofOne(unit, month(months.months[at]!), cost)),
    last: shownOf(unit, unit.costs.at(-1) ?? null),
  };
}

/** What one unit costs; nothing where there is none. */
function shownOf(unit: UnitCosts, exact: string | null): string | null {
  return exact === null ? null : fixed(exact, unit.decimals);
}

function ofOne({ unit }: UnitCosts, when: string, exact: string | null): string {
  return exact === null ? `No ${unit} in ${when}` : said(`One ${unit}`, when, exact);
}

/** Where prices change, month by month, in few words. */
export function eventsOf({ events }: Projection): Event[] {
  const marks = new Map<number, PriceEvent[]>();
  for (const event of events) marks.set(event.month, [...(marks.get(event.month) ?? []), event]);
  return [...marks].map(([at, [first, ...more]]) => {
    const { day: date, model, changes } = first!;
    const by = sameOf(changes);
    const others = more.length === 0 ? "" : `, and ${plural(more.length, "more", "more")}`;
    const what = by === null ? ", new prices" : ` ${signed(by)}`;
    return { month: at, label: `${day(date)}: ${model.split("/").at(-1)}${what}${others}` };
  });
}

/** `1 Jul 2027: openai/gpt-5 −12 %`, or meter by meter. */
export function eventWords({ day: date, model, changes }: PriceEvent): string {
  const by = sameOf(changes);
  const each = changes.map(({ meter, by }) => `${meter} ${by === null ? "priced" : signed(by)}`);
  return `${day(date)}: ${model}${by === null ? `: ${each.join(", ")}` : ` ${signed(by)}`}`;
}

/** The rows of the table: bands as they are stacked, their total, and what one unit costs. */
export function rowsOf(months: Projection, unit: UnitCosts | undefined): Row[] {
  const names = months.months.map((each) => month(each));
  const dollars = (label: string, shown: string, exact: string, when: string): Cell => ({
    text: least(shown, exact, months.decimals),
    said: said(label, when, exact),
  });
  const period = periodOf(months);
  const bands = months.bands.map((band, place): Row => ({
    key: band.key,
    label: band.label,
    name: band.key.includes("/") ? band.key : undefined,
    tone: toneOf(band.key, place),
    hatched: isHatched(band.key),
    cells: band.shown.map((shown, at) => dollars(band.label, shown, band.exact[at]!, names[at]!)),
    total: dollars(band.label, band.total, band.total_exact, period),
  }));
  const total: Row = {
    key: TOTAL,
    label: "Expected",
    kind: "total",
    cells: months.totals.map((shown, at) =>
      dollars("Expected", shown, months.exact[at]!, names[at]!),
    ),
    total: dollars("Expected", months.total, months.total_exact, period),
  };
  return [...bands.reverse(), total, ...(unit ? unitRows(unit, names, period) : [])];
}

/** What a selected figure is called, and where its explanation is. */
export interface Asked {
  /** As its explanation has it: `$1,654.20`. */
  figure: string;
  /** `Reasoning, Dec 2027`. */
  words: string;
  /** Nothing where several were put together. */
  address: string | null;
  /** `2027-12`; nothing over all months. */
  month: string | null;
}

/** What the selected figure is. */
export function askedOf(
  months: Projection,
  unit: UnitCosts | undefined,
  selected: Selected,
): Asked | null {
  const row = rowsOf(months, unit).find(({ key }) => key === selected.key);
  const at = selected.month;
  const cell = at === null ? row?.total : row?.cells[at];
  if (!row || !cell) return null;
  const when = at === null ? periodOf(months) : month(months.months[at]!);
  const band = months.bands.find(({ key }) => key === selected.key);
  const of = unit?.per.find(({ per }) => keyOf(per) === row.key);
  const exacts = (): [readonly (string | null)[], string | null] => {
    if (row.key === COST && unit) return [unit.costs, unit.whole];
    if (of) return [of.costs, of.whole];
    return band ? [band.exact, band.total_exact] : [months.exact, months.total_exact];
  };
  const [byMonth, whole] = exacts();
  const exact = at === null ? whole : (byMonth[at] ?? null);
  const addresses: Record<string, string | undefined> = {
    [TOTAL]: "total",
    [COST]: at === null ? unit?.whole_why : unit?.why,
    [UNITS]: at === null ? unit?.all_units_why : unit?.units_why,
  };
  return {
    figure: row.key === UNITS || exact === null ? cell.text : amount(exact),
    words: `${row.label.replace(/, \$$/, "")}, ${when}`,
    address:
      (band ? band.why : of ? (at === null ? of.whole_why : of.why) : addresses[row.key]) ?? null,
    month: at === null ? null : months.months[at]!,
  };
}

/** The table as spreadsheets paste it: plain numbers between tabs. */
export function sheetOf(months: Projection, unit: UnitCosts | undefined): string {
  const lines = [
    ["", ...months.months, periodOf(months)],
    ...[...months.bands].reverse().map((band) => [band.label, ...band.shown, band.total]),
    ["Expected", ...months.totals, months.total],
  ];
  if (unit) {
    lines.push([
      `Unit cost, ${months.currency} per ${unit.unit}`,
      ...unit.costs.map((cost) => cost ?? ""),
      unit.whole ?? "",
    ]);
    for (const { label, costs, whole } of unit.per) {
      lines.push([
        `Cost, ${months.currency} per ${label}`,
        ...costs.map((cost) => cost ?? ""),
        whole ?? "",
      ]);
    }
    for (const { label, lacks } of unit.unknown) {
      lines.push([`Cost, ${months.currency} per ${label}: ${lacks}`]);
    }
    lines.push([`Units, ${unit.unit}`, ...unit.units, unit.all_units]);
  }
  // What would break a line or a column is a space in a spreadsheet's cell.
  const plain = (text: string): string => text.replaceAll(/[\t\r\n]/g, " ");
  return lines.map((line) => line.map(plain).join("\t")).join("\n");
}

/** The row of what one of something costs. */
function keyOf(per: string): string {
  return `per ${per}`;
}

/** Whether any month has what it is the cost of one of. */
function isKnown({ costs }: UnitCosts["per"][number]): boolean {
  return costs.some((cost) => cost !== null);
}

function unitRows(unit: UnitCosts, names: readonly string[], period: string): Row[] {
  const cost = (exact: string | null, when: string): Cell => ({
    text: shownOf(unit, exact) ?? "–",
    said: ofOne(unit, when, exact),
  });
  const units = (exact: string, when: string): Cell => ({
    text: compact(exact),
    said: `Units, ${unit.unit}, ${when}: ${number(exact)}`,
  });
  return [
    {
      key: COST,
      label: "Unit cost, $",
      kind: "aside",
      cells: unit.costs.map((exact, at) => cost(exact, names[at]!)),
      total: cost(unit.whole, period),
    },
    ...unit.per.filter(isKnown).map(({ per, label, costs, whole }): Row => {
      const of = (exact: string | null, when: string): Cell => ({
        text: shownOf(unit, exact) ?? "–",
        said: exact === null ? `No ${label} in ${when}` : said(`One ${label}`, when, exact),
      });
      return {
        key: keyOf(per),
        label: `One ${label}, $`,
        kind: "aside",
        cells: costs.map((exact, at) => of(exact, names[at]!)),
        total: of(whole, period),
      };
    }),
    {
      key: UNITS,
      label: `Units, ${unit.unit}`,
      kind: "aside",
      cells: unit.units.map((exact, at) => units(exact, names[at]!)),
      total: units(unit.all_units, period),
    },
  ];
}

/** A figure rounded in Rust; one that is not zero never shows as zero. */
function least(shown: string, exact: string, decimals: number): string {
  return Number(shown) === 0 ? fixed(exact, decimals) : fixed(shown, decimals);
}

function rounded(shown: string, exact: string, decimals: number): string {
  return money(Number(shown) === 0 ? exact : shown, decimals);
}

function said(label: string, when: string, exact: string): string {
  return `${label}, ${when}: ${exactly(exact)}`;
}

/** So much of a name as stands left of an axis; the row below has all of it. */
function cut(name: string): string {
  const LETTERS = 11;
  return name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
}

/** Whether a band is one of what is stacked: no rest, and among models no other cost. */
function isNamed(key: string, by: By): boolean {
  if (by === "model") return key.includes("/");
  return key !== "no-feature" && key !== "others";
}

/** Only what failed is hatched. */
function isHatched(key: string): boolean {
  return key === "failed-attempts";
}

/** The names of causes are words; those of features and models are names. */
function lower(label: string, by: By): string {
  return by === "driver" ? label.toLowerCase() : label;
}

/** By what all of them change, if it is the same. */
function sameOf([first, ...others]: PriceEvent["changes"]): string | null {
  const isAll = others.every(({ by }) => by === first?.by);
  return isAll ? (first?.by ?? null) : null;
}

function signed(by: string): string {
  const text = percent(by);
  return text.startsWith("−") ? text : `+${text}`;
}
