import { valueAt } from "../../core/eval-spec.ts";
import { type Bag, canonicalJson } from "../../core/json.ts";
import type { Compared } from "../compare-sides.ts";
import type { PairTable } from "../pair-table.ts";
import { type Side, type SideLine, verdict } from "../side.ts";

/** The samples that one `regressions("…")` is about. */
export interface MustPass {
  /** Samples that it fits on either side, paired or not. */
  readonly matched: number;
  /** Those of them that are paired and have a verdict of the baseline: of the others nothing is known. */
  readonly known: number;
  /** Those that the baseline passed and the candidate did not, or gave no verdict on. */
  readonly regressed: readonly Regressed[];
  /** Ids of those that may have regressed unseen. */
  readonly lost: {
    /** On one side only: added, taken out, or changed. */
    readonly unpaired: readonly string[];
    /** Without a verdict of the baseline, and not passed by the candidate. */
    readonly unknown: readonly string[];
  };
  /** Ids of pairs that it fits on one side only. They count like the others. */
  readonly oneSided: readonly string[];
}

export interface Regressed {
  readonly id: string;
  /** Content hash. */
  readonly item: string;
  /** Replies that passed, of those that have a verdict. */
  readonly passed: number;
  readonly of: number;
  /** Of `of`: those that were asked again. */
  readonly again: number;
}

/** A failure that is tolerated until a day. */
export interface Quarantine {
  /** Of the sample. */
  readonly id: string;
  /** `2026-12-31`, inclusive. */
  readonly until: string;
  readonly reason?: string | undefined;
}

/**
 * Finds the samples of each selector, and which of them regressed. A sample that fits on either side has to pass: else one would be
 * excused by taking its tag away, or by changing it. Reads both sides once through.
 *
 * @param selectors a tag (`must-pass`: in the list `metadata.tags`, or `metadata.must-pass: true`), or `path=value`
 */
export async function findMustPass(
  { table }: Pick<Compared, "table">,
  selectors: readonly string[],
): Promise<ReadonlyMap<string, MustPass>> {
  if (selectors.length === 0) return new Map();
  const { baseline, candidate, rows } = table;
  const [before, now] = [
    await fittingRows(baseline, rows.baseline, selectors),
    await fittingRows(candidate, rows.candidate, selectors),
  ];
  return new Map(selectors.map((selector) => [selector, mustPassOf(table, before.get(selector), now.get(selector))]));
}

/** Samples that a selector fits: by pair, and the ids of those in no pair. */
interface Fitting {
  readonly pairs: Map<number, Pick<Regressed, "id" | "item">>;
  readonly unpaired: string[];
}

const noFitting: Fitting = { pairs: new Map(), unpaired: [] };

async function fittingRows(side: Side, rows: Uint32Array, selectors: readonly string[]): Promise<ReadonlyMap<string, Fitting>> {
  const found = new Map<string, Fitting>(selectors.map((selector) => [selector, { pairs: new Map(), unpaired: [] }]));
  const pairOfRow = new Map<number, number>();
  for (const [pair, row] of rows.entries()) pairOfRow.set(row, pair);
  const rowOfSeq = new Map<number, number>();
  // One line for each sample: its first attempt.
  for (let row = 0; row < side.size; row++) rowOfSeq.set(side.seq[row] as number, row);
  for await (const line of side.source.samples()) {
    const row = rowOfSeq.get(line.seq);
    if (row === undefined) continue;
    const pair = pairOfRow.get(row);
    for (const [selector, { pairs, unpaired }] of found) {
      if (!fits(line, selector)) continue;
      if (pair === undefined) unpaired.push(line.id);
      else pairs.set(pair, { id: line.id, item: line.hashes.item });
    }
  }
  return found;
}

function mustPassOf({ baseline, candidate, rows }: PairTable, before = noFitting, now = noFitting): MustPass {
  const regressed: Regressed[] = [];
  const unknown: string[] = [];
  let known = 0;
  // What the candidate calls a sample goes before.
  const pairs = new Map([...before.pairs, ...now.pairs]);
  for (const [pair, sample] of pairs) {
    const [was, is] = [tallyOf(baseline, rows.baseline[pair] as number), tallyOf(candidate, rows.candidate[pair] as number)];
    if (was.of > 0) known++;
    if (2 * is.passed > is.of) continue;
    if (was.of === 0) unknown.push(sample.id);
    else if (2 * was.passed > was.of) regressed.push({ ...sample, ...is, again: 0 });
  }
  // A changed sample is on both sides, under one id.
  const unpaired = [...new Set([...before.unpaired, ...now.unpaired])];
  // A baseline keeps no tags, and its silence says nothing.
  const told = baseline.source.facts === undefined && candidate.source.facts === undefined;
  const oneSided = told ? [...pairs].filter(([pair]) => before.pairs.has(pair) !== now.pairs.has(pair)) : [];
  return {
    matched: pairs.size + unpaired.length,
    known,
    regressed: regressed.sort((a, b) => (a.id < b.id ? -1 : 1)),
    lost: { unpaired, unknown },
    oneSided: oneSided.map(([, { id }]) => id),
  };
}

/** The same samples with the replies that were asked again, by content hash. */
export function withReplies(
  mustPass: ReadonlyMap<string, MustPass>,
  replies: ReadonlyMap<string, { readonly passed: number; readonly of: number }>,
): ReadonlyMap<string, MustPass> {
  const add = (one: Regressed): Regressed => {
    const { passed, of } = replies.get(one.item) ?? { passed: 0, of: 0 };
    return { ...one, passed: one.passed + passed, of: one.of + of, again: of };
  };
  return new Map([...mustPass].map(([selector, found]) => [selector, { ...found, regressed: found.regressed.map(add) }]));
}

function fits(line: SideLine, selector: string): boolean {
  const equals = selector.indexOf("=");
  if (equals > 0) {
    const value = valueAt(line, selector.slice(0, equals).trim());
    if (value === undefined || value === null) return false;
    return (typeof value === "string" ? value : canonicalJson(value)) === selector.slice(equals + 1).trim();
  }
  const metadata: Bag = line.metadata ?? {};
  const { tags } = metadata;
  return (Array.isArray(tags) && tags.includes(selector)) || (Object.hasOwn(metadata, selector) && metadata[selector] === true);
}

function tallyOf({ verdicts, attempts }: Side, row: number): { passed: number; of: number } {
  let [passed, of] = [0, 0];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = verdicts[row * attempts + attempt];
    if (found === verdict.none) continue;
    of++;
    if (found === verdict.passed) passed++;
  }
  return { passed, of };
}
