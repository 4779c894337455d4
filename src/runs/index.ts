export { type BaselineSideLine, isBaselineFile, openBaseline, type StoredBaseline } from "./baseline-file.ts";
export { baselinePath, type ListedBaseline, listBaselines, listedBaseline } from "./baseline-folder.ts";
export {
  isLabelFile,
  labelsPath,
  openLabels,
  preferencesPath,
  readLabels,
  type StoredLabels,
} from "./label-file.ts";
export { findRun, listRuns } from "./list-runs.ts";
export type { ListedRun } from "./listed-run.ts";
export { namedRun, runNames } from "./named-run.ts";
export { isRunFile, logsIn, openLog, openStoredRun, unknownKind } from "./open-stored-run.ts";
export { readRun, type StoredRun } from "./read-run.ts";
export type { Recovered } from "./recover-run.ts";
export { runPath, safeName } from "./run-path.ts";
export { createRun, type RunWriter, resumeRun } from "./run-writer.ts";
export { type BaselineContent, writeBaseline } from "./write-baseline.ts";
