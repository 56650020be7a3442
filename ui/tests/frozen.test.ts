import { expect, test } from "vitest";

test("every page loads where nobody can change what all objects share, as in the window", async () => {
  Object.freeze(Object.prototype);
  const pages = Object.values(import.meta.glob("../src/pages/*.svelte"));
  expect(pages.length).toBeGreaterThan(3);
  await import("../src/App.svelte");
  await import("../src/parts/codemirror");
  for (const load of pages) await load();
});
