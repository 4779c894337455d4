import { describe, expect, test } from "vitest";
import { recorded } from "../../../test/support/fake-promptfoo.ts";
import { completionSchema } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { completionOf } from "./reply.ts";

const usage = { input: 5, output: 2 };

describe("an answer of promptfoo's", () => {
  test.each([
    ["fine", { text: "Oslo", finish: "stop", usage, cost: 0.000005200000000000001 }],
    ["cut", { text: "half", finish: "length" }],
    ["empty", { text: "", finish: "stop" }],
    ["filtered", { text: "", finish: "content_filter", usage }],
    ["refused", { text: "", finish: "stop", refusal: "I will not" }],
    ["tools", { text: '[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]', finish: "tool_calls" }],
    ["thinking", { text: "Oslo", thinking: "<think>hm</think>", finish: "stop" }],
    // A replayed reply cost nothing now, and says nothing of tokens.
    ["replayed", { text: "Oslo", finish: "stop", cached: true }],
    // 0 tokens are none that anybody counted.
    ["http", { text: "Oslo", finish: "stop" }],
    ["exec", { text: "ABC", finish: "stop" }],
  ] as const)("%s is this completion", (name, completion) => {
    const found = completionOf("m", recorded[name], 12);
    expect(found).toEqual({ ...completion, ms: 12 });
    expect(completionSchema.strict().parse(found)).toEqual(found);
  });

  test.each([
    ["busy", "provider.rate", { status: 429, retry: { after_ms: 2000 } }],
    ["spent", "provider.rate", { status: 429 }],
    ["broken", "provider.server", { status: 500, retry: {} }],
    ["denied", "provider.auth", { status: 401 }],
    ["long", "provider.context-exceeded", { status: 400 }],
    ["wrong", "provider.rejected", { status: 400 }],
    ["reset", "provider.unreachable", { retry: {} }],
  ] as const)("%s is the error %s", (name, code, more) => {
    const error = thrownBy(() => completionOf("m", recorded[name], 12));
    expect(error.code).toBe(code);
    expect(error.more).toMatchObject(more);
    expect("retry" in error.more).toBe("retry" in more);
  });

  test.each([undefined, null, "Oslo", {}, { output: null }, { tokenUsage: {} }])("%j is no reply", (given) => {
    expect(thrownBy(() => completionOf("m", given, 1)).code).toBe("provider.reply");
  });

  test.each([
    ["end_turn", "stop"],
    ["MAX_TOKENS", "length"],
    ["tool_use", "tool_calls"],
    ["SAFETY", "content_filter"],
    ["somewhere", "other"],
    [null, "stop"],
  ])("that ended by %s is %s", (finishReason, finish) => {
    expect(completionOf("m", { output: "x", finishReason }, 1).finish).toBe(finish);
  });

  test("with parts of another shape keeps its text", () => {
    const odd = { output: "x", cost: "much", tokenUsage: "few", cached: "no", finishReason: 7, metadata: { http: "?" } };
    expect(completionOf("m", odd, 1)).toEqual({ text: "x", finish: "stop", ms: 1 });
  });
});

function thrownBy(call: () => unknown): FinegaugeError {
  try {
    call();
  } catch (error) {
    if (error instanceof FinegaugeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
