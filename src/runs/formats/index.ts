import type { LogFormat } from "./log-format.ts";

/** Logs of other harnesses that are read as runs. Each reader is loaded when a file of its kind turns up. */
export const logFormats = {
  "openai-evals": {
    title: "openai/evals (.jsonl)",
    detect: ({ text }) => /^\s*\{\s*"(spec"\s*:\s*\{|run_id"\s*:.{0,200}"event_id"\s*:)/.test(text),
    reader: async () => (await import("./openai-evals.ts")).openaiEvals,
  },
  "inspect-json": {
    title: "Inspect (.json)",
    detect: ({ text }) => /^\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:\s*"(started|success|cancelled|error)"/.test(text),
    reader: async () => (await import("./inspect-json.ts")).inspectJson,
  },
  "inspect-eval": {
    title: "Inspect (.eval)",
    detect: ({ bytes }) => zipSignature.equals(bytes.subarray(0, 4)),
    reader: async () => (await import("./inspect-eval.ts")).inspectEval,
  },
  "lm-eval": {
    title: "lm-evaluation-harness (samples_*.jsonl, results_*.json)",
    detect: ({ text, name }) =>
      /^\s*\[?\s*\{\s*"doc_id"\s*:/.test(text) || (name.endsWith(".json") && /^\s*\{\s*"results"\s*:\s*\{/.test(text)),
    reader: async () => (await import("./lm-eval.ts")).lmEval,
  },
} as const satisfies Record<string, LogFormat>;

const zipSignature = Buffer.from("PK\x03\x04", "latin1");
