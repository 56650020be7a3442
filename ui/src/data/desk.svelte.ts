/** What is on the desk: the open project, the place and the selection, and everything that changes them. */
import { call } from "../host";
import type {
  CallError,
  Calls,
  Edit,
  OpenedProject,
  Past,
  PlanInput,
  PlanProblem,
  Node,
  Why,
  View,
} from "../types/calls";

/** The window's places. */
export type Place = "start" | "prompts" | "plan" | "projection" | "report";

/** Whether what was changed is on disk. */
export type Saving =
  { state: "saved"; at: string } | { state: "saving" } | { state: "failed"; error: CallError };

/** What the window keeps in the project's file, to be found as it was. */
interface Kept {
  place: Place;
  selected: string | null;
  month: number;
  folded: string[];
  call: string | null;
  by: string;
}

/** So long after the last look around it is kept. */
const REST_MS = 400;

class Desk {
  /** The open project; nothing before one is opened. */
  view = $state.raw<View | null>(null);
  /** Where the person is. */
  place = $state<Place>("start");
  /** The place of the selected node in the document. */
  selected = $state<string | null>(null);
  /** The places of nodes that are folded. */
  folded = $state.raw<ReadonlySet<string>>(new Set());
  /** The call whose prompt is on the page Prompts. */
  call = $state<string | null>(null);
  /** What months are stacked by. */
  by = $state<Calls["projects.projection"]["arguments"]["by"]>("driver");
  /** Whether what was changed is on disk. */
  saving = $state.raw<Saving>({ state: "saved", at: "" });
  /** Why the last thing that was asked for could not be done. */
  refusal = $state.raw<CallError | null>(null);
  /** What to know about how the project was opened. */
  note = $state.raw<string | null>(null);

  /** The selected node. */
  readonly node: Node | undefined = $derived(
    this.view?.nodes.find((node) => node.at === this.selected),
  );
  /** The feature that the selection belongs to, or the first. */
  readonly feature = $derived.by(() => {
    const features = this.view?.figures?.features ?? [];
    const top = this.#top(this.selected);
    return features.find((feature) => feature.name === top) ?? features[0];
  });

  /** Every number of the plan by its address. */
  readonly inputs: ReadonlyMap<string, PlanInput> = $derived(
    new Map((this.view?.inputs ?? []).map((input) => [input.address, input])),
  );
  /** Every problem by the place of its node. */
  readonly problems: ReadonlyMap<string, PlanProblem[]> = $derived.by(() => {
    const byNode = new Map<string, PlanProblem[]>();
    for (const problem of this.view?.problems ?? []) {
      byNode.set(problem.at, [...(byNode.get(problem.at) ?? []), problem]);
    }
    return byNode;
  });

  #waiting: Promise<unknown> = Promise.resolve();
  #unsaved = false;
  #flushing = false;
  #keeping: ReturnType<typeof setTimeout> | undefined;

  /** Opens a project's file, a plan's folder or a plan's file. */
  open(path: string): Promise<boolean> {
    return this.#take(() => call("projects.open", { path }));
  }

  /** Opens a copy of a sample. */
  sample(name: string): Promise<boolean> {
    return this.#take(() => call("projects.sample", { name }));
  }

  /** Makes a plan of six answers. */
  make(answers: Calls["projects.new"]["arguments"]): Promise<boolean> {
    return this.#take(() => call("projects.new", answers));
  }

  /** Opens the newest good backup of a damaged file. */
  restore(path: string): Promise<boolean> {
    return this.#take(() => call("projects.restore", { path }));
  }

  /** Goes on under another name. */
  saveAs(path: string): Promise<boolean> {
    const project = this.#project();
    return this.#take(() => call("projects.save_as", { project, path }));
  }

  /** Closes the project, once everything is on disk. */
  async close(): Promise<boolean> {
    const project = this.view?.project;
    if (project === undefined) return true;
    return this.#try(async () => {
      await this.#waiting;
      await call("projects.keep", { project, desk: this.#kept() });
      await call("projects.close", { project });
      this.view = null;
      this.place = "start";
    });
  }

  /** Changes the plan; answers whether it was taken. */
  edit(edit: Edit): Promise<boolean> {
    return this.#change((project) => call("projects.edit", { project, edit }));
  }

  /** Writes a part's text; a new part's with the calls that send it. */
  writeText(part: string, text: string, calls: string[] | null = null): Promise<boolean> {
    return this.#change((project) => call("projects.write_text", { project, part, text, calls }));
  }

  /** The text of a part. */
  async text(part: string): Promise<string> {
    await this.#waiting;
    return (await call("projects.text", { project: this.#project(), part })).text;
  }

  /** Takes the prices that the book has now. */
  repin(): Promise<boolean> {
    return this.#change((project) => call("projects.repin", { project }));
  }

  /** Takes the last change back. */
  undo(): Promise<boolean> {
    return this.#change((project) => call("projects.undo", { project }));
  }

  /** Does again what was taken back. */
  redo(): Promise<boolean> {
    return this.#change((project) => call("projects.redo", { project }));
  }

  /** Goes to a state of the list of all. */
  goTo(index: number): Promise<boolean> {
    return this.#change((project) => call("projects.go_to", { project, index }));
  }

  /** Every state of the project, the newest first. */
  async past(): Promise<Past[]> {
    await this.#waiting;
    return (await call("projects.past", { project: this.#project() })).reverse();
  }

  /** Writes the plan and its texts into a folder. */
  writeOut(path: string): Promise<boolean> {
    return this.#try(async () => {
      await this.#waiting;
      const { files } = await call("projects.write_out", { project: this.#project(), path });
      this.note = `${files.length} files written to ${path}: plan.yaml, its prompts and its prices.`;
    });
  }

  /** Looks at a month, counted from 0. */
  lookAt(month: number): Promise<boolean> {
    this.#keepSoon();
    return this.#ask((project) => call("projects.look_at", { project, month }));
  }

  /** Why a figure is what it is. */
  async why(address: string, month: string | null): Promise<Why> {
    await this.#waiting;
    return call("projects.why", { project: this.#project(), address, month });
  }

  /** Goes to a place. */
  go(place: Place): void {
    if (place !== "start" && place !== "prompts" && !this.view) return;
    this.place = place;
    this.#keepSoon();
  }

  /** Selects a node by its place in the document. */
  select(at: string | null): void {
    this.selected = at;
    this.#keepSoon();
  }

  /** Folds or unfolds a node. */
  fold(at: string, folded: boolean): void {
    const next = new Set(this.folded);
    if (folded) next.add(at);
    else next.delete(at);
    this.folded = next;
    this.#keepSoon();
  }

  /** Chooses the call whose prompt is shown. */
  choose(at: string | null): void {
    this.call = at;
    this.#keepSoon();
  }

  /** Stacks months by something else. */
  stack(by: typeof this.by): void {
    this.by = by;
    this.#keepSoon();
  }

  /** Waits until everything is on disk. */
  async flush(): Promise<void> {
    await this.#waiting;
    const project = this.view?.project;
    if (project === undefined) return;
    clearTimeout(this.#keeping);
    await call("projects.keep", { project, desk: this.#kept() });
    await call("projects.saved", { project });
  }

  async #take(opening: () => Promise<OpenedProject>): Promise<boolean> {
    return this.#try(async () => {
      const before = this.view?.project;
      if (before !== undefined) await this.flush();
      const opened = await opening();
      if (before !== undefined && before !== opened.view.project) {
        await call("projects.close", { project: before }).catch(() => undefined);
      }
      this.note = opened.note;
      this.saving = { state: "saved", at: new Date().toISOString() };
      this.view = opened.view;
      this.#recall(opened.desk);
      if (this.selected === null) this.selected = opened.view.nodes[0]?.at ?? null;
    });
  }

  #change(asked: (project: number) => Promise<View>): Promise<boolean> {
    return this.#ask(async (project) => {
      const view = await asked(project);
      this.#save();
      return view;
    });
  }

  /** Asks one thing after another, so that answers come in the order of the questions. */
  #ask(asked: (project: number) => Promise<View>): Promise<boolean> {
    const turn = this.#waiting.then(() =>
      this.#try(async () => {
        const view = await asked(this.#project());
        this.view = view;
        if (view.select !== null) this.selected = view.select;
      }),
    );
    this.#waiting = turn;
    return turn;
  }

  async #try(done: () => Promise<void>): Promise<boolean> {
    try {
      await done();
      this.refusal = null;
      return true;
    } catch (error) {
      this.refusal = error as CallError;
      return false;
    }
  }

  /** Waits for the disk beside the typing; what was typed meanwhile waits once more. */
  #save(): void {
    this.saving = { state: "saving" };
    this.#unsaved = true;
    if (!this.#flushing) void this.#flushAll();
  }

  async #flushAll(): Promise<void> {
    this.#flushing = true;
    try {
      while (this.#unsaved) {
        this.#unsaved = false;
        const { at } = await call("projects.saved", { project: this.#project() });
        if (!this.#unsaved) this.saving = { state: "saved", at };
      }
    } catch (error) {
      this.saving = { state: "failed", error: error as CallError };
    } finally {
      this.#flushing = false;
    }
  }

  #keepSoon(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => {
      const project = this.view?.project;
      if (project === undefined || this.view?.read_only) return;
      void call("projects.keep", { project, desk: this.#kept() }).catch(() => undefined);
    }, REST_MS);
  }

  #kept(): string {
    const kept: Kept = {
      place: this.place,
      selected: this.selected,
      month: this.view?.month ?? 0,
      folded: [...this.folded],
      call: this.call,
      by: this.by,
    };
    return JSON.stringify(kept);
  }

  /** Puts everything back where it was; what an older window kept in another form is left aside. */
  #recall(desk: string | null): void {
    let kept: Partial<Kept> = {};
    try {
      kept = desk === null ? {} : (JSON.parse(desk) as Partial<Kept>);
    } catch {
      kept = {};
    }
    const known = new Set(this.view?.nodes.map((node) => node.at));
    const there = (at: string | null | undefined): string | null =>
      at && known.has(at) ? at : null;
    this.place = kept.place && kept.place !== "start" ? kept.place : "plan";
    this.selected = there(kept.selected);
    this.folded = new Set((kept.folded ?? []).filter((at) => known.has(at)));
    this.call = there(kept.call);
    this.by = (kept.by as typeof this.by | undefined) ?? "driver";
    if (kept.month !== undefined && kept.month !== this.view?.month) void this.lookAt(kept.month);
  }

  #project(): number {
    const project = this.view?.project;
    if (project === undefined) throw new Error("no project is open");
    return project;
  }

  /** The name of the feature that a place of the document is in. */
  #top(at: string | null): string | undefined {
    const nodes = this.view?.nodes ?? [];
    let node = nodes.find((one) => one.at === at);
    while (node?.parent) node = nodes.find((one) => one.at === node!.parent);
    return node?.name;
  }
}

/** The one desk of the window. */
export const desk = new Desk();
