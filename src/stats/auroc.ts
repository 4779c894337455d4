export interface AurocParts {
  /** In [0, 1]. */
  readonly area: number;
  /** Of each sample: how far it pulls the area up, times n. They sum to 0; their squares over n² sum to the variance of the area. */
  readonly influence: Float64Array;
}

/**
 * Area under the ROC curve: the chance that a sample of outcome 1 has the higher score than one of outcome 0; ties count half.
 *
 * @param scores any numbers
 * @param ys 0 or 1
 * @returns null where one outcome is missing
 * @see Hanley & McNeil 1982; Mann & Whitney 1947
 */
export function auroc(scores: ArrayLike<number>, ys: ArrayLike<number>): number | null {
  return aurocParts(scores, ys)?.area ?? null;
}

/**
 * The same with what each sample adds to it, by its placement among those of the other outcome.
 *
 * @see DeLong, DeLong & Clarke-Pearson 1988
 */
export function aurocParts(scores: ArrayLike<number>, ys: ArrayLike<number>): AurocParts | null {
  const n = scores.length;
  if (!(n > 0 && n === ys.length)) throw new RangeError(`auroc: ${n} scores, ${ys.length} outcomes`);
  let allOnes = 0;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(scores[i])) throw new RangeError("auroc: a score that is no number");
    if (ys[i] !== 0 && ys[i] !== 1) throw new RangeError(`auroc: ${ys[i]} is no outcome`);
    allOnes += ys[i] as number;
  }
  const allZeros = n - allOnes;
  if (allOnes === 0 || allZeros === 0) return null;
  const order = Float64Array.from({ length: n }, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const placement = new Float64Array(n);
  let [ones, zeros, area] = [0, 0, 0];
  for (let from = 0; from < n; ) {
    let [tiedOnes, to] = [0, from];
    const score = scores[order[from] as number];
    for (; to < n && scores[order[to] as number] === score; to++) tiedOnes += ys[order[to] as number] as number;
    const tiedZeros = to - from - tiedOnes;
    for (let at = from; at < to; at++) {
      const i = order[at] as number;
      placement[i] = ys[i] === 1 ? (zeros + tiedZeros / 2) / allZeros : (allOnes - ones - tiedOnes / 2) / allOnes;
    }
    area += tiedOnes * (zeros + tiedZeros / 2);
    ones += tiedOnes;
    zeros += tiedZeros;
    from = to;
  }
  const mean = area / (allOnes * allZeros);
  const influence = placement.map((place, i) => ((place - mean) * n) / (ys[i] === 1 ? allOnes : allZeros));
  return { area: mean, influence };
}
