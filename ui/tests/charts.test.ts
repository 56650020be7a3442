import { render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { around, decimalsOf, fromZero } from "../src/charts/scale";
import Stack from "../src/charts/Stack.svelte";
import { toneOf, TONES } from "../src/charts/tones";

test("amounts have 4 to 8 round ticks from zero, and none is cut off", () => {
  for (const largest of [0.0003, 0.07, 1, 9.5, 12, 99, 1101, 9504, 12_539, 1e6, 3.3e9]) {
    const { ticks } = fromZero(largest, 200);
    expect(ticks.length, String(largest)).toBeGreaterThanOrEqual(4);
    expect(ticks.length, String(largest)).toBeLessThanOrEqual(8);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1), String(largest)).toBeGreaterThanOrEqual(largest);
  }
});

test("nothing to show is an axis all the same", () => {
  expect(fromZero(0, 200).y(0)).toBe(200);
  expect(around([0, 0], 40).y(0)).toBeGreaterThanOrEqual(0);
});

test("a line that never moves stands inside its axis", () => {
  const axis = around([0.05, 0.05], 40);
  expect(axis.y(0.05)).toBeGreaterThan(0);
  expect(axis.y(0.05)).toBeLessThan(40);
  const noisy = around([0.0146, 0.014600000000000001, 0.0146], 40);
  expect(noisy.decimals).toBeLessThan(6);
});

test("ticks have the decimals that tell them apart", () => {
  const steps = [2000, 1, 0.5, 0.25, 0.004, 0.30000000000000004];
  expect(steps.map(decimalsOf)).toEqual([0, 0, 1, 2, 3, 1]);
});

test("a cause has its own tone wherever it stands; other bands have that of their place", () => {
  expect(toneOf("reasoning", 0)).toBe("reasoning");
  expect(toneOf("tools", 2)).toBe("tools");
  expect(toneOf("other-costs", 0)).toBe("human-review");
  expect(toneOf("openai/gpt-5", 1)).toBe(TONES[1]);
  expect(toneOf("others", 7)).toBe("human-review");
});

test("what a contract takes off lies over the top of the stack", () => {
  const axis = fromZero(10, 100);
  const layer = (key: string, value: number) => ({
    key,
    tone: toneOf(key, 0),
    hatched: false,
    values: [value],
    said: [String(value)],
  });
  const layers = [layer("output", 8), layer("contract", -2)];
  const hatch = (): string => "";
  const { container } = render(Stack, { layers, axis, pitch: 40, bar: 20, hatch, selected: null });
  const [stack, off] = [...container.querySelectorAll("rect")];
  const edges = (rect?: Element): number[] => {
    const y = Number(rect?.getAttribute("y"));
    return [y, y + Number(rect?.getAttribute("height"))];
  };
  expect(edges(stack)).toEqual([axis.y(8), axis.y(0)]);
  expect(edges(off)[0]).toBe(axis.y(8));
  expect(edges(off)[1]).toBeCloseTo(axis.y(6), -1);
});
