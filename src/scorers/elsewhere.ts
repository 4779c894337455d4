import { FinegaugeError } from "../core/errors.ts";
import type { Scorer } from "../core/score.ts";

/**
 * In place of a scorer that is code of the user's, where nothing but a run file names it: such a file may come from anybody, and what it
 * names is not run.
 */
export function elsewhere(name: string): Scorer {
  return {
    name,
    hash: "",
    needs: {},
    late: true,
    score: () => Promise.reject(new FinegaugeError("score.failed", `scorer ${name} can be used from a registry only`)),
  };
}
