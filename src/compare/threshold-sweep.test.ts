import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { type SureAnswer, sweepThreshold } from "./threshold-sweep.ts";

/** Answers that are right above a probability, and wrong below it but for some. */
function answers(n: number, from: number, more: Partial<SureAnswer> = {}): SureAnswer[] {
  const random = seededRandom(7);
  return Array.from({ length: n }, (_, at) => {
    const probability = random();
    return { key: `q${at}`, probability, named: true, hit: probability > from, nameable: probability > from, ...more };
  });
}

describe("sweepThreshold", () => {
  test("finds the threshold above which answers are right, and tells of the other half", () => {
    const sweep = sweepThreshold(answers(2000, 0.6), 1);
    expect(sweep?.chosen).toMatchObject({ threshold: 0.6, precision: 1, recall: 1, f1: 1 });
    expect(sweep?.steps).toHaveLength(19);
    const { held, chosen } = sweep ?? {};
    expect((held?.n ?? 0) + (chosen?.n ?? 0)).toBe(2000);
    expect(held).toMatchObject({ threshold: 0.6, precision: 1, recall: 1 });
    expect(held?.intervals.precision.interval?.method).toBe("clopper-pearson");
  });

  test("does not report the half that it looked at: pure noise is no better than it is", () => {
    const random = seededRandom(3);
    const noise = Array.from({ length: 60 }, (_, at) => {
      const hit = random() < 0.5;
      return { key: `q${at}`, probability: random(), named: true, hit, nameable: true };
    });
    const sweeps = Array.from({ length: 200 }, (_, seed) => sweepThreshold(noise, seed));
    const mean = (of: "chosen" | "held") => sweeps.reduce((sum, sweep) => sum + (sweep?.[of].f1 ?? 0), 0) / sweeps.length;
    expect(mean("held")).toBeLessThan(mean("chosen"));
  });

  test("keeps answers to one question, or of one group, in one half, and counts them together", () => {
    const grouped = answers(400, 0.5).map((answer, at) => ({ ...answer, key: `g${at >> 2}` }));
    const sweep = sweepThreshold(grouped, 5);
    expect((sweep?.chosen.n ?? 1) % 4).toBe(0);
    expect(sweep?.held.intervals.recall.groups).toBeLessThanOrEqual((sweep?.held.n ?? 0) / 4);
  });

  test("names strictly above, and never what is not to be named", () => {
    const even = [0, 1, 2, 3, 4, 5, 6, 7].map((at) => ({
      key: `q${at}`,
      probability: 0.95,
      named: true,
      hit: true,
      nameable: true,
    }));
    const sweep = sweepThreshold(even, 1);
    expect(sweep?.steps.at(-1)).toMatchObject({ threshold: 0.95, named: 0, precision: null, f1: 0 });
    const none = sweepThreshold(answers(50, 0.5, { named: false, hit: false }), 1);
    expect(none?.chosen).toMatchObject({ named: 0, hits: 0, recall: 0 });
  });

  test("needs two halves", () => {
    expect(sweepThreshold(answers(1, 0.5), 1)).toBeUndefined();
  });
});
