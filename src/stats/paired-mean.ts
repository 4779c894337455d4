import { mostCautious, type OneSided } from "./one-sided.ts";
import { countOf, swapped } from "./paired-units.ts";
import { studentMargin } from "./student-margin.ts";
import { type TwoSided, twoSided } from "./two-sided.ts";
import { type Units, unseenMargin } from "./unseen-margin.ts";

/** What a set of units says about the mean difference. */
export interface UnitFacts {
  readonly units: Units;
  readonly count: number;
  readonly value: number;
  /**
   * Jackknife over units: sqrt( (C - 1) / C sum (e / (1 - m / n))² ) / n, with e = a unit's sum minus its size m times the value. With
   * equal sizes this is the cluster-robust error times sqrt(C / (C - 1)), with single samples sd / sqrt(n). Null below two units.
   *
   * @see MacKinnon & Webb 2023 on CV3; Bell & McCaffrey 2002
   */
  readonly se: number | null;
  /** How many equal differences the units' differences amount to: (sum |S|)² / sum S². 0 when there is none. */
  readonly carriers: number;
  /**
   * The unit that nobody saw. A single sample may have lost its whole range, which makes the bound hold for any values. A group that
   * large would drown the others, so it is as those that changed, with one among them that changed wholly; and as large as the group of
   * a sample taken at random.
   */
  readonly unseen: (range: number) => { difference: number; size: number };
}

/** Above so many carriers an unseen unit changes nothing that is shown. */
const manyCarriers = 5000;

export function factsOf(units: Units): UnitFacts {
  const { sums, sizes, still } = units;
  const count = countOf(units);
  let total = 0;
  let samples = still;
  for (let i = 0; i < sums.length; i++) {
    total += sums[i] as number;
    samples += sizes[i] as number;
  }
  const value = total / samples;
  let squares = still * (value / (1 - 1 / samples)) ** 2;
  let [absolute, sumSquares, sizeSquares] = [0, 0, still];
  let [changed, shares, shareSquares] = [0, 0, 0];
  let alike = still === 0 || value === 0;
  for (let i = 0; i < sums.length; i++) {
    const [sum, size] = [sums[i] as number, sizes[i] as number];
    sizeSquares += size * size;
    absolute += Math.abs(sum);
    sumSquares += sum * sum;
    if (sum !== 0) {
      changed++;
      shares += Math.abs(sum) / size;
      shareSquares += (sum / size) ** 2;
    }
    const residual = sum - value * size;
    // Rounding must not pass for spread.
    if (Math.abs(residual) > 1e-12 * (Math.abs(sum) + Math.abs(value * size))) alike = false;
    squares += (residual / (1 - size / samples)) ** 2;
  }
  return {
    units,
    count,
    value,
    se: count < 2 ? null : alike ? 0 : Math.sqrt((squares * (count - 1)) / count) / samples,
    carriers: sumSquares > 0 ? absolute ** 2 / sumSquares : 0,
    unseen: (range) => {
      // Units that are all alike have shown nothing of what a unit can do.
      const whole = alike || count === samples;
      // Of those that changed, weighted by how much: many small changes must not hide a few whole ones.
      const typical = whole ? range : (range + (changed * shareSquares) / shares) / (1 + changed);
      return { difference: -typical, size: sizeSquares / samples };
    },
  };
}

/**
 * The default for means: Student's t on units, and where few units carry the difference also a bound that reckons with an unseen one;
 * the more cautious of the two.
 *
 * @param range the most that a sample can change; null when that is not known: then t alone decides
 */
export function meanMargins(facts: UnitFacts, range: number | null): TwoSided {
  const side = (units: Units, value: number): OneSided => {
    const tests: OneSided[] = [];
    if (facts.se !== null && facts.se > 0) tests.push(studentMargin({ value, se: facts.se, df: facts.count - 1 }));
    if (range !== null && facts.carriers < manyCarriers) tests.push(unseenMargin(units, facts.unseen(range)));
    return mostCautious(tests);
  };
  return twoSided(
    () => side(facts.units, facts.value),
    () => side(swapped(facts.units), -facts.value),
  );
}
