import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { answer, refuse } from "../src/host/fake";
import Sample from "../src/pages/Sample.svelte";

test("the figure of the sample stands under its label", async () => {
  answer("samples.figure", ({ name }) => ({
    label: `Length of ${name}`,
    value: "12345",
    unit: "characters",
  }));
  render(Sample, { name: "hello" });
  const figure = await screen.findByLabelText("Length of hello");
  expect(figure.textContent).toBe("12,345 characters");
});

test("while the figure is worked out, the page says so", async () => {
  answer("samples.figure", () => new Promise(() => {}));
  render(Sample, { name: "hello" });
  expect(screen.getByRole("status").textContent).toBe("Reading the sample");
});

test("an error says what went wrong and what to do now", async () => {
  refuse("samples.figure", {
    code: "not_found",
    message: "There is no sample called `hello`.",
    hint: "The samples are: other.",
    at: null,
  });
  render(Sample, { name: "hello" });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("There is no sample called `hello`.");
  expect(alert.textContent).toContain("The samples are: other.");
});

test("a shell that does not answer is an error too", async () => {
  render(Sample, { name: "hello" });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("could not ask for samples.figure");
});
