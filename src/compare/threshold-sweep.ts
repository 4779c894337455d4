import { seedFrom } from "../core/random.ts";
import { type Estimate, estimate } from "./estimate.ts";

/** An answer whose probability decides whether it counts. */
export interface SureAnswer {
  /** What belongs together, and so into one half: a group, or a question. */
  readonly key: string;
  readonly probability: number;
  /** It may be named at all. */
  readonly named: boolean;
  /** It may be named, and is right. */
  readonly hit: boolean;
  /** There is something to name. */
  readonly nameable: boolean;
}

/** What a threshold makes of some answers. */
export interface SweepStep {
  readonly threshold: number;
  readonly n: number;
  readonly named: number;
  readonly hits: number;
  readonly nameable: number;
  /** Share of right ones among those named, and of those named rightly among what there is to name; null of none. */
  readonly precision: number | null;
  readonly recall: number | null;
  /** Their harmonic mean; 0 where nothing was named rightly. */
  readonly f1: number;
}

export interface Sweep {
  /** On the first half. */
  readonly steps: readonly SweepStep[];
  /** The one of them that was chosen. */
  readonly chosen: SweepStep;
  /** The same threshold on the other half, which had no part in the choice. */
  readonly held: SweepStep & { readonly intervals: { readonly precision: Estimate; readonly recall: Estimate } };
}

/** 0.05, 0.1, … 0.95. */
const thresholds = Array.from({ length: 19 }, (_, at) => (at + 1) / 20);

/**
 * The threshold with the best F1 on one half of the answers, the lowest of equal ones, and what it is worth on the other half: on the half
 * that it was chosen on, it would look better than it is.
 *
 * @returns undefined when a half is empty
 */
export function sweepThreshold(answers: readonly SureAnswer[], seed: number): Sweep | undefined {
  const halves: [SureAnswer[], SureAnswer[]] = [[], []];
  for (const answer of answers) halves[halfOf(answer.key, seed)].push(answer);
  const [first, second] = halves;
  if (first.length === 0 || second.length === 0) return undefined;
  const steps = thresholds.map((threshold) => stepOf(first, threshold));
  const chosen = steps.reduce((best, step) => (step.f1 > best.f1 ? step : best));
  return { steps, chosen, held: { ...stepOf(second, chosen.threshold), intervals: intervalsOf(second, chosen.threshold) } };
}

/** Which half of a run something belongs to: 0 is chosen on, 1 is told of. */
export function halfOf(key: string, seed: number): 0 | 1 {
  return (seedFrom(`half:${seed}:${key}`) & 1) === 0 ? 0 : 1;
}

function stepOf(answers: readonly SureAnswer[], threshold: number): SweepStep {
  let [named, hits, nameable] = [0, 0, 0];
  for (const answer of answers) {
    if (answer.nameable) nameable++;
    if (!isNamed(answer, threshold)) continue;
    named++;
    if (answer.hit) hits++;
  }
  const f1 = hits === 0 ? 0 : (2 * hits) / (named + nameable);
  const ratio = (whole: number) => (whole === 0 ? null : hits / whole);
  return { threshold, n: answers.length, named, hits, nameable, precision: ratio(named), recall: ratio(nameable), f1 };
}

function isNamed({ named, probability }: SureAnswer, threshold: number): boolean {
  return named && probability > threshold;
}

function intervalsOf(answers: readonly SureAnswer[], threshold: number): { precision: Estimate; recall: Estimate } {
  const ids = new Map<string, number>();
  const idOf = (key: string) => {
    const id = ids.get(key) ?? ids.size + 1;
    ids.set(key, id);
    return id;
  };
  const shareAmong = (part: readonly SureAnswer[]) => {
    const groups = Uint32Array.from(part, ({ key }) => idOf(key));
    const alone = new Set(groups).size === part.length;
    const values = Uint8Array.from(part, (answer) => (answer.hit && isNamed(answer, threshold) ? 1 : 0));
    return estimate({ values, groups: alone ? undefined : groups, unitRange: true });
  };
  return {
    precision: shareAmong(answers.filter((answer) => isNamed(answer, threshold))),
    recall: shareAmong(answers.filter(({ nameable }) => nameable)),
  };
}
