import { describe, expect, test } from "vitest";
import type { Completion } from "../core/completion.ts";
import { type SampleRow, toSample } from "../core/sample.ts";
import { toolCallKind } from "./tool-call.ts";
import { callsIn, matchedCalls } from "./tool-calls.ts";

const search = (q: string, more = {}) => ({ name: "search", arguments: { q, ...more } });
const calls = (...wanted: object[]) => callsIn(JSON.stringify(wanted)) ?? [];

describe("matchedCalls", () => {
  const [a, b] = [search("a"), search("b")];
  test.each([
    { said: [a, b], wanted: [b, a], rule: "exact", ordered: false, matched: 2 },
    { said: [a, b], wanted: [b, a], rule: "exact", ordered: true, matched: 0 },
    { said: [a, a], wanted: [a, b], rule: "exact", ordered: false, matched: 1 },
    { said: [search("a", { n: 1 })], wanted: [a], rule: "exact", ordered: false, matched: 0 },
    { said: [search("a", { n: 1 })], wanted: [a], rule: "subset", ordered: false, matched: 1 },
    { said: [search("z")], wanted: [a], rule: "ignore", ordered: false, matched: 1 },
    { said: [{ name: "other", arguments: { q: "a" } }], wanted: [a], rule: "ignore", ordered: false, matched: 0 },
    // The one that asks for more must not lose its only match to the one that asks for less.
    { said: [search("a", { n: 1 }), a], wanted: [a, search("a", { n: 1 })], rule: "subset", ordered: false, matched: 2 },
  ] as const)("$said for $wanted, $rule, ordered $ordered: $matched", ({ said, wanted, rule, ordered, matched }) => {
    expect(matchedCalls(calls(...said), calls(...wanted), rule, ordered)).toBe(matched);
  });
});

const tools = [{ name: "search", description: "Looks up.", parameters: { type: "object" } }];

function scored(args: object, ideal: string | string[], completion: Partial<Completion>) {
  const scorer = toolCallKind.create(args, { name: "tool-call", compat: false });
  const context = { judges: [], random: () => 0, signal: new AbortController().signal };
  const sample = toSample({ input: "?", ideal }, 0, "t.dev");
  const scores = scorer.score(sample, { completion: [{ text: "", finish: "tool_calls", ms: 1, ...completion }] }, context);
  if (scores instanceof Promise) throw new Error("answers later");
  return Object.fromEntries(scores.map(({ name, value }) => [name, value]));
}

const made = (...of: { name: string; arguments: string }[]) => ({
  tool_calls: of.map((call, at) => ({ id: `c${at}`, ...call })),
});

describe("tool-call", () => {
  test.each([
    { ideal: '{"name":"search","arguments":{"q":"x"}}', called: made({ name: "search", arguments: '{ "q": "x" }' }), score: 1 },
    { ideal: '{"name":"search","arguments":{"q":"x"}}', called: made({ name: "search", arguments: '{"q":"y"}' }), score: 0 },
    { ideal: '{"name":"search","arguments":{"n":1}}', called: made({ name: "search", arguments: '{"n":1.0}' }), score: 1 },
    { ideal: '{"name":"now"}', called: made({ name: "now", arguments: "" }), score: 1 },
    { ideal: '{"name":"now"}', called: made({ name: "now", arguments: "{broken" }), score: 0 },
    { ideal: '{"function":{"name":"now","arguments":"{}"}}', called: made({ name: "now", arguments: "{}" }), score: 1 },
    { ideal: "[]", called: { text: "I need no tool." }, score: 1 },
    { ideal: "[]", called: made({ name: "now", arguments: "{}" }), score: 0 },
    { ideal: '[{"name":"a"},{"name":"b"}]', called: made({ name: "b", arguments: "{}" }), score: 0.5 },
    { ideal: '{"name":"a"}', called: made({ name: "a", arguments: "{}" }, { name: "b", arguments: "{}" }), score: 0.5 },
    { ideal: ['{"name":"a"}', '{"name":"b"}'], called: made({ name: "b", arguments: "{}" }), score: 1 },
  ])("$called for $ideal scores $score", ({ ideal, called, score }) => {
    expect(scored({ tools }, ideal, called)).toEqual({ accuracy: score === 1 ? 1 : 0, score });
  });

  test.each([
    ['{"name":"now","arguments":{}}', 1],
    ['Sure.\n<tool_call>\n{"name":"now","arguments":{}}\n</tool_call>', 1],
    ["<tool_call>now</tool_call>", 0],
    ["I call now.", 0],
  ])("reads calls out of the text %j when it is asked to", (text, score) => {
    expect(scored({ from_text: true }, '{"name":"now"}', { text }).score).toBe(score);
    expect(scored({ tools }, '{"name":"now"}', { text }).score).toBe(0);
  });

  test("offers the eval's tools, and before them the sample's own", () => {
    const scorer = toolCallKind.create({ tools, tool_choice: "required" }, { name: "tool-call", compat: false });
    const asked = (row: SampleRow) => scorer.asks?.(toSample({ input: "?", ...row }, 0, "t.dev"));
    expect(asked({})).toEqual([{ output: "completion", n: 1, request: { prompt: "?", tools, tool_choice: "required" } }]);
    const own = [{ type: "function", function: { name: "own", parameters: {} } }];
    expect(asked({ tools: own })).toMatchObject([{ request: { tools: [{ name: "own" }] } }]);
  });

  test.each([
    [{ ideal: "search x" }, { tools }, "no JSON of tool calls"],
    [{ ideal: "[]" }, {}, "has `tools`"],
    [{ ideal: "[]", tools: "search" }, {}, "its `tools`"],
    [{ ideal: "[]" }, { from_text: true }, undefined],
  ])("%j with %j is refused before the run: %s", (row, args, fault) => {
    const said = toolCallKind.checkSample(toSample({ input: "?", ...row }, 0, "t.dev"), args);
    if (fault === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(fault);
  });
});
