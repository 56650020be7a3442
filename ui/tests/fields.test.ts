import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import Sends from "../src/parts/inspect/Sends.svelte";
import NumberField from "../src/parts/NumberField.svelte";
import { plan } from "./outline";

const SKETCH = /^Eight in ten between/;

test("what a range looks like goes with the focus, but not from under a click", async () => {
  const input = plan().inputs.find(({ range }) => range !== null)!;
  render(NumberField, { input, ask: async () => null });
  const field = screen.getByRole("textbox", { name: input.label });
  field.focus();
  expect(await screen.findByRole("img", { name: SKETCH })).toBeTruthy();

  // A button below: nothing may move until it was let go and clicked.
  await fireEvent.pointerDown(document.body);
  field.blur();
  await new Promise((done) => setTimeout(done));
  expect(screen.queryByRole("img", { name: SKETCH })).toBeTruthy();
  await fireEvent.pointerUp(document.body);
  await new Promise((done) => setTimeout(done));
  expect(screen.queryByRole("img", { name: SKETCH })).toBeNull();

  field.focus();
  expect(await screen.findByRole("img", { name: SKETCH })).toBeTruthy();
  field.blur();
  await new Promise((done) => setTimeout(done));
  expect(screen.queryByRole("img", { name: SKETCH })).toBeNull();
});

test("a part that is sent once can be sent more often, and be called otherwise", async () => {
  const { nodes, parts } = plan();
  const node = nodes.find(({ name }) => name === "hard")!;
  const ask = vi.fn(async () => null);
  const idle = (): void => {};
  const told = { inputs: new Map(), problems: new Map(), readOnly: null, ask };
  const asked = { onwrite: idle, onmeasure: idle, ongrowth: idle };
  render(Sends, { node, parts, open: "question", ...told, ...asked });
  await fireEvent.change(screen.getByLabelText("How many"), { target: { value: "20" } });
  const address = `${node.address}.question.copies`;
  expect(ask).toHaveBeenLastCalledWith({ edit: "number", address, text: "20" });
  await fireEvent.change(screen.getByLabelText("Name"), { target: { value: "A page" } });
  const called = { edit: "part", name: "question", field: "label", value: "A page" };
  expect(ask).toHaveBeenLastCalledWith(called);
});
