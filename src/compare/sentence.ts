import type { ComparedLeakage, Delta, Finding } from "../core/comparison.ts";
import { change, changeRange, changeSize, figure, howMany, naturalCount, type Scale, scaleOf, whole } from "../core/figures.ts";
import { findingWords, withoutLeaks } from "../core/leakage-words.ts";

/** How the figures of a delta are written; both sides alike. */
export function scaleOfDelta({ baseline, candidate }: Pick<Delta, "baseline" | "candidate">): Scale {
  return scaleOf([baseline, candidate]);
}

/**
 * What the interval of the deciding metric says. Better and worse are claims at 95 %; "not worse" is one at 95 % too, one-sided, and needs
 * a declared margin.
 *
 * @param bound one-sided 95 % bound of the difference on the side that is worse: the lower one where more is better
 */
export function findingOf({ interval, better }: Delta, bound: number | null, margin: number | null): Finding {
  if (interval === null) return "unclear";
  const turned = better === "lower";
  if (turned ? interval.high < 0 : interval.low > 0) return "better";
  if (margin !== null && bound !== null && (turned ? bound < margin : bound > -margin)) return "not-worse";
  if (turned ? interval.low > 0 : interval.high < 0) return "worse";
  return "unclear";
}

export interface Found {
  readonly eval: string;
  readonly names: readonly [baseline: string, candidate: string];
  readonly delta: Delta;
  readonly finding: Finding;
  readonly bound: number | null;
  readonly margin: number | null;
  readonly leakage?: ComparedLeakage | undefined;
}

/** One sentence in natural counts, the same in every format. What clean samples alone say stands in it where that is another finding. */
export function sentenceOf(found: Found): string {
  const sentence = ofAllPairs(found);
  const { leakage } = found;
  if (leakage?.clean === undefined || leakage.clean.finding === found.finding) return sentence;
  return `${sentence.slice(0, -1)}; ${withoutLeaks(leakage)}: ${findingWords[leakage.clean.finding]}.`;
}

function ofAllPairs({ eval: name, names: [baseline, candidate], delta, finding, bound, margin }: Found): string {
  const { interval, value, better } = delta;
  const scale = scaleOfDelta(delta);
  if (value === null)
    return `Cannot tell ${candidate} from ${baseline} on ${name}: ${delta.reason ?? "nothing was scored on both sides"}.`;
  const counts = inCounts(delta, scale);
  if (interval === null) {
    return `Cannot tell ${candidate} from ${baseline} on ${name}: ${counts}; ${delta.reason ?? "there is no interval"}.`;
  }
  const by = `${change(value, scale)}, 95 % interval ${changeRange(interval, scale)}`;
  switch (finding) {
    case "better":
    case "worse":
      return `${candidate} is ${finding} than ${baseline} on ${name}: ${counts} (${by}).`;
    case "not-worse": {
      const limit = changeSize(margin ?? 0, scale);
      const worst = `${change(value, scale)}, with 95 % confidence not ${better === "lower" ? "above" : "below"} ${change(bound ?? 0, scale)}`;
      const clearly = better === "lower" ? interval.low > 0 : interval.high < 0;
      return clearly
        ? `${candidate} is worse than ${baseline} on ${name}, but by less than the margin of ${limit}: ${counts} (${worst}).`
        : `${candidate} is not worse than ${baseline} on ${name} by more than the margin of ${limit}: ${counts} (${worst}).`;
    }
    default: {
      const seen = delta.mde === null ? "" : `; a change has to be about ${changeSize(delta.mde, scale)} to be seen`;
      return `Cannot tell ${candidate} from ${baseline} on ${name}: ${counts} (${by}${seen}).`;
    }
  }
}

function inCounts({ metric, baseline, candidate, n }: Delta, scale: Scale): string {
  const [before, now] = [naturalCount(baseline), naturalCount(candidate)];
  if (metric === "accuracy" && before !== undefined && now !== undefined) {
    return `${whole(now.right)} of ${whole(n)} right instead of ${whole(before.right)}`;
  }
  const text = (value: number | null) => (value === null ? "–" : figure(value, scale));
  return `${metric} ${text(candidate.value)} instead of ${text(baseline.value)} over ${howMany(n, "sample")}`;
}
