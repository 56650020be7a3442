/** Which edit a wish about a node means: features, other costs and contracts are named by number, steps by place. */
import { isBeside, isRoot } from "../text/words";
import type { Direction, Edit, EditPlace, Node, Operand, StepKind, Why } from "../types/calls";

/** What takes a node out of the plan. */
export function removing(node: Node): Edit {
  if (node.kind === "feature") return { edit: "remove-feature", feature: number(node) };
  if (node.kind === "other-cost") return { edit: "remove-other-cost", index: number(node) };
  if (node.kind === "contract") return { edit: "remove-contract", contract: number(node) };
  if (node.kind === "named-agent") return { edit: "remove-agent", name: node.name };
  return { edit: "remove", at: node.at };
}

/** What copies it. */
export function copying(node: Node): Edit {
  if (node.kind === "feature") return { edit: "duplicate-feature", feature: number(node) };
  if (node.kind === "named-agent") return { edit: "duplicate-agent", name: node.name };
  return { edit: "duplicate", at: node.at };
}

/** What moves it by one place. */
export function moving(node: Node, by: Direction): Edit {
  if (node.kind !== "feature") return { edit: "move", at: node.at, by };
  const feature = number(node);
  return { edit: "move-feature", feature, to: Math.max(0, feature + (by === "up" ? -1 : 1)) };
}

/** What calls it otherwise. */
export function naming(node: Node, value: string): Edit {
  if (node.kind === "feature") {
    return { edit: "feature", feature: number(node), field: "name", value };
  }
  if (node.kind === "other-cost") {
    return { edit: "other-cost", index: number(node), field: "name", value };
  }
  if (node.kind === "contract") {
    // What its row shows is its label, and its name where it has none.
    const field = node.label === null ? "name" : "label";
    return { edit: "contract", contract: number(node), field, value };
  }
  if (node.kind === "named-agent") {
    return { edit: "agent", name: node.name, field: "name", value };
  }
  return { edit: "step", at: node.at, field: "name", value };
}

/** What puts a new step at a node; inside a feature or an agent is after what it does already. */
export function adding(node: Node, place: EditPlace, kind: StepKind): Edit {
  if (isRoot(node)) return { edit: "add", at: `${node.at}/step`, place: "after", kind };
  return { edit: "add", at: node.at, place, kind };
}

/** Whether steps can stand in it. */
export function holdsSteps(node: Node): boolean {
  return !["call", "tool", "agent"].includes(node.kind) && !isBeside(node);
}

/** A name that nothing has: `feature`, `feature-2`. */
export function freeName(stem: string, taken: readonly string[], between = "-"): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? stem : `${stem}${between}${count}`;
    if (!taken.includes(name)) return name;
  }
}

/** The nearest node that is there: itself, what it stood in, or the first. */
export function nearest(nodes: readonly Node[], at: string | null): Node | undefined {
  const known = new Map(nodes.map((node) => [node.at, node]));
  for (let place = at ?? ""; place; place = place.slice(0, Math.max(0, place.lastIndexOf("/")))) {
    const node = known.get(place);
    if (node) return node;
  }
  return nodes[0];
}

/** The feature, agent or cost that each node stands in, by the node's place; nodes are in reading order. */
export function topsOf(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  const tops = new Map<string, Node>();
  for (const node of nodes) tops.set(node.at, tops.get(node.parent ?? "") ?? node);
  return tops;
}

/** The nodes above one, the feature or agent last. */
export function above(nodes: readonly Node[], node: Node): Node[] {
  const known = new Map(nodes.map((other) => [other.at, other]));
  const found: Node[] = [];
  for (let up = known.get(node.parent ?? ""); up; up = known.get(up.parent ?? "")) found.push(up);
  return found;
}

/** Why one unit of a node that only holds others costs so much: the calls and costs under it. */
export function whySum(nodes: readonly Node[], node: Node, month: string): Why {
  const unit = `USD per ${topsOf(nodes).get(node.at)?.unit ?? "unit"}`;
  const under = nodes.filter((other) => other.at.startsWith(`${node.at}/`) && other.address);
  const said = { unit, month: null, certainty: null, source: { kind: "formula" } } as const;
  const figure = (it: Node): Operand => ({
    ...said,
    address: it.figures?.why ?? "",
    label: it.label ?? it.name,
    value: it.figures?.cost_exact ?? null,
  });
  // A use of an agent is asked for what it costs step by step.
  const behind = (it: Node): Operand[] => {
    const under = it.figures?.under ?? [];
    if (under.length === 0) return [figure(it)];
    return under.map(({ label, cost, why }) => ({ ...said, address: why, label, value: cost }));
  };
  const leaves = (holdsSteps(node) ? under : [node]).filter((it) => !holdsSteps(it));
  const operands = leaves.filter((it) => it.figures !== null).flatMap(behind);
  return {
    month,
    figure: { ...figure(node), address: "", label: `one unit of ${node.name || node.kind}` },
    formula: operands.map(({ address, label }) => address || label).join(" + "),
    numbers: null,
    operands,
    workbook: null,
  };
}

function number(node: Node): number {
  return Number(node.at.split("/")[1]);
}
