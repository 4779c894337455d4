/**
 * Kish's design effect: how many times more samples groups of a size need, to say as much as independent ones.
 *
 * @param size samples in a group, at least 1
 * @param correlation within a group, in [0, 1]
 * @see Kish 1965, section 5.4
 */
export function designEffect(size: number, correlation: number): number {
  if (!(size >= 1 && correlation >= 0 && correlation <= 1)) {
    throw new RangeError(`designEffect: groups of ${size} with a correlation of ${correlation}`);
  }
  return 1 + (size - 1) * correlation;
}

/**
 * The design effect that a run shows: the square of how much wider grouping makes its standard error, and at least 1, since few
 * groups can look better than they are.
 */
export function designEffectSeen({ grouped, naive }: { grouped: number; naive: number }): number {
  if (!(grouped >= 0 && naive > 0)) throw new RangeError(`designEffectSeen: ${grouped} over ${naive}`);
  return Math.max(1, (grouped / naive) ** 2);
}
