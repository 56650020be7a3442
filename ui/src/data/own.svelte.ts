/** Price books of the user's own: imported, looked at before they count, set aside, removed. */
import { call, pick } from "../host";
import type {
  CallError,
  OwnBook,
  OwnBooks,
  PriceConflict,
  PriceDiff,
  ProposedBook,
} from "../types/calls";
import { book } from "./book.svelte";
import { desk } from "./desk.svelte";
import { nameOf } from "./files";
import { check } from "./proofs.svelte";

/** A book as it is looked through, and what activating it would change. */
export interface Proposed extends Pick<
  ProposedBook,
  "id" | "name" | "format" | "models" | "entries" | "problems" | "unread"
> {
  active: boolean;
  diff: PriceDiff;
}

class Own {
  /** The newest first; nothing until they are read. */
  books = $state.raw<readonly OwnBook[] | null>(null);
  /** The book that is looked through, until it is decided about. */
  proposed = $state.raw<Proposed | null>(null);
  /** What is being read. */
  reading = $state<string | null>(null);
  /** What became of the last decision. */
  done = $state<string | null>(null);
  /** Prices of other books before which those of the one go that was activated last. */
  over = $state.raw<readonly PriceConflict[]>([]);
  /** Why the last thing that was asked for could not be done. */
  error = $state.raw<CallError | null>(null);

  /** Reads which there are. */
  async read(): Promise<void> {
    await this.#try(async () => this.#show(await call("prices.books", {})));
  }

  /** Asks for a price file and reads it; nothing counts before it is activated. */
  async import(): Promise<void> {
    if (this.reading !== null) return;
    this.done = null;
    await this.#try(async () => {
      const file = await pick("prices");
      if (file === null) return;
      await this.#read(nameOf(file), async () => {
        const proposed = await call("prices.propose", { file, checked: null });
        this.proposed = proposed;
        if (proposed.known) this.done = `${proposed.name} was imported before; nothing is new.`;
        this.#show(await call("prices.books", {}));
      });
    });
  }

  /** Looks through a book that was imported before: what activating it would change now. */
  async lookThrough(id: string): Promise<void> {
    const it = this.books?.find((one) => one.id === id);
    if (!it || this.reading !== null) return;
    this.done = null;
    await this.#try(() =>
      this.#read(it.name, async () => {
        const { diff } = await call("prices.compare", {
          old: id,
          new: null,
          provider: null,
          model: null,
        });
        this.proposed = { ...it, diff };
      }),
    );
  }

  /** Lets a book's prices go before those of the program. */
  activate(id: string): Promise<void> {
    return this.#decide(id, "counts now", () => call("prices.activate", { id }));
  }

  /** Keeps a book without its prices being taken. */
  setAside(id: string): Promise<void> {
    return this.#decide(id, "is set aside", () => call("prices.set_aside", { id }));
  }

  /** Forgets a book. */
  remove(id: string): Promise<void> {
    return this.#decide(id, "is removed", () => call("prices.remove", { id }));
  }

  /** Leaves what was looked through as it is: kept, and counting no more than before. */
  leave(): void {
    if (this.proposed) this.done = `${this.proposed.name} is kept as it is.`;
    this.proposed = null;
  }

  async #decide(id: string, what: string, asked: () => Promise<OwnBooks>): Promise<void> {
    this.done = null;
    this.over = [];
    const name = this.books?.find((it) => it.id === id)?.name ?? this.proposed?.name ?? "It";
    await this.#try(async () => {
      const books = await asked();
      this.#show(books);
      this.over = books.over;
      if (this.proposed?.id === id) this.proposed = null;
      this.done = `${name} ${what}.`;
      // What a check found, it found in other prices.
      check.answer = null;
      await book.read();
      // The plan says itself whether it stands on other prices now.
      if (desk.view) await desk.lookAt(desk.view.month);
    });
  }

  async #read(name: string, done: () => Promise<void>): Promise<void> {
    this.reading = name;
    try {
      await done();
    } finally {
      this.reading = null;
    }
  }

  #show({ books }: OwnBooks): void {
    this.books = books;
  }

  async #try(done: () => Promise<void>): Promise<void> {
    try {
      this.error = null;
      await done();
    } catch (error) {
      this.error = error as CallError;
    }
  }
}

/** The one place of own books. */
export const own = new Own();
