/** What can be done in the outline: its commands by name and key, and what its menus offer. */
import { clips } from "../data/clips.svelte";
import { copying, freeName, holdsSteps, moving, removing } from "../data/steps";
import type { MenuItem } from "../parts/Menu.svelte";
import { find, obstacle, shown, type Command } from "../text/keys";
import { KINDS, isBeside, isRoot, nameOf } from "../text/words";
import type { Direction, Edit, Node, StepKind } from "../types/calls";

/** The page as its commands see it. */
export interface Outlined {
  /** The selected node. */
  node: () => Node | undefined;
  /** Why nothing can be changed. */
  readOnly: () => string | null;
  /** Has an edit of the node at a place made, wherever it is when its turn comes. */
  change: (at: string, make: (node: Node) => Edit) => void;
  openMenu: (of: "add" | "wrap") => void;
  editMain: () => void;
  rename: () => void;
  /** Takes the focus to the inputs of the selected node. */
  toInputs: () => void;
  why: (node: Node) => void;
}

/** Every command of the outline. */
export function commandsOf(page: Outlined): Command[] {
  const { node } = page;

  const onNode = (): true | string => page.readOnly() ?? (node() ? true : "Select a row first");
  const onStep = (): true | string => {
    const selected = node();
    const isStep = !selected || !(isRoot(selected) || isBeside(selected));
    return isStep ? onNode() : (page.readOnly() ?? "Only steps can do this");
  };
  const onCopied = (): true | string => {
    const selected = node();
    if (!selected || !isBeside(selected)) return onNode();
    return page.readOnly() ?? "Costs and contracts are not copied";
  };
  const onOrdered = (): true | string => {
    const selected = node();
    if (!selected || !(isBeside(selected) || selected.kind === "named-agent")) return onNode();
    return page.readOnly() ?? "Agents, costs and contracts have no order";
  };
  const onHolding = (): true | string => {
    const kind = node()?.kind;
    return kind === "call" || kind === "tool" ? `A ${kind} holds no steps` : onStep();
  };
  const onNumbered = (): true | string => {
    const isThere = node()?.kind === "feature" || node()?.main?.address;
    return page.readOnly() ?? (isThere ? true : "This row has no number of its own");
  };

  const command = (
    id: string,
    title: string,
    keys: string | undefined,
    when: () => true | string,
    run: (node: Node) => void,
  ): Command => ({
    id: `plan.${id}`,
    title,
    place: "Plan",
    keys,
    when,
    run: () => {
      const selected = node();
      if (selected) run(selected);
    },
  });
  const change =
    (make: (node: Node) => Edit) =>
    ({ at }: Node): void =>
      page.change(at, make);
  const move = (by: Direction) => change((it) => moving(it, by));

  return [
    command("add", "Add a step…", "Ins", onNode, () => page.openMenu("add")),
    // Its key is Enter, which belongs to whatever has the focus: the outline hears it itself.
    command("edit", "Edit the main input", undefined, onNumbered, page.editMain),
    command("inputs", "Go to all of its inputs", "Ctrl Enter", onNode, page.toInputs),
    command(
      "rename",
      "Rename",
      "F2",
      () => (node()?.kind === "chain" ? "A chain has no name" : onNode()),
      page.rename,
    ),
    command("wrap", "Wrap in a route, a retry…", "W", onStep, () => page.openMenu("wrap")),
    command(
      "unwrap",
      "Unwrap",
      undefined,
      onHolding,
      change(({ at }) => ({ edit: "unwrap", at })),
    ),
    command("copy", "Duplicate", "Ctrl D", onCopied, change(copying)),
    command(
      "clip",
      "Copy as text",
      "Ctrl Shift C",
      () => {
        const selected = node();
        if (!selected) return "Select a row first";
        return isBeside(selected) ? "Only steps and features are copied" : true;
      },
      (it) => void clips.copy(it.at, nameOf(it)),
    ),
    {
      id: "plan.paste",
      title: "Paste steps…",
      place: "Plan",
      keys: "Ctrl Shift V",
      when: () => page.readOnly() ?? true,
      run: () => {
        const selected = node();
        const isStep = selected && selected.kind !== "feature" && !isBeside(selected);
        clips.ask(isStep ? selected.at : null);
      },
    },
    command("delete", "Delete", "Del", onNode, change(removing)),
    command("up", "Move up", "Alt ↑", onOrdered, move("up")),
    command("down", "Move down", "Alt ↓", onOrdered, move("down")),
    command("in", "Move into the step before", "Alt →", onStep, move("in")),
    command("out", "Move out", "Alt ←", onStep, move("out")),
    command(
      "why",
      "Why this figure",
      "?",
      () => (node()?.figures || node()?.contract?.why ? true : "There is no figure yet"),
      page.why,
    ),
  ];
}

/** What its keys do, for the line below it. */
export const HINTS: readonly [keys: string, does: string][] = [
  ["↑ ↓", "walk"],
  ["← →", "fold"],
  ["Enter", "edit"],
  ["Ctrl Enter", "inputs"],
  ["Ins", "add"],
  ["W", "wrap"],
  ["Alt ↑ ↓ ← →", "move"],
  ["?", "why"],
];

/** What the context menu has, in its groups. */
const CONTEXT: readonly [group: string, commands: readonly string[]][] = [
  ["Change", ["edit", "inputs", "rename"]],
  ["Steps", ["add", "wrap", "unwrap", "copy", "clip", "paste", "delete"]],
  ["Move", ["up", "down", "in", "out"]],
  ["Ask", ["why"]],
];

/** The context menu of the selected row. */
export function contextItems(): MenuItem[] {
  return CONTEXT.flatMap(([group, ids]) =>
    ids.flatMap((name) => {
      const command = find(`plan.${name}`);
      if (!command) return [];
      const keys = name === "edit" ? "Enter" : shown(command);
      return [{ id: command.id, label: command.title, keys, why: obstacle(command), group }];
    }),
  );
}

/** What a step can be wrapped in, by kind. */
export function wrapItems(): MenuItem[] {
  const around = KINDS.filter(({ kind }) => kind !== "call" && kind !== "tool");
  return [
    ...around.map((it) => ({ id: it.kind, label: `${it.word}, ${it.says}` })),
    { id: SWITCH, label: "Switch, to another model from mid-plan on" },
  ];
}

/** What wraps a step and a copy of it in a route by date. */
const SWITCH = "switch";

/** The edit of something that a step was wrapped in. */
export function wrapping(at: string, id: string): Edit {
  return id === SWITCH ? { edit: "switch", at } : { edit: "wrap", at, kind: id as StepKind };
}

/** What adds a node beside all others: `feature`, `agent`, `cost`, `contract`. */
export function addedBeside(id: string, nodes: readonly Node[]): Edit | null {
  const names = nodes.map((it) => it.name);
  if (id === "feature") return { edit: "add-feature", name: freeName("feature", names) };
  if (id === "agent") return { edit: "add-agent", name: freeName("agent", names) };
  if (id === "contract") return { edit: "add-contract", name: freeName("contract", names) };
  if (id !== "cost") return null;
  const taken = nodes.map((it) => it.label ?? "");
  return { edit: "add-other-cost", name: freeName("other cost", taken, " ") };
}

/** What can be added at a node: `after call`, `inside route`, `feature`, `cost`. */
export function addItems(node: Node | undefined): MenuItem[] {
  const kinds = (place: "inside" | "after", group: string): MenuItem[] =>
    KINDS.map(({ kind, word, says }) => ({
      id: `${place} ${kind}`,
      label: `${word}, ${says}`,
      group,
    }));
  const isStep = node && !isRoot(node) && !isBeside(node);
  return [
    ...(node && holdsSteps(node) ? kinds("inside", `Inside ${nameOf(node)}`) : []),
    ...(isStep ? kinds("after", `After ${nameOf(node)}`) : []),
    { id: "feature", label: "Feature, with users of its own", group: "In the plan" },
    { id: "agent", label: "Agent, for several places to use", group: "In the plan" },
    { id: "template", label: "Features of a template…", group: "In the plan" },
    { id: "cost", label: "Cost beside the model calls", group: "In the plan" },
    { id: "contract", label: "Contract with a seller", group: "In the plan" },
  ];
}
