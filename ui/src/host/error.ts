/** Every failure as a `CallError`, whatever went wrong. */
import type { CallError } from "../types/calls";

/** The shell's own error as it came; anything else as one about asking for `what`. */
export function asCallError(what: string, error: unknown): CallError {
  return isCallError(error) ? error : unanswered(what, error);
}

function isCallError(error: unknown): error is CallError {
  return typeof error === "object" && error !== null && "code" in error && "hint" in error;
}

function unanswered(what: string, cause: unknown): CallError {
  return {
    code: "internal",
    message: `The window could not ask for ${what}: ${String(cause)}.`,
    hint: "Close the window and open it again; please report it if that does not help.",
    at: null,
  };
}
