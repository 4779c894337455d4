import type { LeakKind, LeakLine } from "../../core/leakage.ts";
import { leakKinds } from "../../core/leakage.ts";
import { equalityIndex } from "./equality.ts";
import { evalTexts } from "./eval-texts.ts";
import type { LeakSample } from "./leak-sample.ts";
import { normaliseText } from "./normalise-text.ts";
import type { TrainingRow } from "./training-row.ts";

/** What was found, in numbers. */
export interface LeakSummary {
  readonly samples: number;
  readonly train_rows: number;
  readonly leaked: number;
  /** Of the leaked ones; each is counted once, by its surest kind. */
  readonly kinds: { readonly [Kind in LeakKind]: number };
  /** Samples whose prompt is in the training data with another answer. */
  readonly conflicts: number;
}

export interface LeakFindings {
  /** In the order of the samples. */
  readonly leaks: readonly LeakLine[];
  readonly summary: LeakSummary;
}

interface Best {
  readonly kind: number;
  readonly similarity: number;
  readonly row: number;
}

/**
 * Finds the samples that are in training data. The samples are indexed, the training rows pass by: memory grows with the samples alone.
 *
 * @throws what the iterables throw
 */
export async function findLeaks({
  train,
  samples,
}: {
  train: Iterable<TrainingRow> | AsyncIterable<TrainingRow>;
  samples: Iterable<LeakSample>;
}): Promise<LeakFindings> {
  const texts = evalTexts(samples);
  const equals = equalityIndex(texts);
  const best: (Best | undefined)[] = texts.samples.map(() => undefined);
  const conflicts = new Set<number>();
  let rows = 0;
  for await (const row of train) {
    rows++;
    const said = row.turns.map(({ text }) => normaliseText(text));
    for (const { unit, isExact, answer } of equals(row, said, normaliseText(row.system))) {
      for (const [place, sample] of (texts.units[unit]?.samples ?? []).entries()) {
        const found = { kind: isExact(place) ? 0 : 1, similarity: 1, row: row.row };
        const old = best[sample];
        if (old === undefined || found.kind < old.kind) best[sample] = found;
        const ideal = texts.samples[sample]?.ideal ?? [];
        if (answer !== undefined && ideal.length > 0 && !ideal.includes(answer)) conflicts.add(sample);
      }
    }
  }
  const leaks = texts.samples.flatMap(({ id, item }, at): LeakLine[] => {
    const found = best[at];
    if (found === undefined) return [];
    const { kind, similarity, row } = found;
    return [{ type: "leak", id, item, kind: leakKinds[kind] as LeakKind, similarity, train_row: row }];
  });
  const kinds = Object.fromEntries(leakKinds.map((kind) => [kind, leaks.filter((one) => one.kind === kind).length]));
  return {
    leaks,
    summary: {
      samples: texts.samples.length,
      train_rows: rows,
      leaked: leaks.length,
      kinds: kinds as LeakSummary["kinds"],
      conflicts: conflicts.size,
    },
  };
}
