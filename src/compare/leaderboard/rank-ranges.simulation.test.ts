import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { meetingsOn, withHolm } from "./duels.ts";
import { meanInterval, type OnEval } from "./mean-over-evals.ts";
import { rankRanges } from "./rank-ranges.ts";
import type { SharedSamples } from "./shared-samples.ts";
import { meanOfWon, type Won, wonOn } from "./standing.ts";
import { wonLost } from "./won-lost.ts";

const runs = 400;
/** Four standard errors of a share of `runs` that is truly 5 %. */
const slack = 4 * Math.sqrt((0.05 * 0.95) / runs);

interface World {
  readonly n: number;
  /** How often each model is right on a sample of middling difficulty. */
  readonly rates: readonly number[];
  readonly groups?: number;
}

/** Difficulty is shared by models (and by samples of one group), so that they are as alike as models are. */
function draw({ n, rates, groups }: World, random: () => number): SharedSamples {
  const ofGroup = Array.from({ length: groups ?? 0 }, () => random() - 0.5);
  const groupOf = groups === undefined ? undefined : Uint32Array.from({ length: n }, () => 1 + Math.floor(random() * groups));
  const scores = rates.map(() => new Float64Array(n));
  for (let sample = 0; sample < n; sample++) {
    const hard = 0.3 * (random() - 0.5) + 0.3 * (ofGroup[(groupOf?.[sample] ?? 0) - 1] ?? 0);
    for (const [model, rate] of rates.entries()) {
      // Symmetric around the rate, so that the rate is what the model's mean tends to.
      (scores[model] as Float64Array)[sample] = random() < rate + Math.min(rate, 1 - rate) * 2 * hard ? 1 : 0;
    }
  }
  return { size: n, scores, unitRange: true, ...(groupOf && { groups: groupOf }) };
}

/** Is the true rank of every model in its range? Equals may stand anywhere among themselves. */
function allCovered(rates: readonly number[], ranges: readonly { best: number; worst: number }[]): boolean {
  return rates.every((rate, at) => {
    const { best, worst } = ranges[at] ?? { best: 1, worst: 0 };
    const above = rates.filter((other) => other > rate).length;
    const below = rates.filter((other) => other < rate).length;
    return best <= 1 + above && worst >= rates.length - below;
  });
}

const worlds: readonly (World & { name: string })[] = [
  { name: "six equals", n: 120, rates: [0.7, 0.7, 0.7, 0.7, 0.7, 0.7] },
  { name: "two tiers", n: 200, rates: [0.8, 0.8, 0.8, 0.65, 0.65, 0.65] },
  { name: "one apart, few samples", n: 40, rates: [0.95, 0.6, 0.6, 0.6] },
  { name: "near the top", n: 150, rates: [0.99, 0.99, 0.97, 0.97] },
  { name: "grouped equals", n: 300, rates: [0.6, 0.6, 0.6, 0.6], groups: 30 },
];

describe("all rank ranges of an eval hold the true ranks at once, in 95 of 100 cases", () => {
  test.each(worlds)("$name", (world) => {
    const random = seededRandom(20261120);
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const meetings = withHolm(meetingsOn(draw(world, random), "higher"));
      if (!allCovered(world.rates, rankRanges(world.rates.length, meetings))) missed++;
    }
    expect(missed / runs).toBeLessThanOrEqual(0.05 + slack);
  });

  test("and they close where there is something to see", () => {
    const random = seededRandom(20261120);
    let closed = 0;
    for (let run = 0; run < 100; run++) {
      const meetings = withHolm(meetingsOn(draw({ n: 400, rates: [0.9, 0.75, 0.6] }, random), "higher"));
      if (rankRanges(3, meetings).every(({ best, worst }) => best === worst)) closed++;
    }
    expect(closed).toBeGreaterThan(90);
  });
});

describe("over evals", () => {
  const evals = [
    { n: 30, rates: [0.8, 0.6] },
    { n: 200, rates: [0.5, 0.7] },
  ];

  test("a claim about two equals comes up in at most 5 of 100 cases, few samples or many", () => {
    for (const equal of [
      [
        { n: 20, rates: [0.9, 0.9] },
        { n: 60, rates: [0.6, 0.6] },
      ],
      // Better on one, worse on the other: equal over both.
      evals,
      // A whole eval won against two lost by half: the two do not differ by chance alone, and are equal all the same.
      [
        { n: 60, rates: [0.9, 0.1] },
        { n: 100, rates: [0.3, 0.7] },
        { n: 300, rates: [0.3, 0.7] },
      ],
      [
        { n: 200, rates: [0.6, 0.6], groups: 20 },
        { n: 60, rates: [0.8, 0.8] },
      ],
    ]) {
      const random = seededRandom(20261120);
      let claimed = 0;
      for (let run = 0; run < runs; run++) {
        const found = meanInterval(equal.map((world) => wonLost(draw(world, random), "higher", 0, 1) as OnEval));
        if (found !== null && (found.low > 0 || found.high < 0)) claimed++;
      }

      expect(claimed / runs).toBeLessThanOrEqual(0.05 + slack);
    }
  });

  test("the interval of the share won holds it in at least 93 of 100 cases", () => {
    const random = seededRandom(20261120);
    const truth = [0.6, 0.4];
    let held = 0;
    for (let run = 0; run < runs; run++) {
      const won = meanOfWon(evals.map((world) => wonOn(draw(world, random), "higher")[0] as Won));
      const share = ((truth[0] as number) + (truth[1] as number)) / 2;
      if (won?.interval && won.interval.low <= share && share <= won.interval.high) held++;
    }
    expect(held / runs).toBeGreaterThanOrEqual(0.93 - slack);
  });
});
