import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Likelihood } from "../src/core/completion.ts";
import type { Metric } from "../src/core/metric.ts";
import type { EndLine, SampleLine } from "../src/core/run-line.ts";
import { type FakeLlamaServer, startFakeLlamaServer } from "./support/fake-llama-server.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { type MockOpenai, startMockOpenai } from "./support/mock-openai.ts";

const models = resolve("registry/models");
const labels = "labels: [network, auth, disk, timeout, config, memory, dependency, syntax]";

/** The held-out tickets as raw texts, as the models were tuned on a quarter of them. */
function rawTickets(): { input: string; ideal: string }[] {
  const lines = readFileSync("registry/data/tickets/heldout.jsonl", "utf8").trim().split("\n");
  return lines.map((line) => {
    const { input, ideal } = JSON.parse(line);
    return { input: `Log: ${input[1].content}\nCategory:`, ideal };
  });
}

const evals = `
labels.raw.v1:
  class: multiple-choice
  args: { samples_jsonl: raw.jsonl }
  ${labels}
first.raw.v1:
  class: logprob-choice
  args: { samples_jsonl: raw.jsonl, threshold: 0.5 }
  ${labels}
said.raw.v1:
  class: loglikelihood
  args: { samples_jsonl: raw.jsonl }
known.raw.v1:
  class: perplexity
  args: { samples_jsonl: texts.jsonl }
`;

const folder = scratchFolder();
let server: FakeLlamaServer;
let mock: MockOpenai;

beforeAll(async () => {
  server = await startFakeLlamaServer({ model: join(models, "tickets-base.gguf") });
  mock = await startMockOpenai();
  const raw = rawTickets();
  const texts = raw.slice(0, 20).map(({ input, ideal }) => ({ input: `${input} ${ideal}` }));
  const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  write("data/raw.jsonl", jsonl(raw));
  write("data/texts.jsonl", jsonl(texts));
  write("evals/raw.yaml", evals);
  write(
    "completion-fns/models.yaml",
    `
base: { class: llama, args: { model: ${join(models, "tickets-base.gguf")}, mode: raw } }
tuned: { class: llama, args: { model: ${join(models, "tickets-tuned.gguf")}, mode: raw } }
served: { class: llama-server, args: { url: "${server.origin}", mode: raw } }
hosted: { class: http, args: { url: "${mock.origin}/v1", model: m } }
`,
  );
});
afterAll(async () => {
  await server.close();
  await mock.close();
  folder[Symbol.dispose]();
});

function write(file: string, text: string): void {
  const path = join(folder.path, "registry", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function run(what: readonly string[], code = 0): Promise<string> {
  const outcome = await finegauge(["run", ...what, "--no-report"], { cwd: folder.path });
  expect([outcome.code, outcome.stderr]).toEqual([code, expect.any(String)]);
  return outcome.stderr;
}

/** The only run of an eval on a model. */
function linesOf(name: string, model: string): { samples: SampleLine[]; metric(name: string): Metric } {
  const runs = join(folder.path, "reports", name, model);
  const [file = "", ...others] = readdirSync(runs);
  expect(others).toEqual([]);
  const lines = readFileSync(join(runs, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const end = lines.at(-1) as EndLine;
  const metric = (wanted: string) => end.metrics.find((one) => one.name === wanted) as Metric;
  return { samples: lines.filter(({ type }) => type === "sample"), metric };
}

describe("log-probabilities", () => {
  test.each([
    { model: "base", right: 219, share: "36.5 %", ece: 1 },
    { model: "tuned", right: 554, share: "92.3 %", ece: 0.05 },
  ])("of the labels give the reference figure: $share, $model", async ({ model, right, ece }) => {
    await run([model, "labels.raw.v1"]);
    const { metric } = linesOf("labels.raw.v1", model);
    expect(metric("accuracy")).toMatchObject({ value: right / 600, n: 600 });
    expect(metric("auroc").value).toBeGreaterThan(0.5);
    expect(metric("ece").value).toBeLessThan(ece);
  });

  test("that were recorded give the same scores again, and nobody is asked", async () => {
    const { code, stdout } = await finegauge(["rescore", "labels.raw.v1@tuned", "--check"], { cwd: folder.path });
    expect([code, stdout]).toEqual([0, expect.stringContaining("600 of 600 verdicts agree")]);
  });

  test.each([
    { name: "labels.raw.v1", output: "choices", each: 8 },
    { name: "said.raw.v1", output: "ideals", each: 1 },
    { name: "known.raw.v1", output: "text", each: 1 },
  ])("of $name are the same in process and from a server, to 0.01 each token", async ({ name, output, each }) => {
    const sampled = ["--max-samples", "12", "--out", `sampled-${output}`];
    for (const model of ["base", "served"]) await run([model, name, ...sampled]);
    const read = (model: string) => {
      const [file = ""] = readdirSync(join(folder.path, `sampled-${output}`, name, model));
      const text = readFileSync(join(folder.path, `sampled-${output}`, name, model, file), "utf8");
      const lines: SampleLine[] = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const samples = lines.filter(({ type }) => type === "sample").sort((a, b) => a.seq - b.seq);
      return samples.flatMap(({ more }) => (more?.[output] ?? []) as readonly Likelihood[]);
    };
    const [here, there] = [read("base"), read("served")];
    expect(here).toHaveLength(12 * each);
    for (const [at, { per_token: own = [], tokens, greedy }] of here.entries()) {
      expect(there[at]).toMatchObject({ tokens, greedy });
      expect(own).toHaveLength(tokens);
      const off = own.map((logprob, token) => Math.abs((there[at]?.per_token?.[token] ?? 0) - logprob));
      expect(Math.max(...off)).toBeLessThan(0.01);
    }
  });

  test("of a first token tell how sure the model is, what it leaves for other words, and what a threshold would name", async () => {
    await run(["tuned", "first.raw.v1", "--max-samples", "60"]);
    const { samples, metric } = linesOf("first.raw.v1", "tuned");
    for (const name of ["confidence", "answer_mass", "precision", "recall", "named"]) {
      expect(metric(name)).toMatchObject({ value: expect.any(Number), interval: { low: expect.any(Number) } });
    }
    expect(metric("answer_mass").value).toBeGreaterThan(0.9);
    for (const { scores, completion } of samples) {
      const [accuracy, confidence] = scores ?? [];
      const first = completion?.logprobs?.[0];
      // A label is said with a space in front of it and, hardly ever, without.
      const said = Math.exp(first?.logprob ?? 0);
      expect(confidence?.value).toBeGreaterThanOrEqual(said);
      expect(confidence?.value).toBeLessThan(said + 0.01);
      expect(accuracy?.label ?? accuracy?.details?.below_threshold).toBe(first?.token.trim());
    }
  });

  test("give a threshold that is chosen on one half of the samples and told of the other", async () => {
    const args = ["rescore", "first.raw.v1@tuned", "--sweep"];
    const { code, stdout } = await finegauge([...args, "--json"], { cwd: folder.path });
    const { steps, chosen, held } = JSON.parse(stdout);
    expect([code, steps.length, chosen.n + held.n, held.threshold]).toEqual([0, 19, 60, chosen.threshold]);
    expect(held.intervals.precision).toMatchObject({ value: held.precision, interval: { low: expect.any(Number) } });
    const told = await finegauge(args, { cwd: folder.path });
    expect(told.stdout).toContain(`keep it with  threshold: ${chosen.threshold}\n`);
    const other = await finegauge(["rescore", "labels.raw.v1@tuned", "--sweep"], { cwd: folder.path });
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("this is multiple-choice")]);
  });

  test("are scaled by what fits one half of the answers, and told of the other before and after", async () => {
    const args = ["rescore", "labels.raw.v1@base", "--scale"];
    const { code, stdout } = await finegauge([...args, "--json"], { cwd: folder.path });
    const { scale, n, held } = JSON.parse(stdout);
    expect([code, n + held.n]).toEqual([0, 600]);
    // Two thirds of its answers are wrong, and it is nearly sure of all of them.
    expect(scale).toBeGreaterThan(2);
    expect(held.after.log_loss.interval.high).toBeLessThan(held.before.log_loss.interval.low);
    expect(held.after.brier.value).toBeLessThan(held.before.brier.value);
    expect(held.after.ece).toBeLessThan(0.5 * held.before.ece);
    const told = await finegauge(args, { cwd: folder.path });
    expect(told.stdout).toContain(`keep it with  scale: ${scale}\n`);
    const other = await finegauge(["rescore", "first.raw.v1@tuned", "--scorer", "includes", "--scale"], { cwd: folder.path });
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("includes has none")]);
  });

  test("less those of the choices alone are asked for twice, and make a score of their own", async () => {
    write(
      "evals/mutual.yaml",
      `mutual.raw.v1:\n  class: multiple-choice\n  args: { samples_jsonl: raw.jsonl, mutual_info: true }\n  ${labels}\n`,
    );
    await run(["tuned", "mutual.raw.v1", "--max-samples", "40"]);
    const { samples, metric } = linesOf("mutual.raw.v1", "tuned");
    expect(metric("acc_mutual_info")).toMatchObject({ value: expect.any(Number), n: 40, interval: expect.any(Object) });
    const [{ more } = {}] = samples;
    expect(Object.entries(more ?? {}).map(([name, replies]) => [name, replies.length])).toEqual([
      ["choices", 8],
      ["choices_alone", 8],
    ]);
  });

  test("of whole texts are compared by ratios of sums, the lower the better", async () => {
    await run(["base,tuned", "known.raw.v1"]);
    const { stdout } = await finegauge(["diff", "known.raw.v1@base", "known.raw.v1@tuned", "--json"], { cwd: folder.path });
    const { deltas, finding } = JSON.parse(stdout).comparisons?.[0] ?? JSON.parse(stdout);
    const delta = deltas.find(({ metric }: { metric: string }) => metric === "bits_per_byte");
    const sums = (model: string) => linesOf("known.raw.v1", model).metric("bits_per_byte").value as number;
    expect(delta).toMatchObject({ better: "lower", unit: "bits", n: 20 });
    expect(delta.value).toBeCloseTo(sums("tuned") - sums("base"), 9);
    expect(delta.interval.low).toBeGreaterThan(0);
    expect(finding).toBe("worse");
  });

  test("of every next token say how far a model is from its parent, and nothing of where that one's run lies", async () => {
    write("evals/drift.yaml", "drift.parent.v1: { class: kl, args: { samples_jsonl: raw.jsonl, top: 1024 } }\n");
    await run(["tuned", "drift.parent.v1", "--max-samples", "15"]);
    const runs = join(folder.path, "reports/drift.parent.v1/tuned");
    const parent = join(runs, readdirSync(runs)[0] ?? "");
    write(
      "evals/child.yaml",
      `drift.child.v1: { class: kl, args: { samples_jsonl: raw.jsonl, top: 1024, parent: ${parent} } }\n`,
    );
    await run(["tuned,base", "drift.child.v1", "--max-samples", "15"]);
    expect(linesOf("drift.child.v1", "tuned").metric("kl")).toMatchObject({ value: 0, n: 15, unit: "nats", better: "lower" });
    const { metric, samples } = linesOf("drift.child.v1", "base");
    expect(metric("kl").value).toBeGreaterThan(0.5);
    expect(metric("same_top").value).toBeLessThan(1);
    expect(samples).toHaveLength(15);
    const [file = ""] = readdirSync(join(folder.path, "reports/drift.child.v1/base"));
    expect(readFileSync(join(folder.path, "reports/drift.child.v1/base", file), "utf8")).not.toContain(folder.path);
  });

  test("are not to be had of a hosted chat model, and nothing is asked of it", async () => {
    for (const name of ["labels.raw.v1", "said.raw.v1", "known.raw.v1"]) {
      const said = await run(["hosted", name], 2);
      expect(said).toContain("error model.capability: scorer");
      expect(said).toContain("does not score a given text");
    }
    expect(mock.asked).toEqual([]);
  });
});
