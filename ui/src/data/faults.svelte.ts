/** Mistakes of the page itself, so that none goes unseen. */

/** What went wrong since the window opened, each once. */
export const faults: string[] = $state([]);

/** Collects every uncaught error, unhandled rejection and breach of the content policy. */
export function watch(): void {
  addEventListener("error", (event) => add(event.message));
  addEventListener("unhandledrejection", (event) => add(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) =>
    add(`${event.effectiveDirective} refused ${event.blockedURI}`),
  );
}

/** Notes a mistake of a page, once. */
export function add(fault: string): void {
  if (!faults.includes(fault)) faults.push(fault);
}
