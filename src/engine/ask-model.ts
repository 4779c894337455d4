import type { CallContext, CompletionFn, Try } from "../core/completion.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import type { Failure } from "../core/run-line.ts";
import type { Clock } from "./clock.ts";
import { type RetryPolicy, retryDelay } from "./retry.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { Stop } from "./stop.ts";

/** What every request of a run shares. */
export interface AskingSetup {
  readonly fn: CompletionFn;
  readonly retry: RetryPolicy;
  readonly budget: RetryBudget;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly random: () => number;
  /** Takes keys and paths out of a message before it is kept. */
  readonly redact: (text: string) => string;
  /** Start of the run on the monotonic clock: tries are dated from it. */
  readonly startedAt: number;
}

/** The reply, why there is none for good, or that the run was stopped before either. */
export type Asked<Value> = { readonly value: Value } | { readonly failure: Failure } | { readonly stopped: true };

/**
 * Calls the model until it answers, refuses for good, or the tries are used up. Every failed try ends up in `tries`, which the caller
 * owns: a reply is stored with them, a failure carries them.
 */
export async function askModel<Value>(
  setup: AskingSetup,
  tries: Try[],
  random: () => number,
  call: () => Promise<Value>,
): Promise<Asked<Value>> {
  const { retry, budget, clock, stop } = setup;
  for (let failures = 1; ; failures++) {
    const began = clock.monotonic();
    try {
      const value = await call();
      budget.succeeded();
      return { value };
    } catch (thrown) {
      if (stop.drop.aborted) return { stopped: true };
      if (!(thrown instanceof FinegaugeError)) throw thrown;
      const again = thrown.more.retry !== undefined && failures < retry.maxTries && !stop.drain.aborted && budget.take();
      const wait = again ? retryDelay(retry, failures, thrown.more.retry?.after_ms, random) : 0;
      tries.push({
        at_ms: Math.round(began - setup.startedAt),
        ms: Math.round(clock.monotonic() - began),
        wait_ms: Math.round(wait),
        ...(thrown.more.status !== undefined && { status: thrown.more.status }),
        code: thrown.code,
      });
      if (!again) {
        // Cut off in the middle of its tries by a stop: not an answer of the model, so it is asked again on resume.
        if (stop.drain.aborted && thrown.more.retry !== undefined) return { stopped: true };
        return { failure: { code: thrown.code, message: setup.redact(messageOf(thrown)), tries } };
      }
      await clock.sleep(wait, stop.drain);
      if (stop.drain.aborted) return { stopped: true };
    }
  }
}

/** The context that one worker hands to its requests, one after the other. */
export interface WorkerContext extends CallContext {
  sample: { id: string; attempt: number };
  seed: number;
  /** Failed tries of the request in hand. */
  tries: Try[];
}
