import { valueAt } from "../../core/eval-spec.ts";
import { type Bag, canonicalJson } from "../../core/json.ts";
import type { Compared } from "../compare-sides.ts";
import { type Side, type SideLine, verdict } from "../side.ts";

/** The samples that one `regressions("…")` is about. */
export interface MustPass {
  /** Samples that it fits, paired or not. */
  readonly matched: number;
  /** Those of them that are paired and have a verdict of the baseline: of the others nothing is known. */
  readonly known: number;
  /** Those that the baseline passed and the candidate did not. */
  readonly regressed: readonly Regressed[];
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
 * Finds the samples of each selector, and which of them regressed. Reads the candidate once through.
 *
 * @param selectors a tag (`must-pass`: in the list `metadata.tags`, or `metadata.must-pass: true`), or `path=value`
 */
export async function findMustPass(
  { table }: Pick<Compared, "table">,
  selectors: readonly string[],
): Promise<ReadonlyMap<string, MustPass>> {
  const found = new Map(selectors.map((selector) => [selector, { matched: 0, known: 0, regressed: [] as Regressed[] }]));
  if (selectors.length === 0) return found;
  const { baseline, candidate } = table;
  const pairOfRow = new Map<number, number>();
  for (let at = 0; at < table.size; at++) pairOfRow.set(table.rows.candidate[at] as number, at);
  const rowOfSeq = new Map<number, number>();
  // One line for each sample: its first attempt.
  for (let row = 0; row < candidate.size; row++) rowOfSeq.set(candidate.seq[row] as number, row);

  for await (const line of candidate.source.samples()) {
    const row = rowOfSeq.get(line.seq);
    if (row === undefined) continue;
    const fitting = selectors.filter((selector) => fits(line, selector));
    if (fitting.length === 0) continue;
    const pair = pairOfRow.get(row);
    const before = pair === undefined ? undefined : tallyOf(baseline, table.rows.baseline[pair] as number);
    const now = tallyOf(candidate, row);
    const regressed = before !== undefined && 2 * before.passed > before.of && !(2 * now.passed > now.of);
    for (const selector of fitting) {
      const one = found.get(selector);
      if (one === undefined) continue;
      one.matched++;
      if (before !== undefined && before.of > 0) one.known++;
      if (regressed) one.regressed.push({ id: line.id, item: line.hashes.item, ...now, again: 0 });
    }
  }
  for (const { regressed } of found.values()) regressed.sort((a, b) => (a.id < b.id ? -1 : 1));
  return found;
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
