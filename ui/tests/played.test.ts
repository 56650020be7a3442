import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import type { PlayedFeature } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

vi.setConfig({ testTimeout: 30_000 });

const PLAYED: PlayedFeature = {
  name: "support",
  label: "Support",
  unit: "conversation",
  cost: { mean: "0.03", p50: "0.02", p95: "0.11", p99: "0.25" },
  decimals: 4,
  why: null,
};

beforeEach(() => {
  core(plan());
  desk.selected = null;
  desk.drawn = "outline";
});

test("how units differ is told once nobody types", async () => {
  let asked = 0;
  answer("projects.play", ({ feature }) => {
    expect(feature).toBe("support");
    asked += 1;
    return PLAYED;
  });
  desk.view = plan();
  const { container } = render(Plan);
  expect(asked).toBe(0);
  desk.view = { ...plan(), turn: 2 };
  const told = await screen.findByText(/one conversation in twenty more than/, undefined, {
    timeout: 5000,
  });
  expect(told.textContent).toMatch(/more than \$0\.02\d*, .* \$0\.11\d*, .* \$0\.25\d*,/s);
  // Two states within the rest are one question.
  expect(asked).toBe(1);
  expect(await violations(container)).toEqual([]);
});

test("what cannot be played leaves the figures as they are", async () => {
  answer("projects.play", () => ({ ...PLAYED, cost: null, why: "No units." }));
  desk.view = plan();
  render(Plan);
  await screen.findByText("tokens written");
  await new Promise((resolve) => setTimeout(resolve, 900));
  expect(screen.queryByText(/in twenty/)).toBeNull();
});
