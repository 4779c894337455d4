import { describe, expect, test } from "vitest";
import { caseOf, gated, today } from "../../../test/support/gate-values.ts";
import { judged, sideOf } from "../../../test/support/side-values.ts";
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
