import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Completion } from "../core/completion.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { metricSchema } from "../core/metric.ts";
import { countsSchema, endLineSchema, type SampleLine, type ScoreLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { collectRun } from "./collect-run.ts";
import type { Collector } from "./collector.ts";

/** A sample line with a reply that was judged. */
function judged(seq: number, value: number | null, more: Partial<SampleLine> = {}): SampleLine {
  const score: Score =
    value === null
      ? { name: "accuracy", value, unscored: { code: "score.failed", message: "no grade" } }
      : { name: "accuracy", value, passed: value === 1 };
  return {
    type: "sample",
    id: `t.dev.${seq}`,
    attempt: 0,
    seq,
    index: seq,
    scores: [score],
    completion: reply(),
    hashes: { item: `item${seq}`, ideal: "i", prompt: "p" },
    ...more,
  };
}

function reply(more: Partial<Completion> = {}): Completion {
  return { text: "yes", finish: "stop", ms: 10, ...more };
}

/** A sample line without a reply. */
function failed(seq: number): SampleLine {
  const { scores, completion, ...line } = judged(seq, 0);
  return { ...line, error: { code: "provider.server", message: "500", tries: [] } };
}

type Spec = Pick<EvalSpec, "group_by" | "slices" | "higher_is_better">;

function collected(lines: readonly (SampleLine | ScoreLine)[], spec: Spec = {}, attempts = 1): Collector {
  const selected = lines.reduce((most, { seq }) => Math.max(most, seq + 1), 0);
  const collector = collectRun({ spec, selected, attempts });
  for (const line of lines) line.type === "score" ? collector.observeScores(line) : collector.observe(line);
  return collector;
}

function metric(collector: Collector, name: string) {
  const found = collector.metrics().find((one) => one.name === name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
}

/** Everything that a collector yields. */
function everything(collector: Collector): string {
  const all = [collector.counts(), collector.metrics(), collector.slices(), collector.usage(), collector.cost()];
  return JSON.stringify([...all, collector.served(), collector.latency()]);
}

const arbitraryLine = fc.record({
  score: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(null)),
  f1: fc.double({ min: 0, max: 1, noNaN: true }),
  error: fc.boolean(),
  late: fc.boolean(),
  group: fc.option(fc.constantFrom("a", "b", "c", "d", "e", "f", 7, true), { nil: undefined }),
  cost: fc.double({ min: 0, max: 3, noNaN: true }),
  ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
  output: fc.nat(1000),
  served: fc.constantFrom("m1", "m2", "m3"),
  finish: fc.constantFrom("stop", "length", "content_filter"),
  text: fc.constantFrom("", "yes"),
});

describe("the order of completion", () => {
  test.each([1, 3])("changes nothing, to the last bit (%d attempts)", (attempts) => {
    const runs = fc.array(arbitraryLine, { minLength: 1, maxLength: 60 }).chain((facts) => {
      const lines = facts.flatMap((fact, seq): (SampleLine | ScoreLine)[] => {
        const at = { index: Math.floor(seq / attempts), attempt: seq % attempts };
        if (fact.error) return [{ ...failed(seq), ...at }];
        const scores = [
          { name: "f1_score", value: fact.f1 },
          { name: "accuracy", value: fact.score },
        ];
        const line = judged(seq, 0, {
          ...at,
          scores: fact.late ? [] : scores,
          metadata: fact.group === undefined ? {} : { g: fact.group },
          completion: reply({
            finish: fact.finish,
            text: fact.text,
            ms: fact.ms,
            cost: fact.cost,
            usage: { input: 1, output: fact.output },
            served: { model: fact.served },
          }),
        });
        return fact.late ? [line, { type: "score", id: line.id, seq, ...at, scores }] : [line];
      });
      return fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }));
    });
    fc.assert(
      fc.property(runs, ([lines, shuffled]) => {
        const spec = { group_by: "metadata.g", slices: ["metadata.g"] };
        expect(everything(collected(shuffled, spec, attempts))).toBe(everything(collected(lines, spec, attempts)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("counts", () => {
  const calls = [{ id: "1", name: "f", arguments: "{}" }];
  test.each([
    { name: "filtered", line: judged(0, 0, { completion: reply({ text: "", finish: "content_filter" }) }), others: [] },
    { name: "cut_off", line: judged(0, 0, { completion: reply({ finish: "length" }) }), others: [] },
    { name: "empty", line: judged(0, 0, { completion: reply({ text: " \n" }) }), others: [] },
    { name: "empty", line: judged(0, 0, { completion: reply({ text: "", finish: "length" }) }), others: ["cut_off"] },
    { name: "refused", line: judged(0, 0, { completion: reply({ text: "", refusal: "No." }) }), others: [] },
    {
      name: "invalid_label",
      line: judged(0, 0, { scores: [{ name: "accuracy", value: 0, details: { invalid_label: true } }] }),
      others: [],
    },
    { name: "errors", line: failed(0), others: [] },
    { name: "unscored", line: judged(0, null), others: [] },
    { name: "nothing", line: judged(0, 0, { completion: reply({ text: "", tool_calls: calls }) }), others: [] },
  ])("$name is counted, with $others", ({ name, line, others }) => {
    const { selected, done, prefix, ...rest } = collected([line]).counts();
    const expected = Object.fromEntries(Object.keys(rest).map((key) => [key, [name, ...others].includes(key) ? 1 : 0]));
    expect(rest).toEqual(expected);
    expect({ selected, done, prefix }).toEqual({ selected: 1, done: 1, prefix: 1 });
  });

  test("add up: scored, errors and unscored are all that is done", () => {
    const collector = collected([judged(0, 1), failed(1), judged(2, null), judged(4, 0)]);
    expect(countsSchema.parse(collector.counts())).toMatchObject({ selected: 5, done: 4, errors: 1, unscored: 1, prefix: 3 });
    expect(metric(collector, "accuracy")).toMatchObject({ value: 0.5, n: 2, errors: 1, unscored: 1 });
  });

  test("a line for a sample that had failed takes its place", () => {
    const collector = collected([failed(0), judged(1, 0), judged(0, 1), judged(1, 1)]);
    expect(collector.counts()).toMatchObject({ done: 2, errors: 0 });
    expect(metric(collector, "accuracy").value).toBe(1);
    expect(collector.running()).toEqual({ n: 2, accuracy: 1 });
  });

  test("a sample that the run cannot have is refused, however far out", () => {
    const collector = collectRun({ spec: {}, selected: 1e15, attempts: 1 });
    for (const seq of [2 ** 32, 1e14]) {
      expect(() => collector.observe(judged(seq, 1))).toThrow(expect.objectContaining({ code: "run.corrupt" }));
    }
    const short = collectRun({ spec: {}, selected: 2, attempts: 1 });
    expect(() => short.observe(judged(2, 1))).toThrow(expect.objectContaining({ code: "run.corrupt" }));
  });

  test("one sample far out in a huge run costs neither time nor memory", () => {
    const collector = collectRun({ spec: {}, selected: 1e15, attempts: 1 });
    collector.observe(judged(4_000_000_000, 1));
    expect(collector.counts()).toMatchObject({ done: 1, prefix: 0 });
    expect(metric(collector, "accuracy").n).toBe(1);
  });
});

describe("metrics", () => {
  test("569 right of 600 is Wilson's interval, and the spread of openai/evals under both spellings", () => {
    const collector = collected(Array.from({ length: 600 }, (_, seq) => judged(seq, seq < 569 ? 1 : 0)));
    const accuracy = metric(collector, "accuracy");
    expect(accuracy).toMatchObject({ n: 600, groups: null, better: "higher", interval: { method: "wilson", level: 0.95 } });
    expect(accuracy.value).toBeCloseTo(0.948333, 6);
    expect(accuracy.interval?.low).toBeCloseTo(0.927597, 6);
    expect(accuracy.interval?.high).toBeCloseTo(0.963365, 6);
    for (const name of ["boostrap_std", "bootstrap_std"]) {
      expect(metric(collector, name)).toMatchObject({ value: accuracy.se, interval: null });
    }
  });

  test("are what a run file's last line takes", () => {
    const collector = collected([judged(0, 1), failed(1)], { group_by: "metadata.none" });
    for (const one of collector.metrics()) expect(metricSchema.safeParse(one).success).toBe(true);
    const { usage, cost, served } = endLineSchema.shape;
    expect(usage.safeParse(collector.usage()).success).toBe(true);
    expect(cost.safeParse(collector.cost()).success).toBe(true);
    expect(served.safeParse(collector.served()).success).toBe(true);
  });

  test("no line at all gives null, not 0", () => {
    const collector = collectRun({ spec: {}, selected: 5, attempts: 1 });
    expect(metric(collector, "accuracy")).toMatchObject({ value: null, interval: null, n: 0, reason: "there is no value" });
    expect(metric(collector, "errors").value).toBeNull();
    expect(collector.running()).toEqual({ n: 0, accuracy: null });
    expect(collector.latency()).toBeNull();
    expect(collector.counts()).toMatchObject({ selected: 5, done: 0, prefix: 0 });
  });

  test("a score that was never given says why", () => {
    const collector = collected([judged(0, null), judged(1, null)]);
    expect(metric(collector, "accuracy")).toMatchObject({ value: null, unscored: 2, reason: "score.failed: no grade" });
  });

  test("late scores count like early ones, whichever line comes first", () => {
    const late: ScoreLine = { type: "score", id: "t.dev.0", attempt: 0, seq: 0, index: 0, scores: [{ name: "grade", value: 3 }] };
    const bare = judged(0, 0, { scores: [] });
    for (const lines of [
      [bare, late],
      [late, bare],
    ]) {
      expect(collected(lines).counts()).toMatchObject({ done: 1, unscored: 0 });
      expect(metric(collected(lines), "grade")).toMatchObject({ value: 3, n: 1, interval: null });
    }
    // Without its sample's line a score is of nothing that was done.
    expect(metric(collected([late]), "grade")).toMatchObject({ value: null, n: 0 });
  });

  test("the six counts are shares of what was asked, and lower is better", () => {
    const lines = Array.from({ length: 100 }, (_, seq) => (seq < 3 ? failed(seq) : judged(seq, 1)));
    const errors = metric(collected(lines), "errors");
    expect(errors).toMatchObject({ value: 0.03, n: 100, better: "lower", interval: { method: "clopper-pearson" } });
    expect(metric(collected(lines), "refused").interval?.high).toBeCloseTo(0.036217, 6);
  });

  test("an eval whose score is better low says so", () => {
    expect(metric(collected([judged(0, 1)], { higher_is_better: false }), "accuracy").better).toBe("lower");
  });

  test("F1 gets an interval that stays within 0 and 1 and has width when all are alike", () => {
    const withF1 = (values: number[]) =>
      collected(values.map((value, seq) => judged(seq, 0, { scores: [{ name: "f1_score", value }] })));
    const spread = metric(withF1([0.2, 0.4, 0.4, 0.9, 1]), "f1_score");
    expect(spread.value).toBeCloseTo(0.58, 12);
    expect(spread.se).toBeCloseTo(0.15620499, 8);
    expect(spread.interval).toMatchObject({ high: 1, method: "clt-t" });
    expect(spread.interval?.low).toBeCloseTo(0.146305, 6);
    expect(metric(withF1([0.8, 0.8, 0.8]), "f1_score")).toMatchObject({ se: null, interval: { method: "alike" } });
    expect(metric(withF1([0.8]), "f1_score").interval).not.toBeNull();
  });

  test("scores of unknown range that are all alike have no interval, rather than one without width", () => {
    const lines = [2, 2, 2].map((value, seq) => judged(seq, 0, { scores: [{ name: "grade", value }] }));
    expect(metric(collected(lines), "grade")).toMatchObject({ value: 2, interval: null });
  });
});

describe("samples that are not independent", () => {
  const grouped = (groups: string[], values: number[]) =>
    values.map((value, seq) => judged(seq, value, { metadata: { g: groups[seq] ?? "" } }));

  test("widen the interval", () => {
    const groups = Array.from({ length: 60 }, (_, i) => `g${i % 20}`);
    const lines = grouped(
      groups,
      groups.map((group) => (Number(group.slice(1)) < 14 ? 1 : 0)),
    );
    const alone = metric(collected(lines), "accuracy");
    const together = metric(collected(lines, { group_by: "metadata.g" }), "accuracy");
    expect(together).toMatchObject({ value: alone.value, groups: 20, interval: { method: "cluster-clopper-pearson" } });
    const width = ({ interval }: typeof alone) => (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width(together)).toBeGreaterThan(1.5 * width(alone));
  });

  test("have no interval in fewer than five groups, and a rough one in fewer than twenty", () => {
    const few = metric(
      collected(grouped([..."aaabbcccdd"], [1, 1, 0, 1, 0, 0, 0, 0, 1, 1]), { group_by: "metadata.g" }),
      "accuracy",
    );
    expect(few).toMatchObject({ value: 0.5, groups: 4, interval: null, reason: "only 4 groups: too few for an interval" });
    expect(few.se).toBeCloseTo(0.21602469, 8);
    const some = metric(
      collected(grouped([..."abcdefabcdef"], [1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0]), { group_by: "metadata.g" }),
      "accuracy",
    );
    expect(some.reason).toBe("only 6 groups: the interval is rough");
    expect(some.interval).not.toBeNull();
  });

  test("a sample without a group is one of its own, and that is said", () => {
    const lines = Array.from({ length: 30 }, (_, seq) => judged(seq, seq % 2, seq < 25 ? { metadata: { g: seq } } : {}));
    const accuracy = metric(collected(lines, { group_by: "metadata.g" }), "accuracy");
    expect(accuracy.groups).toBe(30);
    expect(accuracy.reason).toBe("5 of 30 without metadata.g, each taken as a group of its own");
  });

  test("attempts of one sample count as one: four attempts that always agree tell no more than one", () => {
    const attempts = 4;
    const verdict = (index: number) => (index % 10 < 7 ? 1 : 0);
    const once = collected(Array.from({ length: 100 }, (_, seq) => judged(seq, verdict(seq))));
    const four = collected(
      Array.from({ length: 400 }, (_, seq) => {
        const index = Math.floor(seq / attempts);
        return judged(seq, verdict(index), { index, attempt: seq % attempts });
      }),
      {},
      attempts,
    );
    const [single, many] = [metric(once, "accuracy"), metric(four, "accuracy")];
    expect(many).toMatchObject({ value: 0.7, n: 400, groups: 100 });
    expect(many.se).toBeCloseTo(single.se as number, 12);
    expect(many.interval?.low).toBeCloseTo(single.interval?.low as number, 2);
    expect(many.interval?.high).toBeCloseTo(single.interval?.high as number, 2);
  });

  test("every sample counts alike, also when some of its attempts failed", () => {
    const at = (seq: number, index: number, attempt: number) => ({ ...judged(seq, index), index, attempt });
    const lines = [at(0, 0, 0), at(1, 0, 1), at(2, 1, 0), { ...failed(3), index: 1, attempt: 1 }];
    expect(metric(collected(lines, {}, 2), "accuracy")).toMatchObject({ value: 0.5, n: 3, errors: 1 });
  });
});

describe("slices", () => {
  test("give accuracy by value, the largest first", () => {
    const lines = [..."aababc"].map((label, seq) => judged(seq, label === "b" ? 0 : 1, { metadata: { label } }));
    const [table] = collected([...lines, judged(6, 1)], { slices: ["metadata.label"] }).slices();
    expect(table?.path).toBe("metadata.label");
    expect(table?.values.map(({ value, metric: { value: accuracy, n } }) => [value, accuracy, n])).toEqual([
      ["a", 1, 3],
      ["b", 0, 2],
      ["c", 1, 1],
    ]);
  });

  test("beyond 200 values are taken together, and no sample is lost", () => {
    const lines = Array.from({ length: 500 }, (_, seq) => judged(seq, 1, { metadata: { k: seq < 250 ? seq : 0 } }));
    const values = collected(lines, { slices: ["metadata.k"] }).slices()[0]?.values ?? [];
    expect(values).toHaveLength(201);
    expect(values[0]).toMatchObject({ value: "0", metric: { n: 251 } });
    expect(values.at(-1)).toMatchObject({ value: "other (50 values)", metric: { n: 50 } });
    expect(values.reduce((n, { metric: { n: here } }) => n + here, 0)).toBe(500);
  });

  test("of a value that nobody shares are refused with the reason", () => {
    const lines = Array.from({ length: 10_001 }, (_, seq) => judged(seq, 1, { metadata: { k: `v${seq}` } }));
    expect(collected(lines, { slices: ["metadata.k", "metadata.none"] }).slices()).toEqual([
      { path: "metadata.k", values: [], reason: "more than 10,000 different values" },
      { path: "metadata.none", values: [], reason: "no sample has a value at metadata.none" },
    ]);
  });
});

describe("what a run cost", () => {
  test("counts every reply once, judges apart, cached ones not at all", () => {
    const usage = { input: 10, output: 2 };
    const graded = { name: "grade", value: 1, judgements: [{ judge: "j", completion: reply({ usage, cost: 0.5 }) }] };
    const lines = [
      judged(0, 1, {
        completion: reply({ usage: { ...usage, cached: 4 }, cost: 0.1 }),
        more: { completion: [reply({ usage, cost: 0.2 }), { logprob: -1, tokens: 1, greedy: true }] },
      }),
      judged(1, 1, { completion: reply({ usage, cost: 9, cached: true }) }),
    ];
    const late: ScoreLine = { type: "score", id: "t.dev.0", attempt: 0, seq: 0, index: 0, scores: [graded] };
    const collector = collected([...lines, late]);
    expect(collector.usage()).toEqual({ model: { input: 20, output: 4, cached: 4 }, judge: { input: 10, output: 2 } });
    expect(collector.cost()).toEqual({ model: 0.3, judge: 0.5 });
    expect(collector.latency()?.n).toBe(2);
  });

  test("comes with how much was from the cache: pairs of sample and attempt, judges' grades, and the oldest of all", () => {
    const cached = (day: number) => ({ cached: true as const, cached_at: `2026-11-${day}T10:00:00.000Z` });
    const judgements = [{ judge: "j", completion: reply(cached(12)) }];
    const grade: ScoreLine = { ...late(0), scores: [{ name: "grade", value: 1, judgements }] };
    const likelihood = { logprob: -1, tokens: 1, greedy: true };
    const lines = [
      judged(0, 1, { completion: reply(cached(15)), more: { completion: [reply(cached(14)), reply()] } }),
      judged(1, 1, { more: { choices: [{ ...likelihood, ...cached(13) }, likelihood] } }),
      judged(2, 1, { completion: reply() }),
    ];
    expect(collected([...lines, grade]).cached()).toEqual({ replies: 2, grades: 1, oldest: "2026-11-12T10:00:00.000Z" });
    expect(collected([judged(0, 1)]).cached()).toBeUndefined();
  });

  function late(seq: number): Omit<ScoreLine, "scores"> {
    return { type: "score", id: `t.dev.${seq}`, attempt: 0, seq, index: seq };
  }

  test("is unknown, not 0, when nothing had a price", () => {
    expect(collected([judged(0, 1)]).cost()).toEqual({});
  });
});

test("who served is counted by what it said of itself", () => {
  const by = (model: string, seq: number) => judged(seq, 1, { completion: reply({ served: { model } }) });
  const collector = collected([by("b", 0), by("a", 1), by("b", 2), judged(3, 1)]);
  expect(collector.served()).toEqual([
    { model: "b", n: 2 },
    { model: "a", n: 1 },
  ]);
  const many = collected(Array.from({ length: 1000 }, (_, seq) => by(`m${seq}`, seq))).served();
  expect(many).toHaveLength(101);
  expect(many.at(-1)).toEqual({ model: "others", n: 900 });
});

test("latency quantiles are good to 1 %", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.02, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 }), (times) => {
      const collector = collected(times.map((ms, seq) => judged(seq, 1, { completion: reply({ ms }) })));
      const sorted = [...times].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * times.length) - 1] as number;
      const { p50, p95, max, n } = collector.latency() ?? { p50: 0, p95: 0, max: 0, n: 0 };
      expect(Math.abs(p50 / at(0.5) - 1)).toBeLessThan(0.0101);
      expect(Math.abs(p95 / at(0.95) - 1)).toBeLessThan(0.0101);
      expect({ max, n }).toEqual({ max: sorted.at(-1), n: times.length });
    }),
  );
});
