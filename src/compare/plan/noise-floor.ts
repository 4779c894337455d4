import { meanOf } from "../../stats/mean.ts";
import { normalQuantile } from "../../stats/normal.ts";
import { proportionInterval } from "../../stats/proportion-interval.ts";
import { bothScored } from "../delta.ts";
import { pairSamples } from "../pair-samples.ts";
import { pairTable } from "../pair-table.ts";
import type { Side } from "../side.ts";
import type { PresentSet, Spread } from "./plan.ts";
import { presentSet } from "./scenario.ts";
import { pairSpread } from "./spread.ts";

/** A share of samples with its 95 % interval. */
export interface Changed {
  readonly changed: number;
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** How far two runs of one model lie apart by chance, and what margin that leaves room for. */
export interface NoiseFloor {
  readonly eval: string;
  readonly model: string;
  readonly metric: string;
  /** ULIDs of the two runs. */
  readonly runs: readonly [string, string];
  /** Scores lie in 0 to 1, and differences are told in points. */
  readonly unit_range: boolean;
  /** Samples whose score is another one the second time. */
  readonly changed: Changed;
  /** Second run minus first. */
  readonly difference: number;
  /** The smallest margin at which a gate over these samples passes an unchanged model in four of five cases. */
  readonly floor: number;
  /** The same if as much changes as the samples do not rule out (95 %), rounded up: a margin to declare. */
  readonly margin: number;
  /** What becomes of the margin that the eval declares; null: it declares none. */
  readonly declared: PresentSet["margin"];
  /** The eval's margin lies below the floor. */
  readonly below: boolean;
  /** Replies that were graded twice; null: no model grades this eval. */
  readonly judge: Changed | null;
}

const power = 0.8;

/**
 * What an A/A pair of runs says.
 *
 * @param judged the first run, and the same replies graded again
 * @returns null where fewer than two samples are scored in both runs, or scores without a range never change
 */
export async function noiseFloor(
  first: Side,
  second: Side,
  { margin, judged }: { margin: number | null; judged?: readonly [Side, Side] | undefined },
): Promise<NoiseFloor | null> {
  const spread = await pairSpread(first, second);
  if (spread === null) return null;
  const differences = differencesOf(first, second);
  const { mean, n } = meanOf(differences);
  const at = (one: Spread) => presentSet(one, first.attempts, { power, margin, available: n });
  const seen = at(spread);
  const most = at(asMuchAsPossible(spread, differences));
  const { facts, primary } = second;
  const unitRange = second.columns.get(primary)?.unitRange ?? false;
  return {
    eval: facts.eval,
    model: facts.completion_fn,
    metric: primary,
    runs: [first.facts.run, second.facts.run],
    unit_range: unitRange,
    changed: changedOf(differences),
    difference: mean,
    floor: seen.smallest_margin,
    margin: roundedUp(most.smallest_margin),
    declared: seen.margin,
    below: margin !== null && margin < seen.smallest_margin,
    judge: judged === undefined ? null : changedOf(differencesOf(...judged)),
  };
}

function differencesOf(first: Side, second: Side): Float64Array {
  const table = pairTable(first, second, pairSamples(first, second));
  const values = table.values(second.primary);
  if (values === undefined) return new Float64Array();
  const both = bothScored(values, undefined);
  return both.candidate.map((score, at) => score - (both.baseline[at] as number));
}

function changedOf(differences: Float64Array): Changed {
  const of = differences.length;
  const changed = differences.reduce((sum, difference) => sum + (difference === 0 ? 0 : 1), 0);
  if (of === 0) return { changed, of, share: 0, low: 0, high: 1 };
  const { low, high } = proportionInterval(changed, of);
  return { changed, of, share: changed / of, low, high };
}

/** Flips or variance at their one-sided upper 95 % limit. */
function asMuchAsPossible(spread: Spread, differences: Float64Array): Spread {
  const n = differences.length;
  if (spread.flips !== null) {
    const { high } = proportionInterval(changedOf(differences).changed, n, 0.9);
    return { ...spread, flips: Math.max(spread.flips, high) };
  }
  const { mean } = meanOf(differences);
  const squares = differences.map((difference) => (difference - mean) ** 2);
  const { mean: variance, se } = meanOf(squares);
  const more = variance === 0 ? 1 : 1 + (normalQuantile(0.95) * (se ?? 0)) / variance;
  const { between, within } = spread;
  return {
    ...spread,
    between: between * more,
    within: within && { baseline: within.baseline * more, candidate: within.candidate * more },
  };
}

/** Two digits that count: a margin is written by people. */
function roundedUp(margin: number): number {
  const step = 10 ** (Math.floor(Math.log10(margin)) - 1);
  return Number((Math.ceil(margin / step - 1e-9) * step).toPrecision(2));
}
