import { describe, expect, test } from "vitest";
import { caseOf, gated, today } from "../../../test/support/gate-values.ts";
import { judged, sideOf } from "../../../test/support/side-values.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { judgeGate } from "./judge-gate.ts";
import { withReplies } from "./must-pass.ts";

const rule = 'regressions("must-pass") == 0';
/** Samples 0 to 9 must pass, by one of three ways of saying so. */
const metadata = (index: number) => ({
  ...(index < 4 && { tags: ["slow", "must-pass"] }),
  ...(index >= 4 && index < 10 && { "must-pass": true }),
  severity: index < 10 ? "high" : "low",
});

async function both(failing: readonly number[], before: readonly number[] | "none" = []) {
  const side = (wrong: readonly number[] | "none", name: string) =>
    sideOf(
      Array.from({ length: 60 }, (_, index) =>
        judged(index, wrong === "none" ? undefined : !wrong.includes(index), { metadata: metadata(index) }),
      ),
      { completion_fn: name, id: `run of ${name}` },
    );
  return { baseline: await side(before, "old"), candidate: await side(failing, "new") };
}

describe("samples that must pass", () => {
  test.each([
    { what: "none regressed", failing: [20, 30], verdict: "pass", value: 0 },
    { what: "one by its tag, one by its key", failing: [1, 5, 20], verdict: "fail", value: 2 },
    { what: "one that the baseline failed too", failing: [2], before: [2], verdict: "pass", value: 0 },
    { what: "by a value", failing: [1, 5, 20], rule: 'regressions("metadata.severity=high") <= 1', verdict: "fail", value: 2 },
    {
      what: "within what is allowed",
      failing: [1, 5, 20],
      rule: 'regressions("metadata.severity=high") <= 2',
      verdict: "pass",
      value: 2,
    },
    { what: "that the baseline has no verdict of", failing: [], before: "none", verdict: "inconclusive", value: null },
    { what: "by a tag that nobody has", failing: [], rule: 'regressions("mustpass") == 0', verdict: "inconclusive", value: null },
  ] as const)("$what: $verdict", async ({ failing, verdict, value, ...more }) => {
    const { baseline, candidate } = await both(failing, "before" in more ? more.before : []);
    const { rules, must_pass } = await gated(baseline, candidate, { rule: "rule" in more ? more.rule : rule });
    expect(rules).toMatchObject([{ kind: "must-pass", verdict, value }]);
    expect(must_pass.every(({ of }) => of === 1)).toBe(true);
  });

  test.each([
    { again: { passed: 3, of: 3 }, said: "3 of 4", sample: "pass", verdict: "pass" },
    { again: { passed: 2, of: 3 }, said: "2 of 4", sample: "inconclusive", verdict: "inconclusive" },
    { again: { passed: 1, of: 3 }, said: "1 of 4", sample: "fail", verdict: "fail" },
    { again: { passed: 0, of: 3 }, said: "0 of 4", sample: "fail", verdict: "fail" },
  ])("asked again: $said is $verdict", async ({ again, said, sample, verdict }) => {
    const { baseline, candidate } = await both([3]);
    const one = await caseOf(baseline, candidate, { rule });
    const item = one.mustPass.get("must-pass")?.regressed[0]?.item ?? "";
    const asked = { ...one, mustPass: withReplies(one.mustPass, new Map([[item, again]])) };
    const { rules, must_pass } = judgeGate({ cases: [asked], today });
    expect(must_pass.map(({ id, passed, of, verdict: found }) => [id, `${passed} of ${of}`, found])).toEqual([
      ["s3", said, sample],
    ]);
    expect(rules[0]?.verdict).toBe(verdict);
  });

  const tagged = { metadata: { tags: ["must-pass"] } };
  test.each([
    {
      what: "changed, and then failed",
      now: (index: number) => judged(index, index > 2, index < 3 ? { ...tagged, item: `changed ${index}` } : tagged),
      verdict: "inconclusive",
      note: /each of 3 samples that are "must-pass" \(s0, s1, s2\) cannot be judged/,
    },
    {
      what: "left out",
      now: (index: number) => (index < 1 ? undefined : judged(index, true, tagged)),
      verdict: "inconclusive",
      note: /the sample s0 that is "must-pass" cannot be judged: it is on one side only/,
    },
    {
      what: "added",
      now: (index: number) => judged(index, true, tagged),
      before: (index: number) => (index < 1 ? undefined : judged(index, true, tagged)),
      verdict: "inconclusive",
      note: /the sample s0 that is/,
    },
    {
      what: "failed after their tag was taken away",
      now: (index: number) => judged(index, index > 2, index < 3 ? {} : tagged),
      verdict: "fail",
      note: /each of 3 samples .* is so on one side only/,
    },
    {
      what: "without a score",
      now: (index: number) => judged(index, index < 2 ? undefined : true, tagged),
      verdict: "inconclusive",
      note: undefined,
    },
    {
      what: "failed, and without a score of the baseline",
      now: (index: number) => judged(index, index > 0, tagged),
      before: (index: number) => judged(index, index > 0 ? true : undefined, tagged),
      verdict: "inconclusive",
      note: /s0 that is "must-pass" cannot be judged: the baseline has no verdict/,
    },
  ])(
    "are missed when they are $what: $verdict",
    async ({ now, verdict, note, before = (index) => judged(index, true, tagged) }) => {
      const side = (line: (index: number) => SampleLine | undefined, name: string) =>
        sideOf(
          Array.from({ length: 200 }, (_, index) => line(index)).filter((one) => one !== undefined),
          { completion_fn: name, id: `run of ${name}` },
        );
      const result = await gated(await side(before, "old"), await side(now, "new"), { rule });
      expect(result.rules).toMatchObject([{ kind: "must-pass", verdict }]);
      expect(result.verdict).not.toBe("pass");
      if (note !== undefined) expect(result.notes).toContainEqual(expect.stringMatching(note));
    },
  );

  test.each([
    { until: "2026-11-20", verdict: "pass", notes: [] },
    { until: "2026-11-19", verdict: "fail", notes: ["the quarantine of s3 ended on 2026-11-19: its failure counts again"] },
  ])("in quarantine until $until, today $verdict", async ({ until, verdict, notes }) => {
    const { baseline, candidate } = await both([3]);
    const quarantine = [{ id: "s3", until, reason: "its label is disputed" }];
    const result = await gated(baseline, candidate, { rule, quarantine });
    expect(result.rules[0]?.verdict).toBe(verdict);
    expect(result.notes).toEqual(notes);
    expect(result.must_pass[0]?.quarantine).toEqual(verdict === "pass" ? { until, reason: "its label is disputed" } : undefined);
  });
});
