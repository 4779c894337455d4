import { untilReset } from "./rate-headers.ts";
import { waitInSentence } from "./told-duration.ts";

const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * How long a server asks us to wait, in ms: `retry-after-ms` before `retry-after`, which is in seconds or an HTTP date, before what its
 * message says, before the moment at which a limit that is used up is whole again.
 *
 * A date that is past means now. What is neither is undefined, never 0: it must not turn into a retry without a wait. Nothing is
 * capped here.
 *
 * @param now Unix time, ms
 */
export function retryAfterMs(header: (name: string) => string | undefined, now: number, message = ""): number | undefined {
  const inHeader =
    amount(header("retry-after-ms"), 1) ?? amount(header("retry-after"), 1000) ?? until(header("retry-after"), now);
  return inHeader ?? waitInSentence(message) ?? untilReset(header, now);
}

function amount(text: string | undefined, unitMs: number): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^\d{1,12}(?:\.\d+)?$/.test(trimmed) ? Math.ceil(Number(trimmed) * unitMs) : undefined;
}

function until(text: string | undefined, now: number): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (!httpDate.test(trimmed)) return undefined;
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
