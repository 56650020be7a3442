/** Where a plan's dollars go, as boxes in boxes: the plan or a feature, its steps, what each is paid for. */
import { hierarchy } from "d3-hierarchy";
import { TONES, toneOf, type Tone } from "../../charts/tones";
import { grouped } from "../../text/grouped";
import { nameOf } from "../../text/words";
import type { MonthDollars, Node, StepDollars } from "../../types/calls";

/** From the axis up; tools stand after what was looked up. */
const ORDER: readonly Tone[] = [...TONES.slice(0, 2), "tools", ...TONES.slice(2)];

/** What widths stand for: one unit of a feature, or the month in view. */
export type Of = "unit" | "month";

/** A box before it has a place. */
interface Item {
  key: string;
  label: string;
  /** The node; nothing for all of the plan. */
  node: Node | null;
  /** What a step is paid for, where it is that. */
  tone: Tone | null;
  isFailed: boolean;
  /** Dollars for one unit, and in the month, as decimals. */
  unit: string | null;
  month: string;
  /** What explains it. */
  why: string | null;
  /** Dollars for context that no answer needs. */
  unused: { unit: string; month: string } | null;
  children: Item[];
}

/** A box: from and to are shares of the whole. */
export interface FlameBox extends Omit<Item, "children"> {
  depth: number;
  from: number;
  to: number;
  parent: FlameBox | null;
  hasChildren: boolean;
  /** Among those that have the same parent, counted from 1. */
  position: number;
  sisters: number;
}

/** The key of all of the plan. */
export const WHOLE = "";

/** Boxes in reading order: of the feature that `top` is, or of the whole plan. */
export function boxesOf(
  nodes: readonly Node[],
  dollars: MonthDollars,
  of: Of,
  top: Node | undefined,
): FlameBox[] {
  const steps = new Map(dollars.steps.map((step) => [step.address, step]));
  const held = grouped(nodes, (node) => node.parent);
  const item = (node: Node): Item => {
    // What stands one after another has no dollars but those of its steps.
    const children = (held.get(node.at) ?? []).flatMap((child) =>
      child.kind === "chain" ? (held.get(child.at) ?? []) : [child],
    );
    const step = steps.get(node.address ?? "");
    return {
      key: node.at,
      label: nameOf(node),
      node,
      tone: null,
      isFailed: false,
      unit: node.figures?.cost_exact ?? null,
      month: node.figures?.month ?? step?.month ?? "0",
      why: node.figures?.why ?? null,
      unused: step?.unused ?? null,
      children: children.length > 0 ? children.map(item) : paidFor(node, step),
    };
  };
  // An agent is paid for where it is used, by the steps that stand there in its place.
  const paidFor = (node: Node, step: StepDollars | undefined): Item[] => {
    if (node.kind !== "agent") return causes(node, step);
    const used = dollars.steps.filter(({ address }) => address.startsWith(`${node.address}.`));
    return used.flatMap((inside) => causes(node, inside, ` ${inside.address}`));
  };
  const isPaid = ({ kind }: Node): boolean => kind !== "contract" && kind !== "named-agent";
  const roots = (held.get(null) ?? []).filter(isPaid).map(item);
  const month = { unit: null, month: dollars.total, why: null, unused: null, tone: null };
  const all = { key: WHOLE, label: "All of it", node: null, isFailed: false, children: roots };
  const root = of === "month" ? { ...all, ...month } : top && item(top);
  return root ? placed(root, of) : [];
}

/** What a step is paid for; a cost is paid for itself. */
function causes(node: Node, step: StepDollars | undefined, inside = ""): Item[] {
  if (!step || node.kind === "other-cost") return [];
  return step.drivers.map((paid, place) => ({
    key: `${node.at}${inside} ${paid.driver}`,
    label: paid.label,
    node,
    tone: toneOf(paid.driver, place),
    isFailed: paid.driver === "failed-attempts",
    unit: paid.unit,
    month: paid.month,
    why: paid.why,
    unused: null,
    children: [],
  }));
}

function placed(root: Item, of: Of): FlameBox[] {
  const size = (it: Item): number => Math.max(0, Number(it[of] ?? 0));
  const tree = hierarchy(root, (it) => it.children).sum((it) =>
    it.children.length === 0 ? size(it) : 0,
  );
  const whole = tree.value || 1;
  const boxes = new Map<typeof tree, FlameBox>();
  const reached = new Map<typeof tree, number>();
  tree.eachBefore((it) => {
    const { children, ...data } = it.data;
    const above = it.parent;
    const from = above ? (reached.get(above) ?? 0) : 0;
    const to = from + (it.value ?? 0) / whole;
    reached.set(it, from);
    if (above) reached.set(above, to);
    const sisters = above?.children ?? [it];
    boxes.set(it, {
      ...data,
      depth: it.depth,
      from,
      to,
      parent: above ? boxes.get(above)! : null,
      hasChildren: children.length > 0,
      position: sisters.indexOf(it) + 1,
      sisters: sisters.length,
    });
  });
  return [...boxes.values()];
}

/** What calls are paid for, each once, from the axis up. */
export function causesOf(boxes: readonly FlameBox[]): FlameBox[] {
  const causes = boxes.filter(({ tone, to, from }) => tone !== null && to > from);
  const first = new Map(causes.toReversed().map((box) => [box.tone, box]));
  return [...first.values()].toSorted((a, b) => place(a) - place(b));
}

function place({ tone }: FlameBox): number {
  return ORDER.indexOf(tone!);
}

/** Where the keys lead: to what is above or below, or beside in the same row. */
export type Way = "up" | "down" | "left" | "right";

/** The box beside one; below it the largest. */
export function beside(boxes: readonly FlameBox[], box: FlameBox, way: Way): FlameBox | undefined {
  if (way === "up") return box.parent ?? undefined;
  if (way === "down") {
    const held = boxes.filter(({ parent }) => parent === box);
    return held.toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  }
  const row = boxes.filter(({ depth, from, to }) => depth === box.depth && to > from);
  return row[row.indexOf(box) + (way === "right" ? 1 : -1)];
}
