import type { CompletionFn, Try } from "../core/completion.ts";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import type { Failure } from "../core/run-line.ts";
import type { Clock } from "./clock.ts";
import type { Pace } from "./pace.ts";
import { type RetryPolicy, retryDelay, toldToWait } from "./retry.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type { Stop } from "./stop.ts";

/** What every request of a run shares. */
export interface AskingSetup {
  readonly fn: CompletionFn;
  readonly pace: Pace;
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
 * Calls the model, each time in its turn, until it answers, refuses for good, or the tries are used up. Every failed try ends up in
 * `tries`, which the caller owns: a reply is stored with them, a failure carries them.
 *
 * A refusal for coming too soon uses up no try while others get replies: the question only waits longer for its turn.
 *
 * What a stop cuts off, while the model is asked or between two tries, is `stopped`: neither an answer nor an error of the model.
 *
 * @throws whatever is no FinegaugeError: a defect, unless everything is being dropped
 */
export async function askModel<Value>(setup: AskingSetup, tries: Try[], call: () => Promise<Value>): Promise<Asked<Value>> {
  const { pace, retry, budget, clock, stop } = setup;
  let failures = 0;
  let turnedAway = 0;
  let repliesThen = 0;
  let waits: { readonly failed: Try; readonly since: number } | undefined;
  for (;;) {
    if (stop.drop.aborted) return stopped;
    const turn = pace.enter(failures + turnedAway > 0);
    if (turn !== undefined) {
      if (!(await turn)) return stopped;
      if (stop.drop.aborted) {
        pace.dropped();
        return stopped;
      }
    }
    const began = clock.monotonic();
    if (waits !== undefined) waits.failed.wait_ms = Math.round(began - waits.since);
    try {
      const value = await call();
      pace.replied(began, value);
      budget.succeeded();
      return { value };
    } catch (thrown) {
      if (stop.drop.aborted || !(thrown instanceof FinegaugeError)) {
        pace.dropped();
        if (stop.drop.aborted) return stopped;
        throw thrown;
      }
      const { retry: again, status } = thrown.more;
      const told = toldToWait(again?.after_ms);
      const tooLong = told !== undefined && told > retry.retryAfterCapMs;
      pace.failed(began, thrown, tooLong ? undefined : told);
      if (again !== undefined && stop.drain.aborted) return stopped;
      const { replies } = pace.gate;
      const onlyBusy = (told !== undefined || thrown.code === "provider.rate") && replies > repliesThen;
      repliesThen = replies;
      const free = onlyBusy && turnedAway < retry.maxTurnedAway;
      if (free) turnedAway++;
      else failures++;
      const repeat = again !== undefined && !tooLong && (free || (failures < retry.maxTries && budget.take()));
      const failed: Try = {
        at_ms: Math.round(began - setup.startedAt),
        ms: Math.round(clock.monotonic() - began),
        wait_ms: 0,
        ...(status !== undefined && { status }),
        code: thrown.code,
      };
      tries.push(failed);
      if (!repeat) {
        const message = `${messageOf(thrown)}${tooLong ? `; it asks to wait ${Math.ceil(told / 60_000)} min` : ""}`;
        return { failure: { code: thrown.code, message: setup.redact(message), tries } };
      }
      waits = { failed, since: clock.monotonic() };
      await clock.sleep(retryDelay(retry, failures, told, setup.random), stop.drain);
      if (stop.drain.aborted) return stopped;
    }
  }
}
