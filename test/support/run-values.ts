import type { EndLine, RunFileLine, RunLine, SampleLine, ScoreLine, SessionLine } from "../../src/core/run-line.ts";

/** First line of a run of `selected` samples, `attempts` times each. */
export function runLine(more: Partial<RunLine> & { selected?: number } = {}): RunLine {
  const { selected = 10, ...rest } = more;
  return {
    type: "run",
    format: 1,
    id: "01JD4ZK5T00000000000000000",
    tool: "finegauge 0.1.0",
    started: "2026-11-20T10:15:00.000Z",
    eval: "tickets.heldout.v1",
    spec: {},
    spec_hash: "5",
    data: { hash: "d", samples: selected, ids: "given", order: "file", seed: 0, selected },
    completion_fn: "mock",
    model: { fn: "module", model: "mock" },
    capabilities: {
      chat: "yes",
      text: "yes",
      logprobs: "no",
      top_logprobs_max: 0,
      continuations: "no",
      embeddings: "no",
      tools: "no",
      json_schema: "no",
    },
    judges: [],
    scorers: [{ name: "match", hash: "m" }],
    sampling: {},
    attempts: 1,
    inputs: true,
    concurrency: 1,
    resume_hash: "r",
    ...rest,
  };
}

const keys = (seq: number) => ({ id: `s${seq}`, attempt: 0, seq, index: seq });

export function answered(seq: number, more: Partial<SampleLine> = {}): SampleLine {
  return {
    type: "sample",
    ...keys(seq),
    hashes: { item: `i${seq}`, ideal: "1", prompt: "p" },
    scores: [{ name: "accuracy", value: seq % 2 }],
    completion: { text: `reply ${seq} é "error":{`, finish: "stop", ms: 3 },
    ...more,
  };
}

export function failed(seq: number): SampleLine {
  const { scores, completion, ...line } = answered(seq);
  return { ...line, error: { code: "provider.server", message: "busy", tries: [] } };
}

export function lateScore(seq: number, value = 1, name = "judge"): ScoreLine {
  return { type: "score", ...keys(seq), scores: [{ name, value }] };
}

export function session(more: Partial<SessionLine> = {}): SessionLine {
  return { type: "session", at: "2026-11-20T11:00:00.000Z", tool: "finegauge 0.1.0", dropped_errors: 0, ...more };
}

export function ended(more: Partial<EndLine> = {}): EndLine {
  return {
    type: "end",
    at: "2026-11-20T10:16:00.000Z",
    status: "complete",
    counts: {
      selected: 10,
      done: 10,
      errors: 0,
      unscored: 0,
      filtered: 0,
      cut_off: 0,
      empty: 0,
      refused: 0,
      invalid_label: 0,
      prefix: 10,
    },
    metrics: [],
    served: [],
    usage: { model: { input: 0, output: 0 }, judge: { input: 0, output: 0 } },
    cost: {},
    wall_ms: 60_000,
    ...more,
  };
}

/** Lines as a run file has them. */
export function fileText(...lines: readonly (RunFileLine | string)[]): string {
  return lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join("");
}

export async function gather<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}
