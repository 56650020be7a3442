/** Answers of the core for tests of the prompts: small, and in its shapes. */
import type { PartedCall, PriceTable } from "../src/types/calls";

/** Counts a token a word, the blank before it included, as `prompts.boundaries` answers. */
export function boundaries(text: string, counted_as: string): ArrayBuffer {
  const ends = [...text.matchAll(/\s*\S+|\s+$/g)].map((it) => it.index + it[0].length);
  if (counted_as.startsWith("anthropic/")) {
    return Uint32Array.of(0, ends.length * 2, ends.length, ends.length * 3).buffer;
  }
  return Uint32Array.of(1, ends.length, ends.length, ends.length, ...ends).buffer;
}

/** Prices a call as `prompts.table` does, on five models. */
export function priceTable({ parts, output, counted_as }: PartedCall): PriceTable {
  const lengths = parts.map(({ size, copies }) =>
    "text" in size
      ? new Uint32Array(boundaries(size.text, ""))[1]!
      : Number(size.tokens) * Number(copies ?? 1),
  );
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const row = { band_per_1000: null, context_tokens: 400_000, fits: true, makers_own: true };
  return {
    at: "2026-11-20",
    output: Number(output),
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
        parts: lengths,
      },
      {
        name: "claude-newer",
        tokens: tokens * 2,
        certainty: "estimated",
        low: tokens,
        high: tokens * 3,
        plus_minus_percent: 50,
        parts: lengths.map((length) => length * 2),
      },
    ],
    sellers: [
      { id: "acme", name: "Acme Cloud" },
      { id: "anthropic", name: "Anthropic" },
      { id: "openai", name: "OpenAI" },
    ],
    models: [
      { ...row, model: "openai/nano", way: 0, per_call: "0.000001", per_1000: "0.001" },
      { ...row, model: "openai/mini", way: 0, per_call: "0.00037", per_1000: "0.37" },
      {
        ...row,
        model: "acme/mini",
        way: 0,
        per_call: "0.0004",
        per_1000: "0.4",
        makers_own: false,
      },
      {
        ...row,
        model: "anthropic/opus",
        way: 1,
        per_call: "0.0071",
        per_1000: "7.1",
        band_per_1000: ["5.2", "9"],
        context_tokens: null,
        fits: null,
      },
      {
        ...row,
        model: "openai/old",
        way: 0,
        per_call: "0.03",
        per_1000: "30",
        context_tokens: 4,
        fits: false,
      },
    ],
    unpriced: [{ model: "acme/voice", why: "The book has no input price for `voice`." }],
  };
}
