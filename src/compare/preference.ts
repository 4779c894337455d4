import type { Interval } from "../core/metric.ts";
import { mcnemarExact } from "../stats/mcnemar.ts";
import { normalQuantile } from "../stats/normal.ts";
import { estimate } from "./estimate.ts";

export interface Preference {
  readonly wins: { readonly a: number; readonly b: number; readonly ties: number };
  readonly n: number;
  /** Share that prefers b, a tie being half a vote; null before the first. */
  readonly share: number | null;
  readonly interval: Interval | null;
  /** Exact sign test of wins against losses. */
  readonly p: number | null;
  /** Does the interval leave 0.5 out. */
  readonly settled: boolean;
  /** About how many more would settle it in four of five cases, were the share as it is; null where it is 0.5, or cannot be told. */
  readonly more: number | null;
  readonly reason?: string | undefined;
}

const power = normalQuantile(0.975) + normalQuantile(0.8);

/**
 * What people's choices between two models say.
 *
 * @param votes 1 for b, 0 for a, 0.5 for a tie
 * @param groups votes of one group are not independent; 0 = none
 */
export function preferenceOf(votes: readonly number[], groups?: Uint32Array): Preference {
  const values = Float64Array.from(votes);
  const count = (of: number) => votes.filter((vote) => vote === of).length;
  const wins = { a: count(0), b: count(1), ties: count(0.5) };
  const found = estimate({ values, groups, unitRange: true });
  const { value: share, interval, reason } = found;
  const settled = interval !== null && (interval.low > 0.5 || interval.high < 0.5);
  return {
    wins,
    n: votes.length,
    share,
    interval,
    p: votes.length === 0 ? null : mcnemarExact(wins.b, wins.a),
    settled,
    more: settled ? 0 : share === null ? null : moreFor(share, found.se, votes.length),
    ...(reason !== undefined && { reason }),
  };
}

function moreFor(share: number, se: number | null, n: number): number | null {
  const lead = Math.abs(share - 0.5);
  if (lead < 1e-9 || n < 5) return null;
  // All of one mind: what is known least is how far they could differ.
  const spread = se === null ? 0.25 : se ** 2 * n;
  return Math.max(1, Math.ceil((power ** 2 * spread) / lead ** 2) - n);
}
