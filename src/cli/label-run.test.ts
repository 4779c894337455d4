import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawMore, strataOf } from "./label-run.ts";

const verdictsOf = (passed: number, failed: number) =>
  new Map(Array.from({ length: passed + failed }, (_, seq) => [seq, seq < passed] as const));

describe("drawMore", () => {
  test.each([
    { passed: 100, failed: 100, count: 50, drawn: [25, 25] },
    { passed: 100, failed: 4, count: 50, drawn: [46, 4] },
    { passed: 3, failed: 100, count: 50, drawn: [3, 47] },
    { passed: 10, failed: 10, count: 50, drawn: [10, 10] },
    { passed: 5, failed: 0, count: 3, drawn: [3, 0] },
  ])(
    "takes half of each of $passed passed and $failed failed as far as there are so many",
    ({ passed, failed, count, drawn }) => {
      const found = drawMore(verdictsOf(passed, failed), [], count, "R");
      const ups = found.filter(({ seq }) => seq < passed).length;
      expect([ups, found.length - ups]).toEqual(drawn);
    },
  );

  test("draws each reply once, however often more are wanted, and comes to as many of each", () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), fc.array(fc.nat(60), { maxLength: 5 }), (passed, failed, counts) => {
        const verdicts = verdictsOf(passed, failed);
        const drawn: { seq: number; item: string }[] = [];
        for (const count of counts) drawn.push(...drawMore(verdicts, drawn, count, "R"));
        const most = Math.min(passed + failed, Math.max(0, ...counts));
        expect(drawn).toHaveLength(most);
        expect(new Set(drawn.map(({ seq }) => seq)).size).toBe(most);
      }),
    );
  });

  test("does not go by where replies stand, and draws the same for one run again", () => {
    const verdicts = verdictsOf(200, 200);
    const drawn = drawMore(verdicts, [], 40, "R").map(({ seq }) => seq);
    expect(drawMore(new Map([...verdicts].reverse()), [], 40, "R").map(({ seq }) => seq)).toEqual(drawn);
    expect(drawMore(verdicts, [], 40, "S").map(({ seq }) => seq)).not.toEqual(drawn);
    expect(drawn).not.toEqual([...drawn].sort((a, b) => a - b));
    expect(Math.max(...drawn)).toBeGreaterThan(300);
  });
});

test("labels are counted by the judge's verdict; unsure ones say neither", () => {
  const judged = { score: "accuracy", scorer: { name: "j", hash: "h" }, verdicts: verdictsOf(3, 3) };
  const answers = new Map([
    [0, "yes"],
    [1, "no"],
    [3, "unsure"],
    [4, "yes"],
    [99, "yes"],
  ] as const);
  expect(strataOf(judged, answers)).toEqual({
    passed: { size: 3, labelled: 2, yes: 1 },
    failed: { size: 3, labelled: 1, yes: 1 },
    unsure: 1,
  });
});
