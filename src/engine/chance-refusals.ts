import { lastSecond } from "./last-second.ts";

/**
 * Tells refusals that come by chance, as from a server one of whose machines is overloaded, from those that a lower speed would have
 * avoided.
 */
export interface ChanceRefusals {
  replied(now: number): void;
  /**
   * `slow`: not proved yet, but already so slow that going slower would prove no more.
   *
   * @param perSecond the speed that is kept to, undefined = none
   */
  refused(now: number, perSecond: number | undefined): "chance" | "found to be chance" | "slow" | "speed";
  /** Replies in the best second, once what was found had to be taken back: then there is a limit too. undefined = never. */
  readonly answers: number | undefined;
}

/** Of what the server answered in its best second: whoever is slower than that is not refused for being fast. */
const slow = 0.5;
/** Whose limit is used up refuses nearly everything: that is no chance, however slow. */
const mostByChance = 0.3;
/** How many refusals in slow seconds it takes; twice as many each time it was a mistake. */
const firstProof = 1;
const mostProof = 4;
/** Outcomes over which the share of refusals is smoothed. */
const smoothing = 32;

/**
 * Going slower makes refusals for speed fewer, and chance ones not. So they are chance where they go on at a speed far below one that the
 * server has been seen to answer, and are still few among the answers. From then on only a share of refusals that is clearly above the
 * one found takes them for speed again, and that takes back what was found.
 */
export function chanceRefusals(): ChanceRefusals {
  let [outcomes, refusals] = [0, 0];
  let share = 0;
  /** The share that comes by chance, once it does. */
  let usual: number | undefined;
  let [proof, needed] = [0, firstProof];
  let provedAt = Number.NEGATIVE_INFINITY;
  let best = 0;
  const answered = lastSecond();

  function count(refused: 0 | 1): void {
    outcomes++;
    refusals += refused;
    share += (refused - share) / smoothing;
  }

  return {
    get answers() {
      return needed > firstProof ? best : undefined;
    },
    replied(now) {
      count(0);
      answered.add(1, now);
      best = Math.max(best, answered.total(now));
    },
    refused(now, perSecond) {
      count(1);
      if (usual !== undefined) {
        if (share <= 2 * usual + 0.15) return "chance";
        usual = undefined;
        needed = Math.min(mostProof, 2 * needed);
        proof = 0;
        best = Math.max(answered.total(now), slow * best);
        return "speed";
      }
      if (perSecond === undefined || perSecond > slow * best || share > mostByChance) {
        proof = 0;
        return "speed";
      }
      if (now - provedAt >= 1000) {
        proof++;
        provedAt = now;
      }
      if (proof < needed) return "slow";
      usual = Math.max(share, refusals / outcomes);
      return "found to be chance";
    },
  };
}
