import { seededRandom } from "../../core/random.ts";
import { unitsOfGroups } from "../../stats/paired-units.ts";
import { signFlip } from "../../stats/sign-flip.ts";

/** Who scored better on each sample of one eval, by its sign; samples of one group (0 = none) stand or fall together. */
export interface Signs {
  readonly signs: Float64Array;
  readonly groups?: Uint32Array | undefined;
}

/** Drawing signs tells no p below this from 0. */
const leastDrawn = 1e-4;

/** Most pairs differ by chance, plainly: few draws show it. Only the others are looked at closely, by draws of their own. */
const glanceDraws = 199;
const plain = 0.2;

/**
 * Two-sided p of "neither of two models is better over these evals", each eval counting the same however many samples it has: how often
 * as large a difference comes up when the sign of every sample, or group, is tossed. Exact where few differ.
 *
 * Where a model is better on one eval and worse on another, tossing takes the whole difference for chance, and p is too large rather
 * than too small.
 *
 * @see Fisher 1935, section 21; Hoeffding 1963, theorem 2, which bounds a p that drawing could not tell from 0
 */
export function signTest(evals: readonly Signs[], seed: number): number {
  const units = evals.flatMap(({ signs, groups }) => {
    const { sums } = groups === undefined ? { sums: signs } : unitsOfGroups(signs, groups);
    return Array.from(sums, (sum) => sum / (signs.length * evals.length));
  });
  if (units.length === 0) return 1;
  let [sum, squares] = [0, 0];
  for (const unit of units) {
    sum += unit;
    squares += unit * unit;
  }
  if (squares === 0) return 1;
  const atMost = 2 * Math.exp((-sum * sum) / (2 * squares));
  if (atMost < leastDrawn) return atMost;
  const random = seededRandom(seed);
  const glance = signFlip({ differences: units, random, draws: glanceDraws });
  return glance.method !== "monte-carlo" || glance.p > plain ? glance.p : signFlip({ differences: units, random }).p;
}
