import { expect, test } from "vitest";
import { call } from "../src/host";
import { answer } from "../src/host/fake";

test("bytes cross as they are", async () => {
  const words = Uint32Array.of(7, 1, 2, 2, 2, 5, 6);
  answer("prompts.boundaries", () => words.buffer);
  const bytes = await call("prompts.boundaries", { handle: 1, counted_as: "o200k_base" });
  expect(new Uint32Array(bytes)).toEqual(words);
});
