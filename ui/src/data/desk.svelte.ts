/** What is on the desk: the open project, the place and the selection, and everything that changes them. */
import { call } from "../host";
import { Disk, type Saving } from "./disk.svelte";
import { moved } from "./follow";
import { topsOf } from "./steps";
import { whole } from "./whole";
import { grouped } from "../text/grouped";
import { isAlways, recalled, type Drawn, type Kept, type Place } from "./kept";
import type {
  BilledCall,
  CallError,
  Calls,
  Edit,
  Node,
  OpenedProject,
  Past,
  PlanInput,
  PlanProblem,
  View,
  Why,
} from "../types/calls";

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
  by = $state<Kept["by"]>("driver");
  /** How the plan is drawn. */
  drawn = $state<Drawn>("outline");
  readonly #disk = new Disk(() => this.view?.project);
  /** Why the last thing that was asked for could not be done. */
  refusal = $state.raw<CallError | null>(null);
  /** What to know about how the project was opened. */
  note = $state.raw<string | null>(null);

  /** The selected node. */
  readonly node: Node | undefined = $derived(
    this.view?.nodes.find((node) => node.at === this.selected),
  );
  /** What each node stands in, by its place. */
  readonly tops: ReadonlyMap<string, Node> = $derived(topsOf(this.view?.nodes ?? []));
  /** The feature that the selection belongs to, or the first. */
  readonly feature = $derived.by(() => {
    const features = this.view?.figures?.features ?? [];
    const top = this.tops.get(this.selected ?? "");
    return features.find((feature) => feature.name === top?.name) ?? features[0];
  });

  /** Every number of the plan by its address. */
  readonly inputs: ReadonlyMap<string, PlanInput> = $derived(
    new Map((this.view?.inputs ?? []).map((input) => [input.address, input])),
  );
  /** Every problem by the place of its node. */
  readonly problems: ReadonlyMap<string, PlanProblem[]> = $derived(
    grouped(this.view?.problems ?? [], ({ at }) => at),
  );

  /** Whether what was changed is on disk. */
  get saving(): Saving {
    return this.#disk.saving;
  }

  #waiting: Promise<unknown> = Promise.resolve();
  /** How often a person has gone to a place of a plan. */
  #gone = 0;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  /** What is being opened, by its name, and how that went. */
  #opening = new Map<string, Promise<boolean>>();
  /** Under which numbers projects go on that were saved under another name. */
  #renumbered = new Map<number, number>();
  /** The places of nodes that edits still wait for, as they are now; nothing for one that is gone. */
  readonly #carried = new Set<(string | null)[]>();
  readonly #givers = new Set<() => Promise<unknown>>();

  /** Has `give` asked for what was typed and not handed over yet, before a project is left or saved. */
  beforeLeaving(give: () => Promise<unknown>): void {
    this.#givers.add(give);
  }

  /** Opens a project's file, a plan's folder or a plan's file. */
  open(path: string): Promise<boolean> {
    return this.#take(`open ${path}`, () => call("projects.open", { path }));
  }

  /** Opens what was open when the window was left, if it was left so. */
  resume(): Promise<boolean> {
    return this.#take("resume", () => call("projects.resume", {}));
  }

  /** Opens a copy of a sample. */
  sample(name: string): Promise<boolean> {
    return this.#take(`sample ${name}`, () => call("projects.sample", { name }));
  }

  /** Changes the project by something from elsewhere: a template, a copied step. */
  bring(asked: (project: number) => Promise<View | null>): Promise<boolean> {
    return this.#change(asked);
  }

  /** Makes a plan of six answers. */
  make(answers: Calls["projects.new"]["arguments"]): Promise<boolean> {
    return this.#take(`new ${JSON.stringify(answers)}`, () => call("projects.new", answers));
  }

  /** Opens the newest good backup of a damaged file. */
  restore(path: string): Promise<boolean> {
    return this.#take(`restore ${path}`, () => call("projects.restore", { path }));
  }

  /** Goes on under another name, also where nothing can be saved under this one. */
  async saveAs(path: string): Promise<boolean> {
    await this.#give();
    return this.#turn(async () => {
      const project = this.#project();
      const { view, note } = await call("projects.save_as", { project, path });
      if (project !== view.project) this.#renumbered.set(project, view.project);
      this.#show(view, note, this.#kept());
    });
  }

  /** Closes the project, once everything is on disk. */
  async close(): Promise<boolean> {
    await this.#give();
    return this.#turn(async () => {
      const project = this.view?.project;
      if (project === undefined) return;
      await this.#commit();
      await call("projects.close", { project });
      this.view = null;
      this.place = "start";
    });
  }

  /** Changes the plan; answers whether it was taken. */
  edit(edit: Edit): Promise<boolean> {
    return this.#change((project) => this.#edited(project, edit));
  }

  /** Changes nodes, made into an edit when its turn comes: of where they are by then, unless one is gone. */
  editAt(
    places: readonly string[],
    make: (node: Node, ...others: Node[]) => Edit,
  ): Promise<boolean> {
    const carried: (string | null)[] = [...places];
    this.#carried.add(carried);
    const edited = this.#change(async (project) => {
      if (project !== this.view?.project) return null;
      const known = new Map(this.view.nodes.map((node) => [node.at, node]));
      const [node, ...others] = carried.flatMap((at) => known.get(at ?? "") ?? []);
      if (!node || others.length + 1 < places.length) return null;
      return this.#edited(project, make(node, ...others));
    });
    return edited.finally(() => this.#carried.delete(carried));
  }

  /** Writes a part's text, of the project that it was typed in. */
  writeText(part: string, text: string, typedIn?: number): Promise<boolean> {
    const written = { part, text, calls: null, output: null };
    return this.#change((project) => call("projects.write_text", { project, ...written }), typedIn);
  }

  /** Adds a part with its text to a call; with the length of the call's answer, where one was typed. */
  addText(part: string, text: string, at: string, output: string | null): Promise<boolean> {
    const added = { part, text, calls: [at], output };
    return this.#change((project) => call("projects.write_text", { project, ...added }));
  }

  /** The text of a part. */
  async text(part: string): Promise<string> {
    await this.#waiting;
    return (await call("projects.text", { project: this.#project(), part })).text;
  }

  /** Learns from what a vendor billed for a call; answers why it was not taken. */
  async tell(of: Omit<BilledCall, "project">): Promise<CallError | null> {
    let refused: CallError | null = null;
    const taken = await this.#change(async (project) => {
      try {
        return await call("prompts.tell", { project, ...of });
      } catch (error) {
        refused = error as CallError;
        return null;
      }
    });
    return taken ? refused : (refused ?? this.refusal);
  }

  /** Takes the prices that the book has now. */
  repin(): Promise<boolean> {
    return this.#change((project) => call("projects.repin", { project }));
  }

  /** Takes the last change back. */
  undo(): Promise<boolean> {
    return this.#change((project) =>
      this.#changed(project, (since) => call("projects.undo", { project, since })),
    );
  }

  /** Does again what was taken back. */
  redo(): Promise<boolean> {
    return this.#change((project) =>
      this.#changed(project, (since) => call("projects.redo", { project, since })),
    );
  }

  /** Goes to a state of the list of all. */
  goTo(index: number): Promise<boolean> {
    return this.#change((project) =>
      this.#changed(project, (since) => call("projects.go_to", { project, index, since })),
    );
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
    return this.#ask((project) =>
      this.#changed(project, (since) => call("projects.look_at", { project, month, since })),
    );
  }

  /** Why a figure is what it is. */
  async why(address: string, month: string | null): Promise<Why> {
    await this.#waiting;
    return call("projects.why", { project: this.#project(), address, month });
  }

  /** Goes to a place. */
  go(place: Place): void {
    if (!this.view && !isAlways(place)) return;
    this.place = place;
    if (place !== "start") this.#gone += 1;
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

  /** Draws the plan otherwise. */
  draw(as: Drawn): void {
    this.drawn = as;
    this.#keepSoon();
  }

  /** Waits until everything is on disk. */
  async flush(): Promise<void> {
    await this.#give();
    await this.#waiting;
    await this.#commit();
  }

  /** Opens one thing after another; what is on its way already is not opened twice. */
  #take(what: string, opening: () => Promise<OpenedProject | null>): Promise<boolean> {
    const under = this.#opening.get(what);
    if (under) return under;
    const gone = this.#gone;
    const taken = this.#give()
      .then(() => this.#turn(() => this.#replace(opening, gone)))
      .finally(() => this.#opening.delete(what));
    this.#opening.set(what, taken);
    return taken;
  }

  async #replace(opening: () => Promise<OpenedProject | null>, gone: number): Promise<void> {
    const before = this.view?.project;
    try {
      await this.#commit();
    } catch (error) {
      const { message, ...rest } = error as CallError;
      throw { ...rest, message: `This plan cannot be saved, so no other was opened. ${message}` };
    }
    const opened = await opening();
    if (!opened) return;
    if (before !== undefined && before !== opened.view.project) {
      await call("projects.close", { project: before }).catch(() => undefined);
    }
    const { place } = this;
    this.#show(opened.view, opened.note, opened.desk);
    // Who went somewhere since this was asked for stays there.
    if (gone !== this.#gone) this.place = place;
  }

  /** Puts a project that was opened on the desk. */
  #show(view: View, note: string | null, kept: string | null): void {
    this.#disk.begin();
    this.note = note;
    this.view = view;
    this.#recall(kept);
    if (this.selected === null) this.selected = view.nodes[0]?.at ?? null;
  }

  /** Has everything committed, in its turn. */
  async #commit(): Promise<void> {
    const project = this.view?.project;
    if (project === undefined) return;
    clearTimeout(this.#keeping);
    // Where the person looked is no reason to stay.
    await call("projects.keep", { project, desk: this.#kept() }).catch(() => undefined);
    await this.#disk.commit(project);
  }

  /** Has everything handed over that was typed and rests elsewhere. */
  async #give(): Promise<void> {
    await Promise.allSettled([...this.#givers].map((give) => give()));
  }

  /** Has an edit made of the project in view. */
  #edited(project: number, edit: Edit): Promise<View> {
    return this.#changed(project, (since) => call("projects.edit", { project, edit, since }));
  }

  /** Has the project in view changed; what is left as it was since that turn is not sent again. */
  async #changed(project: number, ask: (since: number | null) => Promise<View>): Promise<View> {
    const before = this.view?.project === project ? this.view : null;
    const answer = await ask(before?.turn ?? null);
    return before ? whole(before, answer) : answer;
  }

  #change(asked: (project: number) => Promise<View | null>, project?: number): Promise<boolean> {
    return this.#ask(async (project) => {
      const view = await asked(project);
      if (view) this.#disk.save();
      return view;
    }, project);
  }

  /** Asks about the project that is open now, or the given one, even if another is when its turn comes. */
  #ask(
    asked: (project: number) => Promise<View | null>,
    project = this.view?.project,
  ): Promise<boolean> {
    return this.#turn(async () => {
      const view = await asked(this.#numberNow(project));
      if (!view || view.project !== this.view?.project) return;
      this.#follow(this.view.nodes, view.nodes);
      this.view = view;
      if (view.select !== null) this.selected = view.select;
    });
  }

  /** Takes selection, folds, the chosen call and what edits wait for along to where their nodes are now. */
  #follow(before: readonly Node[], after: readonly Node[]): void {
    const places = moved(before, after);
    const now = (at: string | null): string | null => places.get(at ?? "") ?? null;
    // What is gone leaves its place to what stands there now.
    this.selected = now(this.selected) ?? this.selected;
    // No call, and the text that belongs to none, are no nodes.
    if (this.call) this.call = now(this.call);
    this.folded = new Set([...this.folded].flatMap((at) => now(at) ?? []));
    for (const carried of this.#carried) carried.splice(0, Infinity, ...carried.map(now));
  }

  /** Does one thing after another, so that answers come in the order of the questions. */
  #turn(done: () => Promise<void>): Promise<boolean> {
    const turn = this.#waiting.then(() => this.#try(done));
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
      drawn: this.drawn,
    };
    return JSON.stringify(kept);
  }

  /** Puts everything back where it was. */
  #recall(desk: string | null): void {
    const kept = recalled(desk, new Set(this.view?.nodes.map((node) => node.at)));
    this.place = kept.place;
    this.selected = kept.selected;
    this.folded = new Set(kept.folded);
    this.call = kept.call;
    this.by = kept.by;
    this.drawn = kept.drawn;
    const isThere = this.view?.months[kept.month] !== undefined;
    if (isThere && kept.month !== this.view?.month) void this.lookAt(kept.month);
  }

  #project(): number {
    const project = this.view?.project;
    if (project === undefined) throw new Error("no project is open");
    return project;
  }

  /** The number under which a project goes on; the open one's where nothing is said. */
  #numberNow(project: number | undefined): number {
    if (project === undefined) return this.#project();
    const next = this.#renumbered.get(project);
    return next === undefined ? project : this.#numberNow(next);
  }
}

/** The one desk of the window. */
export const desk = new Desk();
