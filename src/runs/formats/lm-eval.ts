import { closeSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import { type Bag, isBag } from "../../core/json.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { openRun } from "../whole-lines.ts";
import { storedRun } from "./foreign-run.ts";
import { type DocIndex, filteredAt, indexDocs } from "./lm-eval-index.ts";
import { lmEvalLine, type MetricNames, metricNames } from "./lm-eval-sample.ts";
import type { ImportedLog, LogReader } from "./log-format.ts";
import { bagAt, modelName, numberAt, sensibleSampling, textAt, timeOf, wholeAt } from "./log-values.ts";
import { parsePythonJson } from "./python-json.ts";

/**
 * Logs of lm-evaluation-harness: `samples_<task>_<time>.jsonl`, one for each task of a run, beside `results_<time>.json`, which has model,
 * settings and totals. A results file stands for the samples files beside it.
 */
export const lmEval: LogReader = {
  async open(file) {
    if (!isResults(file)) return openSamples(file);
    const parts = partsOf(file);
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return openSamples(only);
    throw only === undefined ? totalsOnly(file) : severalTasks(file, parts);
  },
  parts: (file) => {
    const parts = isResults(file) ? partsOf(file) : [file];
    if (parts.length === 0) throw totalsOnly(file);
    return parts;
  },
};

/** `samples_<task>_<time>.jsonl`, as lm-evaluation-harness calls them. */
const samplesName = /^samples_(?<task>.+)_(?<time>\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl?$/;
const resultsName = /^(?<stem>.+)_(?<time>\d{4}-\d\d-\d\dT[\d.-]+)\.json$/;

function isResults(file: string): boolean {
  return file.endsWith(".json") && !basename(file).startsWith("samples_");
}

function partsOf(file: string): string[] {
  const time = resultsName.exec(basename(file))?.groups?.time;
  return readdirSync(dirname(file))
    .filter((name) => time !== undefined && samplesName.exec(name)?.groups?.time === time)
    .sort()
    .map((name) => join(dirname(file), name));
}

/** The results file of the same time; empty when there is none, or when it cannot be read. */
function resultsFor(file: string, time: string | undefined): Bag {
  if (time === undefined) return {};
  const name = readdirSync(dirname(file)).find((one) => !samplesName.test(one) && resultsName.exec(one)?.groups?.time === time);
  if (name === undefined) return {};
  try {
    const value = parsePythonJson(readFileSync(join(dirname(file), name), "utf8"));
    return isBag(value) ? value : {};
  } catch {
    return {};
  }
}

function openSamples(file: string): Promise<ImportedLog> {
  const { task = basename(file).replace(/\.jsonl?$/, ""), time } = samplesName.exec(basename(file))?.groups ?? {};
  const results = resultsFor(file, time);
  const known = Object.keys(results).length > 0;
  const config = bagAt(results, "config");
  const taskConfig = bagAt(bagAt(results, "configs"), task);
  const index = indexDocs(file);
  const names = metricNames(index.metrics);
  const [primary] = index.metrics;
  const better = bagAt(bagAt(results, "higher_is_better"), task);
  const counts = bagAt(bagAt(results, "n-samples"), task);
  const model = modelOf(results, file);
  const started = startOf(results, time);
  const seconds = Number(results.total_evaluation_time_seconds);
  const scorer = `lm_eval/${task}`;
  return storedRun({
    file,
    tool: ["lm_eval", textAt(results, "lm_eval_version")].filter((part) => part !== undefined).join(" "),
    id: [model, time ?? "", hashJson(index.docs.map(({ id }) => id))].join(" "),
    started,
    eval: task,
    class: scorer,
    scorer,
    compat: false,
    args: {},
    ...([...names.values()].includes("accuracy") ? {} : { higherIsBetter: better[primary?.metric ?? ""] !== false }),
    scorers: [
      { name: task, hash: hashJson({ task, version: bagAt(results, "versions")[task] ?? null, metrics: [...names.keys()] }) },
    ],
    completionFn: model,
    model: { fn: "lm_eval", model },
    sampling: samplingOf({ ...bagAt(taskConfig, "generation_kwargs"), ...bagAt(config, "gen_kwargs") }),
    seed: wholeAt(config, "random_seed") ?? 0,
    samples: Math.min(wholeAt(counts, "original") ?? 0, 2 ** 31),
    selected: Math.max(index.docs.length, Math.min(wholeAt(counts, "effective") ?? 0, 2 ** 31)),
    attempts: 1,
    ids: "line",
    inputs: true,
    // Samples are written when all of them are done.
    status: "complete",
    ended: started + (seconds > 0 && seconds < 1e9 ? seconds * 1000 : 0),
    notes: [
      ...index.notes,
      ...(known ? [] : ["there is no results file beside it: the model's name is its folder's, settings are not known"]),
      ...(index.withoutNumber.length > 0
        ? [`left out: ${index.withoutNumber.join(", ")}, which have no number for each sample`]
        : []),
      "not in such a log: tokens, latency, why a reply ended; not taken over: prompts (their hashes are), likelihoods of choices",
    ],
    lines: () => linesOf(file, index, names),
  });
}

function* linesOf(file: string, index: DocIndex, names: MetricNames): Generator<SampleLine, void, void> {
  const fd = openRun(file);
  try {
    for (let seq = 0; seq < index.docs.length; seq++) {
      const { id, owner, index: at } = index.docs[seq] as DocIndex["docs"][number];
      yield lmEvalLine({ id, attempt: 0, seq, index: at }, filteredAt(fd, index.spans, owner), names);
    }
  } finally {
    closeSync(fd);
  }
}

function modelOf(results: Bag, file: string): string {
  const config = bagAt(results, "config");
  const args = config.model_args;
  const named = isBag(args)
    ? (textAt(args, "pretrained") ?? textAt(args, "model"))
    : /\b(?:pretrained|model)=([^,]+)/.exec(String(args))?.[1];
  return modelName(
    textAt(results, "model_name") || named || textAt(config, "model") || basename(dirname(resolve(file))) || "unknown",
  );
}

/** Seconds since 1970 in the results, else the time in the file's name, whose colons are dashes. */
function startOf(results: Bag, time: string | undefined): number {
  const seconds = numberAt(results, "date");
  if (seconds !== undefined && seconds > 0 && seconds < 1e11) return Math.round(seconds * 1000);
  return timeOf(time?.replace(/T(\d\d)-(\d\d)-(\d\d)/, "T$1:$2:$3")) ?? 0;
}

function samplingOf(given: Bag) {
  const { temperature, top_p, until, max_gen_toks } = given;
  return sensibleSampling({ temperature, top_p, stop: until, max_tokens: max_gen_toks });
}

function totalsOnly(file: string): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} has totals only: no samples file of the same time lies beside it`, {
    where: { file },
    hint: "lm_eval writes samples under --log_samples",
  });
}

function severalTasks(file: string, parts: readonly string[]): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} stands for ${parts.length} tasks, and one run is one task`, {
    where: { file },
    hint: `name one of them: ${parts
      .slice(0, 5)
      .map((part) => basename(part))
      .join(", ")}${parts.length > 5 ? ", …" : ""}`,
  });
}
