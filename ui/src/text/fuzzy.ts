/** Finds what a few letters mean: `unst` is Undo last step. */

/** How well the letters fit, higher is better; nothing when they do not stand there in order. */
export function fit(letters: string, text: string): number | undefined {
  const wanted = fold(letters).replaceAll(/\s+/g, "");
  const from = fold(text);
  let best: number | undefined;
  // Each start is tried once, so that the first letter may also mean a later word.
  for (let start = from.indexOf(wanted[0] ?? ""); start >= 0;) {
    const score = along(wanted, from, start);
    if (score !== undefined && (best === undefined || score > best)) best = score;
    start = wanted ? from.indexOf(wanted[0]!, start + 1) : -1;
  }
  return best;
}

/** The items that fit, best first; equals keep their order, and no letters keep them all. */
export function pick<Item>(
  letters: string,
  items: readonly Item[],
  text: (item: Item) => string,
): Item[] {
  if (!letters.trim()) return [...items];
  return items
    .flatMap((item) => {
      const score = fit(letters, text(item));
      return score === undefined ? [] : [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** Whether every word stands somewhere in a text, in any order. */
export function hasWords(words: string, text: string): boolean {
  const from = fold(text);
  return fold(words)
    .split(/\s+/)
    .every((word) => from.includes(word));
}

/** The items that fit a name: it itself, those that it stands in in their own order, then any other. */
export function named<Item>(
  name: string,
  items: readonly Item[],
  text: (item: Item) => string,
): Item[] {
  const wanted = fold(name.trim());
  const isIt = (item: Item): boolean => `/${fold(text(item))}`.endsWith(`/${wanted}`);
  const hasIt = (item: Item): boolean => fold(text(item)).includes(wanted);
  if (!wanted) return [...items];
  return [
    ...items.filter(isIt),
    ...items.filter((item) => hasIt(item) && !isIt(item)),
    ...pick(
      name,
      items.filter((item) => !hasIt(item)),
      text,
    ),
  ];
}

function along(wanted: string, from: string, start: number): number | undefined {
  let score = 0;
  let at = start - 1;
  for (const letter of wanted) {
    const next = from.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    const isNext = next === at + 1 && next > start;
    const opensWord = next === 0 || !/[\p{L}\p{N}]/u.test(from[next - 1]!);
    score += isNext ? 3 : opensWord ? 2 : -Math.min(next - at, 8) / 8;
    at = next;
  }
  return score - from.length / 1000;
}

function fold(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
