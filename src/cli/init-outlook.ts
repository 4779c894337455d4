import { assumedFlips, assumedSpread, makePlan } from "../compare/index.ts";
import type { Chosen } from "../finetune-data/index.ts";
import { samplesForPairs } from "../stats/power-of-pairs.ts";

/** What a set of this size can tell, before anything was run. */
export interface InitOutlook {
  /** If so many of the pairs flip: the smallest change that is seen in 4 of 5 comparisons, and the smallest margin that is settled so often. */
  readonly sees: readonly { readonly flips: number; readonly mde: number | null; readonly smallest_margin: number }[];
  /** Proposed: one that an unchanged model passes in 4 of 5 comparisons if 10 % of pairs flip; null: none that means anything. */
  readonly margin: number | null;
  /** Labels, from the most frequent on. */
  readonly labels: readonly { readonly label: string; readonly samples: number; readonly too_small: boolean }[];
  /** A label with fewer samples does not even show a change of 20 points. */
  readonly label_needs: number;
}

/** A change of a label's score that is large enough for anybody to want to see it. */
const grossChange = 0.2;
const largestMargin = 0.2;

export function outlookOf({ samples, kind }: Pick<Chosen, "samples" | "kind">): InitOutlook {
  const plan = makePlan({
    eval: "",
    metric: "accuracy",
    better: "higher",
    unitRange: true,
    delta: 0.03,
    power: 0.8,
    margin: null,
    attempts: 1,
    available: samples.length,
    price: { tokens: null, usd: null, ms: null },
    spreads: assumedFlips.map(assumedSpread),
    notes: [],
  });
  const sees = plan.scenarios.map(({ spread, present }) => ({
    flips: spread.flips ?? 0,
    mde: present.mde,
    smallest_margin: present.smallest_margin,
  }));
  // To the half point above: nobody remembers a margin of 0.0327.
  const margin = Math.ceil((sees.at(-1)?.smallest_margin ?? 1) * 200) / 200;
  const needs = samplesForPairs({ delta: grossChange, discordance: grossChange }).samples;
  const counts = new Map<string, number>();
  for (const { ideal } of samples) counts.set(ideal[0] ?? "", (counts.get(ideal[0] ?? "") ?? 0) + 1);
  const labels = kind.kind === "labels" ? [...counts].sort(([, a], [, b]) => b - a) : [];
  return {
    sees,
    margin: margin > largestMargin ? null : margin,
    labels: labels.map(([label, n]) => ({ label, samples: n, too_small: n < needs })),
    label_needs: needs,
  };
}
