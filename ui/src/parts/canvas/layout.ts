/** Where the nodes of a plan stand on the canvas, and the edges between them. */
import { hierarchy, tree, type HierarchyPointNode } from "d3-hierarchy";
import { grouped } from "../../text/grouped";
import type { Row } from "../../text/rows";
import { isRoot } from "../../text/words";

/** A node's box, the strip of a step that says little by itself, and the room between them, in pixels. */
export const WIDTH = 152;
export const HEIGHT = 88;
export const STRIP = 20;
const BETWEEN_COLUMNS = 64;
const BETWEEN_ROWS = 24;
/** What stands over a box: the share of its branch. */
const WORDS = 14;

/** So thick is the edge of a whole unit's cost, and so thick every one at least. */
const WHOLE = 36;
const LEAST = 1.5;

/** A stretch of the canvas. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A node at its place. */
export interface Cell {
  row: Row;
  box: Box;
  /** A step with a single one in it is a strip on that one, a feature's chain one below the feature. */
  isStrip: boolean;
  /** Counted from the left, and from the top of its column. */
  column: number;
  place: number;
  /** What stands on each other here, from the top: strips and their box. */
  stack: readonly Cell[];
}

/** What a node hands on to one that it holds. */
export interface Edge {
  from: string;
  to: string;
  path: string;
  thickness: number;
  /** It leads to what is dearest. */
  isHot: boolean;
  box: Box;
}

/** Everything on the canvas. */
export interface Laid {
  /** In reading order. */
  cells: Cell[];
  cellOf: ReadonlyMap<string, Cell>;
  /** From the top, column by column. */
  columns: Cell[][];
  edges: Edge[];
  bounds: Box;
}

/** A box with its strips, before it has a place. */
interface Stack {
  above: readonly Row[];
  box: Row | null;
  below: readonly Row[];
  /** In reading order. */
  order: number;
  children: Stack[];
}

/** Lays rows of the outline out from left to right. */
export function laidOut(rows: readonly Row[]): Laid {
  const root = hierarchy(stacked(rows), (stack) => stack.children);
  const placed = tree<Stack>()
    .nodeSize([1, WIDTH + BETWEEN_COLUMNS])
    .separation(apart)(root);
  const cells: Cell[] = [];
  const edges: Edge[] = [];
  const boxes = new Map<Stack, Cell>();
  placed.eachBefore((point) => {
    if (!point.parent) return;
    const stack = cellsOf(point);
    cells.push(...stack);
    boxes.set(point.data, boxOf(stack[0]!));
  });
  const hot = dearest(boxes);
  placed.eachBefore(({ data, children }) => {
    const from = boxes.get(data);
    const to = children?.map((child) => boxes.get(child.data)!);
    if (from && to) edges.push(...edgesOf(from, to, hot));
  });
  return {
    cells,
    cellOf: new Map(cells.map((cell) => [cell.row.node.at, cell])),
    columns: columnsOf(cells),
    edges,
    bounds: around(cells),
  };
}

/** The box of a stack, from which edges leave. */
export function boxOf({ stack }: Cell): Cell {
  return stack.find(({ isStrip }) => !isStrip)!;
}

/** Whether two stretches have something in common. */
export function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Rows as stacks under one that nobody sees. */
function stacked(rows: readonly Row[]): Stack {
  const under = grouped(rows, (row) => row.parentAt);
  const order = new Map(rows.map((row, index) => [row, index]));
  const held = (row: Row): readonly Row[] => under.get(row.node.at) ?? [];
  const build = (first: Row): Stack => {
    const above = [first];
    while (isAround(above.at(-1)!, held(above.at(-1)!))) above.push(held(above.at(-1)!)[0]!);
    const box = above.pop()!;
    // What a feature does one after another stands right beside it.
    const below = held(box).filter(({ node }) => isRoot(box.node) && node.kind === "chain");
    const children = held(box).flatMap((row) => (below.includes(row) ? held(row) : [row]));
    return { above, box, below, order: order.get(first) ?? 0, children: children.map(build) };
  };
  const roots = (under.get(null) ?? []).map(build);
  return { above: [], box: null, below: [], order: -1, children: roots };
}

/** Whether a step is no more than what is said about the one in it. */
function isAround({ node }: Row, held: readonly Row[]): boolean {
  return !isRoot(node) && held.length === 1;
}

/** From the middle of one box to that of the one below it. */
function apart(a: HierarchyPointNode<Stack>, b: HierarchyPointNode<Stack>): number {
  const [upper, lower] = a.data.order < b.data.order ? [a.data, b.data] : [b.data, a.data];
  const cousins = a.parent === b.parent ? 0 : BETWEEN_ROWS / 2;
  const words = (lower.above[0] ?? lower.box)?.node.place ? WORDS : 0;
  const strips = (upper.below.length + lower.above.length) * STRIP;
  return HEIGHT + strips + words + BETWEEN_ROWS + cousins;
}

function cellsOf({ data, x, y, depth }: HierarchyPointNode<Stack>): Cell[] {
  const left = y - (WIDTH + BETWEEN_COLUMNS);
  const top = x - HEIGHT / 2 - data.above.length * STRIP;
  const stack: Cell[] = [];
  let down = top;
  for (const row of [...data.above, ...(data.box ? [data.box] : []), ...data.below]) {
    const isStrip = row !== data.box;
    const height = isStrip ? STRIP : HEIGHT;
    const box = { x: left, y: down, width: WIDTH, height };
    stack.push({ row, box, isStrip, column: depth - 1, place: 0, stack });
    down += height;
  }
  return stack;
}

function columnsOf(cells: readonly Cell[]): Cell[][] {
  const columns: Cell[][] = [];
  for (const cell of cells) (columns[cell.column] ??= []).push(cell);
  for (const column of columns) {
    column.sort((a, b) => a.box.y - b.box.y);
    column.forEach((cell, place) => (cell.place = place));
  }
  return columns;
}

/** What leads from every feature to the dearest in it. */
function dearest(boxes: ReadonlyMap<Stack, Cell>): ReadonlySet<Cell> {
  const found = new Set<Cell>();
  const cost = (stack: Stack): number => Number(stack.box?.node.figures?.cost_exact ?? 0);
  for (const stack of boxes.keys()) {
    if (stack.box?.node.kind !== "feature") continue;
    for (let next: Stack | undefined = stack; next;) {
      found.add(boxes.get(next)!);
      next = next.children.toSorted((a, b) => cost(b) - cost(a)).find((it) => cost(it) > 0);
    }
  }
  return found;
}

/** The edges of a box, side by side in the order of what they lead to. */
function edgesOf(from: Cell, to: readonly Cell[], hot: ReadonlySet<Cell>): Edge[] {
  const thick = to.map(({ row }) => {
    const share = Number(row.node.figures?.share ?? 0) / 100;
    return Math.max(LEAST, WHOLE * share);
  });
  const all = thick.reduce((sum, one) => sum + one, 0);
  // Very many leave from one side together.
  const room = Math.min(1, (HEIGHT - 8) / all);
  const [x, middle] = [from.box.x + WIDTH, from.box.y + HEIGHT / 2];
  let top = middle - (all * room) / 2;
  return to.map((cell, index) => {
    const thickness = thick[index]!;
    const leaves = top + (thickness * room) / 2;
    top += thickness * room;
    const [end, arrives] = [cell.box.x, cell.box.y + HEIGHT / 2];
    const half = (x + end) / 2;
    return {
      from: from.row.node.at,
      to: cell.row.node.at,
      path: `M${x},${leaves}C${half},${leaves} ${half},${arrives} ${end},${arrives}`,
      thickness,
      isHot: hot.has(from) && hot.has(cell),
      box: {
        x,
        y: Math.min(leaves, arrives) - thickness / 2,
        width: end - x,
        height: Math.abs(leaves - arrives) + thickness,
      },
    };
  });
}

function around(cells: readonly Cell[]): Box {
  if (cells.length === 0) return { x: 0, y: 0, width: WIDTH, height: HEIGHT };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { box, row } of cells) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y - (row.node.place ? WORDS : 0));
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
