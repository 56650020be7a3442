/** What the page Prompts answers, in one line. */
import { money, plural } from "../text/format";
import type { PriceTable, WayCounted } from "../types/calls";

/** `about 1,403 tokens a call on mini; the cheapest model takes $0.16 per 1,000 calls` */
export function answerOf(
  { model, read, cheapest_per_1000: cheapest }: PriceTable,
  way: WayCounted,
  {
    typed,
    unknown,
  }: {
    /** How many parts no text says the length of. */
    typed: number;
    /** Whether there are parts whose length nobody knows. */
    unknown: boolean;
  },
): string {
  const sure = typed === 0 ? "" : "about ";
  const about = { exact: sure, estimated: "about ", at_least: "at least " }[way.certainty];
  const from = cheapest ? `; the cheapest model takes ${money(cheapest, 2)} per 1,000 calls` : "";
  const on = model ? ` on ${modelOf(model)}` : ` in ${way.name}`;
  const without = unknown ? ", without what is not known yet" : "";
  const many = read?.requests ?? 1;
  const mean = many > 1 ? `, the mean of ${plural(many, "request")}` : "";
  return `${about}${plural(way.tokens, "token")} a call${on}${mean}${without}${from}`;
}

/** `gpt-5-nano` of `openai/gpt-5-nano` */
function modelOf(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}
