/** The one door to everything that Forebill can do. */
import { BYTES, type Calls } from "../types/calls";
import { asCallError } from "./error";
import { send } from "./tauri";

export * from "./window";

/** Does one operation. Rejects with a `CallError`, whatever went wrong. */
export async function call<Name extends keyof Calls>(
  name: Name,
  args: Calls[Name]["arguments"],
): Promise<Calls[Name]["result"]> {
  try {
    const json = JSON.stringify(args, (_, value) =>
      // Half a character, as a cut text may hold, is no text to the other side.
      typeof value === "string" ? value.toWellFormed() : value,
    );
    const answer = await send(name, new TextEncoder().encode(json));
    if (BYTES.has(name)) return answer as Calls[Name]["result"];
    return JSON.parse(new TextDecoder().decode(answer));
  } catch (error) {
    throw asCallError(name, error);
  }
}
