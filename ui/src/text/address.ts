/** What addresses of the plan say to a person. */

/** The last word of an address: `reasoning` of `support.hard.reasoning`. */
export function shortName(address: string): string {
  const words = address.split(".");
  const last = words.pop() ?? "";
  const name = /^\d+$/.test(last) ? `${words.pop() ?? ""} of branch ${last}` : last;
  return WORDS[name] ?? name.replaceAll(/[-_]/g, " ");
}

/** Where the last word of an address alone says too little. */
const WORDS: Readonly<Record<string, string>> = {
  ttl: "kept for",
  held: "held each day",
  alive: "kept by others",
  in_time: "next in time",
  adds: "each adds",
  wrong: "wrong, noticed",
  after_right: "right after the first tier",
  outage: "outages",
};

/** A model without who sells it: `gpt-5.4` of `openai/gpt-5.4`. */
export function modelName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1);
}
