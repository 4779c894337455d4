import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { clopperPearson } from "../../stats/clopper-pearson.ts";
import { pairedDifference } from "../../stats/paired-difference.ts";
import { expand, type Vocabulary } from "./expand.ts";
import type { Expression, Formula } from "./expression.ts";
import { measure } from "./measure.ts";
import { type ExpressionParser, faultIn, openExpressions } from "./parse-expression.ts";
import type { Rows } from "./rows.ts";

let parser: ExpressionParser;
beforeAll(async () => {
  parser = await openExpressions();
});

type Numbers = { readonly [metric: string]: readonly number[] };

interface Table {
  readonly candidate: Numbers;
  readonly baseline?: Numbers;
  readonly groups?: readonly number[];
  readonly labels?: readonly string[];
  readonly unitRange?: boolean;
}

function rowsOf({ candidate, baseline = {}, groups, labels, unitRange = true }: Table): Rows {
  const size = Object.values(candidate)[0]?.length ?? 0;
  const texts = ["", ...new Set(labels)];
  return {
    size,
    groups: groups && Uint32Array.from(groups),
    slices: labels
      ? [
          {
            path: "metadata.label",
            ids: Uint32Array.from(labels, (label) => texts.indexOf(label)),
            text: (id) => texts[id] ?? "",
            full: false,
          },
        ]
      : [],
    values(side, metric) {
      const values = (side === "candidate" ? candidate : baseline)[metric];
      return values && { values: Float64Array.from(values), unitRange };
    },
  };
}

function formula(text: string, metrics: { readonly [name: string]: string } = {}): Formula {
  const expressions = new Map<string, Expression>(Object.entries(metrics).map(([name, one]) => [name, parser.expression(one)]));
  const vocabulary: Vocabulary = {
    metrics: new Set(["accuracy", "precision", "recall"]),
    expressions,
    slices: ["metadata.label"],
    exact: ["errors"],
    exactValue: () => 0.25,
    fault: faultIn(text, undefined),
  };
  return expand(parser.expression(text), vocabulary);
}

const ends = (interval: { low: number; high: number } | null) => interval && { low: interval.low, high: interval.high };

describe("measure", () => {
  const accuracy = [1, 1, 1, 0, 1, 1, 1, 1, 0, 1];

  test("judges a mean of verdicts by the exact interval", () => {
    const { claim } = measure(formula("accuracy"), rowsOf({ candidate: { accuracy } }));
    expect(claim).toMatchObject({ n: 10, value: 0.8, test: "clopper-pearson", approximate: false });
    expect(ends(claim.interval(0.9))).toEqual(ends(clopperPearson(8, 10, 0.9)));
  });

  test.each([
    ["1 - accuracy", -1, 1],
    ["2 * accuracy - 0.5", 2, -0.5],
    ["(accuracy + 1) / 4", 0.25, 0.25],
    ["errors + accuracy", 1, 0.25],
  ])("keeps the exact interval of %s", (text, factor, offset) => {
    const { claim } = measure(formula(text), rowsOf({ candidate: { accuracy } }));
    const { low, high } = clopperPearson(8, 10, 0.9);
    const expected = [offset + factor * low, offset + factor * high].sort((a, b) => a - b);
    expect(claim.value).toBeCloseTo(offset + factor * 0.8, 12);
    expect(claim.interval(0.9)?.low).toBeCloseTo(expected[0] as number, 12);
    expect(claim.interval(0.9)?.high).toBeCloseTo(expected[1] as number, 12);
    expect(claim.pAbove(expected[0] as number)).toBeCloseTo(0.05, 4);
    expect(claim.pBelow(expected[1] as number)).toBeCloseTo(0.05, 4);
  });

  const before = [1, 0, 1, 1, 1, 0, 1, 0, 1, 1];
  const paired = { candidate: { accuracy }, baseline: { accuracy: before } };

  test.each(["delta.accuracy", "accuracy - baseline.accuracy", "delta.accuracy + 0"])(
    "judges %s as the paired difference",
    (text) => {
      const { claim } = measure(formula(text), rowsOf(paired));
      const known = pairedDifference({ baseline: before, candidate: accuracy, unitRange: true });
      expect(ends(claim.interval(0.9))).toEqual(ends(known?.interval(0.9) ?? null));
      expect(claim.pBelow(0.02)).toBe(known?.pBelow(0.02));
    },
  );

  test("turns the paired difference round for a metric that is better when lower", () => {
    const { claim } = measure(formula("delta.error_rate", { error_rate: "1 - accuracy" }), rowsOf(paired));
    const known = pairedDifference({ baseline: before, candidate: accuracy, unitRange: true });
    expect(claim.value).toBeCloseTo(-(known?.value ?? 0), 12);
    expect(claim.interval(0.9)?.low).toBeCloseTo(-(known?.interval(0.9)?.high ?? 0), 12);
  });

  test("looks at one slice alone", () => {
    const labels = accuracy.map((_, row) => (row < 4 ? "disk" : "auth"));
    const { claim } = measure(formula('accuracy["metadata.label=disk"]'), rowsOf({ candidate: { accuracy }, labels }));
    expect(claim).toMatchObject({ n: 4, value: 0.75 });
    const none = measure(formula('accuracy["metadata.label=dsk"]'), rowsOf({ candidate: { accuracy }, labels })).claim;
    expect(none).toMatchObject({ n: 0, reason: "no sample has metadata.label=dsk" });
    expect(none.interval(0.9)).toBeNull();
  });

  test("takes samples without a score out, or the way that it is told", () => {
    const rows = rowsOf({ candidate: { accuracy: [1, 1, Number.NaN, 0] }, baseline: { accuracy: [1, Number.NaN, 1, 1] } });
    const value = (holes: "left-out" | "lower" | "higher") => measure(formula("delta.accuracy"), rows, holes);
    expect(value("left-out")).toMatchObject({ holes: 2, claim: { n: 2, value: -0.5 } });
    expect(value("lower")).toMatchObject({ holes: 2, claim: { n: 4, value: -0.5 } });
    expect(value("higher").claim).toMatchObject({ n: 4, value: 0 });
    // Where less is better, the worst is more.
    const turned = measure(formula("delta.e", { e: "1 - accuracy" }), rows, "higher").claim;
    expect(turned.value).toBe(0.5);
  });

  test("has width, however alike the scores are", () => {
    const ones = new Array<number>(50).fill(1);
    const f1 = formula("2 * precision * recall / (precision + recall)");
    const { claim } = measure(f1, rowsOf({ candidate: { precision: ones, recall: ones } }));
    const interval = claim.interval(0.9);
    expect(claim).toMatchObject({ value: 1, test: "delta-box", approximate: true });
    expect(interval?.low).toBeGreaterThan(0.85);
    expect(interval?.low).toBeLessThan(0.97);
    expect(claim.pAbove(interval?.low ?? 0)).toBeCloseTo(0.05, 3);
  });

  test("says so where a formula has no value", () => {
    const zeros = new Array<number>(30).fill(0);
    const f1 = formula("2 * precision * recall / (precision + recall)");
    const { claim } = measure(f1, rowsOf({ candidate: { precision: zeros, recall: zeros } }));
    expect(claim.interval(0.9)).toBeNull();
    expect(claim.reason).toContain("division by zero");
  });

  test("never has a zero width, and its p-values agree with its intervals", () => {
    const texts = [
      "accuracy",
      "1 - accuracy",
      "delta.accuracy",
      "accuracy / (accuracy + 1)",
      "accuracy - 2 * baseline.accuracy",
      "sqrt(accuracy) + baseline.accuracy",
    ];
    const scores = fc.array(fc.tuple(fc.constantFrom(0, 1, 0.5), fc.constantFrom(0, 1, 0.5)), { minLength: 6, maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...texts), scores, fc.boolean(), (text, pairs, grouped) => {
        const rows = rowsOf({
          candidate: { accuracy: pairs.map(([a]) => a) },
          baseline: { accuracy: pairs.map(([, b]) => b) },
          ...(grouped && { groups: pairs.map((_, row) => 1 + Math.floor(row / 2)) }),
        });
        const { claim } = measure(formula(text), rows);
        const interval = claim.interval(0.9);
        if (interval === null) return;
        expect(interval.high).toBeGreaterThan(interval.low);
        const step = (interval.high - interval.low) / 50;
        expect(claim.pAbove(interval.low - step)).toBeLessThanOrEqual(0.051);
        expect(claim.pAbove(interval.low + step)).toBeGreaterThanOrEqual(0.049);
        expect(claim.pBelow(interval.high + step)).toBeLessThanOrEqual(0.051);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a formula that turns, or bends, within what the samples allow", () => {
  /** 101 samples better, 100 worse: a change of next to nothing, of which ±0.012 is known. */
  const flips = (n: number, worse: number, better: number) => {
    const baseline = Array.from({ length: n }, (_, row) => (row < worse || row >= worse + better ? 1 : 0));
    const candidate = Array.from({ length: n }, (_, row) => (row < worse ? 0 : 1));
    return rowsOf({ candidate: { accuracy: candidate }, baseline: { accuracy: baseline } });
  };
  const stationary = flips(2000, 100, 101);

  test.each([
    "delta.accuracy ^ 2",
    "delta.accuracy * delta.accuracy",
    "(accuracy - baseline.accuracy) ^ 2 + 0",
    "abs(delta.accuracy) * abs(delta.accuracy)",
    "max(delta.accuracy, -delta.accuracy) ^ 2",
    "sqrt(delta.accuracy ^ 2) ^ 2",
    "exp(2 * log(sqrt(delta.accuracy ^ 2)))",
  ])("%s is not shown to be small where the difference is not", (text) => {
    const { claim } = measure(formula(text), stationary);
    const difference = measure(formula("delta.accuracy"), stationary).claim.interval(0.9);
    const most = Math.max(difference?.high ?? 1, -(difference?.low ?? -1)) ** 2;
    expect(most).toBeGreaterThan(0.0001);
    expect(claim.interval(0.9)?.high ?? 1).toBeGreaterThanOrEqual(most);
    expect(claim.pBelow(0.0001)).toBeGreaterThan(0.05);
    expect(claim.approximate).toBe(true);
  });

  test("the size of a difference is judged by its two sides, and is never below 0", () => {
    const { claim } = measure(formula("abs(delta.accuracy)"), stationary);
    const difference = measure(formula("delta.accuracy"), stationary).claim;
    const [found, both] = [claim.interval(0.9), difference.interval(0.9)];
    expect(found).toMatchObject({ low: 0, high: Math.max(both?.high ?? 0, -(both?.low ?? 0)) });
    expect(claim.pBelow(found?.high ?? 0)).toBeCloseTo(0.05, 3);
    expect(claim.pAbove(0)).toBeGreaterThan(0.5);
    const far = measure(formula("abs(delta.accuracy)"), flips(2000, 300, 100)).claim;
    expect(far.value).toBeCloseTo(0.1, 12);
    expect(far.interval(0.9)?.low).toBeGreaterThan(0.07);
    expect(far.pAbove(0.07)).toBeLessThan(0.05);
  });

  test("takes missing scores the way that brings the size of a difference furthest from 0", () => {
    const rows = rowsOf({ candidate: { accuracy: [0, 0, Number.NaN, 1] }, baseline: { accuracy: [1, 1, 1, 1] } });
    const value = (holes: "lower" | "higher") => measure(formula("abs(delta.accuracy)"), rows, holes).claim.value;
    expect([value("lower"), value("higher")]).toEqual([0.5, 0.75]);
  });

  test("a straight enough one keeps the delta method", () => {
    const { claim } = measure(formula("delta.accuracy ^ 2"), flips(2000, 300, 100));
    expect(claim).toMatchObject({ approximate: false });
    expect(claim.test).toMatch(/^delta-/);
    expect(claim.test).not.toBe("delta-box");
  });

  test("rules about squares are wrong no more often than they say, at the very bound", () => {
    // True change 0.03, so that its square is 0.0009; 15 % of the samples flip.
    const random = seededRandom(3);
    const [n, change, flipping] = [300, 0.03, 0.15];
    const times = 400;
    const wrong = { below: 0, above: 0 };
    for (let i = 0; i < times; i++) {
      let [worse, better] = [0, 0];
      for (let row = 0; row < n; row++) {
        const u = random();
        if (u < (flipping - change) / 2) worse++;
        else if (u < flipping) better++;
      }
      const { claim } = measure(formula("delta.accuracy ^ 2"), flips(n, worse, better));
      const interval = claim.interval(0.9);
      if (interval === null) continue;
      if (interval.high < change ** 2) wrong.below++;
      if (interval.low > change ** 2) wrong.above++;
    }
    // Three Monte Carlo standard errors are 3.3 points.
    expect(wrong.below / times).toBeLessThan(0.083);
    expect(wrong.above / times).toBeLessThan(0.083);
  });
});

describe("the delta method's intervals", () => {
  const f1 = "2 * precision * recall / (precision + recall)";

  /** Two scores of one sample that hang together, in groups that hang together. */
  function draw(random: () => number, n: number, size: number): { precision: number[]; recall: number[]; groups: number[] } {
    const found = { precision: [] as number[], recall: [] as number[], groups: [] as number[] };
    let shift = 0;
    for (let row = 0; row < n; row++) {
      if (row % size === 0) shift = size === 1 ? 0 : 0.3 * (random() - 0.5);
      const common = random();
      found.precision.push(common < 0.7 + shift ? 1 : 0);
      found.recall.push(0.5 * common + 0.5 * random() < 0.6 + shift ? 1 : 0);
      found.groups.push(1 + Math.floor(row / size));
    }
    return found;
  }

  test.each([
    { n: 100, size: 1 },
    { n: 400, size: 1 },
    { n: 400, size: 5 },
  ])("cover the true value as often as they say: $n samples in groups of $size", ({ n, size }) => {
    const random = seededRandom(7);
    const all = draw(random, 400_000, size);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [p, r] = [mean(all.precision), mean(all.recall)];
    const truth = (2 * p * r) / (p + r);
    const times = 1500;
    let covered = 0;
    for (let i = 0; i < times; i++) {
      const { groups, ...candidate } = draw(random, n, size);
      const interval = measure(formula(f1), rowsOf({ candidate, ...(size > 1 && { groups }) })).claim.interval(0.95);
      if (interval && interval.low <= truth && truth <= interval.high) covered++;
    }
    // Three Monte Carlo standard errors are 1.7 points.
    expect(covered / times).toBeGreaterThan(0.933);
    expect(covered / times).toBeLessThan(0.98);
  });
});

describe("expand", () => {
  test.each([
    ["acuracy", 'has no metric "acuracy"', ["accuracy"]],
    ["delta.eror", 'has no metric "eror"', ["errors"]],
    ['accuracy["metadata.lable=disk"]', 'has the slice "metadata.lable=disk"', ["metadata.label"]],
    ['errors["metadata.label=disk"]', "counted over the whole run", undefined],
    ["margin", 'has no metric "margin"', undefined],
    ["regressions()", "counts regressions", undefined],
  ])("refuses %s, with what is near", (text, why, nearest) => {
    expect(() => formula(text)).toThrow(
      expect.objectContaining({ code: "gate.rule-invalid", message: expect.stringContaining(why) }),
    );
    if (nearest)
      expect(() => formula(text)).toThrow(
        expect.objectContaining({ more: expect.objectContaining({ nearest: expect.arrayContaining(nearest) }) }),
      );
  });

  /** Each of the metric before, twice or so. */
  const chain = (n: number, of: (before: string) => string) =>
    Object.fromEntries(Array.from({ length: n }, (_, at) => [`m${at}`, at === 0 ? "accuracy ^ 2" : of(`m${at - 1}`)]));

  test("reads metrics that use one another once each, and works them out", () => {
    const rows = rowsOf({ candidate: { accuracy: [1, 1, 0, 1] } });
    const { claim } = measure(
      formula(
        "m13",
        chain(14, (before) => `${before} * 0.5 + ${before} * 0.5`),
      ),
      rows,
    );
    expect(claim.value).toBeCloseTo(0.5625, 12);
  });

  test.each([
    [30, "until nobody can work it out", (before: string) => `${before} + ${before}`],
    [200, "more than 100 deep", (before: string) => `${before} + 1`],
  ] as const)("refuses %d metrics, each made of the one before: %s", (n, why, of) => {
    const text = `m${n - 1}`;
    expect(() => formula(text, chain(n, of))).toThrow(
      expect.objectContaining({ code: "gate.rule-invalid", message: expect.stringContaining(why) }),
    );
  });

  test.each([
    [{ a: "a + 1" }, "made of itself"],
    [{ a: "b", b: "a" }, "made of itself"],
    [{ a: "delta.accuracy" }, "names a side"],
    [{ a: "regressions()" }, "counts regressions"],
    [{ a: 'accuracy["metadata.label=x"]' }, "sliced already"],
  ])("refuses the metrics %j", (metrics, why) => {
    const text = why === "sliced already" ? 'a["metadata.label=y"]' : "a";
    expect(() => formula(text, metrics as unknown as { [name: string]: string })).toThrow(why);
  });
});
