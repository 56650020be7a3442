/** Elements by what they stand for. */

/** The element inside `root` whose `data-…` attribute of this name has this value. */
export function marked(
  root: HTMLElement | null | undefined,
  name: "at" | "address",
  value: string | null,
): HTMLElement | null {
  if (!root || value === null) return null;
  const all = root.querySelectorAll<HTMLElement>(`[data-${name}]`);
  return [...all].find((element) => element.dataset[name] === value) ?? null;
}
