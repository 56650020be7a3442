import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
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
