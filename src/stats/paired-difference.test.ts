import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PairedDifference, type PairedRows, pairedDifference } from "./paired-difference.ts";
import { factsOf } from "./paired-mean.ts";
import { unitsOfSamples } from "./paired-units.ts";
import { studentMargin } from "./student-margin.ts";

function differenceOf(rows: PairedRows): PairedDifference {
  const found = pairedDifference(rows);
  if (found === null) throw new Error("no rows");
  return found;
}

/** b improvements, c regressions, the rest right on both sides. */
function verdicts(b: number, c: number, n: number): PairedRows {
  const baseline = Array.from({ length: n }, (_, i) => (i < b ? 0 : 1));
  const candidate = Array.from({ length: n }, (_, i) => (i >= b && i < b + c ? 0 : 1));
  return { baseline, candidate, unitRange: true };
}

const verdict = fc.constantFrom(0, 1);
const score = fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000);
const seconds = fc.integer({ min: 0, max: 5_000_000 }).map((k) => k / 1000);

/** Rows of every kind: verdicts, scores, values without a range; alike or not; independent, or in 5 to 12 groups. */
const rowsOfAllKinds = fc
  .tuple(
    fc.constantFrom(verdict, score, seconds),
    fc.constantFrom("alone", "grouped"),
    fc.constantFrom(0, 0.2, 1),
    fc.integer({ min: 1, max: 60 }),
  )
  .chain(([value, kind, changed, n]) =>
    fc.record({
      pairs: fc.array(fc.tuple(value, value, score, fc.integer({ min: 0, max: 12 })), { minLength: n, maxLength: n }),
      kind: fc.constant(kind),
      changed: fc.constant(changed),
      unitRange: fc.constant(value !== seconds),
    }),
  )
  .map(
    ({ pairs, kind, changed, unitRange }): PairedRows => ({
      baseline: pairs.map(([before]) => before),
      candidate: pairs.map(([before, after, u]) => (u < changed ? after : before)),
      ...(kind === "grouped" && { groups: Uint32Array.from(pairs, ([, , , group]) => group) }),
      unitRange,
    }),
  );

const level = fc.constantFrom(0.8, 0.9, 0.95, 0.99);

describe("pairedDifference, whatever the values, in groups or not", () => {
  test("an interval has width, holds the estimate, and ends where the one-sided p reaches its tail", () => {
    fc.assert(
      fc.property(rowsOfAllKinds, level, (rows, coverage) => {
        const found = differenceOf(rows);
        const interval = found.interval(coverage);
        const a = (1 - coverage) / 2;
        if (interval === null) {
          expect(found.reason).toBeDefined();
          expect([found.pAbove(-0.5), found.pBelow(0.5), found.p]).toEqual([1, 1, 1]);
          return;
        }
        const { low, high } = interval;
        expect(low).toBeLessThan(high);
        expect(low).toBeLessThanOrEqual(found.value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(found.value - 1e-12);
        const step = 1e-7 * Math.max(1, high - low);
        const floor = rows.unitRange ? -1 + step : Number.NEGATIVE_INFINITY;
        if (low > floor) expect(found.pAbove(low - step)).toBeLessThan(a);
        expect(found.pAbove(low + step)).toBeGreaterThanOrEqual(a);
        if (high < -floor) expect(found.pBelow(high + step)).toBeLessThan(a);
        expect(found.pBelow(high - step)).toBeGreaterThanOrEqual(a);
      }),
      { numRuns: 400 },
    );
  });

  test("swapped sides give the same with the signs changed", () => {
    fc.assert(
      fc.property(rowsOfAllKinds, (rows) => {
        const found = differenceOf(rows);
        const swapped = differenceOf({ ...rows, baseline: rows.candidate, candidate: rows.baseline });
        expect(swapped.value).toBeCloseTo(-found.value, 12);
        expect(swapped.p).toBeCloseTo(found.p, 10);
        expect(swapped.pAbove(0.01)).toBeCloseTo(found.pBelow(-0.01), 10);
        const [one, other] = [found.interval(), swapped.interval()];
        if (one === null || other === null) expect(one).toBe(other);
        else {
          expect(other.low).toBeCloseTo(-one.high, 8);
          expect(other.high).toBeCloseTo(-one.low, 8);
        }
      }),
    );
  });

  test("the order of samples does not matter", () => {
    fc.assert(
      fc.property(rowsOfAllKinds, fc.nat(), (rows, turn) => {
        const n = rows.baseline.length;
        const turned = <T extends ArrayLike<number>>(list: T) =>
          Array.from(list, (_, i) => list[(i + turn) % n] as number).reverse();
        const other = differenceOf({
          baseline: turned(rows.baseline),
          candidate: turned(rows.candidate),
          unitRange: rows.unitRange,
          ...(rows.groups !== undefined && { groups: Uint32Array.from(turned(rows.groups)) }),
        });
        const found = differenceOf(rows);
        expect(other.value).toBeCloseTo(found.value, 9);
        expect(other.p).toBeCloseTo(found.p, 6);
        expect(other.interval()?.low ?? 0).toBeCloseTo(found.interval()?.low ?? 0, 5);
      }),
    );
  });

  test("the two-sided p is twice the smaller one-sided p, and agrees with the interval about 0", () => {
    fc.assert(
      fc.property(rowsOfAllKinds, (rows) => {
        const found = differenceOf(rows);
        expect(found.p).toBe(Math.min(1, 2 * Math.min(found.pAbove(0), found.pBelow(0))));
        const interval = found.interval();
        // Closer than the limits are worked out, either answer is right.
        fc.pre(interval !== null && Math.min(Math.abs(interval.low), Math.abs(interval.high)) > 1e-7);
        expect(interval !== null && (interval.low > 0 || interval.high < 0)).toBe(found.p < 0.05);
      }),
    );
  });

  test("p rises with the bound", () => {
    const bound = fc.double({ min: -1.1, max: 1.1, noNaN: true });
    fc.assert(
      fc.property(rowsOfAllKinds, bound, bound, (rows, one, other) => {
        const { pAbove } = differenceOf(rows);
        expect(pAbove(Math.min(one, other))).toBeLessThanOrEqual(pAbove(Math.max(one, other)) + 1e-9);
      }),
    );
  });
});

describe("the method", () => {
  test.each([
    { b: 10, c: 3, n: 100, method: "paired-exact" },
    { b: 0, c: 0, n: 100, method: "paired-exact" },
    { b: 1000, c: 1000, n: 5000, method: "paired-exact" },
    { b: 1000, c: 1001, n: 5000, method: "paired-tango" },
  ])("for $b and $c flips in $n is $method", ({ b, c, n, method }) => {
    const found = differenceOf(verdicts(b, c, n));
    expect(found.test).toBe(method);
    expect(found.interval()?.method).toBe(method);
    expect(found.approximate).toBe(false);
  });

  test("verdicts in groups and scores go by Student's t on groups and samples", () => {
    const rows = verdicts(30, 20, 400);
    const groups = Uint32Array.from({ length: 400 }, (_, i) => 1 + (i % 40));
    expect(differenceOf({ ...rows, groups })).toMatchObject({ test: "paired-cluster-t", groups: 40, approximate: false });
    const halves = { baseline: Array.from(rows.baseline, (x) => x / 2), candidate: rows.candidate, unitRange: true };
    expect(differenceOf(halves)).toMatchObject({ test: "paired-t", groups: null, approximate: false });
  });

  test("samples without a group are groups of their own, so that all of them together are independent", () => {
    const rows = verdicts(10, 3, 100);
    const found = differenceOf({ ...rows, groups: new Uint32Array(100) });
    expect(found).toMatchObject({ test: "paired-exact", groups: 100 });
    expect(found.interval()).toEqual(differenceOf(rows).interval());
  });
});

describe("the standard error", () => {
  test("of ten published pairs is .2, and Student's p .3434364", () => {
    const candidate = [1, 1, 1, 0, 1, 0, 1, 1, 0, 1];
    const baseline = [1, 0, 1, 0, 0, 0, 1, 1, 1, 0];
    const found = differenceOf({ baseline, candidate, unitRange: true });
    expect(found.value).toBeCloseTo(0.2, 12);
    expect(found.se).toBeCloseTo(0.2, 12);
    const facts = factsOf(unitsOfSamples(Float64Array.from(candidate, (after, i) => after - (baseline[i] as number))));
    const student = studentMargin({ value: facts.value, se: facts.se as number, df: facts.count - 1 });
    expect(2 * student.pAbove(0)).toBeCloseTo(0.3434364, 7);
  });

  test("does not shrink when every pair of a group is there K times", () => {
    fc.assert(
      fc.property(rowsOfAllKinds, fc.integer({ min: 2, max: 4 }), ({ baseline, candidate, groups, unitRange }, times) => {
        const ids = groups ?? Uint32Array.from(baseline, (_, i) => i + 1);
        // A sample of no group would become several.
        const named = ids.map((id, i) => (id === 0 ? 100 + i : id));
        const copies = (list: ArrayLike<number>) => Array.from(list).flatMap((value) => new Array<number>(times).fill(value));
        const once = differenceOf({ baseline, candidate, groups: named, unitRange });
        const often = differenceOf({
          baseline: copies(baseline),
          candidate: copies(candidate),
          groups: Uint32Array.from(copies(named)),
          unitRange,
        });
        fc.pre(once.se !== null);
        expect(often.se).not.toBeNull();
        expect((often.se as number) / (once.se as number)).toBeCloseTo(1, 8);
      }),
    );
  });
});

describe("where spread says nothing", () => {
  test("identical verdicts on 100 samples may still differ by 3.7 points", () => {
    const found = differenceOf(verdicts(0, 0, 100));
    expect(found).toMatchObject({ value: 0, se: null, p: 1 });
    expect(found.interval()?.low).toBeCloseTo(-0.0367, 4);
    expect(found.interval()?.high).toBeCloseTo(0.0367, 4);
  });

  test("identical runs in groups go by the number of groups", () => {
    const rows = { ...verdicts(0, 0, 600), groups: Uint32Array.from({ length: 600 }, (_, i) => 1 + (i % 20)) };
    const found = differenceOf(rows);
    expect(found).toMatchObject({ test: "paired-alike", approximate: false });
    // 1 - .025 ** (1 / 20), by saddlepoint.
    expect(found.interval()?.high).toBeCloseTo(0.1684, 2);
  });

  test("scores that all rose by the same are not certain to rise everywhere", () => {
    const baseline = Array.from({ length: 50 }, (_, i) => 0.2 + i / 100);
    const found = differenceOf({ baseline, candidate: baseline.map((x) => x + 0.1), unitRange: true });
    expect(found.test).toBe("paired-alike");
    expect(found.interval()?.low).toBeLessThan(0.05);
    expect(found.interval()?.high).toBeGreaterThan(0.12);
  });

  test("one sample has an interval, a wide one", () => {
    const { low = 0, high = 0 } = differenceOf({ baseline: [0.4], candidate: [0.5], unitRange: true }).interval() ?? {};
    expect(high - low).toBeGreaterThan(1);
  });

  test("values without a known range get the observed one, and say so", () => {
    const baseline = Array.from({ length: 100 }, (_, i) => 200 + i);
    const found = differenceOf({ baseline, candidate: baseline, unitRange: false });
    expect(found.approximate).toBe(true);
    expect(found.reason).toContain("no known range");
    expect(found.interval()?.high).toBeGreaterThan(1);
  });

  test.each([
    {
      why: "4 groups",
      rows: { ...verdicts(3, 1, 40), groups: Uint32Array.from({ length: 40 }, (_, i) => 1 + (i % 4)) },
      reason: "4 groups",
    },
    { why: "one group", rows: { ...verdicts(3, 1, 40), groups: new Uint32Array(40).fill(7) }, reason: "1 group says" },
    {
      why: "one value everywhere and no range",
      rows: { baseline: [3, 3], candidate: [3, 3], unitRange: false },
      reason: "all values are alike",
    },
  ])("$why: no interval, with the reason", ({ rows, reason }) => {
    const found = differenceOf(rows);
    expect(found.interval()).toBeNull();
    expect(found.reason).toContain(reason);
    expect(found.p).toBe(1);
  });

  test.each([
    { why: "12 groups", count: 12, b: 30, reason: "only 12 groups" },
    { why: "flips in 3 of 40 groups", count: 40, b: 3, reason: "few groups" },
  ])("$why: approximate, with the reason", ({ count, b, reason }) => {
    const groups = Uint32Array.from({ length: 400 }, (_, i) => 1 + (i % count));
    const found = differenceOf({ ...verdicts(b, 0, 400), groups });
    expect(found.approximate).toBe(true);
    expect(found.reason).toContain(reason);
  });
});

test("no samples, no difference", () => {
  expect(pairedDifference({ baseline: [], candidate: [], unitRange: true })).toBeNull();
});

test.each([
  ["sides of different length", { baseline: [1], candidate: [1, 0], unitRange: true }],
  ["groups of another length", { baseline: [1], candidate: [1], groups: new Uint32Array(2), unitRange: true }],
  ["a value outside its range", { baseline: [1.5], candidate: [1], unitRange: true }],
  ["a value that is none", { baseline: [Number.NaN], candidate: [1], unitRange: true }],
  ["a value without end", { baseline: [Number.POSITIVE_INFINITY], candidate: [1], unitRange: false }],
])("refuses %s", (_, rows) => {
  expect(() => pairedDifference(rows)).toThrow(RangeError);
});
