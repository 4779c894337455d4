import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gated } from "../../../test/support/gate-values.ts";
import { answered } from "../../../test/support/run-values.ts";
import { spec as plain, sideOf } from "../../../test/support/side-values.ts";
import { textHash } from "../../core/hash.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { classificationOf, confusionOf } from "../../stats/classification.ts";
import { collectRun } from "../collect-run.ts";
import { compareSides } from "../compare-sides.ts";
import { expressionDeltas } from "../expressions/expression-deltas.ts";

const labels = { disk: ["storage"], network: [], auth: [] };
const names = Object.keys(labels);
const spec = { ...plain, labels };

/** A sample of a label whose reply was taken to say another; null: none of them. */
function taken(index: number, actual: string, said: string | null, more: Partial<SampleLine> = {}): SampleLine {
  const passed = actual === said;
  return answered(index, {
    ideal: [actual],
    scores: [{ name: "accuracy", value: passed ? 1 : 0, passed, ...(said !== null && { label: said }) }],
    hashes: { item: textHash(`item ${index}`), ideal: textHash(actual), prompt: textHash(`p${index}`) },
    ...more,
  });
}

type Pair = readonly [actual: string, said: string | null];
/** scikit-learn's report of these: see the figures below. */
const pairs: readonly Pair[] = [
  ...Array.from({ length: 8 }, (): Pair => ["disk", "disk"]),
  ...Array.from({ length: 2 }, (): Pair => ["disk", "network"]),
  ...Array.from({ length: 6 }, (): Pair => ["network", "network"]),
  ...Array.from({ length: 3 }, (): Pair => ["network", "disk"]),
  ["network", null],
  ...Array.from({ length: 4 }, (): Pair => ["auth", "auth"]),
  ["auth", "disk"],
];
const linesOf = (all: readonly Pair[]) => all.map(([actual, said], index) => taken(index, actual, said));

function metricsOf(lines: readonly SampleLine[], more: object = {}, attempts = 1) {
  const selected = lines.reduce((most, { seq }) => Math.max(most, seq + 1), 0);
  const collector = collectRun({ spec: { labels, ...more }, selected, attempts });
  for (const line of lines) collector.observe(line);
  return new Map(collector.metrics().map((metric) => [metric.name, metric]));
}

describe("a run of an eval with labels", () => {
  test("says precision, recall and F1 of each, and their means, as scikit-learn does", () => {
    const metrics = metricsOf(linesOf(pairs));
    const value = (name: string) => metrics.get(name)?.value as number;
    expect(value("precision.disk")).toBeCloseTo(8 / 12, 12);
    expect(value("recall.disk")).toBeCloseTo(8 / 10, 12);
    expect(value("f1.disk")).toBeCloseTo(16 / 22, 12);
    expect(value("precision.network")).toBeCloseTo(6 / 8, 12);
    expect(value("recall.network")).toBeCloseTo(6 / 10, 12);
    expect(value("macro_precision")).toBeCloseTo((8 / 12 + 6 / 8 + 1) / 3, 12);
    expect(value("macro_recall")).toBeCloseTo((0.8 + 0.6 + 0.8) / 3, 12);
    expect(value("weighted_recall")).toBeCloseTo(18 / 25, 12);
    expect(value("weighted_recall")).toBeCloseTo(value("accuracy"), 12);
    expect(metrics.get("precision.disk")).toMatchObject({ n: 12, better: "higher", unit: "1" });
    for (const [name, { value: at, interval }] of metrics) {
      if (!/^(precision|recall|f1)\.|^(macro|weighted)_/.test(name)) continue;
      expect([name, (interval?.low ?? 1) <= (at ?? 0) && (at ?? 0) <= (interval?.high ?? 0)]).toEqual([name, true]);
      expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeGreaterThan(0);
    }
  });

  test("a label that never occurs and is never given has no score, and is in no mean", () => {
    const metrics = metricsOf(linesOf(pairs.filter(([actual, said]) => actual !== "auth" && said !== "auth")));
    expect(metrics.get("f1.auth")).toMatchObject({ value: null, n: 0 });
    expect(metrics.get("macro_recall")?.value).toBeCloseTo((0.8 + 0.6) / 2, 12);
  });

  test("another word for a label is that label, as ideal and as what was said", () => {
    const metrics = metricsOf([taken(0, "storage", "disk"), taken(1, "network", "storage"), taken(2, "auth", "auth")]);
    expect(metrics.get("precision.disk")?.value).toBe(0.5);
    expect(metrics.get("recall.disk")?.value).toBe(1);
  });

  test("confusions cost what the eval says, 1 where it says nothing, and nothing when right", () => {
    const costs = { confusion_cost: { disk: { network: 5 }, network: { other: 3, disk: 0.5 } } };
    const metrics = metricsOf(linesOf(pairs), costs);
    expect(metrics.get("confusion_cost")).toMatchObject({
      value: (2 * 5 + 3 * 0.5 + 3 + 1) / 25,
      n: 25,
      better: "lower",
      unit: "cost",
    });
    expect(metricsOf(linesOf(pairs)).has("confusion_cost")).toBe(false);
  });

  test("attempts of one sample count together", () => {
    const lines = pairs.flatMap(([actual, said], index) =>
      [0, 1].map((attempt) => taken(index, actual, said, { seq: index * 2 + attempt, attempt, id: `s${index}` })),
    );
    const [once, twice] = [metricsOf(linesOf(pairs)), metricsOf(lines, {}, 2)];
    for (const name of ["f1.disk", "macro_f1", "weighted_precision"]) {
      expect(twice.get(name)?.value).toBeCloseTo(once.get(name)?.value ?? 0, 12);
      expect(twice.get(name)?.se).toBeGreaterThan(0.9 * (once.get(name)?.se ?? 0));
    }
  });

  test.each([
    { what: "without labels", more: { labels: undefined } },
    { what: "with one", more: { labels: { disk: [] } } },
  ])("an eval $what has none of it", ({ more }) => {
    expect([...metricsOf(linesOf(pairs), more).keys()].filter((name) => name.includes("f1"))).toEqual([]);
  });

  const anyPairs = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names, null)), {
    minLength: 8,
    maxLength: 60,
  });

  test("agrees with the table of confusions whatever was said, and with what rules and comparisons see", async () => {
    await fc.assert(
      fc.asyncProperty(anyPairs, async (all) => {
        const whole = classificationOf(
          confusionOf(
            all.map(([actual]) => actual),
            all.map(([, said]) => said),
            names,
          ),
        );
        const metrics = metricsOf(linesOf(all));
        for (const { label, ...scores } of whole.perLabel) {
          for (const kind of ["precision", "recall", "f1"] as const) {
            const found = metrics.get(`${kind}.${label}`)?.value ?? null;
            scores[kind] === null ? expect(found).toBeNull() : expect(found).toBeCloseTo(scores[kind], 10);
          }
        }
        const side = await sideOf(linesOf(all), { spec });
        const { comparison } = await compareSides(side, side, { derived: await expressionDeltas(undefined) });
        for (const manner of ["macro", "weighted"] as const) {
          for (const kind of ["precision", "recall", "f1"] as const) {
            const name = `${manner}_${kind}`;
            expect(metrics.get(name)?.value).toBeCloseTo(whole[manner][kind], 10);
            expect(comparison.deltas.find(({ metric }) => metric === name)?.candidate.value).toBeCloseTo(whole[manner][kind], 10);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test("not one bit depends on the order of completion", () => {
    const lines = linesOf(pairs);
    const inOrder = JSON.stringify([...metricsOf(lines)]);
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        expect(JSON.stringify([...metricsOf(shuffled)])).toBe(inOrder);
      }),
      { numRuns: 20 },
    );
  });
});

describe("two runs of an eval with labels", () => {
  const better = pairs.map(([actual, said], at): Pair => (at % 2 === 0 && said !== actual ? [actual, actual] : [actual, said]));

  test("are compared label by label, and by what was taken for what", async () => {
    const [baseline, candidate] = [await sideOf(linesOf(pairs), { spec }), await sideOf(linesOf(better), { spec })];
    const { comparison } = await compareSides(baseline, candidate, { derived: await expressionDeltas(undefined) });
    const delta = (name: string) => comparison.deltas.find(({ metric }) => metric === name);
    const [before, now] = [metricsOf(linesOf(pairs)), metricsOf(linesOf(better))];
    for (const name of ["f1.disk", "recall.network", "macro_f1", "weighted_f1"]) {
      const change = (now.get(name)?.value ?? 0) - (before.get(name)?.value ?? 0);
      expect(delta(name)?.value).toBeCloseTo(change, 10);
      expect(delta(name)).toMatchObject({ better: "higher", n: 25 });
    }
    expect(comparison.confusion?.labels).toEqual(names);
    expect(comparison.confusion?.baseline).toEqual([
      [8, 2, 0, 0],
      [3, 6, 0, 1],
      [1, 0, 4, 0],
    ]);
    expect(comparison.confusion?.candidate.flat().reduce((sum, n) => sum + n, 0)).toBe(25);
    // No part of a formula is a metric of its own.
    expect(comparison.deltas.filter(({ metric }) => metric.startsWith("#"))).toEqual([]);
  });

  test("a side that does not tell what was right, as a baseline file, takes it from the other", async () => {
    const bare = linesOf(pairs).map(({ ideal: _, ...line }) => line);
    const costs = { ...spec, confusion_cost: { disk: { network: 5 } } };
    const [baseline, candidate] = [await sideOf(bare, { spec: costs }), await sideOf(linesOf(better), { spec: costs })];
    const { comparison } = await compareSides(baseline, candidate, { derived: await expressionDeltas(undefined) });
    const delta = (name: string) => comparison.deltas.find(({ metric }) => metric === name);
    expect(delta("f1.disk")?.baseline.value).toBeCloseTo(16 / 22, 10);
    expect(delta("confusion_cost")).toMatchObject({ better: "lower", n: 25 });
    expect(comparison.confusion?.baseline[0]).toEqual([8, 2, 0, 0]);
  });

  test("a gate judges its costs and the figures of its labels: costs as plain numbers, shares in per cent", async () => {
    const many = Array.from({ length: 10 }, () => pairs).flat();
    const improved = Array.from({ length: 10 }, () => better).flat();
    const costs = { ...spec, confusion_cost: { disk: { network: 5 } } };
    const [baseline, candidate] = [
      await sideOf(linesOf(many), { spec: costs }),
      await sideOf(linesOf(improved), { spec: costs, id: "now", completion_fn: "new" }),
    ];
    const rule = [
      "confusion_cost <= 0.9",
      "delta.confusion_cost <= 0",
      "f1.disk >= 0.5",
      "recall.auth >= 0.2",
      "macro_f1 >= 0.99",
    ];
    const { rules } = await gated(baseline, candidate, { rule });
    expect(rules.map(({ verdict }) => verdict)).toEqual(["pass", "pass", "pass", "pass", "fail"]);
    expect(rules[0]?.sentence).toMatch(
      /: confusion_cost 0\.\d{3} over 250 samples, .* at most 0\.\d{3}; the rule asks for at most 0\.900\./,
    );
    expect(rules[1]?.sentence).toMatch(/: change of confusion_cost −\d\.\d{3} over 250 samples/);
    for (const { sentence } of rules.slice(2)) expect(sentence).toMatch(/: [\w.]+ \d+\.\d % over 250 samples, .*\d %\./);
  });
});
