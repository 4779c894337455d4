export interface Krippendorff {
  /** 1 perfect, 0 as by chance; null where there is nothing to compare. */
  readonly value: number | null;
  /** Why there is no value. */
  readonly reason?: string;
  /** Judgements that could be compared with another of the same sample. */
  readonly n: number;
}

/**
 * Krippendorff's alpha for categories without order: agreement beyond chance of any number of raters, with gaps.
 *
 * @param samples for each sample, its raters' judgements; null where a rater gave none
 * @see Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C
 */
export function krippendorffNominal(samples: readonly (readonly (string | number | null)[])[]): Krippendorff {
  const totals = new Map<string | number, number>();
  let [n, disagreeing] = [0, 0];
  for (const judgements of samples) {
    const given = judgements.filter((judgement) => judgement !== null);
    if (given.length < 2) continue;
    const counts = new Map<string | number, number>();
    for (const judgement of given) counts.set(judgement, (counts.get(judgement) ?? 0) + 1);
    for (const [category, count] of counts) {
      disagreeing += (count * (given.length - count)) / (given.length - 1);
      totals.set(category, (totals.get(category) ?? 0) + count);
    }
    n += given.length;
  }
  if (n === 0) return { value: null, reason: "no sample was judged twice", n };
  if (totals.size === 1) return { value: null, reason: "all judgements are the same", n };
  let expected = 0;
  for (const count of totals.values()) expected += count * (n - count);
  return { value: 1 - ((n - 1) * disagreeing) / expected, n };
}
