import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fillDisk, onLinux } from "../../test/support/descriptors.ts";
import { scratchFolder } from "../../test/support/finegauge.ts";
import type { Bag, Json } from "../core/json.ts";
import { type Answered, openRecorder, type RecorderOptions } from "./recorder.ts";

/** What stands in the file after these. */
async function recorded(answered: readonly Partial<Answered>[], options: Partial<RecorderOptions> = {}) {
  using folder = scratchFolder();
  const output = join(folder.path, "recorded.jsonl");
  const recorder = openRecorder({ output, ...options });
  onTestFinished(() => recorder.close());
  const usual = { endpoint: "chat", request: {}, reply: {}, secrets: [], streamed: false, at: 0, latency_ms: 1 } as const;
  for (const one of answered) recorder.record({ ...usual, ...one });
  await recorder.close();
  const text = readFileSync(output, "utf8").trimEnd();
  const rows = text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as { messages: Bag[]; metadata: Bag });
  return { rows, counts: recorder.counts };
}

const user = (content: Json): Bag => ({ role: "user", content });
const said = (content: Json, more: Bag = {}): Bag => ({ role: "assistant", content, ...more });
const chat = (messages: readonly Bag[], ...replies: Bag[]): Partial<Answered> => ({
  request: { model: "m", messages },
  reply: {
    choices: replies.map((message, index) => ({ index, message, finish_reason: "stop" })),
    usage: { prompt_tokens: 2, completion_tokens: 1 },
  },
});

describe("a conversation that goes on is one record", () => {
  test.each<{ name: string; reply: Bag; handedBack: Bag }>([
    { name: "as it was", reply: said("Oslo"), handedBack: said("Oslo") },
    {
      name: "with keys that hold nothing",
      reply: said("Oslo"),
      handedBack: said("Oslo", { refusal: null, annotations: [], audio: null }),
    },
    { name: "trimmed", reply: said(" Oslo\n"), handedBack: said("Oslo") },
    { name: "as a list with one text", reply: said("Oslo"), handedBack: said([{ type: "text", text: "Oslo" }]) },
    {
      name: "calls without content",
      reply: said(null, { tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] }),
      handedBack: { role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] },
    },
  ])("when the reply is handed back $name", async ({ reply, handedBack }) => {
    const { rows, counts } = await recorded([
      { ...chat([user("Norway?")], reply), at: 1000 },
      { ...chat([user("Norway?"), handedBack, user("Peru?")], said("Lima")), at: 2000, latency_ms: 2.5 },
    ]);
    expect(rows.map(({ messages }) => messages.length)).toEqual([4]);
    expect(rows[0]?.metadata).toMatchObject({
      exchanges: 2,
      latency_ms: 3.5,
      tokens: { input: 4, output: 2 },
      time: "1970-01-01T00:00:01.000Z",
    });
    expect(counts).toMatchObject({ exchanges: 2, conversations: 1 });
  });

  test.each<{ name: string; second: Partial<Answered> }>([
    { name: "another reply to the same question", second: chat([user("Norway?")], said("Bergen")) },
    { name: "the same once more", second: chat([user("Norway?")], said("Oslo")) },
    { name: "a history that says something else", second: chat([user("Norway?"), said("Bergen"), user("?")], said("!")) },
  ])("but not $name", async ({ second }) => {
    const { rows } = await recorded([chat([user("Norway?")], said("Oslo")), second]);
    expect(rows).toHaveLength(2);
  });

  test("asked on in two ways it is two, each whole", async () => {
    const start = [user("Norway?"), said("Oslo")];
    const { rows } = await recorded([
      chat([user("Norway?")], said("Oslo")),
      chat([...start, user("Peru?")], said("Lima")),
      chat([...start, user("Chile?")], said("Santiago")),
    ]);
    expect(rows.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ["Norway?", "Oslo", "Peru?", "Lima"],
      ["Norway?", "Oslo", "Chile?", "Santiago"],
    ]);
  });

  test("each of several choices is one, and the tokens are counted once", async () => {
    const { rows } = await recorded([
      chat([user("?")], said("a"), said("b")),
      chat([user("?"), said("b"), user("more")], said("c")),
    ]);
    expect(rows.map(({ messages, metadata }) => [messages.length, metadata.choice, metadata.tokens])).toEqual([
      [2, 0, { input: 2, output: 1 }],
      [4, undefined, undefined],
    ]);
  });
});

describe("the Responses API", () => {
  const responses = (request: Bag, id: string, ...output: Bag[]): Partial<Answered> => ({
    endpoint: "responses",
    request: { model: "m", ...request },
    reply: { id, model: "m-1", status: "completed", output },
  });
  const text = (content: string): Bag => ({
    type: "message",
    role: "assistant",
    content: [{ type: "output_text", text: content }],
  });

  test("is recorded as a chat: instructions, images, calls and what they gave", async () => {
    const call = { type: "function_call", call_id: "c1", name: "f", arguments: "{}" };
    const input: Bag[] = [
      {
        role: "user",
        content: [
          { type: "input_text", text: "What is this?" },
          { type: "input_image", image_url: "https://x.test/a.png" },
        ],
      },
      { type: "reasoning", summary: [] },
      call,
      { type: "function_call_output", call_id: "c1", output: "a cat" },
    ];
    const { rows } = await recorded([
      responses(
        { instructions: "Be brief.", input, tools: [{ type: "function", name: "f", parameters: {} }] },
        "r1",
        text("A cat."),
      ),
    ]);
    expect(rows).toMatchObject([
      {
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?" },
              { type: "image_url", image_url: { url: "https://x.test/a.png" } },
            ],
          },
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          { role: "tool", tool_call_id: "c1", content: "a cat" },
          { role: "assistant", content: "A cat." },
        ],
        tools: [{ type: "function", function: { name: "f", parameters: {} } }],
      },
    ]);
  });

  test("goes on by the id of a response, and is left out where nobody knows what came before", async () => {
    const { rows, counts } = await recorded([
      responses({ input: "Norway?" }, "r1", text("Oslo")),
      responses({ input: "Peru?", previous_response_id: "r1" }, "r2", text("Lima")),
      responses({ input: "Chile?", previous_response_id: "from yesterday" }, "r3", text("Santiago")),
    ]);
    expect(rows.map(({ messages }) => messages.map(({ content }) => content))).toEqual([["Norway?", "Oslo", "Peru?", "Lima"]]);
    expect(counts).toMatchObject({ exchanges: 2, leftOut: 1 });
  });
});

test.each<{ name: string; request: Bag; choices: Bag[]; rows: unknown[] }>([
  { name: "a prompt", request: { prompt: "a" }, choices: [{ text: "b" }], rows: [["a", "b"]] },
  { name: "an echo", request: { prompt: "a", echo: true }, choices: [{ text: "ab" }], rows: [["a", "b"]] },
  {
    name: "several prompts, two replies each",
    request: { prompt: ["a", "b"] },
    choices: ["1", "2", "3", "4"].map((text) => ({ text })),
    rows: [
      ["a", "1"],
      ["a", "2"],
      ["b", "3"],
      ["b", "4"],
    ],
  },
  { name: "no numbers of tokens", request: { prompt: [1, 2] }, choices: [{ text: "b" }], rows: [] },
])("of legacy completions: $name", async ({ request, choices, rows: expected }) => {
  const { rows } = await recorded([{ endpoint: "completions", request, reply: { choices } }]);
  expect(rows.map(({ messages }) => messages.map(({ content }) => content))).toEqual(expected);
});

test("names of functions stay as they are, so that calls fit their tools", async () => {
  const name = "mcp__server__get_user_profile_by_id_v2_long";
  const call = { id: "c", type: "function", function: { name, arguments: '{"mail":"ann@example.org"}' } };
  const { rows } = await recorded([
    {
      ...chat([user("?")], said(null, { tool_calls: [call] })),
      request: { messages: [user("?")], tools: [{ type: "function", function: { name } }] },
    },
  ]);
  expect(rows[0]).toMatchObject({
    tools: [{ function: { name } }],
    messages: [{}, { tool_calls: [{ function: { name, arguments: '{"mail":"[email-1]"}' } }] }],
  });
});

test("what makes no sense is counted, and stops nothing", async () => {
  let deep: Json = "x";
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  const { counts, rows } = await recorded([
    chat([user(deep)], said("?")),
    { request: { messages: "none" }, reply: { choices: [] } },
    chat([user("?")], said("!")),
  ]);
  expect([counts.leftOut, counts.exchanges, rows.length]).toEqual([2, 1, 1]);
});

onLinux("a full disk ends the recording alone: it is said once, and thrown at the end", async () => {
  using folder = scratchFolder();
  const output = join(folder.path, "recorded.jsonl");
  const failures: string[] = [];
  const recorder = openRecorder({ output, onFailure: ({ code }) => failures.push(code) });
  const answered = { endpoint: "chat", secrets: [], streamed: false, at: 0, latency_ms: 1 } as const;
  const record = (text: string) =>
    recorder.record({ ...answered, ...(chat([user(text)], said("!")) as Pick<Answered, "request" | "reply">) });
  record("before");
  fillDisk(output);
  record("after");
  record("later");
  expect(failures).toEqual(["run.disk"]);
  await expect(recorder.close()).rejects.toMatchObject({ code: "run.disk" });
  expect(readFileSync(output, "utf8")).toContain("before");
});
