import { valueAt } from "../core/eval-spec.ts";
import { hashJson } from "../core/hash.ts";
import type { Bag, Json } from "../core/json.ts";
import type { LeakKind } from "../core/leakage.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { Sample } from "../core/sample.ts";
import type { Ask } from "../core/score.ts";
import type { Answers } from "./ask-sample.ts";
import { otherReplies } from "./stored-replies.ts";

/** One (sample, attempt) of a run. */
export interface Job {
  readonly seq: number;
  readonly attempt: number;
  readonly sample: Sample;
}

/** What a sample line says about its sample. */
export interface LineSetup {
  /** Prompts, ideals, fields and all metadata. */
  readonly inputs: boolean;
  /** Without them: paths into metadata and fields that slices and groups need. */
  readonly keptPaths: readonly string[];
  /** How a content was found in the training data; absent where nobody looked. */
  readonly leakOf?: ((item: string) => LeakKind | undefined) | undefined;
}

/** The line of a sample that was asked, without its scores. */
export function sampleLine(setup: LineSetup, job: Job, asks: readonly Ask[], { replies, failure }: Answers): SampleLine {
  const { seq, attempt, sample } = job;
  const line: SampleLine = {
    type: "sample",
    id: sample.id,
    attempt,
    seq,
    index: sample.index,
    hashes: { item: sample.hashes.item, ideal: sample.hashes.ideal, prompt: promptHash(asks, sample) },
  };
  if (failure !== undefined) line.error = failure;
  const leak = setup.leakOf?.(sample.hashes.item);
  if (leak !== undefined) line.leak = leak;
  const first = replies[0]?.[0];
  if (first !== undefined && "text" in first) line.completion = first;
  const more = otherReplies(asks, replies);
  if (more !== undefined) line.more = more;
  if (setup.inputs) addInputs(line, sample);
  else if (setup.keptPaths.length > 0) addKept(line, sample, setup.keptPaths);
  return line;
}

/** Of the prompt alone when there is one, so that it does not hang on what the scorer calls its output. */
function promptHash(asks: readonly Ask[], sample: Sample): string {
  const [only] = asks;
  if (only === undefined || asks.length > 1) return hashJson(asks);
  if (!("request" in only)) return hashJson(only.continuations);
  const { prompt } = only.request;
  return prompt === sample.input ? sample.hashes.input : hashJson(prompt);
}

function addInputs(line: SampleLine, sample: Sample): void {
  if (hasKeys(sample.metadata)) line.metadata = sample.metadata as NonNullable<SampleLine["metadata"]>;
  line.input = sample.input as SampleLine["input"];
  line.ideal = sample.ideal as string[];
  if (sample.choices) line.choices = sample.choices as string[];
  if (sample.answers) line.answers = sample.answers as number[];
  if (hasKeys(sample.fields)) line.fields = sample.fields as NonNullable<SampleLine["fields"]>;
}

type MutableBag = { [key: string]: Json };

function addKept(line: SampleLine, sample: Sample, paths: readonly string[]): void {
  const kept: { metadata?: MutableBag; fields?: MutableBag } = {};
  for (const path of paths) {
    const value = valueAt(sample as unknown as Bag, path);
    if (value !== undefined) put(kept as MutableBag, path.split("."), value);
  }
  if (kept.metadata) line.metadata = kept.metadata as NonNullable<SampleLine["metadata"]>;
  if (kept.fields) line.fields = kept.fields as NonNullable<SampleLine["fields"]>;
}

function put(bag: MutableBag, path: readonly string[], value: Json): void {
  let at = bag;
  for (const key of path.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as MutableBag;
  }
  at[path.at(-1) as string] = value;
}

function hasKeys(bag: object): boolean {
  for (const _ in bag) return true;
  return false;
}
