import { age, duration, fileSize, howMany, moment, whole } from "../core/figures.ts";
import { leakageWords } from "../core/leakage-words.ts";
import type { Leakage, PageRun, Spent } from "../page/index.ts";
import type { Seen } from "./line-up.ts";
import { statusOf } from "./outcome.ts";
import type { ReportRun } from "./report.ts";

/** A run's numbers and where they come from. */
export function pageRun(one: ReportRun, place: { eval: number; column: number }, seen: Seen | undefined): PageRun {
  const { run, end, counts, metrics, slices, latency, leakage, judge_calibration } = one;
  return {
    id: run.id,
    ...place,
    started: run.started,
    status: statusOf(one),
    ...(end?.reason !== undefined && { reason: end.reason }),
    ...(end !== undefined && { wall_ms: end.wall_ms }),
    ...(end?.cost.model !== undefined && { cost: end.cost.model }),
    counts,
    metrics,
    slices: slices.filter(({ values }) => values.length > 0).map(({ path, values }) => ({ path, values })),
    ...(latency !== null && { latency }),
    ...(seen?.confusion && { confusion: seen.confusion }),
    ...(seen?.calibration && { calibration: seen.calibration }),
    ...(seen?.judging && { judging: seen.judging }),
    ...(judge_calibration && { judge_calibration }),
    ...(leakage && leakage.leaked > 0 && { leakage }),
    spent: spent(one, seen?.passed ?? 0),
    provenance: provenance(one, seen?.adjusted ?? []),
    command: command(one),
  };
}

function spent({ end }: ReportRun, right: number): Spent {
  if (end === undefined) return { right };
  const { usage, cost } = end;
  // Nobody takes a reply without a single token: nothing was counted.
  const counted = usage.model.input + usage.model.output > 0;
  return {
    right,
    ...(counted && { tokens_in: usage.model.input, tokens_out: usage.model.output }),
    ...(cost.model !== undefined && { model_cost: cost.model }),
    ...(cost.judge !== undefined && { judge_cost: cost.judge }),
  };
}

function provenance({ run, end, latency, leakage }: ReportRun, adjusted: readonly string[]): PageRun["provenance"] {
  const { model, data } = run;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Run", run.id],
    ["Started", moment(run.started)],
    ["Finished", end && `${moment(end.at)}, after ${duration(end.wall_ms)} of work`],
    ["Derived from", run.derived_from && `${run.derived_from.run} by ${run.derived_from.by}`],
    ["Eval", run.eval],
    ["Eval spec hash", run.spec_hash],
    ["Data hash", data.hash],
    ["Samples", `${whole(data.selected)} of ${whole(data.samples)}${run.attempts > 1 ? `, ${run.attempts} attempts each` : ""}`],
    ["Order, seed", `${data.order}, ${data.seed}`],
    ["Training data", leakage && trainingText(leakage)],
    ["Scorers", run.scorers.map(({ name, hash }) => `${name} ${hash}`).join(", ")],
    ["Judges", run.judges.map((judge) => `${judge.fn} ${judge.model}`).join(", ")],
    ["Model asked for", `${model.model} (${model.fn})`],
    ["Model file SHA-256", model.file_sha256],
    ["Chat template SHA-256", model.template_sha256],
    ["Quantisation", model.quantisation],
    ["Size", run.capabilities.size_bytes === undefined ? undefined : fileSize(run.capabilities.size_bytes)],
    ["Adapters", model.adapters?.join(", ")],
    ["Wrapping hash", model.wrap_hash],
    ["Endpoint hash", model.endpoint_hash],
    ["Build", model.build],
    ["Answered by", end?.served.map(servedBy).join("; ")],
    ["Sampling sent", samplingText(run.sampling)],
    ["Adjusted parameters", adjusted.join("; ")],
    ["Concurrency", concurrencyText(run, end)],
    [
      "Latency",
      latency
        ? `median ${duration(latency.p50)}, 95th percentile ${duration(latency.p95)}, longest ${duration(latency.max)}`
        : undefined,
    ],
    ["From the response cache", cachedText(run, end)],
    ["Tokens", end && `${whole(end.usage.model.input)} in, ${whole(end.usage.model.output)} out`],
    ["Cost", end?.cost.model === undefined ? undefined : `$${end.cost.model.toFixed(4)}${run.prices ? ` by ${run.prices}` : ""}`],
    ["Judges' cost", end?.cost.judge === undefined ? undefined : `$${end.cost.judge.toFixed(4)}`],
    ["Tool", run.tool],
  ];
  return facts.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value] as const]));
}

function trainingText({ samples, train_rows: rows, ...leakage }: Leakage): string {
  return `${leakageWords({ ...leakage, of: samples })}, which has ${howMany(rows, "row")}`;
}

function cachedText(run: ReportRun["run"], end: ReportRun["end"]): string | undefined {
  if (end?.cached === undefined) return undefined;
  const { replies, grades, oldest } = end.cached;
  const old = oldest === undefined ? "" : `, the oldest ${age(Date.parse(run.started) - Date.parse(oldest))} old when it ran`;
  const judged = grades > 0 ? ` and ${whole(grades)} grades` : "";
  return `${whole(replies)} replies${judged}${old}: not in latency and cost`;
}

function servedBy({ model, fingerprint, build, n }: NonNullable<ReportRun["end"]>["served"][number]): string {
  const name = [model, fingerprint, build].filter((part) => part !== undefined).join(" ");
  return `${name === "" ? "unnamed" : name}, ${whole(n)} times`;
}

function samplingText(sampling: ReportRun["run"]["sampling"]): string {
  const sent = Object.entries(sampling).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return sent.length === 0 ? "the provider's defaults" : sent.join(", ");
}

function command({ run }: ReportRun): string {
  const { data, attempts, inputs } = run;
  return [
    "finegauge run",
    shellWord(run.completion_fn),
    shellWord(run.eval),
    ...(data.order === "shuffle" ? [] : [`--order ${shellWord(data.order)}`]),
    ...samplingFlags(run),
    `--seed ${data.seed}`,
    ...(data.selected < data.samples ? [`--max-samples ${data.selected}`] : []),
    ...(attempts > 1 ? [`--attempts ${attempts}`] : []),
    ...(inputs ? [] : ["--no-inputs"]),
  ].join(" ");
}

/** What was asked for beyond the eval's own sampling. */
function samplingFlags({ sampling, spec }: ReportRun["run"]): string[] {
  const own = (spec.sampling ?? {}) as ReportRun["run"]["sampling"];
  const flags = { temperature: "--temperature", top_p: "--top-p", max_tokens: "--max-tokens" } as const;
  const names = Object.keys(flags) as (keyof typeof flags)[];
  return names.flatMap((name) =>
    sampling[name] === undefined || sampling[name] === own[name] ? [] : [`${flags[name]} ${sampling[name]}`],
  );
}

// The reader will paste this into a shell, and a run file may come from somebody else.
function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function concurrencyText({ concurrency }: ReportRun["run"], end: ReportRun["end"]): string {
  const { start = concurrency, least = start, most = start, last = start, refused = 0 } = end?.width ?? {};
  const found = least === most ? "" : `, adapted between ${least} and ${most}, ${last} at the end`;
  return `${start}${found}${refused === 0 ? "" : `; ${howMany(refused, "request")} refused`}`;
}
