/** A plan with a step of every kind, as the core shows it. */
import type { Node, NodeKind, PlanInput, StepForm, View } from "../src/types/calls";
import { plan } from "./outline";

const METERS = ["web_search", "page"];

type Said = readonly [kind: NodeKind, name: string, form: StepForm | null, numbers: string[]];

const CALL: StepForm = {
  of: "call",
  keep: false,
  keep_reasoning: false,
  cache: null,
  in_conversation: true,
  in_context: true,
};

const SAID: readonly Said[] = [
  ["call", "answer", CALL, ["output"]],
  [
    "route",
    "route",
    {
      of: "route",
      sticky: "turn",
      in_conversation: true,
      branches: [
        { at: "features/0/step/chain/0", takes: "all", from: "", until: "month 7" },
        { at: "features/0/step/chain/8", takes: "rest", from: "", until: "" },
      ],
    },
    ["share"],
  ],
  ["fan-out", "fan-out", { of: "fan-out", warm_first: false }, ["copies"]],
  ["conversation", "talk", { of: "conversation", history: "full" }, ["turns"]],
  [
    "cascade",
    "cascade",
    {
      of: "cascade",
      tiers: [
        { at: "features/0/step/chain/0", judge: null, is_judged: false },
        { at: "features/0/step/chain/8", judge: null, is_judged: false },
      ],
    },
    ["tier-1.accepts"],
  ],
  ["until", "until", null, ["rounds", "accepts"]],
  ["loop", "loop", null, ["steps"]],
  [
    "response-cache",
    "response-cache",
    { of: "response-cache", from_traffic: false, lookup: false, insert: true },
    ["hits"],
  ],
  [
    "tool",
    "search",
    { of: "tool", list: null, meter: null, meters: METERS, returns: "question" },
    ["fee"],
  ],
  ["agent", "scout", { of: "agent", agent: "scout", depth: null, calls: [] }, []],
];

/** Everything under one chain, and below it the agent that one of them uses. */
export function kinds(): View {
  const view = plan();
  const [feature] = view.nodes;
  const like: Node = { ...feature!, unit: null, units: null, adoption: null, load: null };
  const inputs: PlanInput[] = [];
  const step = ([kind, name, form, numbers]: Said, index: number): Node => {
    const at = `features/0/step/chain/${index}`;
    const addresses = numbers.map((number) => `support.${name}.${number}`);
    inputs.push(...addresses.map((address) => ({ ...view.inputs[0]!, address, at })));
    return {
      ...like,
      at,
      parent: "features/0/step",
      depth: 2,
      kind,
      address: `support.${name}`,
      name,
      label: null,
      form,
      inputs: addresses,
      model: kind === "call" ? "openai/gpt-5.4" : null,
      tier: kind === "call" ? "standard" : null,
    };
  };
  const chain: Node = {
    ...like,
    at: "features/0/step",
    parent: "features/0",
    depth: 1,
    kind: "chain",
    address: null,
    name: "",
    label: null,
    inputs: [],
  };
  const agent: Node = {
    ...like,
    at: "agents/scout",
    kind: "named-agent",
    address: "agents.scout",
    name: "scout",
    label: "Scout",
    inputs: [],
    figures: null,
    form: { of: "named-agent", uses: 1 },
  };
  const inside: Node = {
    ...like,
    at: "agents/scout/step",
    parent: "agents/scout",
    depth: 1,
    kind: "tool",
    address: "agents.scout.look",
    name: "look",
    label: "Web search",
    inputs: [],
    figures: null,
    form: { of: "tool", list: "openai/gpt-5.4", meter: "page", meters: METERS, returns: null },
  };
  return {
    ...view,
    nodes: [feature!, chain, ...SAID.map(step), agent, inside],
    inputs: [...view.inputs, ...inputs],
  };
}

/** The place of the first step of a kind. */
export function placeOf(kind: NodeKind): string {
  return kinds().nodes.find((node) => node.kind === kind)!.at;
}
