import { decidingScore } from "../compare/index.ts";
import type { Usage } from "../core/completion.ts";
import { toText } from "../core/prompt.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import type { StoredRun } from "../runs/index.ts";

/** What promptfoo shows as the prompt of the whole run: each row's own text stands in `input`. */
const template = "{{input}}";
/** promptfoo's reasons for a row without success. */
const [none, assertion, failed] = [0, 1, 2];

/**
 * A run as promptfoo exports an eval (version 3), in pieces: `promptfoo import` takes it, and its viewer shows it.
 *
 * A row is a reply. What has no score there is an error, never a 0; a score without a verdict counts as passed.
 */
export async function* promptfooLog({ run, samples }: StoredRun): AsyncGenerator<string, void, void> {
  const total = totals();
  const head = {
    evalId: `finegauge-${run.id}`,
    metadata: { evaluationCreatedAt: run.started, tool: run.tool },
    config: {
      description: `${run.eval} on ${run.completion_fn}`,
      providers: [run.completion_fn],
      prompts: [template],
      // Its viewer compares evals of one data set, which it knows by this.
      tests: [{ description: `${run.eval} ${run.data.hash}` }],
    },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"results":{"version":3,"timestamp":${JSON.stringify(run.started)},"results":[`;
  let first = true;
  for await (const line of samples()) {
    const row = rowOf(line, run, decidingScore(line.scores));
    total.add(row, line);
    yield `${first ? "" : ","}\n${JSON.stringify(row)}`;
    first = false;
  }
  const { metrics, stats } = total;
  const prompt = { raw: template, label: run.eval, id: run.eval, provider: run.completion_fn, metrics };
  yield `],\n"prompts":${JSON.stringify([prompt])},"stats":${JSON.stringify(stats)}}}\n`;
}

type Row = ReturnType<typeof rowOf>;

function rowOf(line: SampleLine, run: RunLine, deciding: Score | undefined) {
  const { id, attempt, index, input, ideal, completion, error, scores = [], metadata } = line;
  const asked = input === undefined || input === null ? "" : toText(input, false);
  const vars = {
    sample: id,
    input: asked,
    ...(ideal !== undefined && { ideal: ideal.join(" | ") }),
    ...(run.attempts > 1 && { attempt: String(attempt + 1) }),
  };
  const wrong = error !== undefined ? `${error.code}: ${error.message}` : notScored(deciding);
  const success = wrong === undefined && deciding?.passed !== false;
  const value = wrong === undefined ? (deciding?.value ?? 0) : 0;
  const namedScores = Object.fromEntries(scores.flatMap((score) => (score.value === null ? [] : [[score.name, score.value]])));
  const usage = completion?.usage && tokensOf(completion.usage);
  return {
    // In the order of the data, so that two runs of one eval stand side by side.
    testIdx: index * run.attempts + attempt,
    promptIdx: 0,
    promptId: run.eval,
    provider: { id: run.completion_fn },
    prompt: { raw: asked, label: run.eval },
    vars,
    testCase: { vars, ...(metadata && { metadata }) },
    response: {
      ...(completion && { output: completion.text, finishReason: completion.finish }),
      ...(usage && { tokenUsage: usage }),
      ...(error && { error: wrong }),
    },
    success,
    score: value,
    namedScores,
    failureReason: success ? none : wrong === undefined ? assertion : failed,
    ...(wrong !== undefined && { error: wrong }),
    ...(wrong === undefined && { gradingResult: gradingOf(success, value, deciding, scores, namedScores) }),
    latencyMs: completion?.ms ?? 0,
    cost: completion?.cost ?? 0,
    ...(usage && { tokenUsage: usage }),
    metadata: metadata ?? {},
  };
}

function notScored(deciding: Score | undefined): string | undefined {
  if (deciding === undefined) return "not scored";
  return deciding.value === null ? `not scored: ${deciding.unscored?.message ?? "no reason is given"}` : undefined;
}

function gradingOf(pass: boolean, score: number, deciding: Score | undefined, scores: readonly Score[], namedScores: object) {
  return {
    pass,
    score,
    reason: deciding?.explanation ?? (pass ? "passed" : "not passed"),
    namedScores,
    componentResults: scores.map((one) => ({
      pass: one.value !== null && one.passed !== false,
      score: one.value ?? 0,
      reason: one.explanation ?? one.unscored?.message ?? one.label ?? "",
      assertion: { type: one.name, metric: one.name },
    })),
  };
}

function tokensOf({ input, output, cached }: Usage) {
  return { prompt: input, completion: output, total: input + output, ...(cached !== undefined && { cached }), numRequests: 1 };
}

/** Sums over rows, as promptfoo keeps them for a prompt. */
function totals() {
  const tokenUsage = { prompt: 0, completion: 0, cached: 0, total: 0, numRequests: 0 };
  const namedScores: { [name: string]: number } = Object.create(null);
  const namedScoresCount: { [name: string]: number } = Object.create(null);
  const metrics = {
    score: 0,
    testPassCount: 0,
    testFailCount: 0,
    testErrorCount: 0,
    assertPassCount: 0,
    assertFailCount: 0,
    totalLatencyMs: 0,
    tokenUsage,
    namedScores,
    namedScoresCount,
    cost: 0,
  };
  const stats = { successes: 0, failures: 0, errors: 0, tokenUsage };
  return {
    metrics,
    stats,
    add(row: Row, { scores = [] }: SampleLine): void {
      metrics.score += row.score;
      metrics.totalLatencyMs += row.latencyMs;
      metrics.cost += row.cost;
      if (row.success) stats.successes = ++metrics.testPassCount;
      else if (row.failureReason === assertion) stats.failures = ++metrics.testFailCount;
      else stats.errors = ++metrics.testErrorCount;
      for (const { name, value, passed } of scores) {
        if (value === null) continue;
        namedScores[name] = (namedScores[name] ?? 0) + value;
        namedScoresCount[name] = (namedScoresCount[name] ?? 0) + 1;
        if (passed === false) metrics.assertFailCount++;
        else metrics.assertPassCount++;
      }
      const { prompt = 0, completion = 0, cached = 0, total = 0, numRequests = 0 } = row.tokenUsage ?? {};
      tokenUsage.prompt += prompt;
      tokenUsage.completion += completion;
      tokenUsage.cached += cached;
      tokenUsage.total += total;
      tokenUsage.numRequests += numRequests;
    },
  };
}
