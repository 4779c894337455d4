/** When and how long to wait before a request is tried again. */
export interface RetryPolicy {
  /** Requests in all, the first included. */
  readonly maxTries: number;
  /** Upper limit of the first wait, ms; doubles with each try. */
  readonly baseMs: number;
  readonly capMs: number;
  /** Whoever is asked to wait for longer than this gives up, ms. */
  readonly retryAfterCapMs: number;
  /** Refusals for coming too soon that use up no try, while others get replies. */
  readonly maxTurnedAway: number;
  /** Repeats that a whole run may make beyond a fifth of its requests: a dying server is not to be hammered. */
  readonly budget: number;
}

export const defaultRetry: RetryPolicy = {
  maxTries: 6,
  baseMs: 500,
  capMs: 20_000,
  retryAfterCapMs: 300_000,
  maxTurnedAway: 50,
  budget: 100,
};

/**
 * How long to wait after a failed try, ms: full jitter, on top of what the server asked for.
 *
 * @param failures failed tries so far that count
 * @param toldMs what the server asked for
 * @param random in [0, 1)
 * @see Brooker 2015, "Exponential Backoff And Jitter": full jitter
 */
export function retryDelay(policy: RetryPolicy, failures: number, toldMs = 0, random: () => number): number {
  const jittered = random() * Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, failures - 1));
  return toldMs + jittered;
}

/** How long a server asks to wait, ms; undefined when it says nothing that can be waited for. */
export function toldToWait(afterMs: number | undefined): number | undefined {
  return afterMs === undefined || !Number.isFinite(afterMs) ? undefined : Math.max(0, afterMs);
}
