import { describe, expect, test } from "vitest";
import { chanceOfPairs, exactVerdictRates } from "../../stats/pair-outcomes.ts";
import { proportionMargins } from "../../stats/paired-proportion.ts";
import { exactPower, exactUnchanged } from "./exact-rates.ts";

const tests = (n: number) => {
  const known = new Map<string, ReturnType<typeof proportionMargins>>();
  return (b: number, c: number) => {
    const key = `${b} ${c}`;
    const found = known.get(key) ?? proportionMargins({ b, c, n });
    known.set(key, found);
    return found;
  };
};

describe.each([
  { n: 60, delta: 0.15, discordance: 0.3, margin: 0.1 },
  { n: 150, delta: 0.05, discordance: 0.08, margin: 0.03 },
])("$n pairs of which $discordance flip", ({ n, delta, discordance, margin }) => {
  const of = tests(n);

  test("power is the chance of an outcome that the test of diff calls better, over every outcome", () => {
    const model = { n, better: (discordance + delta) / 2, worse: (discordance - delta) / 2 };
    const summed = chanceOfPairs(model, (b, c) => of(b, c).above.pAbove(0) < 0.025);
    expect(exactPower({ n, delta, discordance })).toBeCloseTo(summed, 9);
  });

  test("an unchanged model ends as the gate's test says, over every outcome", () => {
    const summed = exactVerdictRates({ n, better: discordance / 2, worse: discordance / 2 }, (b, c) => {
      if (of(b, c).above.pAbove(-margin) < 0.05) return "pass";
      return of(b, c).mirrored.pAbove(margin) < 0.05 ? "fail" : "inconclusive";
    });
    const found = exactUnchanged({ n, margin, discordance });
    for (const end of ["pass", "fail", "inconclusive"] as const) expect(found[end]).toBeCloseTo(summed[end], 9);
  });
});
