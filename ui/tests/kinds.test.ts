import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { whySum } from "../src/data/steps";
import { desk } from "../src/data/desk.svelte";
import { addItems, addedBeside, wrapItems, wrapping } from "../src/pages/outline";
import Plan from "../src/pages/Plan.svelte";
import { boxesOf } from "../src/parts/flame/boxes";
import { laidOut } from "../src/parts/canvas/layout";
import { listen } from "../src/text/keys";
import { rowsOf } from "../src/text/rows";
import { KINDS } from "../src/text/words";
import type { Edit, NodeKind } from "../src/types/calls";
import { violations } from "./axe";
import { kinds, placeOf } from "./kinds";
import { core } from "./outline";

afterAll(listen(window));
vi.setConfig({ testTimeout: 30_000 });

let edits: Edit[];

beforeEach(() => {
  edits = core(kinds());
  desk.view = kinds();
  desk.folded = new Set();
});

/** The page with the first step of a kind selected; its inspector. */
function open(kind: NodeKind): HTMLElement {
  desk.selected = placeOf(kind);
  render(Plan);
  return document.querySelector<HTMLElement>("aside")!;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((done) => setTimeout(done));
  await tick();
}

async function choose(label: string, value: string): Promise<void> {
  const of = document.querySelector<HTMLElement>("aside")!;
  await fireEvent.change(within(of).getByLabelText(label), { target: { value } });
  await settled();
}

async function click(name: string): Promise<void> {
  const of = document.querySelector<HTMLElement>("aside")!;
  await fireEvent.click(within(of).getByText(name));
  await settled();
}

/** The last edit without its place. */
function last(): unknown {
  return Object.fromEntries(Object.entries(edits.at(-1) ?? {}).filter(([key]) => key !== "at"));
}

test("every kind of step can be added and all but two be wrapped around another", () => {
  const route = kinds().nodes.find((node) => node.kind === "route");
  const ids = addItems(route).map(({ id }) => id);
  for (const { kind } of KINDS) {
    expect(ids).toContain(`inside ${kind}`);
    expect(ids).toContain(`after ${kind}`);
  }
  expect(KINDS).toHaveLength(12);
  const wrapped = wrapItems().map(({ id }) => id);
  expect(KINDS.map(({ kind }) => kind as string).filter((kind) => !wrapped.includes(kind))).toEqual(
    ["call", "tool"],
  );
  const tool = kinds().nodes.find((node) => node.kind === "tool");
  expect(addItems(tool).some(({ id }) => id.startsWith("inside"))).toBe(false);
  expect(addedBeside("agent", kinds().nodes)).toEqual({ edit: "add-agent", name: "agent" });
});

test("agents are rows of their own below the features, and say how often they are used", () => {
  open("named-agent");
  const rows = [...document.querySelectorAll<HTMLElement>("[role='row'][data-at]")];
  const said = rows.map((row) => row.textContent?.replaceAll(/\s+/g, " ").trim() ?? "");
  expect(said.at(-2)).toContain("scout Scout 1 use");
  expect(said.at(-1)).toContain("look Web search");
  expect(screen.getByText("Its figures stand where the agent is used.")).toBeTruthy();
});

test("a call says how its provider keeps its prompts, and what later turns send again", async () => {
  open("call");
  await choose("Keeps", "whole");
  expect(last()).toEqual({ edit: "step", field: "cache", value: "whole" });
  await choose("Keeps", "held");
  expect(last()).toEqual({ edit: "step", field: "cache", value: "held" });
  await click("later turns send its output again");
  expect(last()).toEqual({ edit: "step", field: "keep", value: "true" });
  await click("its reasoning is sent again as well");
  expect(last()).toEqual({ edit: "step", field: "keep-reasoning", value: "true" });
  await fireEvent.click(screen.getByRole("button", { name: "Part" }));
  await fireEvent.click(screen.getByText("What its steps left so far"));
  await settled();
  expect(last()).toEqual({ edit: "add-input", part: "context", copies: null });
});

test("a new part is named, counted and measured where it is added", async () => {
  const form = open("call");
  await fireEvent.click(within(form).getByRole("button", { name: "Part" }));
  await fireEvent.click(screen.getByText("A new part of so many tokens"));
  const name = within(form).getByLabelText<HTMLInputElement>("Name", { selector: "form *" });
  expect(document.activeElement).toBe(name);
  await fireEvent.input(name, { target: { value: "The page" } });
  await fireEvent.input(within(form).getByLabelText("How many"), { target: { value: "20" } });
  await fireEvent.input(within(form).getByLabelText("Tokens each"), { target: { value: "560" } });
  const before = edits.length;
  await fireEvent.click(within(form).getByRole("button", { name: "Add the part" }));
  await settled();
  expect(edits.slice(before)).toEqual([
    {
      edit: "send-part",
      at: placeOf("call"),
      name: "the-page",
      label: "The page",
      tokens: "560",
      copies: "20",
    },
  ]);
  expect(within(form).queryByLabelText("Tokens each")).toBeNull();
});

test("a route keeps its way, a conversation forgets, one copy runs first", async () => {
  open("route");
  await choose("Way chosen", "conversation");
  expect(last()).toEqual({ edit: "step", field: "sticky", value: "conversation" });
  desk.selected = placeOf("conversation");
  await settled();
  await choose("History", "summary");
  expect(last()).toEqual({ edit: "step", field: "history", value: "summary" });
  desk.selected = placeOf("fan-out");
  await settled();
  await click("one copy runs first, and the others find its prompt in the cache");
  expect(last()).toEqual({ edit: "step", field: "warm-first", value: "true" });
});

test("a branch says from when it is taken, and until when", async () => {
  const form = within(open("route"));
  const first = within(form.getByRole("group", { name: "Branch 1" }));
  expect(first.getByText("Branch 1: answer")).toBeTruthy();
  expect(first.getByLabelText<HTMLInputElement>("Until before").value).toBe("month 7");
  await fireEvent.change(first.getByLabelText("From"), { target: { value: "2027-03" } });
  await settled();
  expect(last()).toEqual({ edit: "branch", index: 0, field: "from", value: "2027-03" });
  await choose("Then takes", "part");
  expect(last()).toEqual({ edit: "branch", index: 0, field: "takes", value: "part" });
  const rest = within(form.getByRole("group", { name: "Branch 2" }));
  expect(rest.queryAllByRole("textbox")).toHaveLength(0);
  expect(await violations()).toEqual([]);
  expect(wrapping("features/0/step", "switch")).toEqual({ edit: "switch", at: "features/0/step" });
  expect(wrapping("features/0/step", "retry")).toEqual({
    edit: "wrap",
    at: "features/0/step",
    kind: "retry",
  });
});

test("the tiers of a cascade stand in its form, each with its numbers", async () => {
  const form = within(open("cascade"));
  const first = within(form.getByRole("group", { name: "Tier 1" }));
  expect(first.getByText("Tier 1: answer")).toBeTruthy();
  expect(first.getAllByRole("textbox")).toHaveLength(1);
  const second = within(form.getByRole("group", { name: "Tier 2" }));
  expect(second.getByText("Its answer stands.")).toBeTruthy();
  expect(second.queryByText("a judge")).toBeNull();
  await choose("Accepted", "judged");
  expect(last()).toEqual({ edit: "tier-form", tier: 0, form: "judged" });
  await click("a judge");
  expect(last()).toEqual({ edit: "add-judge", tier: 0 });
  await click("a tier before the last");
  expect(last()).toEqual({ edit: "add", place: "inside", kind: "call" });
  // What was refused is told in the form.
  expect(form.getByRole("alert").textContent).toContain("Put the step beside it.");
});

test("a response cache has hits of either kind, and what looks up and keeps", async () => {
  const form = within(open("response-cache"));
  await choose("Hits are", "traffic");
  expect(last()).toEqual({ edit: "step", field: "hits", value: "traffic" });
  expect(form.queryByText("an insertion")).toBeNull();
  await click("a look-up");
  expect(last()).toEqual({ edit: "add-lookup" });
});

test("a tool has a fee of its own or one of a price list, and returns a part", async () => {
  open("tool");
  await choose("One use costs", "list");
  expect(last()).toEqual({ edit: "step", field: "fee", value: "list" });
  await choose("Returns", "");
  expect(last()).toEqual({ edit: "step", field: "returns", value: "" });
  desk.selected = "agents/scout/step";
  await settled();
  await choose("One use is", "web_search");
  expect(last()).toEqual({ edit: "step", field: "meter", value: "web_search" });
});

test("a use of an agent says which, and an agent has its names", async () => {
  const form = within(open("agent"));
  await click("the user sees what it says");
  expect(last()).toEqual({ edit: "step", field: "answer", value: "true" });
  await fireEvent.input(form.getByLabelText("Deep at most"), { target: { value: "2" } });
  await fireEvent.change(form.getByLabelText("Deep at most"));
  await settled();
  expect(last()).toEqual({ edit: "step", field: "depth", value: "2" });
  desk.selected = placeOf("named-agent");
  await settled();
  const label = screen.getByLabelText("Label");
  await fireEvent.input(label, { target: { value: "Finder" } });
  await fireEvent.change(label);
  await settled();
  expect(last()).toEqual({ edit: "agent", name: "scout", field: "label", value: "Finder" });
});

test("hours of a feature's own are a weight each", async () => {
  const view = kinds();
  const even = Array.from({ length: 24 }, () => "1");
  view.nodes[0] = { ...view.nodes[0]!, load: even.join(" ") };
  edits = core(view);
  desk.view = view;
  const form = within(open("feature"));
  expect(form.getAllByRole("textbox", { name: /^Weight at / })).toHaveLength(24);
  await fireEvent.change(form.getByLabelText("Weight at 9:00"), { target: { value: "6" } });
  await settled();
  const value = even.with(9, "6").join(" ");
  expect(edits.at(-1)).toEqual({ edit: "feature", feature: 0, field: "load", value });
  expect(await violations(form.getByRole("group", { name: /^Weight of each hour/ }))).toEqual([]);
  await choose("Hours", "office hours");
  expect(last()).toMatchObject({ field: "load", value: "office hours" });
});

test("no form of a kind has an accessibility violation", async () => {
  const form = open("feature");
  for (const { kind, at } of kinds().nodes) {
    desk.selected = at;
    await settled();
    expect(await violations(form), kind).toEqual([]);
  }
});

test("the canvas and the flame know agents", () => {
  const view = kinds();
  const { cells } = laidOut(rowsOf(view.nodes, new Set()));
  const agent = cells.find(({ row }) => row.node.kind === "named-agent")!;
  expect(agent.isStrip).toBe(false);
  const paid = { driver: "output", label: "Output", unit: "0.1", month: "10", why: "w" };
  const steps = ["support.scout.look", "support.answer"].map((address) => ({
    address,
    month: "10",
    drivers: [paid],
    unused: null,
  }));
  const dollars = { total: "20", agreed: null, unused: null, steps };
  const boxes = boxesOf(view.nodes, dollars, "month", undefined);
  expect(boxes.some(({ key }) => key.startsWith("agents/"))).toBe(false);
  const used = boxes.find(({ key }) => key === placeOf("agent"))!;
  expect(boxes.filter(({ parent }) => parent === used).map(({ label }) => label)).toEqual([
    "Output",
  ]);
});

test("a use of an agent is explained step by step", () => {
  const { nodes } = kinds();
  const use = nodes.find((node) => node.kind === "agent")!;
  const under = [{ label: "look", cost: "0.25", why: "support.scout.look.unit-cost" }];
  const why = whySum(nodes, { ...use, figures: { ...use.figures!, under } }, "2027-01");
  expect(why.formula).toBe("support.scout.look.unit-cost");
  expect(why.operands.map(({ label, value }) => [label, value])).toEqual([["look", "0.25"]]);
});
