import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { stepInField, watchFields } from "../src/text/typed";

const stop = watchFields(document);
afterAll(stop);

let field: HTMLInputElement;
const exec = vi.fn((way: string) => {
  field.value = way === "undo" ? "400" : "450";
  field.dispatchEvent(
    new InputEvent("input", {
      bubbles: true,
      inputType: way === "undo" ? "historyUndo" : "historyRedo",
    }),
  );
  return true;
});

beforeEach(() => {
  document.execCommand = exec;
  exec.mockClear();
  field = document.body.appendChild(document.createElement("input"));
  field.value = "400";
  field.focus();
});
afterEach(() => field.remove());

function type(text: string): void {
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
}

test("typing in a field is taken back and done again in the field", () => {
  type("450");
  expect(stepInField("undo")).toBe(true);
  expect(field.value).toBe("400");
  expect(stepInField("undo")).toBe(false);
  expect(stepInField("redo")).toBe(true);
  expect(field.value).toBe("450");
  expect(stepInField("redo")).toBe(false);
});

test("so it is in a field to search in", () => {
  field.type = "search";
  field.blur();
  field.focus();
  type("450");
  expect(stepInField("undo")).toBe(true);
  expect(field.value).toBe("400");
});

test("what was taken back and typed over cannot be done again", () => {
  type("450");
  stepInField("undo");
  type("500");
  expect(stepInField("redo")).toBe(false);
});

test("a field in which nobody typed leaves the step to the project", () => {
  expect(stepInField("undo")).toBe(false);
  expect(stepInField("redo")).toBe(false);
  expect(exec).not.toHaveBeenCalled();
});

test("so does one whose text the project has changed since", () => {
  type("450");
  field.value = "120..300";
  expect(stepInField("undo")).toBe(false);
  expect(exec).not.toHaveBeenCalled();
});

test("so does everything that is no text field", () => {
  field.type = "checkbox";
  field.focus();
  expect(stepInField("undo")).toBe(false);
  expect(stepInField("undo", null)).toBe(false);
  expect(stepInField("undo", document.body)).toBe(false);
});
