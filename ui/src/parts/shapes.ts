/** The drawing of each kind of node. */
import type { NodeKind } from "../types/calls";
import type { Shape } from "./Icon.svelte";

export const SHAPES: Readonly<Record<NodeKind, Shape>> = {
  feature: "feature",
  call: "call",
  chain: "chain",
  route: "route",
  retry: "retry",
  "fan-out": "fanout",
  conversation: "conversation",
  cascade: "cascade",
  until: "until",
  loop: "loop",
  "response-cache": "cache",
  tool: "tool",
  agent: "agent",
  "named-agent": "agent",
  "other-cost": "person",
  contract: "file",
};
