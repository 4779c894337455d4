import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusteredMeanOf, clusteredProportionInterval } from "./clusters.ts";
import { meanOf } from "./mean.ts";
import { wilson } from "./wilson.ts";

describe("clusteredMeanOf", () => {
  test.each([
    {
      values: [1, 1, 0, 1, 0, 0, 0, 0, 1, 1],
      clusterOf: [0, 0, 0, 1, 1, 2, 2, 2, 3, 3],
      clusters: 4,
      mean: 0.5,
      naive: 0.16666667,
      se: 0.21602469,
    },
    {
      values: [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0],
      clusterOf: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2],
      clusters: 3,
      mean: 0.58333333,
      naive: 0.1486471,
      se: 0.30046261,
    },
  ])("$clusters clusters: $se, where independence would say $naive", ({ values, clusterOf, clusters, mean, naive, se }) => {
    const found = clusteredMeanOf(values, clusterOf, clusters);
    expect(found.mean).toBeCloseTo(mean, 8);
    expect(found.se).toBeCloseTo(se, 8);
    expect(meanOf(values).se).toBeCloseTo(naive, 8);
    // CR0 itself.
    expect((found.se as number) * Math.sqrt((clusters - 1) / clusters)).toBeCloseTo(clusters === 4 ? 0.18708287 : 0.24532669, 8);
  });

  const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 60 });

  test("is the plain standard error when every value is its own cluster", () => {
    fc.assert(
      fc.property(values, (list) => {
        const found = clusteredMeanOf(list, [...list.keys()], list.length);
        expect(found.se).toBeCloseTo(meanOf(list).se as number, 12);
      }),
    );
  });

  test("does not shrink when every value is there K times", () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 5 }), (list, times) => {
        const copies = list.flatMap((value) => new Array<number>(times).fill(value));
        const clusterOf = list.flatMap((_, i) => new Array<number>(times).fill(i));
        const found = clusteredMeanOf(copies, clusterOf, list.length);
        expect(found.se).toBeCloseTo(meanOf(list).se as number, 12);
      }),
    );
  });

  test("one cluster has no standard error", () => {
    expect(clusteredMeanOf([0, 1], [0, 0], 1).se).toBeNull();
  });
});

describe("clusteredProportionInterval", () => {
  test("is never narrower than Wilson's interval of independent trials, holds the estimate and has width", () => {
    const groups = fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), right: fc.nat() }), {
      minLength: 5,
      maxLength: 40,
    });
    fc.assert(
      fc.property(groups, (list) => {
        const values = list.flatMap(({ size, right }) =>
          Array.from({ length: size }, (_, i) => (i < right % (size + 1) ? 1 : 0)),
        );
        const clusterOf = list.flatMap(({ size }, group) => new Array<number>(size).fill(group));
        const found = clusteredMeanOf(values, clusterOf, list.length);
        const { low, high } = clusteredProportionInterval({ ...found, se: found.se as number });
        expect(low).toBeLessThanOrEqual(found.mean);
        expect(high).toBeGreaterThanOrEqual(found.mean);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        const naive = wilson(Math.round(found.mean * found.n), found.n);
        expect(high - low).toBeGreaterThanOrEqual((naive.high - naive.low) * 0.999);
      }),
    );
  });

  test("takes each cluster for one trial when all trials are alike", () => {
    const { low, high, method } = clusteredProportionInterval({ mean: 1, se: 0, n: 600, clusters: 10 });
    expect(low).toBeCloseTo(0.691503, 6);
    expect({ high, method }).toEqual({ high: 1, method: "clopper-pearson" });
  });

  test("trials that balance out exactly within their clusters claim no more than independent ones", () => {
    const naive = wilson(300, 600);
    const { low, high } = clusteredProportionInterval({ mean: 0.5, se: 0, n: 600, clusters: 300 });
    expect(low).toBeCloseTo(naive.low, 3);
    expect(high).toBeCloseTo(naive.high, 3);
  });
});
