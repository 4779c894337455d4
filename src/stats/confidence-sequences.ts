import { type Bounds, clip } from "./bounds.ts";

/**
 * Half-width of an asymptotic confidence sequence around the mean of n values: all of them together hold the mean with a chance of
 * 1 - alpha, as the values become many. About 1.6 times a single interval's width: the price of looking any time.
 *
 * @param sd of the values
 * @param tuning where it is narrowest: `tuningFor`
 * @see Waudby-Smith et al. 2024, Time-uniform central limit theory, theorem 2.2
 */
export function asymptoticRadius({
  n,
  sd,
  tuning,
  alpha = 0.05,
}: {
  n: number;
  sd: number;
  tuning: number;
  alpha?: number;
}): number {
  if (!(n >= 1 && sd >= 0 && tuning > 0)) throw new RangeError(`asymptoticRadius: n ${n}, sd ${sd}, tuning ${tuning}`);
  checkAlpha("asymptoticRadius", alpha);
  const mass = n * tuning * tuning;
  return sd * Math.sqrt(((2 * (mass + 1)) / (n * mass)) * Math.log(Math.sqrt(mass + 1) / alpha));
}

/**
 * The tuning that makes the sequence about narrowest at n values.
 *
 * @see Waudby-Smith et al. 2024, appendix B.2
 */
export function tuningFor(n: number, alpha = 0.05): number {
  if (!(n >= 1)) throw new RangeError(`tuningFor: ${n} values`);
  checkAlpha("tuningFor", alpha);
  const twice = -2 * Math.log(alpha);
  return Math.sqrt((twice + Math.log(twice + 1)) / n);
}

export interface ConfidenceSequence {
  /** The next value, in [0, 1], in random order. */
  add(value: number): void;
  readonly centre: number;
  readonly radius: number;
  /** Centre and radius, within [0, 1]. */
  readonly bounds: Bounds;
}

/**
 * Empirical-Bernstein confidence sequence for the mean of values in [0, 1]: holds it at every moment together with a chance of at
 * least 1 - alpha, for any number of values.
 *
 * @see Waudby-Smith & Ramdas 2024, theorem 2: predictable plug-in
 */
export function empiricalBernstein(alpha = 0.05): ConfidenceSequence {
  checkAlpha("empiricalBernstein", alpha);
  const price = Math.log(2 / alpha);
  const boldest = 0.5;
  // What is taken for the mean and the variance before there are values.
  let [n, sum, squares] = [0, 0.5, 0.25];
  let [bets, weighted, spent] = [0, 0, 0];
  const centre = () => (bets === 0 ? 0.5 : weighted / bets);
  const radius = () => (bets === 0 ? Number.POSITIVE_INFINITY : (price + spent) / bets);
  return {
    add(value) {
      if (!(value >= 0 && value <= 1)) throw new RangeError(`empiricalBernstein: ${value} is not in [0, 1]`);
      const before = sum / (n + 1);
      const variance = squares / (n + 1);
      n++;
      // Chosen before the value counts: what is seen must not choose its own weight.
      const bet = Math.min(boldest, Math.sqrt((2 * price) / (variance * n * Math.log(1 + n))));
      bets += bet;
      weighted += bet * value;
      spent += (value - before) ** 2 * (-Math.log(1 - bet) - bet);
      sum += value;
      squares += (value - sum / (n + 1)) ** 2;
    },
    get centre() {
      return centre();
    },
    get radius() {
      return radius();
    },
    get bounds() {
      return clip({ low: centre() - radius(), high: centre() + radius() }, 0, 1);
    },
  };
}

function checkAlpha(name: string, alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`${name}: alpha ${alpha}`);
}
