import type { CompletionFn, Try } from "../core/completion.ts";
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
  /** In [0, 1): spreads waits. */
  readonly random: () => number;
  /** Takes keys and paths out of a message before it is kept. */
  readonly redact: (text: string) => string;
  /** Start of the run on the monotonic clock: tries are dated from it. */
  readonly startedAt: number;
}

/** The reply, why there is none for good, or that the run was stopped before either. */
export type Asked<Value> = { readonly value: Value } | { readonly failure: Failure } | { readonly stopped: true };

const stopped = { stopped: true } as const;

/**
 * Calls the model until it answers, refuses for good, or the tries are used up. Every failed try ends up in `tries`, which the caller
 * owns: a reply is stored with them, a failure carries them.
 *
 * What a stop cuts off, while the model is asked or between two tries, is `stopped`: neither an answer nor an error of the model.
 *
 * @throws whatever is no FinegaugeError: a defect, unless everything is being dropped
 */
export async function askModel<Value>(setup: AskingSetup, tries: Try[], call: () => Promise<Value>): Promise<Asked<Value>> {
  const { retry, budget, clock, stop } = setup;
  for (let failures = 1; ; failures++) {
    if (stop.drop.aborted) return stopped;
    const began = clock.monotonic();
    try {
      const value = await call();
      budget.succeeded();
      return { value };
    } catch (thrown) {
      if (stop.drop.aborted) return stopped;
      if (!(thrown instanceof FinegaugeError)) throw thrown;
      const { retry: again, status } = thrown.more;
      if (again !== undefined && stop.drain.aborted) return stopped;
      const repeat = again !== undefined && failures < retry.maxTries && budget.take();
      const wait = repeat ? retryDelay(retry, failures, again.after_ms, setup.random) : 0;
      tries.push({
        at_ms: Math.round(began - setup.startedAt),
        ms: Math.round(clock.monotonic() - began),
        wait_ms: Math.round(wait),
        ...(status !== undefined && { status }),
        code: thrown.code,
      });
      if (!repeat) return { failure: { code: thrown.code, message: setup.redact(messageOf(thrown)), tries } };
      await clock.sleep(wait, stop.drain);
      if (stop.drain.aborted) return stopped;
    }
  }
}
