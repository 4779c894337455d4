/** What the commands do, for a program. */
export {
  type BaselineOptions,
  type Diff,
  type DiffOptions,
  diff,
  type GateOptions,
  type GivenEval,
  gate,
  type LeaderboardOptions,
  leaderboard,
  listRuns,
  type ModelChoice,
  type PlanOptions,
  plan,
  type RecordableClient,
  type Recording,
  type RecordOptions,
  type ReportOptions,
  type Run,
  type RunOptions,
  type RunProgress,
  readRun,
  record,
  report,
  run,
  type ScorerChoice,
  type StoredRunOptions,
  setBaseline,
} from "./cli/index.ts";
export type { Plan } from "./compare/index.ts";
export type { Comparison } from "./core/comparison.ts";
/** What a plug-in is written against: a completion function or a scorer of one's own, in TypeScript or JavaScript. */
export type {
  CallContext,
  Capabilities,
  Completion,
  CompletionFn,
  CompletionRequest,
  Continuations,
  Likelihood,
  ModelIdentity,
  Sampling,
  Support,
  TokenLogprob,
  Usage,
} from "./core/completion.ts";
export { type ErrorCode, type ErrorMore, FinegaugeError } from "./core/errors.ts";
export type { GateResult } from "./core/gate.ts";
export type { GivenModel } from "./core/given-model.ts";
export type { Leaderboard } from "./core/leaderboard.ts";
export type { Message, Prompt } from "./core/message.ts";
export type { Metric } from "./core/metric.ts";
export type { EndLine, RunFileLine, RunLine, SampleLine, ScoreLine, SessionLine } from "./core/run-line.ts";
export type { Sample, SampleRow } from "./core/sample.ts";
export type { Replies, Score, Scorer, ScorerContext } from "./core/score.ts";
export type { ListedRun, StoredRun } from "./runs/index.ts";
export type { GivenScorer } from "./scorers/index.ts";
