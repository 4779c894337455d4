import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attemptMetrics } from "./attempt-metrics.ts";

const scored = (name: string, verdicts: readonly number[], answers: readonly number[], attempts = verdicts.length) => {
  const metric = attemptMetrics(attempts).find((one) => one.name === name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric.of({ verdicts, answers, from: 0, to: verdicts.length });
};

test.each([
  [2, [2]],
  [3, [2, 3]],
  [4, [2, 4]],
  [5, [2, 4, 5]],
  [10, [2, 4, 8, 10]],
])("%i attempts are looked at in powers of two, and all together", (attempts, ks) => {
  const names = attemptMetrics(attempts).map(({ name }) => name);
  expect(names).toEqual([...ks.map((k) => `pass_at_${k}`), ...ks.map((k) => `pass_all_${k}`), "majority"]);
});

describe("pass_at_k and pass_all_k", () => {
  const right = (n: number, of: number) => Array.from({ length: of }, (_, i) => (i < n ? 1 : 0));

  test.each([
    { n: 10, c: 3, k: 2, at: 0.53333333, all: 0.06666667 },
    { n: 10, c: 5, k: 10, at: 1, all: 0 },
    { n: 5, c: 5, k: 4, at: 1, all: 1 },
    { n: 4, c: 0, k: 2, at: 0, all: 0 },
  ])("are the published ones: $c right of $n, k $k", ({ n, c, k, at, all }) => {
    const verdicts = right(c, n);
    expect(scored(`pass_at_${k}`, verdicts, verdicts)).toBeCloseTo(at, 8);
    expect(scored(`pass_all_${k}`, verdicts, verdicts)).toBeCloseTo(all, 8);
  });

  test("are not known where fewer than k attempts were scored", () => {
    expect(scored("pass_at_4", [1, 1, 1], [1, 1, 1], 4)).toBeNaN();
    expect(scored("pass_at_2", [1, 0, 0], [1, 2, 2], 4)).toBeCloseTo(2 / 3, 12);
  });
});

describe("majority", () => {
  test.each([
    { what: "the answer given most often counts", verdicts: [1, 0, 1], answers: [7, 9, 7], value: 1 },
    { what: "wrong when that one is wrong", verdicts: [1, 0, 0], answers: [7, 9, 9], value: 0 },
    { what: "different wrong answers do not add up", verdicts: [1, 0, 1, 0, 0], answers: [7, 1, 7, 2, 3], value: 1 },
    { what: "a tie is shared", verdicts: [1, 0, 1, 0], answers: [7, 9, 7, 9], value: 0.5 },
    { what: "so is a tie of three", verdicts: [1, 0, 0], answers: [1, 2, 3], value: 1 / 3 },
    { what: "one answer with two verdicts counts their mean", verdicts: [1, 0], answers: [4, 4], value: 0.5 },
    { what: "an answer that is not known leaves no majority", verdicts: [1, 1], answers: [4, 0], value: Number.NaN },
  ])("$what", ({ verdicts, answers, value }) => {
    expect(scored("majority", verdicts, answers)).toBe(value);
  });

  test("depends on neither the order of attempts nor the numbers of answers", () => {
    const attempts = fc.array(fc.record({ verdict: fc.constantFrom(0, 1), answer: fc.integer({ min: 1, max: 4 }) }), {
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 1000 }), (list, shift) => {
        const verdictOf = new Map(list.map(({ verdict, answer }) => [answer, verdict]));
        const verdicts = list.map(({ answer }) => verdictOf.get(answer) as number);
        const answers = list.map(({ answer }) => answer);
        const backwards = scored(
          "majority",
          [...verdicts].reverse(),
          [...answers].reverse().map((answer) => answer + shift),
        );
        const value = scored("majority", verdicts, answers);
        expect(value).toBeCloseTo(backwards, 12);
        expect(value).toBeGreaterThanOrEqual(scored(`pass_all_${list.length}`, verdicts, answers));
        expect(value).toBeLessThanOrEqual(scored(`pass_at_${list.length}`, verdicts, answers));
      }),
    );
  });
});
