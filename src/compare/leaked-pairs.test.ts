import { describe, expect, test } from "vitest";
import { judged, sideOf } from "../../test/support/side-values.ts";
import type { LeakKind } from "../core/leakage.ts";
import type { RunLine } from "../core/run-line.ts";
import { compareSides } from "./compare-sides.ts";
import type { Side } from "./side.ts";

const leakage = { train: "tickets/train.jsonl", train_hash: "a1", train_rows: 500, leaked: 0 };

interface Samples {
  readonly passed: (index: number) => boolean;
  /** undefined: nobody looked. */
  readonly leak?: (index: number) => LeakKind | undefined;
  readonly only?: (index: number) => boolean;
  readonly attempts?: number;
}

function sideWith(
  n: number,
  { passed, leak, only = () => true, attempts = 1 }: Samples,
  run: Partial<Pick<RunLine, "completion_fn" | "id">> = {},
): Promise<Side> {
  const lines = Array.from({ length: n }, (_, index) => index)
    .filter(only)
    .flatMap((index) =>
      Array.from({ length: attempts }, (_, attempt) => {
        const kind = leak?.(index);
        const place = { attempt, seq: index * attempts + attempt };
        return judged(index, passed(index + attempt), { ...place, ...(kind !== undefined && { leak: kind }) });
      }),
    );
  return sideOf(lines, { ...run, ...(leak && { leakage }) });
}

const old = { completion_fn: "old", id: "old run" };
const now = { completion_fn: "new", id: "new run" };
const first =
  (n: number, kind: LeakKind = "exact") =>
  (index: number) =>
    index < n ? kind : undefined;

describe("a comparison of sides whose samples may be in the training data", () => {
  // The candidate knows the first 12 by heart, and is as good as before on all others.
  const memorised = { passed: (index: number) => index < 12 || index % 2 === 0, leak: first(12) };
  const before = { passed: (index: number) => index >= 12 && index % 2 === 0 };

  test("says in its sentence that what it found is gone without the leaked samples", async () => {
    const { comparison } = await compareSides(
      await sideWith(60, { ...before, leak: first(12) }, old),
      await sideWith(60, memorised, now),
    );
    expect(comparison.finding).toBe("better");
    expect(comparison.sentence).toMatch(
      /^new is better than old on .*\+20.0 points.*\); without the 12 samples that are in the training data: cannot tell\.$/,
    );
    expect(comparison.leakage).toMatchObject({
      train: ["tickets/train.jsonl"],
      leaked: 12,
      kinds: { exact: 12 },
      clean: { finding: "unclear", delta: { n: 48, value: 0 } },
      dirty: { n: 12, value: 1 },
    });
  });

  test.each([
    { name: "nothing where nobody looked", leak: undefined, leakage: undefined },
    {
      name: "that none is leaked, and no other number",
      leak: first(0),
      leakage: { train: ["tickets/train.jsonl"], leaked: 0, kinds: {} },
    },
  ])("says $name", async ({ leak, leakage: said }) => {
    const sides = [
      await sideWith(60, { ...before, ...(leak && { leak }) }, old),
      await sideWith(60, { ...memorised, leak }, now),
    ] as const;
    const { comparison } = await compareSides(...sides);
    expect(comparison.leakage).toEqual(said);
    expect(comparison.sentence).not.toContain("training data");
  });

  test("leaves the sentence alone where clean samples say the same", async () => {
    const better = { passed: () => true, leak: first(12) };
    const { comparison } = await compareSides(await sideWith(60, before, old), await sideWith(60, better, now));
    expect([comparison.finding, comparison.leakage?.clean?.finding]).toEqual(["better", "better"]);
    expect(comparison.sentence).not.toContain("training data");
  });

  test.each([
    { name: "the baseline alone looked", baseline: first(12), candidate: undefined, leaked: 12 },
    { name: "the candidate alone looked", baseline: undefined, candidate: first(12), leaked: 12 },
    {
      name: "each found others",
      baseline: first(4),
      candidate: (index: number) => (index >= 4 && index < 12 ? ("near" as const) : undefined),
      leaked: 12,
    },
    { name: "both found the same", baseline: first(12, "near"), candidate: first(12, "exact"), leaked: 12 },
  ])("takes a pair out whichever side found it: $name", async ({ baseline, candidate, leaked }) => {
    const sides = [
      await sideWith(60, { ...before, ...(baseline && { leak: baseline }) }, old),
      await sideWith(60, { ...memorised, leak: candidate }, now),
    ] as const;
    const { comparison } = await compareSides(...sides);
    expect(comparison.leakage?.leaked).toBe(leaked);
    expect(comparison.leakage?.clean?.delta.n).toBe(48);
  });

  test("counts a pair by the surer way in which it was found", async () => {
    const sides = [
      await sideWith(60, { ...before, leak: first(12, "near") }, old),
      await sideWith(60, { ...memorised, leak: first(3, "normalised") }, now),
    ] as const;
    const { comparison } = await compareSides(...sides);
    expect(comparison.leakage?.kinds).toEqual({ normalised: 3, near: 9 });
  });

  test.each([1, 3])("measures what is left as a comparison without the leaked samples would (%i attempts)", async (attempts) => {
    const passed = { old: (index: number) => index % 3 === 0, new: (index: number) => index % 5 < 3 };
    const leak = (index: number) => (index % 7 === 0 ? ("8-gram" as const) : undefined);
    const only = (index: number) => leak(index) === undefined;
    const all = await compareSides(
      await sideWith(90, { passed: passed.old, leak, attempts }, old),
      await sideWith(90, { passed: passed.new, leak, attempts }, now),
    );
    const clean = await compareSides(
      await sideWith(90, { passed: passed.old, only, attempts }, old),
      await sideWith(90, { passed: passed.new, only, attempts }, now),
    );
    expect(all.comparison.leakage?.clean).toEqual({ finding: clean.comparison.finding, delta: clean.comparison.deltas[0] });
  });

  test("says nothing about four leaked pairs by themselves", async () => {
    const side = async (run: Partial<Pick<RunLine, "completion_fn" | "id">>) =>
      sideWith(60, { ...memorised, leak: first(4) }, run);
    const { comparison } = await compareSides(await side(old), await side(now));
    expect(comparison.leakage).toMatchObject({ leaked: 4, clean: { delta: { n: 56 } } });
    expect(comparison.leakage?.dirty).toBeUndefined();
  });

  test("says that nothing is left where all are leaked", async () => {
    const side = async (run: Partial<Pick<RunLine, "completion_fn" | "id">>) =>
      sideWith(20, { ...memorised, leak: first(20) }, run);
    const { comparison } = await compareSides(await side(old), await side(now));
    expect(comparison.leakage?.clean?.delta).toMatchObject({ n: 0, value: null });
    expect(comparison.notes).toContainEqual(expect.stringContaining("every pair is in the training data"));
  });
});

describe("a side", () => {
  test.each([1, 2])(
    "has its score on leaked samples and on the others, which together are the whole (%i attempts)",
    async (attempts) => {
      const { leakScores, facts, metrics } = await sideWith(60, {
        passed: (index) => index % 3 > 0,
        leak: first(12, "near"),
        attempts,
      });
      expect(facts.leakage).toEqual({ ...leakage, leaked: 12, kinds: { near: 12 } });
      const parts = [leakScores?.clean, leakScores?.leaked];
      expect(parts.map((metric) => metric?.n)).toEqual([48 * attempts, 12 * attempts]);
      expect(parts.every((metric) => metric?.interval !== null)).toBe(true);
      const right = parts.reduce((sum, metric) => sum + (metric?.value ?? 0) * (metric?.n ?? 0), 0);
      expect(right).toBeCloseTo((metrics[0]?.value ?? 0) * (metrics[0]?.n ?? 0), 9);
    },
  );

  test("has neither where nobody looked, or nothing was found", async () => {
    const unknown = await sideWith(6, { passed: () => true });
    expect([unknown.leaks, unknown.leakScores, unknown.facts.leakage]).toEqual([undefined, undefined, undefined]);
    const none = await sideWith(6, { passed: () => true, leak: first(0) });
    expect([none.leakScores, none.facts.leakage]).toEqual([undefined, { ...leakage, kinds: {} }]);
  });
});
