/** What nodes and the kinds of steps are called, where a person reads them. */
import type { Node, StepKind } from "../types/calls";

/** Every kind of step, the commonest first. */
export const KINDS: readonly { kind: StepKind; word: string; says: string }[] = [
  { kind: "call", word: "Call", says: "one model call" },
  { kind: "route", word: "Route", says: "one of several" },
  { kind: "retry", word: "Retry", says: "again when it fails" },
  { kind: "fan-out", word: "Fan-out", says: "copies side by side" },
  { kind: "conversation", word: "Conversation", says: "turns that resend what was said" },
  { kind: "chain", word: "Chain", says: "one after another" },
];

/** Whether a node stands beside the steps: a cost, a contract. */
export function isBeside(node: Node): boolean {
  return node.kind === "other-cost" || node.kind === "contract";
}

/** What a node is called in its row. */
export function nameOf(node: Node): string {
  if (isBeside(node)) return node.label ?? node.name;
  return node.name || node.kind;
}

/** What a node is, after its name: `answers the user`. */
export function kindOf(node: Node): string {
  switch (node.kind) {
    case "feature":
      return "feature";
    case "call":
      return node.answer ? "answers the user" : "call";
    case "other-cost":
      return "cost";
    case "contract":
      return "contract";
    case "fan-out":
      return "fan-out";
    case "chain":
    case "route":
    case "retry":
    case "conversation":
    case "cascade":
    case "until":
    case "loop":
    case "response-cache":
    case "tool":
    case "agent":
      return node.name === node.kind ? "" : node.kind;
  }
}
