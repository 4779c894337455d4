import type { Metric } from "../../core/metric.ts";
import { clip } from "../../stats/bounds.ts";
import { type Averages, classificationOf } from "../../stats/classification.ts";
import { type Estimate, estimate } from "../estimate.ts";
import type { ConfusionCost } from "./confusion-cost.ts";
import { otherReply } from "./label-ids.ts";

/** Replies that were scored and whose right label is known, in issue order. */
export interface LabelledReplies {
  readonly names: readonly string[];
  /** By reply, as `LabelIds` numbers them. */
  readonly actual: Uint8Array;
  readonly said: Uint8Array;
  /** Replies of one cluster are not independent; absent = all are. */
  readonly clusters: Uint32Array | undefined;
  readonly cost: ConfusionCost | undefined;
}

const kinds = ["precision", "recall", "f1"] as const;

/**
 * Precision, recall and F1 of each label (`f1.disk`), their means over labels that occur or are said (`macro_f1`) and over samples
 * (`weighted_f1`), and what confusions cost on average. Of all replies together, as scikit-learn has them.
 *
 * A label's precision and recall are proportions among the samples that were given it, or are of it, and get a proportion's interval; so
 * does F1 through the share J of right ones among both, since F1 = 2J / (1 + J). The means go by each reply's influence.
 *
 * @param beside replies that are in none of this: errors, and those that were not scored
 */
export function labelMetrics(replies: LabelledReplies, beside: { readonly errors: number; readonly unscored: number }): Metric[] {
  const { names, actual, said } = replies;
  if (actual.length === 0) return [];
  const metric = (name: string, found: Estimate, n: number): Metric => {
    return { name, ...found, n, ...beside, better: "higher", unit: "1" };
  };
  const confusion = confusionTable(replies);
  const whole = classificationOf(confusion);
  const perLabel = names.flatMap((name, at) =>
    kinds.map((kind) => {
      const own = ownRows(replies, at + 1, kind);
      const found = shareOfRight(own, replies);
      return metric(`${kind}.${name}`, kind === "f1" ? throughJaccard(found) : found, own.length);
    }),
  );
  const means = (["macro", "weighted"] as const).flatMap((manner) =>
    kinds.map((kind) => metric(`${manner}_${kind}`, meanOver(replies, whole[manner], kind, manner), actual.length)),
  );
  return [...perLabel, ...means, ...costMetric()];

  function costMetric(): Metric[] {
    const { cost, clusters } = replies;
    if (cost === undefined) return [];
    const values = Float64Array.from(actual, (right, at) => cost.of(right, said[at] as number));
    const found = estimate({ values, groups: clusters, unitRange: cost.bounded });
    return [{ ...metric("confusion_cost", found, values.length), better: "lower", unit: "cost" }];
  }
}

/** Counts of which label was taken for which. */
function confusionTable({ names, actual, said }: Pick<LabelledReplies, "names" | "actual" | "said">) {
  const counts = names.map(() => new Array<number>(names.length).fill(0));
  const none = new Array<number>(names.length).fill(0);
  for (let at = 0; at < actual.length; at++) {
    const row = (actual[at] as number) - 1;
    const column = said[at] as number;
    if (column === otherReply) none[row] = (none[row] as number) + 1;
    else (counts[row] as number[])[column - 1] = ((counts[row] as number[])[column - 1] as number) + 1;
  }
  return { labels: names, counts, none };
}

/** Places of the replies that a label's number is about. */
function ownRows({ actual, said }: LabelledReplies, label: number, kind: (typeof kinds)[number]): Uint32Array {
  const rows: number[] = [];
  for (let at = 0; at < actual.length; at++) {
    const [is, given] = [actual[at] === label, said[at] === label];
    if ((kind !== "precision" && is) || (kind !== "recall" && given)) rows.push(at);
  }
  return Uint32Array.from(rows);
}

function shareOfRight(rows: Uint32Array, { actual, said, clusters }: LabelledReplies): Estimate {
  const values = Uint8Array.from(rows, (at) => (actual[at] === said[at] ? 1 : 0));
  return estimate({ values, groups: clusters && rows.map((at) => clusters[at] as number), unitRange: true });
}

/** F1 of the share of right ones among the replies that are of a label or were given it. */
function throughJaccard(found: Estimate): Estimate {
  const f1 = (share: number) => (2 * share) / (1 + share);
  const { value, se, interval } = found;
  return {
    ...found,
    value: value === null ? null : f1(value),
    se: value === null || se === null ? null : (2 / (1 + value) ** 2) * se,
    interval: interval && { ...interval, low: f1(interval.low), high: f1(interval.high) },
  };
}

/** A mean over labels, by how much each reply moves it. */
function meanOver(
  replies: LabelledReplies,
  means: Averages,
  kind: (typeof kinds)[number],
  manner: "macro" | "weighted",
): Estimate {
  const { names, actual, said, clusters } = replies;
  const n = actual.length;
  const { counts, none } = confusionTable(replies);
  const of = names.map((_, at) => (counts[at] as number[]).reduce((sum, count) => sum + count, none[at] as number));
  const given = names.map((_, at) => counts.reduce((sum, row) => sum + (row[at] as number), 0));
  const right = names.map((_, at) => counts[at]?.[at] as number);
  const present = names.filter((_, at) => (of[at] as number) + (given[at] as number) > 0).length;
  const mean = means[kind];
  const weight = (at: number) => (manner === "macro" ? 1 / present : (of[at] as number) / n);
  const base = (at: number) => {
    const [is, told] = [of[at] as number, given[at] as number];
    return kind === "precision" ? told : kind === "recall" ? is : is + told;
  };
  const score = (at: number) => {
    const under = base(at);
    return under === 0 ? 0 : ((kind === "f1" ? 2 : 1) * (right[at] as number)) / under;
  };
  /** How much one reply that is of the label, or was given it, moves the label's score. */
  const influence = (at: number, is: boolean, told: boolean) => {
    const under = base(at);
    if (under === 0) return 0;
    const hit = is && told ? (kind === "f1" ? 2 : 1) : 0;
    const part = kind === "precision" ? Number(told) : kind === "recall" ? Number(is) : Number(is) + Number(told);
    return (n * (hit - score(at) * part)) / under;
  };
  const values = new Float64Array(n);
  for (let at = 0; at < n; at++) {
    const [is, told] = [(actual[at] as number) - 1, said[at] === otherReply ? -1 : (said[at] as number) - 1];
    let moved = weight(is) * influence(is, true, told === is);
    if (told >= 0 && told !== is) moved += weight(told) * influence(told, false, true);
    if (manner === "weighted") moved += score(is) - mean;
    values[at] = mean + moved;
  }
  const unitRange = values.every((value) => value >= 0 && value <= 1);
  const found = estimate({ values, groups: clusters, unitRange });
  return { ...found, value: mean, interval: found.interval && { ...found.interval, ...clip(found.interval, 0, 1) } };
}
