import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openAdjustments } from "./adjust-parameters.ts";

const chat = { unknown: [], renames: { max_tokens: "max_completion_tokens" } };
const wishes = { temperature: 0, top_p: 1, max_tokens: 8, stop: ["\n"], seed: 1, logprobs: true, top_logprobs: 2, n: 1 };

describe("a refusal", () => {
  test.each([
    {
      server: "OpenAI, of a parameter",
      problem: {
        message: "Unsupported parameter: 'top_p' is not supported with this model.",
        param: "top_p",
        code: "unsupported_parameter",
      },
      adjusted: ["top_p: dropped"],
    },
    {
      server: "OpenAI, of a value",
      problem: {
        message: "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        param: "temperature",
        code: "unsupported_value",
      },
      adjusted: ["temperature: dropped"],
    },
    {
      server: "OpenAI, with another name to use",
      problem: {
        message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      },
      adjusted: ["max_tokens: sent as max_completion_tokens"],
    },
    { server: "older Azure", problem: { message: "Unrecognized request argument supplied: seed" }, adjusted: ["seed: dropped"] },
    {
      server: "OpenAI, of log-probabilities",
      problem: { message: "You are not allowed to request logprobs from this model." },
      adjusted: ["logprobs: dropped", "top_logprobs: dropped"],
    },
    {
      server: "vLLM",
      problem: { message: "[{'type': 'extra_forbidden', 'loc': ('body', 'stop'), 'msg': 'Extra inputs are not permitted'}]" },
      adjusted: ["stop: dropped"],
    },
    {
      server: "FastAPI",
      problem: { message: '[{"loc":["body","n"],"msg":"Extra inputs are not permitted","type":"extra_forbidden"}]' },
      adjusted: ["n: dropped"],
    },
    {
      server: "Groq",
      problem: { message: "property 'logprobs' is unsupported" },
      adjusted: ["logprobs: dropped", "top_logprobs: dropped"],
    },
  ])("in the words of $server is learnt", ({ problem, adjusted }) => {
    const adjustments = openAdjustments(chat);
    expect(adjustments.learn(problem, adjustments.apply(wishes).parameters)).toBe(true);
    expect(adjustments.apply(wishes).adjusted).toEqual(adjusted);
  });

  test.each([
    {
      what: "a value out of range",
      problem: { message: "Invalid 'temperature': decimal above maximum value.", param: "temperature" },
    },
    {
      what: "too large a number",
      problem: { message: "max_tokens is too large: 9. This model supports at most 4.", param: "max_tokens" },
    },
    {
      what: "something we did not send",
      problem: { message: "Unknown parameter: 'foo'.", param: "foo", code: "unknown_parameter" },
    },
    { what: "a message that only mentions a word", problem: { message: "Please stop: this model is not supported." } },
    { what: "an unknown model", problem: { message: "The model 'gpt-x' is not supported" } },
    { what: "an empty message", problem: { message: "" } },
  ])("is not seen in $what", ({ problem }) => {
    const adjustments = openAdjustments(chat);
    expect(adjustments.learn(problem, wishes)).toBe(false);
    expect(adjustments.version).toBe(0);
  });
});

test("a parameter is dropped once its other name is refused too", () => {
  const adjustments = openAdjustments(chat);
  adjustments.learn({ message: "unsupported", param: "max_tokens" }, adjustments.apply(wishes).parameters);
  adjustments.learn({ message: "unsupported", param: "max_completion_tokens" }, adjustments.apply(wishes).parameters);
  expect(adjustments.apply({ max_tokens: 8 })).toEqual({ parameters: {}, adjusted: ["max_tokens: dropped"] });
});

test("a preferred other name is tried first, and given up for the plain one", () => {
  const adjustments = openAdjustments({ ...chat, preferred: ["max_tokens"] });
  expect(adjustments.apply({ max_tokens: 8 }).parameters).toEqual({ max_completion_tokens: 8 });
  adjustments.learn({ message: "unknown parameter", param: "max_completion_tokens" }, { max_completion_tokens: 8 });
  expect(adjustments.apply({ max_tokens: 8 })).toEqual({ parameters: { max_tokens: 8 }, adjusted: [] });
});

test("what an endpoint does not know is never sent", () => {
  const adjustments = openAdjustments({ unknown: ["seed"], renames: {} });
  expect(adjustments.apply({ seed: 1, top_p: undefined })).toEqual({ parameters: {}, adjusted: ["seed: dropped"] });
});

test("a server that refuses whatever it is sent comes to an end", () => {
  const names = Object.keys(wishes);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (picks) => {
      const adjustments = openAdjustments(chat);
      for (let round = 0; round <= 2 * names.length; round++) {
        const sent = adjustments.apply(wishes).parameters;
        const param = Object.keys(sent)[(picks.next().value ?? 0) % Math.max(1, Object.keys(sent).length)];
        if (param === undefined) return;
        expect(adjustments.learn({ message: "unsupported", param }, sent)).toBe(true);
        expect(adjustments.apply(wishes).parameters).not.toHaveProperty(param);
      }
      expect.unreachable("still something to refuse");
    }),
  );
});
