/** A plan as the core shows it, and a core that answers edits of it as the real one would. */
import { answer } from "../src/host/fake";
import type { Edit, ListedModel, Node, PlanInput, PlanProblem, View } from "../src/types/calls";

const NODE: Node = {
  at: "",
  parent: null,
  depth: 0,
  kind: "call",
  address: null,
  name: "",
  label: null,
  unit: null,
  units: null,
  owner: null,
  cost_centre: null,
  gl_account: null,
  load: null,
  zone: null,
  adoption: null,
  model: null,
  tier: null,
  answer: false,
  place: null,
  main: null,
  inputs: [],
  optional: [],
  sends: [],
  figures: null,
  contract: null,
  form: null,
};

function figures(cost: string, share: string, why: string, calls: string | null = "3.5") {
  return {
    calls,
    tokens_in: calls && "9657.4",
    estimated: why.startsWith("support.hard"),
    tokens_out: calls && "1615",
    cost,
    cost_exact: `${cost}1`,
    month: "4648.25",
    share,
    why,
    under: [],
    prices: [],
  };
}

function input(address: string, value: string, at: string, more: Partial<PlanInput> = {}) {
  const last = address.split(".").at(-1) ?? "";
  return {
    address,
    value,
    unit: "tokens",
    expected: "1008",
    source: null,
    as_of: null,
    owner: null,
    evidence: null,
    counted: null,
    guess: true,
    width: null,
    doubt: null,
    doubt_basis: null,
    cause: null,
    can_change: false,
    grows: null,
    follows: null,
    note: null,
    scalars: [],
    label: last.charAt(0).toUpperCase() + last.slice(1),
    at,
    optional: false,
    range: null,
    ...more,
  } satisfies PlanInput;
}

const TURN = "features/0/step/conversation/turn";

/** A conversation with a call and a retry around another, and a cost beside them. */
export function plan(): View {
  const nodes: Node[] = [
    {
      ...NODE,
      at: "features/0",
      kind: "feature",
      address: "support",
      name: "support",
      label: "Support",
      unit: "conversation",
      units: "conversations",
      adoption: "everyone",
      inputs: ["support.users", "support.each"],
      figures: figures("0.0870", "100.0", "support.month.unit-cost", "16.295"),
    },
    {
      ...NODE,
      at: "features/0/step",
      parent: "features/0",
      depth: 1,
      kind: "conversation",
      address: "support.conversation",
      name: "conversation",
      main: { address: "support.conversation.turns", text: "2..6 turns", guess: true },
      inputs: ["support.conversation.turns"],
      figures: figures("0.0650", "74.7", ""),
    },
    {
      ...NODE,
      at: `${TURN}/0`,
      parent: "features/0/step",
      depth: 2,
      address: "support.rewrite",
      name: "rewrite",
      model: "openai/gpt-5-nano",
      tier: "standard",
      main: { address: "support.rewrite.output", text: "30..60", guess: false },
      inputs: ["support.rewrite.output"],
      sends: [
        { part: "question", label: "The question", copies: null, tokens: "117", certainty: null },
      ],
      figures: figures("0.0000", "0.0", "support.rewrite.unit-cost"),
    },
    {
      ...NODE,
      at: `${TURN}/1`,
      parent: "features/0/step",
      depth: 2,
      kind: "retry",
      address: "support.retry",
      name: "retry",
      main: { address: "support.retry.attempts", text: "3 attempts", guess: true },
      inputs: ["support.retry.attempts", "support.retry.fails.timeout"],
      figures: figures("0.0650", "74.7", ""),
    },
    {
      ...NODE,
      at: `${TURN}/1/retry/step`,
      parent: `${TURN}/1`,
      depth: 3,
      address: "support.hard",
      name: "hard",
      label: "Hard answer",
      model: "openai/gpt-5.4",
      tier: "standard",
      answer: true,
      main: { address: "support.hard.output", text: "180..450", guess: true },
      inputs: ["support.hard.output"],
      optional: ["support.hard.reasoning"],
      sends: [
        { part: "question", label: "The question", copies: null, tokens: "117", certainty: null },
      ],
      figures: figures("0.0650", "74.7", "support.hard.unit-cost"),
    },
    {
      ...NODE,
      at: "other_costs/0",
      parent: "features/0",
      depth: 1,
      kind: "other-cost",
      address: "other-costs.human-review",
      name: "human-review",
      label: "human review",
      main: { address: "other-costs.human-review.share", text: "2% × $1.10", guess: true },
      inputs: ["other-costs.human-review.cost", "other-costs.human-review.share"],
      figures: figures("0.0220", "25.3", "other-costs.human-review.each", null),
    },
  ];
  return {
    project: 1,
    turn: 1,
    since: null,
    file: "support.forebill",
    read_only: null,
    undo: null,
    redo: null,
    select: null,
    name: "Support desk",
    starts: "2027-01",
    months: ["2027-01", "2027-02"],
    month: 1,
    nodes,
    parts: [
      {
        name: "question",
        label: "The question",
        role: "user",
        is_text: false,
        file: null,
        keep: true,
        tokens: "117",
        typed: "15..120",
        inputs: ["prompts.question.tokens"],
        optional: ["prompts.question.grows"],
        sent_by: [`${TURN}/0`, `${TURN}/1/retry/step`],
      },
    ],
    inputs: [
      input("prompts.question.tokens", "15..120", "prompts/question", { label: "Tokens" }),
      input("support.users", "60k ±10%", "features/0", { label: "Users" }),
      input("support.each", "0.6/month", "features/0"),
      input("support.conversation.turns", "2..6", "features/0/step"),
      input("support.rewrite.output", "30..60", `${TURN}/0`, { guess: false, source: "trace" }),
      input("support.retry.attempts", "3", `${TURN}/1`),
      input("support.retry.fails.timeout", "2%", `${TURN}/1`, { label: "Fails: timeout" }),
      input("support.hard.output", "180..450", `${TURN}/1/retry/step`, { range: ["180", "450"] }),
      input("other-costs.human-review.cost", "$1.10", "other_costs/0"),
      input("other-costs.human-review.share", "2%", "other_costs/0"),
    ],
    taught: [],
    problems: [],
    notes: [],
    figures: {
      currency: "USD",
      total: "74178",
      months: ["9000", "9504"],
      unit_decimals: 4,
      features: [
        {
          name: "support",
          label: "Support",
          unit: "conversation",
          decimals: 4,
          unit_cost: "0.0871",
          unit_costs: ["0.0860", "0.0870"],
          units: ["36000", "36000"],
          costs: [],
          unknown_costs: [
            {
              per: "seat-day",
              label: "seat and working day",
              lacks: "no users in this volume",
            },
          ],
          quality: null,
          naive_unit_cost: "0.0113",
          calls: "16.295",
          tokens_in: "46373",
          tokens_out: "2524",
          unused: "0.0076",
          drivers: [
            { driver: "base-prompt", label: "Base prompt", share: "70.7", cost: "0.0615" },
            { driver: "failed-attempts", label: "Failed attempts", share: "4.0", cost: "0.0035" },
            { driver: "other-costs", label: "Other costs", share: "25.3", cost: "0.0220" },
          ],
        },
      ],
    },
    stale: false,
    last: null,
    facts: { checked: "2026-11-20", pinned: 2, moved: 0, inputs: 10, guesses: 9 },
  };
}

/** The models of the book. */
export const MODELS: ListedModel[] = ["gpt-5-nano", "gpt-5.4", "gpt-5.4-mini"].map((model) => ({
  provider: "openai",
  model,
  name: null,
  context_tokens: null,
  rates: [
    { meter: "input", unit: "tokens", per_million: "2.5" },
    { meter: "output", unit: "tokens", per_million: "15" },
  ],
  tiers: ["standard", "batch"],
  provenance: { source: "https://example.com", checked: "2026-11-20", basis: "book" },
  rerouted: null,
  retired: null,
}));

/** A core that knows so much: numbers as typed, `0..` is a problem, `add` after a step, `remove`, `move`. */
export function core(view: View): Edit[] {
  const edits: Edit[] = [];
  let now = view;
  answer("prices.list", () => MODELS);
  answer("projects.saved", () => ({ at: "2026-11-22T10:42:07Z" }));
  answer("projects.keep", () => null);
  answer("projects.edit", ({ edit }) => {
    edits.push(edit);
    if (edit.edit === "add" && edit.place === "inside") {
      const code = "invalid_value" as const;
      throw { code, message: "`hard` is a call.", hint: "Put the step beside it.", at: null };
    }
    now = { ...edited(now, edit), turn: now.turn + 1 };
    return now;
  });
  return edits;
}

function edited(view: View, edit: Edit): View {
  if (edit.edit === "number") return numbered(view, edit.address, edit.text);
  if (edit.edit === "add") {
    const at = edit.at.replace(/\d+$/, (index) => String(Number(index) + 1));
    const beside = view.nodes.find((node) => node.at === edit.at)!;
    const added = { ...NODE, at, parent: beside.parent, depth: beside.depth, kind: edit.kind };
    const rest = view.nodes.filter((node) => !node.at.startsWith(at));
    const index = rest.indexOf(beside) + 1;
    const nodes = rest.toSpliced(index, 0, { ...added, name: "call-2" });
    return { ...view, nodes, select: at };
  }
  if (edit.edit === "remove") {
    const nodes = view.nodes.filter((node) => !`${node.at}/`.startsWith(`${edit.at}/`));
    return { ...view, nodes, select: view.nodes.find((node) => node.at === edit.at)!.parent };
  }
  if (edit.edit === "move" && (edit.by === "up" || edit.by === "down")) {
    return moved(view, edit.at, edit.by);
  }
  return { ...view, select: null };
}

/** A step and all in it change places with the one before or after it. */
function moved(view: View, at: string, by: "up" | "down"): View {
  const other = at.replace(/\d+$/, (index) => String(Number(index) + (by === "up" ? -1 : 1)));
  const isIn = (place: string, above: string): boolean => `${place}/`.startsWith(`${above}/`);
  if (!view.nodes.some((node) => node.at === other)) return { ...view, select: null };
  const now = (place: string): string => {
    if (isIn(place, at)) return other + place.slice(at.length);
    return isIn(place, other) ? at + place.slice(other.length) : place;
  };
  const [first, last] = by === "up" ? [other, at] : [at, other];
  const both = [last, first].flatMap((it) => view.nodes.filter((node) => isIn(node.at, it)));
  const from = view.nodes.findIndex((node) => node.at === first);
  const nodes = view.nodes
    .toSpliced(from, both.length, ...both)
    .map((node) => ({ ...node, at: now(node.at), parent: node.parent && now(node.parent) }));
  const inputs = view.inputs.map((it) => ({ ...it, at: now(it.at) }));
  return { ...view, nodes, inputs, select: now(at) };
}

function numbered(view: View, address: string, value: string): View {
  const inputs = view.inputs.map((it) => (it.address === address ? { ...it, value } : it));
  const nodes = view.nodes.map((node) =>
    node.main?.address === address ? { ...node, main: { ...node.main, text: value } } : node,
  );
  const at = view.inputs.find((it) => it.address === address)!.at;
  const problem: PlanProblem = {
    address,
    at,
    field: "output",
    message: "A range cannot start at 0.",
    hint: "Write 1..450.",
    meanwhile: "180..450",
  };
  const problems = value.startsWith("0") ? [problem] : [];
  return { ...view, inputs, nodes, problems, stale: problems.length > 0 };
}

/** A plan of so many calls, in chains of ten. */
export function large(calls: number): Node[] {
  const [feature, , call] = plan().nodes as [Node, Node, Node];
  const root = { ...feature, at: "features/0" };
  const found: Node[] = [
    root,
    { ...call, at: "features/0/step", kind: "chain", parent: root.at, depth: 1 },
  ];
  for (let index = 0; index < calls; index += 1) {
    const parent = `features/0/step/chain/${Math.floor(index / 10)}`;
    if (index % 10 === 0) {
      found.push({
        ...call,
        at: parent,
        kind: "chain",
        parent: "features/0/step",
        depth: 2,
        name: "",
      });
    }
    const own = { at: `${parent}/chain/${index % 10}`, name: `call-${index}`, parent, depth: 3 };
    found.push({ ...call, ...own });
  }
  return found;
}
