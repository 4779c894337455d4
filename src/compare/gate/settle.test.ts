import { describe, expect, test } from "vitest";
import { caseOf, sides, today } from "../../../test/support/gate-values.ts";
import { seededRandom } from "../../core/random.ts";
import { pairedDifference } from "../../stats/paired-difference.ts";
import { judgeGate } from "./judge-gate.ts";
import { afterSecondLook, lookAlpha } from "./settle.ts";

/** p of "not worse by the margin", by counts of flips: worked out once for each. */
function margins(n: number, margin: number): (better: number, worse: number) => number {
  const known = new Map<string, number>();
  return (better, worse) => {
    const key = `${better} ${worse}`;
    let p = known.get(key);
    if (p === undefined) {
      const baseline = Float64Array.from({ length: n }, (_, row) => (row < worse ? 1 : 0));
      const candidate = Float64Array.from({ length: n }, (_, row) => (row >= worse && row < worse + better ? 1 : 0));
      p = pairedDifference({ baseline, candidate, unitRange: true })?.pAbove(-margin) ?? 1;
      known.set(key, p);
    }
    return p;
  };
}

describe("two looks", () => {
  test("pass a candidate that is worse by the whole margin in at most 5 % of gates; two looks at 5 % do not", () => {
    const [first, more, margin, flips] = [150, 150, 0.05, 0.15];
    const [atFirst, atBoth] = [margins(first, margin), margins(first + more, margin)];
    const random = seededRandom(11);
    const draw = (n: number) => {
      let [better, worse] = [0, 0];
      for (let i = 0; i < n; i++) {
        const u = random();
        if (u < (flips - margin) / 2) better++;
        else if (u < flips) worse++;
      }
      return { better, worse };
    };
    const times = 6000;
    const passed = { split: 0, naive: 0 };
    for (let i = 0; i < times; i++) {
      const [one, two] = [draw(first), draw(more)];
      const early = atFirst(one.better, one.worse);
      const late = atBoth(one.better + two.better, one.worse + two.worse);
      if (early < lookAlpha || late < lookAlpha) passed.split++;
      if (early < 0.05 || late < 0.05) passed.naive++;
    }
    // Monte Carlo standard error 0.3 points.
    expect(passed.split / times).toBeLessThan(0.05);
    expect(passed.naive / times).toBeGreaterThan(0.06);
  });

  test("keep what the first settled, and take the rest from the second", async () => {
    const counts = { both: 80, worse: 3, better: 3 };
    const [few, many] = [await sides(100, counts), await sides(1000, { both: 800, worse: 20, better: 25 })];
    const rule = ["delta.accuracy >= -0.2", "delta.accuracy >= -0.03"];
    const look = async ({ baseline, candidate }: typeof few) =>
      judgeGate({ cases: [await caseOf(baseline, candidate, { rule })], alpha: lookAlpha, today });
    const [first, second] = [await look(few), await look(many)];
    expect(first).toMatchObject({ verdict: "inconclusive", exit: 4 });
    const settled = afterSecondLook(first, second);
    expect(settled.rules.map(({ n, verdict, alpha }) => [n, verdict, alpha])).toEqual([
      [100, "pass", 0.025],
      [1000, "pass", 0.025],
    ]);
    expect(settled).toMatchObject({ verdict: "pass", exit: 0 });
    expect(settled.rules[1]?.interval).toMatchObject({ level: 0.975, sides: 1 });
  });
});
