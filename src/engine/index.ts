export { planRun, type RunInputs, type RunPlan } from "./plan-run.ts";
export { defaultRetry, type RetryPolicy } from "./retry.ts";
export { type RunOptions, type RunOutcome, runEval } from "./run-eval.ts";
export type { Progress } from "./run-samples.ts";
export { createStop, type Stop } from "./stop.ts";
