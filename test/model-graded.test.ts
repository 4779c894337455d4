import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import {
  chatReply,
  errorReply,
  type MockAnswer,
  type MockOpenai,
  type MockRequest,
  promptText,
  replyTo,
  startMockOpenai,
} from "./support/mock-openai.ts";

const classify = "evals.elsuite.modelgraded.classify:ModelBasedClassify";

/** Specs and evals as people have them who ran oaieval; unquoted Yes and No among them. */
const upstream = {
  "modelgraded/specs.yaml": `
agreement:
  prompt: |-
    Q: {input}
    Reference: {ideal}
    Submission: {completion}
    Which letter fits?
  choice_strings: ABCDE
  input_outputs: {input: completion}
standard:
  prompt: |-
    Task: {input}
    Submission: {completion}
    Standard: {criteria}
    Reason first, then end with Y or N alone on a line.
  eval_type: cot_classify
  choice_scores: {Y: 1.0, N: 0.0}
  choice_strings: YN
  input_outputs: {input: completion}
duel:
  prompt: |-
    One: {input1} -> {completion1}
    Two: {input2} -> {completion2}
    Is Two better?
  choice_strings: [Yes, No]
  choice_scores: {Yes: 1.0, No: 0.0}
  input_outputs: {input1: completion1, input2: completion2}
  format_type: in_message
`,
  "evals/graded.yaml": `
agree: {id: agree.dev.v0}
agree.dev.v0:
  class: ${classify}
  args: {samples_jsonl: agree.jsonl, eval_type: cot_classify, modelgraded_spec: agreement}
meets.dev.v0:
  class: ${classify}
  args:
    samples_jsonl: meets.jsonl
    modelgraded_spec: standard
    modelgraded_spec_args: {criteria: one word}
duel.dev.v0:
  class: ${classify}
  args: {samples_jsonl: duel.jsonl, eval_type: classify, modelgraded_spec: duel}
`,
  "data/agree.jsonl": ["a", "b", "c", "d"].map((name) => `{"input": "${name}?", "ideal": "${name}"}\n`).join(""),
  "data/meets.jsonl": ["e", "f", "g"].map((name) => `{"input": "${name}?"}\n`).join(""),
  "data/duel.jsonl": `{"input1": "h?", "input2": "i?"}\n{"input1": "j?", "input2": "k?", "completion2": "brought along"}\n`,
};

const own = {
  "evals/own.yaml": `
kind.dev.v1:
  class: model-graded
  args: { samples_jsonl: kind.jsonl, modelgraded_spec: closedqa }
  judge: grader
`,
  "data/kind.jsonl": ["l", "m", "n", "o"].map((name) => `{"input": "${name}?", "criteria": "is kind"}\n`).join(""),
};

interface Line {
  readonly type: string;
  readonly id: string;
  readonly scores?: { name: string; value: number | null; label?: string; unscored?: { code: string }; judgements?: unknown[] }[];
}

describe("replies graded by a model", () => {
  let mock: MockOpenai;
  let grades: (request: MockRequest) => MockAnswer;
  beforeAll(async () => {
    mock = await startMockOpenai({
      answer: (request) => {
        if (request.method === "GET") return { json: { data: [] } };
        return request.body.model === "grader-1" ? grades(request) : replyTo(request, `reply to ${promptText(request)}`);
      },
    });
  });
  afterAll(() => mock.close());
  beforeEach(() => {
    grades = (request) => replyTo(request, "?");
  });

  async function run(
    files: { readonly [path: string]: string },
    args: readonly string[],
    folder?: string,
    more: readonly string[] = ["--json", "--quiet"],
  ) {
    using scratch = folder === undefined ? scratchFolder() : { path: folder, [Symbol.dispose]() {} };
    const functions = ["model", "grader", "other"]
      .map((name) => `${name}: { class: http, args: { url: "${mock.url}", model: ${name}-1 } }\n`)
      .join("");
    for (const [path, text] of Object.entries({ ...files, "completion-fns/mock.yaml": functions })) {
      const file = join(scratch.path, "registry", path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const from = mock.asked.length;
    const outcome = await finegauge(["run", "model", ...args, ...more, "--no-report"], { cwd: scratch.path });
    const { runs = [] } = (outcome.stdout === "" ? {} : JSON.parse(outcome.stdout)) as {
      runs?: {
        file: string;
        metrics: { name: string; value: number | null }[];
        usage: { judge: { input: number } };
        counts: object;
      }[];
    };
    const lines = runs.map(({ file }) =>
      readFileSync(join(scratch.path, file), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Line),
    );
    return { ...outcome, runs, lines, asked: mock.asked.slice(from) };
  }
  const labels = (lines: readonly Line[] | undefined) =>
    Object.fromEntries(
      (lines ?? [])
        .filter(({ type }) => type === "score")
        .map(({ id, scores }) => [id, scores?.[0]?.label ?? scores?.[0]?.unscored?.code]),
    );
  const value = (metrics: readonly { name: string; value: number | null }[] | undefined, name: string) =>
    metrics?.find((metric) => metric.name === name)?.value;
  /** What a judge says, by what stands in its prompt. */
  const script = (said: { readonly [part: string]: string }) => (request: MockRequest) =>
    replyTo(request, Object.entries(said).find(([part]) => promptText(request).includes(part))?.[1] ?? "no entry in the script");

  test("a registry written for oaieval runs unchanged, its odd cases included", async () => {
    grades = script({
      "to a?": "They agree.\nC",
      "to b?": "Answer: D",
      "to c?": "The answer is (D).",
      "to d?": "I am not sure",
      "to e?": "It has one word.\nY",
      "to f?": "below\r\nN\r\n",
      "to g?": "Nothing to say here",
      "to h?": "Not sure",
      "brought along": "Yes!",
    });
    const { code, stderr, runs, lines, asked } = await run(upstream, ["agree,meets.dev.v0,duel.dev.v0", "--judge", "grader"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(lines.map(labels)).toEqual([
      { "agree.dev.0": "C", "agree.dev.1": "A", "agree.dev.2": "D", "agree.dev.3": "__invalid__" },
      { "meets.dev.0": "Y", "meets.dev.1": "N", "meets.dev.2": "N" },
      { "duel.dev.0": "No", "duel.dev.1": "Yes" },
    ]);
    const [agree, meets, duel] = runs;
    expect([
      value(agree?.metrics, "choice/A"),
      value(agree?.metrics, "choice/B"),
      value(agree?.metrics, "invalid_grade"),
    ]).toEqual([0.25, 0, 0.25]);
    expect(value(meets?.metrics, "score")).toBeCloseTo(1 / 3);
    expect(value(duel?.metrics, "score")).toBe(0.5);
    const judged = asked.filter(({ body }) => body.model === "grader-1");
    expect(judged).toHaveLength(9);
    expect(asked).toHaveLength(9 + 4 + 3 + 3);
    for (const { body } of judged) {
      expect(body).toMatchObject({ temperature: 0, max_tokens: 1024 });
      expect(body.messages).toMatchObject([{ role: "user" }]);
    }
  });

  test("no judge: exit 2, and nobody is asked anything", async () => {
    const { code, stderr, asked } = await run(upstream, ["agree"]);
    expect([code, asked]).toEqual([2, []]);
    expect(stderr).toContain('error cli.usage: eval "agree.dev.v0" is graded by a model, and no judge is named');
    expect(stderr).toContain("--judge NAME");
  });

  test("a judge that nobody knows: exit 2, the nearest name, and nobody is asked anything", async () => {
    const { code, stderr, asked } = await run(upstream, ["agree", "--judge", "gradr"]);
    expect([code, asked]).toEqual([2, []]);
    expect(stderr).toContain('did you mean "grader"?');
  });

  test("a judge that fails or answers nonsense changes no score: unscored, counted, its tokens apart", async () => {
    grades = (request) => {
      const prompt = promptText(request);
      if (prompt.includes("to l?")) return gradeCall("Y");
      if (prompt.includes("to m?")) return gradeCall("N");
      return prompt.includes("to n?") ? replyTo(request, "As you like.") : errorReply(401, { message: "who are you" });
    };
    const { code, runs, lines, asked } = await run(own, ["kind.dev.v1"]);
    expect(code).toBe(0);
    expect(labels(lines[0])).toEqual({
      "kind.dev.0": "Y",
      "kind.dev.1": "N",
      "kind.dev.2": "score.judge-unparsed",
      "kind.dev.3": "provider.auth",
    });
    expect(runs[0]?.counts).toMatchObject({ done: 4, errors: 0, unscored: 2 });
    expect(value(runs[0]?.metrics, "accuracy")).toBe(0.5);
    // Three replies of nine tokens in: the fourth never came.
    expect(runs[0]?.usage.judge.input).toBe(27);
    const judged = asked.find(({ body }) => body.model === "grader-1");
    expect(judged?.body).toMatchObject({
      tool_choice: { type: "function", function: { name: "grade" } },
      tools: [{ function: { parameters: { properties: { grade: { enum: ["Y", "N"] } } } } }],
    });
    const kept = lines[0]?.filter(({ type }) => type === "score").flatMap(({ scores }) => scores?.[0]?.judgements ?? []);
    expect(kept).toHaveLength(3);
  });

  test("a judge that is gone ends the run before more is paid for; the same command grades what waits, and asks no reply twice", async () => {
    using scratch = scratchFolder();
    const files = {
      ...own,
      "data/kind.jsonl": Array.from({ length: 90 }, (_, i) => `{"input": "${i}?", "criteria": "x"}\n`).join(""),
    };
    const args = ["kind.dev.v1", "--concurrency", "4"];
    grades = () => errorReply(401, { message: "who are you" });
    const first = await run(files, args, scratch.path);
    expect(first.code).toBe(3);
    expect(first.stderr).toMatch(/error provider\.auth: \d+ samples got no grade, the last because judge grader: /);
    const replies = (asked: readonly MockRequest[]) => asked.filter(({ body }) => body.model === "model-1").length;
    expect(replies(first.asked)).toBeLessThan(70);
    grades = () => gradeCall("Y");
    const second = await run(files, [...args, "--yes"], scratch.path);
    expect([second.code, second.stderr]).toEqual([0, ""]);
    expect(replies(first.asked) + replies(second.asked)).toBe(90);
    expect(second.runs[0]?.counts).toMatchObject({ done: 90, unscored: 0 });
    expect(second.runs[0]?.metrics.find(({ name }) => name === "accuracy")).toMatchObject({ value: 1, n: 90 });
  });

  test("a dry run names the judges, and asks nobody", async () => {
    const { code, stderr, asked } = await run(own, ["kind.dev.v1", "--judge", "grader,other", "--dry-run"], undefined, []);
    expect([code, asked]).toEqual([0, []]);
    expect(stderr).toContain("judged by grader, other");
  });

  test("--judge goes before the judge that the eval names, and several vote", async () => {
    grades = () => gradeCall("Y");
    const { code, runs, asked } = await run(own, ["kind.dev.v1", "--judge", "grader,other", "--max-samples", "1"]);
    expect(code).toBe(0);
    const judges = asked.filter(({ body }) => body.tools !== undefined).map(({ body }) => body.model);
    expect(judges.sort()).toEqual(["grader-1", "other-1"]);
    // The other one repeats its prompt, which is no grade.
    expect(value(runs[0]?.metrics, "accuracy")).toBe(1);
  });
});

function gradeCall(grade: string): MockAnswer {
  const call = {
    id: "call_1",
    type: "function",
    function: { name: "grade", arguments: JSON.stringify({ reason: "Because.", grade }) },
  };
  return { json: chatReply(null, { message: { tool_calls: [call] }, choice: { finish_reason: "tool_calls" } }) };
}
