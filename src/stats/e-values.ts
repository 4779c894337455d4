import { betaCdf } from "./beta.ts";
import { logGamma } from "./gamma.ts";

/**
 * E-value against "wins and losses are equally likely", from the flips alone: the mean over all win rates of their likelihood ratio.
 * May be looked at after every flip; reject when it reaches 1 / alpha.
 *
 * @see Robbins 1970; Ramdas & Wang 2024, section 3.5: mixture under a uniform prior
 */
export function discordantE(wins: number, losses: number): number {
  check(wins, losses);
  const flips = wins + losses;
  return Math.exp(flips * Math.LN2 + logGamma(wins + 1) + logGamma(losses + 1) - logGamma(flips + 2));
}

/** The same against "wins are at most as likely as losses": mixed over win rates above one half. */
export function discordantEOneSided(wins: number, losses: number): number {
  return 2 * discordantE(wins, losses) * betaCdf(0.5, losses + 1, wins + 1);
}

function check(wins: number, losses: number): void {
  if (!(Number.isInteger(wins) && Number.isInteger(losses) && wins >= 0 && losses >= 0)) {
    throw new RangeError(`discordantE: ${wins} wins and ${losses} losses`);
  }
}
