import type { Metric } from "../../core/metric.ts";

/** How much the replies of two models to the same samples differ: what every plan stands on. */
export interface Spread {
  /** In words: `tickets-tuned against tickets-base, 600 pairs`. */
  readonly from: string;
  readonly assumed: boolean;
  /** Candidate minus baseline, of the pairs it was taken from; null: there were none. */
  readonly difference: number | null;
  /**
   * Right-or-wrong, one attempt on each side: share of pairs that flip, in either direction. null: scores of another kind, or several
   * attempts.
   */
  readonly flips: number | null;
  /** omega²: variance of the samples' true differences; where attempts cannot be told apart, of the whole difference at one attempt. */
  readonly between: number;
  /** sigma²: of the attempts at one sample, on each side; null = not known. */
  readonly within: { readonly baseline: number; readonly candidate: number } | null;
  /** How many times fewer independent samples the grouped ones are worth, and groups per sample; null = no groups. */
  readonly groups: { readonly designEffect: number; readonly perSample: number } | null;
}

/** What one reply takes, on average; null = nobody knows. */
export interface ReplyPrice {
  readonly tokens: number | null;
  /** US dollars. */
  readonly usd: number | null;
  readonly ms: number | null;
}

/** One way to see the difference: so many samples, with so many attempts at each. Prices are those of one model. */
export interface PlanWay extends ReplyPrice {
  readonly attempts: number;
  readonly samples: number;
  readonly requests: number;
  /** The test that `diff` would use. */
  readonly test: "paired-exact" | "paired-tango" | "paired-t" | "paired-cluster-t";
  /** The chance that it sees the difference; exact where `exact`, else by the normal distribution. */
  readonly power: number;
  readonly exact: boolean;
  /** The eval has so many samples. */
  readonly reachable: boolean;
}

/** What the samples that there are can tell. */
export interface PresentSet {
  readonly samples: number;
  readonly attempts: number;
  /** Smallest difference seen as often as asked; null: not even a difference of 1. */
  readonly mde: number | null;
  /** At the eval's margin; null: it has none. */
  readonly margin: {
    readonly margin: number;
    /** How often a model that did not change ends each way. */
    readonly unchanged: { readonly pass: number; readonly fail: number; readonly inconclusive: number };
    readonly exact: boolean;
    /** Samples more with which an unchanged model passes as often as asked. */
    readonly more_samples: number;
  } | null;
  /** The smallest margin at which an unchanged model passes as often as asked. */
  readonly smallest_margin: number;
}

/** What follows if replies differ as `spread` says. */
export interface PlanScenario {
  readonly spread: Spread;
  /** By attempts; more than one only where it is known what attempts bring. */
  readonly ways: readonly PlanWay[];
  /** Place in `ways` of the one with the fewest requests that the eval has samples for; null = there is none. */
  readonly best: number | null;
  readonly present: PresentSet;
}

export interface Plan {
  readonly eval: string;
  readonly metric: string;
  readonly better: Metric["better"];
  /** The difference to be seen, in the unit of the metric. */
  readonly delta: number;
  /** Scores lie in 0 to 1, and differences are told in points. */
  readonly unit_range: boolean;
  readonly power: number;
  /** Of the two-sided test. */
  readonly alpha: number;
  /** Samples that the eval has. */
  readonly available: number;
  /** The first one decides. */
  readonly scenarios: readonly PlanScenario[];
  /** Can it be seen, with what; in one sentence. */
  readonly sentence: string;
  readonly notes: readonly string[];
}
