export { type OpenJudge, openJudge } from "./open-judge.ts";
export { type KnownLeakage, planRun, type RunInputs, type RunPlan, specHash, widthOf } from "./plan-run.ts";
export { plannedQuestions, type QuestionsOfRun } from "./planned-questions.ts";
export { type RunOptions, type RunOutcome, runEval } from "./run-eval.ts";
export { scoreRecorded } from "./score-recorded.ts";
export { storedScorer } from "./score-stored.ts";
export { createStop, type Stop } from "./stop.ts";
