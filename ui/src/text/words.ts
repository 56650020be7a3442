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
  { kind: "loop", word: "Loop", says: "steps with a context that grows" },
  { kind: "cascade", word: "Cascade", says: "a dearer one if not accepted" },
  { kind: "until", word: "Until", says: "drafts until one is accepted" },
  { kind: "response-cache", word: "Response cache", says: "answers kept and given again" },
  { kind: "tool", word: "Tool", says: "a fee for each use" },
  { kind: "agent", word: "Agent", says: "one that several places use" },
];

/** Whether a node stands beside the steps: a cost, a contract. */
export function isBeside(node: Node): boolean {
  return node.kind === "other-cost" || node.kind === "contract";
}

/** Whether steps stand under it and it under nothing: a feature, an agent. */
export function isRoot(node: Node): boolean {
  return node.kind === "feature" || node.kind === "named-agent";
}

/** What a node is to the one that it stands under: `70%`, `if all fail`; nothing where its name says so. */
export function placeOf(node: Node): string | null {
  if (node.place === nameOf(node)) return null;
  return node.place === "then" ? "if all fail" : node.place;
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
    case "named-agent":
      return "agent";
    case "agent":
      return node.answer ? "agent, answers the user" : "uses an agent";
    case "response-cache":
      return node.name === node.kind ? "" : "response cache";
    case "chain":
    case "route":
    case "retry":
    case "conversation":
    case "cascade":
    case "until":
    case "loop":
    case "tool":
      return node.name === node.kind ? "" : node.kind;
  }
}
