import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/random.ts";
import { calibrateJudge, carryCalibration } from "./calibrate-judge.ts";

describe("calibrateJudge", () => {
  test("weighs each label by how many replies it stands for, however many of each verdict were drawn", () => {
    // 900 of 1000 pass the judge; of 50 labelled ones of each verdict, 45 and 10 pass.
    const found = calibrateJudge({ passed: { size: 900, labelled: 50, yes: 45 }, failed: { size: 100, labelled: 50, yes: 10 } });
    const people = 0.9 * 0.9 + 0.1 * 0.2;
    expect(found.base_rate).toEqual({ judge: 0.9, people: expect.closeTo(people, 12) });
    expect(found.corrected?.value).toBeCloseTo(people, 12);
    expect(found.tpr?.value).toBeCloseTo(0.81 / people, 12);
    expect(found.tnr?.value).toBeCloseTo(0.08 / (1 - people), 12);
    const agreement = 0.81 + 0.08;
    const chance = 0.9 * people + 0.1 * (1 - people);
    expect(found.kappa).toBeCloseTo((agreement - chance) / (1 - chance), 12);
    // Both verdicts' spread and that of the judge's own share: 0.9² × .09/49 + 0.1² × .16/49 + .09 × .7² / 1000.
    expect(found.corrected?.se).toBeCloseTo(Math.sqrt(0.81 * (0.09 / 49) + 0.01 * (0.16 / 49) + (0.09 * 0.49) / 1000), 12);
  });

  test("a kappa says nothing without its base rates: 91 of 100 agree, kappa .13", () => {
    const found = calibrateJudge({ passed: { size: 94, labelled: 94, yes: 90 }, failed: { size: 6, labelled: 6, yes: 5 } });
    expect(found.kappa).toBeCloseTo(0.13461538, 8);
    expect(found.base_rate.judge).toBe(0.94);
    expect(found.base_rate.people).toBeCloseTo(0.95, 12);
  });

  test.each([
    {
      what: "nothing is labelled",
      passed: { size: 5, labelled: 0, yes: 0 },
      failed: { size: 5, labelled: 0, yes: 0 },
      reason: "nothing is labelled",
    },
    {
      what: "one verdict is not",
      passed: { size: 5, labelled: 5, yes: 5 },
      failed: { size: 5, labelled: 0, yes: 0 },
      reason: "both of the judge's verdicts",
    },
  ])("says why there is no number where $what", ({ passed, failed, reason }) => {
    const found = calibrateJudge({ passed, failed });
    expect(found).toMatchObject({ kappa: null, tpr: null, tnr: null, corrected: null });
    expect(found.reason).toContain(reason);
  });

  test("a judge with one verdict alone has no kappa where people agree, and still an interval with width", () => {
    const found = calibrateJudge({ passed: { size: 200, labelled: 40, yes: 40 }, failed: { size: 0, labelled: 0, yes: 0 } });
    expect(found.kappa).toBeNull();
    expect(found.corrected?.value).toBe(1);
    expect(found.corrected?.low).toBeLessThan(0.99);
    expect(found.tnr).toBeNull();
  });

  const stratum = fc
    .record({ size: fc.integer({ min: 1, max: 500 }), labelled: fc.nat(60), yes: fc.nat(60) })
    .map(({ size, labelled, yes }) => {
      const n = Math.min(size, labelled);
      return { size, labelled: n, yes: Math.min(n, yes) };
    });

  test("every share lies in its interval, and every interval in 0 to 1 with width", () => {
    fc.assert(
      fc.property(stratum, stratum, (passed, failed) => {
        const { tpr, tnr, corrected } = calibrateJudge({ passed, failed });
        for (const share of [tpr, tnr, corrected]) {
          if (share === null) continue;
          expect(share.low).toBeGreaterThanOrEqual(0);
          expect(share.high).toBeLessThanOrEqual(1);
          expect(share.low).toBeLessThanOrEqual(share.value);
          expect(share.high).toBeGreaterThanOrEqual(share.value);
          expect(share.high - share.low).toBeGreaterThan(0);
        }
      }),
    );
  });

  test.each([
    { rate: 0.7, sensitivity: 0.9, specificity: 0.7 },
    { rate: 0.9, sensitivity: 0.95, specificity: 0.6 },
    { rate: 0.5, sensitivity: 0.7, specificity: 0.7 },
  ])(
    "the corrected score covers what people would say: $rate pass, judged at $sensitivity and $specificity",
    ({ rate, sensitivity, specificity }) => {
      const random = seededRandom(7);
      const [runs, replies, labels] = [800, 400, 60];
      let [covered, rates] = [0, 0];
      for (let run = 0; run < runs; run++) {
        const strata = { passed: { size: 0, labelled: 0, yes: 0 }, failed: { size: 0, labelled: 0, yes: 0 } };
        for (let reply = 0; reply < replies; reply++) {
          const people = random() < rate;
          const stratum = random() < (people ? sensitivity : 1 - specificity) ? strata.passed : strata.failed;
          stratum.size++;
          // The first so many of each verdict: they come in random order.
          if (stratum.labelled === labels / 2) continue;
          stratum.labelled++;
          if (people) stratum.yes++;
        }
        const { corrected, tpr } = calibrateJudge(strata);
        if (corrected !== null && corrected.low <= rate && rate <= corrected.high) covered++;
        if (tpr !== null && tpr.low <= sensitivity && sensitivity <= tpr.high) rates++;
      }
      expect(covered / runs).toBeGreaterThan(0.92);
      expect(rates / runs).toBeGreaterThan(0.92);
    },
  );
});

test("another run of the judge is corrected by the rates that it had, or not at all by a judge who knows nothing", () => {
  const good = calibrateJudge({ passed: { size: 500, labelled: 100, yes: 90 }, failed: { size: 500, labelled: 100, yes: 20 } });
  const found = carryCalibration(700, 1000, good);
  const { tpr, tnr } = good;
  expect(found?.value).toBeCloseTo((0.7 + (tnr?.value ?? 0) - 1) / ((tpr?.value ?? 0) + (tnr?.value ?? 0) - 1), 12);
  expect(found?.method).toBe("rogan-gladen");
  const blind = calibrateJudge({ passed: { size: 500, labelled: 100, yes: 50 }, failed: { size: 500, labelled: 100, yes: 50 } });
  expect(carryCalibration(700, 1000, blind)).toBeNull();
});
