import { expect, test } from "vitest";
import { judged, sideOf } from "../../test/support/side-values.ts";
import { findFlips } from "./flips.ts";
import { pairSamples } from "./pair-samples.ts";
import { pairTable } from "./pair-table.ts";

/** Verdicts of each sample's attempts: `++-` passed twice of three, `?` not scored. */
async function flipsOf(before: readonly string[], now: readonly string[], sure?: readonly [number, number][]) {
  const [baseline, candidate] = await Promise.all(
    [before, now].map((verdicts, which) =>
      sideOf(
        verdicts.flatMap((attempts, index) =>
          [...attempts].map((mark, attempt) => {
            const p = sure?.[index]?.[which];
            const logprobs = p === undefined ? undefined : [{ token: "t", logprob: Math.log(p) }];
            const completion = { text: "t", finish: "stop" as const, ms: 1, ...(logprobs && { logprobs }) };
            return judged(index, mark === "?" ? undefined : mark === "+", {
              attempt,
              seq: index * attempts.length + attempt,
              completion,
            });
          }),
        ),
      ),
    ),
  );
  if (baseline === undefined || candidate === undefined) throw new Error("two sides");
  return findFlips(pairTable(baseline, candidate, pairSamples(baseline, candidate)));
}

test("counts pairs by verdict, and lists regressions before improvements", async () => {
  const { counts, flips } = await flipsOf(["+", "-", "+", "-", "?"], ["+", "+", "-", "-", "+"]);
  expect(counts).toEqual({ both: 1, only_baseline: 1, only_candidate: 1, neither: 1, undecided: 1 });
  expect(flips.map(({ flip: { kind, seq, confidence, stable } }) => [kind, seq, confidence, stable])).toEqual([
    ["regression", 2, null, null],
    ["improvement", 1, null, null],
  ]);
});

test("the majority of attempts decides, and a draw decides nothing", async () => {
  const { counts } = await flipsOf(["++-", "+-", "+--"], ["--+", "--", "++?"]);
  expect(counts).toEqual({ both: 0, only_baseline: 1, only_candidate: 1, neither: 0, undecided: 1 });
});

test("stable flips stand before flaky ones, the surest first", async () => {
  const { flips } = await flipsOf(["++-", "+++", "+++"], ["---", "--+", "---"]);
  expect(flips.map(({ flip: { seq, stable } }) => [seq, stable])).toEqual([
    [6, true],
    [0, false],
    [3, false],
  ]);
  expect(flips[0]?.flip.confidence).toBeCloseTo(0.875 ** 2, 12);
});

test("with one attempt each a flip is as sure as both replies were", async () => {
  const { flips } = await flipsOf(
    ["+", "+"],
    ["-", "-"],
    [
      [0.9, 0.5],
      [0.8, 0.9],
    ],
  );
  expect(flips.map(({ flip }) => [flip.seq, flip.confidence?.toFixed(3)])).toEqual([
    [1, "0.720"],
    [0, "0.450"],
  ]);
});
