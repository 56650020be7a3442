/** Answers of the core for tests of the prompts: small, and in its shapes. */
import { answer } from "../src/host/fake";
import type { Capability, PartedCall, PriceTable, TableRow, TextEdits } from "../src/types/calls";

/** The texts that are open, each under its number. */
export const held = new Map<number, { text: string; generation: number }>();
let handles = 0;

/** Answers everything that is asked about prompts. */
export function answerPrompts(): void {
  held.clear();
  answer("prompts.open", (text) => {
    handles += 1;
    held.set(handles, text);
    return { handle: handles };
  });
  answer("prompts.change", change);
  answer("prompts.close", ({ handle }) => {
    held.delete(handle);
    return null;
  });
  answer("prompts.boundaries", ({ handle, counted_as }) => boundaries(handle, counted_as));
  answer("prompts.table", priceTable);
}

/** Changes an open text as `prompts.change` does. */
export function change({ handle, since, generation, sets }: TextEdits): null {
  const was = held.get(handle);
  if (was?.generation !== since) throw new Error(`generation ${since} is not there`);
  let { text } = was;
  for (const { from, to, insert } of sets.flatMap((set) => set.toReversed())) {
    text = text.slice(0, from) + insert + text.slice(to);
  }
  held.set(handle, { text, generation });
  return null;
}

/** Counts a token a word, the blank before it included, as `prompts.boundaries` answers. */
export function boundaries(handle: number, counted_as: string): ArrayBuffer {
  const { text, generation } = held.get(handle)!;
  const ends = tokenEnds(text);
  const { length } = ends;
  if (counted_as.startsWith("anthropic/")) {
    return Uint32Array.of(generation, 0, length * 2, length, length * 3).buffer;
  }
  return Uint32Array.of(generation, 1, length, length, length, ...ends).buffer;
}

function tokenEnds(text: string): number[] {
  return [...text.matchAll(/\s*\S+|\s+$/g)].map((it) => it.index + it[0].length);
}

/** Prices a call as `prompts.table` does, on five models. */
export function priceTable({ parts, output, counted_as, look }: PartedCall): PriceTable {
  const lengths = parts.map(({ size, copies }) =>
    "tokens" in size
      ? Number(size.tokens) * Number(copies ?? 1)
      : tokenEnds("text" in size ? size.text : held.get(size.live)!.text).length,
  );
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const words = look.query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models().filter(
    ({ model, price }) =>
      look.capabilities.every((one) => (CAN[model] ?? []).includes(one)) &&
      (!look.fits || ("priced" in price && price.priced.fits === true)) &&
      words.every((word) => model.includes(word)) &&
      (look.sellers === "all" ||
        (look.sellers === "makers"
          ? !model.startsWith("acme/") && "priced" in price
          : model.startsWith(`${look.sellers.one}/`))),
  );
  const cheapest = found[0]?.price;
  return {
    at: "2026-11-20",
    output: Number(output),
    read: null,
    counted: counted_as?.startsWith("anthropic/") ? 1 : 0,
    model: counted_as?.includes("/") ? counted_as : null,
    ways: [
      {
        name: "o200k",
        tokens,
        certainty: "exact",
        low: tokens,
        high: tokens,
        plus_minus_percent: null,
        learned: null,
        parts: lengths,
      },
      {
        name: "claude-newer",
        tokens: tokens * 2,
        certainty: "estimated",
        low: tokens,
        high: tokens * 3,
        plus_minus_percent: 50,
        learned: null,
        parts: lengths.map((length) => length * 2),
      },
    ],
    sellers: [
      { id: "acme", name: "Acme Cloud" },
      { id: "anthropic", name: "Anthropic" },
      { id: "openai", name: "OpenAI" },
    ],
    models: models().length,
    found: found.length,
    capabilities_unknown: look.capabilities.length > 0 ? 1 : 0,
    cheapest_per_1000: cheapest && "priced" in cheapest ? cheapest.priced.per_1000 : null,
    from: look.from,
    rows: found.slice(look.from, look.from + look.most),
  };
}

/** What models can do; of the others it is not known. */
const CAN: Record<string, readonly Capability[]> = {
  "openai/mini": ["tools", "images"],
  "anthropic/opus": ["tools", "images", "pdf"],
  "openai/nano": ["tools"],
};

/** A small book, cheapest first. */
function models(): TableRow[] {
  const priced = (model: string, way: number, per_call: string, more: object): TableRow => {
    const price = { per_call, per_1000: "", band_per_1000: null, window: 0.001, fits: true };
    return { model, way, price: { priced: { ...price, ...more } } };
  };
  return [
    priced("openai/nano", 0, "0.000001", { per_1000: "0.001" }),
    priced("openai/mini", 0, "0.00037", { per_1000: "0.37" }),
    priced("acme/mini", 0, "0.0004", { per_1000: "0.4" }),
    priced("anthropic/opus", 1, "0.0071", {
      per_1000: "7.1",
      band_per_1000: ["5.2", "9"],
      window: null,
      fits: null,
    }),
    priced("openai/old", 0, "0.03", { per_1000: "30", window: 76, fits: false }),
    {
      model: "acme/voice",
      way: 0,
      price: { unpriced: "The book has no input price for `voice`." },
    },
  ];
}
