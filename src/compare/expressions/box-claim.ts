import type { Bounds } from "../../stats/bounds.ts";
import { type Claim, claimOf, nothingKnown, testsOf } from "./claim.ts";
import { evaluate } from "./evaluate.ts";
import { type Parts, partOf } from "./parts.ts";
import { rangeOf } from "./range.ts";

/** More parts than this span more corners than are worth looking at, and their box says next to nothing. */
const mostParts = 8;
/** By so much may the slope differ within what the samples allow: beyond, a straight line is no likeness. */
const mostBend = 4;
/** Points along each axis at which the slope is looked at, and cells of which a range is put together, by number of parts. */
const finest = [0, 65, 9, 5, 3];

/** A formula over parts whose claims are known. */
export interface Box {
  readonly outer: Parts["outer"];
  /** null = there are no samples. */
  readonly claims: readonly (Claim | null)[];
  /** Parts of labels are ratios, which rise or fall all the way in each part: their corners tell the range, also where one is 0. */
  readonly ofLabels: boolean;
}

/**
 * Is the formula so bent within the parts' own intervals, or does it turn, that the delta method would go wrong: `(a - b) ^ 2` has next
 * to no slope near nought, which says nothing of how far it can be.
 */
export function isBent({ outer, claims }: Box): boolean {
  if (claims.length > mostParts) return false;
  const boxes = claims.map(likely);
  if (!boxes.every((box) => box !== undefined)) return false;
  const slopes = claims.map(() => ({ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY }));
  for (const point of pointsOf(boxes)) {
    const { gradient } = evaluate(outer, partOf, point);
    for (const [part, slope] of gradient.entries()) {
      const seen = slopes[part] as { least: number; most: number };
      if (Number.isNaN(slope)) return true;
      seen.least = Math.min(seen.least, slope);
      seen.most = Math.max(seen.most, slope);
    }
  }
  return slopes.some(({ least, most }) => {
    if (least === 0 && most === 0) return false;
    if (least <= 0 && most >= 0) return true;
    // A ratio of sums bends in both of its parts, which move together: there the delta method is what one takes.
    if (claims.length > 1) return false;
    const sizes = [Math.abs(least), Math.abs(most)];
    return Math.max(...sizes) > mostBend * Math.min(...sizes);
  });
}

/**
 * The formula over the box in which all its parts lie at once, each by its own interval at a share of the error rate (Bonferroni). It holds
 * whatever the formula's shape is.
 *
 * @param facts with the formula's value
 */
export function boxClaim({ outer, claims, ofLabels }: Box, facts: Pick<Claim, "n" | "value">, reason: string): Claim {
  const known = { ...facts, groups: claims[0]?.groups ?? null, se: null };
  if (claims.length > mostParts || boxesAt(claims, 0.95) === undefined) {
    return nothingKnown(known, `${reason}, and nothing tells how far its parts could differ`);
  }
  const boxAt = (level: number): Bounds => {
    const boxes = boxesAt(claims, level) as readonly Bounds[];
    const { low, high } = ofLabels ? cornersOf(outer, boxes) : rangeOver(outer, boxes);
    return { low: Math.min(low, facts.value), high: Math.max(high, facts.value) };
  };
  const widest = boxAt(0.95);
  if (!(Number.isFinite(widest.low) && Number.isFinite(widest.high) && widest.high > widest.low)) {
    return nothingKnown(known, "it can have any value within what the samples allow");
  }
  return claimOf({
    ...known,
    interval: (level) => ({ ...boxAt(level), method: "delta-box" }),
    ...testsOf(boxAt),
    test: "delta-box",
    approximate: true,
    reason: `${reason}: the range of its parts was taken`,
  });
}

/** Where a part may well be: two standard errors, since an interval of few samples reaches where no sum of counts can be. */
function likely(claim: Claim | null): Bounds | undefined {
  if (claim === null) return undefined;
  if (claim.se !== null) return { low: claim.value - 2 * claim.se, high: claim.value + 2 * claim.se };
  return claim.interval(0.95) ?? undefined;
}

/** Both ends of each part count, since a formula may turn in between: twice as many errors to share a level as there are parts. */
function boxesAt(claims: readonly (Claim | null)[], level: number): readonly Bounds[] | undefined {
  const boxes = claims.map((claim) => claim?.interval(1 - (1 - level) / (2 * claims.length)) ?? null);
  return boxes.some((box) => box === null) ? undefined : (boxes as Bounds[]);
}

/** Points of a grid over the boxes; of many parts the corners and the middle. */
function* pointsOf(boxes: readonly Bounds[]): Generator<readonly number[]> {
  const along = finest[boxes.length] ?? 2;
  const points = along ** boxes.length;
  for (let nth = 0; nth < points; nth++) {
    let rest = nth;
    yield boxes.map(({ low, high }) => {
      const step = rest % along;
      rest = Math.floor(rest / along);
      return low + ((high - low) * step) / (along - 1);
    });
  }
  yield boxes.map(({ low, high }) => (low + high) / 2);
}

/** The formula's range, put together of cells: what interval arithmetic adds to the truth shrinks with them. */
function rangeOver(outer: Parts["outer"], boxes: readonly Bounds[]): Bounds {
  const along = (finest[boxes.length] ?? 2) - 1;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let cell = 0; cell < along ** boxes.length; cell++) {
    let rest = cell;
    const parts = boxes.map((box) => {
      const step = rest % along;
      rest = Math.floor(rest / along);
      const width = (box.high - box.low) / along;
      return { low: box.low + step * width, high: step === along - 1 ? box.high : box.low + (step + 1) * width };
    });
    const found = rangeOf(outer, (node) => parts[partOf(node)] as Bounds);
    low = Math.min(low, found.low);
    high = Math.max(high, found.high);
  }
  return { low, high };
}

function cornersOf(outer: Parts["outer"], boxes: readonly Bounds[]): Bounds {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let corner = 0; corner < 2 ** boxes.length; corner++) {
    const { value } = evaluate(
      outer,
      partOf,
      boxes.map((box, part) => ((corner >> part) & 1 ? box.high : box.low)),
    );
    low = Number.isNaN(value) ? Number.NEGATIVE_INFINITY : Math.min(low, value);
    high = Number.isNaN(value) ? Number.POSITIVE_INFINITY : Math.max(high, value);
  }
  return { low, high };
}
