export { findRun, type ListedRun, listRuns } from "./list-runs.ts";
export { readRun } from "./read-run.ts";
export type { Recovered } from "./recover-run.ts";
export { runPath } from "./run-path.ts";
export { createRun, type RunWriter, resumeRun } from "./run-writer.ts";
