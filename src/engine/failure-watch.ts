import type { ErrorCode } from "../core/errors.ts";

/** Failures that say something about the server, not about a question. */
const serverFailures: ReadonlySet<string> = new Set([
  "provider.unreachable",
  "provider.auth",
  "provider.rate",
  "provider.server",
  "provider.timeout",
]);

/** Sees a run that cannot come to anything: the reason to stop, once there is one. */
export interface FailureWatch {
  /** @param code of the failure, undefined for a reply */
  saw(code: ErrorCode | undefined): ErrorCode | undefined;
}

/** A server that refuses everything as too much takes minutes over each question: so many, after so long without any reply, are enough. */
const turnedAway = 3;
const turnedAwayMs = 120_000;

/**
 * Gives up when the first `limit` questions all fail the same way, and later when the server fails `limit` times in a row the same
 * way: what is asked after that would only be paid for and lost. Also when, after two minutes without a reply, three in a row were refused as
 * too much with every try.
 *
 * @param replied an earlier session had replies: a resume asks first what failed before, and may well fail the same way
 */
export function failureWatch(replied = false, limit = 20, now = () => performance.now()): FailureWatch {
  let anyReply = replied;
  let last: ErrorCode | undefined;
  let inRow = 0;
  let repliedAt = now();
  return {
    saw(code) {
      // Nothing was paid for: what is not in the cache says nothing of what comes next.
      if (code === "cache.miss") return undefined;
      if (code === undefined) {
        anyReply = true;
        repliedAt = now();
        inRow = 0;
        last = undefined;
        return undefined;
      }
      inRow = code === last ? inRow + 1 : 1;
      last = code;
      if (code === "provider.rate" && inRow >= turnedAway && now() - repliedAt >= turnedAwayMs) return code;
      return inRow >= limit && (!anyReply || serverFailures.has(code)) ? code : undefined;
    },
  };
}
