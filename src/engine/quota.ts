import type { Quota } from "../core/rate-limits.ts";

/** Keeps to one limit of a server, as far as the server tells how much of it is left. */
export interface QuotaControl {
  /** @param unit of the limit, that one request takes: 1, or tokens */
  told(quota: Quota, unit: number, now: number): void;
  /**
   * Until the next request may start, ms.
   *
   * @param width requests that could start at once
   */
  wait(now: number, width: number): number;
  started(now: number): void;
}

interface Telling {
  readonly remaining: number;
  readonly now: number;
  readonly wholeAt: number;
  /** Until when it is kept to. */
  readonly until: number;
}

/** What a server says beside a reply holds back for no longer, ms: then it is asked, and its refusal counts. */
const longestHold = 60_000;
/** Limits that are whole again sooner cost little, whatever they say, ms. */
const shortReset = 5000;

/**
 * What is left is spread over the time until it is whole again, once it is no more than could start at once. Some servers fill a limit
 * up at a moment, others bit by bit: where that moment moves away with every request, the latter, and requests go at the speed of filling.
 *
 * A server that answers after the hold, and says that no more is left than before it, goes by something else: its word counts no more.
 */
export function quotaControl(): QuotaControl {
  let left = Number.POSITIVE_INFINITY;
  /** Requests per ms that flow back; undefined = all at `wholeAt`. */
  let flow: number | undefined;
  let last: Telling | undefined;
  let mistaken = false;
  let startedAt = Number.NEGATIVE_INFINITY;

  return {
    told({ limit, remaining, reset_ms }, unit, now) {
      if (reset_ms === undefined || mistaken) return;
      const next = { remaining, now, wholeAt: now + reset_ms, until: now + Math.min(reset_ms, longestHold) };
      mistaken = last !== undefined && now >= last.until && remaining <= last.remaining && reset_ms > shortReset;
      const same = last !== undefined && now < last.until ? last : undefined;
      if (same !== undefined && remaining < same.remaining) flow = flowOf(same, next, limit, unit);
      const told = Math.floor(remaining / unit);
      // What has started since the server counted is known here alone.
      left = same !== undefined && flow === undefined ? Math.min(left, told) : told;
      // A moment that is put off with every reply is kept to as it was first told.
      last = same !== undefined && flow === undefined ? { ...next, until: Math.min(same.until, next.until) } : next;
    },
    wait(now, width) {
      if (mistaken || last === undefined || now >= last.until || left > width) return 0;
      const { until } = last;
      if (flow !== undefined && flow > 0) return Math.max(0, Math.min(until, startedAt + 1 / flow) - now);
      if (left <= 0) return until - now;
      if (startedAt === Number.NEGATIVE_INFINITY) return 0;
      return Math.max(0, startedAt + (until - startedAt) / (left + 1) - now);
    },
    started(now) {
      left--;
      startedAt = now;
    },
  };
}

/**
 * Requests per ms that flow back, where the moment at which all is whole has moved about as far as what was taken meanwhile makes it;
 * undefined where it stood still.
 */
function flowOf(before: Telling, after: Telling, limit: number | undefined, unit: number): number | undefined {
  const reset = after.wholeAt - after.now;
  if (limit === undefined || reset <= 0) return undefined;
  const perMs = (limit - after.remaining) / reset;
  const moves = (before.remaining - after.remaining) / perMs + (after.now - before.now);
  return after.wholeAt - before.wholeAt > moves / 2 ? perMs / unit : undefined;
}
