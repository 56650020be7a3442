/** The language tag for numbers and dates. */

const found = new Map<string, string>();

/** The system's tag if `Intl` knows it. With `LANG=C` the web view says "C", on which `Intl` throws. */
export function locale(wanted: string = navigator.language): string {
  let tag = found.get(wanted);
  if (tag === undefined) {
    // Asked for with every number, and answered slowly.
    tag = supported(wanted);
    found.set(wanted, tag);
  }
  return tag;
}

function supported(wanted: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf([wanted])[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}
