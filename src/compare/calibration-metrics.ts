import type { Metric } from "../core/metric.ts";
import { aurocParts } from "../stats/auroc.ts";
import { clip } from "../stats/bounds.ts";
import { calibrationError, equalMassBins } from "../stats/reliability.ts";
import { estimate, type Rows } from "./estimate.ts";
import type { ScoreFamily } from "./score-families.ts";

/** Below this a calibration error is mostly noise. */
const enough = 300;

/**
 * What the probabilities of answers are worth, over attempts: `ece`, how far they lie from the share that was right, and `auroc`, how
 * often a right answer has the higher one. Of scorers that give `confidence` beside `accuracy`.
 */
export function calibrationMetrics(
  families: readonly ScoreFamily[],
  seqs: Uint32Array,
  dependence: (seqs: Uint32Array) => Pick<Rows, "samples" | "groups">,
): Metric[] {
  return families.flatMap((confidence) => {
    if (!/(^|\.)confidence$/.test(confidence.name)) return [];
    const scorer = confidence.name.slice(0, -"confidence".length);
    const accuracy = families.find(({ name }) => name === `${scorer}accuracy`);
    if (accuracy === undefined) return [];
    const scored = seqs.filter((seq) => isForecast(confidence.values.get(seq)) && isVerdict(accuracy.values.get(seq)));
    const ps = Float64Array.from(scored, (seq) => confidence.values.get(seq));
    const ys = Uint8Array.from(scored, (seq) => accuracy.values.get(seq));
    const facts = { n: scored.length, errors: 0, unscored: seqs.length - scored.length, unit: "1" } as const;
    return [
      { name: `${scorer}ece`, ...calibration(ps, ys), better: "lower", ...facts },
      { name: `${scorer}auroc`, ...discrimination(ps, ys, dependence(scored)), better: "higher", ...facts },
    ];
  });
}

type Found = Pick<Metric, "value" | "se" | "interval" | "groups" | "reason">;

function calibration(ps: Float64Array, ys: Uint8Array): Found {
  const none = { se: null, interval: null, groups: null };
  if (ps.length === 0) return { value: null, ...none, reason: "there is no value" };
  const value = calibrationError(equalMassBins(ps, ys)).expected;
  const few = ps.length < enough ? `; below ${enough} samples it is mostly noise` : "";
  return { value, ...none, reason: `no interval: it is never 0 by chance, and depends on its 10 bins of equal mass${few}` };
}

/** By each sample's influence on the area, so that samples of one group, and attempts of one sample, are not taken as independent. */
function discrimination(ps: Float64Array, ys: Uint8Array, { samples, groups }: Pick<Rows, "samples" | "groups">): Found {
  const parts = ps.length === 0 ? null : aurocParts(ps, ys);
  if (parts === null)
    return { value: null, se: null, interval: null, groups: null, reason: "right and wrong ones are needed, both" };
  const values = parts.influence.map((influence) => parts.area + influence);
  const found = estimate({ values, groups: groups ?? samples, unitRange: false });
  const { interval } = found;
  return { ...found, value: parts.area, interval: interval && { ...interval, ...clip(interval, 0, 1) } };
}

function isVerdict(value: number): boolean {
  return value === 0 || value === 1;
}

/** A score of somebody else's may be called confidence and be anything. */
function isForecast(value: number): boolean {
  return value >= 0 && value <= 1;
}
