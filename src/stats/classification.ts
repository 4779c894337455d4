export interface Confusion {
  /** In the order of both sides of `counts`. */
  readonly labels: readonly string[];
  /** counts[i][j]: how often a sample of label i was given label j. */
  readonly counts: readonly (readonly number[])[];
  /** For each label, how often a sample of it was given none that is known. */
  readonly none: readonly number[];
}

/**
 * Which labels are taken for which.
 *
 * @param actual the true label of each sample
 * @param predicted the label given; null, and any label not in `labels`, is none
 * @param labels those that count; left out: those that occur, in order of their characters
 */
export function confusionOf(
  actual: readonly string[],
  predicted: readonly (string | null)[],
  labels?: readonly string[],
): Confusion {
  if (!(actual.length > 0 && actual.length === predicted.length)) {
    throw new RangeError(`confusionOf: ${actual.length} samples, ${predicted.length} predictions`);
  }
  const known = labels ?? [...new Set([...actual, ...predicted.filter((label) => label !== null)])].sort();
  const at = new Map(known.map((label, i) => [label, i]));
  if (at.size < known.length) throw new RangeError(`confusionOf: a label twice in ${known.join(", ")}`);
  const counts = known.map(() => new Array<number>(known.length).fill(0));
  const none = new Array<number>(known.length).fill(0);
  for (const [sample, label] of actual.entries()) {
    const row = at.get(label);
    if (row === undefined) throw new RangeError(`confusionOf: the true label "${label}" is not among the labels`);
    const given = predicted[sample];
    const column = given === null || given === undefined ? undefined : at.get(given);
    const line = column === undefined ? none : (counts[row] as number[]);
    line[column ?? row] = (line[column ?? row] as number) + 1;
  }
  return { labels: known, counts, none };
}

interface LabelScores {
  /** Share of right ones among samples given the label; null where none was. */
  readonly precision: number | null;
  /** Share of right ones among samples of the label; null where there is none. */
  readonly recall: number | null;
  /** Their harmonic mean; null where the label neither occurs nor is given. */
  readonly f1: number | null;
}

export interface Classification {
  readonly accuracy: number;
  readonly perLabel: readonly (LabelScores & { readonly label: string; readonly n: number })[];
  /** Mean over labels that occur or are given, each counting the same. A score that is null counts as 0 there. */
  readonly macro: Averages;
  /** Mean over labels, each counting as often as it occurs. */
  readonly weighted: Averages;
}

export interface Averages {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Precision, recall and F1 of each label, and their means as scikit-learn's `classification_report` has them. */
export function classificationOf({ labels, counts, none }: Confusion): Classification {
  const perLabel = labels.map((label, i) => {
    const right = counts[i]?.[i] as number;
    const n = (counts[i] as readonly number[]).reduce((sum, count) => sum + count, none[i] as number);
    const given = counts.reduce((sum, row) => sum + (row[i] as number), 0);
    return { label, n, precision: ratio(right, given), recall: ratio(right, n), f1: ratio(2 * right, given + n) };
  });
  const samples = perLabel.reduce((sum, { n }) => sum + n, 0);
  if (samples === 0) throw new RangeError("classificationOf: no samples");
  const right = counts.reduce((sum, row, i) => sum + (row[i] as number), 0);
  return {
    accuracy: right / samples,
    perLabel,
    macro: averages(perLabel, ({ f1 }) => (f1 === null ? 0 : 1)),
    weighted: averages(perLabel, ({ n }) => n),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function averages<T extends LabelScores>(scores: readonly T[], weightOf: (scores: T) => number): Averages {
  const whole = scores.reduce((sum, score) => sum + weightOf(score), 0);
  const mean = (of: keyof LabelScores) => scores.reduce((sum, score) => sum + weightOf(score) * (score[of] ?? 0), 0) / whole;
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}
