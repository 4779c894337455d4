import type { Sampling } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import { type Bag, isBag } from "../../core/json.ts";
import type { EndLine, RunLine, SampleLine } from "../../core/run-line.ts";
import { storedRun } from "./foreign-run.ts";
import { inspectLine, type SampleManner } from "./inspect-sample.ts";
import { type ScoreNames, scoreNames } from "./inspect-scores.ts";
import type { ImportedLog } from "./log-format.ts";
import { bagAt, modelName, sensibleSampling, textAt, timeOf, wholeAt } from "./log-values.ts";

/** A log of Inspect, however it is packed. */
export interface InspectParts {
  readonly file: string;
  /** `version`, `status`, `eval`, `plan`, `results`, `stats`, `error`, as far as they are there. */
  readonly header: Bag;
  readonly samples: readonly SampleRef[];
  /** Opens what samples are read from, for one walk. */
  walk<T>(use: (read: (sample: SampleRef) => Promise<Bag>) => AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void>;
}

/** Where a sample is, and whose it is. */
export interface SampleRef {
  readonly id: string;
  /** From 1. */
  readonly epoch: number;
  /** What the packing finds it by. */
  readonly at: number;
}

/** The version of Inspect's logs that is read here; older ones are too. */
const newestVersion = 2;

/** @throws FinegaugeError `run.format-newer` */
export async function inspectLog(parts: InspectParts): Promise<ImportedLog> {
  const { file, header } = parts;
  const version = wholeAt(header, "version") ?? newestVersion;
  if (version > newestVersion) {
    throw new FinegaugeError(
      "run.format-newer",
      `${file} is an Inspect log of version ${version}; up to ${newestVersion} are read`,
      {
        where: { file },
        hint: "update finegauge, or let Inspect convert the log",
      },
    );
  }
  const [spec, results, stats] = [bagAt(header, "eval"), bagAt(header, "results"), bagAt(header, "stats")];
  const config = bagAt(spec, "config");
  const dataset = bagAt(spec, "dataset");
  const order = orderOf(parts.samples, dataset);
  const attempts = parts.samples.reduce((most, { epoch }) => Math.max(most, epoch), wholeAt(config, "epochs") ?? 1);
  const model = textAt(spec, "model") ?? "unknown";
  const names = scoreNames({ eval: spec, results }, await firstScored(parts));
  const manner: SampleManner = { names, model };
  const started = timeOf(stats.started_at) ?? timeOf(spec.created) ?? 0;
  const scorer = `inspect_ai/${names.accuracy ?? names.expected[0] ?? "none"}`;
  const planned = Math.ceil((wholeAt(results, "total_samples") ?? 0) / attempts);
  const listed = Array.isArray(dataset.sample_ids) ? dataset.sample_ids.length : 0;
  const selected = Math.max(order.ids.length, listed, planned * attempts < 2 ** 31 ? planned : 0);
  const status = statuses[textAt(header, "status") ?? ""];
  const packages = textAt(bagAt(spec, "packages"), "inspect_ai");
  return storedRun({
    file,
    tool: packages === undefined ? "inspect_ai" : `inspect_ai ${packages}`,
    id: textAt(spec, "eval_id") || [textAt(spec, "run_id"), textAt(spec, "task_id")].join("/"),
    started,
    eval: textAt(spec, "task") ?? "unknown",
    class: scorer,
    scorer,
    compat: false,
    args: {},
    scorers: scorersOf(spec, names),
    completionFn: modelName(model),
    model: { fn: "inspect_ai", model: modelName(model) },
    sampling: samplingOf({ ...bagAt(spec, "model_generate_config"), ...bagAt(bagAt(header, "plan"), "config") }),
    seed: 0,
    samples: Math.min(wholeAt(dataset, "samples") ?? 0, 2 ** 31),
    selected,
    attempts,
    ids: "given",
    inputs: true,
    status,
    ...(status === "failed" && { reason: "log.error" }),
    ended: timeOf(stats.completed_at) ?? started,
    notes: [
      ...(status === undefined ? ["the log says no end: the run was cut off, or still goes on"] : []),
      ...(parts.samples.length === 0 ? ["the log has no samples"] : []),
      "not taken over: events, stores, sandboxes, judges' replies, all replies of a conversation but the last",
    ],
    lines: () => linesOf(parts, order, attempts, manner),
  });
}

const statuses: { readonly [status: string]: EndLine["status"] | undefined } = {
  __proto__: null as never,
  success: "complete",
  cancelled: "stopped",
  error: "failed",
};

function linesOf(
  parts: InspectParts,
  order: Order,
  attempts: number,
  manner: SampleManner,
): AsyncGenerator<SampleLine, void, void> {
  return parts.walk(async function* (read) {
    for (const ref of order.samples) {
      const index = order.places.get(ref.id) as number;
      const attempt = ref.epoch - 1;
      yield inspectLine({ id: ref.id, attempt, seq: index * attempts + attempt, index }, await read(ref), manner);
    }
  });
}

interface Order {
  readonly ids: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  /** By place and epoch. */
  readonly samples: readonly SampleRef[];
}

/** The order of the dataset where the log has it, else by id, numbers by their size: the packing keeps none. */
function orderOf(samples: readonly SampleRef[], dataset: Bag): Order {
  const listed = new Map((Array.isArray(dataset.sample_ids) ? dataset.sample_ids : []).map((id, at) => [String(id), at]));
  const rank = (id: string) => listed.get(id) ?? Number.POSITIVE_INFINITY;
  const ids = [...new Set(samples.map(({ id }) => id))].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x === y ? byId(a, b) : x - y;
  });
  const places = new Map(ids.map((id, at) => [id, at]));
  const byPlace = (a: SampleRef, b: SampleRef) =>
    (places.get(a.id) as number) - (places.get(b.id) as number) || a.epoch - b.epoch;
  return { ids, places, samples: [...samples].sort(byPlace) };
}

const digits = /^\d{1,15}$/;

function byId(a: string, b: string): number {
  if (digits.test(a) && digits.test(b)) return Number(a) - Number(b) || (a < b ? -1 : 1);
  if (digits.test(a) !== digits.test(b)) return digits.test(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first sample that has scores: what it says tells a verdict from a number where the header does not. */
async function firstScored(parts: InspectParts): Promise<Bag | undefined> {
  const walk = parts.walk(async function* (read) {
    for (const ref of parts.samples) {
      const sample = await read(ref);
      if (isBag(sample.score) || Object.keys(bagAt(sample, "scores")).length > 0) yield sample;
    }
  });
  for await (const sample of walk) return sample;
  return undefined;
}

function scorersOf(spec: Bag, names: ScoreNames): RunLine["scorers"] {
  const planned = Array.isArray(spec.scorers) ? spec.scorers.filter(isBag) : [];
  return names.expected.map((name) => {
    const options = planned.find((scorer) => scorer.name === name)?.options ?? null;
    return { name, hash: hashJson({ inspect_ai: name, options }) };
  });
}

/** What the log says of sampling, field by field, as far as it makes sense. */
function samplingOf(config: Bag): Sampling {
  const fields = {
    temperature: config.temperature,
    top_p: config.top_p,
    max_tokens: config.max_tokens,
    seed: config.seed,
    stop: config.stop_seqs,
  };
  return sensibleSampling(fields);
}

/** Id and epoch of a sample as they are written in it. */
export function sampleRef(sample: Bag, at: number): SampleRef {
  const { id } = sample;
  const epoch = wholeAt(sample, "epoch") ?? 1;
  return { id: typeof id === "string" || typeof id === "number" ? String(id) : `sample-${at}`, epoch: knownEpoch(epoch), at };
}

/** A made-up number of epochs must not make room for as many attempts. */
export function knownEpoch(epoch: number): number {
  return epoch >= 1 && epoch <= 100_000 ? epoch : 1;
}
