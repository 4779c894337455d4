import type { Metric } from "../core/metric.ts";
import { type Bounds, clip } from "../stats/bounds.ts";
import { clusteredMeanOf, clusteredProportionInterval, fewestClusters } from "../stats/clusters.ts";
import { alikeInterval, meanOf, tInterval } from "../stats/mean.ts";
import { proportionInterval } from "../stats/proportion-interval.ts";

/** Numbers; verdicts of 0 and 1 fit in bytes. */
export type Values = Float64Array | Uint8Array;

/** Values in issue order, and what makes some of them dependent. */
export interface Rows {
  readonly values: Values;
  /** Whose attempt each is; absent = one attempt each. The mean over a sample's attempts is what counts. */
  readonly samples?: Uint32Array | undefined;
  /** The group of each; 0 = none, so a group of its own. Absent = all independent. */
  readonly groups?: Uint32Array | undefined;
  /** Values cannot leave 0 to 1. */
  readonly unitRange: boolean;
}

export type Estimate = Pick<Metric, "value" | "se" | "interval" | "groups" | "reason">;

/** Below this the spread between groups is itself hardly known. */
const fewClusters = 20;

const level = 0.95;

/**
 * The mean of some values with its standard error and 95 % interval, by the one method that fits: never of zero width, never as if
 * attempts of one sample or samples of one group were independent.
 */
export function estimate(rows: Rows): Estimate {
  const raw = rows.values;
  if (raw.length === 0) return { value: null, se: null, interval: null, groups: null, reason: "there is no value" };
  const { values, groups } = rows.samples === undefined ? rows : sampleMeans(rows, rows.samples);
  const grouped = groups && clustersOf(groups);
  // With attempts and no groups, each sample's mean is one independent value, and one cluster of verdicts.
  const clusters = grouped?.count ?? values.length;
  const independent = clusters === raw.length;
  const { mean, se: found } = grouped ? clusteredMeanOf(values, grouped.of, clusters) : meanOf(values);
  // Equal values differ from their rounded mean by a few last bits, which is no spread.
  const dust = 1e-10 * (rows.unitRange ? 1 : Math.abs(mean));
  const se = found !== null && found > dust ? found : null;
  const known = { value: mean, se, groups: independent && !grouped ? null : clusters };
  const noun = grouped ? "group" : "sample";

  if (!independent && clusters < fewestClusters) {
    const reason = `only ${clusters} ${noun}${clusters === 1 ? "" : "s"}: too few for an interval`;
    return { ...known, interval: null, reason };
  }
  const interval = intervalOf();
  if (interval === null) return { ...known, interval, reason: "all values are alike, and their range is not known" };
  const reason = !independent && clusters < fewClusters ? `only ${clusters} ${noun}s: the interval is rough` : undefined;
  return { ...known, interval: { ...interval, level, sides: 2 }, ...(reason !== undefined && { reason }) };

  function intervalOf(): (Bounds & { method: string }) | null {
    if (rows.unitRange && isVerdicts(raw)) {
      if (independent) return proportionInterval(Math.round(mean * raw.length), raw.length, level);
      const found = clusteredProportionInterval({ mean, se: se ?? 0, n: raw.length, clusters }, level);
      return { ...found, method: `cluster-${found.method}` };
    }
    if (se === null) return rows.unitRange ? { ...alikeInterval(mean, clusters, level), method: "alike" } : null;
    const found = tInterval(mean, se, clusters - 1, level);
    return { ...(rows.unitRange ? clip(found, 0, 1) : found), method: independent || !grouped ? "clt-t" : "cluster-t" };
  }
}

function isVerdicts(values: Values): boolean {
  for (const value of values) if (value !== 0 && value !== 1) return false;
  return true;
}

/** One value for each sample: the mean over its attempts. In order of first appearance. */
function sampleMeans({ values, groups }: Rows, samples: Uint32Array): { values: Values; groups?: Uint32Array | undefined } {
  const of = clustersOf(samples);
  const sums = new Float64Array(of.count);
  const counts = new Uint32Array(of.count);
  const groupOf = groups && new Uint32Array(of.count);
  for (let i = 0; i < values.length; i++) {
    const sample = of.of[i] as number;
    sums[sample] = (sums[sample] as number) + (values[i] as number);
    counts[sample] = (counts[sample] as number) + 1;
    if (groupOf && groups) groupOf[sample] = groups[i] as number;
  }
  return { values: sums.map((sum, sample) => sum / (counts[sample] as number)), groups: groupOf };
}

/** Numbers 0, 1, … in order of first appearance, so that sums over clusters do not depend on who was numbered first. */
export function clustersOf(ids: Uint32Array): { of: Uint32Array; count: number } {
  const known = new Map<number, number>();
  const of = new Uint32Array(ids.length);
  let count = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    let cluster = id === 0 ? undefined : known.get(id);
    if (cluster === undefined) {
      cluster = count++;
      if (id !== 0) known.set(id, cluster);
    }
    of[i] = cluster;
  }
  return { of, count };
}
