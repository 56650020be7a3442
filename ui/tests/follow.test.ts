import { expect, test } from "vitest";
import { moved } from "../src/data/follow";
import type { Node, NodeKind } from "../src/types/calls";

const ROUTE = "features/0/step/chain/1";

function node(at: string, kind: NodeKind, address: string | null): Node {
  return { at, kind, address } as unknown as Node;
}

/** A feature: first a call, then a route whose ways are a call and a chain of two. */
const PLAN: readonly Node[] = [
  node("features/0", "feature", "desk"),
  node("features/0/step", "chain", null),
  node("features/0/step/chain/0", "call", "desk.guard"),
  node(ROUTE, "route", "desk.route"),
  node(`${ROUTE}/route/0/step`, "call", "desk.easy"),
  node(`${ROUTE}/route/1/step`, "chain", null),
  node(`${ROUTE}/route/1/step/chain/0`, "call", "desk.act"),
  node(`${ROUTE}/route/1/step/chain/1`, "call", "desk.hard"),
  node("other_costs/0", "other-cost", "other-costs.review"),
];

function shift(nodes: readonly Node[], from: string, to: string): Node[] {
  return nodes.map((it) => ({ ...it, at: it.at.replace(from, to) }));
}

test("a plan whose steps stay where they are is itself", () => {
  expect([...moved(PLAN, PLAN)].every(([from, to]) => from === to)).toBe(true);
});

test("steps follow when one before them is deleted, chains and routes by what they hold", () => {
  const after = shift(
    PLAN.filter(({ address }) => address !== "desk.guard"),
    ROUTE,
    "features/0/step",
  ).filter(({ at, kind }) => at !== "features/0/step" || kind === "route");
  const places = moved(PLAN, after);
  expect(places.get("features/0/step/chain/0")).toBeUndefined();
  expect(places.get(ROUTE)).toBe("features/0/step");
  expect(places.get(`${ROUTE}/route/1/step`)).toBe("features/0/step/route/1/step");
  expect(places.get(`${ROUTE}/route/1/step/chain/1`)).toBe("features/0/step/route/1/step/chain/1");
  expect(moved(after, PLAN).get("features/0/step")).toBe(ROUTE);
});

test("steps follow when the ways of a route change places", () => {
  const way = `${ROUTE}/route`;
  const after = shift(
    shift(shift(PLAN, `${way}/0`, "aside"), `${way}/1`, `${way}/0`),
    "aside",
    `${way}/1`,
  );
  const places = moved(PLAN, after);
  expect(places.get(`${way}/0/step`)).toBe(`${way}/1/step`);
  expect(places.get(`${way}/1/step`)).toBe(`${way}/0/step`);
  expect(places.get(ROUTE)).toBe(ROUTE);
});

test("a step with another name is the same, also where its feature has another name", () => {
  const rename = (from: string, to: string) => (it: Node) => ({
    ...it,
    address: it.address?.replace(from, to) ?? null,
  });
  for (const [from, to] of [
    ["desk.easy", "desk.simple"],
    ["desk", "help"],
  ] as const) {
    const places = moved(PLAN, PLAN.map(rename(from, to)));
    expect([...places].filter(([before, now]) => before !== now)).toEqual([]);
    expect(places.size).toBe(PLAN.length);
  }
});

test("other costs follow when one before them goes", () => {
  const costs = [PLAN[8]!, node("other_costs/1", "other-cost", "other-costs.licence")];
  const after = [node("other_costs/0", "other-cost", "other-costs.licence")];
  const places = moved(costs, after);
  expect([...places]).toEqual([["other_costs/1", "other_costs/0"]]);
});
