/** An open plan with three months, as the core answers, for tests of the pages that show months. */
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import type { Projection, ReportPreview, View, Why } from "../src/types/calls";

/** The plan: support, whose figures there are unless something else is said. */
export function aView(changes: Partial<View> = {}): View {
  return {
    project: 1,
    turn: 1,
    since: null,
    file: "/plans/support.forebill",
    read_only: null,
    undo: null,
    redo: null,
    select: null,
    name: "Support desk",
    starts: "2027-10",
    months: ["2027-10", "2027-11", "2027-12"],
    month: 0,
    taught: [],
    nodes: [],
    parts: [],
    inputs: [],
    problems: [],
    notes: [],
    figures: {
      currency: "USD",
      total: "6200.5",
      months: ["1100.25", "2100.25", "3000"],
      unit_decimals: 4,
      features: [
        {
          name: "support",
          label: "Support",
          unit: "conversation",
          decimals: 4,
          unit_cost: "0.0427",
          unit_costs: ["0.04", "0.05", "0.045"],
          units: ["27500", "42000", "66666"],
          costs: [],
          unknown_costs: [],
          quality: null,
          naive_unit_cost: "0.0066",
          calls: "8",
          tokens_in: "1000",
          tokens_out: "100",
          unused: null,
          drivers: [],
        },
      ],
    },
    stale: false,
    last: null,
    facts: { checked: null, pinned: 0, moved: 0, inputs: 0, guesses: 0 },
    ...changes,
  };
}

/** Its months by cause. */
export const BY_DRIVER: Projection = {
  currency: "USD",
  decimals: 0,
  months: ["2027-10", "2027-11", "2027-12"],
  bands: [
    {
      key: "base-prompt",
      label: "Base prompt",
      why: "base-prompt",
      shown: ["300", "600", "900"],
      exact: ["300.15", "600.15", "900"],
      total: "1800",
      total_exact: "1800.3",
    },
    {
      key: "failed-attempts",
      label: "Failed attempts",
      why: "failed-attempts",
      shown: ["0", "0", "100"],
      exact: ["0.1", "0.1", "100"],
      total: "100",
      total_exact: "100.2",
    },
    {
      key: "other-costs",
      label: "Other costs",
      why: "other-costs",
      shown: ["800", "1500", "2000"],
      exact: ["800", "1500", "2000"],
      total: "4300",
      total_exact: "4300",
    },
  ],
  footed: true,
  totals: ["1100", "2100", "3000"],
  exact: ["1100.25", "2100.25", "3000"],
  total: "6200",
  total_exact: "6200.5",
  unit_costs: [
    {
      feature: "support",
      label: "Support",
      unit: "conversation",
      decimals: 4,
      costs: ["0.04", "0.05", "0.045"],
      why: "support.month.unit-cost",
      whole: "0.0427",
      whole_why: "support.unit-cost",
      units: ["27500", "42000", "66666"],
      units_why: "support.volume",
      all_units: "136166",
      all_units_why: "support.all-units",
      per: [
        {
          per: "user-month",
          label: "active user and month",
          costs: [null, "0.12", "0.11"],
          why: "support.month.unit-cost.user-month",
          whole: "0.115",
          whole_why: "support.unit-cost.user-month",
        },
      ],
      unknown: [
        { per: "accepted", label: "accepted conversation", lacks: "no accepted part is typed" },
      ],
    },
  ],
  events: [
    {
      month: 1,
      day: "2027-11-01",
      model: "openai/gpt-5",
      changes: [
        { meter: "input", by: "-0.12" },
        { meter: "output", by: "-0.12" },
      ],
    },
  ],
};

/** The same by model. */
export const BY_MODEL: Projection = {
  ...BY_DRIVER,
  bands: [
    {
      key: "openai/gpt-5",
      label: "openai/gpt-5",
      why: "openai/gpt-5",
      shown: ["1100", "2100", "3000"],
      exact: ["1100.25", "2100.25", "3000"],
      total: "6200",
      total_exact: "6200.5",
    },
  ],
};

/** What its report will hold. */
export const PREVIEW: ReportPreview = {
  stem: "support-desk_cost-model_2026-11-22",
  name: "Support desk",
  currency: "USD",
  total: "6200.5",
  peak: 2,
  months: [
    { month: "2027-10", total: "1100.25" },
    { month: "2027-11", total: "2100.25" },
    { month: "2027-12", total: "3000" },
  ],
  features: [
    {
      label: "Support",
      unit: "conversation",
      unit_cost: "0.0427",
      naive: "0.0066",
      ratio: "6.469696",
      units: "136166",
      total: "6200.5",
    },
  ],
  sheets: [
    { name: "Summary", purpose: "What it comes to.", formulas: 41 },
    { name: "Checks", purpose: "Every difference must be zero.", formulas: 1200 },
  ],
  formulas: 1241,
  checks: [
    { label: "Features add up to the total", off: "0", unit: "USD", passes: true },
    { label: "Summary: quarters add up to the total", off: "0", unit: "USD", passes: true },
  ],
  failed: 0,
  plan_hash: "0123456789abcdef0123456789abcdef",
  book: "prices.lock.toml (abc)",
  checked: ["2026-11-01", "2026-11-20"],
  prices: 5,
  inputs: 34,
  guesses: 11,
  exported: "2026-11-22",
  chart: '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
};

/** Puts a plan on the desk, and answers what the pages of months ask. */
export function open(view: View | null = aView()): void {
  desk.view = view;
  desk.by = "driver";
  answer("projects.projection", ({ by }) => (by === "driver" ? BY_DRIVER : BY_MODEL));
  answer("projects.why", ({ address, month }) => whyOf(address, month));
  answer("projects.look_at", ({ month }) => aView({ ...desk.view!, month, turn: 9 }));
  answer("reports.preview", () => PREVIEW);
}

function whyOf(address: string, month: string | null): Why {
  return {
    month,
    figure: {
      address,
      label: address,
      unit: "USD",
      value: "12.5",
      month: null,
      certainty: null,
      source: { kind: "formula" },
    },
    formula: "sum of its lines",
    numbers: null,
    workbook: "Projection!Q18",
    operands: [
      {
        address: "price.openai/gpt-5.input",
        label: "Price",
        unit: "USD",
        value: "0.00000125",
        month: null,
        certainty: null,
        source: {
          kind: "price",
          page: "https://openai.com/api/pricing/",
          checked: "2026-11-09",
          from: null,
          to: null,
        },
      },
      {
        address: "support.lines",
        label: "Lines",
        unit: "USD",
        value: "3",
        month: null,
        certainty: null,
        source: { kind: "formula" },
      },
    ],
  };
}
