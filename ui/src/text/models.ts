/** Models of the book as a person chooses among them. */
import type { ListedModel, PriceRate } from "../types/calls";
import { exactly } from "./format";

/** `openai/gpt-5.4`, as plans name it. */
export function nameOfModel({ provider, model }: Pick<ListedModel, "provider" | "model">): string {
  return `${provider}/${model}`;
}

type Rates = readonly Pick<PriceRate, "meter" | "per_million">[];

/** `$2.50 in, $15.00 out per 1M`, with the tier where it is not the standard one; nothing where it is not priced by tokens. */
export function pricesOf(rates: Rates, tier = "standard"): string | null {
  const [read, written] = ofTokens(rates);
  if (!read) return null;
  const inTier = tier === "standard" ? "" : `, ${tier}`;
  return `${read} in${written ? `, ${written} out` : ""} per 1M${inTier}`;
}

/** The same, short enough for a list: `$2.50 / $15.00`. */
export function shortPricesOf(model: ListedModel): string {
  return ofTokens(model.rates).filter(Boolean).join(" / ");
}

/** Dollars for a million tokens sent, and written. */
function ofTokens(rates: Rates): (string | undefined)[] {
  return ["input", "output"].map((meter) => {
    const rate = rates.find((it) => it.meter === meter);
    return rate && exactly(rate.per_million);
  });
}
