import { jStat } from "jstat";
import { describe, expect, test } from "vitest";
import { betaCdf, betaQuantile } from "./beta.ts";
import { binomialCdf, binomialMass } from "./binomial.ts";
import { logGamma } from "./gamma.ts";
import { normalQuantile } from "./normal.ts";
import { normalCdf } from "./normal-cdf.ts";
import { tQuantile } from "./student.ts";
import { tCdf } from "./t-cdf.ts";

describe("normalCdf", () => {
  test.each([
    [-1.96, 0.024997895148220435],
    [1, 0.8413447460685429],
    [0, 0.5],
    [-2.9999, 0.0013503412829549248],
    [-3.0001, 0.001349454913260717],
    [-10, 7.619853024160593e-24],
    [-37, 5.725571222525139e-300],
    [9, 1],
  ])("of %d is %d", (z, p) => {
    expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-12);
  });

  test("is undone by the quantile", () => {
    for (let z = -8; z <= 5; z += 0.0625) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9);
  });

  test("ends at 0 and 1", () => {
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([0, 1]);
  });
});

describe("tCdf", () => {
  test("of t = 1 with 9 degrees of freedom leaves .34343640 in both tails", () => {
    expect(2 * tCdf(-1, 9)).toBeCloseTo(0.3434364, 8);
  });

  test("is undone by the quantile", () => {
    for (const df of [1, 2.5, 9, 200])
      for (const p of [0.001, 0.2, 0.5, 0.7, 0.999]) expect(tCdf(tQuantile(p, df), df)).toBeCloseTo(p, 10);
  });
});

// jStat is good to about 7 digits; where it is coarser than ours its error is the tolerance.
describe("jStat says the same", () => {
  const shapes = [0.5, 1, 2, 7.5, 40, 300];
  const shares = [0.001, 0.025, 0.2, 0.5, 0.9, 0.975, 0.999];

  test("of beta", () => {
    for (const a of shapes) {
      for (const b of shapes) {
        for (const x of [0.01, 0.1, 0.35, 0.5, 0.8, 0.99]) expect(betaCdf(x, a, b)).toBeCloseTo(jStat.beta.cdf(x, a, b), 7);
        for (const p of shares) expect(betaQuantile(p, a, b)).toBeCloseTo(jStat.beta.inv(p, a, b), 6);
      }
    }
  });

  test("of the normal", () => {
    for (let z = -6; z <= 6; z += 0.37) expect(normalCdf(z)).toBeCloseTo(jStat.normal.cdf(z, 0, 1), 10);
    for (const p of shares) expect(normalQuantile(p)).toBeCloseTo(jStat.normal.inv(p, 0, 1), 7);
  });

  test("of Student's t", () => {
    for (const df of [1, 2, 5, 9, 30, 99, 1000]) {
      for (const t of [-5, -1.3, -0.2, 0, 0.7, 2.1, 4]) expect(tCdf(t, df)).toBeCloseTo(jStat.studentt.cdf(t, df), 7);
      for (const p of shares) expect(tQuantile(p, df) / jStat.studentt.inv(p, df) || 1).toBeCloseTo(1, 6);
    }
  });

  test("of the binomial", () => {
    for (const n of [1, 7, 30, 150]) {
      for (const p of [0.03, 0.3, 0.5, 0.95]) {
        for (let k = 0; k <= n; k += 3) {
          expect(binomialMass(k, n, p)).toBeCloseTo(jStat.binomial.pdf(k, n, p), 9);
          expect(binomialCdf(k, n, p)).toBeCloseTo(jStat.binomial.cdf(k, n, p), 8);
        }
      }
    }
  });

  test("of the logarithm of gamma", () => {
    for (const x of [0.2, 0.5, 1.5, 3, 17.25, 400, 1e5]) expect(logGamma(x)).toBeCloseTo(jStat.gammaln(x), 6);
  });
});
