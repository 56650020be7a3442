/** The language tag for numbers and dates. */

/** The system's tag if `Intl` knows it. With `LANG=C` the web view says "C", on which `Intl` throws. */
export function locale(wanted: string = navigator.language): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf([wanted])[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}
