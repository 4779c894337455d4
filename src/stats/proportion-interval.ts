import type { Bounds } from "./bounds.ts";
import { clopperPearson } from "./clopper-pearson.ts";
import { wilson } from "./wilson.ts";

export interface ProportionInterval extends Bounds {
  readonly method: "wilson" | "clopper-pearson";
}

/** Fewer successes or failures than this, and an approximation is not good enough. */
const few = 5;

/** The interval that is shown for a proportion: Wilson's, or the exact one where there are fewer than 5 successes or failures. */
export function proportionInterval(successes: number, n: number, level = 0.95): ProportionInterval {
  if (Math.min(successes, n - successes) < few) {
    return { ...clopperPearson(successes, n, level), method: "clopper-pearson" };
  }
  return { ...wilson(successes, n, level), method: "wilson" };
}
