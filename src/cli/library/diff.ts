import { z } from "zod";
import type { Comparison } from "../../core/comparison.ts";
import { compareReferences } from "../compare-references.ts";
import { readSettings } from "../settings.ts";
import { asCommonOptions, baselines, checkedOptions, listOf, places, some } from "./checked-options.ts";

const optionsSchema = z.strictObject({
  ...places,
  baselines,
  /** Only these evals: names, beginnings, globs. */
  eval: some.optional(),
  /** How much worse the deciding metric may be; default: the eval's. */
  margin: z.number().nonnegative().optional(),
  /** How many samples that flipped are named; all are counted. Default 1,000. */
  flips: z.int().nonnegative().default(1000),
});
export type DiffOptions = z.input<typeof optionsSchema>;

export interface Diff {
  /** One for each candidate of each eval, in the order in which they were run. */
  readonly comparisons: readonly Comparison[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

export async function diff(baseline: string, candidates: string | readonly string[], options: DiffOptions = {}): Promise<Diff> {
  const { eval: evals, margin, flips, ...where } = checkedOptions("diff", optionsSchema, options);
  const settings = await readSettings(asCommonOptions(where));
  const notes: string[] = [];
  const compared = await compareReferences(baseline, listOf<string>(candidates), {
    out: settings.out,
    baselines: settings.baselines,
    evals: evals === undefined ? undefined : listOf<string>(evals),
    margin,
    flips,
    labels: true,
    tell: (text) => void notes.push(text),
  });
  return { comparisons: compared.map(({ comparison }) => comparison), notes };
}
