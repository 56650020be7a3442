import { expect, test, vi } from "vitest";
import { argument, listen, pick, requestClose } from "../src/host";
import { answerWindow, tell } from "../src/host/fake";

test("a dialog answers a path, or nothing when the person backs out", async () => {
  answerWindow("pick", ({ wanted, name }) => `/home/me/${String(wanted)}-${String(name)}`);
  expect(await pick("saveWorkbook", "desk.xlsx")).toBe("/home/me/saveWorkbook-desk.xlsx");
  answerWindow("pick", () => null);
  expect(await pick("project")).toBeNull();
});

test("a shell that refuses is a CallError", async () => {
  answerWindow("argument", () => Promise.reject(new Error("no such command")));
  await expect(argument()).rejects.toMatchObject({ code: "internal", at: null });
});

test("news reach whoever listens, until they stop", () => {
  const dropped = vi.fn();
  const stop = listen("dropped", ({ paths }) => dropped(paths));
  tell({ kind: "dropped", paths: ["/a.md", "/b.md"] });
  stop();
  tell({ kind: "dropped", paths: ["/c.md"] });
  expect(dropped.mock.calls).toEqual([[["/a.md", "/b.md"]]]);
});

test("the window closes when everybody has finished", async () => {
  const done: string[] = [];
  answerWindow("close", () => done.push("closed"));
  const stop = listen("closing", async () => {
    await Promise.resolve();
    done.push("saved");
  });
  await requestClose();
  expect(done).toEqual(["saved", "closed"]);
  stop();
});

test("where somebody cannot finish the window stays, and goes the second time", async () => {
  const done: string[] = [];
  answerWindow("close", () => done.push("closed"));
  answerWindow("stay", () => done.push("stays"));
  const stop = listen("closing", () => Promise.reject(new Error("the disk is full")));
  await requestClose();
  await requestClose();
  expect(done).toEqual(["stays", "closed"]);
  stop();
});
