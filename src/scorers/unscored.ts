import type { FinegaugeError } from "../core/errors.ts";
import type { Score } from "../core/score.ts";

/** A score that could not be worked out: never a 0. */
export function unscored(name: string, { code, message }: FinegaugeError): Score {
  return { name, value: null, unscored: { code, message } };
}
