import { describe, expect, test } from "vitest";
import { hashJson } from "../core/hash.ts";
import { sampleLineSchema } from "../core/run-line.ts";
import { toSample } from "../core/sample.ts";
import type { Ask } from "../core/score.ts";
import { sampleLine } from "./sample-line.ts";

const sample = toSample(
  {
    id: "s9",
    input: [{ role: "user", content: "the question" }],
    ideal: ["yes", "ja"],
    choices: ["yes", "no"],
    answers: [0],
    metadata: { label: "disk", deep: { er: 1, secret: 2 }, author: "who" },
    lang: "de",
    note: "private",
  },
  4,
  "base",
);
const job = { seq: 6, attempt: 1, sample };
const asks: Ask[] = [{ output: "completion", n: 1, request: { prompt: sample.input ?? "" } }];
const completion = { text: "yes", finish: "stop" as const, ms: 2 };
const answers = { replies: [[completion]] };
const everything = { inputs: true, keptPaths: [] };

describe("sampleLine", () => {
  test("says which sample it is, what was answered, and what was asked", () => {
    const line = sampleLine(everything, job, asks, answers);
    expect(line).toEqual({
      type: "sample",
      id: "s9",
      attempt: 1,
      seq: 6,
      index: 4,
      hashes: { item: sample.hashes.item, ideal: sample.hashes.ideal, prompt: hashJson(sample.input) },
      completion,
      metadata: sample.metadata,
      input: sample.input,
      ideal: ["yes", "ja"],
      choices: ["yes", "no"],
      answers: [0],
      fields: { lang: "de", note: "private" },
    });
    expect(sampleLineSchema.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
  });

  test.each([
    { name: "one that is in the training data", found: "near" as const, leak: "near" },
    { name: "one that is not", found: undefined, leak: undefined },
  ])("says of $name whether it is", ({ found, leak }) => {
    const leakOf = (item: string) => (item === sample.hashes.item ? found : "exact");
    for (const inputs of [true, false]) {
      const line = sampleLine({ inputs, keptPaths: [], leakOf }, job, asks, answers);
      expect(line.leak).toBe(leak);
      expect("leak" in line).toBe(leak !== undefined);
    }
  });

  test("leaves out what a sample does not have", () => {
    const bare = { ...job, sample: toSample({ input: "q" }, 0, "base") };
    const line = sampleLine(everything, bare, asks, answers);
    expect(Object.keys(line)).toEqual(["type", "id", "attempt", "seq", "index", "hashes", "completion", "input", "ideal"]);
  });

  test("of an error says why, and keeps what was answered before it", () => {
    const failure = { code: "provider.rejected", message: "no", tries: [] };
    expect(sampleLine(everything, job, asks, { replies: [], failure })).toMatchObject({ error: failure });
    expect(sampleLine(everything, job, asks, { replies: [], failure }).completion).toBeUndefined();
    expect(sampleLine(everything, job, [...asks, ...asks], { replies: [[completion]], failure })).toMatchObject({
      error: failure,
      completion,
    });
  });

  test("hashes the prompt as it was sent, whatever the scorer calls its output", () => {
    const hash = (...some: Ask[]) => sampleLine(everything, job, some, answers).hashes.prompt;
    const one: Ask = { output: "a", n: 1, request: { prompt: "x" } };
    expect(hash(one)).toBe(hash({ output: "b", n: 1, request: { prompt: "x" } }));
    expect(hash(one)).not.toBe(hash({ output: "a", n: 1, request: { prompt: "y" } }));
    expect(hash(one)).not.toBe(hash(one, one));
    const options = (context: string): Ask => ({ output: "a", continuations: { context, continuations: ["x"] } });
    expect(hash(options("p"))).not.toBe(hash(options("q")));
  });

  describe("without inputs", () => {
    const keep = (...keptPaths: string[]) => sampleLine({ inputs: false, keptPaths }, job, asks, answers);

    test("keeps hashes and answers, and nothing of the question", () => {
      const line = keep();
      expect(line.hashes).toEqual(sampleLine(everything, job, asks, answers).hashes);
      expect(Object.keys(line)).toEqual(["type", "id", "attempt", "seq", "index", "hashes", "completion"]);
      expect(JSON.stringify(line)).not.toMatch(/question|private|disk|who|ja/);
    });

    test.each([
      { paths: ["metadata.label"], kept: { metadata: { label: "disk" } } },
      { paths: ["metadata.deep.er"], kept: { metadata: { deep: { er: 1 } } } },
      {
        paths: ["metadata.label", "metadata.deep.er", "fields.lang"],
        kept: { metadata: { label: "disk", deep: { er: 1 } }, fields: { lang: "de" } },
      },
      { paths: ["metadata.missing", "metadata.label.deeper"], kept: {} },
    ])("keeps of $paths the very values that slices and groups need", ({ paths, kept }) => {
      const { metadata, fields } = keep(...paths);
      expect({ ...(metadata && { metadata }), ...(fields && { fields }) }).toEqual(kept);
    });
  });
});
