import { describe, expect, test } from "vitest";
import type { Bag } from "../../core/json.ts";
import { chatTokens, completionTokens } from "./row-tokens.ts";

const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").length;

describe("the cookbook's rule, with a word as a token", () => {
  test.each<{ has: string; messages: Bag[]; total: number; assistant: number }>([
    { has: "nothing", messages: [], total: 3, assistant: 0 },
    { has: "role and content", messages: [{ role: "user", content: "one two" }], total: 3 + 3 + 1 + 2, assistant: 0 },
    { has: "an answer", messages: [{ role: "assistant", content: "one two" }], total: 3 + 3 + 1 + 2, assistant: 2 },
    {
      has: "a name, which is one more",
      messages: [{ role: "user", content: "one", name: "ann" }],
      total: 3 + 3 + 1 + 1 + 2,
      assistant: 0,
    },
    {
      has: "a call, as its JSON",
      messages: [{ role: "assistant", content: null, tool_calls: [{ id: "a b", type: "function" }] }],
      total: 3 + 3 + 1 + 2,
      assistant: 0,
    },
    {
      has: "parts, of which the texts count",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "one two" },
            { type: "image_url", image_url: { url: "data: a b c d" } },
          ],
        },
      ],
      total: 3 + 3 + 1 + 2,
      assistant: 0,
    },
    {
      has: "a weight, which no model reads",
      messages: [{ role: "assistant", content: "one", weight: 0 }],
      total: 3 + 3 + 1 + 1,
      assistant: 1,
    },
  ])("counts what has $has", ({ messages, total, assistant }) => {
    expect(chatTokens(messages, words)).toEqual({ total, assistant });
  });

  test("counts prompt and completion as they are", () => {
    expect(completionTokens("one two ->", " three", words)).toEqual({ total: 4, assistant: 1 });
  });
});
