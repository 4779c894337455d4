import type { PairedRows } from "../paired-difference.ts";
import { drawShares, type Random } from "./random-draws.ts";

/** A made-up comparison whose true difference is known. */
export interface World {
  readonly name: string;
  readonly truth: number;
  draw(random: Random): PairedRows;
}

interface Grouping {
  readonly count: number;
  /** Intraclass correlation of flips: 0 = samples of a group are independent, near 1 = a group flips as one. */
  readonly icc: number;
  /** Sizes fall from the largest group to a tenth of it, instead of being equal. */
  readonly uneven: boolean;
}

export interface FlipWorld {
  readonly n: number;
  readonly delta: number;
  /** Share of pairs that differ, at least |delta|. */
  readonly flips: number;
  readonly groups?: Grouping;
}

/** Right-or-wrong pairs. In groups, the shares that improve and regress are drawn for each group anew. */
export function flipWorld({ n, delta, flips, groups }: FlipWorld): World {
  const means = [(flips + delta) / 2, (flips - delta) / 2, 1 - flips];
  const sizes = groups === undefined ? [n] : groupSizes(n, groups);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    name: `n ${n}, flips ${flips}, delta ${delta}`,
    truth: delta,
    draw: (random) => {
      const baseline = new Uint8Array(total).fill(1);
      const candidate = new Uint8Array(total).fill(1);
      const ids = new Uint32Array(total);
      let at = 0;
      for (const [group, size] of sizes.entries()) {
        const [up = 0, down = 0] = groups === undefined || groups.icc === 0 ? means : drawShares(means, groups.icc, random);
        for (const end = at + size; at < end; at++) {
          const u = random();
          if (u < up) baseline[at] = 0;
          else if (u < up + down) candidate[at] = 0;
          ids[at] = group + 1;
        }
      }
      return { baseline, candidate, unitRange: true, ...(groups !== undefined && { groups: ids }) };
    },
  };
}

function groupSizes(n: number, { count, uneven }: Grouping): number[] {
  const weights = Array.from({ length: count }, (_, i) => (uneven ? 1 / (1 + (9 * i) / (count - 1)) : 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.max(1, Math.round((n * weight) / sum)));
}

/** Scores in 0..1 of independent samples. */
function scoreWorld(name: string, n: number, truth: number, pair: (random: Random) => readonly [number, number]): World {
  return {
    name,
    truth,
    draw: (random) => {
      const baseline = new Float64Array(n);
      const candidate = new Float64Array(n);
      for (let i = 0; i < n; i++) [baseline[i], candidate[i]] = pair(random) as [number, number];
      return { baseline, candidate, unitRange: true };
    },
  };
}

/** The ways in which scores between 0 and 1 differ that trouble a t interval, and one that does not. */
export function scoreWorlds(n: number, lost: number): World[] {
  const between = (low: number, high: number, random: Random) => low + (high - low) * random();
  return [
    scoreWorld("all scores move a little", n, 0, (random) => {
      const score = between(0.3, 0.7, random);
      return [score, score + between(-0.2, 0.2, random)];
    }),
    scoreWorld(`a share of ${lost} falls to 0, the rest stays`, n, -0.8 * lost, (random) => {
      const score = between(0.6, 1, random);
      return [score, random() < lost ? 0 : score];
    }),
    scoreWorld(`a share of ${lost} falls to 0, the rest moves a little`, n, -0.8 * lost, (random) => {
      const score = between(0.7, 0.9, random);
      return [score, random() < lost ? 0 : score + between(-0.1, 0.1, random)];
    }),
    scoreWorld("means of 5 attempts, each sample with a drift of its own", n, 0, (random) => {
      const right = between(0.2, 0.8, random);
      const drift = between(-0.2, 0.2, random);
      return [meanOfAttempts(5, right, random), meanOfAttempts(5, right + drift, random)];
    }),
  ];
}

function meanOfAttempts(attempts: number, right: number, random: Random): number {
  let sum = 0;
  for (let i = 0; i < attempts; i++) if (random() < right) sum++;
  return sum / attempts;
}
