export { failureWatch } from "./failure-watch.ts";
export { type OpenJudge, openJudge } from "./open-judge.ts";
export { type KnownLeakage, planRun, type RunInputs, type RunPlan, specHash } from "./plan-run.ts";
export { plannedQuestions, type QuestionsOfRun } from "./planned-questions.ts";
export { type RunOptions, type RunOutcome, type RunPace, runEval } from "./run-eval.ts";
export { scoreRecorded } from "./score-recorded.ts";
export { storedScorer } from "./score-stored.ts";
export { createStop, type Stop } from "./stop.ts";
export { type WidthBounds, widthOf } from "./width.ts";
