import { describe, expect, test } from "vitest";
import { meanOf } from "./mean.ts";
import { normalQuantile } from "./normal.ts";
import { differenceOfCounts } from "./paired-counts.ts";
import { studentMargin } from "./student-margin.ts";

describe("differenceOfCounts", () => {
  test.each([
    { b: 10, c: 3, n: 100, value: 0.07, se: 0.03554766 },
    { b: 40, c: 25, n: 1000, value: 0.015, se: 0.00805232 },
  ])("$b better and $c worse of $n: $value, standard error $se", ({ b, c, n, value, se }) => {
    const found = differenceOfCounts({ b, c, n });
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.se).toBeCloseTo(se, 8);
  });

  test("its Wald bound and test for 20 better and 25 worse of 500 are the published ones", () => {
    const { value, se } = differenceOfCounts({ b: 20, c: 25, n: 500 });
    expect(value - 1.6448536269514722 * (se as number)).toBeCloseTo(-0.032078, 6);
    expect((value + 0.03) / (se as number)).toBeCloseTo(1.490049, 6);
    // With so many degrees of freedom Student's p is the normal one, nearly.
    expect(studentMargin({ value, se: se as number, df: 1e9 }).pAbove(-0.03)).toBeCloseTo(0.068106, 6);
  });

  test("one pair has no standard error", () => {
    expect(differenceOfCounts({ b: 1, c: 0, n: 1 })).toEqual({ value: 1, se: null });
  });

  test.each([
    [3, 3, 5],
    [-1, 0, 5],
    [0.5, 0, 5],
    [0, 0, 0],
    [Number.NaN, 0, 5],
  ])("refuses %d and %d flips in %d pairs", (b, c, n) => {
    expect(() => differenceOfCounts({ b, c, n })).toThrow(RangeError);
  });
});

describe("the plain interval of a paired difference", () => {
  test.each([
    { b: 10, c: 3, n: 100, low: 0.000328, high: 0.139672 },
    { b: 40, c: 25, n: 1000, low: -0.000782, high: 0.030782 },
  ])("of $b and $c flips among $n is the difference and 1.96 standard errors", ({ b, c, n, low, high }) => {
    const { value, se } = differenceOfCounts({ b, c, n });
    expect(value - normalQuantile(0.975) * (se ?? 0)).toBeCloseTo(low, 6);
    expect(value + normalQuantile(0.975) * (se ?? 0)).toBeCloseTo(high, 6);
  });
});

test("pairs say more than two samples apart, by as much as they agree", () => {
  const candidate = [1, 1, 1, 0, 1, 0, 1, 1, 0, 1];
  const baseline = [1, 0, 1, 0, 0, 0, 1, 1, 1, 0];
  const differences = candidate.map((value, at) => value - (baseline[at] as number));
  const [a, b, d] = [candidate, baseline, differences].map((values) => meanOf(values).se ?? 0) as [number, number, number];
  expect(d).toBeCloseTo(0.2, 12);
  expect(Math.hypot(a, b)).toBeCloseTo(0.22607767, 8);
  expect((a * a + b * b - d * d) / (2 * a * b)).toBeCloseTo(0.21821789, 8);
});
