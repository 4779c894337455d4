import type { Score } from "../core/score.ts";
import { indexOfLargest, leadOf, probabilityScores } from "./probability-scores.ts";

export interface LabelFindings {
  readonly args: {
    readonly normalise: boolean;
    readonly scale?: number | undefined;
    readonly threshold?: number | undefined;
    readonly none: readonly string[];
  };
  readonly labels: readonly string[];
  /** The model's own, by label. */
  readonly probabilities: readonly number[];
  readonly right: ReadonlySet<number>;
  /** The most that a label can have which was not seen. */
  readonly unlisted: number;
}

/** So many labels are kept with a score; there may be thousands of them. */
const keptLabels = 20;

/** What the probabilities of labels come to: `accuracy`, `confidence`, `brier`, `log_loss`, `answer_mass`; with a threshold, what was named. */
export function labelScores({ args, labels, probabilities: own, right, unlisted: most }: LabelFindings): Score[] {
  const mass = own.reduce((sum, probability) => sum + probability, 0);
  const { probabilities, unlisted } = weighed(own, { mass, unlisted: most, normalise: args.normalise, scale: args.scale ?? 1 });
  const picked = indexOfLargest(probabilities);
  const any = mass > 0;
  const isNone = (label: number) => args.none.includes(labels[label] as string);
  const named = any && (args.threshold === undefined || ((probabilities[picked] as number) > args.threshold && !isNone(picked)));
  const nameable = ![...right].some(isNone);
  const passed = named ? right.has(picked) : args.threshold !== undefined && !nameable;

  const margin = leadOf(own.map(Math.log));
  const seen = [...right].some((label) => (own[label] as number) > 0);
  // What was not listed has at most this probability: the loss is then at least what it comes to.
  const forecast = seen ? probabilities : probabilities.map((probability, label) => (right.has(label) ? unlisted : probability));
  const accuracy: Score = {
    name: "accuracy",
    value: passed ? 1 : 0,
    passed,
    ...(named && { label: labels[picked] as string }),
    details: {
      probabilities: Object.fromEntries(largest(labels, probabilities)),
      ...(margin !== undefined && { margin }),
      ...(!seen && { right_not_listed: true }),
      ...(!any && { invalid_label: true }),
      ...(any && !named && { below_threshold: labels[picked] as string }),
    },
  };
  return [
    accuracy,
    ...probabilityScores({ probabilities: forecast, right, picked }),
    { name: "answer_mass", value: Math.min(1, mass) },
    ...(args.threshold === undefined
      ? []
      : [
          { name: "named", value: named ? 1 : 0 },
          { name: "hit", value: named && passed ? 1 : 0 },
          ...(args.none.length > 0 ? [{ name: "nameable", value: nameable ? 1 : 0 }] : []),
        ]),
  ];
}

/** As shares of what all labels have, or of everything; by a temperature other than 1, what is no label counts as one answer more. */
function weighed(
  own: readonly number[],
  { mass, unlisted, normalise, scale }: { mass: number; unlisted: number; normalise: boolean; scale: number },
): { probabilities: readonly number[]; unlisted: number } {
  if (mass === 0 || (scale === 1 && !normalise)) return { probabilities: own, unlisted };
  const weight = (probability: number) => (scale === 1 ? probability : probability ** (1 / scale));
  const rest = normalise ? 0 : weight(Math.max(0, 1 - mass));
  const all = own.reduce((sum, probability) => sum + weight(probability), rest);
  const shares = own.map((probability) => weight(probability) / all);
  return { probabilities: shares, unlisted: scale === 1 ? unlisted : Math.min(1, weight(unlisted) / all) };
}

/** Rounded: these are for people, and for choosing a threshold. */
function largest(labels: readonly string[], probabilities: readonly number[]): [string, number][] {
  const pairs = labels.map((label, at): [string, number] => [label, probabilities[at] as number]);
  return pairs
    .sort(([, a], [, b]) => b - a)
    .slice(0, keptLabels)
    .map(([label, probability]) => [label, Number(probability.toPrecision(6))]);
}
