import { sampleRowSchema, toSample } from "../src/core/sample.ts";
import type { Scorer } from "../src/core/score.ts";
import { scorerKinds } from "../src/scorers/index.ts";
import { spreadOf } from "./numbers.ts";

/** Promised for a sample with a short reply. */
const limitMicroseconds = 20;

const sentence = "The connection to the database timed out after 30 seconds, so the request was not retried.";
const ideal = "The connection to the database timed out after 30.5 seconds and the request was never retried.";
const json = '{"name": "disk", "size": 42.5, "tags": ["a", "b"], "where": {"host": "db1"}}';

interface Case {
  readonly scorer: keyof typeof scorerKinds;
  readonly args?: object;
  readonly reply: string;
  readonly ideal: string | readonly string[];
}

const cases: readonly Case[] = [
  { scorer: "match", reply: "timeout", ideal: "timeout" },
  { scorer: "includes", reply: sentence, ideal: "timed out" },
  { scorer: "fuzzy-match", reply: sentence, ideal },
  { scorer: "json-match", reply: json, ideal: json },
  { scorer: "exact", args: { trim: true, ignore_case: true }, reply: sentence, ideal },
  { scorer: "regex", args: { pattern: "timed? ?out", ignore_case: true }, reply: sentence, ideal },
  { scorer: "numeric", args: { relative_tolerance: 0.05 }, reply: sentence, ideal: "30.5" },
  { scorer: "levenshtein", args: { pass_at: 0.8 }, reply: sentence, ideal },
  { scorer: "rouge-l", reply: sentence, ideal },
  { scorer: "bleu", reply: sentence, ideal },
  { scorer: "chrf", reply: sentence, ideal },
];

/** What scoring one reply costs, by scorer, in microseconds. */
export async function scorers({ runs }: { runs: number }): Promise<void> {
  console.log(`\nScoring a reply of one sentence (${sentence.length} characters), µs a sample, median of ${runs}`);
  for (const { scorer: name, args = {}, reply, ideal } of cases) {
    const scorer = (await scorerKinds[name]()).create(args, { name, compat: false });
    const sample = toSample(sampleRowSchema.parse({ input: "?", ideal }), 0, "bench.dev");
    const score = scoring(scorer, sample, reply);
    time(score, 20_000);
    const { median: cost } = spreadOf(Array.from({ length: runs }, () => time(score, 20_000)));
    console.log(
      `  ${name.padEnd(14)}${cost.toFixed(2).padStart(8)}${cost > limitMicroseconds ? `  over ${limitMicroseconds}` : ""}`,
    );
  }
}

function scoring(scorer: Scorer, sample: Parameters<Scorer["score"]>[0], text: string) {
  const context = { judges: [], random: () => 0.5, signal: new AbortController().signal };
  // Never the same string twice, so that nothing is remembered from one sample to the next.
  return (at: number) => scorer.score(sample, { completion: [{ text: `${text} ${at % 10}`, finish: "stop", ms: 1 }] }, context);
}

/** Microseconds a call. */
function time(score: (at: number) => unknown, times: number): number {
  const began = performance.now();
  for (let at = 0; at < times; at++) score(at);
  return ((performance.now() - began) * 1000) / times;
}
