import { type Bounds, clip } from "../../stats/bounds.ts";
import { clopperPearson } from "../../stats/clopper-pearson.ts";
import { clusteredMeanOf, clusteredProportionInterval, fewestClusters } from "../../stats/clusters.ts";
import { alikeInterval, meanOf, tInterval } from "../../stats/mean.ts";
import { clustersOf } from "../estimate.ts";
import { type Claim, claimOf, nothingKnown, testsOf } from "./claim.ts";

/** Fewer samples or groups than this are outside the checked region. */
const enoughUnits = 20;

export interface MeanRows {
  /** No holes. */
  readonly values: Float64Array;
  /** 0 = none, a group of its own. */
  readonly groups?: Uint32Array | undefined;
  readonly unitRange: boolean;
}

/**
 * The claim about one side's mean. Verdicts of independent samples are judged by Clopper and Pearson's exact interval, which never
 * exceeds its level; the rest by Student's t, over groups where there are any.
 *
 * @returns null when there are no values
 */
export function meanClaim({ values, groups, unitRange }: MeanRows): Claim | null {
  const n = values.length;
  if (n === 0) return null;
  const clusters = groups && clustersOf(groups);
  const count = clusters?.count ?? n;
  const shared = count < n;
  const { mean, se: found } = clusters ? clusteredMeanOf(values, clusters.of, count) : meanOf(values);
  // Equal values differ from their rounded mean by a few last bits, which is no spread.
  const se = found !== null && found > 1e-10 * (unitRange ? 1 : Math.abs(mean)) ? found : null;
  const facts = { n, groups: clusters ? count : null, value: mean, se };
  if (shared && count < fewestClusters) {
    return nothingKnown(
      facts,
      `${count} ${count === 1 ? "group says" : "groups say"} too little about how groups differ: ${fewestClusters} are needed`,
    );
  }
  const verdicts = unitRange && values.every((value) => value === 0 || value === 1);
  const by = methodOf();
  if (by === null) return nothingKnown(facts, "all values are alike, and they have no known range");
  const few = count < enoughUnits && !(verdicts && !shared);
  return claimOf({
    ...facts,
    interval: (level) => ({ ...by.at(level), method: by.method }),
    ...testsOf(by.at),
    test: by.method,
    approximate: few,
    ...(few && { reason: `only ${count} ${shared ? "groups" : "samples"}` }),
  });

  function methodOf(): { method: string; at: (level: number) => Bounds } | null {
    if (verdicts && !shared) {
      const right = Math.round(mean * n);
      return { method: "clopper-pearson", at: (level) => clopperPearson(right, n, level) };
    }
    if (verdicts) {
      const grouped = { mean, se: se ?? 0, n, clusters: count };
      const { method } = clusteredProportionInterval(grouped);
      return { method: `cluster-${method}`, at: (level) => clusteredProportionInterval(grouped, level) };
    }
    if (se === null) return unitRange ? { method: "alike", at: (level) => alikeInterval(mean, count, level) } : null;
    const method = shared ? "cluster-t" : "clt-t";
    return {
      method,
      at(level) {
        const interval = tInterval(mean, se, count - 1, level);
        return unitRange ? clip(interval, 0, 1) : interval;
      },
    };
  }
}
