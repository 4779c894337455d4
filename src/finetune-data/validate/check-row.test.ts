import { describe, expect, test } from "vitest";
import type { Bag, Json } from "../../core/json.ts";
import { checkRow, rowKind } from "./check-row.ts";
import type { Finding } from "./finding.ts";

function kindsOf(row: Bag): string[] {
  const found: Finding[] = [];
  checkRow(row, rowKind(row), (finding) => found.push(finding));
  return found.map(({ level, kind, message }) => `${level === "warning" ? "? " : ""}${kind}${message ? `@${message}` : ""}`);
}

const user = { role: "user", content: "hi" };
const answer = { role: "assistant", content: "yo" };
const call = (id: string, name = "f", args = "{}") => ({ id, type: "function", function: { name, arguments: args } });
const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
const chat = (...messages: Json[]): Bag => ({ messages });

describe("a chat is fine", () => {
  test.each<[string, Bag]>([
    ["of a question and an answer", chat(user, answer)],
    ["with a developer", chat({ role: "developer", content: "s" }, user, answer)],
    ["with weights on answers", chat(user, { ...answer, weight: 0 }, user, { ...answer, weight: 1 })],
    [
      "with parts",
      chat(
        {
          role: "user",
          content: [
            { type: "text", text: "a" },
            { type: "image_url", image_url: { url: "u" } },
          ],
        },
        answer,
      ),
    ],
    ["with a refusal and no content", chat(user, { role: "assistant", content: null, refusal: "no" })],
    ["with a refusal as a part", chat(user, { role: "assistant", content: [{ type: "refusal", refusal: "no" }] })],
    [
      "with tools, parallel calls, and their answers",
      {
        messages: [
          user,
          { role: "assistant", content: null, tool_calls: [call("a"), call("b")] },
          { role: "tool", tool_call_id: "b", content: "2" },
          { role: "tool", tool_call_id: "a", content: "" },
          answer,
        ],
        tools,
        parallel_tool_calls: true,
      },
    ],
    ["that ends with a call", { messages: [user, { role: "assistant", tool_calls: [call("a")] }], tools }],
    [
      "with the functions of 2023",
      {
        messages: [
          user,
          { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
          { role: "function", name: "f", content: "1" },
          answer,
        ],
        functions: [{ name: "f" }],
      },
    ],
    ["with metadata", { ...chat(user, answer), metadata: { origin: "a:1" } }],
  ])("%s", (_, row) => {
    expect(kindsOf(row)).toEqual([]);
  });
});

describe("a chat is reported", () => {
  test.each<[string, Bag, string[]]>([
    ["without messages", chat(), ["missing_messages_list"]],
    ["whose messages are a text", { messages: "hi" }, ["missing_messages_list"]],
    ["with a message that is none", chat(1, answer), ["message_missing_key@1", "message_missing_key@1"]],
    ["with an unknown key", chat({ ...user, mood: 1 }, answer), ["message_unrecognized_key@1"]],
    ["with an unknown role", chat({ role: "robot", content: "x" }, answer), ["unrecognized_role@1"]],
    ["with an empty content", chat({ role: "user", content: "" }, answer), ["missing_content@1"]],
    ["with null for a content", chat(user, { role: "assistant", content: null }), ["missing_content@2"]],
    ["with a number for a content", chat({ role: "user", content: 1 }, answer), ["invalid_content@1"]],
    ["with no parts", chat({ role: "user", content: [] }, answer), ["missing_content@1"]],
    ["with a part of no known type", chat({ role: "user", content: [{ type: "smell" }] }, answer), ["invalid_content_part@1"]],
    [
      "with an image of the assistant",
      chat(user, { role: "assistant", content: [{ type: "image_url", image_url: { url: "u" } }] }),
      ["invalid_content_part@2"],
    ],
    [
      "with a text that is none",
      chat({ role: "user", content: [{ type: "text", text: 1 }] }, answer),
      ["invalid_content_part@1"],
    ],
    ["with another weight", chat(user, { ...answer, weight: 2 }), ["invalid_weight@2"]],
    ["with a weight of true", chat(user, { ...answer, weight: true }), ["invalid_weight@2"]],
    ["with a weight on a question", chat({ ...user, weight: 1 }, answer), ["invalid_weight@1"]],
    ["with nothing to learn", chat(user, { ...answer, weight: 0 }), ["? nothing_learned"]],
    ["with a refusal of the user", chat({ ...user, refusal: "no" }, answer), ["misplaced_key@1"]],
    ["with a name that is none", chat({ ...user, name: 1 }, answer), ["invalid_name@1"]],
    ["that ends with a question", chat(user, answer, user), ["last_message_not_assistant@3"]],
    ["without an answer", chat(user), ["example_missing_assistant_message"]],
    [
      "with a call without an id",
      {
        messages: [user, { role: "assistant", tool_calls: [{ type: "function", function: { name: "f", arguments: "{}" } }] }],
        tools,
      },
      ["invalid_tool_call@2"],
    ],
    [
      "with calls that are no list",
      { messages: [user, { role: "assistant", content: "x", tool_calls: {} }], tools },
      ["invalid_tool_call@2"],
    ],
    [
      "with arguments that are an object",
      {
        messages: [
          user,
          { role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: {} } }] },
        ],
        tools,
      },
      ["invalid_tool_call@2"],
    ],
    [
      "with arguments that are no JSON",
      { messages: [user, { role: "assistant", tool_calls: [call("a", "f", "{")] }], tools },
      ["? arguments_no_json@2"],
    ],
    [
      "with a call of a tool that is not listed",
      { messages: [user, { role: "assistant", tool_calls: [call("a", "g")] }], tools },
      ["? unlisted_tool@2"],
    ],
    [
      "with an answer to no call",
      { messages: [user, { role: "tool", tool_call_id: "z", content: "1" }, answer], tools },
      ["unmatched_tool_call_id@2"],
    ],
    [
      "with an answer before its call",
      {
        messages: [user, { role: "tool", tool_call_id: "a", content: "1" }, { role: "assistant", tool_calls: [call("a")] }],
        tools,
      },
      ["unmatched_tool_call_id@2"],
    ],
    [
      "with a call that nobody answers",
      { messages: [user, { role: "assistant", tool_calls: [call("a")] }, answer], tools },
      ["? unanswered_tool_call@3"],
    ],
    ["with tools that are no list", { ...chat(user, answer), tools: {} }, ["invalid_tools"]],
    ["with a tool without a name", { ...chat(user, answer), tools: [{ type: "function" }] }, ["invalid_tools"]],
    ["with a wrong parallel_tool_calls", { ...chat(user, answer), parallel_tool_calls: "no" }, ["invalid_parallel_tool_calls"]],
    ["with a key that nothing reads", { ...chat(user, answer), note: 1 }, ["? row_key_unknown"]],
  ])("%s", (_, row, kinds) => {
    expect(kindsOf(row)).toEqual(kinds);
  });
});

describe("other files", () => {
  const other = { role: "assistant", content: "no" };
  test.each<[string, Bag, string[]]>([
    ["a pair is fine", { input: { messages: [user] }, preferred_output: [answer], non_preferred_output: [other] }, []],
    [
      "a pair by its older names is fine",
      { input: { messages: [user] }, preferred_completion: [answer], non_preferred_completion: [other] },
      [],
    ],
    ["a pair without a question is reported", { preferred_output: [answer], non_preferred_output: [other] }, ["missing_input"]],
    [
      "a pair of two messages is reported",
      { input: { messages: [user] }, preferred_output: [answer, answer], non_preferred_output: [other] },
      ["invalid_preferred_output"],
    ],
    ["a pair of one is reported", { input: { messages: [user] }, preferred_output: [answer] }, ["invalid_non_preferred_output"]],
    [
      "a pair of the same is reported",
      { input: { messages: [user] }, preferred_output: [answer], non_preferred_output: [answer] },
      ["? same_outputs"],
    ],
    ["a completion is fine", { prompt: "", completion: "x" }, []],
    ["an empty completion is reported", { prompt: "x", completion: "" }, ["missing_completion"]],
    ["a prompt that is a list is reported", { prompt: ["x"], completion: "y" }, ["missing_prompt"]],
    ["a row of other keys is reported", { text: "x" }, ["missing_messages_list"]],
  ])("%s", (_, row, kinds) => {
    expect(kindsOf(row)).toEqual(kinds);
  });
});
