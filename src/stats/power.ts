import { normalQuantile } from "./normal.ts";
import { normalCdf } from "./normal-cdf.ts";
import { tQuantile } from "./student.ts";
import { tCdf } from "./t-cdf.ts";

/** What every plan is asked for. All sizes are asymptotic: the planned test is taken to be normal, or Student's t over groups. */
export interface Demand {
  /** Error rate of the test; default .05. */
  readonly alpha?: number;
  /** Chance that the test sees what it is planned for; default .8. */
  readonly power?: number;
  /** How many times fewer independent samples the grouped ones are worth; default 1. */
  readonly designEffect?: number;
  /** How many groups the samples are in, if they are grouped: few groups cost power of their own. */
  readonly groups?: number;
}

/** The test whose power a number is. Others differ: at 870 pairs McNemar's exact test has .776 where the score test has .809. */
type PlannedTest = "paired-t" | "mcnemar-score" | "two-proportions" | "margin";

export interface Samples {
  readonly samples: number;
  readonly test: PlannedTest;
}

export interface Checked {
  /** Standard errors that the estimate must lie beyond. */
  readonly critical: number;
  /** Standard errors that the truth must lie further, to be seen as often as asked. */
  readonly reserve: number;
  readonly designEffect: number;
  /** The chance that the statistic lies beyond the critical value when it is expected at `shift` standard errors. */
  powerAt(shift: number): number;
}

export function checked({ alpha = 0.05, power = 0.8, designEffect = 1, groups }: Demand, sides: 1 | 2): Checked {
  if (!(alpha > 0 && alpha < 1 && power > 0 && power < 1)) throw new RangeError(`power: alpha ${alpha}, power ${power}`);
  if (!(designEffect > 0 && Number.isFinite(designEffect))) throw new RangeError(`power: design effect ${designEffect}`);
  if (groups !== undefined && !(groups >= 2)) throw new RangeError(`power: ${groups} groups`);
  const quantile = (p: number) => (groups === undefined ? normalQuantile(p) : tQuantile(p, groups - 1));
  const critical = quantile(1 - alpha / sides);
  return {
    critical,
    reserve: quantile(power),
    designEffect,
    powerAt: (shift) => (groups === undefined ? normalCdf(shift - critical) : tCdf(shift - critical, groups - 1)),
  };
}

/** Refuses what is no number of samples. */
export function checkSamples(name: string, n: number): void {
  if (!(n >= 1 && Number.isFinite(n))) throw new RangeError(`${name}: ${n} samples`);
}
