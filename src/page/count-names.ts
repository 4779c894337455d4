import type { Counts } from "../core/run-line.ts";

/** What is counted beside accuracy, as people read it: of one, and of many. */
export const countNames = [
  ["errors", "error", "errors"],
  ["unscored", "not scored", "not scored"],
  ["filtered", "filtered", "filtered"],
  ["cut_off", "cut off", "cut off"],
  ["empty", "empty", "empty"],
  ["refused", "refused", "refused"],
  ["invalid_label", "invalid label", "invalid labels"],
] as const satisfies readonly (readonly [keyof Counts, string, string])[];
