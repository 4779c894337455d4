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

/**
 * Gives up when the first `limit` questions all fail the same way, and later when the server fails `limit` times in a row the same
 * way: what is asked after that would only be paid for and lost.
 *
 * @param replied an earlier session had replies: a resume asks first what failed before, and may well fail the same way
 */
export function failureWatch(replied = false, limit = 20): FailureWatch {
  let anyReply = replied;
  let last: ErrorCode | undefined;
  let inRow = 0;
  return {
    saw(code) {
      // Nothing was paid for: what is not in the cache says nothing of what comes next.
      if (code === "cache.miss") return undefined;
      if (code === undefined) {
        anyReply = true;
        inRow = 0;
        last = undefined;
        return undefined;
      }
      inRow = code === last ? inRow + 1 : 1;
      last = code;
      return inRow >= limit && (!anyReply || serverFailures.has(code)) ? code : undefined;
    },
  };
}
