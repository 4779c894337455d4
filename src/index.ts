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
export type { Message, Prompt } from "./core/message.ts";
export type { Metric } from "./core/metric.ts";
export type { EndLine, RunFileLine, RunLine, SampleLine, ScoreLine, SessionLine } from "./core/run-line.ts";
export type { Sample } from "./core/sample.ts";
export type { Replies, Score, Scorer, ScorerContext } from "./core/score.ts";
