/** What the model of the selected call costs in another tier than the standard one, whose prices are listed. */
import { call } from "../host";
import type { PaidPrice } from "../types/calls";
import { Newest } from "./newest";

interface Asked {
  model: string;
  tier: string;
}

class Tiered {
  /** Prices of short prompts outside all hours; nothing before they are there, and where there are none. */
  rates = $state.raw<readonly PaidPrice[]>([]);

  #asked: Asked = { model: "", tier: "" };

  readonly #shows = new Newest(
    ({ model }: Asked) => call("prices.show", { model, at: null, book: null }),
    ({ pays }, asked) => {
      if (asked === this.#asked) {
        this.rates = pays.filter(({ condition }) => condition === asked.tier);
      }
    },
    // What is wrong with the model's name is told at its field.
    () => (this.rates = []),
  );

  /** Asks for those of a model in a tier. */
  load(model: string, tier: string): void {
    if (model === this.#asked.model && tier === this.#asked.tier) return;
    this.#asked = { model, tier };
    this.rates = [];
    this.#shows.ask(this.#asked);
  }
}

/** The prices of the one selected call. */
export const tiered = new Tiered();
