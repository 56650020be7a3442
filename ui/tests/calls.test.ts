import { fireEvent, render, screen } from "@testing-library/svelte";
import { EditorView } from "@codemirror/view";
import { beforeEach, expect, test, vi } from "vitest";
// Loaded before, for the first load of the editor takes its time.
import "../src/parts/codemirror";
import { planCalls, receiver } from "../src/data/calls.svelte";
import { desk } from "../src/data/desk.svelte";
import { emptyScratch, scratch } from "../src/data/prompts.svelte";
import { beginning } from "../src/data/start.svelte";
import { answer, refuse } from "../src/host/fake";
import PlanPrompts from "../src/pages/PlanPrompts.svelte";
import type { Node, Part, View } from "../src/types/calls";
import { answerPrompts, priceTable } from "./fixtures";
import { opened, view } from "./plan";

const CALL = {
  at: "features/0/step",
  parent: "features/0",
  depth: 1,
  kind: "call",
  address: "support.easy",
  name: "easy",
  label: null,
  model: "openai/gpt-5.4-mini",
  tier: null,
  answer: true,
  place: null,
  main: null,
  inputs: [],
  optional: [],
  sends: [
    { part: "system", label: "System", copies: null, tokens: "3", certainty: null },
    { part: "history", label: "History", copies: null, tokens: "625", certainty: null },
    { part: "article", label: "Article", copies: "4", tokens: "2403", certainty: null },
  ],
  figures: null,
} as unknown as Node;

function part(about: Partial<Part>): Part {
  return {
    name: "",
    label: "",
    role: "system",
    is_text: false,
    file: null,
    keep: false,
    tokens: null,
    typed: null,
    inputs: [],
    optional: [],
    sent_by: [],
    ...about,
  };
}

const PARTS = [
  part({ name: "system", file: "prompts/system.md", is_text: true }),
  part({ name: "article", label: "Article", role: "retrieved", typed: "350..900" }),
];

let texts: Record<string, string>;

function now(about: Partial<View> = {}): View {
  return view({ nodes: [CALL], parts: PARTS, ...about });
}

beforeEach(async () => {
  texts = { system: "You are kind" };
  answer("projects.open", () => opened({ nodes: [CALL], parts: PARTS }));
  answer("projects.text", ({ part }) => ({ text: texts[part] ?? "" }));
  answer("projects.keep", () => null);
  answer("projects.saved", () => ({ at: "2026-11-22T10:42:00Z" }));
  answerPrompts();
  emptyScratch();
  beginning.prompt = "";
  desk.view = null;
  desk.call = null;
  await planCalls.follow(null);
});

async function open(): Promise<void> {
  await desk.open("a.forebill");
  await planCalls.follow(desk.view);
}

test("a call has its parts: texts, history, and lengths as typed", async () => {
  await open();
  expect(planCalls.shown).toEqual([
    {
      id: "features/0/step",
      label: "support › easy",
      model: "openai/gpt-5.4-mini",
      output: "0",
      reasoning: undefined,
      parts: [
        { id: "system", label: "system.md", sent: "system, every call", text: "You are kind" },
        {
          id: "history",
          label: "History",
          sent: "what was said before",
          size: "625",
          computed: true,
        },
        { id: "article", label: "Article", sent: "retrieved", size: "350..900", copies: "4" },
      ],
    },
  ]);
  expect(planCalls.marks).toEqual({ "openai/gpt-5.4-mini": "easy" });
});

test("what the editor wrote is no news to it, what undo wrote is", async () => {
  await open();
  const before = planCalls.revision;
  answer("projects.write_text", ({ part, text }) => {
    texts[part] = text;
    return now();
  });
  planCalls.write("system", "You are kinder");
  await planCalls.flush();
  await planCalls.follow(desk.view);
  expect(planCalls.revision).toBe(before);
  texts["system"] = "You are kind";
  await planCalls.follow(now());
  expect(planCalls.revision).toBe(before + 1);
  expect(planCalls.shown[0]?.parts[0]?.text).toBe("You are kind");
});

test("a text read before the last key does not come over it", async () => {
  await open();
  const before = planCalls.revision;
  const reads: (() => void)[] = [];
  answer(
    "projects.text",
    () => new Promise((resolve) => reads.push(() => resolve({ text: "You are" }))),
  );
  const load = planCalls.follow(desk.view);
  answer("projects.write_text", () => now());
  await vi.waitFor(() => expect(reads.length).toBe(1));
  planCalls.write("system", "You are kinder");
  reads[0]!();
  await Promise.all([load, planCalls.flush()]);
  expect(planCalls.revision).toBe(before);
  expect(planCalls.shown[0]?.parts[0]?.text).toBe("You are kinder");
});

test("a refused text goes back to what the plan has", async () => {
  await open();
  refuse("projects.write_text", { code: "read_only", message: "No.", hint: "", at: null } as never);
  planCalls.write("system", "You are kinder");
  await planCalls.flush();
  expect(planCalls.shown[0]?.parts[0]?.text).toBe("You are kind");
});

test("what is typed reaches the plan once the fingers rest", async () => {
  await open();
  const written = vi.fn(({ part, text }) => {
    texts[part] = text;
    return now();
  });
  answer("projects.write_text", written);
  for (const text of ["You are kind a", "You are kind an", "You are kind and"]) {
    planCalls.write("system", text);
    expect(planCalls.shown[0]?.parts[0]?.text).toBe(text);
  }
  await vi.waitFor(() => expect(written).toHaveBeenCalledOnce());
  expect(texts["system"]).toBe("You are kind and");
});

test("what is typed into one plan does not reach another that has a part of the same name", async () => {
  await open();
  const written = vi.fn(({ project }) => now({ project }));
  answer("projects.write_text", written);
  planCalls.write("system", "You are kinder");
  answer("projects.open", () => opened({ project: 2, nodes: [CALL], parts: PARTS }));
  answer("projects.close", () => null);
  texts = { system: "You are brief" };
  await desk.open("other.forebill");
  await planCalls.follow(desk.view);
  expect(written.mock.calls).toEqual([
    [{ project: 1, part: "system", text: "You are kinder", calls: null, output: null }],
  ]);
  expect(planCalls.shown[0]?.parts[0]?.text).toBe("You are brief");
  planCalls.write("system", "You are brief and kind");
  await planCalls.flush();
  expect(written.mock.lastCall?.[0]).toMatchObject({ project: 2, text: "You are brief and kind" });
});

test("a page that is left, and a window that closes, give the plan what was typed", async () => {
  await open();
  const written = vi.fn(({ text }) => text);
  answer("projects.write_text", (args) => {
    written(args);
    return now();
  });
  const { unmount } = render(PlanPrompts);
  const view = EditorView.findFromDOM(await screen.findByRole("textbox", { name: "system.md" }))!;
  view.dispatch({ changes: { from: 0, insert: "Hello. " } });
  unmount();
  await vi.waitFor(() =>
    expect(written).toHaveBeenCalledWith(
      expect.objectContaining({ part: "system", text: "Hello. You are kind" }),
    ),
  );
});

test("a text that is still to come is said to be", async () => {
  answer("projects.text", () => new Promise(() => {}));
  await desk.open("a.forebill");
  render(PlanPrompts);
  expect(await screen.findByText("Reading the text")).toBeTruthy();
  expect(screen.queryByRole("textbox", { name: "system.md" })).toBeNull();
});

test("what is pasted beside all fields is the scratch text, also while a plan is open", async () => {
  await open();
  render(PlanPrompts);
  await screen.findByRole("textbox", { name: "system.md" });
  const paste = new Event("paste", { bubbles: true, cancelable: true });
  Object.assign(paste, { clipboardData: { getData: () => "Be brief" } });
  document.body.dispatchEvent(paste);
  expect(scratch.text).toBe("Be brief");
  expect(await screen.findByRole("textbox", { name: "Scratch text" })).toBeTruthy();
});

test("a new text becomes a part of a call, under a name of its own", async () => {
  await open();
  const written = vi.fn(() => now());
  answer("projects.write_text", written);
  for (const [label, part] of [
    ["System.md", "system-2"],
    ["history.txt", "history-2"],
    ["2024 退款", "prompt"],
  ]) {
    expect(await planCalls.add("Be brief", label!, "features/0/step", null)).toBe(true);
    const added = { part, text: "Be brief", calls: ["features/0/step"], output: null };
    expect(written).toHaveBeenLastCalledWith({ project: 1, ...added });
  }
  expect(receiver(now())).toBe("features/0/step");
});

test("a scratch text takes the answer's length along in one change, once somebody typed one", async () => {
  await open();
  const outputs: (string | null)[] = [];
  answer("projects.write_text", ({ output }) => {
    outputs.push(output);
    return now();
  });
  // No test says how an edit is answered: the text and its length are one call.
  const added = async (output: string | undefined) => {
    Object.assign(scratch, { text: "Be brief", output });
    desk.choose("");
    const { unmount } = render(PlanPrompts);
    await screen.findByRole("textbox", { name: "Scratch text" });
    screen.getByRole("button", { name: /^Add to the plan/ }).click();
    await screen.findByRole("textbox", { name: "system.md" });
    unmount();
  };
  await added(undefined);
  await added("1.2k");
  expect(outputs).toEqual([null, "1.2k"]);
  expect(scratch.output).toBeUndefined();
  expect(desk.refusal).toBeNull();
});

test("a request is as long in the plan as it was counted, and undo leads to its words", async () => {
  await open();
  const steps: unknown[] = [];
  answer("projects.write_text", ({ part, text }) => {
    steps.push([part, text]);
    return now();
  });
  answer("projects.edit", ({ edit }) => {
    steps.push(edit);
    return now();
  });
  const length = {
    value: "926 ±6%",
    source: "a pasted request",
    as_of: "2026-11-20",
    counted: "claude-newer ±6%",
  };
  expect(await planCalls.add("{}", "chat.json", "features/0/step", null, length)).toBe(true);
  expect(steps).toEqual([
    ["chat", "{}"],
    { edit: "part", name: "chat", field: "role", value: "system" },
    { edit: "measured", name: "chat", ...length, counted: "claude-newer ±6%" },
  ]);
});

test("a scratch text stays one while the answer's length is no number", async () => {
  await open();
  const at = { file: null, line: null, column: null, address: "output" };
  const wrong = { code: "invalid_value" as const, message: "`40..` ends early.", hint: "", at };
  answer("prompts.table", (of) => {
    if (of.output === "40..") throw wrong;
    return priceTable(of);
  });
  const written = vi.fn(() => now());
  answer("projects.write_text", written);
  Object.assign(scratch, { text: "Be brief", output: "40.." });
  desk.choose("");
  render(PlanPrompts);
  const add = await screen.findByRole("button", { name: /^Add to the plan/ });
  await vi.waitFor(() => expect(add.getAttribute("aria-disabled")).toBe("true"));
  add.click();
  expect(written).not.toHaveBeenCalled();
  expect(scratch.text).toBe("Be brief");
  await fireEvent.input(screen.getByLabelText("Answer length"), { target: { value: "40..90" } });
  await vi.waitFor(() => expect(add.getAttribute("aria-disabled")).not.toBe("true"));
});

test("a text that the plan refuses stays in the scratch, and so does its length", async () => {
  await open();
  refuse("projects.write_text", { code: "read_only", message: "No.", hint: "", at: null } as never);
  Object.assign(scratch, { text: "Be brief", output: "90" });
  desk.choose("");
  render(PlanPrompts);
  (await screen.findByRole("button", { name: /^Add to the plan/ })).click();
  await vi.waitFor(() => expect(desk.refusal?.message).toBe("No."));
  expect([scratch.text, scratch.output]).toEqual(["Be brief", "90"]);
});

test("the answer's length of a call is an input of the plan", async () => {
  await open();
  const edits = vi.fn();
  answer("projects.edit", ({ edit }) => {
    edits(edit);
    return now();
  });
  render(PlanPrompts);
  const field = await screen.findByLabelText("Answer length");
  await fireEvent.input(field, { target: { value: "1.2k" } });
  await fireEvent.change(field);
  await vi.waitFor(() =>
    expect(edits).toHaveBeenCalledWith({
      edit: "number",
      address: "support.easy.output",
      text: "1.2k",
    }),
  );
});

test("the page shows the plan's call, and the scratch text where there is no plan", async () => {
  await open();
  const { unmount } = render(PlanPrompts);
  const box = await screen.findByRole("textbox", { name: "system.md" });
  expect(EditorView.findFromDOM(box)?.state.doc.toString()).toBe("You are kind");
  unmount();
  desk.view = null;
  desk.call = null;
  scratch.text = "You help.";
  render(PlanPrompts);
  await screen.findByRole("textbox", { name: "Scratch text" });
  screen.getByRole("button", { name: /^Add to a plan/ }).click();
  expect(beginning.prompt).toBe("You help.");
  expect(desk.place).toBe("start");
});
