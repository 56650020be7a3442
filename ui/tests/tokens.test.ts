import { expect, test } from "vitest";
import { begunIn, everySecond, read, tokenAt, withWidth } from "../src/text/tokens";

// "a", "·", "", "", "𝒳", "b" as the text "a 𝒳b": two tokens end inside the 𝒳.
const ENDS = Uint32Array.of(1, 2, 2, 2, 4, 5);

test("the answer's words are generation, certainty, count, band, and ends of an exact count", () => {
  const exact = read(Uint32Array.of(7, 1, 2, 2, 2, 5, 6).buffer);
  const tokens = { count: 2, exact: true, low: 2, high: 2, ends: Uint32Array.of(5, 6) };
  expect(exact).toEqual({ generation: 7, tokens });
  const estimate = read(Uint32Array.of(8, 0, 8, 6, 10).buffer);
  const about = { count: 8, exact: false, low: 6, high: 10, ends: new Uint32Array() };
  expect(estimate).toEqual({ generation: 8, tokens: about });
});

test("each token begins in one stretch, whatever the stretches", () => {
  for (const cut of [0, 1, 2, 3, 4, 5, 6]) {
    expect(begunIn(ENDS, 0, cut) + begunIn(ENDS, cut, 6)).toBe(ENDS.length);
  }
  expect(begunIn(ENDS, 0, 1)).toBe(1);
  expect(begunIn(ENDS, 1, 2)).toBe(1);
  expect(begunIn(ENDS, 2, 4)).toBe(3);
  expect(begunIn(new Uint32Array(), 0, 1)).toBe(0);
});

test("the token at an offset is the one whose character stands there", () => {
  expect(tokenAt(ENDS, 0)).toEqual({ index: 0, from: 0, to: 1 });
  expect(tokenAt(ENDS, 2)).toEqual({ index: 4, from: 2, to: 4 });
  expect(tokenAt(ENDS, 3)).toEqual({ index: 4, from: 2, to: 4 });
  expect(tokenAt(ENDS, 5)).toBeUndefined();
});

test("every second token that can be seen is marked, the same ones wherever one looks from", () => {
  const shown = withWidth(ENDS);
  expect([...shown]).toEqual([1, 2, 4, 5]);
  expect(everySecond(shown, 0, 5)).toEqual([
    [1, 2],
    [4, 5],
  ]);
  expect(everySecond(shown, 1, 2)).toEqual([[1, 2]]);
  expect(everySecond(shown, 3, 5)).toEqual([[4, 5]]);
  expect(everySecond(new Uint32Array(), 0, 5)).toEqual([]);
});
