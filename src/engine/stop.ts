import { setMaxListeners } from "node:events";
import type { ErrorCode } from "../core/errors.ts";

/** How a run is ended before its end: no new questions are asked, and requests in flight may finish or are dropped. */
export interface Stop {
  /** Aborted when no new question is to be asked. */
  readonly drain: AbortSignal;
  /** Aborted when requests in flight are to be dropped. */
  readonly drop: AbortSignal;
  /** The first reason that was given. */
  reason(): ErrorCode | undefined;
  /** @param atOnce drops what is in flight too */
  request(code: ErrorCode, atOnce?: boolean): void;
}

export function createStop(): Stop {
  const drain = new AbortController();
  const drop = new AbortController();
  // Every worker that waits listens; that is no leak.
  setMaxListeners(0, drain.signal, drop.signal);
  let first: ErrorCode | undefined;
  return {
    drain: drain.signal,
    drop: drop.signal,
    reason: () => first,
    request(code, atOnce = false) {
      first ??= code;
      drain.abort();
      if (atOnce) drop.abort();
    },
  };
}

/** The stop of one run among several: it follows the outer one, and what stops this run alone leaves the others be. */
export function stopWithin(outer: Stop): Stop & { release(): void } {
  const inner = createStop();
  const follow = () => {
    const reason = outer.reason();
    if (reason !== undefined) inner.request(reason, outer.drop.aborted);
  };
  follow();
  outer.drain.addEventListener("abort", follow);
  outer.drop.addEventListener("abort", follow);
  return {
    ...inner,
    release() {
      outer.drain.removeEventListener("abort", follow);
      outer.drop.removeEventListener("abort", follow);
    },
  };
}
