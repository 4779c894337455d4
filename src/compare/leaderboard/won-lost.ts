import { type PairedDifference, pairedDifference } from "../../stats/paired-difference.ts";
import type { SharedSamples } from "./shared-samples.ts";

/**
 * The share of samples that one model won of another less the share that it lost, on those that both have scored; null: there are none.
 *
 * @param one place of the model in the shared samples
 */
export function wonLost(
  { scores, groups }: SharedSamples,
  better: "higher" | "lower",
  one: number,
  other: number,
): PairedDifference | null {
  const turn = better === "lower" ? -1 : 1;
  const [own, theirs] = [scores[one] as Float64Array, scores[other] as Float64Array];
  const by = Array.from(own, (score, sample) => turn * (score - (theirs[sample] as number)));
  const both = [...by.keys()].filter((sample) => !Number.isNaN(by[sample]));
  return pairedDifference({
    candidate: Uint8Array.from(both, (sample) => ((by[sample] as number) > 0 ? 1 : 0)),
    baseline: Uint8Array.from(both, (sample) => ((by[sample] as number) < 0 ? 1 : 0)),
    groups: groups && Uint32Array.from(both, (sample) => groups[sample] as number),
    unitRange: true,
  });
}
