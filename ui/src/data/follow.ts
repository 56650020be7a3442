/** Where the nodes of a plan are after a change: a step that moved, or was made room for, is still the same. */
import type { Node } from "../types/calls";

/** The new places of nodes by their old ones. A node that is gone has none. */
export function moved(
  before: readonly Node[],
  after: readonly Node[],
): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  const taken = new Set<string>();
  const pair = (old: Node, now: Node): void => {
    places.set(old.at, now.at);
    taken.add(now.at);
  };
  const isSame = (old: Node, now: Node | undefined): boolean =>
    now !== undefined && old.at === now.at && old.kind === now.kind && key(old) === key(now);
  if (before.length === after.length && before.every((old, index) => isSame(old, after[index]))) {
    return new Map(before.map(({ at }) => [at, at]));
  }

  // A name is one step's alone.
  const named = new Map(after.flatMap((node) => (key(node) ? [[key(node), node]] : [])));
  for (const old of before) {
    const now = named.get(key(old));
    if (key(old) && now) pair(old, now);
  }
  // Another name at the same place is a new name of the same step.
  const byPlace = new Map(after.map((node) => [node.at, node]));
  for (const old of before) {
    const now = byPlace.get(old.at);
    const isFree = !places.has(old.at) && now !== undefined && !taken.has(now.at);
    if (key(old) && isFree && now.kind === old.kind && key(now)) pair(old, now);
  }
  // What has no name of its own is where most of what it held is now, the likeliest first.
  const alike: { likeness: number; old: Node; now: Node }[] = [];
  const unnamed = after.filter((node) => !key(node));
  const holds = unnamed.map((node) => held(after, node));
  for (const old of before.filter((node) => !key(node))) {
    const kept = new Set(held(before, old).flatMap((at) => places.get(at) ?? []));
    for (const [index, now] of unnamed.entries()) {
      const both = holds[index]!.filter((at) => kept.has(at)).length;
      const likeness = both / (kept.size + holds[index]!.length - both);
      if (now.kind === old.kind && both > 0) alike.push({ likeness, old, now });
    }
  }
  for (const { old, now } of alike.sort((a, b) => b.likeness - a.likeness)) {
    if (!places.has(old.at) && !taken.has(now.at)) pair(old, now);
  }
  return places;
}

/** What a node is told apart by; nothing for chains, and for routes, which are numbered by where they stand. */
function key({ kind, address }: Node): string {
  return kind === "chain" || kind === "route" || address === null ? "" : address;
}

/** The places of the named nodes under one. */
function held(nodes: readonly Node[], above: Node): string[] {
  const under = nodes.filter((node) => node.at.startsWith(`${above.at}/`) && key(node));
  return under.map(({ at }) => at);
}
