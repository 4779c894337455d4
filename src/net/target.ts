import { redactor } from "../core/redact.ts";
import type { Problem } from "./problem.ts";

/** Who is asked, as far as an error for users may tell it. */
export interface Target {
  /** `https://host:port`: no path, no credentials. */
  readonly origin: string;
  readonly model: string;
  /** Environment variable with the key, when there is one. */
  readonly keyName?: string | undefined;
  /** Takes our own secrets out of what the server wrote. */
  clean(text: string): string;
  /** What to do about a rejection, where this provider knows better than the status tells. */
  hint?(status: number, problem: Problem): string | undefined;
}

/** Long enough for any sentence, short enough for a record. */
const longest = 500;

function clipped(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** @param secrets values that must never come back in a message, e.g. the key */
export function targetOf(
  url: URL,
  more: Pick<Target, "model" | "keyName" | "hint"> & { readonly secrets: readonly string[] },
): Target {
  const { secrets, ...rest } = more;
  const redact = redactor(secrets);
  return { ...rest, origin: url.origin, clean: (text) => clipped(redact(text)) };
}
