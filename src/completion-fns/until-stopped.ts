import { FinegaugeError } from "../core/errors.ts";

/**
 * A call that ends with the run at the latest: not all code heeds the signal that it is given, and nobody waits for it then. What becomes of
 * it afterwards, a rejection too, concerns nobody any more.
 *
 * @throws FinegaugeError `run.interrupted`, and whatever the call throws
 */
export function untilStopped<Value>(signal: AbortSignal, call: () => Value | Promise<Value>): Promise<Value> {
  const stopped = () => new FinegaugeError("run.interrupted", "the run was stopped");
  return new Promise<Value>((resolve, reject) => {
    if (signal.aborted) return reject(stopped());
    const onStop = () => reject(stopped());
    signal.addEventListener("abort", onStop, { once: true });
    new Promise<Value>((settle) => settle(call()))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onStop));
  });
}
