/** The calls of the open plan as the page Prompts shows them, with the texts of their parts. */
import type { Part, View } from "../types/calls";
import { desk } from "./desk.svelte";
import type { MeasuredLength, ShownCall, ShownPart } from "./prompts.svelte";

/** Whose words a part has, and when it is sent. */
const SENT: ReadonlyMap<string, string> = new Map([
  ["system", "system, every call"],
  ["tools", "tools, every call"],
  ["user", "user"],
  ["retrieved", "retrieved"],
]);

/** So long after the last key the plan is given what was typed, unless the person leaves the text before. */
const REST_MS = 200;

/** Who never rests is saved this often. */
const LONGEST_MS = 1000;

class PlanCalls {
  /** Counts up when a text was changed by something else than the editor. */
  revision = $state(0);

  #texts = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** The number of the project that the texts are of. */
  #project = $state<number | undefined>();
  /** Writes of the editor that are not answered yet. */
  #writing = 0;
  #loads = 0;
  /** What was typed and the plan has not been given yet. */
  #typed = new Map<string, { project: number | undefined; part: string; text: string }>();
  #resting: ReturnType<typeof setTimeout> | undefined;
  #since = 0;

  /** The calls in the order of the plan. */
  readonly shown: ShownCall[] = $derived(
    shownCalls(desk.view, desk.view?.project === this.#project ? this.#texts : new Map()),
  );
  /** The steps that call each model, in words. */
  readonly marks: Record<string, string> = $derived(stepsByModel(desk.view));

  constructor() {
    desk.beforeLeaving(() => this.flush());
  }

  /** Reads the texts of a plan that was opened, or changed elsewhere. */
  async follow(view: View | null): Promise<void> {
    if (view?.project !== this.#project) this.#begin(view?.project);
    if (this.#isTyping()) return;
    this.#loads += 1;
    const load = this.#loads;
    const parts = (view?.parts ?? []).filter((it) => it.is_text);
    const read = new Map<string, string>();
    for (const { name } of parts) read.set(name, await desk.text(name));
    // What was typed meanwhile is newer.
    if (load !== this.#loads || this.#isTyping()) return;
    const isSame =
      read.size === this.#texts.size &&
      [...read].every(([name, text]) => this.#texts.get(name) === text);
    if (isSame) return;
    this.#texts = read;
    this.revision += 1;
  }

  /** Takes what was typed into a part; the plan is given it once the fingers rest. */
  write(part: string, text: string): void {
    const project = desk.view?.project;
    if (project !== this.#project) this.#begin(project);
    this.#texts = new Map(this.#texts).set(part, text);
    if (this.#typed.size === 0) this.#since = Date.now();
    this.#typed.set(`${project} ${part}`, { project, part, text });
    clearTimeout(this.#resting);
    const rest = Math.min(REST_MS, this.#since + LONGEST_MS - Date.now());
    this.#resting = setTimeout(() => void this.flush(), rest);
  }

  /** Gives the plan what was typed, now. */
  async flush(): Promise<void> {
    clearTimeout(this.#resting);
    const typed = [...this.#typed.values()];
    this.#typed.clear();
    let isTaken = true;
    this.#writing += 1;
    for (const { project, part, text } of typed) {
      isTaken = (await desk.writeText(part, text, project)) && isTaken;
    }
    this.#writing -= 1;
    // What was refused is not in the plan: the editor goes back to what is.
    if (!isTaken) await this.follow(desk.view);
  }

  /**
   * Makes a text a part of the plan that this call sends, and answers so much; says whether it was taken.
   * With a length it is as long as that, whatever its words come to; undo leads back to them.
   */
  async add(
    text: string,
    label: string,
    at: string,
    output: string | null,
    length?: MeasuredLength,
  ): Promise<boolean> {
    const name = nameFor(label, desk.view?.parts ?? []);
    if (!(await desk.addText(name, text, at, output))) return false;
    if (!length) return true;
    // It is sent as its words would be: a length alone would be the user's, and kept in a history.
    const isSystem = await desk.edit({ edit: "part", name, field: "role", value: "system" });
    return isSystem && (await desk.edit({ edit: "measured", name, ...length }));
  }

  /** Begins with another project: nothing of the one before is left. */
  #begin(project: number | undefined): void {
    this.#project = project;
    this.#texts = new Map();
    this.#loads += 1;
    this.revision += 1;
  }

  /** Whether something that was typed into this project is not in the plan yet. */
  #isTyping(): boolean {
    return this.#writing > 0 || this.#typed.size > 0;
  }
}

/** The one list of calls. */
export const planCalls = new PlanCalls();

function shownCalls(view: View | null, texts: ReadonlyMap<string, string>): ShownCall[] {
  if (!view) return [];
  const parts = new Map(view.parts.map((part) => [part.name, part]));
  const typed = new Map(view.inputs.map((input) => [input.address, input.value]));
  return view.nodes
    .filter((node) => node.kind === "call")
    .map((node) => ({
      id: node.at,
      label: node.address?.replaceAll(".", " › ") ?? node.name,
      model: node.model ?? undefined,
      output: typed.get(`${node.address}.output`) ?? "0",
      reasoning: typed.get(`${node.address}.reasoning`),
      parts: node.sends.map((sent, index): ShownPart => {
        const part = parts.get(sent.part);
        const isAgain = node.sends.findIndex((it) => it.part === sent.part) < index;
        const shown = {
          id: isAgain ? `${sent.part} ${index}` : sent.part,
          label: part?.file?.split("/").at(-1) ?? sent.label,
          sent: sent.part === "history" ? "what was said before" : (words(part) ?? ""),
        };
        const copies = sent.copies ?? undefined;
        const text = part?.is_text && !isAgain ? texts.get(sent.part) : undefined;
        if (text !== undefined) return { ...shown, text, copies };
        if (part?.typed) return { ...shown, size: part.typed, copies };
        // All of its copies together.
        const size = sent.tokens ?? undefined;
        return { ...shown, size, computed: true, reading: part?.is_text && !isAgain };
      }),
    }));
}

function words(part: Part | undefined): string | undefined {
  return part && (SENT.get(part.role) ?? part.role);
}

function stepsByModel(view: View | null): Record<string, string> {
  const marks: Record<string, string> = {};
  for (const { kind, model, name } of view?.nodes ?? []) {
    if (kind !== "call" || !model) continue;
    marks[model] = Object.hasOwn(marks, model) ? `${marks[model]}, ${name}` : name;
  }
  return marks;
}

/** The call that a new text goes to, if nobody says otherwise: the selected one, or the one that answers. */
export function receiver(view: View): string | undefined {
  const calls = view.nodes.filter((node) => node.kind === "call");
  const selected = calls.find((it) => it.at === desk.selected);
  return (selected ?? calls.find((it) => it.answer) ?? calls[0])?.at;
}

/** A name as addresses have it, that no part has yet: `system.md` is `system`, then `system-2`. */
function nameFor(label: string, parts: readonly Part[]): string {
  const words = label
    .replace(/\.[^.]*$/, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "");
  const name = words || "prompt";
  const isTaken = (one: string): boolean =>
    one === "history" || parts.some((part) => part.name === one);
  if (!isTaken(name)) return name;
  for (let n = 2; ; n += 1) if (!isTaken(`${name}-${n}`)) return `${name}-${n}`;
}
