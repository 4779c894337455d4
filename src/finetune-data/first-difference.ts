/** Where two texts part, with what stands around it in each. */
interface Difference {
  /** Characters that are the same. */
  readonly at: number;
  readonly left: string;
  readonly right: string;
  /** Characters in `left` and `right` before they part. */
  readonly shared: number;
}

/** @param around characters to show: a third before the difference, the rest behind; undefined = the texts are the same */
export function firstDifference(left: string, right: string, around = 36): Difference | undefined {
  if (left === right) return undefined;
  const a = [...left];
  const b = [...right];
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const shared = Math.min(at, Math.floor(around / 3));
  const cut = (characters: readonly string[]) => characters.slice(at - shared, at - shared + around).join("");
  return { at, left: cut(a), right: cut(b), shared };
}
