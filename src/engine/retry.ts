/** When and how long to wait before a request is tried again. */
export interface RetryPolicy {
  /** Requests in all, the first included. */
  readonly maxTries: number;
  /** Upper limit of the first wait, ms; doubles with each try. */
  readonly baseMs: number;
  readonly capMs: number;
  /** A server may ask for an hour; we wait no longer than this, ms. */
  readonly retryAfterCapMs: number;
  /** Repeats that a whole run may make beyond a fifth of its requests: a dying server is not to be hammered. */
  readonly budget: number;
}

export const defaultRetry: RetryPolicy = { maxTries: 6, baseMs: 500, capMs: 20_000, retryAfterCapMs: 60_000, budget: 100 };

/**
 * How long to wait after a failed try, ms: what the server asked for (capped), else full jitter.
 *
 * @param failures failed tries so far, at least 1
 * @param random in [0, 1)
 * @see Brooker 2015, "Exponential Backoff And Jitter": full jitter
 */
export function retryDelay(policy: RetryPolicy, failures: number, afterMs: number | undefined, random: () => number): number {
  const jittered = random() * Math.min(policy.capMs, policy.baseMs * 2 ** (failures - 1));
  if (afterMs === undefined || !Number.isFinite(afterMs)) return jittered;
  // Some spread on top, so that everybody who was told the same second does not come back in it.
  return Math.min(policy.retryAfterCapMs, Math.max(0, afterMs)) + random() * Math.min(1000, policy.baseMs);
}
