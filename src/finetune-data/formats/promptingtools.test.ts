import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { ConversationRow } from "../conversation.ts";
import { openConversations } from "../open-conversations.ts";
import type { FormatName } from "./index.ts";
import { sharegpt } from "./sharegpt.ts";

const folder = fileURLToPath(new URL("../../../test/fixtures/finetune-data/promptingtools/", import.meta.url));

async function rowsOf(
  path: string,
  wanted: FormatName = "promptingtools",
  warn?: (text: string) => void,
): Promise<ConversationRow[]> {
  const { format, rows } = await openConversations(path, undefined, { warn });
  expect(format).toBe(wanted);
  return [...rows];
}

async function read(value: unknown, wanted: FormatName = "promptingtools") {
  const file = join(temporaryFolder(), "saved.json");
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  return rowsOf(file, wanted);
}

const system = { content: "Be brief.", variables: [], _type: "systemmessage" };
const user = (content: string) => ({ content, variables: ["ask"], name: null, _type: "usermessage" });
const ai = (content: string | null, more: object = {}) => ({
  content,
  status: 200,
  name: null,
  tokens: [14, 2],
  elapsed: 0.61,
  cost: 0.00001,
  log_prob: null,
  extras: {},
  finish_reason: "stop",
  run_id: -1201,
  sample_id: null,
  _type: "aimessage",
  ...more,
});
const request = {
  ...ai(null, { _type: "aitoolrequest" }),
  tool_calls: [
    { content: null, req_id: 1, tool_call_id: "c1", raw: '{"a":2}', args: { a: 2 }, name: "add", _type: "toolmessage" },
  ],
};
const result = { content: 4.0, req_id: 1, tool_call_id: "c1", raw: "", args: {}, name: "add", _type: "toolmessage" };
const wrap = (object: object, more: object = {}) => ({
  object,
  from: null,
  to: null,
  viewers: [],
  time_received: "2024-05-02T10:00:01.25",
  time_sent: "2024-05-02T10:00:00.6",
  model: "m-1",
  parent_id: "##parent#231",
  thread_id: "##thread#232",
  run_id: 774120,
  meta: { temperature: 0.1 },
  _type: "tracermessage",
  ...more,
});
const call = { status: 200, tokens: [14, 2], elapsed: 0.61, cost: 0.00001, finish_reason: "stop", run_id: -1201 };

describe("a saved conversation", () => {
  test.each([
    {
      what: "as it is",
      saved: [system, user("Name a tree"), ai("Oak")],
      conversation: {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Name a tree" },
          { role: "assistant", content: "Oak" },
        ],
        more: {},
        metadata: call,
      },
    },
    {
      what: "traced",
      saved: [wrap(user("Name a tree")), wrap(ai("Oak", { tokens: [-1, -1], elapsed: -1 }))],
      conversation: {
        messages: [
          { role: "user", content: "Name a tree", time: "2024-05-02T10:00:00.6" },
          { role: "assistant", content: "Oak", time: "2024-05-02T10:00:01.25" },
        ],
        more: {},
        metadata: {
          status: 200,
          cost: 0.00001,
          finish_reason: "stop",
          run_id: -1201,
          model: "m-1",
          parent_id: "##parent#231",
          thread_id: "##thread#232",
          meta: { temperature: 0.1 },
        },
      },
    },
    {
      what: "with tools, an image, extracted data and notes",
      saved: [
        { content: "Look", image_url: ["data:image/png;base64,AA"], variables: [], _type: "usermessagewithimage" },
        request,
        result,
        { content: { total: 4 }, _type: "datamessage" },
        { content: "good", tags: ["x"], comment: "", extras: {}, _type: "annotationmessage" },
      ],
      conversation: {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "Look" },
              { type: "image_url", image_url: { url: "data:image/png;base64,AA" } },
            ],
          },
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: '{"a":2}' } }],
          },
          { role: "tool", content: "4", tool_call_id: "c1" },
          { role: "assistant", content: '{"total":4}' },
        ],
        more: {},
        metadata: { ...call, annotations: [{ content: "good", tags: ["x"] }] },
      },
    },
  ])("$what", async ({ saved, conversation }) => {
    expect(await read(saved)).toEqual([{ line: 1, conversation }]);
  });

  test("one a line, too", async () => {
    const line = JSON.stringify([user("a"), ai("b")]);
    expect(await read(`${line}\n${line}\n`)).toHaveLength(2);
  });

  test.each([
    { saved: [{ content: "x", _type: "othermessage" }], fault: 'has a message 1 of the type "othermessage"' },
    { saved: [wrap(user("a")), wrap({ a: 1 }, { object: 1 })], fault: "has a message 2 that wraps none" },
    { saved: [{ content: "m", description: "d", _type: "metadatamessage" }], fault: "has no messages" },
  ])("that is none: $fault", async ({ saved, fault }) => {
    expect(await read(saved)).toEqual([{ line: 1, fault }]);
  });

  test("is written for ShareGPT as PromptingTools.jl does", async () => {
    const saved = [system, user("2+2?"), ai("4"), request, { ...result, content: "4.0" }];
    const [row] = await read(saved);
    if (row === undefined || "fault" in row) throw new Error("no conversation");
    expect(sharegpt.write?.({}).row(row.conversation).text).toBe(
      '{"conversations":[{"value":"Be brief.","from":"system"},{"value":"2+2?","from":"human"},{"value":"4","from":"gpt"},{"value":null,"from":"assistant"},{"value":"4.0","from":"tool"}]}\n',
    );
  });
});

describe("a folder", () => {
  test("is each of its conversations, of every age, without evaluations", async () => {
    const rows = await rowsOf(folder);
    expect(rows.map((row) => ("fault" in row ? row.fault : row.conversation.messages.map(({ role }) => role).join(" ")))).toEqual(
      [
        "system user assistant",
        "system user assistant",
        "system user assistant",
        expect.stringMatching(/^system user assistant user assistant/),
        "system user",
        "system user",
      ],
    );
    const [first, , , , template] = rows.map((row) => ("fault" in row ? {} : row.conversation.metadata));
    expect(first).toMatchObject({ run_id: 712506969, origin: "conversation__InJulia__1SHOT__20240412_195147__333.json" });
    expect(template).toMatchObject({ template: { version: "1", description: expect.stringContaining("Julia language") } });
  });

  test("keeps the longest of conversations that begin alike", async () => {
    const at = temporaryFolder();
    const save = (name: string, messages: readonly object[]) =>
      writeFileSync(join(at, `conversation__${name}.json`), JSON.stringify(messages));
    const turns = [system, user("a"), ai("b"), user("c"), ai("d")];
    save("1", turns.slice(0, 3));
    save(
      "2",
      turns.map((one) => wrap(one)),
    );
    save("3", turns.slice(0, 3));
    save("4", [system, user("a"), ai("other")]);
    save("5", [system, user("a"), ai("other")]);
    const warnings: string[] = [];
    const rows = await rowsOf(at, "promptingtools", (text) => warnings.push(text));
    expect(rows.map((row) => ("fault" in row ? row : row.conversation.metadata.origin))).toEqual([
      "conversation__2.json",
      "conversation__4.json",
    ]);
    expect(warnings).toEqual([`${at}: 3 of 5 files are the beginning of another's conversation, or all of it, and are left out`]);
  });
});

describe("an AIHelpMe result", () => {
  const base = { question: "q", rephrased_questions: ["q"], answer: "a1", final_answer: "a2", context: ["c"], sources: ["s"] };
  const step = (answer: string) => [system, user("Context: c. q"), ai(answer)];
  test.each([
    {
      what: "the refined answer",
      conversations: { answer: step("a1"), final_answer: step("a2") },
      said: ["Be brief.", "Context: c. q", "a2"],
    },
    {
      what: "the first answer",
      conversations: { answer: step("a1"), final_answer: [] },
      said: ["Be brief.", "Context: c. q", "a1"],
    },
    { what: "question and answer", conversations: {}, said: ["q", "a2"] },
  ])("is $what", async ({ conversations, said }) => {
    const [row] = await read({ ...base, conversations }, "rag-result");
    if (row === undefined || "fault" in row) throw new Error("no conversation");
    expect(row.conversation.messages.map(({ content }) => content)).toEqual(said);
    expect(row.conversation.metadata.sources).toEqual(["s"]);
  });

  test("is a question and its answer in a set of them", async () => {
    const rows = await rowsOf(join(folder, "../aihelpme/tidier_qa_evals.json"), "rag-result");
    const [first] = rows;
    if (first === undefined || "fault" in first) throw new Error("no conversation");
    expect(first.conversation.messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(first.conversation.messages[0]?.content).toMatch(/^Why do we need to wrap the function call/);
    expect(first.conversation.metadata.sources).toEqual([expect.stringContaining("tidierorg.github.io")]);
    expect(rows.filter((row) => "fault" in row)).toEqual([]);
  });

  test("of a folder", async () => {
    const at = temporaryFolder();
    writeFileSync(join(at, "aihelp__20240502_100000.json"), JSON.stringify({ ...base, conversations: {} }));
    writeFileSync(join(at, "aihelp__20240502_100001.json"), JSON.stringify({ ...base, answer: null, final_answer: null }));
    expect(await rowsOf(at, "rag-result")).toMatchObject([
      { line: 1, conversation: { metadata: { origin: "aihelp__20240502_100000.json" } } },
      { line: 2, fault: "(aihelp__20240502_100001.json) has no answer" },
    ]);
  });
});
