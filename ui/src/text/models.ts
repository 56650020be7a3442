/** Models of the book as a person chooses among them. */
import type { ListedModel } from "../types/calls";
import { exactly } from "./format";

/** `openai/gpt-5.4`, as plans name it. */
export function nameOfModel({ provider, model }: ListedModel): string {
  return `${provider}/${model}`;
}

/** `$2.50 in, $15.00 out per 1M`; nothing where it is not priced by tokens. */
export function pricesOf({ rates }: ListedModel): string | null {
  const of = (meter: string): string | undefined =>
    rates.find((rate) => rate.meter === meter)?.per_million;
  const [read, written] = [of("input"), of("output")];
  if (!read) return null;
  return `${exactly(read)} in${written ? `, ${exactly(written)} out` : ""} per 1M`;
}
