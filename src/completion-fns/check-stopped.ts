import { FinegaugeError } from "../core/errors.ts";

/** @throws FinegaugeError `run.interrupted` once the run is stopped */
export function checkStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new FinegaugeError("run.interrupted", "the run was stopped");
}
