export type { AnswerKind } from "./answer-kind.ts";
export { type Chosen, chooseSamples, type DropReason } from "./choose-samples.ts";
export { draftSamples } from "./draft-samples.ts";
export { type Columns, guessColumns } from "./guess-columns.ts";
export { type ProposedScorer, proposeScorer } from "./propose-scorer.ts";
export { type DataFile, readDataFile } from "./read-data-file.ts";
export { commonSystem, toRow } from "./to-rows.ts";
