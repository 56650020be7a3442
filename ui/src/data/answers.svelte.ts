/** What the core says of the call in view: the tokens of its open text, and its price on every model. */
import type { TokensOf } from "../text/tokens";
import type { CallError, PartedCall, PartSize, PriceTable } from "../types/calls";
import { Live, type Held } from "./live";
import { Newest } from "./newest";
import { priceTable, scratch, tokensOf } from "./prompts.svelte";

/** The newest answers; an older one never follows a newer one. */
export class Answers {
  /** The text in the editor, as far as the core has it. */
  held = $state.raw<Held>();
  tinted = $state.raw<TokensOf | null>(null);
  /** Why the open text is not counted. */
  tokenError = $state.raw<CallError | null>(null);
  table = $state.raw<PriceTable | null>(null);
  /** Why the call is not priced. */
  tableError = $state.raw<CallError | null>(null);

  /** Gives the core what is typed. */
  readonly live = new Live(
    (it) => (this.held = it),
    (error) => (this.tokenError = error as CallError),
  );

  // Side by side: the tokens under the person's hands, and what they cost everywhere.
  readonly #tokens = new Newest(
    (it: Held & { countedAs: string }) => tokensOf(it.handle, it.countedAs),
    (answer) => {
      this.tinted = answer;
      this.tokenError = null;
    },
    (error, { handle }) => {
      // Of a text that was left meanwhile nobody wants to know.
      if (handle === this.held?.handle) this.tokenError = error as CallError;
    },
  );
  readonly #prices = new Newest(
    priceTable,
    (answer) => {
      this.table = answer;
      this.tableError = null;
    },
    (error, { parts }) => {
      const isLeft = ({ size }: { size: PartSize }): boolean =>
        "live" in size && ![this.held?.handle, scratch.imported?.handle].includes(size.live);
      if (!parts.some(isLeft)) this.tableError = error as CallError;
    },
  );

  /** Asks for the tokens of the text that the core has. */
  count(countedAs: string): void {
    if (this.held) this.#tokens.ask({ ...this.held, countedAs });
  }

  /** Asks what a call costs. */
  price(call: PartedCall): void {
    this.#prices.ask(call);
  }

  /** Asks for nothing any more. */
  stop(): void {
    this.#tokens.stop();
    this.#prices.stop();
    this.live.stop();
  }
}
