/** Round ticks and the places of values along an axis. */
import { nice, ticks as ticksOf } from "d3-array";

/** An axis that runs upwards. */
export interface Axis {
  ticks: number[];
  /** So many decimals tell the ticks apart. */
  decimals: number;
  /** The place of a value in pixels from the top. */
  y: (value: number) => number;
}

/** Smaller differences between numbers are not theirs. */
const NOISE = 1e-6;

/** An axis from zero for amounts, with 4 to 8 ticks. */
export function fromZero(largest: number, height: number): Axis {
  const top = largest > 0 ? largest : 1;
  const ticks = [6, 5, 7, 4, 8]
    .map((wanted) => roundTicks(0, top, wanted))
    .find(({ length }) => length >= 4 && length <= 8);
  return axis(ticks ?? roundTicks(0, top, 5), height);
}

/** An axis cut to its values, with 3 or 4 ticks: for a line, never for bars. */
export function around(values: readonly number[], height: number): Axis {
  const least = Math.min(...values);
  const most = Math.max(...values);
  // A line that never moves, but for what floats cannot say, stands in the middle of its axis.
  const isFlat = most - least <= Math.abs(most) * NOISE;
  const room = isFlat ? Math.abs(most) * 0.05 || 1 : 0;
  return axis(roundTicks(Math.max(0, least - room), most + room, 2), height);
}

/** So many decimals tell numbers a step apart. */
export function decimalsOf(step: number): number {
  const digits = Number(step.toPrecision(3)).toExponential().split("e") as [string, string];
  const mantissa = digits[0].split(".")[1]?.length ?? 0;
  return Math.max(0, mantissa - Number(digits[1]));
}

function axis(ticks: number[], height: number): Axis {
  const [first = 0, second = 1] = ticks;
  const length = (ticks.at(-1) ?? 1) - first;
  return {
    ticks,
    decimals: decimalsOf(second - first),
    y: (value) => height * (1 - (value - first) / length),
  };
}

/** Ticks from the round number below to the one above. */
function roundTicks(from: number, to: number, wanted: number): number[] {
  const [low, high] = nice(from, to, wanted);
  return ticksOf(low, high, wanted);
}
