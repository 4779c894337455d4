import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answered, failed } from "../../../test/support/run-values.ts";
import { sideOf, spec } from "../../../test/support/side-values.ts";
import { textHash } from "../../core/hash.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { collectRun } from "../collect-run.ts";
import { compareSides } from "../compare-sides.ts";

const each = 4;

/** An attempt that said something; right when it said `a`. */
function said(index: number, attempt: number, text: string, more: Partial<SampleLine> = {}): SampleLine {
  const passed = text === "a";
  return answered(index * each + attempt, {
    id: `s${index}`,
    index,
    attempt,
    completion: { text, finish: "stop", ms: 1 },
    scores: [{ name: "accuracy", value: passed ? 1 : 0, passed }],
    hashes: { item: textHash(`item ${index}`), ideal: textHash("a"), prompt: textHash(`p${index}`) },
    metadata: { group: `g${index % 6}` },
    ...more,
  });
}

const linesOf = (replies: readonly string[]) =>
  replies.flatMap((texts, index) => [...texts].map((text, attempt) => said(index, attempt, text)));
/** By sample, what its attempts said. */
const replies = Array.from({ length: 24 }, (_, i) => ["aaab", "abbc", "abcc", "aabb", "bbbb", "aaaa"][i % 6] as string);

function metricsOf(lines: readonly SampleLine[], groupBy?: string) {
  const selected = lines.reduce((most, { seq }) => Math.max(most, seq + 1), 0);
  const collector = collectRun({ spec: groupBy === undefined ? {} : { group_by: groupBy }, selected, attempts: each });
  for (const line of lines) collector.observe(line);
  return new Map(collector.metrics().map((metric) => [metric.name, metric]));
}

describe("a run of several attempts", () => {
  test("says what they give together, over samples, with intervals", () => {
    const metrics = metricsOf(linesOf(replies));
    expect(metrics.get("accuracy")?.value).toBeCloseTo((0.75 + 0.25 + 0.25 + 0.5 + 0 + 1) / 6, 12);
    expect(metrics.get("pass_at_4")).toMatchObject({
      value: 20 / 24,
      n: 24,
      errors: 0,
      unscored: 0,
      better: "higher",
      unit: "1",
    });
    expect(metrics.get("pass_all_4")).toMatchObject({ value: 4 / 24, n: 24 });
    expect(metrics.get("majority")?.value).toBeCloseTo((1 + 0 + 0 + 0.5 + 0 + 1) / 6, 12);
    expect(metrics.get("pass_at_2")?.value).toBeCloseTo((1 + 0.5 + 0.5 + 5 / 6 + 0 + 1) / 6, 12);
    for (const name of ["pass_at_2", "pass_at_4", "pass_all_2", "pass_all_4", "majority"]) {
      const { interval, value } = metrics.get(name) as { interval: { low: number; high: number }; value: number };
      expect(interval.low).toBeLessThan(value);
      expect(interval.high).toBeGreaterThan(value);
    }
    expect(metrics.get("pass_at_4")?.interval?.method).toBe("clopper-pearson");
  });

  test("samples of one group count together", () => {
    expect(metricsOf(linesOf(replies), "metadata.group").get("pass_at_4")).toMatchObject({ groups: 6 });
  });

  test("an error is no attempt: what needs more of them is not known of that sample", () => {
    const lines = linesOf(replies).map((line) => (line.seq === 0 ? { ...failed(0), id: "s0" } : line));
    const metrics = metricsOf(lines);
    expect(metrics.get("pass_at_4")).toMatchObject({ n: 23, unscored: 1 });
    expect(metrics.get("pass_at_2")).toMatchObject({ n: 24, unscored: 0 });
  });

  test("one attempt each, or scores that are no verdicts, give none of them", () => {
    const collector = collectRun({ spec: {}, selected: 1, attempts: 1 });
    collector.observe(said(0, 0, "a"));
    expect(collector.metrics().map(({ name }) => name)).not.toContain("majority");
    const graded = linesOf(replies).map((line) => ({ ...line, scores: [{ name: "accuracy", value: 0.5 }] }));
    expect([...metricsOf(graded).keys()]).not.toContain("pass_at_2");
  });

  test("a grade that comes late is what the reply was taken to say, whichever line comes first", () => {
    const scores = (passed: boolean) => [{ name: "accuracy", value: passed ? 1 : 0, passed, label: passed ? "Yes" : "No" }];
    // All four replies differ; three of them are graded right.
    const lines = ["w", "x", "y", "z"].map((text, attempt) => ({ ...said(0, attempt, text), scores: [] }));
    const late = lines.map(({ seq, index, id, attempt }) => ({
      type: "score" as const,
      seq,
      index,
      id,
      attempt,
      scores: scores(attempt < 3),
    }));
    for (const earlyFirst of [true, false]) {
      const collector = collectRun({ spec: {}, selected: 4, attempts: each });
      if (earlyFirst) for (const line of lines) collector.observe(line);
      for (const line of late) collector.observeScores(line);
      if (!earlyFirst) for (const line of lines) collector.observe(line);
      expect(collector.metrics().find(({ name }) => name === "majority")?.value).toBe(1);
    }
  });

  test("not one bit depends on the order of completion", () => {
    const lines = linesOf(replies);
    const inOrder = JSON.stringify([...metricsOf(lines, "metadata.group")]);
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        expect(JSON.stringify([...metricsOf(shuffled, "metadata.group")])).toBe(inOrder);
      }),
      { numRuns: 30 },
    );
  });
});

describe("two runs of several attempts", () => {
  test("are compared by what their attempts give together", async () => {
    const better = replies.map((texts) => (texts === "abbc" ? "aabc" : texts));
    const [baseline, candidate] = [await sideOf(linesOf(replies), { spec }), await sideOf(linesOf(better), { spec })];
    expect(candidate.columns.get("majority")).toMatchObject({ kind: "score", unitRange: true, better: "higher" });
    const { comparison } = await compareSides(baseline, candidate);
    const delta = (name: string) => comparison.deltas.find(({ metric }) => metric === name);
    expect(delta("majority")).toMatchObject({ n: 24 });
    expect(delta("majority")?.value).toBeCloseTo(4 / 24, 12);
    expect(delta("pass_at_4")?.value).toBe(0);
    expect(candidate.metrics.find(({ name }) => name === "majority")?.value).toBeCloseTo(
      delta("majority")?.candidate.value ?? 0,
      12,
    );
  });
});
