import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { Conversation, ConversationRow, Turn } from "../conversation.ts";
import { openConversations } from "../open-conversations.ts";
import type { ReadOptions } from "./format.ts";
import { type FormatName, formatNames, formats } from "./index.ts";

async function read(
  text: string,
  { name = "data.jsonl", from, ...options }: { name?: string; from?: FormatName } & ReadOptions = {},
) {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const opened = await openConversations(file, from, options);
  try {
    return { format: opened.format, rows: [...opened.rows] };
  } finally {
    opened.close();
  }
}

async function write(format: FormatName, conversations: readonly Conversation[], metadata?: boolean) {
  const writer = (await formats[format]()).write?.({ metadata });
  if (writer === undefined) throw new Error(`${format} is not written`);
  const rows = conversations.map((one) => writer.row(one));
  const text = `${writer.head ?? ""}${rows.map((row) => row.text ?? "").join("")}${writer.tail ?? ""}`;
  return { text, lost: rows.map(({ lost }) => lost) };
}

const user = (content: string): Turn => ({ role: "user", content });
const assistant = (content: string): Turn => ({ role: "assistant", content });
const system = (content: string): Turn => ({ role: "system", content });
const plain = (messages: Turn[], more: Partial<Conversation> = {}): Conversation => ({
  messages,
  more: {},
  metadata: {},
  ...more,
});
const call = { id: "call_1", type: "function", function: { name: "add", arguments: '{"a":2}' } };

describe("a row of each format, recognised by its keys", () => {
  test.each<{ format: FormatName; row: string; name?: string; conversation: Conversation }>([
    {
      format: "chat",
      row: '{"messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":"4","weight":0}],"metadata":{"a":1}}',
      conversation: plain([user("2+2?"), { ...assistant("4"), weight: 0 }], { metadata: { a: 1 } }),
    },
    {
      format: "chat",
      row: '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":null,"function_call":{"name":"add","arguments":"{\\"a\\":2}"}},{"role":"function","name":"add","content":"4"}],"functions":[{"name":"add"}]}',
      conversation: plain(
        [
          user("u"),
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", name: "add", content: "4", tool_call_id: "call_1" },
        ],
        { tools: [{ type: "function", function: { name: "add" } }] },
      ),
    },
    {
      format: "sharegpt",
      row: '{"conversations":[{"from":"system","value":"Be brief."},{"value":"2+2?","from":"human"},{"from":"function_call","value":"{\\"name\\":\\"add\\",\\"arguments\\":{\\"a\\":2}}"},{"from":"observation","value":"4"},{"from":"chatgpt","value":"4"}]}',
      conversation: plain([
        system("Be brief."),
        user("2+2?"),
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", content: "4", tool_call_id: "call_1" },
        assistant("4"),
      ]),
    },
    {
      format: "alpaca",
      row: '{"instruction":"Add.","input":"2, 2","output":"4","system":"Be brief.","history":[["1+1","2"]]}',
      conversation: plain([system("Be brief."), user("1+1"), assistant("2"), user("Add.\n\n2, 2"), assistant("4")]),
    },
    {
      format: "preference",
      row: '{"input":{"messages":[{"role":"user","content":"hi"}],"tools":[],"parallel_tool_calls":true},"preferred_output":[{"role":"assistant","content":"hello"}],"non_preferred_output":[{"role":"assistant","content":"what"}]}',
      conversation: plain([user("hi"), assistant("hello")], { rejected: [assistant("what")] }),
    },
    {
      format: "preference",
      row: '{"prompt":"hi","chosen":"hello","rejected":"what"}',
      conversation: plain([user("hi"), assistant("hello")], { rejected: [assistant("what")] }),
    },
    {
      format: "preference",
      row: '{"chosen":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}],"rejected":[{"role":"user","content":"hi"},{"role":"assistant","content":"what"}]}',
      conversation: plain([user("hi"), assistant("hello")], { rejected: [assistant("what")] }),
    },
    {
      format: "samples",
      row: '{"id":7,"input":"2+2=","ideal":["4","four"],"choices":["4","5"],"metadata":{"a":1}}',
      conversation: plain([user("2+2="), assistant("4")], {
        id: "7",
        bare: true,
        answers: ["four"],
        more: { choices: ["4", "5"] },
        metadata: { a: 1 },
      }),
    },
    {
      format: "completions",
      row: '{"prompt":"2+2 ->","completion":" 4\\n"}',
      conversation: plain([user("2+2 ->"), assistant(" 4\n")], { bare: true }),
    },
    { format: "completions", row: '{"prompt":"","completion":"Once"}', conversation: plain([assistant("Once")], { bare: true }) },
    {
      format: "csv",
      name: "data.csv",
      row: 'text;label\n"a;""b""";x \nc;y',
      conversation: plain([user('a;"b"'), assistant("x")]),
    },
    {
      format: "csv",
      name: "data.csv",
      row: "prompt,completion\na , b",
      conversation: plain([user("a "), assistant(" b")], { bare: true }),
    },
    {
      format: "tsv",
      name: "data.tsv",
      row: "id\ttext\tlabel\ttopic\n7\ta\tx\tz",
      conversation: plain([user("a"), assistant("x")], { id: "7", metadata: { topic: "z" } }),
    },
    { format: "text", name: "data.txt", row: "one\n\ntwo\n", conversation: plain([assistant("one")], { bare: true }) },
    { format: "tinytext", name: "data.txt", row: " a\nb\n\nc", conversation: plain([assistant("a\nb")], { bare: true }) },
  ])("$format: $row", async ({ format, row, name, conversation }) => {
    const { format: found, rows } = await read(row, name === undefined ? {} : { name });
    expect(found).toBe(format);
    expect(rows[0]).toMatchObject({ conversation });
    expect((rows[0] as { conversation: Conversation }).conversation).toEqual(conversation);
  });
});

describe("rows that are none", () => {
  test.each<{ row: string; from: FormatName; fault: string }>([
    { from: "chat", row: '["no"]', fault: "is no JSON object" },
    { from: "chat", row: '{"messages":', fault: "is no JSON" },
    { from: "chat", row: "{}", fault: "has no messages" },
    { from: "chat", row: '{"messages":[{"role":"robot","content":"x"}]}', fault: 'has a message 1 with the role "robot"' },
    { from: "chat", row: '{"messages":[{"role":"user"}]}', fault: "has a message 1 with no content" },
    { from: "sharegpt", row: '{"conversations":[{"from":"zebra","value":"x"}]}', fault: 'has a message 1 from "zebra"' },
    {
      from: "sharegpt",
      row: '{"conversations":[{"from":"function_call","value":"{"}]}',
      fault: "has a message 1 that calls no function by name",
    },
    { from: "alpaca", row: '{"instruction":"x"}', fault: "has no output" },
    {
      from: "alpaca",
      row: '{"instruction":"x","output":"y","history":[["a"]]}',
      fault: "has a history that is no list of pairs",
    },
    { from: "preference", row: '{"chosen":"x"}', fault: "has no pair of answers" },
    { from: "preference", row: '{"prompt":"x","chosen":"","rejected":"y"}', fault: "has an answer that is empty" },
    { from: "samples", row: '{"ideal":"x"}', fault: "has no input" },
    { from: "completions", row: '{"prompt":"x","completion":null}', fault: "has no completion" },
  ])("$from: $row: $fault", async ({ row, from, fault }) => {
    const { rows } = await read(`\n${row}\n`, { from });
    expect(rows).toEqual([{ line: 2, fault }]);
  });

  test("a row of a table without a question or an answer is none, unless it is a prompt or a completion", async () => {
    const { rows } = await read("text,label\n,x\nb, \nc,z\n", { name: "data.csv" });
    expect(rows.map((row) => ("fault" in row ? row.fault : "read"))).toEqual(["has an empty text", "has an empty label", "read"]);
    const bare = await read("prompt,completion\n,x\nb,\n", { name: "data.csv" });
    expect(bare.rows.map((row) => "fault" in row)).toEqual([false, false]);
  });

  test("a row of a table with a field too many is named, the others stay", async () => {
    const { rows } = await read('text,label\na,x\n"b\nb",y,z\nc,z\n', { name: "data.csv" });
    expect(rows.map((row) => ("fault" in row ? row : row.line))).toEqual([
      2,
      { line: 3, fault: "has 3 fields where the first line has 2" },
      5,
    ]);
  });
});

describe("a file", () => {
  const one = {
    conversations: [
      { from: "human", value: "a" },
      { from: "gpt", value: "b" },
    ],
  };
  test.each([
    { what: "a JSON array over many lines", text: JSON.stringify([one, one], null, 2), rows: 2 },
    { what: "a JSON array on one line", text: JSON.stringify([one, one]), rows: 2 },
    { what: "one object over many lines", text: JSON.stringify(one, null, 2), rows: 1 },
    { what: "JSON Lines", text: `${JSON.stringify(one)}\n\n${JSON.stringify(one)}\n`, rows: 2 },
    {
      what: "JSON Lines with a byte-order mark and carriage returns",
      text: `\ufeff${JSON.stringify(one)}\r\n${JSON.stringify(one)}\r\n`,
      rows: 2,
    },
  ])("of $what is read", async ({ text, rows }) => {
    const found = await read(text, { name: "data.json" });
    expect(found.format).toBe("sharegpt");
    expect(found.rows).toEqual(Array(rows).fill(expect.objectContaining({ conversation: plain([user("a"), assistant("b")]) })));
  });

  test.each([
    { what: "an empty one", text: "", message: "the file is empty" },
    { what: "one whose keys say nothing", text: '{"a":1}\n', message: "the file does not show which format it has" },
    { what: "JSON that breaks off", name: "data.json", text: '[\n{"messages":[]},\n{"mess', message: "the file is no JSON" },
  ])("is refused: $what", async ({ text, message, name = "data.jsonl" }) => {
    const reading = (async () => read(text, { name }))();
    await expect(reading).rejects.toMatchObject({ code: "data.invalid", message });
  });
});

describe("what a format cannot say is named, and the rest is written", () => {
  const tools = plain(
    [
      user("u"),
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: "4", tool_call_id: "call_1" },
      assistant("4"),
    ],
    { tools: [call] },
  );
  test.each<{ format: FormatName; conversation: Conversation; text: string | undefined; lost: string[] }>([
    {
      format: "sharegpt",
      conversation: tools,
      text: '{"conversations":[{"value":"u","from":"human"},{"value":null,"from":"assistant"},{"value":"4","from":"tool"},{"value":"4","from":"gpt"}]}\n',
      lost: ["tool calls", "whose answer a tool's message is", "tools"],
    },
    {
      format: "alpaca",
      conversation: tools,
      text: "",
      lost: ["several turns", "tool calls", "whose answer a tool's message is", "tools"],
    },
    {
      format: "completions",
      conversation: plain([system("s"), user("u"), assistant("a")]),
      text: '{"prompt":"u","completion":"a"}\n',
      lost: ["a system prompt"],
    },
    {
      format: "csv",
      conversation: plain([user('a,"b"'), assistant(" x")]),
      text: 'prompt,completion\n"a,""b"""," x"\n',
      lost: [],
    },
    {
      format: "chat",
      conversation: plain([user("u"), assistant("a")], { answers: ["b"], more: { choices: ["a", "b"] } }),
      text: '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}\n',
      lost: ["other right answers", 'the key "choices"'],
    },
    {
      format: "chat",
      conversation: plain([user("u"), assistant("a")], { rejected: [assistant("b")] }),
      text: '{"messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]}\n',
      lost: ["a rejected answer"],
    },
    {
      format: "preference",
      conversation: plain([user("u"), assistant("a")]),
      text: "",
      lost: ["all of it, since there is no pair of answers"],
    },
    { format: "samples", conversation: plain([user("u")]), text: "", lost: ["all of it, since it does not end with an answer"] },
    { format: "text", conversation: plain([assistant("a\nb")]), text: "", lost: ["line ends"] },
    { format: "tinytext", conversation: plain([assistant("a\n\nb")]), text: "a\nb\n\n", lost: ["empty lines"] },
  ])("$format: $lost", async ({ format, conversation, text, lost }) => {
    expect(await write(format, [conversation])).toEqual({ text, lost: [lost] });
  });
});

test("a table keeps ids and metadata, in the columns that its first row has", async () => {
  const rows = [
    plain([user("a"), assistant("x")], { id: "7", metadata: { topic: "mail", n: 3 } }),
    plain([user("b"), assistant("y")], { id: "8", metadata: { topic: "web", other: true } }),
  ];
  const { text, lost } = await write("csv", rows);
  expect(text).toBe("id,prompt,completion,topic,n\n7,a,x,mail,3\n8,b,y,web,\n");
  expect(lost).toEqual([[], ['the metadata "other"']]);
  expect((await write("csv", rows, false)).text).toBe("prompt,completion\na,x\nb,y\n");
});

describe("what is written without loss reads back the same", () => {
  const said = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
  const asked = said.map(user);
  const answered = said.map(assistant);
  const several = fc
    .tuple(fc.option(said.map(system), { nil: undefined }), fc.array(fc.tuple(asked, answered), { minLength: 1, maxLength: 4 }))
    .map(([first, pairs]) => [...(first === undefined ? [] : [first]), ...pairs.flat()]);
  const conversations = fc.array(
    fc.oneof(
      several.map((messages) => plain(messages)),
      fc.tuple(asked, answered).map((messages) => plain(messages, { bare: true })),
      fc.tuple(several, answered).map(([messages, other]) => plain(messages, { rejected: [other] })),
      fc
        .tuple(several, said)
        .map(([messages, id]) => plain(messages, { id, answers: ["other"], more: { k: 1 }, metadata: { from: id } })),
    ),
    { minLength: 1, maxLength: 6 },
  );

  // What a format takes for granted about all its rows, and so need not say of each.
  const implied: Partial<Record<FormatName, (one: Conversation) => Conversation>> = {
    completions: (one) => ({ ...one, bare: true }),
    csv: (one) => ({ ...one, bare: true }),
    tsv: (one) => ({ ...one, bare: true }),
  };
  const asRead = (format: FormatName, { id, bare, ...one }: Conversation): Conversation => ({
    ...(format === "samples" && id !== undefined && { id }),
    ...(format === "samples" && bare && { bare }),
    ...(implied[format]?.(one) ?? one),
    metadata: ["chat", "samples", "completions"].includes(format) ? one.metadata : {},
  });

  // Of these one cannot say all that is above, and others are read alone, or written alone.
  const others = [
    "text",
    "tinytext",
    "discord",
    "selfchatbot",
    "slack",
    "promptfoo",
    "promptingtools",
    "rag-result",
    "chat-builder",
  ];
  test.each(formatNames.filter((name) => !others.includes(name)))("%s", async (format) => {
    await fc.assert(
      fc.asyncProperty(conversations, async (all) => {
        const { text, lost } = await write(format, all);
        const kept = all.filter((_, at) => lost[at]?.length === 0);
        if (kept.length === 0) return;
        const whole = await write(format, kept);
        const name = format === "csv" || format === "tsv" ? `data.${format}` : "data.jsonl";
        const { rows, format: found } = await read(whole.text, { name });
        expect(found).toBe(format);
        expect(rows.map((row: ConversationRow) => ("conversation" in row ? row.conversation : row))).toEqual(
          kept.map((one) => asRead(format, one)),
        );
        expect(text.length).toBeGreaterThanOrEqual(whole.text.length);
      }),
      { numRuns: 60 },
    );
  });
});
