import type { Pairs } from "./pair-samples.ts";
import type { Labels, LabelsOfRows, Side } from "./side.ts";

/** Both sides over the pairs that count. All arrays are as long as there are pairs, in the candidate's issue order. */
export interface PairTable {
  readonly size: number;
  readonly baseline: Side;
  readonly candidate: Side;
  /** Rows of each side. */
  readonly rows: { readonly baseline: Uint32Array; readonly candidate: Uint32Array };
  /** Pairs of one group are not independent; 0 = none. Without `group_by`, pairs of one content are a group. */
  readonly groups: Labels | undefined;
  readonly slices: readonly Labels[];
  /** A metric of both sides, NaN where a side has none; undefined for one that a side does not know. */
  values(metric: string): PairedValues | undefined;
}

export interface PairedValues {
  readonly baseline: Float64Array;
  readonly candidate: Float64Array;
  readonly unitRange: boolean;
}

/** Stands for the path of groups where samples of one content are taken together. */
export const contentPath = "content";

/**
 * @param leftOut places in `pairs` that do not count
 */
export function pairTable(baseline: Side, candidate: Side, pairs: Pairs, leftOut: ReadonlySet<number> = new Set()): PairTable {
  const kept = leftOut.size === 0 ? undefined : Uint32Array.from(places(pairs.size, leftOut));
  const rows = {
    baseline: kept === undefined ? pairs.baseline : kept.map((at) => pairs.baseline[at] as number),
    candidate: kept === undefined ? pairs.candidate : kept.map((at) => pairs.candidate[at] as number),
  };
  const values = new Map<string, PairedValues | undefined>();

  function read(metric: string): PairedValues | undefined {
    const [before, now] = [baseline.columns.get(metric), candidate.columns.get(metric)];
    if (before === undefined || now === undefined) return undefined;
    return {
      baseline: taken(before.from?.(rightLabels()) ?? before.values, rows.baseline),
      candidate: taken(now.values, rows.candidate),
      unitRange: before.unitRange && now.unitRange,
    };
  }

  /** Of the baseline's rows; a baseline file knows no ideals. */
  function rightLabels(): LabelsOfRows {
    const { names = [], actual: known } = candidate.labels ?? {};
    const actual = new Uint8Array(baseline.size);
    for (const [at, row] of rows.baseline.entries()) actual[row] = known?.[rows.candidate[at] as number] ?? 0;
    return { names, actual };
  }

  /** A question that stands in the data several times is one question: its answers are not independent. */
  function contentGroups(): Labels | undefined {
    if (pairs.contents === undefined) return undefined;
    const { contents } = pairs;
    const ids = kept === undefined ? contents : kept.map((at) => contents[at] as number);
    return { path: contentPath, ids, text: String, full: false };
  }

  /** What samples are is the candidate's to say; a baseline file knows no metadata. */
  function labels(now: Labels | undefined, before: Labels | undefined): Labels | undefined {
    if (now?.ids.some((id) => id !== 0)) return { ...now, ids: rows.candidate.map((row) => now.ids[row] as number) };
    if (before?.ids.some((id) => id !== 0)) return { ...before, ids: rows.baseline.map((row) => before.ids[row] as number) };
    return undefined;
  }

  return {
    size: rows.candidate.length,
    baseline,
    candidate,
    rows,
    groups: renumbered(labels(candidate.groups, baseline.groups) ?? contentGroups()),
    slices: candidate.slices.flatMap((now) => {
      const found = labels(
        now,
        baseline.slices.find(({ path }) => path === now.path),
      );
      return found === undefined ? [] : [found];
    }),
    values(metric) {
      if (!values.has(metric)) values.set(metric, read(metric));
      return values.get(metric);
    },
  };
}

/** Numbers 1, 2, … in the order of pairs, so that sums over groups do not depend on which reply came first. */
function renumbered(labels: Labels | undefined): Labels | undefined {
  if (labels === undefined) return undefined;
  const known = new Map<number, number>();
  const texts = [""];
  const ids = labels.ids.map((id) => {
    if (id === 0) return 0;
    let number = known.get(id);
    if (number === undefined) {
      number = texts.push(labels.text(id)) - 1;
      known.set(id, number);
    }
    return number;
  });
  return { ...labels, ids, text: (id) => texts[id] ?? "" };
}

function taken(values: Float64Array, rows: Uint32Array): Float64Array {
  const of = new Float64Array(rows.length);
  for (let at = 0; at < of.length; at++) of[at] = values[rows[at] as number] as number;
  return of;
}

function* places(size: number, leftOut: ReadonlySet<number>): Generator<number> {
  for (let at = 0; at < size; at++) if (!leftOut.has(at)) yield at;
}
