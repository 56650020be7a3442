import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { expect, test } from "vitest";
import App from "../src/App.svelte";
import { watch } from "../src/data/faults.svelte";

test("a mistake of the page shows in the foot strip", async () => {
  watch();
  render(App);
  expect(screen.queryByRole("alert")).toBeNull();
  dispatchEvent(new ErrorEvent("error", { message: "x is not a function" }));
  dispatchEvent(new ErrorEvent("error", { message: "x is not a function" }));
  await tick();
  expect(screen.getAllByRole("alert").map((it) => it.textContent)).toEqual(["x is not a function"]);
});
