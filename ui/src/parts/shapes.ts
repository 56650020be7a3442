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
  cascade: "route",
  until: "retry",
  loop: "retry",
  "response-cache": "chain",
  tool: "call",
  agent: "feature",
  "other-cost": "person",
  contract: "file",
};
