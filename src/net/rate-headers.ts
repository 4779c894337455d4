import type { Quota, RateLimits } from "../core/rate-limits.ts";
import { toldResetMs } from "./told-duration.ts";

type Header = (name: string) => string | undefined;

/**
 * What the `x-ratelimit-…` headers of OpenAI, Azure and those who imitate them say; undefined = there are none.
 *
 * @param now Unix time, ms
 */
export function readRateLimits(header: Header, now = Date.now()): RateLimits | undefined {
  const requests = quota(header, "requests", now);
  const tokens = quota(header, "tokens", now);
  return requests === undefined && tokens === undefined ? undefined : { requests, tokens };
}

/**
 * Of a refusal: until the limits that are used up are whole again, ms.
 *
 * @param now Unix time, ms
 */
export function untilReset(header: Header, now: number): number | undefined {
  const { requests, tokens } = readRateLimits(header, now) ?? {};
  const waits = [requests, tokens].flatMap((each) => (each?.remaining === 0 ? (each.reset_ms ?? []) : []));
  if (waits.length > 0) return Math.max(...waits);
  const resets = [header("x-ratelimit-reset-requests"), header("x-ratelimit-reset-tokens")].map((text) => toldResetMs(text, now));
  const known = resets.filter((ms) => ms !== undefined);
  // A server that says when, and not of what, means this.
  return known.length > 0 && requests === undefined && tokens === undefined ? Math.max(...known) : undefined;
}

function quota(header: Header, of: "requests" | "tokens", now: number): Quota | undefined {
  const remaining = amount(header(`x-ratelimit-remaining-${of}`));
  if (remaining === undefined) return undefined;
  const limit = amount(header(`x-ratelimit-limit-${of}`));
  const reset_ms = toldResetMs(header(`x-ratelimit-reset-${of}`), now);
  return { remaining, ...(limit !== undefined && { limit }), ...(reset_ms !== undefined && { reset_ms }) };
}

/** Azure says -1 where it does not count. */
function amount(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : undefined;
}
