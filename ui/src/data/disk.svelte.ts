/** Whether what was changed of the open project is on disk, waited for beside the typing. */
import { call, holdAgain } from "../host";
import type { CallError } from "../types/calls";

/** Whether what was changed is on disk. */
export type Saving =
  { state: "saved"; at: string } | { state: "saving" } | { state: "failed"; error: CallError };

/** So long after what was changed could not be saved it is tried again. */
const RETRY_MS = 5000;

/** Has what is changed saved, and says how that stands. */
export class Disk {
  saving = $state.raw<Saving>({ state: "saved", at: "" });

  #unsaved = false;
  #flushing = false;
  #retrying: ReturnType<typeof setTimeout> | undefined;
  readonly #project: () => number | undefined;

  /** Of the project that is open at any time. */
  constructor(project: () => number | undefined) {
    this.#project = project;
  }

  /** Another project is open, and as it is on disk. */
  begin(): void {
    clearTimeout(this.#retrying);
    this.saving = { state: "saved", at: new Date().toISOString() };
  }

  /** Waits for the disk beside the typing; what was typed meanwhile waits once more. */
  save(): void {
    // After a failure it stays "failed" until something is saved.
    if (this.saving.state !== "failed") this.saving = { state: "saving" };
    this.#unsaved = true;
    holdAgain();
    if (!this.#flushing) void this.#flush();
  }

  /** Waits until all of a project is on disk; rejects where it cannot be. */
  async commit(project: number): Promise<void> {
    try {
      this.#saved((await call("projects.saved", { project })).at);
    } catch (error) {
      this.#failed(error as CallError);
      throw error;
    }
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    for (let project = this.#project(); this.#unsaved && project !== undefined;) {
      this.#unsaved = false;
      const isHere = (): boolean => project === this.#project();
      try {
        const { at } = await call("projects.saved", { project });
        if (!this.#unsaved && isHere()) this.#saved(at);
      } catch (error) {
        if (isHere()) this.#failed(error as CallError);
      }
      project = this.#project();
    }
    this.#flushing = false;
  }

  #saved(at: string): void {
    clearTimeout(this.#retrying);
    this.saving = { state: "saved", at };
    holdAgain();
  }

  /** Says what could not be saved, and tries again after a while: the disk may have room then. */
  #failed(error: CallError): void {
    this.saving = { state: "failed", error };
    clearTimeout(this.#retrying);
    this.#retrying = setTimeout(() => {
      this.#unsaved = true;
      if (!this.#flushing) void this.#flush();
    }, RETRY_MS);
  }
}
