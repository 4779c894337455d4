import { type BaselineAttempt, type BaselineSample, type BaselineScore, baselineFormat } from "../core/baseline-line.ts";
import type { SideFacts } from "../core/comparison.ts";
import { valueAt } from "../core/eval-spec.ts";
import { canonicalJson } from "../core/json.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { replaceFile } from "../io/replace-file.ts";
import { type BaselineSideLine, groupPathOf } from "./baseline-file.ts";
import { baselineSum } from "./baseline-sum.ts";

/** What a baseline is made of. */
export interface BaselineContent extends Pick<SideFacts, "latency" | "cached"> {
  readonly run: RunLine;
  /** With counts and metrics as they follow from the sample lines. */
  readonly end: EndLine;
  /** In any order; `flags` say what each reply was counted as. */
  samples(): AsyncIterable<BaselineSideLine>;
}

export interface BaselineOptions {
  /** Keep replies, and what was asked, too. */
  readonly replies: boolean;
}

/**
 * Writes a baseline, whole or not at all. The bytes follow from the run alone: not from the order of its lines, the machine or the time.
 * Holds all samples at once.
 *
 * @throws FinegaugeError `run.disk`; what reading the samples throws
 */
export async function writeBaseline(file: string, content: BaselineContent, options: BaselineOptions): Promise<void> {
  await replaceFile(file, await baselineLines(content, options));
}

async function baselineLines(content: BaselineContent, { replies }: BaselineOptions): Promise<string[]> {
  const { end, latency, cached } = content;
  const run = { ...content.run, inputs: replies && content.run.inputs };
  const head = { type: "baseline", format: baselineFormat, run, end, latency, cached };
  const bySample = new Map<number, BaselineSideLine[]>();
  // Labels of another harness may be pieces of a reply; ours are names out of a list.
  const labels = run.derived_from?.by !== "import";
  for await (const line of content.samples()) {
    const kept = replies ? line : withoutReplies(line);
    const before = bySample.get(line.index);
    if (before === undefined) bySample.set(line.index, [kept]);
    else before.push(kept);
  }
  const groups = new Map<string, number>();
  const samples = [...bySample.values()].map((lines) => lines.sort((a, b) => a.attempt - b.attempt)).sort(byContent);
  const lines = [
    text(head),
    ...samples.map((one) => text(sampleOf(one, { groupPath: groupPathOf(run), groups, replies, labels }))),
  ];
  const sum = baselineSum();
  for (const line of lines) sum.add(line.slice(0, -1));
  return [...lines, text({ type: "sum", sha256: sum.digest() })];
}

/** Replies are most of a line, and need not be held until the last one was seen. */
function withoutReplies({ completion, more, input, ideal, choices, answers, ...line }: BaselineSideLine): BaselineSideLine {
  return line;
}

function byContent([a]: BaselineSideLine[], [b]: BaselineSideLine[]): number {
  if (a === undefined || b === undefined) return 0;
  if (a.hashes.item !== b.hashes.item) return a.hashes.item < b.hashes.item ? -1 : 1;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.seq - b.seq;
}

interface Kept {
  readonly groupPath: string | undefined;
  /** Number of each group so far, by its value. */
  readonly groups: Map<string, number>;
  readonly replies: boolean;
  readonly labels: boolean;
}

function sampleOf(lines: readonly BaselineSideLine[], kept: Kept): BaselineSample {
  const [first] = lines as [BaselineSideLine];
  const { item, ideal, prompt } = first.hashes;
  const [attempt, ...further] = lines.map((line, place) => attemptOf(line, place, kept)) as [BaselineAttempt];
  const group = groupOf(first, kept);
  return {
    id: first.id,
    hashes: prompt === item ? [item, ideal] : [item, ideal, prompt],
    ...(group !== undefined && { group }),
    ...(first.leak !== undefined && { leak: first.leak }),
    ...attempt,
    ...(further.length > 0 && { further }),
    ...(kept.replies && { content: contentOf(first) }),
  };
}

function attemptOf(line: BaselineSideLine, place: number, { replies, labels }: Kept): BaselineAttempt {
  const { attempt, seq, scores, error, flags, completion, more } = line;
  return {
    ...(attempt !== place && { attempt }),
    seq,
    ...(scores && { scores: scores.map((score) => tupleOf(score, labels)) }),
    ...(error && { error: error.code }),
    ...(flags && flags.length > 0 && { flags: [...flags] }),
    ...(replies && completion && { completion }),
    ...(replies && more && { outputs: more }),
  };
}

function tupleOf({ name, value, passed, label, unscored }: Score, labels: boolean): BaselineScore {
  if (value === null) return [name, null, unscored?.code ?? null];
  return labels && label !== undefined ? [name, value, passed ?? null, label] : [name, value, passed ?? null];
}

function groupOf(line: BaselineSideLine, { groupPath, groups }: Kept): number | undefined {
  const value = groupPath === undefined ? undefined : valueAt(line, groupPath);
  if (value === undefined || value === null) return undefined;
  const key = typeof value === "string" ? value : canonicalJson(value);
  const known = groups.get(key) ?? groups.size + 1;
  groups.set(key, known);
  return known;
}

function contentOf({ input, ideal, choices, answers, fields, metadata }: BaselineSideLine): BaselineSample["content"] {
  return { input, ideal, choices, answers, fields, metadata };
}

/** One line: the outer keys as they stand, since they say what it is; those inside sorted. */
function text(object: object): string {
  const members = Object.entries(object).filter(([, value]) => value !== undefined);
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`).join(",")}}\n`;
}
