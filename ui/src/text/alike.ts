/** What is worked out anew and came to the same: whoever has it is told nothing. */

/** A list in which each thing that says what the one at its place said before is that one. */
export function alike<T extends object>(before: readonly T[], now: readonly T[]): T[] {
  return now.map((thing, index) => {
    const known = before[index];
    return known && saysSame(known, thing) ? known : thing;
  });
}

function saysSame<T extends object>(one: T, other: T): boolean {
  const fields = Object.keys(other) as (keyof T)[];
  return fields.every((field) => one[field] === other[field]);
}
