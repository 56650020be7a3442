/** When the pointer is let go: what moves before then takes the click from under it. */

let isDown = false;
let waiting: (() => void)[] = [];

addEventListener("pointerdown", () => (isDown = true), { capture: true });
addEventListener("pointerup", release, { capture: true });
addEventListener("pointercancel", release, { capture: true });

function release(): void {
  isDown = false;
  const those = waiting;
  waiting = [];
  // The click comes with the release, before anything that waits for its turn.
  if (those.length > 0) setTimeout(() => those.forEach((go) => go()));
}

/** Calls back at once where nothing is pressed, else once it is let go and clicked. */
export function afterPress(go: () => void): void {
  if (isDown) waiting.push(go);
  else go();
}
