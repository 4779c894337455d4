import { FinegaugeError } from "../../core/errors.ts";
import { commonEnd, purposeOf } from "./affix.ts";
import { type CheckOptions, checks, noCoincidence } from "./checks.ts";
import { legacyPermutation } from "./legacy-shuffle.ts";
import { type PrepareRow, type TaskType, taskType } from "./prepare-row.ts";
import type { Remedy } from "./remedy.ts";

export interface PrepareOptions {
  /** As the legacy tool did: a single letter that all rows end with is an ending. */
  readonly compat?: boolean | undefined;
  /** Whether a remedy is wanted; asked for each optional one, in order, after all checks. */
  readonly accept: (remedy: Remedy) => boolean | Promise<boolean>;
}

export interface Prepared {
  readonly rows: readonly PrepareRow[];
  readonly task: TaskType;
  /** What was found, in order; `done` = it was applied. */
  readonly remedies: readonly (Remedy & { readonly done: boolean })[];
  readonly notes: readonly string[];
  /** What every completion ends with: the stop string to ask with; empty = none. */
  readonly stop: string;
  /** What every prompt ends with. */
  readonly separator: string;
  /** For classification. */
  readonly classes: { readonly count: number /** The commoner of two. */; readonly positive: string | undefined } | undefined;
}

const legacy: CheckOptions = { shortestAffix: 1, ignoreLetters: false };
const ours: CheckOptions = { shortestAffix: 2, ignoreLetters: true };

/**
 * Checks rows of prompt and completion one thing after the other, and mends what is accepted: necessary remedies at once, so that later
 * checks see their result, optional ones when all is checked.
 *
 * @throws FinegaugeError `data.invalid` where the rows cannot be used whatever is done
 */
export async function prepareData(rows: readonly PrepareRow[], { compat = false, accept }: PrepareOptions): Promise<Prepared> {
  let current = [...rows];
  const remedies: (Remedy & { done: boolean })[] = [];
  const notes: string[] = [];
  for (const check of checks) {
    for (const finding of check(current, compat ? legacy : ours)) {
      if ("note" in finding) notes.push(finding.note);
      else if ("error" in finding) throw new FinegaugeError("data.invalid", finding.error);
      else {
        const { remedy } = finding;
        const necessary = remedy.kind === "necessary";
        if (necessary) current = remedy.apply(current);
        remedies.push({ ...remedy, done: necessary });
      }
    }
  }
  for (const remedy of remedies) {
    if (remedy.kind === "necessary" || !(await accept(remedy))) continue;
    current = remedy.apply(current);
    remedy.done = true;
  }
  const task = taskType(current);
  const endOf = (texts: readonly string[]) => {
    if (texts.length < 2) return "";
    const end = commonEnd(texts);
    return compat ? end : purposeOf(noCoincidence(end, ours));
  };
  return {
    rows: current,
    task,
    remedies,
    notes,
    stop: endOf(current.map(({ completion }) => completion)),
    separator: endOf(current.map(({ prompt }) => prompt)),
    classes: task === "classification" ? classesOf(current) : undefined,
  };
}

function classesOf(rows: readonly PrepareRow[]): Prepared["classes"] {
  const counts = new Map<string, number>();
  for (const { completion } of rows) counts.set(completion, (counts.get(completion) ?? 0) + 1);
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return { count: counts.size, positive: counts.size === 2 ? commonest : undefined };
}

/** Rows at most that are held back. */
const mostValidation = 1000;

/**
 * Rows to train on, in random order, and rows to validate on, in that of the file.
 *
 * @param valid share that is held back, 0 to 1, of at most 1,000 rows
 */
export function splitPrepared(
  rows: readonly PrepareRow[],
  { valid, seed }: { valid: number; seed: number },
): { readonly train: PrepareRow[]; readonly valid: PrepareRow[] } {
  // 1 - 0.2 is a little more than 0.8, and its product is rounded down.
  const size = Math.max(rows.length - mostValidation, Math.floor(rows.length * Number((1 - valid).toFixed(12))));
  const chosen = legacyPermutation(rows.length, seed).slice(0, size);
  const held = new Set(chosen);
  return { train: chosen.map((at) => rows[at] as PrepareRow), valid: rows.filter((_, at) => !held.has(at)) };
}

/** One row of the file. With `compat` to the byte as the legacy tool wrote it, which put a backslash before each slash. */
export function preparedLine({ prompt, completion }: PrepareRow, compat = false): string {
  const text = JSON.stringify({ prompt, completion });
  return `${compat ? text.replaceAll("/", "\\/") : text}\n`;
}
