/** Texts that are too long for an editor: offered to be counted as a job, then priced as they are. */
import { call } from "../host";
import type { CallError, LongText } from "../types/calls";
import { desk } from "./desk.svelte";
import { jobs } from "./jobs.svelte";
import { forget } from "./live";
import { showImported } from "./prompts.svelte";
import { bench } from "./work.svelte";

/** A longer text is not put into an editor. */
export const MOST_EDITED = 10_000_000;

/** So much of a pasted text crosses at a time, so that the window stays awake. */
const SLICE = 1_000_000;

/** A long text that somebody pasted, or the file that it is in. */
export interface Offer {
  name: string;
  bytes: number;
  from: { path: string } | { text: string };
}

class Imports {
  /** What could be counted; nothing most of the time. */
  offered = $state.raw<Offer | null>(null);

  /** Offers a text that was pasted if it is too long to be edited; answers whether it is. */
  offerPasted(text: string | undefined): boolean {
    if (!text || text.length <= MOST_EDITED) return false;
    this.offered = { name: "Pasted text", bytes: text.length, from: { text } };
    return true;
  }

  /** Counts what was offered, unless it is cancelled, and shows what it costs. */
  async take(): Promise<void> {
    const offered = this.offered;
    this.offered = null;
    if (!offered) return;
    const { name, bytes, from } = offered;
    const { place } = desk;
    let handle: number | undefined;
    try {
      let source: LongText | null;
      if ("path" in from) {
        source = { file: from.path };
      } else {
        handle = await openInSlices(from.text);
        source = handle === undefined ? null : { live: handle };
      }
      if (!source) return;
      const outcome = await jobs.run(async () => {
        const started = await call("prompts.import", source);
        handle = started.handle;
        return started;
      });
      if (outcome.kind === "written" && handle !== undefined) {
        showImported({ label: name, handle, bytes });
        handle = undefined;
        desk.choose("");
        // Who went elsewhere meanwhile is not taken away from there.
        if (desk.place === place) desk.go("prompts");
        else desk.note = `${name} is counted, and priced on the page Prompts.`;
      } else if (outcome.kind === "failed") {
        desk.refusal = outcome.error;
      }
    } catch (error) {
      desk.refusal = error as CallError;
    } finally {
      if (handle !== undefined) forget(handle);
    }
  }
}

/** Gives the core a text piece by piece; answers nothing where it was cancelled. */
async function openInSlices(text: string): Promise<number | undefined> {
  const { handle } = await call("prompts.open", { text: "", generation: 0 });
  let isCancelled = false;
  const cancel = (): void => void (isCancelled = true);
  try {
    for (let [from, generation] = [0, 1]; from < text.length; generation += 1) {
      const to = sliceEnd(text, from);
      const sets = [[{ from, to: from, insert: text.slice(from, to) }]];
      await call("prompts.change", { handle, since: generation - 1, generation, sets });
      if (isCancelled) {
        forget(handle);
        return undefined;
      }
      from = to;
      bench.now = { what: "Taking the text", done: from, of: text.length, cancel };
    }
  } finally {
    bench.now = null;
  }
  return handle;
}

/** Where the next slice ends: never within a character. */
function sliceEnd(text: string, from: number): number {
  const end = from + SLICE;
  const isWithin = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return Math.min(isWithin ? end - 1 : end, text.length);
}

/** The one place where long texts are offered and counted. */
export const imports = new Imports();
