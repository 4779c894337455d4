import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failed } from "../../test/support/run-values.ts";
import { judged, sideOf, spec } from "../../test/support/side-values.ts";
import type { SampleLine } from "../core/run-line.ts";
import { compareSides } from "./compare-sides.ts";

/** n samples of which `both` pass twice, `worse` before alone, `better` now alone. */
async function compared(n: number, { both = 0, worse = 0, better = 0 }, more: Parameters<typeof compareSides>[2] = {}) {
  const before = (index: number) => index < both + worse;
  const now = (index: number) => index < both || (index >= both + worse && index < both + worse + better);
  const lines = (passed: (index: number) => boolean) => Array.from({ length: n }, (_, index) => judged(index, passed(index)));
  const model = (name: string) => ({ completion_fn: name, model: { fn: "module", model: name } });
  const [baseline, candidate] = [await sideOf(lines(before), model("old")), await sideOf(lines(now), model("new"))];
  return (await compareSides(baseline, candidate, more)).comparison;
}

describe("the sentence", () => {
  test.each([
    {
      what: "better",
      n: 600,
      counts: { both: 500, better: 60 },
      finding: "better",
      sentence:
        /^new is better than old on tickets\.heldout\.v1: 560 of 600 right instead of 500 \(\+10\.0 points, 95 % interval \+7\.\d to \+12\.\d\)\.$/,
    },
    {
      what: "worse",
      n: 100,
      counts: { worse: 80 },
      finding: "worse",
      sentence: /^new is worse than old on tickets\.heldout\.v1: 0 of 100 right instead of 80 \(−80\.0 points, /,
    },
    {
      what: "cannot tell, and what could be told",
      n: 100,
      counts: { both: 80, worse: 4, better: 5 },
      finding: "unclear",
      sentence:
        /^Cannot tell new from old on tickets\.heldout\.v1: 85 of 100 right instead of 84 \(\+1\.0 points, .*; a change has to be about 10\.\d points to be seen\)\.$/,
    },
    {
      what: "not worse within a margin",
      n: 1000,
      counts: { both: 900, worse: 10, better: 12 },
      margin: 0.02,
      finding: "not-worse",
      sentence:
        /^new is not worse than old on .+ by more than the margin of 2\.0 points: 912 of 1,000 right instead of 910 \(\+0\.2 points, with 95 % confidence not below −0\.\d points\)\.$/,
    },
    {
      what: "worse, but within the margin",
      n: 2000,
      counts: { both: 1800, worse: 20, better: 2 },
      margin: 0.02,
      finding: "not-worse",
      sentence:
        /^new is worse than old on .+, but by less than the margin of 2\.0 points: 1,802 of 2,000 right instead of 1,820 /,
    },
  ])("says $what", async ({ n, counts, margin, finding, sentence }) => {
    const comparison = await compared(n, counts, { margin });
    expect(comparison.sentence).toMatch(sentence);
    expect(comparison.finding).toBe(finding);
  });

  test("says of identical runs that it cannot tell, with an interval that has width", async () => {
    const { finding, deltas } = await compared(100, { both: 70 });
    expect(finding).toBe("unclear");
    const { low = 0, high = 0 } = deltas[0]?.interval ?? {};
    expect(low).toBeLessThan(-0.01);
    expect(high).toBeGreaterThan(0.01);
  });

  test("tells two runs of one model apart by when they were made", async () => {
    const lines = [judged(0, true)];
    const made = (started: string) => sideOf(lines, { completion_fn: "gpt", started, id: `run of ${started}` });
    const { comparison } = await compareSides(await made("2026-11-20T10:15:00.000Z"), await made("2026-11-20T11:15:00.000Z"));
    expect([comparison.baseline.name, comparison.candidate.name]).toEqual(["gpt (2026-11-20 10:15)", "gpt (2026-11-20 11:15)"]);
  });

  test("says why when nothing can be compared", async () => {
    const { comparison } = await compareSides(
      await sideOf([judged(0, true)]),
      await sideOf([judged(0, true, { item: "other" })]),
    );
    expect(comparison.sentence).toMatch(/^Cannot tell .*: no pair is scored on both sides\.$/);
    expect(comparison.deltas[0]).toMatchObject({ value: null, interval: null, p: null, n: 0 });
  });
});

test("a run beside itself says so first, and its columns are told apart", async () => {
  const side = await sideOf([judged(0, true), judged(1, false)]);
  const { notes, baseline, candidate } = (await compareSides(side, side)).comparison;
  expect(notes[0]).toMatch(/^both sides are one run \(.+\): it cannot differ from itself$/);
  expect([baseline.name, candidate.name]).toEqual(["mock (baseline)", "mock (candidate)"]);
});

test("swapping the sides turns every difference round", async () => {
  const verdicts = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(verdicts, async (pairs) => {
      const side = (which: 0 | 1) => sideOf(pairs.map((pair, index) => judged(index, pair[which])));
      const [a, b] = [await side(0), await side(1)];
      const [there, back] = [(await compareSides(a, b)).comparison, (await compareSides(b, a)).comparison];
      expect(back.deltas[0]?.value).toBeCloseTo(-(there.deltas[0]?.value ?? 0), 12);
      expect(back.deltas[0]?.interval?.low).toBeCloseTo(-(there.deltas[0]?.interval?.high ?? 0), 6);
      expect(back.flips_total).toEqual({
        regressions: there.flips_total.improvements,
        improvements: there.flips_total.regressions,
      });
    }),
    { numRuns: 50 },
  );
});

test("both values are over the pairs, so that their difference is the change that is shown", async () => {
  const baseline = await sideOf([judged(0, true), judged(1, false), judged(2, true), failed(3)]);
  const candidate = await sideOf([judged(0, false), judged(1, true), judged(7, true)]);
  const { deltas, pairing } = (await compareSides(baseline, candidate)).comparison;
  expect(deltas[0]).toMatchObject({ n: 2, value: 0, baseline: { value: 0.5, n: 2 }, candidate: { value: 0.5, n: 2 } });
  expect(pairing).toMatchObject({ baseline: 4, candidate: 3, paired: 2, share: 0.5 });
});

test("pairs whose right answer changed are left out and counted", async () => {
  const changed = judged(1, true);
  const baseline = await sideOf([judged(0, true), { ...changed, hashes: { ...changed.hashes, ideal: "00000000000000ff" } }]);
  const { deltas, pairing, notes, differs } = (await compareSides(baseline, await sideOf([judged(0, true), judged(1, false)])))
    .comparison;
  expect(deltas[0]?.n).toBe(1);
  expect(pairing).toMatchObject({ paired: 1, not_rescored: 1, changed: { ideal: 1 } });
  expect(notes.join()).toContain("1 pair with another right answer could not be scored again");
  expect(differs).toContainEqual({ what: "ideal", detail: "the right answers changed", samples: 1 });
});

test("groups are respected: the same flips in few groups say less", async () => {
  const lines = (passed: (index: number) => boolean, size: number) =>
    Array.from({ length: 200 }, (_, index) => judged(index, passed(index), { metadata: { g: Math.floor(index / size) } }));
  const grouped = { ...spec, group_by: "metadata.g" };
  const width = async (size: number) => {
    const baseline = await sideOf(
      lines(() => true, size),
      { spec: grouped },
    );
    const candidate = await sideOf(
      lines((index) => index % 40 >= 10, size),
      { spec: grouped },
    );
    const { interval, groups } = (await compareSides(baseline, candidate)).comparison.deltas[0] ?? {};
    return { groups, width: (interval?.high ?? 0) - (interval?.low ?? 0) };
  };
  const [alone, together] = [await width(1), await width(10)];
  expect(together.groups).toBe(20);
  expect(together.width).toBeGreaterThan(1.3 * alone.width);
});

test("slices carry p-values adjusted within their path, and are measured on their own pairs", async () => {
  const sliced = { ...spec, slices: ["metadata.label"] };
  const line = (index: number, passed: boolean): SampleLine =>
    judged(index, passed, { metadata: { label: index % 2 === 0 ? "even" : "odd" } });
  const baseline = await sideOf(
    Array.from({ length: 80 }, (_, index) => line(index, true)),
    { spec: sliced },
  );
  const candidate = await sideOf(
    Array.from({ length: 80 }, (_, index) => line(index, index % 2 === 0)),
    { spec: sliced },
  );
  const { slices } = (await compareSides(baseline, candidate)).comparison;
  expect(slices.map(({ value, delta }) => [value, delta.value, delta.n])).toEqual([
    ["even", 0, 40],
    ["odd", -1, 40],
  ]);
  for (const { delta } of slices) expect(delta.p_adjusted).toBeGreaterThanOrEqual(delta.p ?? 1);
});

test("names what differs besides the replies", async () => {
  const lines = [judged(0, true)];
  const baseline = await sideOf(lines, { sampling: { temperature: 0 }, spec_hash: "a", tool: "finegauge 0.0.9" });
  const candidate = await sideOf(lines, {
    sampling: { temperature: 0.7 },
    spec_hash: "b",
    spec: { ...spec, description: "new" },
    data: { ...baseline.source.run.data, hash: "other" },
    model: { fn: "module", model: "mock-2" },
  });
  const { differs } = (await compareSides(baseline, candidate)).comparison;
  expect(differs).toEqual([
    { what: "model", detail: "mock → mock-2" },
    { what: "spec", detail: "description" },
    { what: "data", detail: "the sample files are not the same" },
    { what: "sampling", detail: "temperature 0 → 0.7" },
    { what: "tool", detail: "finegauge 0.0.9 → finegauge 0.1.0" },
  ]);
});

test("names only as many flips as asked, and counts them all", async () => {
  const comparison = await compared(50, { worse: 20, better: 5 }, { flips: 3 });
  expect(comparison.flips.map(({ id, kind }) => [id, kind])).toEqual([
    ["s0", "regression"],
    ["s1", "regression"],
    ["s2", "regression"],
  ]);
  expect(comparison.flips_total).toEqual({ regressions: 20, improvements: 5 });
});

test("not even the last bit depends on the order of completion", async () => {
  const line = fc.record({
    value: fc.double({ min: 0, max: 1, noNaN: true }),
    other: fc.double({ min: -5, max: 5, noNaN: true }),
    group: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
    ms: fc.double({ min: 1, max: 1e4, noNaN: true }),
  });
  const runs = fc.array(line, { minLength: 2, maxLength: 40 }).chain((facts) => {
    const lines = facts.map(({ value, other, ms }, seq) =>
      judged(Math.floor(seq / 2), true, {
        seq,
        attempt: seq % 2,
        scores: [
          { name: "f1_score", value },
          { name: "other", value: other },
        ],
        metadata: { g: facts[seq - (seq % 2)]?.group ?? "" },
        completion: { text: "x", finish: "stop", ms },
      }),
    );
    return fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }));
  });
  await fc.assert(
    fc.asyncProperty(runs, async ([lines, shuffled]) => {
      const base = await sideOf(
        lines.map((one) => ({ ...one, scores: [{ name: "f1_score", value: 0.5 }] })),
        { spec: { ...spec, group_by: "metadata.g" } },
      );
      const text = async (order: readonly SampleLine[]) => {
        const side = await sideOf(order, { spec: { ...spec, group_by: "metadata.g" } });
        return JSON.stringify((await compareSides(base, side)).comparison);
      };
      expect(await text(shuffled)).toBe(await text(lines));
    }),
    { numRuns: 60 },
  );
});

test("scores too large to reckon with are said to be so", async () => {
  const huge = (value: number) =>
    Array.from({ length: 9 }, (_, index) => judged(index, true, { scores: [{ name: "grade", value: value * (index + 1) }] }));
  const { sentence, deltas } = (await compareSides(await sideOf(huge(1)), await sideOf(huge(1.9e307)))).comparison;
  expect(deltas[0]).toMatchObject({ value: null, interval: null, reason: "the scores are too large to reckon with" });
  expect(sentence).toMatch(/^Cannot tell/);
});

test.each([
  { what: "none", groups: () => undefined, note: "no sample has metadata.g, so all were taken as independent" },
  {
    what: "some",
    groups: (index: number) => (index < 3 ? undefined : index % 10),
    note: "3 pairs without metadata.g, each taken as a group of its own",
  },
])("a group_by that $what of the samples have is told", async ({ groups, note }) => {
  const lines = Array.from({ length: 40 }, (_, index) => {
    const g = groups(index);
    return judged(index, true, { metadata: g === undefined ? {} : { g } });
  });
  const side = await sideOf(lines, { spec: { ...spec, group_by: "metadata.g" } });
  expect((await compareSides(side, side)).comparison.notes).toContain(note);
});

test("copying every row ten times makes nobody surer", async () => {
  const runs = async (copies: number) => {
    const lines = (passed: (item: number) => boolean) =>
      Array.from({ length: 40 * copies }, (_, index) => judged(index, passed(index % 40), { item: `item ${index % 40}` }));
    return (
      await compareSides(
        await sideOf(lines((item) => item < 20)),
        await sideOf(
          lines((item) => item < 28),
          { completion_fn: "new" },
        ),
      )
    ).comparison;
  };
  const width = ({ deltas }: Awaited<ReturnType<typeof runs>>) => {
    const { low = 0, high = 0 } = deltas[0]?.interval ?? {};
    return high - low;
  };
  const [once, ten] = [await runs(1), await runs(10)];
  expect(ten.deltas[0]?.value).toBe(once.deltas[0]?.value);
  expect(width(ten)).toBeGreaterThan(0.9 * width(once));
  expect(ten.notes).toContain("40 different questions among 400 pairs: those of one content are taken as a group");
  expect(once.notes).toEqual([]);
});

test("no interval of a share leaves what a share can change by", async () => {
  const pairs = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(pairs, async (values) => {
      const side = (which: 0 | 1) =>
        sideOf(values.map((pair, index) => judged(index, true, { scores: [{ name: "f1_score", value: pair[which] }] })));
      const { interval } = (await compareSides(await side(0), await side(1))).comparison.deltas[0] ?? {};
      expect(interval?.low ?? 0).toBeGreaterThanOrEqual(-1);
      expect(interval?.high ?? 0).toBeLessThanOrEqual(1);
    }),
    { numRuns: 50 },
  );
});
