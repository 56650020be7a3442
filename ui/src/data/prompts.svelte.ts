/** The prompts of the page: the scratch text, and what the core says of texts and calls. */
import { call } from "../host";
import { count } from "../text/format";
import { read, type TokensOf } from "../text/tokens";
import type { CallRead, PartedCall, PriceTable, Reading } from "../types/calls";
import { forget } from "./live";

/** One part of a call, as the page shows it. */
export interface ShownPart {
  /** Its name in the plan. */
  id: string;
  /** Its name as people write it: `system.md`. */
  label: string;
  /** Whose words they are and when they are sent: `system, every call`. */
  sent: string;
  /** The text that is counted. */
  text?: string;
  /** Or a text that is too long to be shown, under its number in the core. */
  imported?: number;
  /** Or so many tokens, as typed: `350..900`. */
  size?: string;
  /** How it is sized, in words, where nothing is typed. */
  sized?: string;
  /** Whether the length follows from others, as that of a history does. */
  computed?: boolean;
  /** Whether its text is still to come. */
  reading?: boolean;
  /** How many of it, as typed. */
  copies?: string;
}

/** One call, as the page shows it. */
export interface ShownCall {
  /** Its address in the plan: `support.easy`. */
  id: string;
  /** Its name as people write it. */
  label: string;
  /** The model that the plan calls, as `provider/id`. */
  model?: string;
  /** The tokens of the answer, as typed. */
  output: string;
  /** The hidden tokens before it, as typed. */
  reasoning?: string;
  parts: ShownPart[];
}

/** The tokens of an answer that nobody said a word about. */
const USUAL_OUTPUT = "300";

/** A text that belongs to no plan yet. It stays while the person looks at other pages. */
export const scratch: Scratch = $state({
  label: "Scratch text",
  text: "",
  imported: undefined,
  output: undefined,
  revision: 0,
  reading: byShape(),
  as: "length",
});

/** Read as what it looks like, with nothing filled in. */
export function byShape(): Reading {
  return { format: null, variables: {}, image: null };
}

interface Scratch {
  /** Its name: that of its file, if it came from one. */
  label: string;
  text: string;
  /** Shown in the place of the text until it is put away: one that is too long to be edited. */
  imported: ImportedText | undefined;
  /** The tokens of the answer, once a person typed them. */
  output: string | undefined;
  /** Counts up when the text came from elsewhere than the editor. */
  revision: number;
  /** How the text is read. */
  reading: Reading;
  /** What a plan is given of a text that is more than its words. */
  as: "length" | "words";
}

/** So many tokens as a part of a plan, with who says so. */
export interface MeasuredLength {
  /** `926`, `926 ±6%` */
  value: string;
  source: string;
  /** The day, as `2026-11-20`. */
  as_of: string;
  /** What it was counted for: `o200k`, `claude-newer ±12%`. */
  counted: string;
}

/** A text that is too long to be edited: the core has it, counted. */
export interface ImportedText {
  /** Its name: that of its file, if it came from one. */
  label: string;
  handle: number;
  bytes: number;
}

/** Puts a text that came from a file in the place of the scratch text. */
export function openScratch(text: string, label: string): void {
  putAway();
  const revision = scratch.revision + 1;
  Object.assign(scratch, { text, label, revision, reading: byShape() });
}

/** Shows a text that is too long to be edited. */
export function showImported(imported: ImportedText): void {
  putAway();
  Object.assign(scratch, { imported, reading: byShape() });
}

/** Shows the scratch text again. */
export function putAway(): void {
  if (scratch.imported) forget(scratch.imported.handle);
  scratch.imported = undefined;
}

/** Begins with an empty one, after the one before became a part of a plan. */
export function emptyScratch(): void {
  openScratch("", "Scratch text");
  scratch.output = undefined;
}

/** The scratch text as a call of its own. */
export function scratchCall(): ShownCall {
  const { text, imported, output = USUAL_OUTPUT } = scratch;
  const { label } = imported ?? scratch;
  const length = imported ? { imported: imported.handle } : { text };
  return { id: "", label, output, parts: [{ id: "", label, sent: "every call", ...length }] };
}

const PARTS: Record<string, string> = {
  system: "System",
  tools: "Tools",
  history: "History",
  retrieved: "Retrieved texts",
  user: "The user's last turn",
  variables: "Variables",
  images: "Images",
  documents: "Documents",
  framing: "Around messages",
};

/** What a request is made of, as parts of a call, with the tokens of each. */
export function requestParts(read: CallRead): { parts: ShownPart[]; tokens: number[] } {
  const parts = read.parts.map(({ part, certainty, low, high }) => {
    const sized = certainty === "exact" ? "exact" : `${count(low)} to ${count(high)}`;
    return { id: part, label: PARTS[part] ?? part, sent: "in the request", sized };
  });
  return { parts, tokens: read.parts.map((part) => part.tokens) };
}

/** The tokens of a text that the core has, counted in a vocabulary or as a model does. */
export async function tokensOf(handle: number, counted_as: string): Promise<TokensOf> {
  return read(await call("prompts.boundaries", { handle, counted_as }));
}

/** What one call costs on every model. */
export function priceTable(of: PartedCall): Promise<PriceTable> {
  return call("prompts.table", of);
}
