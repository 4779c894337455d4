import type { Metric } from "../core/metric.ts";
import type { Counts } from "../core/run-line.ts";
import { openaiBootstrapStd } from "../stats/bootstrap-std.ts";
import { runAttempts } from "./attempts/run-attempts.ts";
import { calibrationMetrics } from "./calibration-metrics.ts";
import { estimate, type Rows, type Values } from "./estimate.ts";
import type { RunLabels } from "./labels/run-labels.ts";
import type { MadeMetrics } from "./made-metrics.ts";
import type { Pages } from "./pages.ts";
import { type CountedFlag, countedFlags, flag, flagOf } from "./reply-flags.ts";
import { isBounded, scoreFacts } from "./score-facts.ts";
import type { ScoreFamilies, ScoreFamily } from "./score-families.ts";
import type { ValueIds } from "./value-ids.ts";

/** What is remembered of a run, by seq. */
export interface RunStore {
  readonly selected: number;
  readonly lowerIsBetter: boolean;
  readonly flags: Pages;
  readonly families: ScoreFamilies;
  /** Index of the sample, plus 1; only when there are several attempts. */
  readonly samples: Pages | undefined;
  readonly groups: ValueIds | undefined;
  /** What several attempts at each sample said; absent when there is one each. */
  readonly attempts: { readonly each: number; readonly answers: Pages } | undefined;
  /** Of an eval that has labels. */
  readonly labels: RunLabels | undefined;
  /** The eval's own metrics. */
  readonly expressions: MadeMetrics | undefined;
}

/** The seqs that have a line, in order. */
export function doneSeqs({ flags }: RunStore): Uint32Array {
  let n = 0;
  flags.forEach((value) => {
    if ((value & flag.done) !== 0) n++;
  });
  const seqs = new Uint32Array(n);
  let at = 0;
  flags.forEach((value, seq) => {
    if ((value & flag.done) !== 0) seqs[at++] = seq;
  });
  return seqs;
}

export function countRun(store: RunStore): Counts {
  const counts = { errors: 0, filtered: 0, cut_off: 0, empty: 0, refused: 0, invalid_label: 0 };
  const values = store.families.primary()?.values;
  let [done, unscored, prefix] = [0, 0, 0];
  store.flags.forEach((flags, seq) => {
    if ((flags & flag.done) === 0) return;
    if (prefix === seq) prefix++;
    done++;
    for (const name of countedFlags) if ((flags & flagOf[name]) !== 0) counts[name]++;
    if ((flags & flag.error) === 0 && (values === undefined || Number.isNaN(values.get(seq)))) unscored++;
  });
  return { selected: store.selected, done, unscored, ...counts, prefix };
}

/** Every metric of a run: the primary score, the others, those made of them, upstream's spread, and the six counts as shares. */
export function measureRun(store: RunStore): Metric[] {
  const seqs = doneSeqs(store);
  const primary = store.families.primary();
  const metrics = [scoreMetric(store, primary, seqs)];
  for (const family of store.families.all()) if (family !== primary) metrics.push(scoreMetric(store, family, seqs));
  metrics.push(...madeMetrics(store, seqs));
  if (primary?.name === "accuracy") {
    metrics.push(...spreadMetrics(metrics[0] as Metric, rowsOf(store, primary, seqs)), ...attemptsMetrics(store, primary, seqs));
  }
  return [...metrics, ...countedFlags.map((name) => rateMetric(store, name, seqs))];
}

/** One score's mean over some samples. */
export function scoreMetric(store: RunStore, family: ScoreFamily | undefined, seqs: Uint32Array): Metric {
  let errors = 0;
  for (const seq of seqs) if ((store.flags.get(seq) & flag.error) !== 0) errors++;
  const rows = family === undefined ? undefined : rowsOf(store, family, seqs);
  const found = estimate(rows ?? { values: new Float64Array(0), unitRange: true });
  const n = rows?.values.length ?? 0;
  const reason = n === 0 ? family?.unscored?.why : undefined;
  return {
    name: family?.name ?? "accuracy",
    ...withGroupReason(found, store, rows),
    ...(reason !== undefined && { reason }),
    n,
    errors,
    unscored: seqs.length - errors - n,
    ...scoreFacts(family?.name ?? "accuracy", store.lowerIsBetter),
  };
}

/** What is no mean over samples: the eval's own metrics, what probabilities are worth, and how well labels are told apart. */
function madeMetrics(store: RunStore, seqs: Uint32Array): Metric[] {
  const { expressions, families, lowerIsBetter } = store;
  const replied = seqs.filter((seq) => (store.flags.get(seq) & flag.error) === 0);
  const errors = seqs.length - replied.length;
  const parts = { seqs: replied, families: families.all(), samples: store.samples, groups: store.groups?.ids };
  const made = expressions?.measure(parts, lowerIsBetter) ?? [];
  const calibrated = calibrationMetrics(families.all(), replied, (scored) => dependence(store, scored));
  const labelled = store.labels?.measure(replied, store.groups?.ids ?? store.samples, errors) ?? [];
  return [...[...made, ...calibrated].map((metric) => ({ ...metric, errors })), ...labelled];
}

/** A count as a share of the samples that were asked. */
function rateMetric(store: RunStore, name: CountedFlag, seqs: Uint32Array): Metric {
  const values = new Uint8Array(seqs.length);
  for (let i = 0; i < seqs.length; i++) values[i] = (store.flags.get(seqs[i] as number) & flagOf[name]) !== 0 ? 1 : 0;
  const rows = { values, ...dependence(store, seqs), unitRange: true };
  return { name, ...estimate(rows), n: seqs.length, errors: 0, unscored: 0, better: "lower", unit: "1" };
}

/** What openai/evals reports beside accuracy, under both of its spellings. */
function spreadMetrics(accuracy: Metric, { values }: Rows): Metric[] {
  let right = 0;
  let verdicts = true;
  for (const value of values) {
    right += value;
    verdicts &&= value === 0 || value === 1;
  }
  const value = verdicts ? openaiBootstrapStd(right, values.length) : null;
  const reason = value !== null ? undefined : verdicts ? "fewer than two verdicts" : "not all scores are 0 or 1";
  const metric = { ...accuracy, value, se: null, interval: null, groups: null, better: null, reason };
  return ["boostrap_std", "bootstrap_std"].map((name) => ({ ...metric, name }));
}

function attemptsMetrics(store: RunStore, { values }: ScoreFamily, seqs: Uint32Array): Metric[] {
  const { samples, attempts, groups, lowerIsBetter } = store;
  if (samples === undefined || attempts === undefined) return [];
  const scored = seqs.filter((seq) => (store.flags.get(seq) & flag.error) === 0 && !Number.isNaN(values.get(seq)));
  const { each, answers } = attempts;
  const better = lowerIsBetter ? "lower" : "higher";
  return runAttempts({ seqs, scored, values, answers, samples, groups: groups?.ids, attempts: each, better });
}

function rowsOf(store: RunStore, family: ScoreFamily, seqs: Uint32Array): Rows {
  const dependent = store.samples !== undefined || store.groups !== undefined;
  const scored = new Uint32Array(dependent ? seqs.length : 0);
  let values: Values = new Uint8Array(seqs.length);
  let n = 0;
  for (const seq of seqs) {
    const value = family.values.get(seq);
    if ((store.flags.get(seq) & flag.error) !== 0 || Number.isNaN(value)) continue;
    if (value !== 0 && value !== 1 && values instanceof Uint8Array) values = Float64Array.from(values);
    if (dependent) scored[n] = seq;
    values[n++] = value;
  }
  const kept = values.subarray(0, n);
  return { values: kept, ...dependence(store, scored.subarray(0, n)), unitRange: isBounded(family.name, kept) };
}

function dependence({ samples, groups }: RunStore, seqs: Uint32Array): Pick<Rows, "samples" | "groups"> {
  return {
    samples: samples && seqs.map((seq) => samples.get(seq)),
    groups: groups && seqs.map((seq) => groups.ids.get(seq)),
  };
}

/** Samples without a group are taken as independent, which must not go unsaid. */
function withGroupReason<Found extends { reason?: string | undefined }>(found: Found, store: RunStore, rows?: Rows): Found {
  if (store.groups === undefined || rows?.groups === undefined) return found;
  const missing = rows.groups.reduce((n, id) => n + (id === 0 ? 1 : 0), 0);
  if (missing === 0) return found;
  const said = `${missing} of ${rows.groups.length} without ${store.groups.path}, each taken as a group of its own`;
  return { ...found, reason: found.reason === undefined ? said : `${found.reason}; ${said}` };
}
