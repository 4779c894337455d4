import { valueAt } from "../core/eval-spec.ts";
import { canonicalJson } from "../core/json.ts";
import type { Observer } from "../core/observer.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { type MarginBetting, worseThanMargin } from "../stats/margin-betting.ts";
import { decidingScore } from "./deciding-score.ts";
import { hashText } from "./hashes.ts";
import type { Side } from "./side.ts";

export interface FailFastOptions {
  /** Scored in [0, 1]. */
  readonly baseline: Side;
  readonly attempts: number;
  /** How much worse the candidate may be, in [0, 1). */
  readonly margin: number;
  /** Chance of stopping a candidate that is not worse than the margin. */
  readonly alpha: number;
  /** Path of the samples' groups, and the largest one, where the order keeps groups together. */
  readonly groups?: { readonly path: string; readonly largest: number } | undefined;
}

export interface FailFast extends Observer {
  /** Samples that were bet on so far. */
  readonly samples: number;
  /** Whether the run has been shown to be worse than the margin. */
  readonly failed: boolean;
}

/** A (sample, attempt) of the run, once it is known what it is worth. */
interface Position {
  readonly value: number;
  readonly item: string;
  readonly ideal: string;
  readonly group: string | undefined;
}

/**
 * Watches a run and stops it once it has been shown to be worse than its baseline by more than the margin, with a stated chance of being
 * wrong however often it looks.
 *
 * Bets are placed in issue order, never in order of completion: replies that are wrong may well be the quicker ones. A sample is bet on when
 * all its attempts are there, a group when all its samples are. What has no score counts as right, so that an early failure never rests
 * on what is missing; samples that the baseline lacks, or was judged on by another ideal, are passed over.
 */
export function failFast({ baseline, attempts, margin, alpha, groups }: FailFastOptions): FailFast {
  const bets: MarginBetting = worseThanMargin({ margin, largestGroup: groups?.largest ?? 1 });
  const known = baselineValues(baseline);
  /** By seq, those that could not be bet on yet. */
  const waiting = new Map<number, Position>();
  /** Lines whose score is still to come. */
  const unjudged = new Map<number, SampleLine>();
  let next = 0;
  let held: { group: string | undefined; differences: number[] } = { group: undefined, differences: [] };
  let samples = 0;

  function put(line: SampleLine, scores: readonly Score[] | undefined): void {
    const value = line.error === undefined ? (decidingScore(scores)?.value ?? 1) : 1;
    const { item, ideal } = line.hashes;
    waiting.set(line.seq, { value: Math.min(1, Math.max(0, value)), item, ideal, group: groups && groupOf(line, groups.path) });
    while (waiting.has(next * attempts) && isWhole(next)) betOn(next++);
  }

  function isWhole(position: number): boolean {
    for (let attempt = 1; attempt < attempts; attempt++) if (!waiting.has(position * attempts + attempt)) return false;
    return true;
  }

  function betOn(position: number): void {
    const first = waiting.get(position * attempts) as Position;
    let sum = 0;
    for (let attempt = 0; attempt < attempts; attempt++) {
      sum += waiting.get(position * attempts + attempt)?.value ?? 1;
      waiting.delete(position * attempts + attempt);
    }
    // The last group is bet on when the next one begins: only then is it known to be whole.
    if (first.group === undefined || first.group !== held.group) {
      if (held.differences.length > 0) bets.add(held.differences);
      held = { group: first.group, differences: [] };
    }
    const before = known.get(`${first.item}:${first.ideal}`);
    if (before === undefined) return;
    samples++;
    const difference = sum / attempts - before;
    if (first.group === undefined) bets.add(difference);
    else held.differences.push(difference);
  }

  return {
    observe(line) {
      if (line.error === undefined && decidingScore(line.scores) === undefined) unjudged.set(line.seq, line);
      else put(line, line.scores);
    },
    observeScores({ seq, scores }) {
      const line = unjudged.get(seq);
      if (line === undefined || decidingScore(scores) === undefined) return;
      unjudged.delete(seq);
      put(line, scores);
    },
    stop: () => (bets.rejected(alpha) ? "run.early-fail" : null),
    get samples() {
      return samples;
    },
    get failed() {
      return bets.rejected(alpha);
    },
  };
}

function groupOf(line: SampleLine, path: string): string | undefined {
  const value = valueAt(line, path);
  return value === undefined || value === null ? undefined : canonicalJson(value);
}

/** What the baseline got for a content and its ideal; of a content that stands several times, the mean. */
function baselineValues(side: Side): ReadonlyMap<string, number> {
  const values = side.columns.get(side.primary)?.values ?? new Float64Array(0);
  const sums = new Map<string, { sum: number; n: number }>();
  for (let row = 0; row < side.size; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const key = `${hashText(side.item, row)}:${hashText(side.ideal, row)}`;
    const { sum, n } = sums.get(key) ?? { sum: 0, n: 0 };
    sums.set(key, { sum: sum + value, n: n + 1 });
  }
  return new Map([...sums].map(([key, { sum, n }]) => [key, sum / n]));
}
