import { clustersOf } from "../estimate.ts";
import { attemptMetrics, type SampleAttempts } from "./attempt-metrics.ts";

/** The attempts of a run that were scored, in issue order. */
export interface ScoredAttempts {
  /** Made at each sample. */
  readonly attempts: number;
  /** 1 right, 0 wrong. */
  readonly verdicts: ArrayLike<number>;
  readonly answers: ArrayLike<number>;
  /** Whose attempt each is; not 0. */
  readonly samples: Uint32Array;
}

/** By metric: one number for each sample, in order of first appearance; NaN where it has none. */
export function attemptColumns({ attempts, verdicts, answers, samples }: ScoredAttempts): Map<string, Float64Array> {
  const { of, count } = clustersOf(samples);
  const starts = new Uint32Array(count + 1);
  for (const sample of of) starts[sample + 1] = (starts[sample + 1] as number) + 1;
  for (let sample = 0; sample < count; sample++) starts[sample + 1] = (starts[sample + 1] as number) + (starts[sample] as number);
  const next = starts.slice();
  const sorted = { verdicts: new Uint8Array(of.length), answers: new Uint32Array(of.length) };
  for (let at = 0; at < of.length; at++) {
    const to = next[of[at] as number] as number;
    next[of[at] as number] = to + 1;
    sorted.verdicts[to] = verdicts[at] as number;
    sorted.answers[to] = answers[at] as number;
  }
  const sampleAt = (sample: number): SampleAttempts => ({
    ...sorted,
    from: starts[sample] as number,
    to: starts[sample + 1] as number,
  });
  return new Map(
    attemptMetrics(attempts).map((metric) => [
      metric.name,
      Float64Array.from({ length: count }, (_, sample) => metric.of(sampleAt(sample))),
    ]),
  );
}
