import { describe, expect, test } from "vitest";
import { type Answer, grade, packaged, politeness, row, scripted, textOf } from "../../../test/support/grading.ts";
import type { Completion } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { type SampleRow, toSample } from "../../core/sample.ts";
import { modelGradedKind } from "./model-graded.ts";

describe("as openai/evals grades", () => {
  const args = { modelgraded_spec: politeness, eval_type: "cot_classify" };

  test.each([
    { reply: "Because.\nYes", label: "Yes", value: 1 },
    { reply: "Not polite enough.\nUnsure.", label: "Unsure", value: 0.5 },
    { reply: "I cannot tell.", label: "__invalid__", value: 0 },
  ])("$reply is $label, worth $value", async ({ reply, label, value }) => {
    const { judge } = scripted(() => reply);
    const { first, byName } = await grade({ args, row, compat: true, judges: [judge()] });
    expect([first.name, first.label, first.value]).toEqual(["score", label, value]);
    expect(byName.invalid_grade).toBe(label === "__invalid__" ? 1 : 0);
  });

  test("the lowest score need not be 0", async () => {
    const spec = { ...politeness, choice_strings: "12345", choice_scores: "from_strings" };
    const { judge } = scripted(() => "no idea");
    const { byName } = await grade({ args: { ...args, modelgraded_spec: spec }, row, compat: true, judges: [judge()] });
    expect(byName.score).toBe(1);
  });

  test("the prompt is one user message, values in it as they are, the instruction behind an empty line", async () => {
    const { judge, asked } = scripted(() => "Yes");
    const reply = "{braces} </reply>";
    const chat = [
      { role: "system" as const, content: "S" },
      { role: "user" as const, content: "hi" },
    ];
    await grade({
      args,
      row: { ...row, input: chat, criteria: ["a", "b"] },
      replies: { completion: [reply] },
      compat: true,
      judges: [judge()],
    });
    const [request] = asked;
    expect(request?.prompt).toHaveLength(1);
    expect(request?.prompt).toMatchObject([{ role: "user" }]);
    const text = textOf(request);
    expect(
      text.startsWith("Message: S\nUser: hi\n\nReply: {braces} </reply>\nStandard: ['a', 'b']\nIs the reply polite?\n\n"),
    ).toBe(true);
    expect(text).toContain('"Yes" or "No" or "Unsure"');
    expect(request?.sampling).toEqual({ temperature: 0, max_tokens: 1024 });
    expect(request).not.toHaveProperty("tools");
  });

  test("an `eval_type` of the spec says how to read, and appends nothing", async () => {
    const { judge, asked } = scripted(() => "Yes\nNo");
    const spec = { ...politeness, eval_type: "classify" };
    const { first } = await grade({ args: { modelgraded_spec: spec }, row, compat: true, judges: [judge()] });
    expect(first.label).toBe("Yes");
    expect(textOf(asked[0])).toMatch(/polite\?$/);
  });

  test("without choice_scores each choice is counted", async () => {
    const { choice_scores: _, ...spec } = politeness;
    const { judge } = scripted(() => "No");
    const { byName, first } = await grade({ args: { ...args, modelgraded_spec: spec }, row, compat: true, judges: [judge()] });
    expect(byName).toMatchObject({ "choice/Yes": 0, "choice/No": 1, "choice/Unsure": 0 });
    expect(first.label).toBe("No");
  });

  test("metaeval holds the choice against the sample's own", async () => {
    const { judge } = scripted(() => "No");
    const meta = { ...args, metaeval: true };
    const { byName } = await grade({ args: meta, row: { ...row, choice: "No" }, compat: true, judges: [judge()] });
    expect(byName.metascore).toBe(1);
    expect(modelGradedKind.checkSample(toSample({ input: "?", ...row }, 0, "t"), meta)).toMatch("`choice`");
  });

  test("a reply that the sample brings along is graded, and nothing asked", async () => {
    const { judge, asked } = scripted(() => "Yes");
    const { scorer, sample } = await grade({
      args,
      row: { ...row, completion: "given" },
      replies: {},
      compat: true,
      judges: [judge()],
    });
    expect(scorer.asks?.(sample)).toEqual([]);
    expect(textOf(asked[0])).toContain("Reply: given\n");
  });

  test("several replies are wrapped, put together and graded at once", async () => {
    const spec = {
      prompt: "{completion}\nWhich of {n}?",
      choice_strings: "from_n_ABC",
      input_outputs: { input: "completion" },
      output_template: "{i_ABC} ({i}/{n}): {output}\n",
    };
    const { judge, asked } = scripted(() => "B");
    const several = { modelgraded_spec: spec, eval_type: "classify", multicomp_n: 2 };
    const { scorer, sample, first, byName } = await grade({
      args: several,
      replies: { completion: ["x", "y"] },
      judges: [judge()],
    });
    expect(scorer.asks?.(sample)).toEqual([{ output: "completion", n: 2, request: { prompt: "Capital?" } }]);
    expect(textOf(asked[0])).toMatch(/^A \(1\/2\): x\nB \(2\/2\): y\nWhich of 2\?\n\n/);
    expect([first.label, byName["choice/B"]]).toEqual(["B", 1]);
  });

  test("keys are renamed before anything else, and the eval's own arguments win", async () => {
    const { judge, asked } = scripted(() => "Yes");
    const renaming = { ...args, samples_renamings: { question: "input" }, modelgraded_spec_args: { criteria: "mine" } };
    const sample = toSample({ question: "Why?", criteria: "its own" }, 0, "t");
    const scorer = modelGradedKind.create(renaming, { name: "it", compat: true });
    expect(modelGradedKind.checkSample(sample, renaming)).toBeUndefined();
    expect(scorer.asks?.(sample)).toMatchObject([{ request: { prompt: "Why?" } }]);
    const completion: Completion = { text: "x", finish: "stop", ms: 1 };
    await scorer.score(
      sample,
      { completion: [completion] },
      { judges: [judge()], random: () => 0, signal: new AbortController().signal },
    );
    expect(textOf(asked[0])).toMatch(/^Message: Why\?\nReply: x\nStandard: mine\n/);
  });
});

describe("a grade is asked for in the form that the judge knows", () => {
  const args = { modelgraded_spec: packaged.closedqa };
  const call = (grade: string): Partial<Completion> => ({
    finish: "tool_calls",
    tool_calls: [{ id: "1", name: "grade", arguments: JSON.stringify({ reason: "It thanks.", grade }) }],
  });

  test("by a tool that it has to call", async () => {
    const { judge, asked } = scripted(() => call("Y"), { tools: "yes", json_schema: "yes" });
    const { first, byName } = await grade({ args, row, judges: [judge()] });
    expect(first).toMatchObject({ name: "accuracy", value: 1, passed: true, label: "Y", explanation: "It thanks." });
    expect(byName.score).toBe(1);
    expect(asked[0]).toMatchObject({
      tool_choice: { name: "grade" },
      tools: [{ name: "grade", parameters: { properties: { grade: { enum: ["Y", "N"] } }, additionalProperties: false } }],
    });
  });

  test("by a schema whose enum is the grades", async () => {
    const { judge, asked } = scripted(() => '{"reason": "It does not.", "grade": "N"}', { json_schema: "yes" });
    const { first } = await grade({ args, row, judges: [judge()] });
    expect(first).toMatchObject({ value: 0, passed: false, label: "N" });
    expect(asked[0]?.json_schema).toMatchObject({ properties: { grade: { enum: ["Y", "N"] } } });
    expect(asked[0]).not.toHaveProperty("tools");
  });

  test("by a marked line", async () => {
    const { judge, asked } = scripted(() => "It thanks.\nGRADE: Y");
    expect((await grade({ args, row, judges: [judge()] })).first).toMatchObject({ label: "Y", explanation: "It thanks." });
    expect(asked[0]).not.toHaveProperty("json_schema");
  });

  test("a server that refuses one form is asked in the next, and remembered", async () => {
    const refusing = scripted(
      (_, { tools, json_schema }) =>
        tools !== undefined || json_schema !== undefined
          ? new FinegaugeError("provider.rejected", "no such parameter")
          : "GRADE: Y",
      { tools: "yes", json_schema: "yes" },
    );
    const scorer = modelGradedKind.create(args, { name: "it", compat: false });
    const context = { judges: [refusing.judge()], random: () => 0, signal: new AbortController().signal };
    for (const id of [0, 1]) {
      const reply: Completion = { text: "x", finish: "stop", ms: 1 };
      const scores = await scorer.score(toSample({ input: "?", ...row }, id, "t"), { completion: [reply] }, context);
      expect(scores[0]?.label).toBe("Y");
    }
    expect(refusing.asked).toHaveLength(4);
  });

  test.each<[string, Answer]>([
    ["prose without a grade", "I would rather not say."],
    ["a grade that was not offered", "GRADE: maybe"],
    [
      "a tool call with another grade",
      { tool_calls: [{ id: "1", name: "grade", arguments: '{"grade":"Z"}' }], finish: "tool_calls" },
    ],
    ["a tool call that is cut", { tool_calls: [{ id: "1", name: "grade", arguments: '{"grade":"Y' }], finish: "length" }],
    ["prose that was cut off", { text: "GRADE: Y", finish: "length" }],
    ["nothing", ""],
    ["JSON of another kind", "[1, 2]"],
    ["a key of the prototype", '{"grade": "constructor"}'],
  ])("%s is not scored, and its reply is kept", async (_, answer) => {
    const { judge } = scripted(() => answer);
    const { scores, first } = await grade({ args, row, judges: [judge()] });
    expect(scores).toHaveLength(1);
    expect(first).toMatchObject({ name: "accuracy", value: null, unscored: { code: "score.judge-unparsed" } });
    expect(first.judgements).toHaveLength(1);
  });

  test("`invalid: min` scores it as upstream does", async () => {
    const { judge } = scripted(() => "hm");
    const { byName } = await grade({ args: { ...args, invalid: "min" }, row, judges: [judge()] });
    expect(byName).toMatchObject({ accuracy: 0, invalid_grade: 1 });
  });
});

describe("a judge that fails", () => {
  const args = { modelgraded_spec: packaged.closedqa };
  const down = scripted(() => new FinegaugeError("provider.timeout", "no reply in 120 s"));
  const fine = scripted(() => "GRADE: Y");

  test.each([false, true])("scores nothing, compat or not (%s)", async (compat) => {
    const { first } = await grade({ args, row, compat, judges: [down.judge()] });
    expect(first.value).toBeNull();
    expect(first.unscored).toEqual({ code: "provider.timeout", message: "judge judge: no reply in 120 s" });
  });

  test("leaves the grade to the others", async () => {
    const { first } = await grade({ args, row, judges: [down.judge("a"), fine.judge("b")] });
    expect(first).toMatchObject({ value: 1, label: "Y" });
  });

  test("because the run stops, scores nothing at all", async () => {
    const stopped = scripted(() => new FinegaugeError("run.interrupted", "stopped"));
    await expect(grade({ args, row, judges: [stopped.judge()] })).rejects.toMatchObject({ code: "run.interrupted" });
  });
});

describe("several judges", () => {
  const args = { modelgraded_spec: packaged.closedqa };
  const saying = (grade: string, name: string) => scripted(() => `GRADE: ${grade}`).judge(name);

  test("the majority counts, and how much they agree is told", async () => {
    const { first } = await grade({ args, row, judges: [saying("Y", "a"), saying("N", "b"), saying("Y", "c")] });
    expect(first).toMatchObject({ value: 1, label: "Y", details: { votes: { a: "Y", b: "N", c: "Y" }, agreement: 2 / 3 } });
    expect(first.judgements?.map(({ judge }) => judge)).toEqual(["a", "b", "c"]);
  });

  test("without a majority nothing is scored", async () => {
    const { first } = await grade({ args, row, judges: [saying("Y", "a"), saying("N", "b")] });
    expect(first).toMatchObject({ value: null, unscored: { code: "score.judges-split" } });
  });

  test("one who cannot be read has no vote", async () => {
    const { first } = await grade({ args, row, judges: [saying("Y", "a"), saying("?", "b")] });
    expect(first).toMatchObject({ value: 1, details: { votes: { a: "Y", b: null }, agreement: 1 } });
  });
});

describe("two things are shown in both orders", () => {
  const args = { modelgraded_spec: packaged.pairwise };
  const better = (who: string) => (prompt: string) => {
    const first = /<first>\n(.*)\n<\/first>/.exec(prompt)?.[1];
    return `GRADE: ${first === who ? "first" : "second"}`;
  };

  test.each([
    { what: "the reply in both", answer: better("Oslo"), label: "first", score: 1, consistent: 1, first: 0.5 },
    { what: "the other in both", answer: better("Bergen"), label: "second", score: 0, consistent: 1, first: 0.5 },
    { what: "whatever is first", answer: () => "GRADE: first", label: "tie", score: 0.5, consistent: 0, first: 1 },
    { what: "whatever is second", answer: () => "GRADE: second", label: "tie", score: 0.5, consistent: 0, first: 0 },
    { what: "neither", answer: () => "GRADE: tie", label: "tie", score: 0.5, consistent: 1, first: 0.5 },
  ])("a judge for $what: $label", async ({ answer, label, score, consistent, first: slot }) => {
    const { judge, asked } = scripted(answer);
    const { first, byName } = await grade({ args, row: { other: "Bergen" }, judges: [judge()] });
    expect(asked).toHaveLength(2);
    expect(first.label).toBe(label);
    expect(first.details).toMatchObject({ position_consistent: consistent === 1 });
    expect(byName).toEqual({ score, position_consistency: consistent, first_slot_wins: slot });
  });

  test("a grade that only one order has is none", async () => {
    let n = 0;
    const { judge } = scripted(() => (n++ === 0 ? "GRADE: first" : "hm"));
    const { first } = await grade({ args, row: { other: "Bergen" }, judges: [judge()] });
    expect(first.unscored?.code).toBe("score.judge-unparsed");
  });
});

test("a list of criteria is asked item by item: all of them for accuracy, their share for the score", async () => {
  const { judge, asked } = scripted((prompt) => (prompt.includes("<criterion>\nshort\n") ? "GRADE: met" : "GRADE: unmet"));
  const args = { modelgraded_spec: packaged.criteria };
  const { byName, first } = await grade({ args, row: { criteria: ["short", "kind"] }, judges: [judge()] });
  expect(asked).toHaveLength(2);
  expect(byName).toEqual({ accuracy: 0, score: 0.5 });
  expect(first.details).toEqual({ items: ["met", "unmet"] });
});

test("a rubric gives a score, and its threshold the verdict", async () => {
  const { judge } = scripted(() => "GRADE: 3");
  const args = { modelgraded_spec: packaged.rubric, modelgraded_spec_args: { rubric: "Be kind." } };
  expect((await grade({ args, judges: [judge()] })).byName).toEqual({ accuracy: 0, score: 3 });
  expect((await grade({ args: { ...args, pass_at: 3 }, judges: [judge()] })).byName).toEqual({ accuracy: 1, score: 3 });
});

describe("samples that cannot be graded are refused before anything is asked", () => {
  const args = { modelgraded_spec: politeness, eval_type: "classify" };
  test.each([
    [{}, /no `input`/],
    [{ input: "?" }, /no `criteria`, which the grading prompt asks for/],
    [{ input: [], criteria: "x" }, /neither a text nor a chat/],
  ] as [SampleRow, RegExp][])("%j", (given, message) => {
    expect(modelGradedKind.checkSample(toSample(given, 0, "t"), args)).toMatch(message);
  });

  test("a list that is none, replies that nothing is put around", () => {
    const sample = toSample({ input: "?", criteria: "x" }, 0, "t");
    expect(modelGradedKind.checkSample(sample, { modelgraded_spec: packaged.criteria })).toMatch(/`criteria` is no list/);
    expect(modelGradedKind.checkSample(sample, { ...args, multicomp_n: 2 })).toMatch(/output_template/);
  });
});
