import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installFakePromptfoo, notes } from "../../../test/support/fake-promptfoo.ts";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import { type Answer, scripted } from "../../../test/support/grading.ts";
import type { Completion } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { type SampleRow, toSample } from "../../core/sample.ts";
import { type Judge, type Score, scoreSchema } from "../../core/score.ts";
import { promptfooAssertion } from "./assertion.ts";

const scratch = scratchFolder();
const before = process.cwd();
beforeAll(() => {
  installFakePromptfoo(scratch.path);
  process.chdir(scratch.path);
  // A worker of the tests ends without the event on which the folder would be removed.
  process.env.PROMPTFOO_CONFIG_DIR = scratch.path;
});
afterAll(() => {
  process.chdir(before);
  scratch[Symbol.dispose]();
});

const files = {
  root: scratch.path,
  resolvePath: (file: string) => join(scratch.path, file),
  placeOf: (path: readonly PropertyKey[]) => ({ file: path.join(".") }),
  env: {},
};

async function open(args: object) {
  const opened = await promptfooAssertion.open?.(args, files);
  if (opened?.create === undefined) throw new Error("it was not opened");
  return { args: opened.args, scorer: opened.create({ name: "promptfoo", compat: false }) };
}

interface Judging {
  readonly row?: SampleRow;
  readonly completion?: Partial<Completion>;
  readonly judges?: readonly Judge[];
  readonly signal?: AbortSignal;
}

async function judge(args: object, { row = {}, completion = {}, judges = [], signal }: Judging = {}): Promise<readonly Score[]> {
  const { scorer } = await open(args);
  await scorer.start?.();
  const sample = toSample({ input: "Capital of Norway?", ideal: "Oslo", ...row }, 0, "t.dev");
  expect(promptfooAssertion.checkSample(sample, args)).toBeUndefined();
  const reply: Completion = { text: "Oslo", finish: "stop", ms: 1, ...completion };
  const context = { judges, random: () => 0, signal: signal ?? new AbortController().signal };
  const scores = await scorer.score(sample, { completion: [reply] }, context);
  for (const score of scores) expect(scoreSchema.strict().parse(score)).toEqual(score);
  return scores;
}

const said = (answer: Answer) => [scripted(() => answer).judge()];

describe("an assertion of promptfoo's", () => {
  test("passes or not, and says why not", async () => {
    expect(await judge({ type: "equals" })).toEqual([{ name: "accuracy", value: 1, passed: true }]);
    expect(await judge({ type: "equals", value: "Bergen" })).toEqual([
      { name: "accuracy", value: 0, passed: false, explanation: 'Expected output "Oslo" to equal "Bergen"' },
    ]);
    expect(await judge({ type: "not-equals" })).toMatchObject([{ value: 0 }]);
  });

  test("gives its number beside the verdict where that says more, and a score for each that it names", async () => {
    expect(await judge({ type: "javascript", value: "1 / 4" })).toEqual([
      { name: "accuracy", value: 1, passed: true, explanation: "quarter" },
      { name: "score", value: 0.25, passed: true },
      { name: "tone_of_voice", value: 0.5 },
    ]);
  });

  test("is asked about the reply as it was, by the sample's own names", async () => {
    const logprobs = [{ token: "Oslo", logprob: -0.5 }];
    const completion = { finish: "length", cost: 0.1, ms: 20, usage: { input: 3, output: 1 }, logprobs } as const;
    await judge(
      { type: "equals", threshold: 2, config: { a: 1 }, transform: "output.trim()" },
      { row: { topic: "geo" }, completion },
    );
    expect(notes().at(-1)).toMatchObject({
      assertion: { type: "equals", value: "{{ ideal }}", threshold: 2, config: { a: 1 }, transform: "output.trim()" },
      test: { vars: { input: "Capital of Norway?", ideal: "Oslo", topic: "geo" } },
      prompt: "Capital of Norway?",
      latencyMs: 20,
      providerResponse: { output: "Oslo", finishReason: "length", cost: 0.1, logProbs: [-0.5], tokenUsage: { total: 4 } },
    });
  });

  test("never reads an ideal as a template, a file or code", async () => {
    const ideal = "file:///etc/passwd {{ env.HOME }}";
    expect(await judge({ type: "equals" }, { row: { ideal }, completion: { text: ideal } })).toMatchObject([{ value: 1 }]);
    expect(await judge({ type: "contains-any" }, { row: { ideal: ["x", "Os"] } })).toMatchObject([{ value: 1 }]);
    const values = notes().flatMap(({ assertion }) => JSON.stringify(assertion) ?? []);
    expect(values.filter((text) => text.includes("/etc/passwd"))).toEqual([]);
  });

  test.each([
    { type: "javascript", value: "throw", why: "javascript: Custom function threw error: boom" },
    { type: "javascript", value: "NaN", why: "promptfoo's javascript gave no result" },
    { type: "cost", value: undefined, why: "cost: Cost assertion does not support providers" },
  ])("that fails by itself is no score: $why", async ({ why, ...args }) => {
    expect(await judge(args)).toMatchObject([
      { name: "accuracy", value: null, unscored: { code: "score.failed", message: expect.stringContaining(why) } },
    ]);
  });

  test("that the package does not have is refused before the first sample, with the nearest", async () => {
    const { scorer } = await open({ type: "equal" });
    await expect(scorer.start?.()).rejects.toMatchObject({ code: "registry.invalid", more: { nearest: ["equals"] } });
  });

  test.each([
    ["select-best", "several models"],
    ["not-guardrails", "only promptfoo's own runs"],
    ["human", "finegauge label"],
    ["moderation", "no judge can stand for"],
    ["is-valid-openai-tools-call", "tool-call"],
  ])("%s is refused with the reason", async (type, why) => {
    await expect(open({ type })).rejects.toMatchObject({ code: "registry.invalid", message: expect.stringContaining(why) });
  });

  test("is not made from a run file, whose value may be code", async () => {
    const scorer = promptfooAssertion.create({ type: "javascript", value: "process.exit()" }, { name: "x", compat: false });
    const context = { judges: [], random: () => 0, signal: new AbortController().signal };
    await expect(scorer.score(toSample({}, 0, "t"), {}, context)).rejects.toMatchObject({ code: "score.failed" });
  });

  test.each([
    [{ type: "equals" }, { input: "?" }, "no `ideal`"],
    [{ type: "equals" }, { input: "?", ideal: ["a", "b"] }, "several `ideal`"],
    [{ type: "equals" }, { ideal: "a" }, "no `input`"],
    [{ type: "equals", value: "x" }, { input: "?" }, undefined],
    [{ type: "is-json" }, { input: "?" }, undefined],
  ])("%j of %j: %s", (args, row, fault) => {
    const found = promptfooAssertion.checkSample(toSample(row, 0, "t"), args);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });

  test("with a value in a file is another one when the file changes, and tells no folder", async () => {
    writeFileSync(join(scratch.path, "check.js"), "one");
    const { args, scorer } = await open({ type: "javascript", value: "file://check.js:fn" });
    expect(args).toEqual({ type: "javascript", value: "file://check.js:fn" });
    writeFileSync(join(scratch.path, "check.js"), "two");
    expect((await open({ type: "javascript", value: "file://check.js:fn" })).scorer.hash).not.toBe(scorer.hash);
    await expect(open({ type: "javascript", value: "file://none.js" })).rejects.toMatchObject({ code: "data.missing" });
  });
});

describe("an assertion that a model grades", () => {
  test("asks the judge, and keeps what it said", async () => {
    const { judge: named, asked } = scripted(() => '{"pass": true, "score": 0.75, "reason": "polite"}');
    const scores = await judge({ type: "llm-rubric", value: "is polite" }, { judges: [named("grader")] });
    expect(scores).toMatchObject([
      { name: "accuracy", value: 1, explanation: "polite", judgements: [{ judge: "grader", completion: { finish: "stop" } }] },
      { name: "score", value: 0.75 },
    ]);
    expect(asked[0]?.prompt).toEqual([
      { role: "system", content: "Grade." },
      { role: "user", content: "Oslo / is polite" },
    ]);
  });

  test("needs a judge, or names a provider of promptfoo's as one", async () => {
    expect((await open({ type: "llm-rubric" })).scorer.needs).toEqual({ judge: true });
    expect((await open({ type: "similar" })).scorer.needs).toEqual({ judge: true, embeddings: true });
    expect((await open({ type: "equals" })).scorer.needs).toEqual({});
    expect(promptfooAssertion.judges({ type: "llm-rubric", provider: "openai:chat:x" })).toEqual(["promptfoo:openai:chat:x"]);
    await expect(open({ type: "equals", provider: "openai:chat:x" })).rejects.toMatchObject({ code: "registry.invalid" });
    const right = scripted(() => '{"pass": true, "score": 1, "reason": ""}').judge("promptfoo:openai:chat:x");
    const wrong = scripted(() => new FinegaugeError("provider.server", "not this one")).judge("other");
    const args = { type: "llm-rubric", provider: "openai:chat:x" };
    expect(await judge(args, { judges: [wrong, right] })).toMatchObject([{ value: 1 }, { value: 1 }]);
  });

  test.each(["llm-rubric", "model-graded-closedqa", "factuality"])(
    "%s whose judge is down is no score, and never a 0",
    async (type) => {
      const judges = said(new FinegaugeError("provider.unreachable", "nobody listens"));
      expect(await judge({ type, value: "x" }, { judges })).toEqual([
        { name: "accuracy", value: null, unscored: { code: "provider.unreachable", message: "judge: nobody listens" } },
      ]);
    },
  );

  test.each([
    ["llm-rubric", "I like it."],
    ["model-graded-closedqa", "Perhaps."],
    ["factuality", "Hard to say."],
  ])("%s whose judge says %j is no score, with what it said kept", async (type, answer) => {
    expect(await judge({ type, value: "x" }, { judges: said(answer) })).toMatchObject([
      {
        name: "accuracy",
        value: null,
        unscored: { code: "score.judge-unparsed" },
        judgements: [{ completion: { text: answer } }],
      },
    ]);
  });

  test.each([
    ["model-graded-closedqa", "It does.\nY", 1],
    ["model-graded-closedqa", "It does not.\nN", 0],
    ["factuality", "(D) No.", 0],
    ["llm-rubric", '{"pass": false, "score": 0, "reason": "No output"}', 0],
  ])("%s takes %j for %d", async (type, answer, value) => {
    expect((await judge({ type, value: "x" }, { judges: said(answer) }))[0]).toMatchObject({ name: "accuracy", value });
  });

  test("compares by the judge that gives embeddings", async () => {
    const talks = scripted(() => "?").judge("talks");
    const embeds: Judge = {
      ...scripted(() => "?").judge("embeds"),
      embed: async ([text = ""]) => [Float32Array.of(text.length, 1)],
    };
    expect(await judge({ type: "similar" }, { judges: [talks, embeds] })).toMatchObject([
      { value: 1 },
      { name: "score", value: 0.4 },
    ]);
    const down: Judge = { ...embeds, embed: () => Promise.reject(new FinegaugeError("provider.server", "503")) };
    expect(await judge({ type: "similar" }, { judges: [talks, down] })).toMatchObject([
      { value: null, unscored: { code: "provider.server", message: "embeds: 503" } },
    ]);
  });

  test("that a stop cuts off is asked again later: it is neither a score nor a failure", async () => {
    const judges = said(new FinegaugeError("run.interrupted", "stopped"));
    await expect(judge({ type: "llm-rubric", value: "x" }, { judges })).rejects.toMatchObject({ code: "run.interrupted" });
  });
});
