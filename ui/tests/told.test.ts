import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
// Loaded before, for the first load of the editor takes its time.
import "../src/parts/codemirror";
import { answer } from "../src/host/fake";
import Prompts from "../src/pages/Prompts.svelte";
import Told from "../src/parts/Told.svelte";
import type { BilledCall, CallError, PartedCall } from "../src/types/calls";
import { violations } from "./axe";
import { answerPrompts, priceTable } from "./fixtures";

const LEARNED = { counts: 20, factor: "1.040", plus_minus_percent: 4 };

function shown(about: object = {}) {
  const ontell = vi.fn<(billed: string) => Promise<CallError | null>>(async () => null);
  const onforget = vi.fn<() => void>();
  const given = { model: "anthropic/claude-opus-4-7", learned: null, ontell, onforget };
  const view = render(Told, { ...given, ...about });
  const field = screen.getByLabelText<HTMLInputElement>("Usage or tokens");
  return { ...view, ontell, onforget, field };
}

test("what was billed is learned from, and the field is empty again", async () => {
  const { ontell, field } = shown();
  screen.getByText(/is an estimate/);
  const learn = screen.getByRole("button", { name: /Learn/ });
  await fireEvent.click(learn);
  expect(ontell).not.toHaveBeenCalled();
  await fireEvent.input(field, { target: { value: '{"input_tokens": 4268}' } });
  await fireEvent.click(learn);
  expect(ontell).toHaveBeenCalledExactlyOnceWith('{"input_tokens": 4268}');
  await vi.waitFor(() => expect(field.value).toBe(""));
});

test("what is refused stays, with the reason", async () => {
  const refusal = { message: "Nothing is learned from 0 tokens.", hint: "Write both." };
  const ontell = async () => ({ ...refusal, code: "invalid_value", at: null }) as CallError;
  const { field } = shown({ ontell });
  await fireEvent.input(field, { target: { value: "0" } });
  await fireEvent.click(screen.getByRole("button", { name: /Learn/ }));
  await screen.findByText(/Nothing is learned from 0 tokens/);
  expect(field.value).toBe("0");
});

test("what was learned is said, and can be forgotten", async () => {
  const { onforget, container } = shown({ learned: LEARNED });
  screen.getByText(/learned from 20 counts: ×1.040, ±4 %/);
  await fireEvent.click(screen.getByRole("button", { name: /Forget its counts/ }));
  expect(onforget).toHaveBeenCalledOnce();
  expect(await violations(container)).toEqual([]);
});

test("a plan that cannot be changed says why", async () => {
  const { ontell, field } = shown({ why: "It is open in another window" });
  expect(field.readOnly).toBe(true);
  await fireEvent.click(screen.getByRole("button", { name: /Learn/ }));
  expect(ontell).not.toHaveBeenCalled();
});

test("on the page, an estimated model is told what it billed, and the table reckons with it", async () => {
  const asked: PartedCall[] = [];
  answerPrompts();
  answer("prompts.table", (call) => {
    asked.push(call);
    return priceTable(call);
  });
  const ontell = vi.fn<(of: Omit<BilledCall, "project">) => Promise<CallError | null>>(
    async () => null,
  );
  const parts = [{ id: "system", label: "system.md", sent: "system", text: "You are kind" }];
  const calls = [
    { id: "easy", label: "easy", model: "anthropic/claude-opus-5-5", output: "9", parts },
  ];
  const { rerender } = render(Prompts, { project: 1, calls, callId: "easy", ontell });
  const field = await screen.findByLabelText("Usage or tokens");
  await fireEvent.input(field, { target: { value: "4268" } });
  await fireEvent.click(screen.getByRole("button", { name: "Learn" }));
  expect(ontell.mock.lastCall?.[0]).toMatchObject({
    model: "anthropic/claude-opus-5-5",
    billed: "4268",
    parts: [{ copies: null }],
  });
  const told = [{ estimated: 4102, billed: 4268 }];
  const name = "claude-opus-5-5";
  const taught = [{ name, model: "anthropic/claude-opus-5-5", told, learned: LEARNED }];
  await rerender({ project: 1, calls, callId: "easy", ontell, taught });
  await vi.waitFor(() => expect(asked.at(-1)?.told).toEqual({ [name]: told }));
});

test("a call with a part of which nobody knows the length teaches nothing", async () => {
  answerPrompts();
  const ontell = vi.fn<(of: Omit<BilledCall, "project">) => Promise<CallError | null>>(
    async () => null,
  );
  const parts = [
    { id: "system", label: "system.md", sent: "system", text: "You are kind" },
    // What was said before is figured out from the plan, which has no figures yet.
    { id: "history", label: "history", sent: "history" },
  ];
  const calls = [
    { id: "easy", label: "easy", model: "anthropic/claude-opus-5-5", output: "9", parts },
  ];
  render(Prompts, { project: 1, calls, callId: "easy", ontell });
  const field = await screen.findByLabelText("Usage or tokens");
  await fireEvent.input(field, { target: { value: "4268" } });
  await fireEvent.click(screen.getByRole("button", { name: "Learn" }));
  await screen.findByText(/parts of this call have a length that nobody knows yet/);
  expect(ontell).not.toHaveBeenCalled();
});
