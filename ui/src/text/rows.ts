/** The nodes of a plan as rows of its outline. */
import type { Node } from "../types/calls";
import { grouped } from "./grouped";

/** A row, as it stands among its sisters. */
export interface Row {
  node: Node;
  /** Counted from 1. */
  position: number;
  sisters: number;
  isParent: boolean;
  isOpen: boolean;
  parentAt: string | null;
}

/** Every row that no folded one hides, in reading order. */
export function rowsOf(nodes: readonly Node[], folded: ReadonlySet<string>): Row[] {
  const children = grouped(nodes, (node) => node.parent);
  const rows: Row[] = [];
  const add = (parentAt: string | null): void => {
    const sisters = children.get(parentAt) ?? [];
    for (const [index, node] of sisters.entries()) {
      const isParent = children.has(node.at);
      const isOpen = isParent && !folded.has(node.at);
      const place = { position: index + 1, sisters: sisters.length, parentAt };
      rows.push({ node, isParent, isOpen, ...place });
      if (isOpen) add(node.at);
    }
  };
  add(null);
  return rows;
}
