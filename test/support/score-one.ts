import type { Labels, ScorerKind } from "../../src/core/catalogue.ts";
import type { Completion, Likelihood } from "../../src/core/completion.ts";
import { type Sample, toSample } from "../../src/core/sample.ts";
import { type Score, type Scorer, scoreSchema } from "../../src/core/score.ts";

export function sampleOf(row: Parameters<typeof toSample>[0]): Sample {
  return toSample(row, 0, "t.dev");
}

export interface OneScore {
  readonly scorer: Scorer;
  readonly scores: readonly Score[];
  /** Values by name. */
  readonly values: { readonly [name: string]: number | null };
  readonly first: Score;
}

/** The scores of one sample by a scorer that asks one thing; they are as the run file wants them. */
export function scoreOne(
  kind: ScorerKind,
  row: Parameters<typeof toSample>[0],
  reply: readonly Completion[] | readonly Likelihood[],
  { args = {}, labels }: { args?: object; labels?: Labels } = {},
): OneScore {
  const sample = sampleOf(row);
  const fault = kind.checkSample(sample, args, labels);
  if (fault !== undefined) throw new Error(fault);
  const scorer = kind.create(args, { name: "it", compat: false, labels });
  const output = scorer.asks?.(sample)[0]?.output ?? "completion";
  const random = () => 0.5;
  const scores = scorer.score(sample, { [output]: reply }, { judges: [], random, signal: AbortSignal.abort() });
  if (scores instanceof Promise) throw new Error("answers later");
  for (const score of scores) scoreSchema.strict().parse(score);
  const [first] = scores;
  if (first === undefined) throw new Error("there is no score");
  return { scorer, scores, first, values: Object.fromEntries(scores.map(({ name, value }) => [name, value])) };
}

export function likelihoodOf(logprob: number, more: Partial<Likelihood> = {}): Likelihood {
  return { logprob, tokens: 1, greedy: false, ...more };
}
