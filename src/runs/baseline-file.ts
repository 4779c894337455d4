import { closeSync } from "node:fs";
import { basename } from "node:path";
import type { BaselineAttempt, BaselineFlag, BaselineLine, BaselineSample, BaselineScore } from "../core/baseline-line.ts";
import { bitset } from "../core/bitset.ts";
import type { SideFacts } from "../core/comparison.ts";
import type { EndLine, RunLine, SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { readSpan } from "../io/scan-lines.ts";
import { baselineSum } from "./baseline-sum.ts";
import { firstLineOf } from "./first-line.ts";
import { corruptBaseline, parseBaselineLine, parseBaselineSample, parseBaselineSum } from "./parse-baseline-line.ts";
import { allLines, openRun } from "./whole-lines.ts";

/** A sample line made from a baseline: no reply unless it was kept, but what the reply was counted as. */
export type BaselineSideLine = SampleLine & { readonly flags?: readonly BaselineFlag[] };

/** A baseline as the readers of runs want it. */
export interface StoredBaseline {
  readonly file: string;
  /** The file's name without its ending. */
  readonly name: string;
  readonly run: RunLine;
  /** With the metrics of the whole run. */
  readonly end: EndLine;
  /** What the lines cannot tell, since they have no replies. */
  readonly facts: Partial<SideFacts>;
  /** In order of content, not of asking. With `only`, those positions of the issue order alone. */
  samples(only?: { has(seq: number): boolean }): AsyncIterable<BaselineSideLine>;
}

/**
 * Opens a baseline; its samples are read, and checked, when they are walked.
 *
 * @throws FinegaugeError `run.not-found`, `run.corrupt`, `run.format-newer`
 */
export function openBaseline(file: string): StoredBaseline {
  const { run, end, latency, cached } = readBaselineLine(file);
  const { counts, served, usage, cost } = end;
  const name = baselineName(file);

  async function* samples(only?: { has(seq: number): boolean }): AsyncGenerator<BaselineSideLine, void, void> {
    const pairs = run.data.selected * run.attempts;
    const seen = bitset(pairs);
    const groupPath = groupPathOf(run);
    const sum = baselineSum();
    const told = toldByLines();
    let summed = false;
    let changed = false;
    let index = 0;
    let done = 0;
    for (const { text, number } of allLines(file)) {
      if (text === "" || text === "\r") continue;
      if (summed) throw corruptBaseline(file, number, "there are lines behind its last one");
      const said = parseBaselineSum(text, file, number);
      if (said !== undefined) {
        summed = true;
        changed = said !== sum.digest();
        continue;
      }
      sum.add(text);
      if (number === 1) continue;
      const sample = parseBaselineSample(text, file, number);
      if (sample === undefined) continue;
      for (const [place, attempt] of [sample, ...(sample.further ?? [])].entries()) {
        const { seq } = attempt;
        if (seq >= pairs) throw corruptBaseline(file, number, `seq ${seq} in a run of ${pairs}`);
        if (seen.has(seq)) throw corruptBaseline(file, number, `seq ${seq} stands there twice`);
        seen.add(seq);
        told.add(attempt);
        done++;
        if (only === undefined || only.has(seq)) yield sampleLine(sample, attempt, { place, index, groupPath });
      }
      index++;
    }
    if (done !== counts.done) throw corruptBaseline(file, undefined, `it has ${done} replies, and says ${counts.done}`);
    const wrong = told.disagrees(end, run.attempts) ?? (changed ? "its lines are not those that were written" : undefined);
    if (wrong !== undefined) throw corruptBaseline(file, undefined, wrong);
  }

  return {
    file,
    name,
    run,
    end,
    facts: {
      source: "baseline",
      baseline: name,
      name,
      counts,
      served,
      usage,
      cost,
      latency,
      cached,
      ...(end.cached?.oldest !== undefined && { cached_oldest: end.cached.oldest }),
    },
    samples,
  };
}

/** Sums over the lines, to hold against what the first line says of them. */
function toldByLines() {
  let errors = 0;
  const scores = new Map<string, { n: number; sum: number }>();
  return {
    add({ error, scores: all = [] }: BaselineAttempt): void {
      if (error !== undefined) {
        errors++;
        return;
      }
      for (const [name, value] of all) {
        if (value === null) continue;
        const one = scores.get(name) ?? { n: 0, sum: 0 };
        scores.set(name, { n: one.n + 1, sum: one.sum + value });
      }
    },
    /** In words; undefined: nothing does. */
    disagrees({ counts, metrics }: EndLine, attempts: number): string | undefined {
      if (errors !== counts.errors) return `its lines have ${errors} errors, and its first line says ${counts.errors}`;
      for (const { name, value, n } of metrics) {
        const one = scores.get(name);
        // Several attempts may be weighed by sample; a metric of another name is no mean of one score.
        if (one === undefined || value === null || attempts > 1) continue;
        const mean = one.sum / one.n;
        if (one.n !== n || Math.abs(mean - value) > 1e-9 * Math.max(1, Math.abs(mean))) {
          return `${name} is ${mean} of ${one.n} by its lines, and ${value} of ${n} by its first line`;
        }
      }
      return undefined;
    },
  };
}

/** The file's name without its ending: so a file that is copied or renamed is another baseline. */
export function baselineName(file: string): string {
  return basename(file, ".jsonl");
}

/**
 * The first line of a baseline file, and no more.
 *
 * @throws FinegaugeError `run.not-found`, `run.corrupt`, `run.format-newer`
 */
export function readBaselineLine(file: string): BaselineLine {
  const fd = openRun(file);
  try {
    return parseBaselineLine(firstLineOf(fd), file);
  } finally {
    closeSync(fd);
  }
}

/** Is it a baseline, by how it begins. */
export function isBaselineFile(file: string): boolean {
  const fd = openRun(file);
  try {
    return /^\s*\{\s*"type"\s*:\s*"baseline"/.test(readSpan(fd, 0, 256));
  } finally {
    closeSync(fd);
  }
}

/** Where the number of a sample's group is put, so that its eval finds it; undefined when it has no groups, or by something else. */
export function groupPathOf({ spec }: RunLine): string | undefined {
  const path = spec.group_by;
  return typeof path === "string" && /^(metadata|fields)\../.test(path) ? path : undefined;
}

interface Placed {
  readonly place: number;
  readonly index: number;
  readonly groupPath: string | undefined;
}

function sampleLine(sample: BaselineSample, attempt: BaselineAttempt, { place, index, groupPath }: Placed): BaselineSideLine {
  const { id, hashes, group, leak, content } = sample;
  const [item, ideal, prompt = item] = hashes;
  const { seq, scores, error, flags, completion, outputs } = attempt;
  return {
    type: "sample",
    id,
    attempt: attempt.attempt ?? place,
    seq,
    index,
    hashes: { item, ideal, prompt },
    ...(leak !== undefined && { leak }),
    ...(group !== undefined &&
      content === undefined &&
      groupPath !== undefined &&
      nested(groupPath.split("."), `group ${group}`)),
    ...content,
    ...(scores && { scores: scores.map(scoreOf) }),
    ...(error !== undefined && { error: { code: error, message: "", tries: [] } }),
    ...(flags && { flags }),
    ...(completion && { completion }),
    ...(outputs && { more: outputs }),
  };
}

function scoreOf([name, value, third, label]: BaselineScore): Score {
  if (value === null) return { name, value, ...(typeof third === "string" && { unscored: { code: third, message: "" } }) };
  return { name, value, ...(typeof third === "boolean" && { passed: third }), ...(label !== undefined && { label }) };
}

/** `{ metadata: { template: value } }` of `["metadata", "template"]`. */
function nested(path: readonly string[], value: string): object {
  const [key = "", ...rest] = path;
  return Object.fromEntries([[key, rest.length === 0 ? value : nested(rest, value)]]);
}
