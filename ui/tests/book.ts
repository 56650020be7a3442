/** A small price book, as the core answers, for tests of the page that shows it. */
import { answer } from "../src/host/fake";
import type {
  Audit,
  ListedModel,
  PriceEntry,
  PriceRate,
  PriceRow,
  PriceSource,
  ShownModel,
} from "../src/types/calls";

export const OPENAI: PriceSource = {
  source: "https://developers.openai.com/api/docs/pricing",
  checked: "2026-11-09",
  basis: "book",
};

/** Dollars for a million of each. */
export function rates(prices: Partial<Record<PriceRate["meter"], string>>): PriceRate[] {
  const units: Partial<Record<PriceRate["meter"], string>> = { web_search: "search", page: "page" };
  return Object.entries(prices).map(([name, per_million]) => {
    const meter = name as PriceRate["meter"];
    return { meter, unit: units[meter] ?? "token", per_million };
  });
}

/** A model in a list. */
export function listed(name: string, more: Partial<ListedModel> = {}): ListedModel {
  const [provider = "", model = ""] = name.split("/");
  return {
    provider,
    model,
    name: null,
    context_tokens: null,
    rates: rates({ input: "2.5", output: "15" }),
    tiers: ["standard"],
    provenance: OPENAI,
    ...more,
  };
}

/** A price that holds always and for everybody, unless something else is said. */
export function row(prices: Parameters<typeof rates>[0], more: Partial<PriceEntry> = {}): PriceRow {
  const entry: PriceEntry = {
    from: null,
    to: null,
    tier: "standard",
    over: null,
    at_least: null,
    window: null,
    days: null,
    except: null,
    layer: "default",
    guaranteed_to: null,
    note: null,
    ...more,
  };
  const isNow = holds(entry, "2026-11-23");
  return { entry, holds: isNow, decides: isNow, provenance: OPENAI, rates: rates(prices) };
}

function holds({ from, to }: PriceEntry, at: string): boolean {
  return (from === null || from <= at) && (to === null || at < to);
}

/** A model with a past, with prices of now, and with an announced one. */
export const GPT: ShownModel = {
  provider: "openai",
  model: "gpt-5.4",
  match: "exact",
  name: "GPT-5.4",
  aliases: ["gpt-5-4"],
  context_tokens: 1_050_000,
  vocabulary: "o200k_base",
  capabilities: ["tools", "images"],
  provenance: OPENAI,
  prices: [
    row({ input: "3", output: "18" }, { to: "2026-03-05" }),
    row(
      { input: "2.5", cache_read: "0.25", output: "15", web_search: "10000" },
      { from: "2026-03-05", to: "2027-01-01", guaranteed_to: "2026-12-31" },
    ),
    row({ input: "5", output: "22.5" }, { from: "2026-03-05", over: 272_000 }),
    row({ input: "2", output: "12" }, { from: "2027-01-01", note: "Announced on 20 November." }),
    row({ input: "1.25", output: "7.5" }, { tier: "batch" }),
  ],
  at: "2026-11-23",
  pays: [],
  announced: [],
  terms: { multipliers: [], metering: [], cache: null, reroute: null, retirement: null },
  compares: [],
};

/** The book, in the order of its sellers. */
export const MODELS: ListedModel[] = [
  listed("anthropic/claude-opus-4-8", {
    name: "Claude Opus 4.8",
    rates: rates({ input: "5", cache_read: "0.5", output: "25" }),
    tiers: ["standard", "batch", "fast"],
    provenance: { ...OPENAI, checked: "2026-11-20" },
  }),
  listed("mistral/mistral-ocr", { rates: rates({ page: "1000" }) }),
  listed("openai/gpt-5.4", {
    name: "GPT-5.4",
    rates: rates({ input: "2.5", cache_read: "0.25", output: "15" }),
    tiers: ["standard", "batch"],
  }),
  listed("openai/gpt-5.4-nano", { rates: rates({ input: "0.05", output: "0.00375" }) }),
  listed("openai/o1-unpriced", { rates: [], tiers: [] }),
];

/** Examples of which one was printed with a mistake. */
export const AUDIT: Audit = {
  passed: 3,
  flagged: 1,
  examples: [
    {
      id: "A-1",
      vendor: "Anthropic",
      title: "A managed agent's session of an hour",
      source: "https://platform.claude.com/docs/en/about-claude/pricing",
      read: "2026-09-26",
      inputs: "50,000 tokens in, 15,000 out, one hour of runtime",
      unit: "USD",
      printed: "0.705",
      computed: "0.705",
      lines: [
        {
          label: "input",
          quantity: "50000",
          unit: "token",
          rate: "5",
          per: 1_000_000,
          amount: "0.25",
        },
        { label: "session", quantity: "1", unit: "hour", rate: "0.08", per: 1, amount: "0.08" },
      ],
      right: null,
      right_lines: [],
      status: "exact",
      holds: true,
      note: null,
    },
    {
      id: "A-4",
      vendor: "Anthropic",
      title: "10,000 support tickets",
      source: "https://platform.claude.com/docs/en/about-claude/pricing",
      read: "2026-11-22",
      inputs: "10,000 tickets of about 3,700 tokens",
      unit: "USD",
      printed: "22.20",
      computed: "22.2",
      lines: [],
      right: "111",
      right_lines: [
        {
          label: "every token as input, the least",
          quantity: "37000000",
          unit: "token",
          rate: "3",
          per: 1_000_000,
          amount: "111",
        },
      ],
      status: "vendor_error",
      holds: true,
      note: "Less than the same tokens cost as input alone.",
    },
    {
      id: "O-7",
      vendor: "OpenAI",
      title: "A picture of 1,024 by 1,024",
      source: "https://developers.openai.com/api/docs/guides/images-vision",
      read: "2026-09-26",
      inputs: "1,024 × 1,024, detail high",
      unit: "tokens",
      printed: "765",
      computed: "765",
      lines: [{ label: "tiles", quantity: "4", unit: "tile", rate: null, per: null, amount: null }],
      right: null,
      right_lines: [],
      status: "tokens",
      holds: true,
      note: null,
    },
  ],
};

/** Answers everything that is asked about the book. */
export function answerBook(): void {
  answer("prices.list", ({ words }) =>
    words.length === 0 ? MODELS : MODELS.filter((it) => words.includes(`${it.model}-latest`)),
  );
  answer("prices.show", ({ model }) => {
    const found = MODELS.find((it) => model === `${it.provider}/${it.model}` || model === it.model);
    if (!found) throw new Error(`no test said what ${model} is`);
    return { ...GPT, provider: found.provider, model: found.model };
  });
  answer("audit.run", () => AUDIT);
}
