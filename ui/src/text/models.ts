/** Models of the book as a person chooses among them. */
import type { ListedModel } from "../types/calls";
import { exactly } from "./format";

/** `openai/gpt-5.4`, as plans name it. */
export function nameOfModel({ provider, model }: Pick<ListedModel, "provider" | "model">): string {
  return `${provider}/${model}`;
}

/** `$2.50 in, $15.00 out per 1M`; nothing where it is not priced by tokens. */
export function pricesOf(model: ListedModel): string | null {
  const [read, written] = rates(model);
  if (!read) return null;
  return `${read} in${written ? `, ${written} out` : ""} per 1M`;
}

/** The same, short enough for a list: `$2.50 / $15.00`. */
export function shortPricesOf(model: ListedModel): string {
  return rates(model).filter(Boolean).join(" / ");
}

/** Dollars for a million tokens sent, and written. */
function rates({ rates }: ListedModel): (string | undefined)[] {
  return ["input", "output"].map((meter) => {
    const rate = rates.find((it) => it.meter === meter);
    return rate && exactly(rate.per_million);
  });
}
