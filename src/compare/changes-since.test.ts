import fc from "fast-check";
import { expect, test } from "vitest";
import { answered, failed, runLine } from "../../test/support/run-values.ts";
import type { SampleLine } from "../core/run-line.ts";
import { changesSince } from "./changes-since.ts";

const size = 12;

function runOf(lines: readonly SampleLine[], data: { hash?: string; samples?: number } = {}, attempts = 1) {
  const run = runLine({ attempts });
  return {
    run: { ...run, data: { ...run.data, samples: size, ...data } },
    async *samples() {
      yield* lines;
    },
  };
}

/** undefined: unscored. */
function verdict(index: number, passed: boolean | undefined, more: Partial<SampleLine> = {}): SampleLine {
  const score = passed === undefined ? { name: "accuracy", value: null } : { name: "accuracy", value: passed ? 1 : 0, passed };
  return answered(index, { scores: [score], ...more });
}

test("counts each sample that both runs judged once, in whatever order the lines come", async () => {
  const verdicts = fc.array(fc.constantFrom(true, false, undefined), { minLength: size, maxLength: size });
  const order = fc.shuffledSubarray(
    Array.from({ length: size }, (_, index) => index),
    { minLength: 0 },
  );
  await fc.assert(
    fc.asyncProperty(verdicts, verdicts, order, order, fc.integer({ min: 0, max: 4 }), async (a, b, inA, inB, show) => {
      const before = runOf(inA.map((index) => verdict(index, a[index])));
      const now = runOf(inB.map((index) => verdict(index, b[index])));
      const changes = await changesSince(before, now, show);
      const both = inA.filter((index) => inB.includes(index) && a[index] !== undefined && b[index] !== undefined);
      const regressed = both.filter((index) => a[index] && !b[index]).sort((x, y) => x - y);
      expect(changes.paired).toBe(both.length);
      expect(changes.improvements).toBe(both.filter((index) => !a[index] && b[index]).length);
      expect(changes.regressions).toBe(regressed.length);
      expect(changes.first.map(({ index }) => index)).toEqual(regressed.slice(0, show));
    }),
  );
});

test("pairs by place in the data, and shows by place in the order", async () => {
  const before = runOf([verdict(3, true, { seq: 0 }), verdict(8, true, { seq: 1 })]);
  const now = runOf([verdict(3, false, { seq: 9 }), verdict(8, false, { seq: 4 })]);
  expect((await changesSince(before, now)).first.map(({ index }) => index)).toEqual([8, 3]);
});

test("pairs each attempt with the same attempt of the same sample", async () => {
  const at = (index: number, attempt: number, passed: boolean) =>
    verdict(index, passed, { attempt, seq: index * 3 + attempt, id: `s${index}#${attempt}` });
  const before = runOf([at(0, 0, true), at(0, 2, false), at(1, 0, true), at(1, 1, true)], {}, 3);
  const now = runOf([at(1, 1, false), at(0, 2, true), at(0, 1, false), at(0, 0, true)], {}, 3);
  const { first, ...counts } = await changesSince(before, now);
  expect(counts).toEqual({ paired: 3, regressions: 1, improvements: 1 });
  expect(first.map(({ id }) => id)).toEqual(["s1#1"]);
});

test.each([
  { name: "samples without a reply", line: failed(0) },
  { name: "samples that were not scored", line: verdict(0, undefined) },
  { name: "places that the data does not have", line: verdict(size, false) },
])("leaves out $name, on either side", async ({ line }) => {
  const none = { paired: 0, regressions: 0, improvements: 0, first: [] };
  const sound = runOf([verdict(0, true), verdict(size, true)]);
  expect(await changesSince(sound, runOf([line]))).toEqual(none);
  expect(await changesSince(runOf([line]), sound)).toEqual(none);
});

test("refuses runs of different data, or of different numbers of attempts", async () => {
  await expect(changesSince(runOf([]), runOf([], {}, 2))).rejects.toThrow("different numbers of attempts");
  await expect(changesSince(runOf([]), runOf([], { hash: "other" }))).rejects.toThrow("different data");
});
