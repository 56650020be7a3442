/** The one door to everything that Forebill can do. */
import { BYTES, type CallError, type Calls } from "../types/calls";
import { send } from "./tauri";

/** Does one operation. Rejects with a `CallError`, whatever went wrong. */
export async function call<Name extends keyof Calls>(
  name: Name,
  args: Calls[Name]["arguments"],
): Promise<Calls[Name]["result"]> {
  try {
    const answer = await send(name, new TextEncoder().encode(JSON.stringify(args)));
    if (BYTES.has(name)) return answer as Calls[Name]["result"];
    return JSON.parse(new TextDecoder().decode(answer));
  } catch (error) {
    throw isCallError(error) ? error : unanswered(name, error);
  }
}

function isCallError(error: unknown): error is CallError {
  return typeof error === "object" && error !== null && "code" in error && "hint" in error;
}

function unanswered(name: string, cause: unknown): CallError {
  return {
    code: "internal",
    message: `The window could not ask for ${name}: ${String(cause)}.`,
    hint: "Close the window and open it again; please report it if that does not help.",
    at: null,
  };
}
