import { numberColumn } from "../number-column.ts";
import { joinedText, rawKey } from "./eval-texts.ts";
import { keyTable } from "./key-table.ts";
import { nearTexts } from "./near-texts.ts";
import { textKey } from "./text-key.ts";
import { type TextSpool, textSpool } from "./text-spool.ts";
import type { TrainingRow } from "./training-row.ts";

/** How a row repeats an earlier one, the surest first. */
export const duplicateKinds = ["exact", "normalised", "near"] as const;
type DuplicateKind = (typeof duplicateKinds)[number];

/** A row and the later ones that repeat it. */
interface DuplicateCluster {
  /** Rows, from 1; the first is the one that the others repeat. */
  readonly rows: readonly number[];
  /** The least sure one. */
  readonly kind: DuplicateKind;
  /** Normalised texts of the first, and of the last that is not the same. */
  readonly texts: readonly string[];
}

export interface DuplicateSummary {
  readonly rows: number;
  /** Rows that repeat an earlier one. */
  readonly duplicates: number;
  readonly kinds: { readonly [Kind in DuplicateKind]: number };
  readonly clusters: number;
  /** Rows whose prompt an earlier row has with another answer. */
  readonly conflicts: number;
}

/**
 * Finds rows that repeat an earlier one: to the letter, but for case, white space and punctuation, or nearly (a Jaccard similarity of their
 * shingles of 0.7 or more, which MinHash finds 61 times in 100 at 0.7, 95 at 0.8, 9,998 in 10,000 at 0.9). A row is compared with rows that
 * repeat none themselves, so that no chain of small changes makes one cluster of a whole file.
 *
 * Memory: about 300 bytes for each row, whatever its length; texts wait on disk.
 *
 * @param shown clusters to give back, the largest first
 */
export async function findDuplicates(
  train: Iterable<TrainingRow> | AsyncIterable<TrainingRow>,
  { shown }: { readonly shown: number },
): Promise<{ readonly clusters: readonly DuplicateCluster[]; readonly summary: DuplicateSummary }> {
  const spool = textSpool();
  try {
    const { leaders, kinds, texts, rows, conflicts } = await sameRows(train, spool);
    nearRows(spool, texts.values, leaders.values, kinds.values);
    const counts = [0, 0, 0];
    const sizes = new Map<number, number>();
    for (let row = 0; row < rows; row++) {
      const kind = kinds.values[row] as number;
      if (kind === 0) continue;
      counts[kind - 1] = (counts[kind - 1] as number) + 1;
      const leader = leaderOf(leaders.values, row);
      sizes.set(leader, (sizes.get(leader) ?? 1) + 1);
    }
    const largest = [...sizes].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, shown);
    const clusters = largest.map(([leader]) =>
      clusterOf(leader, { leaders: leaders.values, kinds: kinds.values, texts: texts.values, rows }, spool),
    );
    return {
      clusters,
      summary: {
        rows,
        duplicates: counts.reduce((sum, one) => sum + one, 0),
        kinds: { exact: counts[0] as number, normalised: counts[1] as number, near: counts[2] as number },
        clusters: sizes.size,
        conflicts,
      },
    };
  } finally {
    spool.close();
  }
}

/** Rows that say the same, in one pass; the texts of all others go to the spool. */
async function sameRows(train: Iterable<TrainingRow> | AsyncIterable<TrainingRow>, spool: TextSpool) {
  const byText = keyTable();
  const answers = keyTable();
  /** The row that each repeats, or itself. */
  const leaders = numberColumn((length) => new Int32Array(length));
  /** 0 = repeats none, else 1 + the place in `duplicateKinds`. */
  const kinds = numberColumn((length) => new Uint8Array(length));
  /** Of each text of the spool its row. */
  const texts = numberColumn((length) => new Int32Array(length));
  /** Of each row that repeats none: the key of how it is written. */
  const written = numberColumn((length) => new Float64Array(length));
  let rows = 0;
  let conflicts = 0;
  for await (const { turns } of train) {
    const row = rows++;
    const raw = turns.map(({ text }) => text);
    const text = joinedText(raw);
    const own = rawKey(raw);
    const key = text === "" ? own : textKey(text);
    const first = byText.get(key);
    leaders.set(row, first < 0 ? row : first);
    kinds.set(row, first < 0 ? 0 : written.values[first] === own ? 1 : 2);
    if (first < 0) {
      byText.set(key, row);
      texts.set(spool.add(text), row);
      written.set(row, own);
    }
    const last = turns.at(-1);
    if (turns.length < 2 || last?.answer !== true) continue;
    const prompt = textKey(joinedText(raw.slice(0, -1)));
    const answer = textKey(joinedText([last.text])) % 2 ** 30;
    const known = answers.get(prompt);
    if (known < 0) answers.set(prompt, answer);
    else if (known !== answer) conflicts++;
  }
  return { leaders, kinds, texts, rows, conflicts };
}

/** Marks the rows of the spool that are nearly the same as an earlier one of it. */
function nearRows(spool: TextSpool, rowOf: Int32Array, leaders: Int32Array, kinds: Uint8Array): void {
  const near = nearTexts(spool);
  for (let text = 0; text < spool.size; text++) {
    let leader = -1;
    const isCompared = near.each(
      text,
      () => leader < 0,
      (other) => {
        leader = other;
      },
    );
    if (!isCompared) continue;
    if (leader < 0) near.keep();
    else {
      const row = rowOf[text] as number;
      leaders[row] = rowOf[leader] as number;
      kinds[row] = 3;
    }
  }
}

/** A row that says the same as one that is nearly the same as a third belongs to the third. */
function leaderOf(leaders: Int32Array, row: number): number {
  let leader = row;
  while (leaders[leader] !== leader) leader = leaders[leader] as number;
  return leader;
}

function clusterOf(
  leader: number,
  { leaders, kinds, texts, rows }: { leaders: Int32Array; kinds: Uint8Array; texts: Int32Array; rows: number },
  spool: TextSpool,
): DuplicateCluster {
  const members: number[] = [];
  let kind = 0;
  let other = -1;
  for (let row = 0; row < rows; row++) {
    if (leaderOf(leaders, row) !== leader) continue;
    members.push(row + 1);
    kind = Math.max(kind, kinds[row] as number);
    if (kinds[row] === 3) other = row;
  }
  const textOf = (row: number) => spool.at(texts.subarray(0, spool.size).indexOf(row));
  return {
    rows: members,
    kind: duplicateKinds[kind - 1] as DuplicateKind,
    texts: other < 0 ? [textOf(leader)] : [textOf(leader), textOf(other)],
  };
}
