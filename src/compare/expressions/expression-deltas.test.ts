import { describe, expect, test } from "vitest";
import { answered } from "../../../test/support/run-values.ts";
import { sideOf, spec } from "../../../test/support/side-values.ts";
import { textHash } from "../../core/hash.ts";
import { compareSides } from "../compare-sides.ts";
import { expressionDeltas } from "./expression-deltas.ts";

/** A side whose samples have two scores each; undefined = none. */
function side(values: readonly (readonly [number | undefined, number | undefined])[]) {
  const lines = values.map(([precision, recall], index) => {
    const scores = [
      ...(precision === undefined ? [] : [{ name: "precision", value: precision }]),
      ...(recall === undefined ? [] : [{ name: "recall", value: recall }]),
    ];
    return answered(index, { scores, hashes: { item: textHash(`item ${index}`), ideal: textHash("i"), prompt: textHash("p") } });
  });
  return sideOf(lines, { spec });
}

async function deltas(metrics: { [name: string]: string }) {
  const draw = (index: number, by: number): [number, number] => [(index * by) % 3 === 0 ? 0 : 1, (index * by) % 4 === 0 ? 0 : 1];
  const before = Array.from({ length: 60 }, (_, index): [number | undefined, number | undefined] => draw(index, 5));
  const now = Array.from({ length: 60 }, (_, index): [number | undefined, number | undefined] => draw(index + 1, 7));
  now[3] = [undefined, 1];
  before[8] = [1, undefined];
  const derived = await expressionDeltas(metrics);
  return (await compareSides(await side(before), await side(now), { derived })).comparison.deltas;
}

describe("an eval's own metrics in a comparison", () => {
  test("have both sides over the same pairs, so that they differ by their difference", async () => {
    const found = (await deltas({ f: "2 * precision * recall / (precision + recall)", misses: "1 - recall" })).filter(
      ({ metric }) => metric === "f" || metric === "misses",
    );
    expect(found.map(({ metric, n, better, test: method }) => [metric, n, better, method])).toEqual([
      ["f", 58, "higher", "delta-t"],
      ["misses", 59, "lower", "paired-t"],
    ]);
    for (const { value, baseline, candidate, interval, n, mde, p } of found) {
      expect((candidate.value ?? 0) - (baseline.value ?? 0)).toBeCloseTo(value ?? Number.NaN, 12);
      expect([baseline.n, candidate.n]).toEqual([n, n]);
      expect(interval?.low).toBeLessThan(value ?? 0);
      expect(interval?.high).toBeGreaterThan(value ?? 0);
      expect(mde).toBeGreaterThan(0);
      expect(p).toBeGreaterThan(0);
    }
  });

  test("made of times are worked out of both medians, without a claim", async () => {
    const found = await deltas({ seconds: "ms / 1000", per_second: "recall / ms" });
    for (const name of ["seconds", "per_second"]) {
      const delta = found.find(({ metric }) => metric === name);
      expect(delta).toMatchObject({ interval: null, p: null, mde: null, reason: expect.stringContaining("medians alone") });
      expect((delta?.candidate.value ?? 0) - (delta?.baseline.value ?? 0)).toBeCloseTo(delta?.value ?? Number.NaN, 12);
    }
  });

  test("with a name that neither side knows say so", async () => {
    await expect(deltas({ f: "precision * recal" })).rejects.toMatchObject({
      code: "gate.rule-invalid",
      more: { nearest: ["recall"] },
    });
  });

  test("take nothing when there are none", async () => {
    expect((await expressionDeltas(undefined))({ candidate: {}, baseline: {} } as never)).toEqual([]);
  });
});
