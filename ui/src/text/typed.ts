/** Takes back what was typed into a native field: the web view can, but binds no keys to it. */

type Box = HTMLInputElement | HTMLTextAreaElement;

/** What is known of a field since the focus came. */
interface Seen {
  /** Its text then. */
  before: string;
  /** Its text after the last typing. */
  last: string;
  /** So many steps were taken back and not done again. */
  undone: number;
}

const seen = new WeakMap<Box, Seen>();

/** Watches what is typed into native fields; the answer stops it. */
export function watchFields(target: Document): () => void {
  const onfocusin = (event: FocusEvent): void => {
    if (isBox(event.target)) begin(event.target);
  };
  const oninput = (event: Event): void => {
    if (!isBox(event.target)) return;
    const known = seen.get(event.target) ?? begin(event.target);
    known.last = event.target.value;
    const isOurs = event instanceof InputEvent && event.inputType.startsWith("history");
    if (!isOurs) known.undone = 0;
  };
  target.addEventListener("focusin", onfocusin);
  target.addEventListener("input", oninput, { capture: true });
  return () => {
    target.removeEventListener("focusin", onfocusin);
    target.removeEventListener("input", oninput, { capture: true });
  };
}

/** Whether the field with the focus has typing of its own that can be taken back, or done again. */
export function canStepInField(
  way: "undo" | "redo",
  focused: Element | null = document.activeElement,
): boolean {
  if (!isBox(focused) || focused.closest("dialog")) return false;
  const known = seen.get(focused);
  if (!known || known.last !== focused.value) {
    // The text came from elsewhere since: there is nothing typed to go back to.
    begin(focused);
    return false;
  }
  return way === "undo" ? known.before !== known.last : known.undone > 0;
}

/** Takes a step in the field with the focus; answers whether it did. */
export function stepInField(
  way: "undo" | "redo",
  focused: Element | null = document.activeElement,
): boolean {
  if (!isBox(focused) || !canStepInField(way, focused) || !document.execCommand(way)) return false;
  seen.get(focused)!.undone += way === "undo" ? 1 : -1;
  return true;
}

function begin(box: Box): Seen {
  const now = { before: box.value, last: box.value, undone: 0 };
  seen.set(box, now);
  return now;
}

function isBox(target: unknown): target is Box {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && /^(?:text|search)$/.test(target.type))
  );
}
