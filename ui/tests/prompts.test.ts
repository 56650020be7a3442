import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { EditorView } from "@codemirror/view";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
// Loaded before, for the first load of the editor takes its time.
import "../src/parts/codemirror";
import { openScratch, scratch, showImported, type ShownCall } from "../src/data/prompts.svelte";
import { answer, refuse } from "../src/host/fake";
import Prompts from "../src/pages/Prompts.svelte";
import { listen } from "../src/text/keys";
import { violations } from "./axe";
import { answerPrompts, boundaries, change, held, priceTable } from "./fixtures";

afterAll(listen(window));
beforeEach(() => {
  answerPrompts();
  Object.assign(scratch, {
    text: "",
    label: "Scratch text",
    imported: undefined,
    output: undefined,
    revision: 0,
  });
});

const CALL: ShownCall = {
  id: "support.easy",
  label: "support › easy",
  model: "openai/mini",
  output: "300",
  parts: [
    { id: "system", label: "system.md", sent: "system, every call", text: "You are kind" },
    { id: "article", label: "article", sent: "retrieved", size: "350", copies: "4" },
  ],
};

async function editor(label: string): Promise<EditorView> {
  const box = await screen.findByRole("textbox", { name: label });
  return EditorView.findFromDOM(box)!;
}

function type(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: view.state.doc.length, insert: text } });
}

function tints(): string[] {
  return [...document.querySelectorAll(".text .tok")].map((it) => it.textContent);
}

test("without a plan a pasted text is counted, tinted and priced", async () => {
  render(Prompts);
  expect(screen.getByText("What does this text cost, where?")).toBeTruthy();
  expect(screen.getByText(/^Paste a prompt below/)).toBeTruthy();
  type(await editor("Scratch text"), "one two three four five");
  expect(
    await screen.findByText(
      "5 tokens a call in o200k; the cheapest model takes <$0.01 per 1,000 calls",
    ),
  ).toBeTruthy();
  await waitFor(() => expect(tints()).toEqual([" two", " four"]));
  expect(document.querySelector(".cm-tokens")?.textContent).toContain("5");
  expect(scratch.text).toBe("one two three four five");
});

test("the page has no violation, with a scratch text and with a call of the plan", async () => {
  scratch.text = "one two";
  const { rerender } = render(Prompts, { calls: [CALL] });
  await editor("Scratch text");
  await screen.findByRole("grid", { name: "Models" });
  expect(await violations()).toEqual([]);
  await rerender({ calls: [CALL], callId: CALL.id });
  expect(await violations()).toEqual([]);
});

test("tints stay at their words while an edit is counted, and an older answer is dropped", async () => {
  scratch.text = "one two three";
  render(Prompts);
  const view = await editor("Scratch text");
  await waitFor(() => expect(tints()).toEqual([" two"]));
  const answers: (() => void)[] = [];
  answer(
    "prompts.boundaries",
    ({ handle, counted_as }) =>
      new Promise((resolve) => {
        const now = boundaries(handle, counted_as);
        answers.push(() => resolve(now));
      }),
  );
  view.dispatch({ changes: { from: 0, insert: "zero " } });
  expect(tints()).toEqual([" two"]);
  await waitFor(() => expect(answers.length).toBe(1));
  type(view, " four");
  answers.shift()!();
  await waitFor(() => expect(answers.length).toBe(1));
  expect(tints()).toEqual([" two"]);
  answers.shift()!();
  await waitFor(() => expect(tints()).toEqual([" one", " three"]));
});

test("Ctrl Z undoes in the editor, and takes nothing else back when there is no more", async () => {
  render(Prompts);
  const view = await editor("Scratch text");
  const window = vi.fn();
  addEventListener("keydown", (event) => event.defaultPrevented || window());
  type(view, "one");
  const press = (key: string, shiftKey = false) =>
    fireEvent.keyDown(view.contentDOM, {
      key,
      keyCode: key.toUpperCase().charCodeAt(0),
      ctrlKey: true,
      shiftKey,
    });
  await press("z");
  expect(view.state.doc.toString()).toBe("");
  await press("y");
  expect(view.state.doc.toString()).toBe("one");
  await press("z");
  await press("z");
  await press("Z", true);
  expect(view.state.doc.toString()).toBe("one");
  expect(window).not.toHaveBeenCalled();
});

test("a text from a file takes the place of the scratch text; undo leads back", async () => {
  scratch.text = "mine";
  render(Prompts);
  const view = await editor("Scratch text");
  openScratch("theirs", "notes.md");
  await waitFor(() => expect(view.state.doc.toString()).toBe("theirs"));
  expect(screen.getByRole("heading", { name: "notes.md" })).toBeTruthy();
  await fireEvent.keyDown(view.contentDOM, { key: "z", ctrlKey: true });
  expect(scratch.text).toBe("mine");
});

test("line ends stay what they are, and control characters are seen", async () => {
  scratch.text = "one\r\ntwo\u0007";
  render(Prompts);
  const view = await editor("Scratch text");
  expect(view.state.doc.toString()).toBe("one\r\ntwo\u0007");
  expect(view.state.doc.lines).toBe(2);
  expect([...document.querySelectorAll(".cm-unseen")].map((it) => it.textContent)).toEqual([
    "␍",
    "␇",
  ]);
});

test("a model that is not OpenAI's is an estimate without tints, and says so", async () => {
  scratch.text = "one two three";
  render(Prompts);
  await editor("Scratch text");
  await waitFor(() => expect(tints()).toEqual([" two"]));
  await fireEvent.click(await screen.findByText("opus"));
  expect(await screen.findByText(/^claude-newer is an estimate/)).toBeTruthy();
  expect(tints()).toEqual([]);
  expect(screen.getByText(/^about 6 tokens a call/)).toBeTruthy();
  expect(screen.getByRole("columnheader", { name: "Tokens, claude-newer" })).toBeTruthy();
});

test("a call of the plan shows its parts; its texts are edited, its lengths are shown as typed", async () => {
  const [system, article] = CALL.parts as [ShownCall["parts"][0], ShownCall["parts"][0]];
  const onedit = vi.fn((_: string, text: string) =>
    rerender({ calls: [{ ...CALL, parts: [{ ...system, text }, article] }] }),
  );
  const { rerender } = render(Prompts, {
    calls: [CALL],
    callId: CALL.id,
    onedit,
    marks: { "openai/mini": "easy" },
  });
  expect(
    await screen.findByText(
      "about 1,403 tokens a call on mini; the cheapest model takes <$0.01 per 1,000 calls",
    ),
  ).toBeTruthy();
  const rows = screen.getAllByRole("row").slice(1, 4);
  const words = (row: HTMLElement) =>
    [...row.children].map((cell) => cell.textContent?.trim().replace(/\s/g, " ")).join(" ");
  expect(rows.map(words)).toEqual([
    "system.md counted system, every call 3 0.2 %",
    "article ×4 350 retrieved 1,400 99.8 %",
    "One call 1,403 100.0 %",
  ]);
  type(await editor("system.md"), " today");
  expect(onedit).toHaveBeenLastCalledWith("system", "You are kind today");
  expect(await screen.findByText(/^about 1,404 tokens a call/)).toBeTruthy();
  expect(screen.getByRole("row", { selected: true }).textContent).toContain("easy");
});

test("a call is exact only where all of it is counted", async () => {
  const [system] = CALL.parts as [ShownCall["parts"][0]];
  const view = render(Prompts, { calls: [CALL], callId: CALL.id });
  expect((await screen.findAllByText("part typed")).length).toBeGreaterThan(0);
  expect(screen.queryByText("exact")).toBeNull();
  expect(document.querySelector("[role=row] .solid")).toBeNull();
  await view.rerender({ calls: [{ ...CALL, parts: [system] }] });
  expect((await screen.findAllByText("exact")).length).toBeGreaterThan(0);
  expect(screen.queryByText("part typed")).toBeNull();
});

test("a text of the plan that was undone elsewhere is shown as it is now", async () => {
  const { rerender } = render(Prompts, { calls: [CALL], callId: CALL.id });
  const view = await editor("system.md");
  type(view, " today");
  const [system, article] = CALL.parts as [ShownCall["parts"][0], ShownCall["parts"][0]];
  const undone = { ...CALL, parts: [{ ...system, text: "You were" }, article] };
  await rerender({ calls: [undone], callId: CALL.id, revision: 1 });
  expect(view.state.doc.toString()).toBe("You were");
});

test("the scratch text can be added to the plan, a call of the plan is there already", async () => {
  const onadd = vi.fn();
  scratch.text = "one two";
  const { rerender } = render(Prompts, { calls: [CALL], onadd });
  await fireEvent.keyDown(document.body, { key: "Enter", ctrlKey: true });
  expect(onadd).toHaveBeenLastCalledWith(CALL.id);
  await rerender({ calls: [CALL], callId: CALL.id, onadd });
  expect(screen.getByRole("button", { name: /^Add to the plan/ }).textContent).toContain(
    "in the plan already",
  );
});

test("the answer's length is read as typed; while it is wrong, prices say what they use", async () => {
  scratch.text = "one";
  render(Prompts);
  expect(await screen.findByText(/^1 token a call/)).toBeTruthy();
  const asked = vi.fn(priceTable);
  answer("prompts.table", asked);
  const field = screen.getByLabelText("Answer length");
  await fireEvent.input(field, { target: { value: "450" } });
  await waitFor(() =>
    expect(asked).toHaveBeenCalledWith(expect.objectContaining({ output: "450" })),
  );
  refuse("prompts.table", {
    code: "invalid_value",
    message: "`lots` is not a number of tokens.",
    hint: "Write it as 350, 1.2k or 40..220.",
    at: { file: null, line: null, column: null, address: "output" },
  });
  await fireEvent.input(field, { target: { value: "lots" } });
  expect(await screen.findByText("`lots` is not a number of tokens.")).toBeTruthy();
  expect(screen.getByText(/Prices still use 450\.$/)).toBeTruthy();
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

test("a slash goes to the search for a model", async () => {
  scratch.text = "one";
  render(Prompts);
  await fireEvent.keyDown(document.body, { key: "/" });
  const find = screen.getByLabelText<HTMLInputElement>("Find a model");
  expect(document.activeElement).toBe(find);
  await screen.findByRole("grid", { name: "Models" });
  await fireEvent.input(find, { target: { value: "zzz" } });
  expect(await screen.findByText(/^No model has “zzz” in its name/)).toBeTruthy();
  // Where nothing is looked for, nothing is named.
  answer("prompts.table", (of) => ({ ...priceTable(of), found: 0, rows: [] }));
  await fireEvent.input(find, { target: { value: " " } });
  expect(await screen.findByText("The price book has no model of these sellers.")).toBeTruthy();
});

test("a menu says what a model must do, and a button that the call fits", async () => {
  const press = (key: string) => fireEvent.keyDown(document.activeElement!, { key });
  scratch.text = "one";
  render(Prompts);
  const names = () => [...document.querySelectorAll(".name")].map((it) => it.textContent);
  await waitFor(() => expect(names()).toEqual(["nano", "mini", "opus", "old"]));
  await fireEvent.click(screen.getByRole("button", { name: "Capabilities: any" }));
  const menu = screen.getByRole("menu", { name: "Capabilities" });
  expect(document.activeElement).toBe(screen.getByRole("menuitemcheckbox", { name: "Tools" }));
  for (const key of [" ", "ArrowDown", "ArrowDown", "Enter"]) await press(key);
  expect(await violations(menu.parentElement!)).toEqual([]);
  await waitFor(() => expect(names()).toEqual(["mini", "opus"]));
  expect(screen.getByText(/1 more, of which it is not known/)).toBeTruthy();
  await press("Escape");
  const button = screen.getByRole("button", { name: "Capabilities: Tools, Images" });
  expect(document.activeElement).toBe(button);
  expect(screen.queryByRole("menu")).toBe(null);
  for (const isOpen of [true, false]) {
    await fireEvent.pointerDown(button);
    await fireEvent.click(button);
    expect(button.getAttribute("aria-expanded")).toBe(String(isOpen));
  }
  const fits = screen.getByRole("button", { name: "Fits" });
  await fireEvent.click(fits);
  expect(fits.getAttribute("aria-pressed")).toBe("true");
  await waitFor(() => expect(names()).toEqual(["mini"]));
});

test("a book that cannot be read says what to do", async () => {
  refuse("prompts.table", {
    code: "internal",
    message: "No book.",
    hint: "Start again.",
    at: null,
  });
  render(Prompts);
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("No book.");
  expect(alert.textContent).toContain("Start again.");
});

test("a key is counted once and priced once, first the one and then the other", async () => {
  const asked: string[] = [];
  answer("prompts.boundaries", ({ handle, counted_as }) => {
    asked.push("count");
    return boundaries(handle, counted_as);
  });
  answer("prompts.table", (args) => {
    asked.push("price");
    return priceTable(args);
  });
  scratch.text = "one";
  render(Prompts);
  const view = await editor("Scratch text");
  await screen.findByText(/^1 token a call/);
  await waitFor(() => expect(asked).toContain("count"));
  await new Promise((done) => setTimeout(done, 50));
  asked.length = 0;
  type(view, " two");
  await screen.findByText(/^2 tokens a call/);
  await new Promise((done) => setTimeout(done, 50));
  expect(asked).toEqual(["count", "price"]);
});

test("the core is given a text once, and then what changes", async () => {
  const told: unknown[] = [];
  answer("prompts.change", (edits) => {
    told.push(edits.sets);
    return change(edits);
  });
  scratch.text = "one two";
  render(Prompts);
  const view = await editor("Scratch text");
  await screen.findByText(/^2 tokens a call/);
  view.dispatch({
    changes: [
      { from: 0, to: 3, insert: "1" },
      { from: 7, insert: " 3" },
    ],
  });
  await screen.findByText(/^3 tokens a call/);
  expect(told).toEqual([
    [
      [
        { from: 0, to: 3, insert: "1" },
        { from: 7, to: 7, insert: " 3" },
      ],
    ],
  ]);
  expect([...held.values()].map(({ text }) => text)).toEqual(["1 two 3"]);
});

test("keys that come while a change is told are told together after it", async () => {
  const told: number[] = [];
  let go = (): void => undefined;
  answer("prompts.change", async (edits) => {
    told.push(edits.sets.length);
    await new Promise<void>((resolve) => (go = resolve));
    return change(edits);
  });
  scratch.text = "one";
  render(Prompts);
  const view = await editor("Scratch text");
  await screen.findByText(/^1 token a call/);
  for (const word of [" two", " three", " four"]) type(view, word);
  await waitFor(() => expect(told).toEqual([1]));
  go();
  await waitFor(() => expect(told).toEqual([1, 2]));
  go();
  await screen.findByText(/^4 tokens a call/);
  expect([...held.values()].map(({ text }) => text)).toEqual(["one two three four"]);
});

test("where the core has lost the text it is given the whole again", async () => {
  scratch.text = "one";
  render(Prompts);
  const view = await editor("Scratch text");
  await screen.findByText(/^1 token a call/);
  held.clear();
  type(view, " two");
  await screen.findByText(/^2 tokens a call/);
  expect([...held.values()].map(({ text }) => text)).toEqual(["one two"]);
});

test("half a character is never told as a change", async () => {
  const told = vi.fn(change);
  answer("prompts.change", told);
  scratch.text = "one";
  render(Prompts);
  const view = await editor("Scratch text");
  await screen.findByText(/^1 token a call/);
  type(view, " \ud83d");
  await screen.findByText(/^2 tokens a call/);
  type(view, "\ude00");
  await waitFor(() => expect([...held.values()][0]?.text).toBe("one 😀"));
  expect(told).not.toHaveBeenCalled();
});

test("a text that was left is closed", async () => {
  scratch.text = "one";
  const { unmount } = render(Prompts);
  await editor("Scratch text");
  await screen.findByText(/^1 token a call/);
  unmount();
  await waitFor(() => expect(held.size).toBe(0));
});

test("a text that is too long to be edited is priced as it is, and can be put away", async () => {
  held.set(900, { text: "one two three", generation: 0 });
  scratch.text = "mine";
  showImported({ label: "long.md", handle: 900, bytes: 104_900_000 });
  render(Prompts);
  expect(await screen.findByText(/^3 tokens a call/)).toBeTruthy();
  expect(screen.getByText(/^104\.9 MB are too long to be edited here/)).toBeTruthy();
  expect(screen.queryByRole("textbox", { name: "long.md" })).toBeNull();
  expect(screen.getByRole("button", { name: /^Add to a plan/ }).textContent).toContain("too long");
  await fireEvent.click(screen.getByRole("button", { name: "Put this text away" }));
  expect(scratch.imported).toBeUndefined();
  await waitFor(() => expect(held.has(900)).toBe(false));
  expect((await editor("Scratch text")).state.doc.toString()).toBe("mine");
});

test("a line that takes too long to wrap is not wrapped, until it is shorter", async () => {
  scratch.text = "one\n";
  render(Prompts);
  const view = await editor("Scratch text");
  const wraps = () => view.contentDOM.classList.contains("cm-lineWrapping");
  expect(wraps()).toBe(true);
  type(view, "a".repeat(20_001));
  await waitFor(() => expect(wraps()).toBe(false));
  view.dispatch({ changes: { from: 4, to: 5 } });
  await waitFor(() => expect(wraps()).toBe(true));
});

test("where the parts of a call have too little room, they scroll by keys", async () => {
  const room = vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(378);
  scratch.text = "one two";
  render(Prompts);
  const parts = await screen.findByRole("region", { name: "Parts of the call" });
  expect(parts.tabIndex).toBe(0);
  expect(await violations(parts)).toEqual([]);
  room.mockRestore();
});
