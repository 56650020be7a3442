/** What was asked of the open plan: one "why" leads to another, and back. */
import type { CallError, Node, Why } from "../types/calls";
import { desk } from "./desk.svelte";
import { whySum } from "./steps";

/** Stands for a node that only holds others: what is under it explains it. */
const SUM = "";

/** A bar of the surprise. */
export interface Bar {
  /** Whose: the feature's name. */
  feature: string;
  /** Which: its cause, or one of the wholes at the ends. */
  key: string;
}

/** A figure that was asked for: its address, and its month where that is not the one in view. */
interface Asked {
  address: string;
  month: string | null;
  /** The bar, where it is one: without an address no row of the workings is its figure. */
  bar?: Bar;
}

/** What was asked about the figures of one node after another. */
export class Whys {
  /** What was asked for, the newest last; nothing while nothing is asked. */
  asked = $state.raw<readonly Asked[]>([]);
  /** The question that the answer is to. */
  answered = $state.raw<Asked | null>(null);
  /** The answer to the newest. */
  why = $state.raw<Why | null>(null);
  /** Why there is none. */
  refusal = $state.raw<CallError | null>(null);

  /** The bar that was asked for first, if that was one. */
  readonly bar: Bar | null = $derived(this.asked[0]?.bar ?? null);

  /** How often an answer was asked for. */
  #asks = 0;

  /** Asks for the figure at an address, in the month in view or another. */
  ask(address: string, month: string | null = null): void {
    month ??= this.asked.at(-1)?.month ?? null;
    this.asked = [...this.asked, { address, month }];
    void this.answer();
  }

  /** Asks why a bar is as long as it is: by the address of its figure, where it has one. */
  askBar(bar: Bar, address: string | null): void {
    this.asked = [{ address: address ?? SUM, month: null, bar }];
    void this.answer();
  }

  /** Asks what a node costs. */
  askNode(node: Node): void {
    this.ask(node.contract?.why ?? (node.figures?.why || SUM));
  }

  /** Back to the question before; answers whether there was one. */
  back(): boolean {
    this.asked = this.asked.slice(0, -1);
    if (this.asked.length === 0) this.leave();
    else void this.answer();
    return this.asked.length > 0;
  }

  /** Asks nothing any more. */
  leave(): void {
    this.#asks += 1;
    this.asked = [];
    this.answered = this.why = this.refusal = null;
  }

  /** Answers the newest question anew, as the plan stands now. */
  async answer(): Promise<void> {
    const { view, node } = desk;
    const asked = this.asked.at(-1);
    if (!view || !asked) return;
    const ask = ++this.#asks;
    const told = (why: Why | null, refusal: CallError | null): void => {
      // Of answers that overtake each other the one asked for last stands.
      if (ask === this.#asks) [this.answered, this.why, this.refusal] = [asked, why, refusal];
    };
    const month = asked.month ?? view.months[view.month] ?? "";
    if (asked.address === SUM) {
      told(node && !asked.bar ? whySum(view.nodes, node, month) : null, null);
      return;
    }
    try {
      told(await desk.why(asked.address, month), null);
    } catch (error) {
      told(null, error as CallError);
    }
  }
}
