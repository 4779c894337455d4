import type { SideFacts } from "../core/comparison.ts";
import type { Completion } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { textHash } from "../core/hash.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { runStatus } from "../core/run-status.ts";
import type { Score } from "../core/score.ts";
import { specOf } from "../core/spec-of.ts";
import { readAnswer, wordsAnswer } from "./attempts/answer-id.ts";
import { sideAttempts } from "./attempts/side-attempts.ts";
import { collectRun } from "./collect-run.ts";
import type { Collector } from "./collector.ts";
import { type Cells, cells, countShares, grown, usageColumns } from "./columns.ts";
import { decidingScore } from "./deciding-score.ts";
import { openRunExpressions } from "./expressions/run-expressions.ts";
import { putHash } from "./hashes.ts";
import { labelColumns, labelReader } from "./labels/side-labels.ts";
import { countLeaks, leakRows } from "./leak-rows.ts";
import { pages } from "./pages.ts";
import { countedFlags, flagOf, replyFlags } from "./reply-flags.ts";
import { isBounded, scoreFacts } from "./score-facts.ts";
import { type Column, type Hashes, type Labels, noSeq, type Side, type SideLine, type SideSource, verdict } from "./side.ts";
import { mostKept } from "./slice-tables.ts";
import { type ValueIds, valueIds } from "./value-ids.ts";

/** More attempts than this of one sample are nobody's plan. */
const mostAttempts = 10_000;

const usageEntries = Object.entries(usageColumns);

/**
 * Reads one side of a comparison, once through.
 *
 * @throws FinegaugeError `run.corrupt`
 */
export async function readSide(source: SideSource): Promise<Side> {
  const { run, end } = source;
  const spec = specOf(run, source.file);
  const attempts = Math.min(run.attempts, mostAttempts);
  const collector = collectRun({
    spec,
    selected: run.data.selected * run.attempts,
    attempts: run.attempts,
    expressions: await openRunExpressions(spec.metrics),
  });
  const rows = rowStore(attempts);
  const groups = spec.group_by === undefined ? undefined : valueIds(spec.group_by);
  const slices = (spec.slices ?? []).map((path) => valueIds(path, mostKept));
  const counts = countShares();
  const usage = new Map<string, Cells>();
  const scores = new Map<string, Cells>();
  const answers = attempts > 1 ? cells(attempts) : undefined;
  const labelled = labelReader(spec, attempts);
  const leaked = run.leakage === undefined ? undefined : leakRows();
  /** Where each score first stands in the run. */
  const firstOf = new Map<string, number>();
  let replies = false;
  let primary: { seq: number; name: string } | undefined;

  const cellsOf = (by: Map<string, Cells>, name: string): Cells => {
    let one = by.get(name);
    if (one === undefined) {
      one = cells(attempts);
      by.set(name, one);
    }
    return one;
  };

  for await (const line of source.samples()) {
    collector.observe(line);
    if (line.attempt >= attempts) continue;
    const row = rows.rowOf(line);
    groups?.observe(line, row);
    for (const slice of slices) slice.observe(line, row);
    if (line.scores !== undefined) {
      for (let place = 0; place < line.scores.length; place++) {
        const { name, value } = line.scores[place] as Score;
        if (value === null) continue;
        cellsOf(scores, name).set(row, line.attempt, value);
        const stands = line.seq + place / line.scores.length;
        if (stands < (firstOf.get(name) ?? Number.POSITIVE_INFINITY)) firstOf.set(name, stands);
      }
    }
    labelled?.observe(line, row);
    if (line.leak !== undefined) leaked?.set(row, line.leak);
    answers?.set(row, line.attempt, readAnswer(line.scores) || wordsAnswer(line));
    const deciding = decidingScore(line.scores);
    if (deciding !== undefined && (primary === undefined || line.seq < primary.seq)) {
      primary = { seq: line.seq, name: deciding.name };
    }
    if (deciding?.passed !== undefined && deciding.value !== null) {
      rows.put(row, line.attempt, deciding.passed ? verdict.passed : verdict.failed, sureOf(line.completion));
    }
    counts.add(row, flagsOf(line));
    if (line.completion === undefined) continue;
    replies = true;
    for (const [name, { of }] of usageEntries) {
      const value = of(line.completion);
      if (value !== undefined) cellsOf(usage, name).set(row, line.attempt, value);
    }
  }

  const order = rows.inIssueOrder();
  const columns = new Map<string, Column>();
  const lowerIsBetter = spec.higher_is_better === false;
  const inOrder = [...scores].sort(([a], [b]) => (firstOf.get(a) ?? 0) - (firstOf.get(b) ?? 0));
  for (const [name, one] of inOrder) {
    const values = one.means(order);
    columns.set(name, { name, values, unitRange: isBounded(name, values), ...scoreFacts(name, lowerIsBetter), kind: "score" });
  }
  const verdicts = scores.get("accuracy");
  if (answers !== undefined && verdicts !== undefined) {
    for (const [name, values] of sideAttempts({ order, attempts, verdicts, answers })) {
      // Which answer most attempts gave, their words may have to tell: a baseline has none.
      if (name === "majority" && source.facts !== undefined && !replies) continue;
      columns.set(name, { name, values, unitRange: true, unit: "1", better: lowerIsBetter ? "lower" : "higher", kind: "score" });
    }
  }
  for (const name of countedFlags) {
    columns.set(name, { name, values: counts.shares(name, order), unitRange: true, unit: "1", better: "lower", kind: "count" });
  }
  for (const [name, { facts }] of usageEntries) {
    const one = usage.get(name);
    if (one !== undefined) columns.set(name, { name, values: one.means(order), ...facts });
  }
  const labels = labelled?.read(order);
  const leaks = leaked?.read(order);
  if (labels !== undefined) for (const column of labelColumns(labels, spec)) columns.set(column.name, column);
  return {
    source,
    facts: {
      ...factsOf(run, end, collector),
      ...(run.leakage && leaks && { leakage: { ...run.leakage, ...countLeaks(leaks) } }),
      ...source.facts,
    },
    spec,
    size: order.length,
    attempts,
    ...rows.read(order),
    columns,
    labels,
    leaks,
    leakScores: leaks && collector.leakScores(),
    primary: scores.has("accuracy") ? "accuracy" : (primary?.name ?? "accuracy"),
    groups: groups && labelsOf(groups, order),
    slices: slices.map((slice) => labelsOf(slice, order)),
    metrics: source.facts !== undefined && end !== undefined ? end.metrics : collector.metrics(),
    sliceTables: collector.slices(),
  };
}

/** As a run counts them: an error is counted once, a flag of a reply beside its score. */
function flagsOf({ error, completion, scores, flags: said }: SideLine): number {
  let flags = error === undefined ? 0 : flagOf.errors;
  if (said !== undefined) for (const name of said) flags |= flagOf[name];
  if (completion !== undefined) flags |= replyFlags(completion);
  if (scores !== undefined) for (const { details } of scores) if (details?.invalid_label === true) flags |= flagOf.invalid_label;
  return flags;
}

/** How probable the whole reply was, by its own log-probabilities. */
function sureOf(completion: Completion | undefined): number {
  if (completion?.logprobs === undefined || completion.logprobs.length === 0) return Number.NaN;
  let sum = 0;
  for (const { logprob } of completion.logprobs) sum += logprob ?? Number.NEGATIVE_INFINITY;
  return Math.exp(Math.min(0, sum));
}

function labelsOf(ids: ValueIds, order: Uint32Array): Labels {
  return {
    path: ids.path,
    ids: order.map((row) => ids.ids.get(row)),
    text: ids.text,
    full: ids.full(),
  };
}

/** What is kept of each sample apart from its numbers; rows are numbered as they come. */
function rowStore(attempts: number) {
  // Row + 1 by index: 0 is nobody's.
  const rowOfIndex = pages((size) => new Uint32Array(size), 0);
  let n = 0;
  let lines = 0;
  let capacity = 64;
  let hashes = (["item", "ideal", "prompt", "id"] as const).map(() => new Uint32Array(2 * capacity));
  let first = new Uint32Array(capacity);
  let seqs = new Uint32Array(capacity * attempts).fill(noSeq);
  let verdicts = new Uint8Array(capacity * attempts);
  let sureness: Float32Array | undefined;

  function grow(): void {
    capacity *= 2;
    hashes = hashes.map((old) => grown(old, new Uint32Array(2 * capacity)));
    first = grown(first, new Uint32Array(capacity));
    seqs = grown(seqs, new Uint32Array(capacity * attempts).fill(noSeq));
    verdicts = grown(verdicts, new Uint8Array(capacity * attempts));
    if (sureness !== undefined) sureness = grown(sureness, unsure(capacity * attempts));
  }

  function rowFor(line: SampleLine): number {
    lines++;
    const known = rowOfIndex.get(line.index);
    if (known > 0) return known - 1;
    if (n === capacity) {
      refuseHollow(n * attempts, lines);
      grow();
    }
    const row = n++;
    rowOfIndex.set(line.index, row + 1);
    first[row] = noSeq;
    const [item, ideal, prompt, id] = hashes as [Hashes, Hashes, Hashes, Hashes];
    putHash(item, row, line.hashes.item);
    putHash(ideal, row, line.hashes.ideal);
    putHash(prompt, row, line.hashes.prompt);
    putHash(id, row, textHash(line.id));
    return row;
  }

  return {
    rowOf(line: SampleLine): number {
      const row = rowFor(line);
      seqs[row * attempts + line.attempt] = line.seq;
      if (line.seq < (first[row] as number)) first[row] = line.seq;
      return row;
    },
    put(row: number, attempt: number, passed: number, sure: number): void {
      verdicts[row * attempts + attempt] = passed;
      if (Number.isNaN(sure)) return;
      sureness ??= unsure(capacity * attempts);
      sureness[row * attempts + attempt] = sure;
    },
    inIssueOrder(): Uint32Array {
      const order = new Uint32Array(n);
      let sorted = true;
      for (let row = 0; row < n; row++) {
        order[row] = row;
        sorted &&= row === 0 || (first[row] as number) > (first[row - 1] as number);
      }
      return sorted ? order : order.sort((a, b) => (first[a] as number) - (first[b] as number));
    },
    read(order: Uint32Array) {
      const [item, ideal, prompt, id] = hashes.map((old) => taken(old, order, 2, new Uint32Array(2 * n)));
      return {
        item: item as Hashes,
        ideal: ideal as Hashes,
        prompt: prompt as Hashes,
        id: id as Hashes,
        seq: taken(first, order, 1, new Uint32Array(n)),
        seqs: taken(seqs, order, attempts, new Uint32Array(n * attempts)),
        verdicts: taken(verdicts, order, attempts, new Uint8Array(n * attempts)),
        sureness: sureness && taken(sureness, order, attempts, new Float32Array(n * attempts)),
      };
    },
  };
}

/** Attempts are asked one after the other, so that a run has nearly all of those it promises of every sample it has. */
function refuseHollow(places: number, lines: number): void {
  if (places < 4_000_000 || places < 64 * lines) return;
  throw new FinegaugeError("run.corrupt", `the run promises ${places} attempts and has ${lines}`, {
    hint: "its first line is not its own; run the eval again",
  });
}

function unsure(size: number): Float32Array {
  return new Float32Array(size).fill(Number.NaN);
}

/** Rows of `width` values each, in another order. */
function taken<Items extends Uint32Array | Uint8Array | Float32Array>(
  from: Items,
  order: Uint32Array,
  width: number,
  into: Items,
): Items {
  for (let to = 0; to < order.length; to++) {
    const row = order[to] as number;
    for (let at = 0; at < width; at++) into[to * width + at] = from[row * width + at] as number;
  }
  return into;
}

function factsOf(run: RunLine, end: SideSource["end"], collector: Collector): SideFacts {
  const { replies = 0, oldest } = collector.cached() ?? {};
  return {
    name: run.completion_fn,
    completion_fn: run.completion_fn,
    eval: run.eval,
    run: run.id,
    source: run.derived_from?.by === "import" ? "import" : "run",
    started: run.started,
    status: runStatus(run, end, collector.counts().done),
    ...(end?.reason !== undefined && { reason: end.reason }),
    counts: collector.counts(),
    attempts: run.attempts,
    sampling: run.sampling,
    model: run.model,
    judges: run.judges,
    served: collector.served(),
    usage: collector.usage(),
    cost: collector.cost(),
    latency: collector.latency(),
    wall_ms: end?.wall_ms ?? null,
    cached: replies,
    ...(replies > 0 && oldest !== undefined && { cached_oldest: oldest }),
    spec_hash: run.spec_hash,
    data_hash: run.data.hash,
    tool: run.tool,
  };
}
