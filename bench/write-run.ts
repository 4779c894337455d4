import { closeSync, openSync, writeSync } from "node:fs";

export interface RunToWrite {
  readonly samples: number;
  readonly seed: number;
}

const labels = ["network", "auth", "disk", "timeout", "config", "memory", "dependency", "syntax"];

/** A run file as `finegauge run` writes one for short questions with metadata, four of five replies right; returns its path. */
export function writeRun(file: string, { samples, seed }: RunToWrite): string {
  const fd = openSync(file, "w");
  const random = generator(seed);
  const spec = { name: "tickets.heldout.v1", base: "tickets", split: "heldout", class: "match", scorer: "match", compat: false };
  const capabilities = { chat: "yes", text: "yes", logprobs: "no", top_logprobs_max: 0, continuations: "no" };
  const started = new Date(Date.UTC(2026, 10, 20, 10, seed)).toISOString();
  const lines: unknown[] = [
    {
      type: "run",
      format: 1,
      id: `01M${String(seed).padStart(23, "0")}`,
      tool: "finegauge 0.1.0",
      started,
      eval: spec.name,
      spec: { ...spec, args: {}, sampling: {}, slices: ["metadata.label"] },
      spec_hash: "s",
      data: { hash: "d", samples, ids: "line", order: "file", seed: 0, selected: samples },
      completion_fn: `model-${seed}`,
      model: { fn: "http", model: `model-${seed}` },
      capabilities: { ...capabilities, embeddings: "no", tools: "no", json_schema: "no" },
      judges: [],
      scorers: [{ name: "match", hash: "m" }],
      sampling: {},
      attempts: 1,
      inputs: true,
      concurrency: 20,
      resume_hash: "r",
    },
  ];
  let text = "";
  const put = (line: unknown) => {
    text += `${JSON.stringify(line)}\n`;
    if (text.length < 1 << 20) return;
    writeSync(fd, text);
    text = "";
  };
  for (const line of lines) put(line);
  for (let at = 0; at < samples; at++) put(sample(at, random));
  const counts = { selected: samples, done: samples, errors: 0, unscored: 0, filtered: 0, cut_off: 0, empty: 0, refused: 0 };
  put({
    type: "end",
    at: started,
    status: "complete",
    counts: { ...counts, invalid_label: 0, prefix: samples },
    metrics: [],
    served: [],
    usage: { model: { input: 0, output: 0 }, judge: { input: 0, output: 0 } },
    cost: {},
    wall_ms: 1000,
  });
  writeSync(fd, text);
  closeSync(fd);
  return file;
}

function sample(at: number, random: () => number) {
  const label = labels[at % labels.length] as string;
  const passed = random() < 0.8;
  const said = passed ? label : (labels[(at + 3) % labels.length] as string);
  const question = `[${at}] worker-${at % 97}: the write to /var/log failed with no space left on device, so step ${at % 17} stopped`;
  return {
    type: "sample",
    id: `tickets.heldout.${at}`,
    attempt: 0,
    seq: at,
    index: at,
    hashes: { item: hash(at, 1), ideal: hash(at % labels.length, 2), prompt: hash(at, 1) },
    completion: { text: said, finish: "stop", usage: { input: 41, output: 1 }, ms: 6 + random() },
    metadata: { label },
    input: [
      { role: "system", content: "Classify the error. Answer with one category." },
      { role: "user", content: question },
    ],
    ideal: [label],
    scores: [{ name: "accuracy", value: passed ? 1 : 0, passed, label: said }],
  };
}

function hash(at: number, salt: number): string {
  const word = (factor: number) => (Math.imul(at + 1, factor) + salt) >>> 0;
  return [0x9e3779b1, 0x85ebca6b].map((factor) => word(factor).toString(16).padStart(8, "0")).join("");
}

/** In [0, 1). */
function generator(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
