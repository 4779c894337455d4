/**
 * Area under the ROC curve: the chance that a sample of outcome 1 has the higher score than one of outcome 0; ties count half.
 *
 * @param scores any numbers
 * @param ys 0 or 1
 * @returns null where one outcome is missing
 * @see Hanley & McNeil 1982; Mann & Whitney 1947
 */
export function auroc(scores: ArrayLike<number>, ys: ArrayLike<number>): number | null {
  const n = scores.length;
  if (!(n > 0 && n === ys.length)) throw new RangeError(`auroc: ${n} scores, ${ys.length} outcomes`);
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(scores[i])) throw new RangeError("auroc: a score that is no number");
    if (ys[i] !== 0 && ys[i] !== 1) throw new RangeError(`auroc: ${ys[i]} is no outcome`);
  }
  const order = Float64Array.from({ length: n }, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let [ones, zeros, area] = [0, 0, 0];
  for (let from = 0; from < n; ) {
    let [tiedOnes, to] = [0, from];
    const score = scores[order[from] as number];
    for (; to < n && scores[order[to] as number] === score; to++) tiedOnes += ys[order[to] as number] as number;
    const tiedZeros = to - from - tiedOnes;
    area += tiedOnes * (zeros + tiedZeros / 2);
    ones += tiedOnes;
    zeros += tiedZeros;
    from = to;
  }
  return ones === 0 || zeros === 0 ? null : area / (ones * zeros);
}
