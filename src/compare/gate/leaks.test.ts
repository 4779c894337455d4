import { describe, expect, test } from "vitest";
import { gated } from "../../../test/support/gate-values.ts";
import { judged, sideOf, spec } from "../../../test/support/side-values.ts";
import type { Side } from "../side.ts";

const leakage = { train: "train.jsonl", train_hash: "a1", train_rows: 500, leaked: 0 };

/** Of 300 samples the first are in the training data. */
function looked(
  name: string,
  passed: (index: number) => boolean,
  { leaked, left = 0 }: { leaked: number | undefined; left?: number },
): Promise<Side> {
  const lines = Array.from({ length: 300 }, (_, index) =>
    judged(index, passed(index), {
      ...(index < (leaked ?? 0) && { leak: "exact" as const }),
      metadata: { half: index % 2 === 0 ? "even" : "odd" },
    }),
  ).slice(left);
  return sideOf(lines, {
    completion_fn: name,
    id: `run of ${name}`,
    model: { fn: "module", model: name },
    spec: { ...spec, slices: ["metadata.half"] },
    ...(leaked !== undefined && { leakage }),
  });
}

const rightOf = (index: number) => index % 10 !== 0;
/** Knows the first 60 by heart. */
const memorised = (index: number) => index < 60 || index % 4 !== 0;

describe("a rule about leaks", () => {
  test.each([
    { rule: "leaks == 0", leaked: 0, verdict: "pass", says: "leaks 0; the rule asks for exactly 0" },
    { rule: "leaks == 0", leaked: 12, verdict: "fail", says: "leaks 12; the rule asks for exactly 0" },
    { rule: "leak_share <= 0.05", leaked: 12, verdict: "pass", says: "leak_share 4.0 %; the rule asks for at most 5.0 %" },
    { rule: "leak_share <= 0.02", leaked: 12, verdict: "fail", says: "leak_share 4.0 %; the rule asks for at most 2.0 %" },
    { rule: "leaks == 0", leaked: undefined, verdict: "inconclusive", says: "nobody looked for its samples in training data" },
    { rule: "leak_share <= 0.1", leaked: undefined, verdict: "inconclusive", says: "nobody looked" },
  ])("$rule of $leaked leaked ones: $verdict", async ({ rule, leaked, verdict, says }) => {
    const result = await gated(undefined, await looked("new", rightOf, { leaked }), { rule });
    expect(result.rules).toMatchObject([{ kind: "exact", verdict }]);
    expect(result.rules[0]?.sentence).toContain(says);
  });

  test("that nothing could break is an error", async () => {
    const side = await looked("new", rightOf, { leaked: 12 });
    await expect(gated(undefined, side, { rule: "leak_share <= 1" })).rejects.toMatchObject({ code: "gate.rule-invalid" });
  });
});

describe("a gate on clean samples", () => {
  test.each([
    "delta.accuracy >= -0.02",
    "accuracy >= 0.7",
    'delta.accuracy["metadata.half=even"] >= -0.02',
    "baseline.accuracy <= 0.95",
  ])("judges %s as if the leaked ones were not there", async (rule) => {
    const asked = { leaked: 60 };
    const clean = await gated(await looked("old", rightOf, asked), await looked("new", memorised, asked), {
      rule,
      cleanOnly: true,
    });
    const without = { leaked: undefined, left: 60 };
    const alone = await gated(await looked("old", rightOf, without), await looked("new", memorised, without), { rule });
    const facts = ({ value, interval, verdict, n }: (typeof clean.rules)[number]) => ({ value, interval, verdict, n });
    expect(clean.rules.map(facts)).toEqual(alone.rules.map(facts));
    expect(clean.rules[0]?.sentence).toMatch(/ over \d+ clean samples, /);
    expect(clean.notes).toContain(
      "on tickets.heldout.v1 60 samples in the training data count in no measured number: clean_only",
    );
    const all = await gated(await looked("old", rightOf, asked), await looked("new", memorised, asked), { rule });
    expect(all.rules[0]?.n).not.toBe(clean.rules[0]?.n);
  });

  test("fails a model that is better only on what it was trained on", async () => {
    const sides = [await looked("old", rightOf, { leaked: 60 }), await looked("new", memorised, { leaked: 60 })] as const;
    const rule = "delta.accuracy >= -0.16";
    expect((await gated(...sides, { rule })).verdict).toBe("pass");
    expect((await gated(...sides, { rule, cleanOnly: true })).verdict).not.toBe("pass");
  });

  test("is refused where nobody looked", async () => {
    const old = await looked("old", rightOf, { leaked: 60 });
    const result = await gated(old, await looked("new", rightOf, { leaked: undefined }), {
      rule: "accuracy >= 0.5",
      cleanOnly: true,
    });
    expect(result.verdict).toBe("fail");
    expect(result.refusals).toMatchObject([{ code: "gate.leaks-unknown", sentence: expect.stringContaining("nobody looked") }]);
    expect(result.rules[0]?.sentence).toMatch(/ over \d+ samples/);
  });
});
