/** How many items two lists have in common in the same order: the length of their longest common subsequence. */
export function longestCommon(one: readonly string[], other: readonly string[]): number {
  let previous = new Int32Array(other.length + 1);
  let current = new Int32Array(other.length + 1);
  for (const item of one) {
    for (let at = 1; at <= other.length; at++) {
      current[at] =
        item === other[at - 1] ? (previous[at - 1] as number) + 1 : Math.max(previous[at] as number, current[at - 1] as number);
    }
    [previous, current] = [current, previous];
  }
  return previous[other.length] as number;
}
