import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { desk } from "../src/data/desk.svelte";
import { faults, watch } from "../src/data/faults.svelte";
import { scratch } from "../src/data/prompts.svelte";
import { person } from "../src/data/settings.svelte";
import { beginning } from "../src/data/start.svelte";
import { bench } from "../src/data/work.svelte";
import { find } from "../src/text/keys";
import { answer, answerWindow, refuse, tell } from "../src/host/fake";
import type { View } from "../src/types/calls";
import { violations } from "./axe";
import { answerPrompts, change, held } from "./fixtures";
import { plan } from "./outline";
import { opened, view } from "./plan";

beforeEach(() => {
  answer("settings.read", () => ({ theme: "system", zoom: 1, commands: [] }));
  answer("settings.write", () => null);
  answer("projects.start", () => ({
    recents: [],
    samples: [],
    models: 1284,
    checked: "2026-11-20",
  }));
  answer("projects.resume", () => null);
  answer("projects.keep", () => null);
  answer("projects.close", () => null);
  answer("projects.saved", () => ({ at: "2026-11-22T10:42:00" }));
  desk.view = null;
  desk.refusal = null;
  desk.note = null;
  desk.place = "start";
  bench.now = null;
  beginning.prompt = "";
  scratch.imported = undefined;
  faults.length = 0;
});

async function open(about: Partial<View> = {}): Promise<void> {
  answer("projects.open", () => opened(about));
  render(App);
  await desk.open("support-desk.forebill");
  await tick();
}

const COUNTING = { what: "Counting the text", done: 1, of: 9, outcome: null };

/** Pastes a text; answers whether it reached the field. */
function paste(field: HTMLElement, text: string): boolean {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "clipboardData", { value: { getData: () => text } });
  return field.dispatchEvent(event);
}

function cost(): HTMLElement {
  return screen.getByRole("region", { name: "Figures in view" });
}

function words(element: HTMLElement): string {
  return element.textContent.replaceAll(/\s+/g, " ").trim();
}

test("a mistake of the page shows in the foot strip", async () => {
  watch();
  render(App);
  expect(screen.queryByRole("alert")).toBeNull();
  dispatchEvent(new ErrorEvent("error", { message: "x is not a function" }));
  dispatchEvent(new ErrorEvent("error", { message: "x is not a function" }));
  await tick();
  expect(screen.getAllByRole("alert").map((it) => it.textContent)).toEqual(["x is not a function"]);
});

test("before a plan is open the rail has the book, and no figures are claimed", async () => {
  render(App);
  const rail = screen.getByRole("navigation", { name: "Places" });
  await vi.waitFor(() => expect(words(rail)).toContain("Models 1,284"));
  expect(words(rail)).toContain("No plan open");
  expect(screen.queryByRole("region", { name: "Figures in view" })).toBeNull();
  expect(words(screen.getByRole("contentinfo"))).toContain("Nothing leaves this computer");
  expect(await violations()).toEqual([]);
});

test("what models cost can be looked up without a plan", async () => {
  answer("prices.list", () => []);
  render(App);
  await fireEvent.keyDown(document.body, { key: "8", ctrlKey: true });
  expect(await screen.findByRole("heading", { level: 1, name: "Prices" })).toBeTruthy();
  const rail = screen.getByRole("navigation", { name: "Places" });
  expect(within(rail).getByRole("button", { current: "page" }).textContent).toContain("Prices");
});

test("unit cost, month in view and year are always there, with what the last edit moved", async () => {
  await open({
    undo: "reasoning of hard",
    last: {
      label: "reasoning of hard 400..1.2k → 400..1.8k",
      unit_costs: [["support", "0.004"]],
      month: "-441.2",
      total: "0",
    },
  });
  const said = words(cost());
  expect(said).toContain("Unit cost, per conversation in Dec 2027 $0.0870 ▲ 0.0040");
  expect(said).toContain("$9,504 ▼ 441");
  expect(said).toContain("Year 2027, 2 months $18,874");
  expect(said).not.toContain("$18,874 ▲");
  expect(said).toContain("reasoning of hard 400..1.2k → 400..1.8k");
  expect(await violations()).toEqual([]);
});

test("the month in view is chosen once for the whole window", async () => {
  await open();
  answer("projects.look_at", ({ month }) => view({ month }));
  await fireEvent.change(screen.getByLabelText("Month in view"), { target: { value: "0" } });
  await vi.waitFor(() => expect(words(cost())).toContain("$9,370"));
});

test("figures of an earlier state say so, and a plan without figures shows none", async () => {
  await open({ stale: true });
  expect(words(cost())).toContain("Figures stand on the last valid plan");
  desk.view = view({ figures: null });
  await tick();
  expect(words(cost())).not.toContain("$");
});

test("the rail counts what the figures rest on", async () => {
  await open();
  const rail = words(screen.getByRole("navigation", { name: "Places" }));
  expect(rail).toContain("Pinned entries 5Inputs 34of them guesses 11");
  expect(rail).toContain("support-desk.forebill");
});

test("undo and redo by key and by button, each named", async () => {
  await open({ undo: "reasoning of hard", redo: null });
  answer("projects.undo", () => view({ redo: "reasoning of hard" }));
  expect(words(screen.getByRole("contentinfo"))).toContain("Undo: reasoning of hard Ctrl Z");
  await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
  await vi.waitFor(() => expect(desk.view?.redo).toBe("reasoning of hard"));
  const redone = vi.fn(() => view({ undo: "reasoning of hard" }));
  answer("projects.redo", redone);
  await fireEvent.click(screen.getByRole("button", { name: /^Undo/ }));
  await fireEvent.keyDown(document.body, { key: "y", ctrlKey: true });
  await vi.waitFor(() => expect(desk.view?.undo).toBe("reasoning of hard"));
  expect(redone).toHaveBeenCalledOnce();
});

test("Ctrl Z in a search takes the typing back there, and not the plan", async () => {
  await open({ undo: "reasoning of hard" });
  const undone = vi.fn(() => view());
  answer("projects.undo", undone);
  const search = document.body.appendChild(document.createElement("input"));
  search.type = "search";
  search.focus();
  search.value = "opus";
  search.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
  document.execCommand = () => {
    search.value = "";
    const init = { bubbles: true, inputType: "historyUndo" };
    return search.dispatchEvent(new InputEvent("input", init));
  };
  await fireEvent.keyDown(search, { key: "z", ctrlKey: true });
  expect([search.value, undone.mock.calls.length]).toEqual(["", 0]);
  // With nothing more to take back there, it is the plan's.
  await fireEvent.keyDown(search, { key: "z", ctrlKey: true });
  await vi.waitFor(() => expect(undone).toHaveBeenCalledOnce());
  search.remove();
});

test("F8 goes to the problem from every place", async () => {
  const problem = { field: "tokens", message: "Tokens cannot be 0.", hint: "Write 1." };
  const at = { at: "prompts/question", address: "prompts.question.tokens", meanwhile: "15..120" };
  await open({ ...plan(), problems: [{ ...problem, ...at }] });
  desk.go("start");
  await tick();
  await fireEvent.keyDown(document.body, { key: "F8" });
  expect(desk.place).toBe("plan");
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Tokens")), {
    timeout: 10_000,
  });
});

test("an earlier state is chosen from the list of all, by its name", async () => {
  await open({ undo: "reasoning of hard", redo: null });
  answer("projects.past", () => [
    { index: 0, label: "new plan", at: "2026-11-20T10:00:00Z", head: false },
    { index: 1, label: "reasoning of hard", at: "2026-11-20T10:05:00Z", head: true },
  ]);
  const gone = vi.fn(() => view({ redo: "reasoning of hard" }));
  answer("projects.go_to", gone);
  await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true, altKey: true });
  const states = within(await screen.findByRole("dialog")).getAllByRole("option");
  expect(states.map((it) => it.getAttribute("aria-disabled"))).toEqual(["true", "false"]);
  expect(words(states[0]!)).toContain("reasoning of hard As it is now");
  await fireEvent.click(states[1]!);
  await vi.waitFor(() => expect(gone).toHaveBeenCalledWith(expect.objectContaining({ index: 0 })));
});

test("a plan is written out as a folder, and the page says so", async () => {
  await open({});
  answerWindow("pick", () => "/home/ada/desk");
  answer("projects.write_out", () => ({ files: [{ file: "/home/ada/desk/plan.yaml", bytes: 9 }] }));
  const command = find("project.write-out");
  command!.run();
  await vi.waitFor(() => expect(screen.getByText(/written to \/home\/ada\/desk/)).toBeTruthy());
});

test("what failed is told above the page with what to do, and can be put away", async () => {
  refuse("projects.open", {
    code: "missing_file",
    message: "There is no file `gone.forebill`.",
    hint: "Check the name and the folder.",
    at: null,
  });
  render(App);
  await desk.open("gone.forebill");
  await tick();
  expect(words(screen.getByRole("alert"))).toContain("There is no file `gone.forebill`. Check");
  await fireEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a file that only reads says why, and offers a copy", async () => {
  await open({ read_only: "Another window has it open." });
  expect(words(screen.getByRole("contentinfo"))).toContain("Not saved");
  answerWindow("pick", () => "/home/ada/copy.forebill");
  const saved = vi.fn(() => opened());
  answer("projects.save_as", saved);
  await fireEvent.click(screen.getByRole("button", { name: "Save a copy…" }));
  await vi.waitFor(() =>
    expect(saved).toHaveBeenCalledWith({ project: 1, path: "/home/ada/copy.forebill" }),
  );
  await vi.waitFor(() => expect(screen.queryByText("Nothing here can be changed.")).toBeNull());
});

test("a project that was dropped opens, a text becomes the fifth answer", async () => {
  answer("projects.open", () => opened());
  answer("texts.read", ({ path }) => ({ text: `text of ${path}`, bytes: 26 }));
  render(App);
  tell({ kind: "dropped", paths: ["/home/ada/system.md"] });
  const prompt = screen.getByLabelText<HTMLTextAreaElement>(/Which prompt\?/);
  await vi.waitFor(() => expect(prompt.value).toBe("text of /home/ada/system.md"));
  tell({ kind: "dropped", paths: ["/home/ada/a.md", "/home/ada/a.forebill"] });
  await vi.waitFor(() => expect(desk.view?.name).toBe("Support assistant"));
});

test("a file that is too long to be edited is offered, counted as a job and priced", async () => {
  answerPrompts();
  answer("texts.read", () => ({ text: null, bytes: 104_900_000 }));
  answer("prompts.import", (source) => {
    const text = "file" in source ? `${source.file} is long` : "";
    held.set(77, { text, generation: 0 });
    return { job: 5, handle: 77 };
  });
  answer("jobs.poll", () => ({ ...COUNTING, outcome: { kind: "written", files: [] } }));
  render(App);
  tell({ kind: "dropped", paths: ["/home/ada/long.md"] });
  expect(await screen.findByText(/^long\.md has 104\.9 MB, which is too long/)).toBeTruthy();
  await fireEvent.click(screen.getByRole("button", { name: "Count and price it" }));
  expect(await screen.findByText(/^3 tokens a call/)).toBeTruthy();
  expect(screen.queryByText(/which is too long/)).toBeNull();
});

test("a long paste reaches no field; it crosses in slices and can be cancelled", async () => {
  answerPrompts();
  const told: number[] = [];
  answer("prompts.change", (edits) => {
    told.push(edits.sets[0]![0]!.insert.length);
    return change(edits);
  });
  answer("prompts.import", () => ({ job: 5, handle: [...held.keys()].at(-1)! }));
  let cancelled = false;
  answer("jobs.cancel", () => {
    cancelled = true;
    return null;
  });
  answer("jobs.poll", () => ({ ...COUNTING, outcome: cancelled ? { kind: "cancelled" } : null }));
  render(App);
  const field = screen.getByLabelText<HTMLTextAreaElement>(/Which prompt\?/);
  const text = "a ".repeat(499_999) + "a😀" + "b ".repeat(5_000_000);
  const reached = paste(field, text);
  expect(reached).toBe(false);
  expect(await screen.findByText(/^Pasted text has 11\.0 MB, which is too long/)).toBeTruthy();
  expect(field.value).toBe("");
  await fireEvent.click(screen.getByRole("button", { name: "Count and price it" }));
  await vi.waitFor(() => expect(told.length).toBe(12));
  // No slice ends within a character.
  expect(told[0]).toBe(999_999);
  expect([...held.values()].at(-1)!.text).toBe(text);
  await fireEvent.click(await screen.findByRole("button", { name: /Cancel/ }, { timeout: 3000 }));
  await vi.waitFor(() => expect(held.size).toBe(0));
  expect(field.value).toBe("");
});

test("the file that the program was started with opens", async () => {
  answerWindow("argument", () => "/home/ada/plans/desk");
  const open = vi.fn(() => opened());
  answer("projects.open", open);
  render(App);
  await vi.waitFor(() => expect(open).toHaveBeenCalledWith({ path: "/home/ada/plans/desk" }));
});

test("the plan that was open comes back, and nothing does where none was", async () => {
  const resumed = vi.fn(() => ({ ...opened(), desk: '{"place":"plan"}' }));
  answer("projects.resume", resumed);
  render(App);
  await vi.waitFor(() => expect(desk.view?.name).toBe("Support assistant"));
  expect(desk.place).toBe("plan");
});

test("on arrival at Plan the keys walk its rows: back from a restart, by key, drawn otherwise", async () => {
  answer("projects.resume", () => ({ ...opened(plan()), desk: '{"place":"plan"}' }));
  render(App);
  const row = async (): Promise<void> => {
    const first = (await screen.findAllByRole("row")).find((it) => it.dataset.at === "features/0");
    await vi.waitFor(() => expect(document.activeElement).toBe(first));
  };
  const press = (key: string, keys: KeyboardEventInit): Promise<boolean> =>
    fireEvent.keyDown(document.activeElement!, { key, ...keys });
  await row();
  await press("ArrowDown", {});
  expect(desk.selected).toBe(plan().nodes[1]!.at);
  await press("ArrowUp", {});
  await press("8", { ctrlKey: true });
  await screen.findByRole("heading", { name: "Prices" });
  const rail = screen.getByRole("navigation", { name: "Places" });
  within(rail)
    .getByRole("button", { name: /^Prices/ })
    .focus();
  await press("2", { ctrlKey: true });
  await row();
  screen.getByRole("button", { name: /^Add a step/ }).focus();
  await press("1", { altKey: true });
  await row();
  screen.getByRole("button", { name: "Hide" }).focus();
  desk.go("prices");
  await screen.findByRole("heading", { name: "Prices" });
  desk.go("plan");
  await row();
});

test("a plan that does not come back leaves the start, and says why", async () => {
  refuse("projects.resume", {
    code: "damaged_project",
    message: "`desk.forebill` is damaged: it ends before it should.",
    hint: "Restore a backup.",
    at: null,
  });
  render(App);
  await vi.waitFor(() => expect(words(screen.getByRole("alert"))).toContain("is damaged"));
  expect(screen.getByRole("main", { name: "Start" })).toBeTruthy();
});

test("keys that need a plan say so while none is open", async () => {
  render(App);
  await fireEvent.keyDown(document.body, { key: "2", ctrlKey: true });
  const foot = screen.getByRole("contentinfo");
  expect(words(foot)).toContain("Open a plan first");
  await fireEvent.keyDown(document.body, { key: "1", ctrlKey: true });
  expect(words(foot)).not.toContain("Open a plan first");
});

test("every command of zoom is found by that word, with its keys", async () => {
  render(App);
  await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
  const palette = within(screen.getByRole("dialog", { name: "Commands" }));
  await fireEvent.input(palette.getByRole("combobox"), { target: { value: "zoom" } });
  const found = palette.getAllByRole("option").map(words);
  expect(found.slice(0, 3).sort()).toEqual([
    "Zoom back to 100 % Everywhere Ctrl 0",
    "Zoom in Everywhere Ctrl +",
    "Zoom out Everywhere Ctrl −",
  ]);
});

test("Ctrl K opens the palette, and a command runs once it is closed", async () => {
  await open();
  await fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
  const palette = screen.getByRole("dialog", { name: "Commands" });
  await fireEvent.input(within(palette).getByRole("combobox"), { target: { value: "dark" } });
  await fireEvent.keyDown(within(palette).getByRole("combobox"), { key: "Enter" });
  await vi.waitFor(() => expect(document.documentElement.dataset.theme).toBe("dark"));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(person.commands[0]).toBe("window.dark");
  person.wear("system");
  expect(document.documentElement.dataset.theme).toBeUndefined();
});

test("a template is chosen from a list, for a plan of its own or for the open one", async () => {
  const sample = { name: "rag-answers", label: "RAG answers", unit: "visit", teaches: "retrieval" };
  answer("projects.start", () => ({
    recents: [],
    samples: [sample],
    models: 1284,
    checked: "2026-11-20",
  }));
  const added = vi.fn(() => view());
  const begun = vi.fn(() => opened());
  answer("projects.add_sample", added);
  answer("projects.sample", begun);
  await open();
  await beginning.read();
  const choose = async (command: string, list: string): Promise<void> => {
    find(command)?.run();
    const templates = within(await screen.findByRole("dialog", { name: list }));
    expect(templates.getByText("RAG answers")).toBeTruthy();
    await fireEvent.keyDown(templates.getByRole("combobox"), { key: "Enter" });
  };
  await choose("template.add", "Add from a template");
  await vi.waitFor(() => expect(added).toHaveBeenCalledWith({ project: 1, name: "rag-answers" }));
  expect(begun).not.toHaveBeenCalled();
  await choose("template.new", "New plan from a template");
  await vi.waitFor(() => expect(begun).toHaveBeenCalledWith({ name: "rag-answers" }));
});

test("F1 shows every shortcut", async () => {
  render(App);
  await fireEvent.keyDown(document.body, { key: "F1" });
  const sheet = screen.getByRole("dialog", { name: "All shortcuts" });
  expect(words(sheet)).toContain("Undo Ctrl Z");
  await fireEvent.click(within(sheet).getByRole("button", { name: /^Close/ }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("zoom goes in steps, and back to its own size", async () => {
  const zoom = vi.fn();
  answerWindow("zoom", ({ factor }) => zoom(factor));
  render(App);
  for (const key of ["+", "+", "-", "0"]) {
    await fireEvent.keyDown(document.body, { key, ctrlKey: true });
    await tick();
    await tick();
  }
  await vi.waitFor(() => expect(zoom.mock.calls.flat()).toEqual([1.1, 1.25, 1.1, 1]));
});

test("long work shows how far it is, and Esc cancels it", async () => {
  await open();
  const cancel = vi.fn();
  bench.now = { what: "Writing the workbook", done: 3, of: 10, cancel };
  await tick();
  expect(words(screen.getByRole("contentinfo"))).toContain("Writing the workbook 3 of 10");
  await fireEvent.keyDown(document.body, { key: "Escape" });
  expect(cancel).toHaveBeenCalledOnce();
});

test("newer prices of the book are told, and taken only when asked for", async () => {
  await open({ facts: { checked: "2026-11-20", pinned: 5, moved: 2, inputs: 34, guesses: 11 } });
  expect(screen.getByText(/2 pinned prices or terms differ in the book now/)).toBeTruthy();
  answer("projects.repin", () => view());
  await fireEvent.click(screen.getByRole("button", { name: "Take the new prices" }));
  await vi.waitFor(() => expect(screen.queryByText(/pinned prices or terms differ/)).toBeNull());
});

test("what cannot be kept holds the window once, and is told", async () => {
  await open();
  refuse("projects.saved", {
    code: "bad_output",
    message: "The disk is full.",
    hint: "Make room, or save a copy elsewhere.",
    at: null,
  });
  const stay = vi.fn();
  answerWindow("stay", stay);
  tell({ kind: "closing" });
  await vi.waitFor(() => expect(stay).toHaveBeenCalledOnce());
  expect(words(screen.getByRole("alert"))).toContain("The disk is full. Make room");
});
