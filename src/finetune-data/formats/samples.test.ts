import { expect, test } from "vitest";
import type { Conversation } from "../conversation.ts";
import { samples } from "./samples.ts";

test.each([
  { what: "nothing", more: {}, weight: undefined, lost: [] },
  { what: "the weight of its answer", more: {}, weight: 0 as const, lost: ["answers that are not to be learned"] },
  {
    what: "how tools are called",
    more: { parallel_tool_calls: false },
    weight: undefined,
    lost: ["that tools are called one at a time"],
  },
])("a sample names $what as lost", ({ more, weight, lost }) => {
  const conversation: Conversation = {
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: "hello", weight },
    ],
    more: {},
    metadata: {},
    ...more,
  };
  expect(samples.write?.({}).row(conversation).lost).toEqual(lost);
});
