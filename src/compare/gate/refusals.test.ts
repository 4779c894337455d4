import { describe, expect, test } from "vitest";
import { caseOf, gated, rightLines as lines, today } from "../../../test/support/gate-values.ts";
import { failed } from "../../../test/support/run-values.ts";
import { judged, sideOf } from "../../../test/support/side-values.ts";
import { textHash } from "../../core/hash.ts";
import type { RunLine, SampleLine } from "../../core/run-line.ts";
import { compareSides } from "../compare-sides.ts";
import { judgeGate } from "./judge-gate.ts";

describe("a gate fails closed", () => {
  const rule = "accuracy >= 0.5";
  const right = lines(200, 200);

  const refused: { code: string; what: string; side: SampleLine[]; run?: Omit<Partial<RunLine>, "spec">; said: string }[] = [
    {
      code: "gate.unpaired",
      what: "no sample in common",
      side: lines(200, 200, (index) => ({ item: `other ${index}` })),
      said: "they were not asked the same",
    },
    {
      code: "gate.unpaired",
      what: "under 95 % paired",
      side: lines(188, 188),
      said: "only 188 of 200 samples are on both sides (12 only in the baseline); 95 % are needed",
    },
    {
      code: "gate.unscored",
      what: "over 5 % unscored",
      side: right.map((line, index) => (index < 11 ? judged(index, undefined) : line)),
      said: "11 of 200 replies of new have no score (5.5 %)",
    },
    {
      code: "gate.too-many-errors",
      what: "over 1 % errors",
      side: right.map((line, index) => (index < 3 ? { ...failed(index), hashes: line.hashes } : line)),
      said: "3 of 200 replies of new are errors (1.5 %)",
    },
    {
      code: "gate.cached",
      what: "cached replies",
      side: right.map((line) => ({ ...line, completion: { text: "x", finish: "stop" as const, ms: 1, cached: true } })),
      said: "200 replies of new came from the response cache",
    },
    {
      code: "gate.unfinished",
      what: "a part of the samples",
      side: right.slice(0, 195),
      run: { data: { hash: "d", samples: 200, ids: "given" as const, order: "file", seed: 0, selected: 200 } },
      said: "the run of new is unfinished: 195 of 200 replies are there",
    },
    {
      code: "gate.scored-differently",
      what: "another scorer",
      side: right,
      run: { scorers: [{ name: "match", hash: "other" }] },
      said: "not scored alike",
    },
  ];

  test.each(refused)("with $what", async ({ code, side, run, said }) => {
    const baseline = await sideOf(right, { completion_fn: "old" });
    const candidate = await sideOf(side, { completion_fn: "new", ...run });
    const { verdict, exit, refusals } = await gated(baseline, candidate, { rule });
    expect({ verdict, exit }).toEqual({ verdict: "fail", exit: 1 });
    expect(refusals.find((one) => one.code === code)?.sentence).toContain(said);
  });

  test("with cached replies, and names the newest run without any", async () => {
    const cached = right.map((line) => ({
      ...line,
      completion: { text: "x", finish: "stop" as const, ms: 1, cached: true as const },
    }));
    const one = await caseOf(await sideOf(right), await sideOf(cached, { completion_fn: "new" }), { rule });
    const { refusals } = judgeGate({ cases: [{ ...one, uncached: "01JD4ZK5T00000000000000009" }], today });
    expect(refusals[0]?.sentence).toMatch(
      /run it with --cache off, or gate 01JD4ZK5T00000000000000009, its newest run without any$/,
    );
  });

  const judges = (model: string) => ({ judges: [{ fn: "openai", model }] });
  const scorers = (hash: string) => ({ scorers: [{ name: "match", hash }] });
  test.each([
    {
      what: "other judges",
      before: judges("strict"),
      now: judges("lenient"),
      rescored: undefined,
      said: "judge strict → lenient",
    },
    {
      what: "other judges and one other right answer, scored again",
      before: judges("strict"),
      now: judges("lenient"),
      rescored: { why: "ideals" as const, done: 1, failed: 0, ideals: 1 },
      said: "judge strict → lenient",
    },
    {
      what: "other scorers, some pairs scored again",
      before: scorers("a"),
      now: scorers("b"),
      rescored: { why: "scorer" as const, done: 199, failed: 0, ideals: 0 },
      said: "scorer other arguments of match",
    },
    {
      what: "other scorers, all pairs scored again",
      before: scorers("a"),
      now: scorers("b"),
      rescored: { why: "scorer" as const, done: 200, failed: 0, ideals: 0 },
      said: undefined,
    },
  ])("with $what", async ({ before, now, rescored, said }) => {
    const baseline = await sideOf(right, { completion_fn: "old", ...before });
    const candidate = await sideOf(right, { completion_fn: "new", ...now });
    const one = await caseOf(baseline, candidate, { rule });
    const compared = await compareSides(baseline, candidate, { rescored });
    const { refusals } = judgeGate({ cases: [{ ...one, compared }], today });
    expect(refusals.map(({ code }) => code)).toEqual(said === undefined ? [] : ["gate.scored-differently"]);
    if (said !== undefined) expect(refusals[0]?.sentence).toContain(said);
  });

  test("with right answers that differ, counted apart from what has no score", async () => {
    const changed = right.map((line, index) =>
      index < 20 ? { ...line, hashes: { ...line.hashes, ideal: textHash("new") } } : line,
    );
    const baseline = await sideOf(right, { completion_fn: "old" });
    const candidate = await sideOf(changed, { completion_fn: "new" });
    const one = await caseOf(baseline, candidate, { rule });
    // 30 were tried and failed for want of a reply; 20 are left out.
    const compared = await compareSides(baseline, candidate, { rescored: { why: "ideals", done: 0, failed: 30, ideals: 20 } });
    const { refusals } = judgeGate({ cases: [{ ...one, compared }], today });
    expect(refusals[0]?.sentence).toBe(
      "only 180 of 200 samples are on both sides (20 with other right answers that could not be scored again); 95 % are needed",
    );
  });

  test("with an unfinished run on either side", async () => {
    const unfinished = async (name: string) => {
      const side = await sideOf(right, { completion_fn: name });
      return { ...side, facts: { ...side.facts, status: "unfinished" as const } };
    };
    const [old, now] = [await sideOf(right, { completion_fn: "old" }), await sideOf(right, { completion_fn: "new" })];
    for (const [baseline, candidate, name] of [
      [await unfinished("old"), now, "old"],
      [old, await unfinished("new"), "new"],
    ] as const) {
      const { verdict, refusals } = await gated(baseline, candidate, { rule });
      expect(verdict).toBe("fail");
      expect(refusals.map(({ sentence }) => sentence)).toEqual([
        `the run of ${name} is unfinished: 200 of 200 replies are there`,
      ]);
    }
  });
});
