import { normalQuantile } from "../../stats/normal.ts";
import type { Demand } from "../../stats/power.ts";
import { samplesForMargin, smallestMargin, verdictRates } from "../../stats/power-of-margin.ts";
import { differenceSd, mdeOfMeans, powerOfMeans, samplesForMeans } from "../../stats/power-of-means.ts";
import { mdeOfPairs, pairSd, powerOfPairs, samplesForPairs } from "../../stats/power-of-pairs.ts";
import { exactPower, exactSmallestMargin, exactUnchanged, isExactFeasible } from "./exact-rates.ts";
import type { PlanScenario, PlanWay, PresentSet, ReplyPrice, Spread } from "./plan.ts";

export interface Wanted {
  readonly delta: number;
  readonly power: number;
  readonly margin: number | null;
  /** Samples that the eval has. */
  readonly available: number;
  /** Attempts at each sample, if they were asked for; else what is cheapest. */
  readonly attempts: number | null;
  readonly price: ReplyPrice;
}

/** Attempts that are considered where it is known what they bring. */
const considered = [1, 2, 3, 4, 5, 7, 10, 20];

export function scenarioOf(spread: Spread, wanted: Wanted): PlanScenario {
  const { attempts, available } = wanted;
  // Without knowing what attempts bring, one each is all that can be planned.
  const choices = spread.within === null ? [1] : attempts === null ? considered : [attempts];
  const ways = choices.map((one) => wayOf(spread, one, wanted));
  const [best] = [...ways.entries()]
    .filter(([, way]) => way.reachable)
    .sort(([, a], [, b]) => a.requests - b.requests || a.attempts - b.attempts);
  return {
    spread,
    ways,
    best: best?.[0] ?? null,
    present: presentSet(spread, choices.length === 1 ? (choices[0] ?? 1) : 1, { ...wanted, available }),
  };
}

function wayOf(spread: Spread, attempts: number, { delta, power, available, price }: Wanted): PlanWay {
  const {
    samples,
    power: reached,
    exact,
  } = isFlips(spread, attempts) ? samplesForFlips(spread, delta, power) : samplesForScores(spread, attempts, delta, power);
  const requests = samples * attempts;
  const times = (one: number | null) => (one === null ? null : one * requests);
  const flips = isFlips(spread, attempts) ? Math.max(spread.flips, delta) * samples : null;
  const plain = flips === null ? "paired-t" : flips > 2000 ? "paired-tango" : "paired-exact";
  return {
    attempts,
    samples,
    requests,
    test: spread.groups === null ? plain : "paired-cluster-t",
    power: reached,
    exact,
    reachable: samples <= available,
    tokens: times(price.tokens),
    usd: times(price.usd),
    ms: times(price.ms),
  };
}

interface Needed {
  readonly samples: number;
  readonly power: number;
  readonly exact: boolean;
}

type Flips = Spread & { readonly flips: number };

function isFlips(spread: Spread, attempts: number): spread is Flips {
  return spread.flips !== null && attempts === 1;
}

/** The normal size, then moved until the exact power of the test is what was asked for. */
function samplesForFlips(spread: Flips, delta: number, power: number): Needed {
  // A difference needs as many flips as it is large.
  const discordance = Math.max(spread.flips, delta);
  const { samples } = withGroups(spread, (demand) => samplesForPairs({ delta, discordance, power, ...demand }));
  const normal = { samples, power: powerOfPairs({ n: samples, delta, discordance, ...demandOf(spread, samples) }), exact: false };
  if (spread.groups !== null || !isExactFeasible(samples, discordance)) return normal;
  const wanted = normalQuantile(0.975) + normalQuantile(power);
  let found: Needed | undefined;
  let n = samples;
  // Power grows with the root of n, but in steps of whole flips; the fewest that were seen to suffice are taken.
  for (let step = 0; step < 8; step++) {
    const reached = exactPower({ n, delta, discordance });
    const seen = normalQuantile(0.975) + normalQuantile(Math.min(0.999, Math.max(0.03, reached)));
    const next = n * (wanted / seen) ** 2;
    if (reached >= power) {
      if (found === undefined || n < found.samples) found = { samples: n, power: reached, exact: true };
      n = Math.min(n - 1, Math.ceil(next));
    } else if (found === undefined) n = Math.max(n + 1, Math.ceil(1.005 * next));
    else n = Math.ceil((n + found.samples) / 2);
    if (n < 1 || (found !== undefined && n >= found.samples)) break;
  }
  return found ?? normal;
}

function samplesForScores(spread: Spread, attempts: number, delta: number, power: number): Needed {
  const sd = sdOf(spread, attempts);
  const { samples } = withGroups(spread, (demand) => samplesForMeans({ delta, sd, power, ...demand }));
  const n = Math.max(2, samples);
  return { samples: n, power: powerOfMeans({ n, delta, sd, ...demandOf(spread, n) }), exact: false };
}

/** What so many samples can tell, if replies differ as `spread` says. */
export function presentSet(
  spread: Spread,
  attempts: number,
  { power, margin, available: n }: Pick<Wanted, "power" | "margin" | "available">,
): PresentSet {
  const flips = isFlips(spread, attempts) ? spread.flips : null;
  const sd = flips === null ? sdOf(spread, attempts) : pairSd(flips);
  const demand = demandOf(spread, n);
  const mde = flips === null ? mdeOfMeans({ n, sd, power, ...demand }) : mdeOfPairs({ n, discordance: flips, power, ...demand });
  const exact = flips !== null && spread.groups === null && isExactFeasible(n, flips);
  const smallest = exact ? exactSmallestMargin({ n, discordance: flips, power }) : smallestMargin({ n, sd, power, ...demand });
  const base = { samples: n, attempts, mde, smallest_margin: smallest };
  if (margin === null) return { ...base, margin: null };
  const unchanged = exact ? exactUnchanged({ n, margin, discordance: flips }) : verdictRates({ n, margin, sd, ...demand });
  const enough = withGroups(spread, (one) => samplesForMargin({ margin, sd, power, ...one }) ?? { samples: n });
  return { ...base, margin: { margin, unchanged, exact, more_samples: Math.max(0, enough.samples - n) } };
}

/** Standard deviation of one sample's difference. */
function sdOf({ between, within }: Spread, attempts: number): number {
  return within === null ? Math.sqrt(between) : differenceSd({ between, ...within, attempts });
}

function demandOf({ groups }: Spread, n: number): Pick<Demand, "designEffect" | "groups"> {
  if (groups === null) return {};
  return { designEffect: groups.designEffect, groups: Math.max(5, Math.round(groups.perSample * n)) };
}

/** How many groups there will be depends on how many samples are needed, and that on how many groups there are. */
function withGroups<Found extends { readonly samples: number }>(
  spread: Spread,
  samplesFor: (demand: Pick<Demand, "designEffect" | "groups">) => Found,
): Found {
  if (spread.groups === null) return samplesFor({});
  let found = samplesFor({ designEffect: spread.groups.designEffect });
  for (let step = 0; step < 5; step++) found = samplesFor(demandOf(spread, found.samples));
  return found;
}
