export { findRun, type ListedRun, listRuns } from "./list-runs.ts";
export { readRun, type StoredRun } from "./read-run.ts";
export type { Recovered } from "./recover-run.ts";
export { runPath, safeName } from "./run-path.ts";
export { createRun, type RunWriter, resumeRun } from "./run-writer.ts";
