import { FinegaugeError } from "../../core/errors.ts";

export interface Limits {
  /** Aborted when the run stops. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * An answer within its time: not every provider heeds the signal that it is given, and nobody waits for one that does not.
 *
 * @throws FinegaugeError `run.interrupted`, `provider.timeout`
 */
export function inTime<Value>(
  name: string,
  { signal, timeoutMs }: Limits,
  ask: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const stopped = () => new FinegaugeError("run.interrupted", `the request to ${name} was stopped`);
  if (signal.aborted) return Promise.reject(stopped());
  return new Promise((resolve, reject) => {
    const own = new AbortController();
    const giveUp = (error: FinegaugeError) => {
      reject(error);
      own.abort(error);
    };
    const onStop = () => giveUp(stopped());
    const timer = setTimeout(() => {
      const message = `${name} did not answer in ${timeoutMs / 1000} s`;
      giveUp(new FinegaugeError("provider.timeout", message, { hint: "raise `timeout_s`, or lower --concurrency", retry: {} }));
    }, timeoutMs);
    signal.addEventListener("abort", onStop);
    ask(own.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onStop);
      });
  });
}
