/** What only a window can do: file dialogs, news from outside, zoom, closing. */
import { asCallError } from "./error";
import { ask, hear } from "./tauri";

/** What a file dialog is for. */
export type Wanted =
  | "project"
  | "text"
  | "folder"
  | "documents"
  | "lines"
  | "prices"
  | "saveProject"
  | "saveFolder"
  | "saveWorkbook"
  | "saveCsv"
  | "saveChart";

/** What the shell tells, by its kind. */
export interface News {
  /** Files are held over the window, or no longer. */
  dragging: { over: boolean };
  /** Files were dropped on the window: their paths. */
  dropped: { paths: string[] };
  /** A second start of the program handed its file over. */
  opened: { path: string };
  /**
   * The window is asked to close. It does once every listener has finished; if one fails it stays,
   * and goes at the next request even if that fails again, unless `holdAgain` was called between.
   */
  closing: object;
}

type Told = { [Kind in keyof News]: { kind: Kind } & News[Kind] }[keyof News];
type Listener = (news: never) => unknown;

const listeners = new Map<string, Set<Listener>>();
let hearing: Promise<void> | undefined;
let stayed = false;

/** Asks for a path by the system's dialog; `name` is what a new file is called at first. Null: backed out. */
export function pick(wanted: Wanted, name?: string): Promise<string | null> {
  return shell("pick", { wanted, name });
}

/** Shows a file that was written to a picked path in the system's file manager. */
export function reveal(path: string): Promise<void> {
  return shell("reveal", { path });
}

/** Shows the page larger or smaller; 1 is its own size. */
export function setZoom(factor: number): Promise<void> {
  return shell("zoom", { factor });
}

/** The file that the program was started with, if there was one. */
export function argument(): Promise<string | null> {
  return shell("argument", {});
}

/** Says that the page can be used, which is when the start is over: to the shell, and to whoever drives it. */
export async function ready(): Promise<void> {
  document.documentElement.dataset.ready = "";
  await shell("ready", {});
}

/** Closes the window at once, asking nobody. */
export function close(): Promise<void> {
  return shell("close", {});
}

/** Closes the window as the window's own button does: every listener to `closing` finishes first. */
export async function requestClose(): Promise<void> {
  const asked = [...(listeners.get("closing") ?? [])].map(async (listener) =>
    listener({} as never),
  );
  const answers = await Promise.allSettled(asked);
  if (!stayed && answers.some((answer) => answer.status === "rejected")) {
    stayed = true;
    return shell("stay", {});
  }
  return close();
}

/** Lets the next close that fails hold the window again: there is something new to lose. */
export function holdAgain(): void {
  stayed = false;
}

/** Calls `by` with every such news, until the function that it gives back is called. */
export function listen<Kind extends keyof News>(
  kind: Kind,
  by: (news: News[Kind]) => unknown,
): () => void {
  const here = listeners.get(kind) ?? new Set();
  listeners.set(kind, here.add(by));
  // What happened before the first listener came is told to all that come with it.
  hearing ??= hear((news) => tell(news as Told));
  return () => here.delete(by);
}

function tell(news: Told): void {
  if (news.kind === "closing") void requestClose();
  else for (const listener of listeners.get(news.kind) ?? []) listener(news as never);
}

async function shell<Answer>(name: string, args: Record<string, unknown>): Promise<Answer> {
  try {
    return (await ask(name, args)) as Answer;
  } catch (error) {
    throw asCallError(name, error);
  }
}
