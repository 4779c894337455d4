import type { Counts } from "../core/run-line.ts";

/** What is counted beside accuracy, as people read it. */
export const countNames = [
  ["errors", "errors"],
  ["unscored", "not scored"],
  ["filtered", "filtered"],
  ["cut_off", "cut off"],
  ["empty", "empty"],
  ["refused", "refused"],
  ["invalid_label", "invalid label"],
] as const satisfies readonly (readonly [keyof Counts, string])[];
