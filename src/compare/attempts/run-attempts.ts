import type { Metric } from "../../core/metric.ts";
import { clustersOf, estimate } from "../estimate.ts";
import type { Pages } from "../pages.ts";
import { attemptColumns } from "./attempt-columns.ts";

export interface RunAttempts {
  /** Those that have a line, in order. */
  readonly seqs: Uint32Array;
  /** Those among them that were scored. */
  readonly scored: Uint32Array;
  /** By seq: what the deciding score says. */
  readonly values: Pages;
  /** By seq: what each reply said. */
  readonly answers: Pages;
  /** By seq: whose attempt it is; not 0. */
  readonly samples: Pages;
  readonly groups: Pages | undefined;
  /** Made at each sample. */
  readonly attempts: number;
  readonly better: Metric["better"];
}

/** What several attempts give together, each a mean over samples; nothing where scores are no verdicts. */
export function runAttempts(run: RunAttempts): Metric[] {
  const { seqs, scored, samples, groups } = run;
  const verdicts = Float64Array.from(scored, (seq) => run.values.get(seq));
  if (scored.length === 0 || verdicts.some((value) => value !== 0 && value !== 1)) return [];
  const whose = scored.map((seq) => samples.get(seq));
  const answers = scored.map((seq) => run.answers.get(seq));
  const columns = attemptColumns({ attempts: run.attempts, verdicts, answers, samples: whose });
  const all = clustersOf(seqs.map((seq) => samples.get(seq))).count;
  const seen = new Set<number>();
  const firsts = scored.filter((_, at) => {
    const isFirst = !seen.has(whose[at] as number);
    seen.add(whose[at] as number);
    return isFirst;
  });
  return [...columns].map(([name, column]) => {
    const has = (_: number, sample: number) => !Number.isNaN(column[sample] as number);
    const values = column.filter(has);
    const found = estimate({ values, groups: groups && firsts.filter(has).map((seq) => groups.get(seq)), unitRange: true });
    return { name, ...found, n: values.length, errors: 0, unscored: all - values.length, better: run.better, unit: "1" };
  });
}
