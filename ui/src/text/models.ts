/** Models of the book as a person chooses among them. */
import type { CallPrice, ListedModel, PriceRate } from "../types/calls";
import { day, exactly } from "./format";

/** `openai/gpt-5.4`, as plans name it. */
export function nameOfModel({ provider, model }: Pick<ListedModel, "provider" | "model">): string {
  return `${provider}/${model}`;
}

type Rates = readonly Pick<PriceRate, "meter" | "per_million">[];

/** `$2.50 in, $15.00 out per 1M today`, with the tier where it is not the standard one; nothing where it is not priced by tokens. */
export function pricesOf(rates: Rates, tier = "standard"): string | null {
  const said = perMillion(ofTokens(rates), tier);
  return said && `${said} today`;
}

/** `$1.50 in, $7.50 out per 1M in Nov 2027, since Jan 1, 2027`: those of a call in a month in words. */
export function pricesIn(
  month: string,
  prices: readonly CallPrice[],
  tier = "standard",
): string | null {
  const of = (meter: CallPrice["meter"]): string | undefined => {
    const each = prices.filter((it) => it.meter === meter).map((it) => it.per_million);
    const [least, ...more] = [...new Set(each)].sort((a, b) => Number(a) - Number(b));
    const most = more.at(-1);
    return least && [least, ...(most ? [most] : [])].map((it) => exactly(it)).join(" to ");
  };
  const said = perMillion([of("input"), of("output")], tier);
  if (!said) return null;
  const since = prices
    .flatMap((it) => it.since ?? [])
    .sort()
    .at(-1);
  const ends = prices.flatMap((it) => it.ends ?? []).sort()[0];
  const began = since && since !== ends ? `, since ${day(since)}` : "";
  return `${said} in ${month}${began}${ends ? `; changes on ${day(ends)}` : ""}`;
}

function perMillion([read, written]: (string | undefined)[], tier: string): string | null {
  if (!read) return null;
  const inTier = tier === "standard" ? "" : `, ${tier},`;
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
