import { createHash } from "node:crypto";
import { collectRun } from "../compare/index.ts";
import type { Completion } from "../core/completion.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { Bag, Json } from "../core/json.ts";
import { toChat } from "../core/prompt.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { runStatus } from "../core/run-status.ts";
import type { Score } from "../core/score.ts";
import { specOf } from "../core/spec-of.ts";
import { rawText } from "../core/think.ts";
import type { StoredRun } from "../runs/index.ts";
import { upstreamClasses } from "../scorers/index.ts";

interface Event {
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}

/** What stands in a log besides the run. */
export interface LogMaking {
  /** Judges are among them. */
  readonly completion_fns?: readonly string[];
  readonly command?: string;
  readonly created_by?: string;
  readonly visible?: boolean;
  /** Told what the final report says. */
  readonly onReport?: (report: Bag) => void;
}

/**
 * A run as openai/evals logs it: spec, events, final report (none for a run that is not complete), each a line with its newline.
 *
 * Verdicts, replies, ideals and tokens go over. What such a log has no place for stays behind: latency, metadata, log-probabilities,
 * what was put around a prompt.
 */
export async function* openaiEvalsLog(
  { file, run, end, samples }: StoredRun,
  making: LogMaking = {},
): AsyncGenerator<string, void, void> {
  const { created_by = "" } = making;
  const spec = specOf(run, file);
  const pairs = run.data.selected * run.attempts;
  const collector = collectRun({ spec, selected: pairs, attempts: run.attempts });
  const run_id = upstreamId(run);
  const created_at = `${new Date(run.started).toISOString().slice(0, 23).replace("T", " ")}000`;
  yield lineOf({ spec: { ...runSpec(run, spec, making), created_by, run_id, created_at } });
  let event_id = 0;
  const grades = new Map<string, number>();
  for await (const line of samples()) {
    collector.observe(line);
    const grade = gradeOf(line, spec);
    if (grade !== undefined) grades.set(grade, (grades.get(grade) ?? 0) + 1);
    for (const { type, data } of eventsOf(line, spec)) {
      yield lineOf({
        run_id,
        event_id: event_id++,
        sample_id: line.id,
        type,
        data,
        created_by,
        created_at: `${created_at}+00:00`,
      });
    }
  }
  if (runStatus(run, end, collector.counts().done) !== "complete") return;
  const final_report = reportOf(collector, grades);
  making.onReport?.(final_report);
  yield lineOf({ final_report, run_id });
}

/** As Python's `json` separates, so that the lines look as they do at home. */
function lineOf(value: unknown): string {
  return `${pythonJson(value)}\n`;
}

function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}: ${pythonJson(one)}`).join(", ")}}`;
}

/** Twelve digits of time and eight of base 32, as upstream makes them; the same for the same run. */
export function upstreamId({ id, started }: RunLine): string {
  const time = new Date(started).toISOString().replace(/\D/g, "").slice(2, 14);
  const digits = [...createHash("sha256").update(id).digest().subarray(0, 8)].map(
    (byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32],
  );
  return `${time}${digits.join("")}`;
}

function runSpec({ completion_fn, data, eval: name }: RunLine, spec: EvalSpec, making: LogMaking): Bag {
  const { completion_fns = [completion_fn], command = "finegauge export --to openai-evals", visible = true } = making;
  return {
    completion_fns,
    eval_name: name,
    base_eval: spec.base,
    split: spec.split,
    run_config: {
      completion_fns,
      eval_spec: { cls: classOf(spec), registry_path: "", args: spec.args, key: name, group: spec.base },
      seed: data.seed,
      max_samples: data.selected < data.samples ? data.selected : null,
      command,
      initial_settings: { visible },
    },
  };
}

/** The dotted class whose verdicts these are; for a rule that upstream does not have, a name that says so. */
function classOf({ class: own, scorer, compat, args, labels }: EvalSpec): string {
  if (compat) return own;
  const dotted = Object.entries(upstreamClasses).find(([, name]) => name === scorer)?.[0];
  const plain = labels === undefined && Object.keys(args).every((name) => name === "max_tokens" || name === "ignore_case");
  return dotted !== undefined && scorer !== "model-graded" && plain && !(scorer === "match" && "ignore_case" in args)
    ? dotted
    : `finegauge:${scorer}`;
}

function* eventsOf(line: SampleLine, spec: EvalSpec): Generator<Event, void, void> {
  const { completion, more = {}, error, scores = [], ideal = [] } = line;
  const prompt = line.input === undefined || line.input === null ? null : toChat(line.input);
  const expected = ideal.length === 1 ? ideal[0] : ideal;
  if (error !== undefined) {
    // Says that this attempt is over, which upstream has no word for: there an error ends the run.
    yield { type: "error", data: { type: error.code, message: error.message, final: true, prompt, expected } };
    return;
  }
  const textOf = (one: Completion) => (spec.compat ? rawText(one) : one.text);
  if (completion !== undefined) {
    const others = Object.values(more)
      .flat()
      .flatMap((one) => ("text" in one ? [one] : []));
    const { served, usage } = completion;
    const sampled = [completion, ...others].map(textOf);
    yield { type: "sampling", data: { prompt, sampled, model: served?.model, usage: usage && usageOf(usage) } };
  }
  for (const { judgements = [] } of scores) {
    for (const { judge, completion: grade } of judgements) {
      yield {
        type: "sampling",
        data: { prompt: null, sampled: [rawText(grade)], model: judge, usage: grade.usage && usageOf(grade.usage) },
      };
    }
  }
  const verdict = scores.find(
    ({ name, value, passed }) => name === "accuracy" && (passed !== undefined || value === 0 || value === 1),
  );
  if (verdict !== undefined) {
    const sampled = completion && textOf(completion);
    const picked = verdict.details?.picked ?? null;
    yield { type: "match", data: { correct: verdict.passed ?? verdict.value === 1, expected, picked, sampled, options: ideal } };
  }
  const rest = scores.filter((score) => score !== verdict);
  const choice = gradeOf(line, spec);
  // An attempt without a verdict says so: else the next one's question would be taken for its second.
  if (verdict === undefined) yield { type: "metrics", data: { ...metricsOf(rest, choice), expected } };
  else if (rest.length > 0) yield { type: "metrics", data: metricsOf(rest, choice) };
}

function metricsOf(scores: readonly Score[], choice: string | undefined): { [name: string]: Json } {
  const metrics: { [name: string]: Json } = Object.create(null);
  for (const { name, value } of scores) metrics[name] = value;
  if (choice !== undefined) metrics.choice = choice;
  return metrics;
}

/** What a judge chose. */
function gradeOf({ scores = [] }: SampleLine, { scorer }: EvalSpec): string | undefined {
  return scores.find(({ name, label }) => label !== undefined && (scorer === "model-graded" || name === "score"))?.label;
}

function usageOf({ input, output }: NonNullable<Completion["usage"]>) {
  return { completion_tokens: output, prompt_tokens: input, total_tokens: input + output };
}

function reportOf(collector: ReturnType<typeof collectRun>, grades: ReadonlyMap<string, number>): Bag {
  const report: { [name: string]: Json } = {};
  for (const [choice, count] of grades) report[`counts/${choice}`] = count;
  for (const { name, value } of collector.metrics()) if (value !== null) report[name] = value;
  const { input, output } = collector.usage().model;
  if (input + output === 0) return report;
  return { ...report, usage_completion_tokens: output, usage_prompt_tokens: input, usage_total_tokens: input + output };
}
