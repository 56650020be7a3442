/** Every test talks to the fake shell, and starts with no answers. */
import { afterEach, vi } from "vitest";
import { forget } from "../src/host/fake";

vi.mock("../src/host/tauri", () => import("../src/host/fake"));
afterEach(forget);
