import type { LeaderboardCell, LeaderboardEval } from "../../core/leaderboard.ts";
import type { Metric } from "../../core/metric.ts";
import type { Side } from "../side.ts";
import { type Meeting, meetingsOn, withHolm } from "./duels.ts";
import { rankRanges } from "./rank-ranges.ts";
import { referenceOf, type SharedSamples, sharedCount, sharedSamples } from "./shared-samples.ts";
import { type Won, wonOn } from "./standing.ts";

/** A model on one eval. */
export interface Entrant {
  /** Unique among those of the eval. */
  readonly name: string;
  /** Judged by the same scorer and right answers as the others. */
  readonly side: Side;
  /** As it was recorded, where it had to be scored again. */
  readonly recorded?: Side | undefined;
}

/** One eval, its models still by name. */
export interface EvalBoard extends Omit<LeaderboardEval, "cells" | "duels"> {
  readonly cells: ReadonlyMap<string, LeaderboardCell & { readonly completion_fn: string }>;
  /** Ranked models; `meetings`, `won` and `shared_samples` name them by their place here. */
  readonly ranked: readonly string[];
  readonly meetings: readonly (Meeting & { readonly p_adjusted: number | null })[];
  readonly won: readonly (Won | null)[];
  readonly shared_samples: SharedSamples;
  readonly notes: readonly string[];
}

/** A model that shares fewer of the reference's samples would leave too few to compare the others on. */
const leastShare = 0.5;

/**
 * Holds the models of one eval against each other, on the samples that all of them were asked.
 *
 * @param entrants at least one
 */
export function evalBoard(entrants: readonly Entrant[]): EvalBoard {
  // By name, so that nothing depends on the order in which runs were named.
  const sorted = [...entrants].sort((a, b) => (a.name < b.name ? -1 : 1));
  const reference = referenceOf(sorted.map(({ side }) => side));
  const metric = reference.primary;
  const better = reference.columns.get(metric)?.better === "lower" ? "lower" : "higher";
  const reasons = new Map(sorted.map((entrant) => [entrant.name, whyUnranked(entrant.side, reference, metric)]));
  const ranked = sorted.filter(({ name }) => reasons.get(name) === undefined);
  const shared = sharedSamples(
    reference,
    ranked.map(({ side }) => side),
    metric,
  );
  const meetings = withHolm(meetingsOn(shared, better));
  const ranges = rankRanges(ranked.length, meetings);
  const cells = sorted.map((entrant) => {
    const { name, side } = entrant;
    const place = ranked.indexOf(entrant);
    const why = reasons.get(name);
    const cell = {
      ...cellOf(entrant, metric, better),
      rank: ranges[place] ?? null,
      ...(why !== undefined && { unranked: why }),
      completion_fn: side.facts.completion_fn,
    };
    return [name, cell] as const;
  });
  return {
    name: reference.facts.eval,
    metric,
    unit: reference.metrics.find(({ name }) => name === metric)?.unit ?? "1",
    better,
    shared: shared.size,
    groups: shared.groups === undefined ? null : countGroups(shared.groups),
    cells: new Map(cells),
    ranked: ranked.map(({ name }) => name),
    meetings,
    won: wonOn(shared, better),
    shared_samples: shared,
    notes: notesOf(reference, ranked, shared, metric),
  };
}

function whyUnranked(side: Side, reference: Side, metric: string): string | undefined {
  const column = side.columns.get(metric);
  if (column === undefined || column.values.every(Number.isNaN)) {
    return side.metrics.some(({ value }) => value !== null) ? `it is not scored by ${metric}` : "nothing was scored";
  }
  const shared = sharedCount(reference, side);
  if (shared < leastShare * reference.size) return `it has only ${shared} of ${reference.size} samples`;
  return undefined;
}

function cellOf({ side, recorded }: Entrant, metric: string, better: "higher" | "lower"): Omit<LeaderboardCell, "rank"> {
  const { facts } = side;
  const of = ({ metrics }: Side) => metrics.find(({ name, value }) => name === metric && value !== null);
  const { model } = facts.usage;
  const replies = facts.counts.done - facts.counts.errors;
  const paid = replies - facts.cached;
  const tokens = model.input + model.output;
  return {
    run: facts.run,
    started: facts.started,
    status: facts.status,
    metric: of(side) ?? (recorded && of(recorded)) ?? nothing(metric, better),
    cost: facts.cost.model === undefined || paid <= 0 ? null : facts.cost.model / paid,
    tokens: tokens === 0 || paid <= 0 ? null : tokens / paid,
    latency: facts.latency?.p50 ?? null,
    bytes: side.source.run.capabilities.size_bytes ?? null,
    speed: speedOf(side),
    drift: side.metrics.filter(({ name, value }) => value !== null && drifts.has(name.slice(name.lastIndexOf(".") + 1))),
  };
}

/** Under whatever scorer's name they stand. */
const drifts = new Set(["kl", "same_top", "bits_per_byte"]);

/** Elsewhere a reply's time is that of a network and of others who are served. */
const local = new Set(["llama", "llama-server"]);

function speedOf({ facts, columns }: Side): number | null {
  const [made, ms] = [columns.get("output_tokens")?.values, columns.get("ms")?.values];
  if (!local.has(facts.model.fn) || made === undefined || ms === undefined) return null;
  let [tokens, time] = [0, 0];
  for (let row = 0; row < made.length; row++) {
    const [count, took] = [made[row] as number, ms[row] as number];
    if (!(count > 0 && took > 0)) continue;
    tokens += count;
    time += took;
  }
  return time === 0 ? null : (1000 * tokens) / time;
}

function nothing(name: string, better: "higher" | "lower"): Metric {
  const none = { value: null, se: null, interval: null, groups: null };
  return { name, ...none, n: 0, errors: 0, unscored: 0, better, unit: "1", reason: "nothing was scored" };
}

function countGroups(groups: Uint32Array): number {
  const alone = groups.reduce((sum, group) => sum + (group === 0 ? 1 : 0), 0);
  return alone + groups.reduce((most, group) => Math.max(most, group), 0);
}

function notesOf(reference: Side, ranked: readonly Entrant[], shared: SharedSamples, metric: string): string[] {
  const { eval: name } = reference.facts;
  const notes: string[] = [];
  const most = Math.max(0, ...ranked.map(({ side }) => side.size));
  if (shared.size < most) {
    notes.push(`${name}: compared on the ${shared.size} samples that all ranked models share; the largest run has ${most}`);
  }
  for (const [at, entrant] of ranked.entries()) {
    const { facts } = entrant.side;
    const unscored = shared.scores[at]?.reduce((sum, score) => sum + (Number.isNaN(score) ? 1 : 0), 0) ?? 0;
    if (unscored > 0) {
      notes.push(
        `${name}: ${entrant.name} has no ${metric} on ${unscored} of the ${shared.size}; they count in none of its duels`,
      );
    }
    if (facts.status !== "complete") {
      notes.push(`${name}: the run of ${entrant.name} is ${facts.status}, ${facts.counts.done} of ${facts.counts.selected} done`);
    }
    if (entrant.recorded !== undefined) {
      notes.push(`${name}: recorded replies of ${entrant.name} were scored again, as the others are`);
    }
  }
  const judges = new Set(ranked.map(({ side }) => side.facts.judges.map(({ model }) => model).join(", ")));
  if (judges.size > 1) notes.push(`${name}: not all were graded by the same judge: ${[...judges].sort().join("; ")}`);
  return notes;
}
