import type { ComparedLeakage, Delta, Finding, LeakageFacts, LeakScores } from "./comparison.ts";
import { change, changeRange, figure, howMany, range, scaleOf, whole } from "./figures.ts";
import type { Metric } from "./metric.ts";

interface Looked extends Pick<LeakageFacts, "leaked" | "kinds"> {
  /** What was looked for. */
  readonly of: number;
  readonly noun?: string;
  /** Where. */
  readonly train: string;
}

/** `12 of 600 samples are in tickets/train.jsonl (9 exact, 3 near)`; the same words in every format. */
export function leakageWords({ leaked, kinds, of, noun = "sample", train }: Looked): string {
  if (leaked === 0) return `none of ${howMany(of, noun)} is in ${train}`;
  return `${whole(leaked)} of ${howMany(of, noun)} ${leaked === 1 ? "is" : "are"} in ${train} (${kindWords(kinds)})`;
}

/** `9 exact, 3 near`, the surest first. */
function kindWords(kinds: LeakageFacts["kinds"]): string {
  return Object.entries(kinds)
    .map(([kind, n]) => `${whole(n)} ${kind}`)
    .join(", ");
}

/** A finding on clean samples alone. */
export const findingWords: { readonly [finding in Finding]: string } = {
  better: "better",
  worse: "worse",
  "not-worse": "not worse by more than the margin",
  unclear: "cannot tell",
};

/** `without the 12 samples that are in the training data`. */
export function withoutLeaks({ leaked }: Pick<ComparedLeakage, "leaked">): string {
  return `without the ${leaked === 1 ? "one sample that is" : `${whole(leaked)} samples that are`} in the training data`;
}

/** What clean and leaked pairs tell, a clause each: `clean: 88.1 % instead of 87.9 %, +0.2 points (−1.4 to +1.8) of 588: cannot tell`. */
export function leakClauses({ clean, dirty }: ComparedLeakage): string[] {
  if (clean === undefined) return [];
  return [
    `clean: ${deltaWords(clean.delta)}: ${findingWords[clean.finding]}`,
    ...(dirty === undefined ? [] : [`leaked: ${deltaWords(dirty)}`]),
  ];
}

function deltaWords({ baseline, candidate, value, interval, n, reason }: Delta): string {
  if (value === null || candidate.value === null || baseline.value === null) return reason ?? "not known";
  const scale = scaleOf([baseline, candidate]);
  const by = `${change(value, scale)}${interval === null ? "" : ` (${changeRange(interval, scale)})`}`;
  return `${figure(candidate.value, scale)} instead of ${figure(baseline.value, scale)}, ${by} of ${whole(n)}`;
}

/** A run's score: `without them 88.1 % (85.2–90.6) of 588, on them 100.0 % (73.5–100.0) of 12`. */
export function leakScoreWords({ clean, leaked }: LeakScores): string {
  return `without them ${scoreWords(clean)}, on them ${scoreWords(leaked)}`;
}

function scoreWords(metric: Metric): string {
  const { value, interval, n, reason } = metric;
  if (value === null) return reason ?? "nothing";
  const scale = scaleOf([metric]);
  return `${figure(value, scale)}${interval === null ? "" : ` (${range(interval, scale)})`} of ${whole(n)}`;
}
