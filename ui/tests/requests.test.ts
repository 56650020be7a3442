import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
// Loaded before, for the first load of the editor takes its time.
import "../src/parts/codemirror";
import { byShape, openScratch, scratch, type ShownCall } from "../src/data/prompts.svelte";
import { answer, refuse } from "../src/host/fake";
import Prompts from "../src/pages/Prompts.svelte";
import type { CallRead, PartTokens, Reading } from "../src/types/calls";
import { violations } from "./axe";
import { answerPrompts, priceTable } from "./fixtures";

beforeEach(() => {
  answerPrompts();
  Object.assign(scratch, {
    text: "",
    imported: undefined,
    revision: 0,
    reading: byShape(),
    as: "length",
  });
});

function part(part: string, tokens: number, more: Partial<PartTokens> = {}): PartTokens {
  return { part, tokens, certainty: "exact", low: tokens, high: tokens, source: null, ...more };
}

const READ: CallRead = {
  format: "anthropic",
  requests: 1,
  messages: 12,
  tools: 3,
  model: "anthropic/opus",
  variables: ["question"],
  far_images: 0,
  parts: [
    part("system", 4),
    part("tools", 6, { low: 5, high: 8, certainty: "estimated", source: "its own prompt" }),
  ],
  cacheable: 7,
  caching: { least: 1024, source: "the fewest that Acme caches", too_short: 1, marked: 0 },
  notes: [{ place: "messages[1]", message: "A document is not counted.", hint: "Count it apart." }],
};

/** Answers as a core that reads the text so, unless it is to be a plain text. */
function answerRead(read: Partial<CallRead> = {}) {
  const asked: (Reading | null)[] = [];
  answer("prompts.table", (of) => {
    asked.push(of.reading);
    const isText = of.reading?.format === "text";
    return { ...priceTable(of), read: isText ? null : { ...READ, ...read } };
  });
  return asked;
}

test("a pasted request says what it was read as, part by part, and what is not counted", async () => {
  answerRead();
  scratch.text = "{}";
  render(Prompts);
  expect(
    await screen.findByText("Read as an Anthropic request: 12 messages, 3 tools"),
  ).toBeTruthy();
  const rows = screen.getAllByRole("row").slice(1, 4);
  const words = (row: HTMLElement) =>
    [...row.children].map((cell) => cell.textContent?.trim().replace(/\s/g, " ")).join(" ");
  expect(rows.slice(0, 2).map(words)).toEqual([
    "System exact in the request 4 200.0 %",
    "Tools 5 to 8 in the request 6 300.0 %",
  ]);
  const beginning = screen.getByText(/^Cacheable beginning/).textContent.replace(/\s+/g, " ");
  expect(beginning.trim()).toBe(
    "Cacheable beginning: 7 tokens Too short to be cached: 1,024 are the fewest that Acme caches",
  );
  expect(
    screen.getByText(/^messages\[1\]: A document is not counted\. Count it apart\.$/),
  ).toBeTruthy();
  expect(screen.getByText("tools: its own prompt")).toBeTruthy();
  // It is counted as the model that it asks for.
  expect(await screen.findByText(/^about 2 tokens a call/)).toBeTruthy();
  expect(await violations()).toEqual([]);
});

test("a request can be read as a plain text, and as what its shape does not tell", async () => {
  const asked = answerRead();
  scratch.text = "{}";
  render(Prompts);
  const choice = await screen.findByLabelText("Read as");
  await fireEvent.change(choice, { target: { value: "text" } });
  expect(await screen.findByText("Read as plain text", { selector: "p" })).toBeTruthy();
  expect(asked.at(-1)?.format).toBe("text");
  await fireEvent.change(choice, { target: { value: "openai-chat" } });
  await waitFor(() => expect(asked.at(-1)?.format).toBe("openai-chat"));
  openScratch("another", "notes.md");
  expect(scratch.reading.format).toBeNull();
});

test("a variable without a text is said beside its field, not as for a command line", async () => {
  const message = "The variable `order` counts as 0 tokens: it has no text yet.";
  const notes = [
    { place: "", message, hint: "Give it one, as order=TEXT." },
    { place: "messages[1]", message: "A document is not counted.", hint: "Count it apart." },
  ];
  answerRead({ variables: ["order"], notes });
  scratch.text = "{{order}}";
  render(Prompts);
  expect(
    await screen.findByText("1 variable without a text counts as 0 tokens: order"),
  ).toBeTruthy();
  expect(screen.getByText(/A document is not counted/)).toBeTruthy();
  expect(screen.queryByText(/TEXT/)).toBeNull();
});

test("a request that names its model is counted as that one, whatever row was clicked before", async () => {
  answerRead({ model: null });
  scratch.text = "{}";
  render(Prompts);
  await fireEvent.click(await screen.findByRole("row", { name: /mini/ }));
  expect(await screen.findByText(/a call on mini;/)).toBeTruthy();
  answerRead();
  openScratch('{"model": "opus"}', "Scratch text");
  expect(await screen.findByText(/a call on opus;/)).toBeTruthy();
});

test("variables are filled in, whatever they are called", async () => {
  const asked = answerRead({ format: "text", variables: ["question", "constructor"] });
  scratch.text = "{{question}} {{constructor}}";
  render(Prompts);
  const field = await screen.findByLabelText<HTMLInputElement>("question");
  expect(screen.getByLabelText<HTMLInputElement>("constructor").value).toBe("");
  await fireEvent.input(field, { target: { value: "Where is it?" } });
  await waitFor(() => expect(asked.at(-1)?.variables).toEqual({ question: "Where is it?" }));
  await fireEvent.input(field, { target: { value: "" } });
  await waitFor(() => expect(asked.at(-1)?.variables).toEqual({}));
});

test("the size of an image that is elsewhere is asked for, and what is wrong with it is said there", async () => {
  const asked = answerRead({ far_images: 1 });
  scratch.text = "{}";
  render(Prompts);
  const field = await screen.findByLabelText("Size of images");
  await fireEvent.input(field, { target: { value: "1024x768" } });
  await waitFor(() => expect(asked.at(-1)?.image).toBe("1024x768"));
  refuse("prompts.table", {
    code: "invalid_value",
    message: "`big` is not the size of an image.",
    hint: "Give it in pixels, as 1024x768.",
    at: { file: null, line: null, column: null, address: "reading.image" },
  });
  await fireEvent.input(field, { target: { value: "big" } });
  expect(await screen.findByText("`big` is not the size of an image.")).toBeTruthy();
  expect(field.getAttribute("aria-invalid")).toBe("true");
});

test("many requests are priced by their mean", async () => {
  answerRead({ requests: 40, messages: 120, tools: 0, format: "openai-chat" });
  scratch.text = "{}";
  render(Prompts);
  expect(await screen.findByText("Read as 40 OpenAI chat requests: 120 messages")).toBeTruthy();
  expect(screen.getByText(/a call on \S+, the mean of 40 requests; the cheapest/)).toBeTruthy();
});

test("the texts of a plan are counted as they stand", async () => {
  const asked = vi.fn(priceTable);
  answer("prompts.table", asked);
  const parts = [{ id: "system", label: "system.md", sent: "every call", text: "{}" }];
  const calls = [{ id: "desk.answer", label: "answer", output: "300", parts }];
  render(Prompts, { calls, callId: "desk.answer" });
  await waitFor(() =>
    expect(asked).toHaveBeenCalledWith(expect.objectContaining({ reading: null })),
  );
});

test("where the size of an image is missing, no model has a price, and the page says so", async () => {
  answer("prompts.table", (of) => ({
    ...priceTable(of),
    read: { ...READ, far_images: 1 },
    found: 0,
    rows: [],
  }));
  scratch.text = "{}";
  render(Prompts);
  expect(
    await screen.findByText(/^No model has a price for this call while the size/),
  ).toBeTruthy();
  expect(screen.getByLabelText("Size of images")).toBeTruthy();
  expect(screen.queryByText(/^The price book has no model/)).toBeNull();
});

const CALL: ShownCall = {
  id: "support.easy",
  label: "support › easy",
  model: "openai/mini",
  output: "300",
  parts: [{ id: "system", label: "system.md", sent: "system, every call", text: "You are kind" }],
};

test("a plan is given a request at its whole length, or its words and what they leave out", async () => {
  answerRead();
  const onadd = vi.fn();
  scratch.text = "one two three";
  render(Prompts, { calls: [CALL], onadd });
  const given = await screen.findByLabelText("The plan is given");
  expect(await screen.findByText(/^6 tokens, as claude-newer counts the whole/)).toBeTruthy();
  const add = screen.getByRole("button", { name: /^Add to the plan/ });
  await waitFor(() => expect(add.getAttribute("aria-disabled")).toBeNull());
  await fireEvent.click(add);
  expect(onadd).toHaveBeenLastCalledWith(CALL.id, {
    value: "6 ±50%",
    source: "a pasted request, counted as anthropic/opus",
    as_of: "2026-11-20",
    counted: "claude-newer ±50%",
  });
  expect(await violations()).toEqual([]);
  await fireEvent.change(given, { target: { value: "words" } });
  expect(
    screen.getByText(
      "The plan counts the words alone, without the vendor’s own form of tools and the texts of variables; " +
        "its JSON is counted as a plain text.",
    ),
  ).toBeTruthy();
  await fireEvent.click(add);
  expect(onadd).toHaveBeenLastCalledWith(CALL.id);
});

test("a new plan takes the words of a request, and the page says so", async () => {
  answerRead();
  scratch.text = "one two three";
  const onadd = vi.fn();
  render(Prompts, { onadd });
  expect(await screen.findByText(/^A new plan takes the words alone, without/)).toBeTruthy();
  expect(screen.queryByLabelText("The plan is given")).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: /^Add to a plan/ }));
  expect(onadd).toHaveBeenLastCalledWith(undefined);
});

test("a plain text goes into the plan as it stands, and nothing is asked", async () => {
  answerRead({ format: "text", variables: ["question"], parts: [part("system", 4)] });
  scratch.text = "one {{question}}";
  render(Prompts, { calls: [CALL] });
  const question = await screen.findByLabelText("question");
  expect(screen.queryByLabelText("The plan is given")).toBeNull();
  await fireEvent.input(question, { target: { value: "Where is it?" } });
  expect(await screen.findByLabelText("The plan is given")).toBeTruthy();
});
