import { meanOf } from "./mean.ts";

export interface PpiEstimate {
  /** The mean that people would give, were they to judge all samples. */
  readonly estimate: number;
  readonly se: number;
  /** How far the judge was trusted: 0 not at all, 1 as far as plain PPI does. */
  readonly lambda: number;
}

/** A judge's scores, and people's scores of some samples. Scores of 0 and 1, any others, or paired differences. */
export interface PpiScores {
  /** People's scores of the labelled samples. */
  readonly human: ArrayLike<number>;
  /** The judge's scores of the same samples, in the same order. */
  readonly judge: ArrayLike<number>;
  /** The judge's scores of the other samples. */
  readonly unlabelled: ArrayLike<number>;
}

/**
 * Prediction-powered inference: the judge's mean, corrected by how far it was off where people judged too.
 *
 * Unbiased whatever the judge's errors, when the labelled samples were drawn at random. With few labels, or a judge that was never
 * off, the standard error says too little.
 *
 * @see Angelopoulos et al. 2023, Science 382:669
 */
export function ppi(scores: PpiScores): PpiEstimate {
  check("ppi", scores);
  return estimateAt(1, scores);
}

/**
 * PPI++: trusts the judge as far as it goes with people, so that it is about as good as labels alone even with a useless judge.
 *
 * @see Angelopoulos, Duchi & Zrnic 2023, eq. 7
 */
export function ppiPlusPlus(scores: PpiScores): PpiEstimate {
  check("ppiPlusPlus", scores);
  const { human, judge, unlabelled } = scores;
  const [ofHuman, ofJudge] = [meanOf(human).mean, meanOf(judge).mean];
  let covariance = 0;
  for (let i = 0; i < human.length; i++) {
    covariance += (((human[i] as number) - ofHuman) * ((judge[i] as number) - ofJudge)) / (human.length - 1);
  }
  const pooled = varianceOf([...Array.from(judge), ...Array.from(unlabelled)]);
  const best = pooled === 0 ? 0 : covariance / ((1 + human.length / unlabelled.length) * pooled);
  return estimateAt(Math.min(1, Math.max(0, best)), scores);
}

function estimateAt(lambda: number, { human, judge, unlabelled }: PpiScores): PpiEstimate {
  const off = meanOf(Array.from(human, (score, i) => score - lambda * (judge[i] as number)));
  const judged = meanOf(unlabelled);
  return {
    estimate: lambda * judged.mean + off.mean,
    se: Math.hypot(lambda * (judged.se as number), off.se as number),
    lambda,
  };
}

function varianceOf(values: readonly number[]): number {
  return (meanOf(values).se as number) ** 2 * values.length;
}

function check(name: string, { human, judge, unlabelled }: PpiScores): void {
  if (!(human.length === judge.length && human.length >= 2 && unlabelled.length >= 2)) {
    throw new RangeError(`${name}: ${human.length} human and ${judge.length} judged scores, ${unlabelled.length} unlabelled`);
  }
  for (const list of [human, judge, unlabelled]) {
    for (let i = 0; i < list.length; i++) if (!Number.isFinite(list[i])) throw new RangeError(`${name}: ${list[i]} is no score`);
  }
}
