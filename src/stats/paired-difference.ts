import { type Bounds, tailOf } from "./bounds.ts";
import { mostCautious } from "./one-sided.ts";
import { factsOf, meanMargins, type UnitFacts } from "./paired-mean.ts";
import { proportionMargins } from "./paired-proportion.ts";
import { unitsOfGroups, unitsOfSamples } from "./paired-units.ts";
import { type TwoSided, twoSided } from "./two-sided.ts";

/** The same samples, measured on both sides, in the same order. */
export interface PairedRows {
  readonly baseline: ArrayLike<number>;
  readonly candidate: ArrayLike<number>;
  /** The group of each sample, numbered from 1 without large holes; 0 = none, a group of its own. Absent = samples are independent. */
  readonly groups?: Uint32Array | undefined;
  /** Values cannot leave 0..1. */
  readonly unitRange: boolean;
}

/** Candidate minus baseline, and what the samples say about it. */
export interface PairedDifference {
  readonly n: number;
  /** Groups, each sample without one counted as a group; null when samples are independent. */
  readonly groups: number | null;
  readonly value: number;
  /** Null where there is no spread between at least two samples or groups to take it from. */
  readonly se: number | null;
  /**
   * Two-sided, default 95 %; never of zero width. Null when nothing can be said, with `reason`: below 5 groups, or when values without
   * a known range are all alike.
   */
  interval(level?: number): (Bounds & { readonly method: PairedTest }) | null;
  /** One-sided p of "the difference is at most bound": small = shown to be above. 1 where there is no interval. */
  pAbove(bound: number): number;
  /** One-sided p of "the difference is at least bound": small = shown to be below. 1 where there is no interval. */
  pBelow(bound: number): number;
  /** Two-sided p of "there is no difference". */
  readonly p: number;
  readonly test: PairedTest;
  /** Outside the region in which levels and coverage were checked (docs/statistics.md). */
  readonly approximate: boolean;
  /** Why there is no interval, or why it is approximate. */
  readonly reason?: string;
}

type PairedTest = "paired-exact" | "paired-tango" | "paired-t" | "paired-cluster-t" | "paired-alike" | "none";

/** Fewer groups than this say too little about how groups differ. */
const fewestGroups = 5;
/** Fewer groups, or samples with scores, than this are outside the checked region. */
const enoughUnits = 20;
/** A difference carried by fewer units than this is outside the checked region. */
const enoughCarriers = 10;

/**
 * The one default method for each situation; docs/statistics.md has the table, the sources and the measured error rates.
 *
 * `interval(1 - 2a).low > bound` exactly when `pAbove(bound) < a`, and the same on the other side, whatever the method. Tests and
 * intervals are worked out when they are asked for.
 *
 * @returns null when there are no samples
 * @throws RangeError when the sides differ in length, or values leave the range they are said to have
 */
export function pairedDifference(rows: PairedRows): PairedDifference | null {
  const { n, differences, counts, range } = readRows(rows);
  if (n === 0) return null;
  const samples = factsOf(unitsOfSamples(differences));
  const groups = rows.groups === undefined ? null : factsOf(unitsOfGroups(differences, rows.groups));
  const units = groups ?? samples;
  const base = { n, groups: groups?.count ?? null, value: units.value, se: units.se === 0 ? null : units.se };
  const shared = groups !== null && groups.count < n;

  if (shared && groups.count < fewestGroups) {
    return without(
      base,
      `${groups.count} ${groups.count === 1 ? "group says" : "groups say"} too little about how groups differ: 5 are needed`,
    );
  }
  if (counts !== null && !shared) {
    const { test, ...sides } = proportionMargins({ ...counts, n });
    return withTests({ ...base, test, approximate: false }, sides);
  }
  if (range === 0) return without(base, "all values are alike, and they have no known range");

  const known = rows.unitRange;
  const alike = units.se === null || units.se === 0;
  // Of single samples in a known range the bound holds whatever they are.
  const few = known && (!shared || alike) ? undefined : fewness(units, shared ? "groups" : "samples");
  // Without a known range the observed one must do, where t is blind.
  const reach = known || alike || units.carriers < enoughCarriers ? range : null;
  const guessed = !known && reach !== null ? "the values have no known range: the observed one was taken" : undefined;
  const reason = [few, guessed].filter((one) => one !== undefined).join("; ");
  const test = alike ? "paired-alike" : shared ? "paired-cluster-t" : "paired-t";
  const facts = { ...base, test, approximate: reason !== "", ...(reason !== "" && { reason }) } as const;
  if (!shared) return withTests(facts, meanMargins(units, reach));
  // Groups whose members balance out must not claim more than independent samples would.
  const single = counts === null ? meanMargins(samples, reach) : proportionMargins({ ...counts, n });
  return withTests(facts, moreCautious(meanMargins(units, reach), single));
}

function readRows({ baseline, candidate, groups, unitRange }: PairedRows) {
  const n = baseline.length;
  if (candidate.length !== n || (groups !== undefined && groups.length !== n)) {
    throw new RangeError(`pairedDifference: ${n} values, ${candidate.length} values, ${groups?.length ?? n} groups`);
  }
  const differences = new Float64Array(n);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let verdicts = unitRange;
  let [b, c] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [before, after] = [baseline[i] as number, candidate[i] as number];
    low = Math.min(low, before, after);
    high = Math.max(high, before, after);
    if (verdicts && !((before === 0 || before === 1) && (after === 0 || after === 1))) verdicts = false;
    if (after > before) b++;
    else if (after < before) c++;
    differences[i] = after - before;
  }
  if (n > 0 && !(unitRange ? low >= 0 && high <= 1 : Number.isFinite(high - low))) {
    throw new RangeError(`pairedDifference: values from ${low} to ${high}`);
  }
  return { n, differences, counts: verdicts ? { b, c } : null, range: unitRange ? 1 : high - low };
}

function fewness({ count, carriers }: UnitFacts, what: "groups" | "samples"): string | undefined {
  if (count < enoughUnits) return `only ${count} ${what}`;
  if (carriers < enoughCarriers) return `the difference comes from few ${what}`;
  return undefined;
}

function moreCautious(one: TwoSided, other: TwoSided): TwoSided {
  return twoSided(
    () => mostCautious([one.above, other.above]),
    () => mostCautious([one.mirrored, other.mirrored]),
  );
}

type Facts = Pick<PairedDifference, "n" | "groups" | "value" | "se" | "test" | "approximate" | "reason">;

function without(base: Pick<Facts, "n" | "groups" | "value" | "se">, reason: string): PairedDifference {
  const one = () => 1;
  return { ...base, test: "none", approximate: true, reason, interval: () => null, pAbove: one, pBelow: one, p: 1 };
}

function withTests(facts: Facts, { above, mirrored }: TwoSided): PairedDifference {
  const pAbove = (bound: number) => above.pAbove(bound);
  const pBelow = (bound: number) => mirrored.pAbove(-bound);
  let p: number | undefined;
  return {
    ...facts,
    interval: (level = 0.95) => {
      const a = tailOf(level);
      return { low: above.low(a), high: -mirrored.low(a), method: facts.test };
    },
    pAbove,
    pBelow,
    get p() {
      // The p of the side on which the estimate does not lie is at least a half.
      p ??= Math.min(1, 2 * (facts.value > 0 ? pAbove(0) : pBelow(0)));
      return p;
    },
  };
}
