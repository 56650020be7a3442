import { expect, test } from "vitest";
import { number } from "../src/text/format";
import { locale } from "../src/text/locale";

test("a language tag that Intl does not know becomes en-US", () => {
  expect(["C", "POSIX", "", "xx-invalid-tag", "qqq"].map((tag) => locale(tag))).toEqual(
    Array(5).fill("en-US"),
  );
  expect(locale("de-DE")).toBe("de-DE");
});

test("a decimal keeps every digit and gets the language's grouping", () => {
  expect(number("12345678901234567890.123456", "en-US")).toBe("12,345,678,901,234,567,890.123456");
  expect(number("-1234.5", "de-DE")).toBe("\u22121.234,5");
  expect(number("0.00000000000000000001", "en-US")).toBe("0.00000000000000000001");
});
