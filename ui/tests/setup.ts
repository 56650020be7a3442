/** Every test talks to the fake shell, and starts with no answers. */
import { configure } from "@testing-library/svelte";
import { afterEach, vi } from "vitest";
import { forget } from "../src/host/fake";

vi.mock("../src/host/tauri", () => import("../src/host/fake"));
afterEach(forget);
// A busy computer takes its time; what waits for nothing is done at once.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

// jsdom knows dialogs, but not how they open.
HTMLDialogElement.prototype.showModal = function () {
  this.setAttribute("open", "");
  this.querySelector<HTMLElement>("[autofocus], button, input")?.focus();
};
HTMLDialogElement.prototype.close = function () {
  if (!this.open) return;
  this.removeAttribute("open");
  this.dispatchEvent(new Event("close"));
};

// jsdom lays nothing out, so nothing ever changes its size.
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
