import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { desk } from "../src/data/desk.svelte";
import { answer } from "../src/host/fake";
import Plan from "../src/pages/Plan.svelte";
import { listen } from "../src/text/keys";
import type { ContractTerm, Edit, Node, PlanInput, View } from "../src/types/calls";
import { violations } from "./axe";
import { core, plan } from "./outline";

afterAll(listen(window));
vi.setConfig({ testTimeout: 30_000 });

let edits: Edit[];

function number(address: string, value: string, label: string): PlanInput {
  const like = plan().inputs[0]!;
  return { ...like, address, value, label, at: "contracts/0", guess: false, source: "contract" };
}

function term(
  kind: ContractTerm["kind"],
  index: number,
  about: Partial<ContractTerm>,
): ContractTerm {
  const label = { price: "price", discount: "percentage", steps: "volume steps" }[kind as "price"];
  const name = index === 0 ? label : `${label} ${index + 1}`;
  return { kind, index, label: name, fields: [], inputs: [], optional: [], rows: 0, ...about };
}

/** The support desk with an order form: two percentages and volume steps. */
function agreed(about: Partial<View> = {}): View {
  const view = plan();
  const contract: Node = {
    ...view.nodes[0]!,
    at: "contracts/0",
    kind: "contract",
    address: "contracts.form",
    name: "form",
    label: "Order form",
    unit: null,
    units: null,
    load: null,
    zone: null,
    adoption: null,
    main: { address: null, text: "with openai", guess: false },
    inputs: [],
    figures: null,
    contract: {
      provider: "openai",
      source: null,
      change: "-310.25",
      why: "contracts.form.month",
      optional: ["contracts.form.tax"],
      terms: [
        term("discount", 0, {
          inputs: ["contracts.form.discount.off"],
          fields: [
            { field: "model", value: "", choices: ["", "openai/gpt-5.4"] },
            { field: "from", value: "", choices: [] },
          ],
        }),
        term("discount", 1, { inputs: ["contracts.form.discount.2.off"] }),
        term("steps", 0, {
          inputs: ["contracts.form.steps.row.spend", "contracts.form.steps.row.2.spend"],
          rows: 2,
        }),
      ],
    },
  };
  return {
    ...view,
    nodes: [...view.nodes, contract],
    inputs: [
      ...view.inputs,
      number("contracts.form.discount.off", "6%", "Off"),
      number("contracts.form.discount.2.off", "2%", "Off"),
      number("contracts.form.steps.row.spend", "$10k", "Step 1: spend"),
      number("contracts.form.steps.row.2.spend", "$20k", "Step 2: spend"),
    ],
    ...about,
  };
}

/** A core that adds and removes contracts and terms. */
function keeping(view: View): Edit[] {
  const made = core(view);
  let now = view;
  answer("projects.edit", ({ edit }) => {
    made.push(edit);
    const last = now.nodes.at(-1)!;
    const terms = last.contract?.terms ?? [];
    let nodes = now.nodes;
    if (edit.edit === "remove-contract") nodes = nodes.slice(0, -1);
    else if (edit.edit === "add-contract") nodes = agreed().nodes;
    else if (edit.edit === "remove-term") {
      const rest = terms
        .filter((it) => it.kind !== edit.kind || it.index !== edit.index)
        .map((it) => (it.kind === edit.kind && it.index > edit.index ? { ...it, index: 0 } : it));
      nodes = [...nodes.slice(0, -1), { ...last, contract: { ...last.contract!, terms: rest } }];
    } else if (edit.edit === "add-term") {
      const price = term("price", 0, { fields: [{ field: "from", value: "", choices: [] }] });
      const more = { ...last.contract!, terms: [price, ...terms] };
      nodes = [...nodes.slice(0, -1), { ...last, contract: more }];
    }
    now = { ...now, nodes, turn: now.turn + 1 };
    return now;
  });
  return made;
}

beforeEach(() => {
  edits = keeping(agreed());
  desk.view = agreed();
  desk.selected = "contracts/0";
  desk.folded = new Set();
});

function inspector(): HTMLElement {
  return screen.getByRole("complementary", { name: "Order form" });
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((done) => setTimeout(done));
  await tick();
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  await fireEvent.keyDown(document.activeElement!, { key, ...more });
  await settled();
}

test("a contract is a row of the outline, and its terms stand beside it", async () => {
  render(Plan);
  const rows = [...document.querySelectorAll<HTMLElement>("[role='row'][data-at]")];
  expect(rows.at(-1)?.textContent?.replaceAll(/\s+/g, " ")).toContain("Order form with openai");
  expect(within(inspector()).getByText("−$310.25")).toBeTruthy();
  const heads = within(inspector()).getAllByRole("heading", { level: 3 });
  expect(heads.map((head) => head.textContent).slice(0, 3)).toEqual([
    "Percentage",
    "Percentage 2",
    "Volume steps",
  ]);
  expect(screen.queryByText(/No figures yet/)).toBeNull();
  expect(await violations()).toEqual([]);
});

test("numbers are typed, fields chosen, and each is one edit", async () => {
  render(Plan);
  const first = within(inspector()).getByRole("region", { name: "Percentage" });
  await fireEvent.input(within(first).getByLabelText("Off"), { target: { value: "8%" } });
  await fireEvent.change(within(first).getByLabelText("Model"), {
    target: { value: "openai/gpt-5.4" },
  });
  const from = within(first).getByLabelText("From month");
  await fireEvent.input(from, { target: { value: "2027-04" } });
  await fireEvent.change(from);
  await fireEvent.click(
    within(inspector()).getByRole("button", { name: "Delete step 2 of volume steps" }),
  );
  await settled();
  const one = { contract: 0, kind: "discount", index: 0 } as const;
  expect(edits).toEqual([
    { edit: "number", address: "contracts.form.discount.off", text: "8%" },
    { edit: "term", ...one, field: "model", value: "openai/gpt-5.4" },
    { edit: "term", ...one, field: "from", value: "2027-04" },
    { edit: "remove-step-row", contract: 0, index: 0, row: 1 },
  ]);
});

test("a term that is added has the focus; one that is deleted gives it to the next", async () => {
  render(Plan);
  await fireEvent.click(within(inspector()).getByRole("button", { name: "price" }));
  await settled();
  const price = within(inspector()).getByRole("region", { name: "Price" });
  expect(document.activeElement).toBe(within(price).getByLabelText("From month"));
  await fireEvent.click(within(inspector()).getByRole("button", { name: "Delete percentage" }));
  await settled();
  expect(edits.map((edit) => edit.edit)).toEqual(["add-term", "remove-term"]);
  expect(document.activeElement?.closest("[data-term]")?.getAttribute("data-term")).toBe(
    "discount/0",
  );
});

test("Del deletes a contract, F2 renames it, and no key moves or wraps it", async () => {
  render(Plan);
  document.querySelector<HTMLElement>("[data-at='contracts/0']")?.focus();
  await press("ArrowUp", { altKey: true });
  await press("w");
  await press("F2");
  await fireEvent.input(document.activeElement!, { target: { value: "Order 2027" } });
  await press("Enter");
  await press("Delete");
  expect(edits).toEqual([
    { edit: "contract", contract: 0, field: "label", value: "Order 2027" },
    { edit: "remove-contract", contract: 0 },
  ]);
});

test("a contract is added from the menu, and selected", async () => {
  edits = keeping(plan());
  desk.view = plan();
  desk.selected = null;
  render(Plan);
  document.querySelector<HTMLElement>("[role='row'][data-at]")?.focus();
  await press("Insert");
  await fireEvent.click(screen.getByRole("menuitem", { name: /^Contract with a seller/ }));
  await settled();
  expect(edits).toEqual([{ edit: "add-contract", name: "contract" }]);
  expect(desk.selected).toBe("contracts/0");
});

test("what is wrong with a term is told, and nothing can be changed where nothing can be", async () => {
  const message = "The book has no model called `openai/gpt-6`.";
  const problem = {
    address: null,
    at: "contracts/0",
    field: "model",
    message,
    hint: "Did you mean openai/gpt-5.4?",
    meanwhile: null,
  };
  desk.view = agreed({ problems: [problem] });
  const { unmount } = render(Plan);
  expect(within(inspector()).getByText(message)).toBeTruthy();
  unmount();
  desk.view = agreed({ read_only: "another window has it open" });
  render(Plan);
  expect(within(inspector()).queryByRole("button", { name: /Delete/ })).toBeNull();
  expect(within(inspector()).getByLabelText<HTMLSelectElement>("Model").disabled).toBe(true);
  expect(await violations()).toEqual([]);
});
