/** The price book as it is looked at: on a day, by words and seller, one model chosen. */
import { call } from "../host";
import { hasWords } from "../text/fuzzy";
import { nameOfModel } from "../text/models";
import type { CallError, ListedModel, ShownModel } from "../types/calls";
import { Newest } from "./newest";

/** What the list can be sorted by; the likeliest choice first where nothing is said. */
type Order = "likely" | "name" | "input" | "cache_read" | "output" | "checked";

/** The parts of the page Prices. */
export type Part = "models" | "books" | "check" | "examples";

class Book {
  /** The part of the page that is looked at. */
  part = $state<Part>("models");
  /** The day of the prices as typed; today's where nothing is. */
  day = $state("");
  /** Why that is no day. */
  dayError = $state.raw<CallError | null>(null);
  /** What is looked for. */
  words = $state("");
  /** The one seller that is looked at. */
  seller = $state("");
  /** The only models that are looked at: those that the open plan calls. */
  only = $state.raw<ReadonlySet<string> | null>(null);
  order = $state<Order>("likely");
  down = $state(false);
  /** Every model of the book; nothing until it is read. */
  models = $state.raw<readonly ListedModel[] | null>(null);
  /** Why they are not there. */
  error = $state.raw<CallError | null>(null);
  /** The day that they are of. */
  at = $state(today());
  /** Whether they are being asked for anew. */
  old = $state(false);
  /** The model that is explained: `openai/gpt-5.4`. */
  chosen = $state<string | null>(null);
  /** All that is known of it. */
  shown = $state.raw<ShownModel | null>(null);
  /** Why it is not. */
  shownError = $state.raw<CallError | null>(null);
  /** The model that words mean which are in no name. */
  meant = $state.raw<readonly ListedModel[]>([]);
  /** Why they mean none. */
  meantError = $state.raw<CallError | null>(null);

  /** Those that stand in the list, in its order. */
  readonly found: readonly ListedModel[] = $derived.by(() => {
    const { words, seller, only, models } = this;
    const wanted = (models ?? []).filter(
      (it) =>
        (seller === "" || it.provider === seller) &&
        (only === null || only.has(nameOfModel(it))) &&
        hasWords(words.trim(), `${nameOfModel(it)} ${it.name ?? ""}`),
    );
    return this.#sorted(wanted.length > 0 || !words.trim() ? wanted : this.meant);
  });
  /** Who sells something. */
  readonly sellers: readonly string[] = $derived([
    ...new Set((this.models ?? []).map((it) => it.provider).sort()),
  ]);
  /** The days on which the oldest and the newest of them were checked. */
  readonly checked: readonly [string, string] | null = $derived.by(() => {
    const days = (this.models ?? []).map((it) => it.provenance.checked).sort();
    return days.length > 0 ? [days[0]!, days.at(-1)!] : null;
  });

  #lists = 0;

  readonly #shows = new Newest(
    (asked: { model: string; at: string }) => call("prices.show", { ...asked, book: null }),
    (shown, { model }) => {
      if (model !== this.chosen) return;
      this.shown = shown;
      this.shownError = null;
    },
    (error, { model }) => {
      if (model !== this.chosen) return;
      this.shown = null;
      this.shownError = error as CallError;
    },
  );
  readonly #means = new Newest(
    (words: string) => call("prices.list", { words: split(words), at: this.at, book: null }),
    (models, words) => {
      if (words === this.words) this.meant = models;
    },
    (error, words) => {
      if (words === this.words) this.meantError = error as CallError;
    },
  );

  /** Reads the book, as it is on the day. */
  async read(): Promise<void> {
    const list = ++this.#lists;
    const at = this.day.trim() || today();
    this.old = this.models !== null;
    try {
      const models = await call("prices.list", { words: [], at, book: null });
      if (list !== this.#lists) return;
      this.models = models;
      this.at = at;
      this.error = this.dayError = null;
      this.#ask();
    } catch (error) {
      if (list !== this.#lists) return;
      const refusal = error as CallError;
      if (refusal.code === "bad_arguments" && this.day.trim()) this.dayError = refusal;
      else this.error = refusal;
    }
    this.old = false;
  }

  /** Looks at another day; today where nothing is written. */
  async lookAt(day: string): Promise<void> {
    this.day = day;
    await this.read();
  }

  /** Looks for models whose names have all of some words; where none has, the core knows aliases. */
  look(words: string): void {
    this.words = words;
    this.meant = [];
    this.meantError = null;
    if (words.trim() && this.models && this.found.length === 0) this.#means.ask(words);
  }

  /** Looks only at models that a plan names, whatever they are called there; at all again where none are given. */
  async lookOnlyAt(names: readonly string[] | null): Promise<void> {
    if (names === null) {
      this.only = null;
      return;
    }
    const asked = names.map((model) => call("prices.show", { model, at: this.at, book: null }));
    const answers = await Promise.allSettled(asked);
    this.only = new Set(
      answers.flatMap((it) => (it.status === "fulfilled" ? nameOfModel(it.value) : [])),
    );
  }

  /** Sorts by a column; by the same again the other way round. */
  sort(by: Order): void {
    this.down = by === this.order && !this.down;
    this.order = by;
  }

  /** Explains a model. */
  choose(model: string): void {
    if (model === this.chosen && this.shown) return;
    this.chosen = model;
    this.#ask();
  }

  /** Goes to a model, whatever was looked for before. */
  goTo(model: string): void {
    this.part = "models";
    this.words = this.seller = "";
    this.only = null;
    this.choose(model);
  }

  #ask(): void {
    if (this.chosen !== null) this.#shows.ask({ model: this.chosen, at: this.at });
  }

  #sorted(models: readonly ListedModel[]): readonly ListedModel[] {
    const { order, down } = this;
    if (order === "likely") {
      const word = this.words.trim().toLowerCase();
      // The model of that very name first; all else as the core has it.
      const place = (it: ListedModel): number =>
        nameOfModel(it) === word ? 0 : it.model === word ? 1 : 2;
      return models.toSorted((one, other) => place(one) - place(other));
    }
    const key = ({ model, rates, provenance }: ListedModel): string | number | undefined => {
      if (order === "name") return model;
      if (order === "checked") return provenance.checked;
      const price = rates.find((it) => it.meter === order)?.per_million;
      return price === undefined ? undefined : Number(price);
    };
    const way = down ? -1 : 1;
    return models.toSorted((one, other) => {
      const [a, b] = [key(one), key(other)];
      // What has no price comes last, whatever the way.
      if (a === undefined || b === undefined)
        return Number(a === undefined) - Number(b === undefined);
      return a < b ? -way : a > b ? way : 0;
    });
  }
}

function split(words: string): string[] {
  return words.trim().split(/\s+/);
}

/** The day in UTC, as the core has it. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The one book. */
export const book = new Book();
