import { expect, test } from "vitest";
import {
  change,
  compact,
  count,
  day,
  exactly,
  fixed,
  moment,
  money,
  month,
  monthName,
  number,
  percent,
  percentage,
  plural,
  precise,
  rate,
  rough,
  time,
} from "../src/text/format";
import { alike } from "../src/text/alike";
import { locale } from "../src/text/locale";
import { placeOf } from "../src/text/words";
import { plan } from "./outline";

const EN = "en-US";

test("a language tag that Intl does not know becomes en-US", () => {
  expect(["C", "POSIX", "", "xx-invalid-tag", "qqq"].map((tag) => locale(tag))).toEqual(
    Array(5).fill(EN),
  );
  expect(locale("de-DE")).toBe("de-DE");
});

test("a decimal keeps every digit and gets the language's grouping", () => {
  expect(number("12345678901234567890.123456", EN)).toBe("12,345,678,901,234,567,890.123456");
  expect(number("-1234.5", "de-DE")).toBe("−1.234,5");
  expect(number("0.00000000000000000001", EN)).toBe("0.00000000000000000001");
});

test("a column has one number of decimals, rounded half to even on the text itself", () => {
  expect(["0.00005", "0.00015", "0.00025", "2"].map((it) => fixed(it, 4, EN))).toEqual([
    "<0.0001",
    "0.0002",
    "0.0002",
    "2.0000",
  ]);
  expect(fixed("9007199254740993.5", 0, EN)).toBe("9,007,199,254,740,994");
});

test("dollars have their sign before them", () => {
  expect(money("0.0870", 4, EN)).toBe("$0.0870");
  expect(money("-12.5", 0, EN)).toBe("−$12");
  expect(money("9504", 0, "de-DE")).toBe("$9.504");
  expect(exactly("1654.4877", EN)).toBe("$1,654.4877");
  expect(exactly("-3", EN)).toBe("−$3.00");
});

test("what is not zero never shows as zero", () => {
  expect(money("0.00004", 4, EN)).toBe("<$0.0001");
  expect(fixed("0.4", 0, EN)).toBe("<1");
  expect(fixed("-0.00004", 4, EN)).toBe(">−0.0001");
  expect(fixed(1e-9, 4, EN)).toBe("<0.0001");
  expect(percent("0.0004", 1, EN)).toBe("<0.1\u00a0%");
  expect(["0", "0.000", "-0", "0e-9"].map((it) => fixed(it, 4, EN))).toEqual(
    Array(4).fill("0.0000"),
  );
});

test("a price stands by what it is sold by", () => {
  expect(rate("2.5", "token", "en-US")).toBe("$2.50/1M tokens");
  expect(rate("50000", "hour", "en-US")).toBe("$0.05 an hour");
  expect(rate("1000", "image", "en-US")).toBe("$0.001 an image");
  expect(rate("10000", "search", "en-US")).toBe("$0.01 a search");
});

test("a computed percentage has a no-break space", () => {
  expect(percent("0.489", 1, EN)).toBe("48.9\u00a0%");
  expect(percent(1, 1, EN)).toBe("100.0\u00a0%");
  expect(percent("0.489", 1, "de-DE")).toBe("48,9\u00a0%");
  expect(percent("-0.12", 0, EN)).toBe("−12\u00a0%");
  expect(["48.9", "100", "0.0", "0.04"].map((it) => percentage(it, 1, EN))).toEqual([
    "48.9\u00a0%",
    "100.0\u00a0%",
    "0.0\u00a0%",
    "<0.1\u00a0%",
  ]);
});

test("a figure that was worked out has the digits that mean something", () => {
  expect(precise("0.30000000000000004", 15, EN)).toBe("0.3");
  expect(precise("1721.547644265705401771", 6, EN)).toBe("1,721.55");
});

test("a tick of a range is short, and a share is in percent", () => {
  const shown = ["1008.4", "42.25", "0.5", "2"].map((it) => rough(it, "tokens", EN));
  expect(shown).toEqual(["1,008", "42.2", "0.50", "2"]);
  expect(rough("0.125", "share", EN)).toBe("12.5\u00a0%");
});

test("counts are whole and grouped, and compact only from five digits", () => {
  expect(count("46373", EN)).toBe("46,373");
  expect(count("1127", "es-ES")).toBe("1.127");
  expect(["9999", "13400", "109200", "999949", "999950", "2500000"].map((it) => compact(it, EN))) //
    .toEqual(["9,999", "13.4k", "109.2k", "999.9k", "1.0M", "2.5M"]);
  // A million has the four digits that thousands have: what it is multiplied by can be followed.
  expect(["3650000", "9999499", "12345678", "99994000", "365041000"].map((it) => compact(it, EN))) //
    .toEqual(["3.65M", "9.999M", "12.35M", "99.99M", "365.0M"]);
});

test("a change has a direction, and none where nothing moved", () => {
  expect(change("0.0040", 4, EN)).toBe("▲ 0.0040");
  expect(change("-441.2", 0, EN)).toBe("▼ 441");
  expect(change("0.000", 4, EN)).toBe("");
  expect(change("-0.00001", 4, EN)).toBe("▼ <0.0001");
});

test("digits are the ones that people type, whatever the locale writes by itself", () => {
  expect(fixed("1234.5", 1, "ar-EG")).toBe("1,234.5");
  expect(fixed("-1234.5", 1, "fa-IR")).toMatch(/−1.234.5$/u);
  expect(month("2027-12", "th-TH")).toContain("2027");
  expect(month("2027-12", "fa-IR")).toContain("2027");
});

test("months and days are written in the locale", () => {
  expect(month("2027-12", EN)).toBe("Dec 2027");
  expect(month("2027-12", "de-DE")).toBe("Dez. 2027");
  expect(monthName("2027-01", EN)).toBe("Jan");
  expect(day("2026-11-20", "en-GB")).toBe("20 Nov 2026");
});

test("an instant reads as it is seen from now", () => {
  const at = (text: string): number => new Date(text).getTime();
  const now = at("2026-11-22T18:00:00");
  expect(time(at("2026-11-22T08:05:00"), EN)).toBe("08:05");
  expect(moment(at("2026-11-22T10:42:00"), now, "en-GB")).toBe("today 10:42");
  expect(moment(at("2026-11-21T23:59:00"), now, "en-GB")).toBe("yesterday");
  expect(moment(at("2026-11-18T10:00:00"), now, "en-GB")).toBe("18 Nov");
  expect(moment(at("2025-11-18T10:00:00"), now, "en-GB")).toBe("18 Nov 2025");
});

test("one is one, and more are many", () => {
  expect([0, 1, 2].map((n) => plural(n, "problem"))).toEqual([
    "0 problems",
    "1 problem",
    "2 problems",
  ]);
  expect(plural(2, "entry", "entries")).toBe("2 entries");
});

test("a row does not say twice what it is to the one above it", () => {
  const node = { ...plan().nodes[4]!, place: "judge" };
  expect(placeOf({ ...node, name: "judge" })).toBe(null);
  expect(placeOf({ ...node, name: "grader" })).toBe("judge");
  expect(placeOf({ ...node, name: "grader", place: "then" })).toBe("if all fail");
});

test("a minus is one sign in every locale", () => {
  for (const tag of ["en-US", "sv", "fa", "he", "ar", "de"]) {
    expect(number("-12", tag)).toBe("−12");
  }
});

test("what says the same is the same thing, at its place", () => {
  const [one, two] = [
    { at: "a", nth: 1 },
    { at: "b", nth: 2 },
  ];
  const now = alike(
    [one, two],
    [
      { at: "a", nth: 1 },
      { at: "b", nth: 3 },
      { at: "c", nth: 4 },
    ],
  );
  expect(now[0]).toBe(one);
  expect(now[1]).not.toBe(two);
  expect(now).toEqual([one, { at: "b", nth: 3 }, { at: "c", nth: 4 }]);
});
