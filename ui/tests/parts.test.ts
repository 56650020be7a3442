import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterAll, expect, test, vi } from "vitest";
import Field from "../src/parts/Field.svelte";
import { listen } from "../src/text/keys";
import { violations } from "./axe";
import Sheet from "./parts/Sheet.svelte";

afterAll(listen(window));

test("a page has its regions named, and no violation", async () => {
  render(Sheet);
  expect(screen.getByRole("main", { name: "Plan" }).textContent).toContain("16.3 model calls");
  expect(screen.getByRole("complementary", { name: "hard" })).toBeTruthy();
  expect(await violations()).toEqual([]);
});

test("Ctrl I hides the inspector and brings it back", async () => {
  const { container } = render(Sheet);
  const page = container.querySelector("[data-inspector]") as HTMLElement;
  await fireEvent.keyDown(document.body, { key: "i", ctrlKey: true });
  expect(page.dataset.inspector).toBe("closed");
  await fireEvent.click(screen.getByRole("button", { name: /^Inspector/ }));
  expect(page.dataset.inspector).toBe("open");
});

test("a problem stands at its field: what is wrong, what to write, one repair", async () => {
  const onchange = vi.fn();
  render(Sheet, { onchange });
  const field = screen.getByLabelText<HTMLInputElement>("Output");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  const words = document.getElementById(`${field.id}-trouble`)?.textContent;
  expect(words).toContain("A range cannot start at 0.");
  expect(words).toContain("Figures still use 180..450.");
  await fireEvent.keyDown(field, { key: "Enter", altKey: true });
  expect(field.value).toBe("1..450");
  expect(onchange).toHaveBeenCalledWith("1..450");
  expect(field.hasAttribute("aria-invalid")).toBe(false);
  expect(screen.queryByText("A range cannot start at 0.")).toBeNull();
});

test("one Enter says one thing once, and so does who leaves the field", async () => {
  const onchange = vi.fn();
  render(Field, { label: "Output", value: "400", onchange });
  const field = screen.getByLabelText<HTMLInputElement>("Output");
  await fireEvent.input(field, { target: { value: "450" } });
  expect(onchange).not.toHaveBeenCalled();
  await fireEvent.keyDown(field, { key: "Enter" });
  // The web view tells of the change by itself, too.
  await fireEvent.change(field);
  expect(onchange.mock.calls).toEqual([["450"]]);
  await fireEvent.input(field, { target: { value: "500" } });
  await fireEvent.change(field);
  expect(onchange.mock.calls).toEqual([["450"], ["500"]]);
});

test("a field says where its value is from, or that it is a guess", () => {
  render(Sheet);
  expect(screen.getByRole("button", { name: "Source of Right: eval set" })).toBeTruthy();
  const field = screen.getByLabelText("Output");
  const words = field.getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(words.map((id) => document.getElementById(id)?.textContent?.trim())).toContain("guess");
});

test("segments choose one view", async () => {
  render(Sheet);
  await fireEvent.click(screen.getByRole("radio", { name: "Canvas" }));
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Canvas" }).checked).toBe(true);
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Outline" }).checked).toBe(false);
});

test("a button that cannot be used now says why, and does nothing", async () => {
  const onadd = vi.fn();
  const { rerender } = render(Sheet, { onadd, why: "The file is read-only" });
  const button = screen.getByRole("button", { name: /^Add a step/ });
  await fireEvent.click(button);
  expect(onadd).not.toHaveBeenCalled();
  expect(screen.getByRole("tooltip").textContent).toBe("The file is read-only");
  await rerender({ onadd, why: undefined });
  await fireEvent.click(button);
  expect(onadd).toHaveBeenCalledOnce();
});

test("a reason stands beside a button that one comes to, not one that a press of its own brought about", async () => {
  const { rerender } = render(Sheet, { why: "Nothing is typed" });
  const button = screen.getByRole("button", { name: /^Add a step/ });
  const tooltip = (): DOMTokenList => screen.getByRole("tooltip").classList;
  await fireEvent.pointerEnter(button);
  expect(tooltip()).toContain("asked");
  await rerender({ why: undefined });
  await fireEvent.pointerEnter(button);
  await fireEvent.focus(button);
  await fireEvent.click(button);
  await rerender({ why: "Nothing is typed" });
  expect(tooltip()).not.toContain("asked");
  await fireEvent.click(button);
  expect(tooltip()).toContain("asked");
});

test("a reason stays within its page: on the other side where there is no room on its own", async () => {
  render(Sheet, { why: "Nothing is typed" });
  const button = screen.getByRole("button", { name: /^Add a step/ });
  const box = vi.spyOn(Element.prototype, "getBoundingClientRect");
  const at = (right: number): void => {
    box.mockImplementation(function (this: Element) {
      return this === button
        ? new DOMRect(right - 112, 462, 112, 28)
        : new DOMRect(176, 56, 1104, 716);
    });
  };
  at(320);
  await fireEvent.pointerEnter(button);
  expect(screen.getByRole("tooltip").classList).toContain("left");
  at(952);
  await fireEvent.pointerEnter(button);
  expect(screen.getByRole("tooltip").classList).not.toContain("left");
  box.mockRestore();
});
