import type { Comparison, Delta, SideFacts } from "../core/comparison.ts";
import { age, howMany, whole } from "../core/figures.ts";
import { type DeltaFacts, deltaOf, worstBound } from "./delta.ts";
import { differencesOf } from "./differs.ts";
import { findFlips } from "./flips.ts";
import { confusionOfRows } from "./labels/side-labels.ts";
import { comparedLeakage } from "./leaked-pairs.ts";
import { linesOf } from "./lines-of.ts";
import { pairSamples } from "./pair-samples.ts";
import { contentPath, type PairTable, pairTable } from "./pair-table.ts";
import { countedFlags } from "./reply-flags.ts";
import { findingOf, sentenceOf } from "./sentence.ts";
import type { Side } from "./side.ts";
import { sliceDeltas } from "./slice-deltas.ts";

export interface CompareOptions {
  /** How much worse the primary metric may be; absent = as the candidate's eval declares. */
  readonly margin?: number | undefined;
  /** Flips to name; all are counted. */
  readonly flips?: number | undefined;
  /** What was scored again so that both sides are judged alike; the baseline then is the side with the new scores. */
  readonly rescored?: Rescored | undefined;
  /** Metrics worked out from others: an eval's expressions. */
  readonly derived?: ((table: PairTable) => readonly Delta[]) | undefined;
}

/** Counts of pairs. */
export interface Rescored {
  /** Why replies had to be scored again: another scorer on the two sides, or other right answers. */
  readonly why: "scorer" | "ideals";
  readonly done: number;
  /** Without a reply, or without what their scorer needs. */
  readonly failed: number;
  /** Those whose ideals differed before. */
  readonly ideals: number;
}

/** A comparison, and the numbers that it stands on, for whoever has more to ask of them. */
export interface Compared {
  readonly comparison: Comparison;
  readonly table: PairTable;
  /** Of each flip that is named, its place in the table. */
  readonly flipPlaces: readonly number[];
}

/**
 * Compares two sides of one eval: pairs them by content and measures every metric that both have.
 *
 * Pairs whose ideals differ are left out: they were not judged alike.
 */
export async function compareSides(baseline: Side, candidate: Side, options: CompareOptions = {}): Promise<Compared> {
  const pairs = pairSamples(baseline, candidate);
  const table = pairTable(baseline, candidate, pairs, new Set(pairs.changedIdeals));
  const ideals = options.rescored?.ideals ?? pairs.changedIdeals.length;
  const { primary } = candidate;
  const names = namesOf(baseline.facts, candidate.facts);
  const margin = options.margin ?? candidate.spec.gate?.margin?.[primary] ?? null;

  const measured = metricsToCompare(table).flatMap((facts) => {
    const values = table.values(facts.name);
    return values === undefined ? [] : [deltaOf(facts, values, table.groups?.ids)];
  });
  const deltas = [...measured, ...(options.derived?.(table) ?? [])];
  const deciding =
    deltas.find(({ metric }) => metric === primary) ?? deltaOf({ name: primary, unit: "1", better: "higher" }, none, undefined);
  const decisive = table.values(deciding.metric);
  const bound = decisive === undefined ? null : worstBound(deciding, decisive, table.groups?.ids);
  const finding = findingOf(deciding, bound, margin);
  const leakage = comparedLeakage(table, deciding, margin);
  const { flips, counts } = findFlips(table);
  const named = flips.slice(0, options.flips ?? 1000);
  const lines = await linesOf(
    candidate,
    named.map(({ at }) => table.rows.candidate[at] as number),
  );
  const larger = Math.max(baseline.size, candidate.size);
  const differs = differencesOf(baseline, candidate, { ...pairs, changedIdeals: ideals });
  const pairing = {
    baseline: baseline.size,
    candidate: candidate.size,
    paired: table.size,
    only_baseline: baseline.size - pairs.size - pairs.changedItems,
    only_candidate: candidate.size - pairs.size - pairs.changedItems,
    changed: { item: pairs.changedItems, ideal: ideals, prompt: pairs.changedPrompts },
    rescored: options.rescored?.done ?? 0,
    not_rescored: options.rescored?.failed ?? pairs.changedIdeals.length,
    share: larger === 0 ? 0 : table.size / larger,
  };
  const comparison: Comparison = {
    eval: candidate.facts.eval,
    baseline: { ...baseline.facts, name: names[0] },
    candidate: { ...candidate.facts, name: names[1] },
    finding,
    sentence: sentenceOf({ eval: candidate.facts.eval, names, delta: deciding, finding, bound, margin, leakage }),
    primary,
    margin,
    differs,
    pairing,
    deltas: [deciding, ...deltas.filter((delta) => delta !== deciding)],
    table: counts,
    flips: named.map(({ at, flip }) => ({ id: lines.get(table.rows.candidate[at] as number)?.[0]?.id ?? "", ...flip })),
    flips_total: { regressions: counts.only_baseline, improvements: counts.only_candidate },
    slices: sliceDeltas(table.slices, (at) => {
      const values = table.values(primary) ?? none;
      return deltaOf({ name: primary, unit: deciding.unit, better: deciding.better }, values, table.groups?.ids, at);
    }),
    ...confusionOf(table),
    ...(leakage && { leakage }),
    notes: [
      ...sameRunNote(baseline.facts, candidate.facts),
      ...notesOf(table, pairing, deciding, options.rescored),
      ...[baseline, candidate].flatMap(({ facts }, at) => cachedNote(facts, names[at] as string)),
      ...leakNotes(leakage, table),
    ],
  };
  return { comparison, table, flipPlaces: named.map(({ at }) => at) };
}

const none = { baseline: new Float64Array(0), candidate: new Float64Array(0), unitRange: true };

/** Scores first, then the counts that are not zero on both sides, then what the replies took. */
function metricsToCompare({ candidate, baseline }: PairTable): DeltaFacts[] {
  const all = [...candidate.columns.values()];
  const scores = all.filter(({ kind }) => kind === "score");
  const counts = all.filter(({ kind, name }) => {
    if (kind !== "count") return false;
    const flag = countedFlags.find((one) => one === name);
    return flag !== undefined && candidate.facts.counts[flag] + baseline.facts.counts[flag] > 0;
  });
  const usage = all.filter(({ kind, name }) => kind === "usage" && baseline.columns.has(name));
  const first = scores.filter(({ name }) => name === candidate.primary);
  return [...first, ...scores.filter(({ name }) => name !== candidate.primary), ...counts, ...usage];
}

/** Which label was taken for which, where both sides tell the same labels apart. */
function confusionOf({ baseline, candidate, rows }: PairTable): Pick<Comparison, "confusion"> {
  const [before, now] = [baseline.labels, candidate.labels];
  if (before === undefined || now === undefined || now.names.join("\n") !== before.names.join("\n")) return {};
  const actual = Uint8Array.from(rows.candidate, (row) => now.actual[row] as number);
  if (actual.every((label) => label === 0)) return {};
  const counts = {
    baseline: confusionOfRows(before, rows.baseline, actual),
    candidate: confusionOfRows(now, rows.candidate, actual),
  };
  return { confusion: { labels: now.names, ...counts } };
}

function sameRunNote(baseline: SideFacts, candidate: SideFacts): string[] {
  return baseline.run === candidate.run ? [`both sides are one run (${candidate.run}): it cannot differ from itself`] : [];
}

function cachedNote({ cached, cached_oldest: oldest, started }: SideFacts, name: string): string[] {
  if (cached === 0) return [];
  const how = oldest === undefined ? "" : `, the oldest ${age(Date.parse(started) - Date.parse(oldest))} old when it ran`;
  const many = `${whole(cached)} ${cached === 1 ? "reply" : "replies"}`;
  return [`${many} of ${name} came from the response cache${how}: not in latency and cost`];
}

function leakNotes(leakage: Comparison["leakage"], { size }: PairTable): string[] {
  if (leakage === undefined || leakage.leaked === 0 || leakage.leaked < size) return [];
  return ["every pair is in the training data: nothing here tells how a model does on what it has not seen"];
}

/** Both names, told apart where they are one. */
function namesOf(baseline: SideFacts, candidate: SideFacts): readonly [string, string] {
  if (baseline.name !== candidate.name) return [baseline.name, candidate.name];
  if (baseline.run === candidate.run) return [`${baseline.name} (baseline)`, `${candidate.name} (candidate)`];
  const when = ({ started, run }: SideFacts, digits: number) => started.slice(0, digits).replace("T", " ") || run;
  const digits = [10, 16, 19].find((length) => when(baseline, length) !== when(candidate, length));
  const named = (side: SideFacts) => `${side.name} (${digits === undefined ? side.run.slice(0, 10) : when(side, digits)})`;
  return [named(baseline), named(candidate)];
}

function notesOf(table: PairTable, pairing: Comparison["pairing"], deciding: Delta, rescored: Rescored | undefined): string[] {
  const notes: string[] = [];
  const { baseline, candidate } = table;
  for (const { facts } of [baseline, candidate]) {
    if (facts.status === "complete") continue;
    notes.push(
      `${facts.name} is ${facts.status}: ${facts.counts.done} of ${facts.counts.selected} are there, and what is missing may not be like what is there`,
    );
  }
  if (pairing.share < 0.95 && table.size > 0) {
    notes.push(`only ${(pairing.share * 100).toFixed(1)} % of the larger side is paired`);
  }
  const unscored = table.size - deciding.n;
  if (unscored > 0) notes.push(`${unscored} of ${howMany(table.size, "pair")} lack a score on a side and are left out`);
  if (pairing.not_rescored > 0) {
    const many = howMany(pairing.not_rescored, "pair");
    notes.push(
      rescored?.why === "scorer"
        ? `${many} could not be scored again by the candidate's scorer: left out`
        : `${many} with another right answer could not be scored again: left out`,
    );
  }
  if (pairing.rescored > 0)
    notes.push(`${howMany(pairing.rescored, "pair")} scored again from recorded replies, both sides alike`);
  if (table.groups?.path === contentPath) {
    const different = new Set(table.groups.ids).size;
    if (different < table.size) {
      notes.push(
        `${howMany(different, "different question")} among ${howMany(table.size, "pair")}: those of one content are taken as a group`,
      );
    }
  }
  const path = candidate.spec.group_by;
  if (path !== undefined) {
    const without =
      table.groups === undefined || table.groups.path === contentPath
        ? table.size
        : table.groups.ids.reduce((n, id) => n + (id === 0 ? 1 : 0), 0);
    if (without === table.size && without > 0) notes.push(`no sample has ${path}, so all were taken as independent`);
    else if (without > 0) notes.push(`${howMany(without, "pair")} without ${path}, each taken as a group of its own`);
  }
  if (deciding.approximate) notes.push("the interval is approximate: these numbers lie outside the region that was checked");
  if (deciding.reason !== undefined && deciding.value !== null) notes.push(deciding.reason);
  return notes;
}
