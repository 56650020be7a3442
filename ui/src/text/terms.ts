/** What the terms of contracts are called, where a person reads them. */
import type { TermField, TermKind } from "../types/calls";

/** Every kind of term, in the order in which they count. */
export const TERMS: readonly { kind: TermKind; word: string; says: string }[] = [
  { kind: "price", word: "price", says: "Instead of the book's. The first that holds counts." },
  { kind: "discount", word: "percentage", says: "Taken off prices, one after the other." },
  { kind: "free", word: "free quantity", says: "Costs nothing, each month." },
  { kind: "steps", word: "volume steps", says: "Taken off by what a month comes to." },
  { kind: "fee", word: "fee", says: "Charged on top of the spend." },
  { kind: "commitment", word: "commitment", says: "Paid whether it is used or not." },
  { kind: "credit", word: "credit", says: "Paid or given before, used first." },
];

/** What the fields of a term are called. */
export const TERM_FIELDS: Readonly<Record<TermField, { label: string; placeholder?: string }>> = {
  name: { label: "For" },
  model: { label: "Model" },
  meter: { label: "Of" },
  tier: { label: "Tier" },
  whole: { label: "Counts for" },
  every: { label: "Each" },
  "drawn-by": { label: "Drawn by" },
  from: { label: "From month", placeholder: "always, or 2027-04" },
  to: { label: "Ends before", placeholder: "never, or 2027-07" },
};

const CHOICES: Partial<Record<TermField, Readonly<Record<string, string>>>> = {
  model: { "": "every model" },
  meter: { "": "all of the spend", input: "input", output: "output", request: "requests" },
  tier: { "": "every tier" },
  whole: { false: "what lies above a step", true: "all of the month" },
  every: { month: "month", quarter: "quarter", year: "year", term: "its whole term" },
  "drawn-by": { agreed: "spend as agreed", list: "spend at list prices" },
};

/** What a choice of a field is called. */
export function choiceOf(field: TermField, choice: string): string {
  return CHOICES[field]?.[choice] ?? choice;
}

/** What a kind of term does, in a sentence. */
export function saysOf(kind: TermKind): string {
  return TERMS.find((term) => term.kind === kind)?.says ?? "";
}
