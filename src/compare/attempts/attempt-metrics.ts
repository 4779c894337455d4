import { passAllK, passAtK } from "../../stats/pass-at-k.ts";

/** The attempts at one sample that were scored: those from `from` to `to` of both lists. */
export interface SampleAttempts {
  /** 1 right, 0 wrong. */
  readonly verdicts: ArrayLike<number>;
  /** What each said, as a number; 0 = not known. */
  readonly answers: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

/** A number that several attempts at one sample give together. */
export interface AttemptMetric {
  readonly name: string;
  /** In [0, 1]; NaN for a sample with too few attempts, or whose answers are not known. */
  of(sample: SampleAttempts): number;
}

/**
 * What several attempts give beside their mean: `pass_at_k`, the chance that one of k attempts is right, and `pass_all_k`, that all k are,
 * for k of 2, 4, 8, … and all of them; and `majority`, the verdict on the answer given most often. Answers given equally often share it.
 *
 * @param attempts made at each sample, at least 2
 */
export function attemptMetrics(attempts: number): readonly AttemptMetric[] {
  const ks: number[] = [];
  for (let k = 2; k < attempts; k *= 2) ks.push(k);
  ks.push(attempts);
  return [
    ...ks.map((k) => ({ name: `pass_at_${k}`, of: (sample: SampleAttempts) => chance(passAtK, sample, k) })),
    ...ks.map((k) => ({ name: `pass_all_${k}`, of: (sample: SampleAttempts) => chance(passAllK, sample, k) })),
    { name: "majority", of: majority },
  ];
}

function chance(of: typeof passAtK, { verdicts, from, to }: SampleAttempts, k: number): number {
  const n = to - from;
  if (n < k) return Number.NaN;
  let right = 0;
  for (let at = from; at < to; at++) right += verdicts[at] as number;
  return of(n, right, k);
}

function majority({ verdicts, answers, from, to }: SampleAttempts): number {
  let [most, tied, sum] = [0, 0, 0];
  for (let at = from; at < to; at++) {
    const answer = answers[at] as number;
    if (answer === 0) return Number.NaN;
    let [votes, right, first] = [0, 0, true];
    for (let other = from; other < to; other++) {
      if (answers[other] !== answer) continue;
      first &&= other >= at;
      votes++;
      right += verdicts[other] as number;
    }
    if (!first || votes < most) continue;
    if (votes > most) [most, tied, sum] = [votes, 0, 0];
    tied++;
    sum += right / votes;
  }
  return tied === 0 ? Number.NaN : sum / tied;
}
