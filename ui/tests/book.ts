/** A small price book, as the core answers, for tests of the page that shows it. */
import { answer } from "../src/host/fake";
import type {
  Audit,
  CheckedPrices,
  ListedModel,
  OwnBook,
  PaidPrice,
  PriceEntry,
  PriceRate,
  PriceRow,
  PriceSource,
  ProposedBook,
  ShownModel,
} from "../src/types/calls";

/** The day that everything is told for. */
const DAY = "2026-11-23";

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
    rerouted: null,
    retired: null,
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
  const isNow = holds(entry, DAY);
  return { entry, holds: isNow, decides: isNow, provenance: OPENAI, rates: rates(prices) };
}

/** What is paid for a million of each on the day, under a condition. */
export function pays(
  prices: Parameters<typeof rates>[0],
  more: Partial<PaidPrice> = {},
): PaidPrice[] {
  return rates(prices).map((it) => ({
    ...it,
    tier: "standard",
    condition: "standard",
    since: null,
    first_recorded: false,
    layer: "default",
    provenance: OPENAI,
    guaranteed_to: null,
    note: null,
    ...more,
  }));
}

function holds({ from, to }: PriceEntry, at: string): boolean {
  return (from === null || from <= at) && (to === null || at < to);
}

/** A model with a past, with prices of now, and with an announced one. */
export const GPT: ShownModel = {
  provider: "openai",
  model: "gpt-5.4",
  match: "exact",
  named: null,
  rerouted: null,
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
  at: DAY,
  pays: [
    ...pays(
      { input: "2.5", cache_read: "0.25", output: "15", web_search: "10000" },
      { since: "2026-03-05", guaranteed_to: "2026-12-31" },
    ),
    ...pays(
      { input: "5", output: "22.5" },
      { condition: "standard, prompts over 272,000 tokens", since: "2026-03-05" },
    ),
    ...pays({ input: "1.25", output: "7.5" }, { tier: "batch", condition: "batch" }),
  ],
  announced: [
    {
      from: "2027-01-01",
      condition: "standard",
      meter: "input",
      unit: "token",
      per_million: "2",
      was: "2.5",
      layer: "default",
      provenance: OPENAI,
    },
  ],
  terms: {
    multipliers: [
      {
        when: "data_residency",
        is: ["eu", "us"],
        factor: "1.1",
        fees_too: false,
        excludes: ["batch"],
        from: "2026-03-05",
        provenance: OPENAI,
      },
    ],
    metering: [
      {
        meter: "web_search",
        unit: "search",
        minimum: null,
        increment: null,
        free: "1000",
        per: "day",
        provenance: OPENAI,
      },
    ],
    cache: {
      mode: "implicit",
      minimum_tokens: 1024,
      granularity_tokens: 128,
      ttl_seconds: [300, 3600],
      refreshes: true,
      breakpoints: null,
      storage_per_million: null,
      provenance: OPENAI,
    },
    reroute: null,
    retirement: { on: "2027-10-23", successor: "gpt-5.5", provenance: OPENAI },
  },
  compares: [
    {
      book: null,
      provider: "openrouter",
      model: "openai/gpt-5.4",
      rates: rates({ input: "2.5", output: "15" }),
      differs: false,
    },
    {
      book: "Our rates",
      provider: "openai",
      model: "gpt-5.4",
      rates: rates({ input: "2", output: "12" }),
      differs: true,
    },
  ],
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

/** A book that was imported, and is set aside. */
export const OURS: OwnBook = {
  id: "9f2c41aa07d3".padEnd(64, "0"),
  name: "Our rates",
  format: "litellm",
  file: "our-rates.json",
  imported: "2026-11-22T10:42:07.250Z",
  models: 3,
  entries: 4,
  active: false,
  place: null,
  problems: [
    {
      path: ["models", "gpt-5.4"],
      address: null,
      message: "The price 0 is no price.",
      hint: "It is left out: the model is unpriced.",
    },
  ],
  unread: [
    { key: "supports_vision", models: 2, examples: [{ model: "acme/large", value: "true" }] },
  ],
  damaged: null,
};

/** What activating it would change. */
export const PROPOSED: ProposedBook = {
  id: OURS.id,
  name: OURS.name,
  format: OURS.format,
  models: OURS.models,
  entries: OURS.entries,
  problems: OURS.problems,
  unread: OURS.unread,
  left_out: 0,
  known: false,
  active: false,
  diff: {
    added: ["acme/model-1"],
    removed: ["acme/model-0"],
    changed: [
      {
        model: "openai/gpt-5.4",
        entry: "standard, from 2026-03-05",
        meter: "input",
        unit: "token",
        old: "2.5",
        new: "2",
      },
      {
        model: "openai/gpt-5.4",
        entry: "standard",
        meter: "web_search",
        unit: "search",
        old: null,
        new: "8000",
      },
    ],
    conflicts: [
      {
        model: "openai/gpt-5.4-nano",
        entry: "standard",
        meter: "output",
        unit: "token",
        here: "1.2",
        there: "1.25",
        book: "Last year's rates",
      },
    ],
    unchanged: 1_204,
  },
};

/** What a check finds. */
export const CHECKED: CheckedPrices = {
  at: DAY,
  models: 5,
  entries: 12,
  errors: 1,
  findings: [
    {
      what: "gap",
      error: true,
      book: "active",
      model: "openai/gpt-5.4",
      message: "From 2026-01-01 to 2026-03-05 it has no price.",
      hint: "Add the entry between them.",
    },
    {
      what: "disagrees",
      error: false,
      book: "active",
      model: "anthropic/claude-opus-4-8",
      message: "Another book says $4.",
      hint: "Look at its source.",
    },
  ],
};

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
      seen: "copy",
      via: null,
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
      seen: "copy",
      via: null,
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
      seen: "copy",
      via: null,
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
  answer("prices.books", () => ({ books: [OURS], over: [] }));
  answer("prices.propose", () => PROPOSED);
  answer("prices.activate", () => ({ books: [{ ...OURS, active: true, place: 1 }], over: [] }));
  answer("prices.set_aside", () => ({ books: [OURS], over: [] }));
  answer("prices.remove", () => ({ books: [], over: [] }));
  answer("prices.compare", () => ({ old: "active", new: OURS.name, diff: PROPOSED.diff }));
  answer("prices.check", () => CHECKED);
  answer("audit.run", () => AUDIT);
}
