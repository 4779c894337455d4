import { describe, expect, test } from "vitest";
import type { Bag } from "../core/json.ts";
import { assembler } from "./assemble-reply.ts";
import type { Endpoint } from "./endpoint.ts";

function assembled(endpoint: Endpoint, events: readonly Bag[]) {
  const pieces = assembler(endpoint);
  for (const event of events) pieces.add(event);
  return pieces.reply();
}

const delta = (piece: Bag, index = 0, finish_reason: string | null = null): Bag => ({
  choices: [{ index, delta: piece, finish_reason }],
});
const call = (index: number, name: string, args: string, id = ""): Bag => ({ index, id, function: { name, arguments: args } });

describe("a streamed chat", () => {
  test("is what it is without a stream: texts, refusals and calls, whose pieces come in any order", () => {
    const reply = assembled("chat", [
      { id: "c1", model: "m-1", ...delta({ role: "assistant", content: "" }) },
      delta({ content: "Os" }),
      delta({ refusal: "no" }, 1),
      delta({ tool_calls: [call(1, "b", "", "id-b"), call(0, "a", "", "id-a")] }),
      delta({ content: "lo", tool_calls: [call(0, "", '{"x":'), call(1, "", "{}")] }),
      delta({ tool_calls: [call(0, "", "1}")] }, 0, "tool_calls"),
      delta({}, 1, "stop"),
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    ]);
    expect(reply).toEqual({
      id: "c1",
      model: "m-1",
      usage: { prompt_tokens: 1, completion_tokens: 2 },
      choices: [
        {
          index: 0,
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: "Oslo",
            tool_calls: [
              { id: "id-a", type: "function", function: { name: "a", arguments: '{"x":1}' } },
              { id: "id-b", type: "function", function: { name: "b", arguments: "{}" } },
            ],
          },
        },
        { index: 1, finish_reason: "stop", message: { role: "assistant", content: null, refusal: "no" } },
      ],
    });
  });

  test("with indices that no list has stays small", () => {
    const reply = assembled("chat", [delta({ tool_calls: [call(1e9, "a", "{}", "x"), call(-1, "b", "{}", "y")] })]);
    expect(reply).toMatchObject({ choices: [{ message: { tool_calls: [{ id: "x" }, { id: "y" }] } }] });
  });

  test("that brought nothing is no reply", () => {
    expect(assembled("chat", [{ error: { message: "no" } }])).toBeUndefined();
  });
});

test("streamed legacy completions are their texts", () => {
  const piece = (text: string, finish_reason: string | null = null): Bag => ({ choices: [{ index: 0, text, finish_reason }] });
  expect(assembled("completions", [piece("a"), piece("b", "length")])).toEqual({
    choices: [{ index: 0, text: "ab", finish_reason: "length" }],
  });
});

test("a streamed response is the one that it ends with, and one that failed is none", () => {
  const response = { id: "r1", output: [] };
  expect(
    assembled("responses", [
      { type: "response.created", response: {} },
      { type: "response.completed", response },
    ]),
  ).toEqual(response);
  expect(assembled("responses", [{ type: "response.failed", response }])).toBeUndefined();
});
