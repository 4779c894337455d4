import { describe, expect, test } from "vitest";
import { answered } from "../../test/support/run-values.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { metricSchema } from "../core/metric.ts";
import type { SampleLine } from "../core/run-line.ts";
import { collectRun } from "./collect-run.ts";
import { openRunExpressions } from "./expressions/run-expressions.ts";

type Values = { readonly [score: string]: number };

/** A line with these scores for each sample; of several attempts one after the other. */
function lines(rows: readonly Values[], attempts = 1): SampleLine[] {
  return rows.map((values, seq) =>
    answered(seq, {
      index: Math.floor(seq / attempts),
      attempt: seq % attempts,
      metadata: { doc: String(Math.floor(seq / 2)) },
      scores: Object.entries(values).map(([name, value]) => ({ name, value })),
    }),
  );
}

async function metricsOf(
  given: readonly SampleLine[],
  metrics: { readonly [name: string]: string } | undefined,
  { attempts = 1, ...spec }: Pick<EvalSpec, "group_by" | "higher_is_better"> & { attempts?: number } = {},
) {
  const collector = collectRun({ spec, selected: given.length, attempts, expressions: await openRunExpressions(metrics) });
  for (const line of given) collector.observe(line);
  const all = collector.metrics();
  for (const one of all) metricSchema.strict().parse(one);
  return (name: string) => {
    const found = all.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no ${name} among ${all.map((one) => one.name).join(", ")}`);
    return found;
  };
}

/** As the scorer perplexity declares them. */
const ofTexts = {
  bits_per_byte: "-log_likelihood / bytes / log(2)",
  byte_perplexity: "exp(-log_likelihood / bytes)",
  word_perplexity: "exp(-log_likelihood / words)",
  token_perplexity: "exp(-log_likelihood / tokens)",
};

const documents = [
  { log_likelihood: -120.5, tokens: 60, words: 40, bytes: 210 },
  { log_likelihood: -80.25, tokens: 35, words: 25, bytes: 140 },
];

describe("metrics that are made of a run's scores", () => {
  test.each([
    { name: "word_perplexity", value: 21.943293 },
    { name: "byte_perplexity", value: 1.774594 },
    { name: "bits_per_byte", value: 0.827489 },
    { name: "token_perplexity", value: Math.exp(200.75 / 95) },
  ])("$name is a ratio of sums over texts", async ({ name, value }) => {
    const metric = (await metricsOf(lines(documents), ofTexts))(name);
    expect(metric.value).toBeCloseTo(value, 5);
    expect(metric).toMatchObject({ n: 2, better: "lower", interval: { method: "delta-t" } });
    expect(metric.interval?.low).toBeGreaterThan(0);
    expect(metric.interval?.high).toBeGreaterThan(metric.value ?? 0);
  });

  test("the perplexity of answers is of their mean", async () => {
    const metric = await metricsOf(lines([{ log_likelihood: -2 }, { log_likelihood: -3 }]), {
      perplexity: "exp(-log_likelihood)",
      token_perplexity: ofTexts.token_perplexity,
    });
    expect(metric("perplexity").value).toBeCloseTo(12.182494, 6);
    expect(metric("token_perplexity")).toMatchObject({ value: null, reason: expect.stringContaining("tokens") });
    expect(metric("log_likelihood")).toMatchObject({ value: -2.5, better: "higher", unit: "nats" });
  });

  test("have the standard error of a ratio: of a mean, where all texts are as long", async () => {
    const rows = [3, 5, 4, 7, 6].map((nats) => ({ log_likelihood: -nats, tokens: 1, words: 1, bytes: 2 }));
    const metric = await metricsOf(lines(rows), { half: "-log_likelihood / bytes", mean: "-log_likelihood / 2" });
    expect(metric("half").value).toBeCloseTo(2.5, 12);
    expect(metric("half").se).toBeCloseTo(metric("mean").se ?? 0, 12);
    expect(metric("mean").better).toBe("lower");
  });

  test("take attempts and groups for what they are", async () => {
    const twice = documents.flatMap((values) => [values, values]);
    const once = await metricsOf(lines(documents), ofTexts);
    const again = await metricsOf(lines(twice, 2), ofTexts, { attempts: 2 });
    expect(again("bits_per_byte")).toEqual(once("bits_per_byte"));
    const many = Array.from({ length: 24 }, (_, at) => ({ accuracy: at % 4 < 2 ? 1 : 0 }));
    const grouped = await metricsOf(lines(many), { error_rate: "1 - accuracy" }, { group_by: "metadata.doc" });
    expect(grouped("error_rate")).toMatchObject({ value: 0.5, groups: 12, better: "lower" });
    expect(grouped("error_rate").se).toBeCloseTo(grouped("accuracy").se ?? 0, 12);
  });

  test("an expression that cannot be read, or asks for more than scores, is null with the reason", async () => {
    const metric = await metricsOf(lines([{ accuracy: 1 }]), { bad: "1 -", slow: "accuracy / ms", accuracy: "0" });
    expect(metric("bad")).toMatchObject({ value: null, reason: expect.any(String) });
    expect(metric("slow")).toMatchObject({ value: null, reason: expect.stringContaining('"ms"') });
    expect(metric("accuracy").value).toBe(1);
  });

  test("do not depend on the order of completion", async () => {
    const given = lines(Array.from({ length: 40 }, (_, at) => ({ log_likelihood: -1 / (at + 1), bytes: at + 1 })));
    const inOrder = await metricsOf(given, { bits_per_byte: "-log_likelihood / bytes / log(2)" });
    const turned = await metricsOf([...given].reverse(), { bits_per_byte: "-log_likelihood / bytes / log(2)" });
    expect(turned("bits_per_byte")).toEqual(inOrder("bits_per_byte"));
  });
});

const ps = [0.9, 0.8, 0.7, 0.6, 0.55, 0.95, 0.3, 0.2];
const ys = [1, 1, 0, 1, 0, 1, 0, 0];

describe("what probabilities are worth", () => {
  const forecasts = (prefix = "") => ps.map((p, at) => ({ [`${prefix}accuracy`]: ys[at] as number, [`${prefix}confidence`]: p }));

  test("is worked out where a scorer gives confidence beside accuracy", async () => {
    const metric = await metricsOf(lines(forecasts()), undefined);
    expect(metric("auroc").value).toBeCloseTo(0.9375, 12);
    expect(metric("auroc").interval?.high).toBe(1);
    expect(metric("ece")).toMatchObject({ interval: null, better: "lower", reason: expect.stringContaining("noise") });
    expect(metric("confidence")).toMatchObject({ better: null });
    const beside = await metricsOf(lines(forecasts("choice.")), undefined);
    expect(beside("choice.auroc").value).toBeCloseTo(0.9375, 12);
  });

  test("counts samples of one group, and attempts of one sample, together", async () => {
    const many = Array.from({ length: 80 }, (_, at) => ({
      accuracy: ys[(at >> 1) % 8] as number,
      confidence: ps[(at >> 1) % 8] as number,
    }));
    const alone = (await metricsOf(lines(many), undefined))("auroc");
    const grouped = (await metricsOf(lines(many), undefined, { group_by: "metadata.doc" }))("auroc");
    expect(grouped.value).toBeCloseTo(alone.value ?? 0, 12);
    expect((grouped.se ?? 0) / (alone.se ?? 1)).toBeCloseTo(Math.sqrt(2), 1);
    const attempts = (await metricsOf(lines(many, 2), undefined, { attempts: 2 }))("auroc");
    expect(attempts.se).toBeCloseTo(grouped.se ?? 0, 12);
  });

  test("is not known while all are right", async () => {
    const metric = await metricsOf(lines([{ accuracy: 1, confidence: 0.5 }]), undefined);
    expect(metric("auroc")).toMatchObject({ value: null, reason: expect.any(String) });
  });

  test("says nothing of what is no probability", async () => {
    const rows = [...forecasts(), { accuracy: 0.5, confidence: 0.5 }, { accuracy: 1, confidence: 1.5 }];
    const metric = await metricsOf(lines(rows), undefined);
    expect(metric("auroc")).toMatchObject({ n: 8, unscored: 2 });
  });
});
