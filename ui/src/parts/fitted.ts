/** Texts cut where their room ends. */

/** The width of a letter that cannot be measured, as a share of its size: that of a wide font. */
const WIDE = 0.57;

/** So many widths are remembered. */
const MOST = 20_000;

const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

/** A text that is no wider than so many pixels, at this size and weight. */
export function fitted(text: string, room: number, size: number, weight = 400): string {
  if (widthOf(text, size, weight) <= room) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (widthOf(cut(text, middle), size, weight) <= room) fits = middle;
    else tooLong = middle;
  }
  return cut(text, fits);
}

function cut(text: string, length: number): string {
  return `${text.slice(0, length).trimEnd()}…`;
}

/** How wide a text is on one line, in pixels, at this size and weight. */
export function widthOf(text: string, size: number, weight = 400): number {
  const key = `${weight} ${text}`;
  let share = widths.get(key);
  if (share === undefined) {
    share = measured(text, weight) ?? text.length * WIDE;
    if (widths.size >= MOST) widths.clear();
    widths.set(key, share);
  }
  return share * size;
}

/** The width at a size of one. */
function measured(text: string, weight: number): number | null {
  const SIZE = 100;
  if (context === undefined) context = drawing();
  if (!context) return null;
  context.font = `${weight} ${SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width / SIZE;
}

/** Nothing where texts cannot be drawn. */
function drawing(): CanvasRenderingContext2D | null {
  if (!("CanvasRenderingContext2D" in globalThis)) return null;
  return document.createElement("canvas").getContext("2d");
}
