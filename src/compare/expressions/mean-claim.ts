import { clopperPearson } from "../../stats/clopper-pearson.ts";
import { fewestClusters } from "../../stats/clusters.ts";
import { mostCautious, type OneSided } from "../../stats/one-sided.ts";
import { factsOf } from "../../stats/paired-mean.ts";
import { swapped, unitsOfGroups, unitsOfSamples } from "../../stats/paired-units.ts";
import { studentMargin } from "../../stats/student-margin.ts";
import { type Units, unseenMargin } from "../../stats/unseen-margin.ts";
import { type Claim, claimOf, nothingKnown, testsOf } from "./claim.ts";

/** Fewer samples or groups than this are outside the checked region. */
const enoughUnits = 20;
/** Above so many units one more, unseen, changes nothing that is shown. */
const manyUnits = 5000;

export interface MeanRows {
  /** No holes. */
  readonly values: Float64Array;
  /** 0 = none, a group of its own. */
  readonly groups?: Uint32Array | undefined;
  readonly unitRange: boolean;
}

/**
 * The claim about one side's mean. Verdicts of independent samples are judged by Clopper and Pearson's exact interval, which never
 * exceeds its level. The rest by Student's t over samples or groups, or by the bound that reckons with one more of them, unseen and at
 * the end of the range, whichever is more cautious: a standard error is small just where scores are near that end by luck.
 *
 * @returns null when there are no values
 */
export function meanClaim({ values, groups, unitRange }: MeanRows): Claim | null {
  const n = values.length;
  if (n === 0) return null;
  const { units, count, value, se } = factsOf(groups === undefined ? unitsOfSamples(values) : unitsOfGroups(values, groups));
  const shared = count < n;
  const known = { n, groups: groups === undefined ? null : count, value, se: se === 0 ? null : se };
  if (shared && count < fewestClusters) {
    const say = count === 1 ? "group says" : "groups say";
    return nothingKnown(known, `${count} ${say} too little about how groups differ: ${fewestClusters} are needed`);
  }
  if (unitRange && !shared && values.every((one) => one === 0 || one === 1)) {
    const at = (level: number) => clopperPearson(Math.round(value * n), n, level);
    const method = "clopper-pearson";
    return claimOf({
      ...known,
      interval: (level) => ({ ...at(level), method }),
      ...testsOf(at),
      test: method,
      approximate: false,
    });
  }
  if (known.se === null && !unitRange) return nothingKnown(known, "all values are alike, and they have no known range");

  const df = count - 1;
  const size = sizeOf(units, n);
  const oneSide = (of: Units, mean: number, worst: number): OneSided => {
    const tests: OneSided[] = [];
    if (known.se !== null) tests.push(studentMargin({ value: mean, se: known.se, df }));
    if (unitRange && count < manyUnits) tests.push(unseenMargin(of, { difference: worst, size }));
    return mostCautious(tests);
  };
  const above = oneSide(units, value, 0);
  const below = oneSide(swapped(units), -value, -1);
  const method = known.se === null ? "alike" : shared ? "cluster-t" : "clt-t";
  const few = count < enoughUnits;
  return claimOf({
    ...known,
    interval(level) {
      const a = (1 - level) / 2;
      const [low, high] = [above.low(a), -below.low(a)];
      return unitRange ? { low: Math.max(0, low), high: Math.min(1, high), method } : { low, high, method };
    },
    // Nothing need be shown of what cannot be otherwise.
    pAbove: (bound) => (unitRange && bound < 0 ? 0 : above.pAbove(bound)),
    pBelow: (bound) => (unitRange && bound > 1 ? 0 : below.pAbove(-bound)),
    test: method,
    approximate: few,
    ...(few && { reason: `only ${count} ${shared ? "groups" : "samples"}` }),
  });
}

/** Samples of a unit, as a sample sees it: large groups count by their size. */
function sizeOf({ sizes, still }: Units, n: number): number {
  return sizes.reduce((sum, size) => sum + size * size, still) / n;
}
