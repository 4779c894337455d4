import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseOf, gated, rightLines as lines, sides, today } from "../../../test/support/gate-values.ts";
import { judged, sideOf, spec } from "../../../test/support/side-values.ts";
import { judgeGate } from "./judge-gate.ts";

describe("a rule", () => {
  test.each([
    {
      rule: "delta.accuracy >= -0.02",
      n: 1000,
      counts: { both: 900, worse: 5, better: 8 },
      kind: "non-inferiority",
      verdict: "pass",
    },
    {
      rule: "delta.accuracy >= -0.02",
      n: 1000,
      counts: { both: 800, worse: 90, better: 8 },
      kind: "non-inferiority",
      verdict: "fail",
    },
    {
      rule: "delta.accuracy >= -0.02",
      n: 100,
      counts: { both: 80, worse: 5, better: 5 },
      kind: "non-inferiority",
      verdict: "inconclusive",
    },
    {
      rule: "-0.02 <= delta.accuracy",
      n: 1000,
      counts: { both: 900, worse: 5, better: 8 },
      kind: "non-inferiority",
      verdict: "pass",
    },
    { rule: "accuracy >= baseline.accuracy - 0.02", n: 10, counts: {}, kind: "error", verdict: "both sides" },
    {
      rule: "accuracy - baseline.accuracy >= -0.02",
      n: 1000,
      counts: { both: 900, worse: 5, better: 8 },
      kind: "non-inferiority",
      verdict: "pass",
    },
    { rule: "accuracy >= 0.85", n: 1000, counts: { both: 900 }, kind: "threshold", verdict: "pass" },
    { rule: "accuracy >= 0.9", n: 1000, counts: { both: 900 }, kind: "threshold", verdict: "inconclusive" },
    { rule: "accuracy >= 0.95", n: 1000, counts: { both: 900 }, kind: "threshold", verdict: "fail" },
    { rule: "accuracy <= 0.95", n: 1000, counts: { both: 900 }, kind: "threshold", verdict: "pass" },
    { rule: "1 - accuracy < 0.15", n: 1000, counts: { both: 900 }, kind: "threshold", verdict: "pass" },
    { rule: "baseline.accuracy >= 0.8", n: 1000, counts: { both: 900 }, kind: "non-inferiority", verdict: "pass" },
    { rule: "errors <= 0.01", n: 100, counts: { both: 90 }, kind: "exact", verdict: "pass" },
    { rule: "errors == 0", n: 100, counts: { both: 90 }, kind: "exact", verdict: "pass" },
    { rule: "n >= 101", n: 100, counts: { both: 90 }, kind: "exact", verdict: "fail" },
    { rule: "n == 100", n: 100, counts: { both: 90 }, kind: "exact", verdict: "pass" },
    { rule: "delta.latency.p50 <= 0", n: 100, counts: { both: 90 }, kind: "exact", verdict: "pass" },
    { rule: "ms > 1e6", n: 100, counts: { both: 90 }, kind: "exact", verdict: "fail" },
    { rule: "delta.ms <= 0", n: 100, counts: { both: 90 }, kind: "exact", verdict: "pass" },
    { rule: "cost <= 1", n: 100, counts: { both: 90 }, kind: "exact", verdict: "inconclusive" },
    { rule: "regressions() <= 5", n: 100, counts: { both: 80, worse: 5 }, kind: "exact", verdict: "pass" },
    { rule: "regressions() <= 4", n: 100, counts: { both: 80, worse: 5 }, kind: "exact", verdict: "fail" },
    { rule: 'regressions("must-pass") == 0', n: 100, counts: { both: 80, worse: 5 }, kind: "must-pass", verdict: "inconclusive" },
    { rule: "accuracy == 0.9", n: 100, counts: {}, kind: "error", verdict: "no sample can show" },
    { rule: "acuracy >= 0.9", n: 100, counts: {}, kind: "error", verdict: 'no metric "acuracy"' },
    { rule: "delta.accuracy >= -margin", n: 100, counts: {}, kind: "error", verdict: "needs a margin of accuracy" },
    { rule: "0.02 >= margin.accuracy", n: 100, counts: {}, kind: "error", verdict: "measures nothing" },
  ])("$rule over $n samples: $verdict", async ({ rule, n, counts, kind, verdict }) => {
    const { baseline, candidate } = await sides(n, counts);
    if (kind === "error") {
      const error = { code: "gate.rule-invalid", message: expect.stringContaining(verdict) };
      await expect(gated(baseline, candidate, { rule })).rejects.toMatchObject(error);
      return;
    }
    const [result, ...others] = (await gated(baseline, candidate, { rule })).rules;
    expect(result).toMatchObject({ rule, kind, verdict, eval: "tickets.heldout.v1", candidate: "new" });
    expect(others).toEqual([]);
  });

  test("in a chain makes two claims, and both must hold", async () => {
    const { baseline, candidate } = await sides(1000, { both: 900 });
    const { rules, verdict } = await gated(baseline, candidate, { rule: "0.85 <= accuracy <= 0.9" });
    expect(rules.map((rule) => [rule.op, rule.bound, rule.verdict])).toEqual([
      [">=", 0.85, "pass"],
      ["<=", 0.9, "inconclusive"],
    ]);
    expect(verdict).toBe("inconclusive");
  });

  test("finds its margin by the metric that it measures", async () => {
    const { baseline, candidate } = await sides(1000, { both: 900, worse: 5, better: 8 });
    const margin = { accuracy: 0.02, errors: 0.5 };
    expect((await gated(baseline, candidate, { rule: "delta.accuracy >= -margin", margin })).rules[0]?.bound).toBe(-0.02);
    expect((await gated(baseline, candidate, { rule: "delta.accuracy >= -2 * margin.accuracy", margin })).rules[0]?.bound).toBe(
      -0.04,
    );
    // A margin alone says all of that.
    const { rules } = await gated(baseline, candidate, { margin: { accuracy: 0.02 } });
    expect(rules).toMatchObject([{ rule: "delta.accuracy >= -margin", bound: -0.02, verdict: "pass" }]);
    const several = await gated(baseline, candidate, { margin: { "latency.p50": 100, errors: 0.01, bleu_of_another_eval: 0.1 } });
    expect(several.rules.map(({ rule }) => rule)).toEqual(['delta["latency.p50"] <= margin', "delta.errors <= margin"]);
    const misspelt = { margin: { acuracy: 0.02 }, rule: "accuracy >= 0.5" };
    await expect(gated(baseline, candidate, misspelt)).rejects.toMatchObject({ more: { nearest: ["accuracy"] } });
    await expect(gated(baseline, candidate, {})).rejects.toMatchObject({ code: "gate.no-rules" });
  });

  test("knows the eval's own metrics, in both directions", async () => {
    const own = { ...spec, metrics: { error_rate: "1 - accuracy", twice: "2 * error_rate" } };
    const [baseline, candidate] = [await sideOf(lines(1000, 900), { spec: own }), await sideOf(lines(1000, 903), { spec: own })];
    const { rules } = await gated(baseline, candidate, { rule: ["error_rate <= 0.12", "delta.twice <= 0.05"] });
    expect(rules.map(({ verdict, kind }) => [verdict, kind])).toEqual([
      ["pass", "threshold"],
      ["pass", "non-inferiority"],
    ]);
  });

  test("can be about one slice", async () => {
    const own = { ...spec, slices: ["metadata.label"] };
    const labelled = (right: number) => lines(400, right, (index) => ({ metadata: { label: index < 200 ? "disk" : "auth" } }));
    const [baseline, candidate] = [await sideOf(labelled(400), { spec: own }), await sideOf(labelled(200), { spec: own })];
    const of = async (rule: string) => (await gated(baseline, candidate, { rule })).rules[0];
    expect(await of('accuracy["metadata.label=disk"] >= 0.95')).toMatchObject({ verdict: "pass", n: 200, value: 1 });
    expect(await of('delta.accuracy["metadata.label=auth"] >= -0.05')).toMatchObject({ verdict: "fail", n: 200, value: -1 });
    expect(await of('accuracy["metadata.label=none"] >= 0.5')).toMatchObject({ verdict: "inconclusive", value: null });
    await expect(of('accuracy["metadata.lable=disk"] >= 0.5')).rejects.toMatchObject({ more: { nearest: ["metadata.label"] } });
  });
});

describe("a sentence", () => {
  test.each([
    [
      "delta.accuracy >= -0.02",
      1000,
      { both: 900, worse: 5, better: 8 },
      /^new on tickets\.heldout\.v1: change of accuracy \+0\.3 points over 1,000 samples, with 95 % confidence at least −0\.\d points; the rule asks for at least −2\.0 points\.$/,
    ],
    [
      "delta.accuracy >= -0.02",
      100,
      { both: 80, worse: 5, better: 5 },
      /^new on .+: change of accuracy ±0\.0 points over 100 samples, between −\d\.\d points and \+\d\.\d points \(each end with 95 % confidence\); the rule asks for at least −2\.0 points\. The samples settle neither that it holds nor that it does not; an unchanged model would end so in \d+ % of such gates; about [\d,]+ more samples would settle it if this is the true value\.$/,
    ],
    [
      "accuracy >= 0.95",
      1000,
      { both: 900 },
      /: accuracy 90\.0 % over 1,000 samples, with 95 % confidence at most 91\.\d %; the rule asks for at least 95\.0 %\.$/,
    ],
    ["regressions() <= 4", 100, { both: 80, worse: 5 }, /: number of regressions 5; the rule asks for at most 4\.$/],
    ["cost <= 1", 100, {}, /^Cannot judge cost <= 1 for new on .+: no price is known\.$/],
    ['regressions("x") == 0', 100, {}, /^Cannot judge regressions\("x"\) == 0 for .+: no sample is "x"\.$/],
  ])("of %s has the numbers that decided", async (rule, n, counts, sentence) => {
    const { baseline, candidate } = await sides(n, counts);
    const [result] = (await gated(baseline, candidate, { rule })).rules;
    expect(result?.sentence).toMatch(sentence);
  });

  test.each(["delta.accuracy ^ 2 <= 0.00001", "abs(delta.accuracy) <= 0.0002", "delta.accuracy >= -0.0003"])(
    "of %s tells the numbers that decided from the bound",
    async (rule) => {
      const { baseline, candidate } = await sides(20_000, { both: 18_000, worse: 10, better: 12 });
      const [result] = (await gated(baseline, candidate, { rule })).rules;
      const said =
        /(?:at least|at most|and) ([^ ]+)(?: points)?(?: \(each end with .*\))?; the rule asks for at \w+ (\S+?)\.?(?: |$)/;
      const [, decided, bound] = said.exec(result?.sentence ?? "") ?? [];
      expect(decided).toMatch(/\d/);
      expect(bound).toMatch(/[1-9]/);
      expect(decided).not.toBe(bound);
    },
  );

  test("of a gate with a margin too narrow for its samples says so where it settled nothing", async () => {
    const { baseline, candidate } = await sides(60, { both: 50, worse: 4, better: 4 });
    const { notes } = await gated(baseline, candidate, { rule: "delta.accuracy >= -0.01" });
    expect(notes).toEqual([
      expect.stringMatching(
        /^delta\.accuracy >= -0\.01 on .+: 60 samples cannot settle it; an unchanged model would be inconclusive in \d+/,
      ),
    ]);
    // Luck may settle what such samples rarely do; then they did.
    const lucky = await sides(60, { both: 50, worse: 0, better: 5 });
    const passed = await gated(lucky.baseline, lucky.candidate, { rule: "delta.accuracy >= -0.01" });
    expect(passed).toMatchObject({ verdict: "pass", notes: [] });
  });
});

describe("the verdict", () => {
  test.each([
    { rules: ["accuracy >= 0.8"], inconclusive: "fail", verdict: "pass", exit: 0 },
    { rules: ["accuracy >= 0.8", "accuracy >= 0.9"], inconclusive: "fail", verdict: "inconclusive", exit: 4 },
    { rules: ["accuracy >= 0.8", "accuracy >= 0.9"], inconclusive: "warn", verdict: "inconclusive", exit: 0 },
    { rules: ["accuracy >= 0.8", "accuracy >= 0.9"], inconclusive: "pass", verdict: "inconclusive", exit: 0 },
    { rules: ["accuracy >= 0.9", "accuracy >= 0.99"], inconclusive: "pass", verdict: "fail", exit: 1 },
  ] as const)(
    "of $rules, inconclusive: $inconclusive, is $verdict and ends with $exit",
    async ({ rules, inconclusive, verdict, exit }) => {
      const { baseline, candidate } = await sides(500, { both: 450 });
      expect(await gated(baseline, candidate, { rule: rules, inconclusive })).toMatchObject({ verdict, exit });
    },
  );

  test("without a baseline is about the candidate alone, and ends with 2", async () => {
    const { candidate } = await sides(500, { both: 450 });
    const result = await gated(undefined, candidate, {
      rule: ["accuracy >= 0.8", "delta.accuracy >= -0.02", "regressions() == 0"],
    });
    expect(result).toMatchObject({ verdict: "inconclusive", exit: 2, rules: [{ rule: "accuracy >= 0.8", verdict: "pass" }] });
    expect(result.sentence).toMatch(/^There is no baseline: .+ The gate is inconclusive, though that one claim holds\.$/);
    expect(await gated(undefined, candidate, { rule: "delta.accuracy >= -0.02" })).toMatchObject({
      verdict: "inconclusive",
      exit: 2,
    });
  });

  test("corrects failures for their number, and passes not", async () => {
    const { baseline, candidate } = await sides(400, { both: 340 });
    const one = await caseOf(baseline, candidate, { rule: "accuracy >= 0.882" });
    const alone = judgeGate({ cases: [one], today });
    expect(alone.rules[0]).toMatchObject({ verdict: "fail" });
    const among = judgeGate({
      cases: [one, await caseOf(baseline, candidate, { rule: Array(9).fill("accuracy >= 0.8") })],
      today,
    });
    expect(among.rules.map(({ verdict }) => verdict)).toEqual(["inconclusive", ...Array(9).fill("pass")]);
    expect(among.rules[0]?.p_fail).toBe(alone.rules[0]?.p_fail);
    expect(among.rules[0]?.p_fail_adjusted).toBeCloseTo(10 * (alone.rules[0]?.p_fail ?? 0), 6);
    expect(among.rules[0]?.sentence).toMatch(/Alone it would fail, but not as one of 10 claims \(Holm, p 0\.\d+\)/);
  });

  test("marks a choice among candidates, and is never a pass for a run beside itself", async () => {
    const { baseline, candidate } = await sides(100, { both: 90 });
    const same = { ...candidate, facts: { ...candidate.facts, run: baseline.facts.run } };
    const rule = "accuracy >= 0.5";
    const cases = [await caseOf(baseline, same, { rule }), await caseOf(baseline, candidate, { rule })];
    const result = judgeGate({ cases, today });
    expect(result).toMatchObject({ verdict: "fail", exit: 1, refusals: [{ code: "gate.same-run" }] });
    // The reason stands where it is told, once.
    expect(result.sentence).toBe("The gate fails: refused on tickets.heldout.v1 (gate.same-run).");
    expect(result.notes).toEqual([
      expect.stringMatching(/^2 candidates were judged on tickets\.heldout\.v1: the best of several looks better than it is/),
    ]);
  });

  test.each(["accuracy >= 0.4", "1 - accuracy <= 0.6"])(
    "says of 2 right of 2 against %s how many the exact bound takes",
    async (rule) => {
      const candidate = await sideOf(lines(2, 2), { completion_fn: "new" });
      const { rules } = await gated(await sideOf(lines(2, 2)), candidate, { rule });
      expect(rules[0]).toMatchObject({ verdict: "inconclusive", more_samples: 2 });
      expect(
        (await gated(await sideOf(lines(4, 4)), await sideOf(lines(4, 4), { completion_fn: "new" }), { rule })).verdict,
      ).toBe("pass");
    },
  );

  test("tells two candidates of one name apart, by their runs", async () => {
    const { baseline, candidate } = await sides(500, { both: 450 });
    const again = { ...candidate, facts: { ...candidate.facts, run: "another run" } };
    const { rules, inconclusive } = judgeGate({
      cases: [
        await caseOf(baseline, candidate, { rule: "accuracy >= 0.9", inconclusive: "warn" }),
        await caseOf(baseline, again, { rule: "accuracy >= 0.8", inconclusive: "fail" }),
      ],
      today,
    });
    expect(rules).toMatchObject([
      { candidate: "new (run run of new)", run: "run of new", verdict: "inconclusive" },
      { candidate: "new (run another run)", run: "another run", verdict: "pass" },
    ]);
    expect(rules[1]?.sentence).toContain("new (run another run) on ");
    // The strictest end is that of the cases that are open.
    expect(inconclusive).toBe("warn");
  });

  test("never becomes worse when the candidate gets better", async () => {
    const order = { fail: 0, inconclusive: 1, pass: 2 };
    const replies = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 20, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(
        replies,
        fc.nat(),
        fc.constantFrom(
          "delta.accuracy >= -0.1",
          "accuracy >= 0.5",
          "1 - accuracy <= 0.4",
          "delta.accuracy > 0",
          "accuracy / (2 - accuracy) >= 0.4",
        ),
        async (pairs, pick, rule) => {
          const baseline = await sideOf(pairs.map(([before], index) => judged(index, before)));
          const now = pairs.map(([, passed]) => passed);
          const wrong = [...now.keys()].filter((index) => !now[index]);
          const mended = wrong.length === 0 ? -1 : (wrong[pick % wrong.length] as number);
          const of = async (passed: (index: number) => boolean) => {
            const candidate = await sideOf(pairs.map((_, index) => judged(index, passed(index))));
            return order[(await gated(baseline, candidate, { rule })).rules[0]?.verdict ?? "fail"];
          };
          expect(await of((index) => now[index] || index === mended)).toBeGreaterThanOrEqual(
            await of((index) => now[index] as boolean),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

test.each(["accuracy", "errors", "ms", "cost", "margin"])(
  "a metric of the eval's own cannot be called %s, which is taken",
  async (name) => {
    const { baseline, candidate } = await sides(50, { both: 45 });
    const where = { file: "own.yaml", line: 3, column: 5 };
    const texts = { rule: "accuracy >= 0.5", metrics: { [name]: "1" }, metricAt: () => where };
    await expect(gated(baseline, candidate, texts)).rejects.toMatchObject({
      code: "gate.rule-invalid",
      message: expect.stringContaining(`metric "${name}", a name that is taken`),
      more: { where },
    });
  },
);

describe("a rule that nothing can break", () => {
  const own = { ...spec, metrics: { error_rate: "1 - accuracy", twice: "2 * error_rate" } };
  const both = async () => [await sideOf(lines(50, 45), { spec: own }), await sideOf(lines(50, 5), { spec: own })] as const;

  test.each([
    "delta.accuracy >= -2",
    "delta.accuracy >= -1",
    "delta.accuracy > -1.01",
    "abs(delta.accuracy) <= 1",
    "accuracy >= 0",
    "accuracy >= -1",
    "0 <= accuracy <= 0.95",
    "baseline.accuracy >= 0",
    "errors <= 1",
    "unscored <= 2",
    "delta.errors <= 1",
    "error_rate <= 1",
    "delta.twice <= 2",
    "(delta.accuracy + 1) / 2 >= 0",
  ])("is refused: %s", async (rule) => {
    const [baseline, candidate] = await both();
    await expect(gated(baseline, candidate, { rule })).rejects.toMatchObject({
      code: "gate.rule-invalid",
      more: { hint: "0.02 is two points" },
    });
  });

  test.each(["delta.accuracy >= -0.99", "accuracy > 0", "errors < 1", "delta.twice <= 1.9", "cost <= 100", "ms <= 1e9"])(
    "is not: %s",
    async (rule) => {
      const [baseline, candidate] = await both();
      expect((await gated(baseline, candidate, { rule })).rules).toHaveLength(1);
    },
  );

  test.each([2, 1.5, 1])("a margin of %s is refused", async (margin) => {
    const [baseline, candidate] = await both();
    const error = { code: "gate.rule-invalid", more: { hint: "0.02 is two points" } };
    await expect(gated(baseline, candidate, { margin: { accuracy: margin } })).rejects.toMatchObject(error);
    // Margins of what is no share are what they are.
    expect((await gated(baseline, candidate, { margin: { "latency.p50": 100 } })).rules).toHaveLength(1);
  });
});

describe("missing scores", () => {
  test("make a verdict inconclusive that hangs on them", async () => {
    const baseline = await sideOf(lines(200, 190));
    const candidate = await sideOf(
      lines(200, 190).map((line, index) => (index < 8 ? judged(index, undefined) : line)),
      {
        completion_fn: "new",
      },
    );
    const { rules, refusals } = await gated(baseline, candidate, { rule: ["delta.accuracy >= -0.03", "delta.accuracy >= -0.2"] });
    expect(refusals).toEqual([]);
    expect(rules.map(({ verdict }) => verdict)).toEqual(["inconclusive", "pass"]);
    expect(rules[0]?.sentence).toContain(
      "It would pass without the 8 samples that lack a score, and does not when they count against ",
    );
  });

  test("do not save what fails without them", async () => {
    const baseline = await sideOf(lines(200, 190));
    const candidate = await sideOf(lines(200, 100).map((line, index) => (index < 8 ? judged(index, undefined) : line)));
    expect((await gated(baseline, candidate, { rule: "delta.accuracy >= -0.03" })).rules[0]?.verdict).toBe("fail");
  });
});
